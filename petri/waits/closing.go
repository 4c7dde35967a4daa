package waits

import (
	"slices"

	"adagio/dsl/model"
	"adagio/petri"
)

// The closing "wait all" of a node may hang though its program has ended: then its
// process never exits. Let all programs end, and all components be idle at last. The
// closing "wait all" of A returns when A has seen each neighbour B idle, and as many
// nodes have asked A as it has neighbours. As long as the process of B is there, it
// asks A in its own closing "wait all", and A sees it idle; and before it ends B has
// asked A and was told that A is idle. So A can hang only if
//
//   - a component of A or of B never becomes idle;
//   - a node that is no neighbour asks A, which makes one too many, or one too early;
//   - B may have ended, and asked for the last time, before the last "wait all" in the
//     program of A returns, which forgets who has asked;
//   - B may have ended before A has seen it idle in its closing "wait all": A has asked
//     it before, in its program; somebody else has in its place; or A was told that B is
//     idle while the program of B went on.
//
// Without confirmations B may always end before A sees it idle; where processes stay
// (no exits) it never does.

// unclosed lists why the closing "wait all" of a node may never return.
func (k *processes) unclosed() (unclosed []Wait) {
	if s := k.net.Scenario; s.Rules.Exits || s.Rules.Confirmations {
		for a := range s.Nodes {
			unclosed = append(unclosed, k.unclosedOf(a)...)
		}
	}
	return unclosed
}

// unclosedOf lists why that of node a may never return.
func (k *processes) unclosedOf(a int) (unclosed []Wait) {
	s := k.net.Scenario
	note := func(reason Reason, on, node int) {
		unclosed = append(unclosed, Wait{Reason: reason, Component: -1, Node: a, Instruction: -1, Element: -1, On: on, Port: -1, OnNode: node})
	}
	neighbours := s.Nodes[a].Neighbours
	for c, idle := range k.net.Idle {
		if n := s.Components[c].Node; idle >= 0 && !k.graph.Marking[idle] && (n == a || slices.Contains(neighbours, n)) {
			note(NotIdle, c, n)
		}
	}
	if s.Rules.Confirmations {
		for _, b := range k.strangers(a) {
			note(AskedByOther, -1, b)
		}
	}
	for _, b := range neighbours {
		switch {
		case s.Rules.Confirmations && k.mayForget(a, b):
			note(NotAsked, -1, b)
		case !s.Rules.Exits:
		case !s.Rules.Confirmations, k.firstConfirmation(a, b) >= 0, !k.onlyNeighboursAsk(b), k.mayIdle(b, a):
			note(Exited, -1, b)
		}
	}
	return unclosed
}

// strangers lists the nodes that are no neighbours of a node, and ask it.
func (k *processes) strangers(a int) (out []int) {
	s := k.net.Scenario
	for _, b := range k.askers[a] {
		if !slices.Contains(s.Nodes[a].Neighbours, b) && slices.ContainsFunc(s.Nodes[b].Program, func(in model.Instruction) bool { return s.Confirms(b, in, a) }) {
			out = append(out, b)
		}
	}
	return out
}

// mayForget says whether the last "wait all" in the program of node a may return after
// node b has asked it for the last time.
func (k *processes) mayForget(a, b int) bool {
	last := petri.EventID(-1)
	for i, in := range k.net.Scenario.Nodes[a].Program {
		if in.Confirmed() {
			last = k.done[a][i]
		}
	}
	ahead := func(e petri.EventID) bool { return k.orders.Ahead(last, e) >= 0 }
	return last >= 0 && !ahead(k.graph.Ends[b]) && !slices.ContainsFunc(k.ends[b], ahead)
}
