package waits

import (
	"slices"

	"adagio/dsl/model"
	"adagio/petri"
)

// With model.Rules.Fails the process of a node ends that asks a provider of another node whether it
// is active when it is deleted (SEMANTICS.md, rule 7.7). The net has no such end: which of several
// providers is asked first is open, and with one that is active no other is asked.

// deleted lists the components that may ask a provider that is deleted.
func (k *processes) deleted() (asked []Wait) {
	s := k.net.Scenario
	if !s.Rules.Fails {
		return nil
	}
	for i, l := range s.Links {
		b := s.Components[l.Provider].Node
		for j, in := range s.Nodes[b].Program {
			if in.Op != model.Delete || in.Component != l.Provider {
				continue
			}
			if e := k.asksDeleted(i, j); e >= 0 {
				o := k.graph.Origin(e)
				asked = append(asked, Wait{Component: l.User, Node: o.Node, Instruction: -1, Reason: Deleted, Element: o.Element, Starts: o.Kind == petri.Start, On: l.Provider, Port: l.ProvidePort, OnNode: -1})
			}
		}
	}
	return asked
}

// asksDeleted is an event before which the user of a link may ask its provider after that has been
// deleted by an instruction and before it is added again, or -1.
func (k *processes) asksDeleted(link, deletion int) petri.EventID {
	s := k.net.Scenario
	l := s.Links[link]
	a, b := s.Components[l.User].Node, s.Components[l.Provider].Node
	deleted, again := k.done[b][deletion], petri.EventID(-1)
	for j, in := range s.Nodes[b].Program {
		if j > deletion && in.Op == model.Add && in.Component == l.Provider && again < 0 {
			again = k.done[b][j]
		}
	}
	for _, t := range k.net.ComponentLooks[[2]int{a, b}] {
		o := k.net.Transitions[t].Origin
		if o.Component != l.User || o.Kind == petri.Leave || o.Kind == petri.LeaveTry {
			continue
		}
		for _, e := range k.orders.Firings().Of(t) {
			begun := k.begun(e)
			switch {
			case k.certain.UpTo(e, deleted) || k.orders.Ahead(e, deleted) > 0:
			case again >= 0 && begun >= 0 && (k.certain.UpTo(again, begun) || k.orders.Ahead(again, begun) > 0):
			case k.connectedAt(link, a, begun):
				return e
			}
		}
	}
	return -1
}

// begun is the begin of the behaviour that an event of a component belongs to, before which it asks
// nothing, or -1.
func (k *processes) begun(e petri.EventID) petri.EventID {
	c := k.graph.Origin(e).Component
	for f := e - 1; f >= 0; f-- {
		if o := k.graph.Origin(f); o.Component == c && o.Kind == petri.BehaviourRun {
			return f
		}
	}
	return -1
}

// connectedAt says whether the user of a link, on node a, may have its side of it from an event on.
func (k *processes) connectedAt(link, a int, from petri.EventID) bool {
	connected := k.net.Scenario.Links[link].UserSide
	for i, in := range k.net.Scenario.Nodes[a].Program {
		switch e := k.done[a][i]; {
		case in.Link != link:
		case in.Op == model.Connect:
			connected = true
		case in.Op == model.Disconnect && e >= 0 && from >= 0 && k.disconnects(e) && (k.certain.UpTo(e, from) || k.orders.Ahead(e, from) > 0):
			connected = false
		}
	}
	return connected
}

// disconnects says whether a disconnect has an effect: it takes a side of the connection.
func (k *processes) disconnects(e petri.EventID) bool {
	return slices.ContainsFunc(k.net.Transitions[k.graph.Transition[e]].In(), func(p petri.PlaceID) bool {
		return k.net.Places[p].Origin.Kind == petri.Derived
	})
}
