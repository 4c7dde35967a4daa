package unfold

import (
	"slices"

	"adagio/petri"
	"adagio/petri/internal/lists"
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
	if len(askers) == 0 {
		return
	}
	order := newCertain(g)
	fired := lists.Grouped(len(g.Net.Transitions), func(yield func(petri.TransitionID, petri.EventID) bool) {
		for e, t := range g.Transition {
			yield(t, petri.EventID(e))
		}
	})
	resting := make([]int32, g.Len()) // peers
	computes, moves := beginsToCompute(g), movesOfNodes(g)
	for m, events := range askers {
		first, last := order.firstOf(moves[m]), order.lastOf(moves[m])
		// What a transition ends in may be noticed later, so that only entries are the last.
		settles := !slices.ContainsFunc(last, func(e petri.EventID) bool { return g.Origin(e).Kind != petri.Enter })
		looks := map[int][]petri.EventID{} // the last, by observer
		for _, e := range events {
			if computes[m] < 0 || order.upTo(e, computes[m]) || first >= 0 && order.upTo(e, first) || settles && order.afterAll(e, last) {
				resting[e]++
				continue
			}
			n := g.Origin(e).Node
			if g.Net.Awaiting[[2]int{n, m}] {
				continue
			}
			if _, ok := looks[n]; !ok {
				var all []petri.EventID
				for _, t := range g.Net.Asking[[2]int{n, m}] {
					all = append(all, fired.Of(t)...)
				}
				slices.Sort(all)
				looks[n] = order.lastOf(slices.Compact(all))
			}
			if order.afterAll(e, looks[n]) { // the observer asks no more
				resting[e]++
			}
		}
	}
	g.PeersAtRest = make([]bool, g.Len())
	for e, t := range g.Transition {
		tr := &g.Net.Transitions[t]
		g.PeersAtRest[e] = len(tr.Peers) > 0 && tr.AtRest < tr.Delay.Hi && int(resting[e]) == len(tr.Peers)
	}
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
