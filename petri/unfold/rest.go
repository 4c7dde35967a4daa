package unfold

import (
	"slices"

	"adagio/petri"
)

// How long a look takes depends on what the peer does meanwhile: long at one that
// computes without a pause (model.Profile, Busy), otherwise short (Request). A delay
// in which a node looks has two upper ends, therefore: one whatever the peers do,
// and one where all that may be asked are at rest. The unfolding tells which of them
// holds. A node is certainly at rest
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

// maxRestWork bounds the work of that, in events times nodes.
const maxRestWork = 100_000_000

// findPeersAtRest finds out which delays of the graph contain looks at nodes at rest only.
func findPeersAtRest(g *petri.EventGraph) {
	askers := map[int][]petri.EventID{}
	for e, t := range g.Transition {
		if tr := &g.Net.Transitions[t]; len(tr.Peers) > 0 && tr.AtRest < tr.Delay.Hi {
			for _, m := range tr.Peers {
				askers[m] = append(askers[m], petri.EventID(e))
			}
		}
	}
	if len(askers) == 0 || len(askers)*g.Len() > maxRestWork {
		return
	}
	restingPeers := make([]int32, g.Len())
	computes, moves := beginsToCompute(g), movesOfNodes(g)
	before, after, words := make([]bool, g.Len()), make([]bool, g.Len()), make([]uint64, g.Len())
	for m, events := range askers {
		clear(before)
		if computes[m] >= 0 {
			precede(g, computes[m], before)
		}
		follow(g, lastOf(g, moves[m]), after, words)
		open := events[:0]
		for _, e := range events {
			if computes[m] < 0 || before[e] || after[e] {
				restingPeers[e]++
			} else {
				open = append(open, e)
			}
		}
		if len(open) == 0 {
			continue
		}
		if first := firstOf(g, moves[m], words); first >= 0 {
			precede(g, first, before)
		}
		over := map[int]*asks{} // by observer
		for _, e := range open {
			if before[e] || asksNoMore(g, e, m, over, words) {
				restingPeers[e]++
			}
		}
	}
	g.PeersAtRest = make([]bool, g.Len())
	for e, t := range g.Transition {
		tr := &g.Net.Transitions[t]
		g.PeersAtRest[e] = len(tr.Peers) > 0 && tr.AtRest < tr.Delay.Hi && int(restingPeers[e]) == len(tr.Peers)
	}
}

// asksNoMore says whether the node of an event certainly does not look at another
// any more: its program never does, and what its components ask for has happened.
func asksNoMore(g *petri.EventGraph, e petri.EventID, m int, over map[int]*asks, words []uint64) bool {
	n := g.Origin(e).Node
	if g.Net.Awaiting[[2]int{n, m}] {
		return false
	}
	a := over[n]
	if a == nil {
		a = &asks{events: firings(g, g.Net.Asking[[2]int{n, m}])}
		over[n] = a
	}
	if len(a.events) > 0 && e <= a.events[len(a.events)-1] {
		return false
	}
	if a.after == nil {
		a.after = make([]bool, g.Len())
		followAll(g, a.events, a.after, words)
	}
	return a.after[e]
}

// asks are the events with which a node looks at another, and what is certainly
// after all of them, once that is known.
type asks struct {
	events []petri.EventID
	after  []bool
}

// firings lists the firings of some transitions, in order.
func firings(g *petri.EventGraph, transitions []petri.TransitionID) (out []petri.EventID) {
	if len(transitions) == 0 {
		return nil
	}
	fires := make([]bool, len(g.Net.Transitions))
	for _, t := range transitions {
		fires[t] = true
	}
	for e, t := range g.Transition {
		if fires[t] {
			out = append(out, petri.EventID(e))
		}
	}
	return out
}

// followAll marks the events that are certainly after all of the given ones, which
// are in order. It follows as many of them at a time as a word has bits; after is
// its own, by event: which of those it is, or is certainly after.
func followAll(g *petri.EventGraph, firsts []petri.EventID, marked []bool, after []uint64) {
	for e := range marked {
		marked[e] = true
	}
	for some := range slices.Chunk(firsts, 64) {
		clear(after)
		clear(marked[:some[0]])
		all, next := ^uint64(0)>>(64-len(some)), 0
		for e := some[0]; int(e) < len(marked); e++ {
			bits := inEveryAlternative(g, e, after)
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
func inEveryAlternative(g *petri.EventGraph, e petri.EventID, of []uint64) uint64 {
	bits := ^uint64(0)
	for a := g.FirstAlternative[e]; a < g.FirstAlternative[e+1]; a++ {
		some := uint64(0)
		for _, p := range g.Cause[g.FirstCause[a]:g.FirstCause[a+1]] {
			some |= of[p]
		}
		bits &= some
	}
	return bits
}

// beginsToCompute returns for each node the event with which its program comes to
// the first instruction in which it may compute without a pause, or -1.
func beginsToCompute(g *petri.EventGraph) []petri.EventID {
	of := map[petri.PlaceID]int{}
	for m, p := range g.Net.Computes {
		of[p] = m
	}
	out := make([]petri.EventID, len(g.Net.Computes))
	for m := range out {
		out[m] = -1
	}
	for e, t := range g.Transition {
		for _, p := range g.Net.Transitions[t].Out() {
			if m, ok := of[p]; ok && out[m] < 0 {
				out[m] = petri.EventID(e)
			}
		}
	}
	return out
}

// movesOfNodes lists for each node its departures, entries and ends of transitions.
func movesOfNodes(g *petri.EventGraph) [][]petri.EventID {
	out := make([][]petri.EventID, len(g.Net.Computes))
	for e := range g.Transition {
		if o := g.Origin(petri.EventID(e)); o.Kind == petri.Leave || o.Kind == petri.Enter || o.Kind == petri.Fire {
			out[o.Node] = append(out[o.Node], petri.EventID(e))
		}
	}
	return out
}

// firstOf returns the first of the moves of a node, if it is certainly before all
// others, or -1.
func firstOf(g *petri.EventGraph, moves []petri.EventID, words []uint64) petri.EventID {
	if len(moves) == 0 {
		return -1
	}
	after := make([]bool, g.Len())
	followAll(g, moves[:1], after, words)
	if slices.ContainsFunc(moves[1:], func(e petri.EventID) bool { return !after[e] }) {
		return -1
	}
	return moves[0]
}

// lastOf lists those of the moves of a node that none of them certainly follows.
func lastOf(g *petri.EventGraph, moves []petri.EventID) (last []petri.EventID) {
	covered := make([]bool, g.Len())
	for _, e := range slices.Backward(moves) {
		if !covered[e] {
			last = append(last, e)
			precede(g, e, covered)
		}
	}
	slices.Reverse(last)
	return last
}

// precede marks an event and those that are certainly before it. Beyond an event
// with alternatives it does not look.
func precede(g *petri.EventGraph, e petri.EventID, marked []bool) {
	marked[e] = true
	for stack := []petri.EventID{e}; len(stack) > 0; {
		e, stack = stack[len(stack)-1], stack[:len(stack)-1]
		if g.FirstAlternative[e+1]-g.FirstAlternative[e] > 1 {
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
func follow(g *petri.EventGraph, last []petri.EventID, marked []bool, words []uint64) {
	if slices.ContainsFunc(last, func(e petri.EventID) bool { return g.Origin(e).Kind != petri.Enter }) {
		clear(marked)
		return
	}
	followAll(g, last, marked, words)
}
