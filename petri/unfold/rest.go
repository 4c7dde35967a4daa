package unfold

import (
	"slices"

	"adagio/petri"
	"adagio/petri/internal/lists"
	"adagio/petri/precedence"
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

// findPeersAtRest finds out which delays of the graph contain looks at nodes at rest only. It
// returns how many nodes it has asked about for that.
func findPeersAtRest(o *precedence.Orders) (asked int) {
	g := o.Graph
	looks := func(e petri.EventID) bool {
		t := &g.Net.Transitions[g.Transition[e]]
		return len(t.Peers) > 0 && t.AtRest < t.Delay.Hi
	}
	n := petri.EventID(g.Len())
	first := petri.EventID(0)
	for first < n && !looks(first) {
		first++
	}
	if first == n {
		return 0
	}
	r := newRestfulness(o)
	g.PeersAtRest = make([]bool, n)
	for e := first; e < n; e++ {
		g.PeersAtRest[e] = looks(e) && r.all(e)
	}
	return r.asked
}

// restfulness tells which nodes are at rest when they are looked at.
type restfulness struct {
	g     *petri.EventGraph
	order *precedence.Certain
	fired *lists.Groups[petri.TransitionID, petri.EventID]
	nodes []restingNode
	last  map[[2]int][]petri.EventID // by observer and node: the last events that look at it
	// busy is by observer the node that was not at rest when one was last looked for. Many
	// events of a node look at the same others, and most of them find the same one.
	busy  []int
	asked int // nodes that have been asked about
}

// restingNode is when a node is at rest, whoever looks at it.
type restingNode struct {
	computes, first petri.EventID   // up to these, if they are known
	last            []petri.EventID // after all of them
	settles         bool            // whether it is at rest then
}

func newRestfulness(o *precedence.Orders) *restfulness {
	g := o.Graph
	r := &restfulness{g: g, order: o.Certain(), fired: o.Firings(), last: map[[2]int][]petri.EventID{}}
	moves := movesOfNodes(g)
	r.nodes, r.busy = make([]restingNode, len(g.Net.FirstComputing)), make([]int, len(g.Net.FirstComputing))
	for m := range r.nodes {
		moves := moves.Of(m)
		last := r.order.LastOf(moves)
		// What a transition ends in may be noticed later, so that only entries are the last.
		settles := !slices.ContainsFunc(last, func(e petri.EventID) bool { return g.Origin(e).Kind != petri.Enter })
		r.nodes[m] = restingNode{r.beginsToCompute(m), r.order.FirstOf(moves), last, settles}
		r.busy[m] = -1
	}
	return r
}

// all says whether all nodes that an event looks at are at rest.
func (r *restfulness) all(e petri.EventID) bool {
	peers, busy := r.g.Net.Transitions[r.g.Transition[e]].Peers, &r.busy[r.g.Origin(e).Node]
	if _, looked := slices.BinarySearch(peers, *busy); looked && !r.one(e, *busy) {
		return false
	}
	for _, m := range peers {
		if !r.one(e, m) {
			*busy = m
			return false
		}
	}
	return true
}

// one says whether a node is at rest when an event looks at it.
func (r *restfulness) one(e petri.EventID, m int) bool {
	r.asked++
	k := &r.nodes[m]
	if k.computes < 0 || r.order.UpTo(e, k.computes) || k.first >= 0 && r.order.UpTo(e, k.first) || k.settles && r.order.AfterAll(e, k.last) {
		return true
	}
	pair := [2]int{r.g.Origin(e).Node, m}
	return !r.g.Net.ProgramLooks[pair] && r.order.AfterAll(e, r.lastLooks(pair)) // the observer asks no more
}

// lastLooks lists the last events with which an observer looks at a node.
func (r *restfulness) lastLooks(pair [2]int) []petri.EventID {
	last, ok := r.last[pair]
	if !ok {
		var all []petri.EventID
		for _, t := range r.g.Net.ComponentLooks[pair] {
			all = append(all, r.fired.Of(t)...)
		}
		slices.Sort(all)
		last = r.order.LastOf(slices.Compact(all))
		r.last[pair] = last
	}
	return last
}

// beginsToCompute returns the event with which the program of a node comes to the first
// instruction in which it may compute without a pause, or -1.
func (r *restfulness) beginsToCompute(m int) petri.EventID {
	first := petri.EventID(-1)
	for _, t := range r.g.Net.Producers.Of(r.g.Net.FirstComputing[m]) {
		if fired := r.fired.Of(t); len(fired) > 0 && (first < 0 || fired[0] < first) {
			first = fired[0]
		}
	}
	return first
}

// movesOfNodes lists for each node its departures, entries and ends of transitions.
func movesOfNodes(g *petri.EventGraph) lists.Groups[int, petri.EventID] {
	return lists.Grouped(len(g.Net.FirstComputing), func(yield func(int, petri.EventID) bool) {
		for e, t := range g.Transition {
			if o := g.Net.Transitions[t].Origin; o.Kind == petri.Leave || o.Kind == petri.Enter || o.Kind == petri.Fire {
				yield(o.Node, petri.EventID(e))
			}
		}
	})
}
