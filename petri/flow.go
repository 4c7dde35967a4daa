package petri

import "adagio/dsl/model"

// flow returns the places through which the work of an event comes and goes.
func (b *body) flow(ev *event) (in, out []PlaceID) {
	switch ev.kind {
	case ComponentAdd:
		in = []PlaceID{b.k.existences[ev.dockSet].beingAdded, b.k.busy}
		if b.k.occupied[ev.element] >= 0 {
			in = append(in, b.k.occupied[ev.element])
		}
		in[0] = b.stepped(in[0], "entry into the initial place"+again(ev.dockSet), ev)
		return in, []PlaceID{b.k.at[ev.element], b.k.idle, b.k.exists, b.k.turn[b.k.turnOf(ev.dockSet, b.k.existences[ev.dockSet].first)]}
	case LeaveTry:
		in = []PlaceID{b.leaveWork(toLeave, ev.behaviour, ev.element)}
		return in, []PlaceID{b.leaveWork(trying, ev.behaviour, ev.element)}
	case Leave:
		return b.leaveFlow(ev)
	case Start:
		ready := b.transitionWork(ready, ev.element)
		in = []PlaceID{b.looked(ready, "start of "+b.transitionName(ev.element), ev)}
		return in, []PlaceID{b.running(ev.element)}
	case Fire:
		return []PlaceID{b.over(ev)}, []PlaceID{b.endedPlace(ev.element)}
	}
	return b.enterFlow(ev)
}

func (b *body) running(t int) PlaceID {
	return b.transitionWork(underWay, t)
}

// noticesEnd says whether the end of a transition that holds a port is an event
// apart from its running: where pauses keep components from advancing, the
// transition itself goes on, but its end is noticed, and the port released, only
// afterwards; and what the release does may depend on what has happened meanwhile,
// which must not make the transition begin anew.
func (b *body) noticesEnd(ev *event) bool {
	return b.node().advancing >= 0 || len(ev.variants) > 1
}

// over is the place that the end of a transition which holds a port takes its
// token from.
func (b *body) over(ev *event) PlaceID {
	t := ev.element
	if !b.noticesEnd(ev) {
		return b.running(t)
	}
	o := b.origin(Fire, b.t.Transitions[t].Behaviour, t)
	over := b.transitionWork(over, t)
	b.add(Transition{Name: b.name + ": run " + b.transitionName(t), In: []PlaceID{b.running(t)}, Out: []PlaceID{over}, Delay: b.duration(t), Origin: o})
	return over
}

func (b *body) endedPlace(t int) PlaceID {
	return b.transitionWork(ended, t)
}

func (b *body) leaveFlow(ev *event) (in, out []PlaceID) {
	token := b.leaveWork(toLeave, ev.behaviour, ev.element)
	if b.k.life.tries(ev.element) {
		token = b.leaveWork(trying, ev.behaviour, ev.element)
		token = b.looked(token, b.goName(ev.behaviour, ev.element), ev)
	}
	in = []PlaceID{b.k.at[ev.element], token}
	for _, t := range b.k.life.leaving(ev.behaviour, ev.element) {
		if mutated("one-transition-leaves") && len(out) > 0 {
			break
		}
		if b.k.life.gated(t) {
			out = append(out, b.transitionWork(ready, t))
		} else {
			out = append(out, b.starting(t, ev))
		}
	}
	if b.k.occupied[ev.element] >= 0 {
		out = append(out, b.k.occupied[ev.element])
	}
	return in, out
}

func (b *body) enterFlow(ev *event) (in, out []PlaceID) {
	for _, t := range b.k.life.docks(ev.behaviour, ev.element, ev.dockSet) {
		if mutated("first-dock-enters") && len(in) > 0 {
			break
		}
		in = append(in, b.endedPlace(t))
	}
	a := [2]int{ev.element, ev.dockSet}
	name := b.enteredName(ev.behaviour, a)
	if step := b.eventStep(ev); step.Hi > 0 {
		o := b.origin(Step, ev.behaviour, ev.element)
		o.Pos = b.t.Places[ev.element].Pos
		arrived := b.work(ev.key(arrived), "arrived: "+name, o)
		b.add(b.looking(Transition{Name: b.name + ": step to have " + name, In: in, Out: []PlaceID{arrived}, Read: b.gated(nil), Origin: o},
			o.Node, b.asked(b.i, ev.behaviour), func() model.Delay { return b.eventStep(ev) }))
		in = []PlaceID{arrived}
	}
	if b.k.occupied[ev.element] >= 0 {
		in = append(in, b.k.occupied[ev.element])
	}
	out = []PlaceID{b.k.at[ev.element], b.work(ev.key(entered), name, b.origin(Enter, ev.behaviour, ev.element))}
	return in, out
}
