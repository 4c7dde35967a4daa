package waits

import (
	"cmp"
	"slices"

	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/precedence"
)

// With model.Rules.Exits the process of a node ends when its closing "wait all"
// returns. The net has nodes that linger; this file finds out which looks may come
// too late for that. Let B be the node that ends. It does not end before
//
//   - its program and its behaviours have ended;
//   - it has seen each neighbour C idle after that: the programs and behaviours of C
//     have ended, too, unless C may be seen idle while its program stands at a pause, a
//     "wait all" or a wait for another node that does not hold;
//   - each neighbour C has asked whether B, or a component of B, is idle and was told
//     that it is, since B's own last "wait all": in its program, or in its closing "wait
//     all". As names are counted only, this holds where only neighbours ask.
//
// A look that certainly comes no later than one of these finds B alive. Where the
// closing "wait all" itself hangs the programs have ended: see closing.go.

// Exits is what the ends of processes may do, in graphs that are complete.
type Exits struct {
	// Missed lists who may wait for ever because the process of a node may have ended before
	// its last change was seen (Exited), by node.
	Missed []Wait
	// Deleted lists who may ask a provider that is deleted (Deleted), which ends the process
	// of its node.
	Deleted []Wait
	// Unclosed lists why the closing "wait all" of a node may never return (NotIdle, NotAsked,
	// AskedByOther, Exited), so that its process never exits.
	Unclosed []Wait
}

// Add adds what may happen in one more graph, with the order of its events.
func (x *Exits) Add(orders *precedence.Orders) {
	s := orders.Graph.Net.Scenario
	if s.Network.Profile.Kind != model.Polling || !s.Rules.Exits && !s.Rules.Confirmations && !s.Rules.Fails {
		return
	}
	k := of(orders)
	x.Missed = union(x.Missed, k.missed())
	slices.SortStableFunc(x.Missed, func(a, b Wait) int { return cmp.Compare(a.Node, b.Node) })
	x.Deleted = union(x.Deleted, k.deleted())
	x.Unclosed = union(x.Unclosed, k.unclosed())
}

// union appends the waits of a list that another does not have.
func union(list, more []Wait) []Wait {
	for _, w := range more {
		if !slices.Contains(list, w) {
			list = append(list, w)
		}
	}
	return list
}

// processes knows a graph as far as the ends of processes depend on it.
type processes struct {
	graph   *petri.EventGraph
	net     *petri.Net
	orders  *precedence.Orders
	certain *precedence.Certain

	done   [][]petri.EventID // by node and instruction; -1 where not executed
	ends   [][]petri.EventID // by node: the ends of its behaviours
	before map[int][]petri.EventID

	neighboursAsk map[int]bool // by node, see onlyNeighboursAsk

	askers [][]int // by node: those whose programs or components look at it, sorted
}

func of(orders *precedence.Orders) *processes {
	g := orders.Graph
	k := &processes{graph: g, net: g.Net, orders: orders, certain: orders.Certain(), before: map[int][]petri.EventID{}, neighboursAsk: map[int]bool{}}
	for _, n := range k.net.Scenario.Nodes {
		k.done = append(k.done, slices.Repeat([]petri.EventID{-1}, len(n.Program)))
	}
	k.findAskers()
	k.ends = make([][]petri.EventID, len(k.done))
	for e := range g.Transition {
		switch o := g.Origin(petri.EventID(e)); {
		case o.Kind == petri.ProgramStep:
			k.done[o.Node][o.Instruction] = petri.EventID(e)
		case o.Kind == petri.BehaviourEnd && k.shows(petri.EventID(e)):
			k.ends[o.Node] = append(k.ends[o.Node], petri.EventID(e))
		}
	}
	return k
}

// missed lists the looks that may come after the process of the node that they are at has
// ended.
func (k *processes) missed() (missed []Wait) {
	if !k.net.Scenario.Rules.Exits {
		return nil
	}
	for b, askers := range k.askers {
		for _, a := range askers {
			missed = append(missed, k.missedBy(a, b)...)
		}
	}
	return missed
}

// findAskers lists, for each node, the others that look at it.
func (k *processes) findAskers() {
	s := k.net.Scenario
	k.askers = make([][]int, len(s.Nodes))
	add := func(a, b int) {
		if a != b {
			k.askers[b] = append(k.askers[b], a)
		}
	}
	for pair := range k.net.ComponentLooks {
		add(pair[0], pair[1])
	}
	for a, node := range s.Nodes {
		for _, in := range node.Program {
			for _, b := range s.Asked(a, in) {
				add(a, b)
			}
		}
	}
	for b := range k.askers {
		slices.Sort(k.askers[b])
		k.askers[b] = slices.Compact(k.askers[b])
	}
}

// shows says whether an end of a behaviour is the one that others can see.
func (k *processes) shows(e petri.EventID) bool {
	in := k.net.Transitions[k.graph.Transition[e]].In()
	return k.net.Places[in[0]].Origin.Kind == petri.BehaviourRun
}

// missedBy lists the looks of node a that may find the process of node b ended.
func (k *processes) missedBy(a, b int) (missed []Wait) {
	note := func(e petri.EventID, w Wait) {
		w.Reason, w.Node, w.OnNode, w.On, w.Port = Exited, a, b, -1, -1
		if !slices.Contains(missed, w) && !k.findsAlive(e, b) {
			missed = append(missed, w)
		}
	}
	var looks []petri.EventID
	for _, t := range k.net.ComponentLooks[[2]int{a, b}] {
		looks = append(looks, k.orders.Firings().Of(t)...)
	}
	slices.Sort(looks)
	for _, e := range slices.Compact(looks) {
		o := k.graph.Origin(e)
		note(e, Wait{Component: o.Component, Instruction: -1, Element: o.Element, Starts: o.Kind == petri.Start})
	}
	for i, in := range k.net.Scenario.Nodes[a].Program {
		if e := k.done[a][i]; e >= 0 && slices.Contains(k.net.Scenario.Asked(a, in), b) && !k.firstToConfirm(a, i, b) {
			note(e, Wait{Component: -1, Instruction: i, Element: -1})
		}
	}
	return missed
}

// findsAlive says whether a look certainly comes no later than the end of a process.
func (k *processes) findsAlive(look petri.EventID, b int) bool {
	if k.graph.Ends[b] < 0 || k.lingers(b) {
		return true
	}
	bounds, known := k.before[b]
	if !known {
		bounds = k.bounds(b)
		slices.SortFunc(bounds, func(m, n petri.EventID) int { return cmp.Compare(k.graph.Origin(m).Node, k.graph.Origin(n).Node) })
		k.before[b] = bounds
	}
	own := k.graph.Origin(look).Node // whose events most likely tell, and are few
	first, _ := slices.BinarySearchFunc(bounds, own, func(m petri.EventID, n int) int { return cmp.Compare(k.graph.Origin(m).Node, n) })
	for _, m := range bounds[first:] {
		if k.graph.Origin(m).Node > own {
			break
		}
		if k.certain.UpTo(look, m) {
			return true
		}
	}
	return slices.ContainsFunc(bounds, func(m petri.EventID) bool { return k.certain.UpTo(look, m) }) ||
		slices.ContainsFunc(bounds, func(m petri.EventID) bool { return k.orders.Ahead(look, m) >= 0 })
}

// bounds lists events before which the process of node b does not end.
func (k *processes) bounds(b int) []petri.EventID {
	out := append(slices.Clone(k.ends[b]), k.graph.Ends[b])
	for _, c := range k.net.Scenario.Nodes[b].Neighbours {
		first := k.firstConfirmation(c, b)
		if first > 0 && k.onlyNeighboursAsk(b) {
			out = append(out, k.done[c][first-1]) // it has come to the instruction
		} else if first == 0 && k.onlyNeighboursAsk(b) {
			out = append(out, k.graph.Starts[c])
		}
		if end := k.graph.Ends[c]; end >= 0 && (first < 0 && k.onlyNeighboursAsk(b) || !k.mayIdle(c, b)) {
			out = append(append(out, end), k.ends[c]...)
		}
	}
	return slices.DeleteFunc(out, func(e petri.EventID) bool { return e < 0 })
}

// lingers says whether the process of node b never ends because a neighbour of it
// neither ends its program nor may be seen idle, or never asks.
func (k *processes) lingers(b int) bool {
	return slices.ContainsFunc(k.net.Scenario.Nodes[b].Neighbours, func(c int) bool {
		return k.graph.Ends[c] < 0 && (!k.mayIdle(c, b) || k.firstConfirmation(c, b) < 0 && k.onlyNeighboursAsk(b))
	})
}

// firstConfirmation is the first instruction of node c with which it may confirm to
// node b what counts for the closing "wait all" of that, or -1.
func (k *processes) firstConfirmation(c, b int) int {
	cleared := petri.EventID(-1)
	for i, in := range k.net.Scenario.Nodes[b].Program {
		if in.Confirmed() {
			cleared = k.done[b][i]
		}
	}
	for i, in := range k.net.Scenario.Nodes[c].Program {
		e := k.done[c][i]
		if e < 0 && !k.net.Scenario.Confirms(c, in, b) {
			return -1 // it does not come further
		}
		if k.net.Scenario.Confirms(c, in, b) && !(e >= 0 && cleared >= 0 && k.orders.Ahead(e, cleared) > 0) {
			return i
		}
	}
	return -1
}

// firstToConfirm says whether an instruction of node a is the first look with which
// it confirms to its neighbour b, which waits for it.
//
// A "wait all" asks over and over: told early that the other node is idle it has
// confirmed, and may still have to see it idle again.
func (k *processes) firstToConfirm(a, i, b int) bool {
	return k.net.Scenario.Nodes[a].Program[i].Op == model.Wait && slices.Contains(k.net.Scenario.Nodes[b].Neighbours, a) && k.onlyNeighboursAsk(b) && k.firstConfirmation(a, b) == i
}

// onlyNeighboursAsk says whether only neighbours confirm to a node.
func (k *processes) onlyNeighboursAsk(b int) bool {
	known, ok := k.neighboursAsk[b]
	if !ok {
		known = k.net.Scenario.Rules.Confirmations && len(k.strangers(b)) == 0
		k.neighboursAsk[b] = known
	}
	return known
}

// mayIdle says whether node b, once its program has ended, may see node c idle while
// the program of c goes on.
func (k *processes) mayIdle(c, b int) bool {
	for i, in := range k.net.Scenario.Nodes[c].Program {
		end := k.done[c][i]
		if end < 0 {
			return k.letsIdle(c, in) // it stands there
		}
		if k.letsIdle(c, in) && k.orders.Ahead(end, k.graph.Ends[b]) < 0 && !k.busyUntil(c, i, end) {
			return true
		}
	}
	return false
}

// letsIdle says whether components may be idle, and be seen so, for longer than an
// instant while the program of a node is at an instruction.
func (k *processes) letsIdle(c int, in model.Instruction) bool {
	switch in.Op {
	case model.Pause:
		return true
	case model.WaitAll:
		return !in.Holding
	}
	return !in.Holding && len(k.net.Scenario.Asked(c, in)) > 0
}

// busyUntil says whether a component of a node is busy from before an instruction
// begins to when it is done.
func (k *processes) busyUntil(c, i int, done petri.EventID) bool {
	return slices.ContainsFunc(k.ends[c], func(end petri.EventID) bool {
		return k.graph.Origin(end).Instruction < i && k.orders.Ahead(done, end) >= 0
	})
}
