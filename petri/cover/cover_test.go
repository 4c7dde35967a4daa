package cover_test

import (
	"flag"
	"math/rand/v2"
	"testing"
	"time"

	"adagio/dsl/model"
	"adagio/petri/cover"
)

// A long run: go test ./petri/cover -run Sound -systems 20000 -first 1000 -timeout 0
//
// The systems of the seeds 320 and 344 have executions that come near the dates of rule R7.
var (
	systemsFlag = flag.Int("systems", 350, "how many random systems the properties try")
	firstFlag   = flag.Int("first", 0, "the first of their seeds")
)

// TestSound draws systems and executions of them: no complete execution has a date
// outside of what the cover allows, with the order closed and along chains only, and
// refined.
func TestSound(t *testing.T) {
	systems, executions := 0, 0
	n := *systemsFlag
	for seed := *firstFlag; seed < *firstFlag+n; seed++ {
		r := rand.New(rand.NewPCG(uint64(seed), 7))
		s := draw(r, shape{providers: 1 + r.IntN(3), users: 1 + r.IntN(6), anyOf: .4, remote: .5 * float64(r.IntN(3)), cross: .1, idle: .15, width: []int{1, 4, 10}[r.IntN(3)]})
		if first, ok := s.run(r, 3); ok && r.IntN(2) == 0 {
			s.addDeadlines(r, first)
		}
		var complete [][]time.Duration
		for k := range 40 {
			if dates, ok := s.run(r, min(k, 3)); ok {
				if s.inTime(dates) {
					complete = append(complete, dates)
				}
			} else if k == 15 && len(complete) == 0 {
				break
			}
		}
		if len(complete) == 0 {
			continue
		}
		systems++
		executions += len(complete)
		type bounds interface {
			Earliest(cover.Event) time.Duration
			Latest(cover.Event) time.Duration
		}
		for name, of := range map[string]func() (bounds, error){
			"closed": func() (bounds, error) { return cover.Of(s.System, cover.Limits{}) },
			"order":  func() (bounds, error) { return cover.Of(s.System, cover.Limits{Metric: 1}) },
			"refined": func() (bounds, error) {
				c, err := cover.Of(s.System, cover.Limits{Evaluations: 16})
				if err != nil {
					return nil, err
				}
				return c.Refine(s.goals), nil
			},
		} {
			c, err := of()
			if err != nil {
				t.Fatalf("seed %d, %s: %v, but %d executions are complete", seed, name, err, len(complete))
			}
			for _, dates := range complete {
				for e, x := range dates {
					if x < c.Earliest(cover.Event(e)) || x > c.Latest(cover.Event(e)) {
						t.Fatalf("seed %d, %s: event %d occurs at %d, outside of %d .. %d", seed, name, e, x, c.Earliest(cover.Event(e)), c.Latest(cover.Event(e)))
					}
				}
			}
			for e := range len(complete[0]) {
				if c.Latest(cover.Event(e)) == model.Never {
					t.Fatalf("seed %d, %s: event %d has no latest date", seed, name, e)
				}
			}
		}
	}
	t.Logf("%d systems, %d complete executions", systems, executions)
	if systems < n/2 {
		t.Errorf("only %d of %d systems have complete executions", systems, n)
	}
}

// TestCompletes draws systems and executions: where every execution is said to be
// complete, none is not.
func TestCompletes(t *testing.T) {
	proved, hung := 0, 0
	for seed := *firstFlag; seed < *firstFlag+2**systemsFlag; seed++ {
		r := rand.New(rand.NewPCG(uint64(seed), 11))
		s := draw(r, shape{providers: 1 + r.IntN(2), users: 1 + r.IntN(4), anyOf: .3, remote: .5 * float64(r.IntN(3)), idle: .06, width: []int{1, 4, 10}[r.IntN(3)]})
		distances, _ := cover.Completes(s.System, cover.Limits{})
		order, _ := cover.Completes(s.System, cover.Limits{Metric: 1})
		if distances || order {
			proved++
		}
		for k := range 40 {
			if _, ok := s.run(r, min(k, 3)); !ok {
				hung++
				if distances || order {
					t.Fatalf("seed %d: said to complete (with distances %v, without %v), and hangs", seed, distances, order)
				}
				break
			}
		}
	}
	t.Logf("%d systems proved to complete, %d seen to hang", proved, hung)
	if proved < *systemsFlag/10 || hung < *systemsFlag/10 {
		t.Errorf("only %d systems are proved to complete, and %d hang", proved, hung)
	}
}
