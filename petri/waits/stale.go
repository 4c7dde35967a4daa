package waits

import (
	"slices"

	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/precedence"
)

// Stale lists, of a graph that is not complete, the observations that may be out
// of date in favour of who is blocked: it may first have asked when the process that
// could tell it had ended, and then takes the last answer that its node got, or what it
// takes for granted. Marked gives the event that has marked a place which is marked at the
// end, or -1.
func Stale(orders *precedence.Orders, marked func(petri.PlaceID) petri.EventID) (stale []petri.Observation) {
	if s := orders.Graph.Net.Scenario; !s.Rules.Exits || s.Network.Profile.Kind != model.Polling {
		return nil
	}
	k := of(orders)
	for _, w := range Blocked(k.graph) {
		kind, ok := map[Reason]petri.FactKind{NotServed: petri.Active, InUse: petri.Free, Refused: petri.Accepting}[w.Reason]
		if !ok || w.Component < 0 {
			continue
		}
		b := k.net.Scenario.Components[w.On].Node
		f := petri.Fact{Kind: kind, Node: b, Component: w.On, Index: w.Port}
		o := petri.Observation{Fact: f, Node: w.Node, Change: k.changes(f)}
		if b != w.Node && !slices.Contains(stale, o) && k.mayAskLate(w, b, marked) {
			stale = append(stale, o)
		}
	}
	return stale
}

// changes counts the changes of a fact that are published.
func (k *processes) changes(f petri.Fact) (n int) {
	for t := range k.net.Transitions {
		if o := k.net.Transitions[t].Origin; o.Kind == petri.Published && o.Fact == f {
			n += len(k.orders.Firings().Of(petri.TransitionID(t)))
		}
	}
	return n
}

// mayAskLate says whether a blocked component may begin to look at node b when the
// process of that has ended, after an event of its node has looked there in vain for
// nothing.
func (k *processes) mayAskLate(w Wait, b int, marked func(petri.PlaceID) petri.EventID) bool {
	asked, late := w.Reason == Refused, false
	for _, t := range k.net.ComponentLooks[[2]int{w.Node, b}] {
		asked = asked || len(k.orders.Firings().Of(t)) > 0
		if tr := &k.net.Transitions[t]; tr.Origin.Component == w.Component && k.pending(tr) {
			late = late || slices.ContainsFunc(tr.In(), func(p petri.PlaceID) bool {
				e := marked(p)
				return e >= 0 && !k.findsAlive(e, b)
			})
		}
	}
	return asked && late
}

// pending says whether a transition has all that it takes.
func (k *processes) pending(t *petri.Transition) bool {
	return !slices.ContainsFunc(t.In(), func(p petri.PlaceID) bool { return !k.graph.Marking[p] })
}
