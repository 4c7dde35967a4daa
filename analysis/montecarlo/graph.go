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
	// shown says which events a trace dates, exact which have a date without
	// error: those, and what follows from such by constant delays.
	shown, exact []bool
	ideal        bool // nodes act at once on what they know
	// The events that a trace shows, by where it shows them, in order of
	// occurrence. A transition has two: its start, where the graph has one, and
	// its end.
	starts, fires [][][]petri.EventID // by component, transition
	enters        [][][]petri.EventID // by component, place
	leaves        [][][]petri.EventID // by component, place
	begins, ends  [][]petri.EventID   // of behaviours; by component, push; -1 where there is none
	steps, pauses [][]petri.EventID   // end of instructions, begin of pauses; by node, instruction
}

func newGraph(g *petri.EventGraph) *graph {
	s := g.Net.Scenario
	out := &graph{
		EventGraph: g, least: g.Delays(petri.Earliest), shown: make([]bool, g.Len()), exact: make([]bool, g.Len()),
		ideal:  s.Network.Profile.Kind != model.Polling,
		starts: table(s, transitions), fires: table(s, transitions), enters: table(s, places), leaves: table(s, places),
		begins: make([][]petri.EventID, len(s.Components)), ends: make([][]petri.EventID, len(s.Components)),
		steps: make([][]petri.EventID, len(s.Nodes)), pauses: make([][]petri.EventID, len(s.Nodes)),
	}
	for e := range g.Transition {
		id := petri.EventID(e)
		out.shown[e] = out.show(id, g.Origin(id))
		out.exact[e] = out.shown[e] || out.follows(id)
	}
	return out
}

func transitions(t *model.Type) int { return len(t.Transitions) }
func places(t *model.Type) int      { return len(t.Places) }

func table(s *model.Scenario, width func(*model.Type) int) [][][]petri.EventID {
	out := make([][][]petri.EventID, len(s.Components))
	for c := range out {
		out[c] = make([][]petri.EventID, width(s.TypeOf(c)))
	}
	return out
}

// show notes where a trace shows an event, and says whether it does.
func (g *graph) show(e petri.EventID, o petri.Origin) bool {
	add := func(to [][][]petri.EventID) { to[o.Component][o.Element] = append(to[o.Component][o.Element], e) }
	set := func(to [][]petri.EventID, i, k int) bool {
		for len(to[i]) <= k {
			to[i] = append(to[i], -1)
		}
		if to[i][k] >= 0 {
			return false // the executor's own time after it
		}
		to[i][k] = e
		return true
	}
	switch o.Kind {
	case petri.NodeStart:
	case petri.Start:
		add(g.starts)
	case petri.Fire:
		add(g.fires)
	case petri.Enter:
		add(g.enters)
	case petri.ComponentAdd:
		// Under ConcertoD the place is marked at once, without asking anything: the
		// trace may show it before its causes in the net.
		g.enters[o.Component][o.Element] = append(g.enters[o.Component][o.Element], -1)
		return false
	case petri.Leave:
		add(g.leaves)
	case petri.BehaviourRun:
		return set(g.begins, o.Component, o.Push)
	case petri.BehaviourEnd:
		return set(g.ends, o.Component, o.Push)
	case petri.ProgramStep:
		return set(g.steps, o.Node, o.Instruction)
	case petri.PauseBegin:
		return set(g.pauses, o.Node, o.Instruction)
	default:
		return false
	}
	return true
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
		for i, e := range g.steps[n] {
			put(e, t.Nodes[n].Instructions[i].End)
		}
		for i, e := range g.pauses[n] {
			put(e, t.Nodes[n].Instructions[i].Start)
		}
	}
	for c := range t.Components {
		k := &t.Components[c]
		for i, b := range k.Behaviours {
			nth(g.begins[c], i, b.Begin)
			nth(g.ends[c], i, b.End)
		}
		clear(count)
		for _, f := range k.Firings {
			i := count[f.Transition]
			count[f.Transition]++
			if of := g.starts[c][f.Transition]; i < len(of) {
				put(of[i], f.Start)
			}
			nth(g.fires[c][f.Transition], i, f.End)
		}
		clear(count)
		for _, m := range k.Moves {
			of, i := g.leaves[c][m.Place], 2*m.Place
			if m.Entered {
				of, i = g.enters[c][m.Place], i+1
			}
			nth(of, count[i], m.At)
			count[i]++
		}
	}
	return ok
}

// unknown is the date of an event that no trace shows.
const unknown time.Duration = -1
