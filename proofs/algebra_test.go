package proofs

import (
	"slices"
	"testing"
	"time"

	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/compile"
	"adagio/petri/unfold"
	"adagio/proofs/gen"
	"adagio/proofs/nets"

	"pgregory.net/rapid"
)

// graphOf draws the event graph of a run of a random scenario.
func graphOf(t *rapid.T) *petri.EventGraph {
	s := gen.Scenario(gen.Options{Profiles: []model.ProfileKind{model.Ideal}}).Draw(t, "scenario")
	net, err := compile.Scenario(s)
	if err != nil {
		t.Skip(err)
	}
	if err := nets.Validate(net); err != nil {
		t.Fatal(err)
	}
	x, err := unfold.Explore(net, unfold.Limit{})
	if err != nil {
		t.Skip(err)
	}
	g := x.Runs[rapid.IntRange(0, len(x.Runs)-1).Draw(t, "run")].Graph
	if err := nets.ValidateGraph(g); err != nil {
		t.Fatal(err)
	}
	return g
}

func drawDelays(t *rapid.T, g *petri.EventGraph, name string) []time.Duration {
	return rapid.Custom(func(t *rapid.T) []time.Duration {
		out := make([]time.Duration, g.Len())
		for i := range out {
			out[i] = time.Duration(rapid.IntRange(0, 1000).Draw(t, "")) * time.Millisecond
		}
		return out
	}).Draw(t, name)
}

func datesOf(t *rapid.T, g *petri.EventGraph, delays []time.Duration) []time.Duration {
	dates, err := g.Dates(delays)
	if err != nil {
		t.Fatal(err)
	}
	return dates
}

// # Monotonicity, homogeneity, superposition
//
// Statement. Let x(d) be the dates of an event graph for the delays d.
//   - d ≤ e implies x(d) ≤ x(e).
//   - x(k·d) = k·x(d) for integers k ≥ 0: dates are positively homogeneous.
//   - x(d) ∨ x(e) ≤ x(d ∨ e), and x(d) + x(e) ≥ x(d + e) where no event has
//     alternatives (a maximum of sums is convex; a minimum need not be), ∨ being
//     the maximum by component.
//
// Hypotheses. None on the delays; the last inequality needs a graph without
// alternatives.
//
// Reference. Baccelli, Cohen, Olsder, Quadrat (1992), chapter 2: topical
// functions. Sub-additivity is that of a maximum of non-negative sums.
func TestAlgebra(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := graphOf(t)
		d, e := drawDelays(t, g, "d"), drawDelays(t, g, "e")
		upper, sum, scaled := slices.Clone(d), slices.Clone(d), slices.Clone(d)
		k := time.Duration(rapid.IntRange(0, 5).Draw(t, "k"))
		for i := range d {
			upper[i], sum[i], scaled[i] = max(d[i], e[i]), d[i]+e[i], k*d[i]
		}
		xd, xe, xu, xs, xk := datesOf(t, g, d), datesOf(t, g, e), datesOf(t, g, upper), datesOf(t, g, sum), datesOf(t, g, scaled)
		single := withoutAlternatives(g)
		for i := range xd {
			if max(xd[i], xe[i]) > xu[i] {
				t.Fatalf("event %d: not monotone", i)
			}
			if xk[i] != k*xd[i] {
				t.Fatalf("event %d: not homogeneous", i)
			}
			if single && xs[i] > xd[i]+xe[i] {
				t.Fatalf("event %d: not sub-additive", i)
			}
		}
	})
}

func withoutAlternatives(g *petri.EventGraph) bool {
	for e := range g.Len() {
		n := 0
		g.Alternatives(petri.EventID(e), func([]petri.EventID) bool { n++; return true })
		if n > 1 {
			return false
		}
	}
	return true
}
