package cover_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"adagio/petri/cover"
)

// TestRequire draws systems and goals, and executions that need not be complete: where the goals
// occur, so does all that is not said that it may lack, and all that occurs does so within the
// bounds, however little else does.
func TestRequire(t *testing.T) {
	executions, lacking, optional := 0, 0, 0
	for seed := *firstFlag; seed < *firstFlag+*systemsFlag; seed++ {
		r := rand.New(rand.NewPCG(uint64(seed), 17))
		s := draw(r, shape{providers: 1 + r.IntN(3), users: 1 + r.IntN(6), anyOf: .4, remote: .5 * float64(r.IntN(3)), cross: .1, idle: .15, width: 4})
		goals := s.goals[:1+r.IntN(min(2, len(s.goals)))]
		if s.Require(goals, true) {
			continue
		}
		optional++
		var c interface {
			Earliest(cover.Event) time.Duration
			Latest(cover.Event) time.Duration
		}
		k, err := cover.Of(s.System, cover.Limits{Evaluations: 8})
		if c = k; err == nil && seed%2 == 0 {
			c = k.Refine(goals)
		}
		for k := range 40 {
			dates, complete := s.run(r, min(k, 3))
			if slices.ContainsFunc(goals, func(g cover.Event) bool { return dates[g] < 0 }) {
				continue
			}
			if err != nil {
				t.Fatalf("seed %d: %v, but the goals occur", seed, err)
			}
			if executions++; !complete {
				lacking++
			}
			for e, x := range dates {
				switch e := cover.Event(e); {
				case x < 0 && !s.Optional()[e]:
					t.Fatalf("seed %d: event %d does not occur, though it certainly does", seed, e)
				case x >= 0 && (x < c.Earliest(e) || x > c.Latest(e)):
					t.Fatalf("seed %d: event %d occurs at %d, outside of %d .. %d", seed, e, x, c.Earliest(e), c.Latest(e))
				}
			}
		}
	}
	t.Logf("%d systems, %d executions, in %d of which not all occurs", optional, executions, lacking)
	if executions < 5**systemsFlag || 20*lacking < executions {
		t.Error("too few executions")
	}
}
