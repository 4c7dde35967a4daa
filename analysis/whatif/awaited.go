package whatif

import (
	"adagio/analysis"
	"adagio/petri"
)

// waiting says who waits for the end of a component's last behaviour: its own
// node's program, any program.
type waiting struct{ own, any bool }

// awaited says for each component whether a program certainly ends after it: in
// every run its last event is a cause of the program's end, whatever alternative
// is taken. A component that nobody pushes is not awaited.
func awaited(r *analysis.Result) []waiting {
	s := r.Scenario
	out := make([]waiting, len(s.Components))
	for first := 0; first < len(s.Components); first += 64 {
		count := min(64, len(s.Components)-first)
		own, any := ^uint64(0), ^uint64(0)
		for _, run := range r.Runs {
			o, a := awaitedIn(run.Graph, first, count)
			own, any = own&o, any&a
		}
		for i := range count {
			out[first+i] = waiting{own>>i&1 == 1, any>>i&1 == 1}
		}
	}
	return out
}

// awaitedIn answers for up to 64 components in one graph, a bit each.
func awaitedIn(g *petri.EventGraph, first, count int) (own, any uint64) {
	last := make([]petri.EventID, count)
	for i := range last {
		last[i] = -1
	}
	for e := range g.Transition {
		o := g.Origin(petri.EventID(e))
		if c := o.Component - first; o.Kind == petri.BehaviourEnd && 0 <= c && c < count {
			if last[c] < 0 || g.Origin(last[c]).Push <= o.Push {
				last[c] = petri.EventID(e)
			}
		}
	}
	follows := make([]uint64, g.Len()) // the components that an event certainly comes after
	for i, e := range last {
		if e >= 0 {
			follows[e] |= 1 << i
		}
	}
	for e := range follows {
		all := ^uint64(0)
		g.Alternatives(petri.EventID(e), func(causes []petri.EventID) bool {
			some := uint64(0)
			for _, p := range causes {
				some |= follows[p]
			}
			all &= some
			return true
		})
		follows[e] |= all
	}
	for n, end := range g.Ends {
		if end < 0 {
			continue
		}
		any |= follows[end]
		for i := range count {
			if g.Net.Scenario.Components[first+i].Node == n {
				own |= follows[end] & (1 << i)
			}
		}
	}
	return own, any
}
