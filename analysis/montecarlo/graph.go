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
	least []time.Duration // the least delay of each event
	// record is by what a trace dates events: the events that shown says.
	record model.Record[petri.EventID]
	shown  []bool
	// Of components, by transition its firings and by place its departures and entries.
	firings [][][]model.Firing[petri.EventID]
	moves   [][][]petri.EventID
	// exact says which events have a date without error: those that a trace dates, and what
	// follows from such by constant delays.
	exact []bool
	ideal bool // nodes act at once on what they know
}

func newGraph(g *petri.EventGraph) *graph {
	s := g.Net.Scenario
	out := &graph{EventGraph: g, least: g.Delays(petri.Earliest), record: g.Record(), shown: make([]bool, g.Len()), exact: make([]bool, g.Len()),
		ideal: s.Network.Profile.Kind != model.Polling}
	show := func(events ...petri.EventID) {
		for _, e := range events {
			if e != petri.NoEvent {
				out.shown[e] = true
			}
		}
	}
	for _, n := range out.record.Nodes {
		show(n.Start)
		for _, at := range n.Instructions {
			show(at.Start, at.End)
		}
	}
	for c := range out.record.Components {
		k := &out.record.Components[c]
		for _, b := range k.Behaviours {
			show(b.Begin, b.End)
		}
		for _, f := range k.Firings {
			show(f.Start, f.End)
		}
		moves := make([][]petri.EventID, 2*len(s.TypeOf(c).Places))
		for _, m := range k.Moves {
			if m.Behaviour < 0 { // a trace may show it before what it waits for
				m.At = petri.NoEvent
			}
			show(m.At)
			moves[moveIndex(m)] = append(moves[moveIndex(m)], m.At)
		}
		out.firings, out.moves = append(out.firings, k.ByTransition(s.TypeOf(c))), append(out.moves, moves)
	}
	for e := range out.exact {
		out.exact[e] = out.shown[e] || out.follows(petri.EventID(e))
	}
	return out
}

// moveIndex tells the departures and the entries of the places of a component apart.
func moveIndex[T any](m model.Move[T]) int {
	if m.Entered {
		return 2*m.Place + 1
	}
	return 2 * m.Place
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
		if g.shown[e] {
			x[e] = model.Never
		}
	}
	ok := true
	put := func(e petri.EventID, at time.Duration) {
		if e >= 0 && at != model.Never {
			x[e] = at
		}
	}
	for n := range t.Nodes {
		put(g.Starts[n], t.Nodes[n].Start)
		for i, at := range g.record.Nodes[n].Instructions {
			put(at.Start, t.Nodes[n].Instructions[i].Start)
			put(at.End, t.Nodes[n].Instructions[i].End)
		}
	}
	for c := range t.Components {
		k := &t.Components[c]
		for i, b := range k.Behaviours {
			if of := g.record.Components[c].Behaviours; i < len(of) {
				put(of[i].Begin, b.Begin)
				put(of[i].End, b.End)
			} else {
				ok = false
			}
		}
		clear(count)
		for _, f := range k.Firings {
			i := count[f.Transition]
			count[f.Transition]++
			if of := g.firings[c][f.Transition]; i < len(of) {
				put(of[i].Start, f.Start)
				put(of[i].End, f.End)
			} else if f.End != model.Never {
				ok = false
			}
		}
		clear(count)
		for _, m := range k.Moves {
			if of, i := g.moves[c][moveIndex(m)], count[moveIndex(m)]; i < len(of) {
				put(of[i], m.At)
			} else {
				ok = false
			}
			count[moveIndex(m)]++
		}
	}
	return ok
}

// unknown is the date of an event that no trace shows.
const unknown time.Duration = -1
