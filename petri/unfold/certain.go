package unfold

import (
	"slices"

	"adagio/petri"
	"adagio/petri/internal/clock"
)

// certain answers which events of a graph certainly precede others: in each alternative.
type certain struct {
	clocks       *clock.Set
	clock        []clock.Clock // by event: what precedes it, and itself
	chain, count []int32       // by event: its chain, and how many events that has up to it
}

// newCertain computes the clock of each event. Events of one component, or of the program
// of one node, are a chain as far as each certainly follows the one before it.
func newCertain(g *petri.EventGraph) *certain {
	n := g.Len()
	o := &certain{clock.NewSet(n), make([]clock.Clock, n), make([]int32, n), make([]int32, n)}
	type chain struct{ id, length int32 }
	chains, last := int32(0), map[int]chain{} // by owner
	for e := range o.clock {
		var known clock.Clock
		first := true
		g.Alternatives(petri.EventID(e), func(causes []petri.EventID) bool {
			var some clock.Clock
			for _, p := range causes {
				some = o.clocks.Join(some, o.clock[p])
			}
			if first {
				known, first = some, false
			} else {
				known = o.clocks.Meet(known, some)
			}
			return true
		})
		owner := ownerOf(g.Net, g.Transition[e])
		c, ok := last[owner]
		if !ok || o.clocks.Count(known, c.id) < c.length {
			c = chain{id: chains}
			chains++
		}
		c.length++
		last[owner] = c
		o.chain[e], o.count[e] = c.id, c.length
		o.clock[e] = o.clocks.With(known, c.id, c.length)
	}
	return o
}

// upTo says whether an event certainly precedes another, or is it.
func (o *certain) upTo(a, b petri.EventID) bool {
	return o.clocks.Count(o.clock[b], o.chain[a]) >= o.count[a]
}

// afterAll says whether an event is certainly after all of some others.
func (o *certain) afterAll(e petri.EventID, others []petri.EventID) bool {
	return !slices.ContainsFunc(others, func(other petri.EventID) bool { return e == other || !o.upTo(other, e) })
}

// firstOf returns the first of some events, if it is certainly before all others, or -1.
func (o *certain) firstOf(events []petri.EventID) petri.EventID {
	if len(events) == 0 || slices.ContainsFunc(events[1:], func(e petri.EventID) bool { return !o.upTo(events[0], e) }) {
		return -1
	}
	return events[0]
}

// lastOf lists those of some events, which are in order, that none of them certainly
// follows.
func (o *certain) lastOf(events []petri.EventID) (last []petri.EventID) {
	for _, e := range slices.Backward(events) {
		if !slices.ContainsFunc(last, func(other petri.EventID) bool { return o.upTo(e, other) }) {
			last = append(last, e)
		}
	}
	return last
}

// ownerOf numbers whose event the firing of a transition is: a component's, or a node's.
func ownerOf(net *petri.Net, t petri.TransitionID) int {
	o := net.Transitions[t].Origin
	switch o.Kind {
	case petri.NodeStart, petri.ProgramStep, petri.WaitBegin, petri.PauseBegin, petri.Look, petri.Published, petri.Network:
		return len(net.Scenario.Components) + o.Node
	}
	if o.Component < 0 {
		return len(net.Scenario.Components) + o.Node
	}
	return o.Component
}
