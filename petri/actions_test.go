package petri_test

import (
	"testing"

	"adagio/dsl/model"
	"adagio/petri"
	"adagio/proofs/nets"
)

// TestActions: in a complete graph every instruction and every push has its events, every
// transition that ends has one that starts it, and occurrences are in order.
func TestActions(t *testing.T) {
	fired := 0
	nets.Gallery(t, "../testdata/gallery", func(t *testing.T, s *model.Scenario) {
		for _, run := range nets.Explore(t, nets.Net(t, s)).Runs {
			g := run.Graph
			if !g.Complete {
				continue
			}
			a := g.Actions()
			for n, node := range s.Nodes {
				for i := range node.Program {
					if a.Step(n, i) < 0 {
						t.Errorf("node %s: no event ends instruction %d", node.Name, i)
					}
				}
			}
			for c := range s.Components {
				for push, e := range a.Ends[c] {
					if begin := a.Begins[c][push]; begin < 0 || e <= begin {
						t.Errorf("%s: push %d begins with event %d and ends with %d", s.Components[c].Name, push, begin, e)
					}
				}
				for i, fires := range a.Fires[c] {
					last := petri.EventID(-1)
					for _, e := range fires {
						fired++
						if start := a.StartOf(e); start < 0 || start >= e || e <= last || !a.Shown[start] {
							t.Errorf("%s fires with event %d, starts with %d, and has fired with %d", s.TransitionName(c, i), e, start, last)
						}
						last = e
					}
				}
			}
		}
	})
	if fired < 50 {
		t.Errorf("only %d transitions fire", fired)
	}
}
