package petri_test

import (
	"testing"

	"adagio/dsl/model"
	"adagio/petri"
	"adagio/proofs/nets"
)

// TestRecord: in a complete graph every instruction and every push has its events, every
// transition that ends has one that starts it, and occurrences are in order.
func TestRecord(t *testing.T) {
	fired := 0
	nets.Gallery(t, "../testdata/gallery", func(t *testing.T, s *model.Scenario) {
		for _, run := range nets.Explore(t, nets.Net(t, s)).Runs {
			if !run.Graph.Complete {
				continue
			}
			r := run.Graph.Record()
			for n, node := range s.Nodes {
				for i, at := range r.Nodes[n].Instructions {
					if at.End < 0 || at.Start >= at.End {
						t.Errorf("node %s: instruction %d is from event %d to %d", node.Name, i, at.Start, at.End)
					}
				}
			}
			for c := range s.Components {
				for push, b := range r.Components[c].Behaviours {
					if b.Begin < 0 || b.End <= b.Begin {
						t.Errorf("%s: push %d begins with event %d and ends with %d", s.Components[c].Name, push, b.Begin, b.End)
					}
				}
				for i, firings := range r.Components[c].ByTransition(s.TypeOf(c)) {
					last := petri.NoEvent
					for _, f := range firings {
						fired++
						if f.Start < 0 || f.Start >= f.End || f.End <= last {
							t.Errorf("%s fires with event %d, starts with %d, and has fired with %d", s.TransitionName(c, i), f.End, f.Start, last)
						}
						last = f.End
					}
				}
			}
		}
	})
	if fired < 50 {
		t.Errorf("only %d transitions fire", fired)
	}
}
