package petri

import (
	"slices"

	"adagio/dsl/model"
)

// How long a look takes depends on what the peer does meanwhile: long at one that
// computes without a pause (model.Profile, Busy), otherwise short (Request). A delay
// in which a node looks has two upper ends, therefore: one whatever the peers do,
// and one where all that may be asked are calm. The unfolding tells which of them
// holds. A node is certainly calm
//
//   - before its program comes to an instruction that lets its components advance
//     and does not look at another node: it has not started, sleeps, or looks itself;
//   - before it has left the first place: no transition runs;
//   - after it has entered the last place, and all its transitions have ended.
//
// And it is not looked at after the last event of the observer's that asks it.
//
// Whether races are decided by time may be found out with these delays, too: up to
// the first firing of an execution that departs from the graph all delays are as in
// the graph, so that it cannot be later than what the graph has before it for certain.
//
// Both are a matter of causality: an event is certainly before another if it is
// among the causes of its causes, in each alternative.

// looking makes a transition whose delay contains looks of a node at some others.
func (c *compiler) looking(t Transition, n int, asked []int, delay func() model.Delay) Transition {
	t.Delay = delay()
	t.Asked, t.Calm = asked, c.whereCalm(n, func() duration { return delay().Hi })
	return t
}

// whereCalm evaluates what the looks of a node take while all its peers are calm.
func (c *compiler) whereCalm(n int, of func() duration) duration {
	k := &c.nodes[n]
	look := k.look
	k.look = k.restLook
	defer func() { k.look = look }()
	return of()
}

// asked lists the nodes that the node of a component may look at in a pass in
// which the component executes a behaviour (-1: is being added).
func (c *compiler) asked(component, behaviour int) []int {
	key := [2]int{component, behaviour}
	if known, ok := c.askedIn[key]; ok {
		return known
	}
	n := c.s.Components[component].Node
	var out []int
	for _, i := range c.nodes[n].components {
		out = c.peersOf(out, i, func(ev *event) bool { return i != component || ev.behaviour == behaviour })
	}
	for _, p := range c.components[component].pushes {
		if p.behaviour == behaviour || behaviour < 0 {
			out = c.waitsFor(out, n, component, p.instruction+1)
		}
	}
	for _, x := range c.components[component].existences {
		if behaviour < 0 {
			out = c.waitsFor(out, n, component, x.add+1)
		}
	}
	slices.Sort(out)
	out = slices.Compact(out)
	c.askedIn[key] = out
	return out
}

// peersOf appends the nodes that a component looks at for some of its events.
func (c *compiler) peersOf(out []int, component int, of func(*event) bool) []int {
	k := &c.components[component]
	for _, ev := range k.life.events {
		if !of(ev) {
			continue
		}
		for _, o := range ev.observed {
			out = c.askedFor(out, component, o.effect)
		}
	}
	return out
}

// askedFor appends the nodes that a component looks at for one event.
func (c *compiler) askedFor(out []int, component int, e effect) []int {
	for _, ports := range [2][]int{e.checks, e.locked} {
		for _, port := range ports {
			for _, l := range c.components[component].links[port] {
				if m, ok := c.farEnd(component, l); ok {
					out = append(out, m)
				}
			}
		}
	}
	return out
}

// waitsFor appends the nodes that a program may look at from an instruction on,
// until it waits for a component of its own.
func (c *compiler) waitsFor(out []int, n, component, from int) []int {
	for _, in := range c.s.Nodes[n].Program[from:] {
		switch {
		case in.Op == model.Wait && in.Component == component && c.s.Semantics != model.ConcertoD:
			return out
		case in.Op == model.Wait && c.s.Components[in.Component].Node != n:
			out = append(out, c.s.Components[in.Component].Node)
		case c.looksAtUser(n, in):
			out = append(out, c.s.Components[c.s.Links[in.Link].User].Node)
		}
	}
	return append(out, c.s.Nodes[n].Neighbours...)
}

// askedWhileAt lists the nodes that a node may look at in a pass while its program
// looks at the given ones.
func (c *compiler) askedWhileAt(n int, others ...int) []int {
	out := slices.Clone(others)
	for _, i := range c.nodes[n].components {
		out = c.peersOf(out, i, func(*event) bool { return true })
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// maxCalming bounds the work of calming a graph, in events times nodes.
const maxCalming = 100_000_000

// calm finds out which delays of the graph contain looks at calm nodes only.
func (g *EventGraph) calm() {
	askers := map[int][]EventID{}
	for e, t := range g.Transition {
		if tr := &g.Net.Transitions[t]; len(tr.Asked) > 0 && tr.Calm < tr.Delay.Hi {
			for _, m := range tr.Asked {
				askers[m] = append(askers[m], EventID(e))
			}
		}
	}
	if len(askers) == 0 || len(askers)*g.Len() > maxCalming {
		return
	}
	calmPeers := make([]int32, g.Len())
	loud, moves := g.beginsToCompute(), g.movesOfNodes()
	before, after, words := make([]bool, g.Len()), make([]bool, g.Len()), make([]uint64, g.Len())
	for m, events := range askers {
		clear(before)
		if loud[m] >= 0 {
			g.precede(loud[m], before)
		}
		g.follow(g.lastOf(moves[m]), after, words)
		open := events[:0]
		for _, e := range events {
			if loud[m] < 0 || before[e] || after[e] {
				calmPeers[e]++
			} else {
				open = append(open, e)
			}
		}
		if len(open) == 0 {
			continue
		}
		if first := g.firstOf(moves[m], words); first >= 0 {
			g.precede(first, before)
		}
		over := map[int]*asks{} // by observer
		for _, e := range open {
			if before[e] || g.asksNoMore(e, m, over, words) {
				calmPeers[e]++
			}
		}
	}
	g.calmed = make([]bool, g.Len())
	for e, t := range g.Transition {
		tr := &g.Net.Transitions[t]
		g.calmed[e] = len(tr.Asked) > 0 && tr.Calm < tr.Delay.Hi && int(calmPeers[e]) == len(tr.Asked)
	}
}

// asksNoMore says whether the node of an event certainly does not look at another
// any more: its program never does, and what its components ask for has happened.
func (g *EventGraph) asksNoMore(e EventID, m int, over map[int]*asks, words []uint64) bool {
	n := g.Origin(e).Node
	if g.Net.awaiting[[2]int{n, m}] {
		return false
	}
	a := over[n]
	if a == nil {
		a = &asks{events: g.firings(g.Net.asking[[2]int{n, m}])}
		over[n] = a
	}
	if len(a.events) > 0 && e <= a.events[len(a.events)-1] {
		return false
	}
	if a.after == nil {
		a.after = make([]bool, g.Len())
		g.followAll(a.events, a.after, words)
	}
	return a.after[e]
}

// asks are the events with which a node looks at another, and what is certainly
// after all of them, once that is known.
type asks struct {
	events []EventID
	after  []bool
}

// firings lists the firings of some transitions, in order.
func (g *EventGraph) firings(transitions []TransitionID) (out []EventID) {
	if len(transitions) == 0 {
		return nil
	}
	fires := make([]bool, len(g.Net.Transitions))
	for _, t := range transitions {
		fires[t] = true
	}
	for e, t := range g.Transition {
		if fires[t] {
			out = append(out, EventID(e))
		}
	}
	return out
}

// followAll marks the events that are certainly after all of the given ones, which
// are in order. It follows as many of them at a time as a word has bits; after is
// its own, by event: which of those it is, or is certainly after.
func (g *EventGraph) followAll(firsts []EventID, marked []bool, after []uint64) {
	for e := range marked {
		marked[e] = true
	}
	for some := range slices.Chunk(firsts, 64) {
		clear(after)
		clear(marked[:some[0]])
		all, next := ^uint64(0)>>(64-len(some)), 0
		for e := some[0]; int(e) < len(marked); e++ {
			bits := g.inEveryAlternative(e, after)
			marked[e] = marked[e] && bits == all
			if next < len(some) && some[next] == e {
				bits |= 1 << next
				next++
			}
			after[e] = bits
		}
	}
}

// inEveryAlternative returns the bits that some cause has in each alternative.
func (g *EventGraph) inEveryAlternative(e EventID, of []uint64) uint64 {
	bits := ^uint64(0)
	for a := g.firstAlternative[e]; a < g.firstAlternative[e+1]; a++ {
		some := uint64(0)
		for _, p := range g.causes[g.firstCause[a]:g.firstCause[a+1]] {
			some |= of[p]
		}
		bits &= some
	}
	return bits
}

// beginsToCompute returns for each node the event with which its program comes to
// the first instruction in which it may compute without a pause, or -1.
func (g *EventGraph) beginsToCompute() []EventID {
	of := map[PlaceID]int{}
	for m, p := range g.Net.Loud {
		of[p] = m
	}
	out := make([]EventID, len(g.Net.Loud))
	for m := range out {
		out[m] = -1
	}
	for e, t := range g.Transition {
		for _, p := range g.Net.Transitions[t].Out {
			if m, ok := of[p]; ok && out[m] < 0 {
				out[m] = EventID(e)
			}
		}
	}
	return out
}

// movesOfNodes lists for each node its departures, entries and ends of transitions.
func (g *EventGraph) movesOfNodes() [][]EventID {
	out := make([][]EventID, len(g.Net.Loud))
	for e := range g.Transition {
		if o := g.Origin(EventID(e)); o.Kind == Leave || o.Kind == Enter || o.Kind == Fire {
			out[o.Node] = append(out[o.Node], EventID(e))
		}
	}
	return out
}

// firstOf returns the first of the moves of a node, if it is certainly before all
// others, or -1.
func (g *EventGraph) firstOf(moves []EventID, words []uint64) EventID {
	if len(moves) == 0 {
		return -1
	}
	after := make([]bool, g.Len())
	g.followAll(moves[:1], after, words)
	if slices.ContainsFunc(moves[1:], func(e EventID) bool { return !after[e] }) {
		return -1
	}
	return moves[0]
}

// lastOf lists those of the moves of a node that none of them certainly follows.
func (g *EventGraph) lastOf(moves []EventID) (last []EventID) {
	covered := make([]bool, g.Len())
	for _, e := range slices.Backward(moves) {
		if !covered[e] {
			last = append(last, e)
			g.precede(e, covered)
		}
	}
	slices.Reverse(last)
	return last
}

// precede marks an event and those that are certainly before it. Beyond an event
// with alternatives it does not look.
func (g *EventGraph) precede(e EventID, marked []bool) {
	marked[e] = true
	for stack := []EventID{e}; len(stack) > 0; {
		e, stack = stack[len(stack)-1], stack[:len(stack)-1]
		if g.firstAlternative[e+1]-g.firstAlternative[e] > 1 {
			continue
		}
		for _, p := range g.Causes(e) {
			if !marked[p] {
				marked[p] = true
				stack = append(stack, p)
			}
		}
	}
}

// follow marks the events that are certainly after the last moves of a node, if
// these are entries: what a transition ends in may be noticed later.
func (g *EventGraph) follow(last []EventID, marked []bool, words []uint64) {
	if slices.ContainsFunc(last, func(e EventID) bool { return g.Origin(e).Kind != Enter }) {
		clear(marked)
		return
	}
	g.followAll(last, marked, words)
}
