package compile

import (
	"slices"
	"time"

	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/component"
)

// What the loop of a polling executor puts before the events of a component: the
// rest of a pass, the next pass, and first looks (executor.go has the bounds).

// passDelay is at most one pass in which a node makes that many looks.
func (b *body) passDelay(looks int) model.Delay {
	if !b.polling() {
		return model.Delay{}
	}
	return model.Interval(0, b.s.Network.Profile.Pass.Hi+b.lookingTime(b.s.Components[b.i].Node, looks))
}

// engageDelay is what passes from the begin of a push to its first departures:
// the next pass, or the one after the look of a wait that the program has come
// to; and a sleep before it where nothing could move in the push before.
func (b *body) engageDelay(p int) model.Delay {
	if b.s.Network.Profile.Kind == model.Concertod {
		return b.s.Network.Profile.Pass
	}
	d := b.passDelay(2 * b.beside(b.i, b.k.pushes[p].behaviour))
	if p > b.k.existences[b.k.pushes[p].existence].first && b.maySleepAfter(b.k.space.Modes[p-1]) {
		d = model.Interval(0, d.Hi+b.s.Network.Profile.Poll.Hi)
	}
	return d
}

// starting is the place from which a transition runs that asks nothing: a polling
// executor may look for other places and transitions of the component between the
// departure and the start, so often at most.
func (b *body) starting(t, looks int, departure *component.Event) petri.PlaceID {
	if !b.polling() || looks == 0 {
		return b.running(t)
	}
	o := b.origin(petri.Step, departure.Behaviour, departure.Element)
	name := b.transitionName(t)
	to := b.work(workKey{what: starting, index: t}, "starting "+name, o)
	b.add(b.looking(transition{Name: b.name + ": step to start " + name, In: []petri.PlaceID{to}, Out: []petri.PlaceID{b.running(t)}, Origin: o},
		o.Node, b.asked(b.i, departure.Behaviour), func() model.Delay { return model.Interval(0, b.lookingTime(o.Node, looks)) }))
	return to
}

// stepped inserts a step before an initial place is entered, where the profile
// has one and the place is not entered with the instruction itself (concerto-d).
func (b *body) stepped(from petri.PlaceID, what string, ev *component.Event) petri.PlaceID {
	step := func() model.Delay { return model.Interval(0, b.eventStep(ev).Hi) }
	if step().Hi == 0 || !b.rules.GateStart || !b.polling() {
		return from
	}
	o := b.origin(petri.Step, ev.Behaviour, ev.Element)
	to := b.work(workOf(ev, steppedFor), "stepped: "+what, o)
	b.add(b.looking(transition{Name: b.name + ": step for " + what, In: []petri.PlaceID{from}, Out: []petri.PlaceID{to}, Read: b.gated(nil), Origin: o}, o.Node, b.asked(b.i, ev.Behaviour), step))
	return to
}

// turnDelay is how long a component of a polling executor may take to see what
// another of its own node has done: the rest of that pass and the next one, until
// it has looked itself.
func (b *body) turnDelay(ev *component.Event) model.Delay {
	return b.passDelay(ev.Own + b.othersBeside(ev))
}

// asksHere says whether an event depends on another component of its own node.
func (b *body) asksHere(e component.Effect) bool {
	asksWithin := func(port int) bool { return slices.ContainsFunc(b.k.links[port], b.within) }
	return slices.ContainsFunc(e.Checks, asksWithin) || slices.ContainsFunc(e.Locked, asksWithin)
}

// othersBeside bounds the looks that a node makes in one pass besides those of an
// event.
func (b *body) othersBeside(ev *component.Event) int { return ev.Others + b.beside(b.i, ev.Behaviour) }

// looked inserts a first look at remote facts, where there are any to look at.
func (b *body) looked(from petri.PlaceID, what string, ev *component.Event) petri.PlaceID {
	n := b.leastChecks(ev)
	if ev.Own == 0 || !b.polling() {
		return from
	}
	o := b.origin(petri.Look, ev.Behaviour, ev.Element)
	to := b.work(workOf(ev, lookedFor), "looked: "+what, o)
	lo := time.Duration(n) * b.node().leastLook
	b.add(b.looking(transition{Name: b.name + ": look for " + what, In: []petri.PlaceID{from}, Out: []petri.PlaceID{to}, Read: b.gated(nil), Origin: o}, o.Node, b.asked(b.i, ev.Behaviour),
		func() model.Delay {
			return model.Interval(lo, max(lo, b.lookingTime(o.Node, ev.Own+b.othersBeside(ev))))
		}))
	return to
}

// within says whether both ends of a link are on one node.
func (b *body) within(link int) bool {
	l := b.s.Links[link]
	return b.s.Components[l.User].Node == b.s.Components[l.Provider].Node
}

// remoteChecks counts the remote facts that an event cannot do without having
// looked at: one for each use port served from elsewhere only, one for each
// remote user.
func (b *body) remoteChecks(e component.Effect) int {
	n := 0
	for _, p := range e.Checks {
		if b.k.space.Remote[p] > 0 && !slices.ContainsFunc(b.k.links[p], b.within) {
			n++
		}
	}
	for _, p := range e.Locked {
		for _, l := range b.k.links[p] {
			if b.links[l].provider.state == sideFixed && b.s.Components[b.s.Links[l].User].Node != b.s.Components[b.i].Node {
				n++
			}
		}
	}
	return n
}
