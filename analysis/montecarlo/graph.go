package montecarlo

import (
	"time"

	"adagio/analysis/simulate"
	"adagio/dsl/model"
	"adagio/petri"
)

// graph is an event graph with what is needed to date it by a trace.
type graph struct {
	*petri.EventGraph
	least   []time.Duration // the least delay of each event
	actions *petri.Actions  // by which a trace dates events
	// exact says which events have a date without error: those that a trace dates, and what
	// follows from such by constant delays.
	exact []bool
	ideal bool // nodes act at once on what they know
}

func newGraph(g *petri.EventGraph) *graph {
	out := &graph{EventGraph: g, least: g.Delays(petri.Earliest), actions: g.Actions(), exact: make([]bool, g.Len()), ideal: g.Net.Scenario.Network.Profile.Kind != model.Polling}
	for e := range out.exact {
		out.exact[e] = out.actions.Shown[e] || out.follows(petri.EventID(e))
	}
	return out
}

// follows says whether an event's date is known exactly where those of its
// causes are.
func (g *graph) follows(e petri.EventID) bool {
	exact := g.Delay(e).IsConstant()
	for _, p := range g.Causes(e) {
		exact = exact && g.exact[p]
	}
	return exact
}

// read puts the dates of a trace into x, which holds unknown for all events, and
// says whether every event of the trace is one of the graph.
func (g *graph) read(t *simulate.Trace, x []time.Duration, count []int) bool {
	for e := range x {
		x[e] = unknown
		if g.actions.Shown[e] {
			x[e] = petri.Never
		}
	}
	ok := true
	put := func(e petri.EventID, at time.Duration) {
		if e >= 0 && at != simulate.Never {
			x[e] = at
		}
	}
	nth := func(of []petri.EventID, k int, at time.Duration) {
		if k < len(of) {
			put(of[k], at)
		} else if at != simulate.Never {
			ok = false
		}
	}
	for n := range t.Nodes {
		put(g.Starts[n], t.Nodes[n].Start)
		for i, e := range g.actions.Steps[n] {
			put(e, t.Nodes[n].Instructions[i].End)
		}
		for i, e := range g.actions.Pauses[n] {
			put(e, t.Nodes[n].Instructions[i].Start)
		}
	}
	for c := range t.Components {
		k := &t.Components[c]
		for i, b := range k.Behaviours {
			nth(g.actions.Begins[c], i, b.Begin)
			nth(g.actions.Ends[c], i, b.End)
		}
		clear(count)
		for _, f := range k.Firings {
			i := count[f.Transition]
			count[f.Transition]++
			if of := g.actions.Starts[c][f.Transition]; i < len(of) {
				put(of[i], f.Start)
			}
			nth(g.actions.Fires[c][f.Transition], i, f.End)
		}
		clear(count)
		for _, m := range k.Moves {
			of, i := g.actions.Leaves[c][m.Place], 2*m.Place
			if m.Entered {
				of, i = g.actions.Enters[c][m.Place], i+1
			}
			nth(of, count[i], m.At)
			count[i]++
		}
	}
	return ok
}

// unknown is the date of an event that no trace shows.
const unknown time.Duration = -1
