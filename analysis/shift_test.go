package analysis

import (
	"slices"
	"testing"

	"adagio/petri"
	"adagio/proofs/gen"

	"pgregory.net/rapid"
)

// TestShift: what is dated again from one start on is what a pass over the whole
// graph finds, and all dates are as before when it is over.
func TestShift(t *testing.T) {
	shifts := 0
	rapid.Check(t, func(t *rapid.T) {
		s := gen.Scenario(gen.Options{Components: 4, Benign: true, Runtime: gen.Runtime{Starts: true}}).Draw(t, "scenario")
		r, err := Analyse(s, Options{})
		if err != nil {
			return
		}
		for _, run := range r.Runs {
			e, err := newEvaluation(run.Graph)
			if err != nil || e.g.Bracketed() {
				continue
			}
			lo, hi := slices.Clone(e.lo), slices.Clone(e.hi)
			for n, last := range e.g.Ends {
				if last < 0 {
					continue
				}
				for _, end := range []petri.End{petri.Earliest, petri.Latest} {
					got := e.duration(n, end)
					if err := e.shifted(n, end); err != nil {
						t.Fatal(err)
					}
					if want := e.buffer[last] - e.buffer[e.g.Starts[n]]; got != want {
						t.Fatalf("node %d: %v, and %v by a whole pass\n%s", n, got, want, gen.Text(s))
					}
					if !e.g.Delay(e.g.Starts[n]).IsConstant() {
						shifts++
					}
				}
			}
			if !slices.Equal(lo, e.lo) || !slices.Equal(hi, e.hi) {
				t.Fatalf("dates have changed\n%s", gen.Text(s))
			}
		}
	})
	if shifts < 100 {
		t.Errorf("only %d starts were shifted", shifts)
	}
}
