package unfold

import (
	"cmp"
	"slices"

	"adagio/petri"
)

// Alike says whether the runs of two explorations, of one net with different
// delays, are the same: the same firings by the same causes, and looks at nodes
// at rest alone in the same of them. Then the dates of either are those of the other
// for the same delays.
func Alike(a, b []Run) bool {
	if len(a) != len(b) {
		return false
	}
	one, other := shapes(a), shapes(b)
	return slices.EqualFunc(one, other, slices.Equal[[]int64])
}

// shapes are the shapes of the graphs of some runs, in an order of their own.
func shapes(runs []Run) [][]int64 {
	out := make([][]int64, len(runs))
	for i, run := range runs {
		out[i] = shapeOf(run.Graph)
	}
	slices.SortFunc(out, slices.Compare[[]int64])
	return out
}

// shapeOf writes down a graph without the numbers of its events, which depend on the
// dates that it was played with.
func shapeOf(g *petri.EventGraph) []int64 {
	name := func(e petri.EventID) int64 { return int64(g.Transition[e])<<32 | int64(g.Nth[e]) }
	events := make([]petri.EventID, g.Len())
	for e := range events {
		events[e] = petri.EventID(e)
	}
	slices.SortFunc(events, func(a, b petri.EventID) int { return cmp.Compare(name(a), name(b)) })
	const endOfEvent, endOfAlternative, atRest = -1, -2, -3
	out := make([]int64, 0, 3*len(events)+len(g.Cause))
	var alternatives [][]int64
	for _, e := range events {
		out = append(out, name(e))
		if g.PeersAtRest != nil && g.PeersAtRest[e] {
			out = append(out, atRest)
		}
		alternatives = alternatives[:0]
		g.Alternatives(e, func(causes []petri.EventID) bool {
			names := make([]int64, len(causes))
			for i, p := range causes {
				names[i] = name(p)
			}
			slices.Sort(names)
			alternatives = append(alternatives, names)
			return true
		})
		slices.SortFunc(alternatives, slices.Compare[[]int64])
		for _, names := range alternatives {
			out = append(append(out, names...), endOfAlternative)
		}
		out = append(out, endOfEvent)
	}
	return out
}
