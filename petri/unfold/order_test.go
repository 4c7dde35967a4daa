package unfold

import (
	"testing"

	"adagio/petri"
	"adagio/petri/compile"
	"adagio/petri/precedence"
	"adagio/proofs/gen"

	"pgregory.net/rapid"
)

// TestPrecedence: what the forest says is certainly before another event is so by the
// search over all causes, with no more time between them.
func TestPrecedence(t *testing.T) {
	pairs := 0
	rapid.Check(t, func(t *rapid.T) {
		s := gen.Scenario(gen.Options{Nodes: 3, Components: 4}).Draw(t, "scenario")
		net, err := compile.Scenario(s)
		if err != nil {
			return
		}
		x, err := Explore(net, Limit{Orders: 8})
		if err != nil {
			return
		}
		for _, run := range x.Runs {
			o, err := newOrders(run.Graph)
			if err != nil {
				continue
			}
			p := precedence.NewForest(run.Graph, o.lo)
			for i := range run.Graph.Len() {
				for k := range run.Graph.Len() {
					u, v := petri.EventID(i), petri.EventID(k)
					if u == v || !p.Reaches(u, v) {
						continue
					}
					pairs++
					o.budget = 1 << 30
					o.round++
					if d := o.path(u, v); d < p.Between(u, v) {
						t.Fatalf("event %d is before %d by %v, not by %v\n%s", u, v, d, p.Between(u, v), gen.Text(s))
					}
				}
			}
		}
	})
	if pairs < gen.Floor(10_000) {
		t.Errorf("only %d pairs", pairs)
	}
}
