package precedence_test

import (
	"testing"

	"adagio/petri"
	"adagio/petri/compile"
	"adagio/petri/precedence"
	"adagio/petri/unfold"
	"adagio/proofs/gen"

	"pgregory.net/rapid"
)

// TestCertain: rows of bits, vector clocks and a search over all causes say the same; and
// what the forest says is certainly before another event is so, with no more time between
// them than the search finds.
func TestCertain(t *testing.T) {
	pairs, choices := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		s := gen.Scenario(gen.Options{Nodes: 3, Components: 4}).Draw(t, "scenario")
		net, err := compile.Scenario(s)
		if err != nil {
			return
		}
		x, _ := unfold.Explore(net, unfold.Limit{Orders: 8})
		for _, run := range x.Runs {
			g := run.Graph
			rows, clocks := precedence.NewCertain(g), precedence.NewClocks(g)
			lo, _, err := g.Bracket()
			if err != nil {
				continue
			}
			forest := precedence.NewForest(g, lo)
			orders, err := precedence.NewOrders(g)
			if err != nil {
				continue
			}
			if g.Chooses() {
				choices++
			}
			for i := range g.Len() {
				u := petri.EventID(i)
				after := follow(g, u)
				for v := range petri.EventID(g.Len()) {
					if rows.UpTo(u, v) != after[v] || clocks.UpTo(u, v) != after[v] || forest.Reaches(u, v) && !after[v] {
						t.Fatalf("event %d up to %d: %t by rows, %t by clocks, %t by the forest, not %t\n%s",
							u, v, rows.UpTo(u, v), clocks.UpTo(u, v), forest.Reaches(u, v), after[v], gen.Text(s))
					}
					if d := forest.Between(u, v); d > 0 && orders.Path(u, v) < d {
						t.Fatalf("event %d is before %d by %v, not by %v\n%s", u, v, orders.Path(u, v), d, gen.Text(s))
					}
					if u != v && after[v] {
						pairs++
					}
				}
			}
			rows.Free()
		}
	})
	if pairs < gen.Floor(10_000) || choices < gen.Floor(5) {
		t.Errorf("only %d pairs, and %d graphs with alternatives", pairs, choices)
	}
}

// follow says which events follow one in each alternative, or are it.
func follow(g *petri.EventGraph, u petri.EventID) []bool {
	after := make([]bool, g.Len())
	for v := range petri.EventID(g.Len()) {
		after[v] = true
		g.Alternatives(v, func(causes []petri.EventID) bool {
			some := false
			for _, p := range causes {
				some = some || after[p]
			}
			after[v] = after[v] && some
			return true
		})
		after[v] = after[v] || v == u
	}
	return after
}
