package executor

import (
	"slices"
	"time"

	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/component"
	"adagio/petri/internal/lists"
)

// A question is what the executor asks before an event: one look after another at
// the nodes of its providers or users, up to the answer. This file bounds how long
// that takes, and how late an answer may come.
//
// A look at a peer that runs a transition takes longer than one at a peer at rest
// (model.Profile, Busy and Request). That a peer is at rest is certain in two cases:
// a provider has become active for the last time, by the last entry of the last
// behaviour that is pushed on its node, which is common, or none is pushed there.

// question bounds a question by the time that is left of it after an answer in the
// negative, and by that of the next, which is granted.
type question struct{ refused, granted upper }

const noLink = -1

// question bounds the question of an event with an effect, when all that it asks
// for has come true. A refused one asks up to three times whether a port is served,
// or stops at the first user that locks; a granted one asks twice for each port of
// a place, served and allowed, or looks at every user. The answer in the negative
// may still come from a busy peer. settled is a link whose provider is at rest by
// now, or noLink.
func (t *Timing) question(comp int, ev *component.Event, e component.Effect, settled int) question {
	n, space := t.Scenario.Components[comp].Node, t.Components[comp].Space
	look := t.looks(n, 1)
	if t.sleeps { // it asks all in each pass, whatever the answers
		return question{look.times(ev.Own), look.times(ev.Own)}
	}
	q := question{granted: look.times(space.Locked(ev.EventKey, e))}
	if q.granted.any > 0 {
		q.refused = look
	}
	for _, p := range e.Checks {
		sets := len(space.Sets(ev.EventKey))
		looks, asked, remote := 2*space.Bindings(p, ev.Element)*sets, 3*sets, space.Remote[p]
		if ev.Kind == petri.Start {
			looks, asked = 1, 1
		}
		if remote == 0 {
			continue
		}
		next := t.portLook(comp, p, settled)
		q.refused = q.refused.max(look.plus(next.times(asked*remote - 1)))
		q.granted = q.granted.plus(next.times(looks * remote))
	}
	return q
}

// portLook is one look for a use port that is served (petri/README.md, "Looks at providers").
func (t *Timing) portLook(comp, port, settled int) upper {
	n, resting := t.Scenario.Components[comp].Node, t.restsOnceServed(comp, port)
	if settled != noLink {
		resting = t.Scenario.Components[t.Scenario.Links[settled].Provider].Node
	}
	look := t.looks(n, 1)
	for _, l := range t.Components[comp].Links[port] {
		if m, looked := t.FarEnd(comp, l); looked && m != resting && t.Nodes[m].Running > 0 {
			return look
		}
	}
	return always(look.atRest)
}

// restsOnceServed is a node that is at rest whenever a use port is served: that of the only
// provider that may serve it, which becomes active only once. It is -1 if none is known.
func (t *Timing) restsOnceServed(comp, port int) int {
	only, node := petri.Fact{}, -1
	for _, l := range t.Components[comp].Links[port] {
		f := t.served(l)
		if !t.Links[l].User.Exists || !t.Holds(f) && t.Changes(f) == 0 {
			continue
		}
		if node >= 0 {
			return -1
		}
		only, node = f, f.Node
	}
	if node >= 0 && t.settledOnce(only) {
		return node
	}
	return -1
}

// served is the fact that the provider of a link is active.
func (t *Timing) served(link int) petri.Fact {
	l := &t.Scenario.Links[link]
	return petri.Fact{Kind: petri.Active, Node: t.Scenario.Components[l.Provider].Node, Component: l.Provider, Index: l.ProvidePort}
}

// settledOnce says whether a provider is at rest whenever it is known to be active: it becomes
// active only once.
func (t *Timing) settledOnce(f petri.Fact) bool {
	holds, known := t.settled[f]
	if !known {
		holds = !t.Holds(f) && t.Changes(f) == 1 && t.Settles(f)
		t.settled[f] = holds
	}
	return holds
}

// Response says how late a change of a fact may be seen, and how old an answer may be: after a
// poll for a change in favour of who asks, any such, or the last one of a provider that is at rest
// from then on; and before an event that needs the answer by the looks after it.
type Response struct {
	late    upper
	settled time.Duration
	age     time.Duration
	// agreed is age for the answer that a provider does not refuse, which comes after the one
	// that it serves.
	agreed time.Duration
	peers  []int
}

// And is how late a change may be seen that two ask for.
func (r Response) And(other Response) Response {
	peers := other.peers
	if len(r.peers) > 0 && !slices.Equal(r.peers, peers) {
		peers = lists.Merged(r.peers, peers)
	}
	return Response{r.late.max(other.late), max(r.settled, other.settled), max(r.age, other.age), max(r.agreed, other.agreed), peers}
}

// Asking is how late an event with an effect sees a change of one of the links
// that it asks for: after the rest of the pass, in which the question was just refused,
// and the next pass, in which it is granted. Instead of the poll, there may be
// questions for docks that were filled before and the step of the last end. An answer is as old
// as the question that is granted, but for the look that got this answer, and the one before it
// that the port is served.
func (t *Timing) Asking(comp int, ev *component.Event, e component.Effect, link int) Response {
	if !t.Polling() {
		return Response{}
	}
	n := t.Scenario.Components[comp].Node
	after := func(settled int) upper {
		q := t.question(comp, ev, e, settled)
		return t.looks(n, 2*t.beside(comp, ev)).plus(q.refused).plus(q.granted)
	}
	granted, look := t.question(comp, ev, e, noLink).granted, t.looks(n, 1)
	for _, p := range e.Checks {
		if slices.Contains(t.Components[comp].Links[p], link) {
			look = t.portLook(comp, p, noLink)
		}
	}
	return Response{after(noLink), after(link).any, max(0, granted.any-look.any), max(0, granted.any-2*look.any), t.Company(comp, ev.Behaviour).Peers}
}

// Waiting is how late node n sees a change that an instruction waits for: within some looks after
// a poll, while the program looks at the given nodes, once at each. What an answer tells may have
// held for a moment only while the look was under way (SEMANTICS.md, rule 3.7).
func (t *Timing) Waiting(n, looks int, at ...int) Response {
	if !t.Polling() {
		return Response{}
	}
	late, age := t.looks(n, looks), t.looks(n, len(at)).any
	return Response{late, late.any, age, age, t.AskedWhileAt(n, at...)}
}

// Travel is the delay of a change of a fact from its node to another, in favour of who asks there
// or not; last says that no plan changes it more often.
func (t *Timing) Travel(f petri.Fact, to int, r Response, favourable, last bool) Delay {
	latency := t.network().Between(f.Node, to)
	switch kind := t.profile().Kind; {
	case kind == model.Pushing:
		return Plain(t.Message(f.Node, to))
	case kind.Brokers():
		due, rest := t.ThroughBroker(f.Node, to)
		return Plain(model.Interval(due.Lo+rest.Lo, due.Hi+rest.Hi))
	case kind == model.Ideal:
		return Plain(latency)
	case !favourable:
		age := r.age
		if f.Kind == petri.Accepting {
			age = r.agreed
		}
		return Plain(model.Interval(latency.Lo, latency.Hi+age))
	}
	late := r.late
	if last && t.Settles(f) {
		late = upper{r.settled, min(r.settled, late.atRest)}
	}
	return late.plus(always(t.profile().Poll.Hi)).max(always(latency.Hi)).from(latency.Lo, r.peers)
}
