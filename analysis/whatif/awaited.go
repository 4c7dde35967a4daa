package whatif

import (
	"adagio/analysis"
	"adagio/dsl/model"
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
	records := make([]model.Record[petri.EventID], len(r.Runs))
	for i, run := range r.Runs {
		records[i] = run.Graph.Record()
	}
	for first := 0; first < len(s.Components); first += 64 {
		count := min(64, len(s.Components)-first)
		own, any := ^uint64(0), ^uint64(0)
		for i, run := range r.Runs {
			o, a := awaitedIn(run.Graph, records[i].Components[first:first+count], first)
			own, any = own&o, any&a
		}
		for i := range count {
			out[first+i] = waiting{own>>i&1 == 1, any>>i&1 == 1}
		}
	}
	return out
}

// awaitedIn answers for up to 64 components in one graph, a bit each.
func awaitedIn(g *petri.EventGraph, components []model.ComponentRecord[petri.EventID], first int) (own, any uint64) {
	follows := make([]uint64, g.Len()) // the components that an event certainly comes after
	for i := range components {
		if all := components[i].Behaviours; len(all) > 0 && all[len(all)-1].End >= 0 {
			follows[all[len(all)-1].End] |= 1 << i
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
		for i := range components {
			if g.Net.Scenario.Components[first+i].Node == n {
				own |= follows[end] & (1 << i)
			}
		}
	}
	return own, any
}
