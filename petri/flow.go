package petri

import (
	"slices"

	"adagio/dsl/model"
)

// flow returns the places through which the work of an event comes and goes, and those
// that it reads.
func (b *body) flow(ev *event) (in, out, read []PlaceID) {
	switch ev.kind {
	case ComponentAdd:
		in = []PlaceID{b.k.existences[ev.dockSet].beingAdded, b.k.busy}
		if b.k.occupied[ev.element] >= 0 {
			in = append(in, b.k.occupied[ev.element])
		}
		in[0] = b.stepped(in[0], "entry into the initial place"+again(ev.dockSet), ev)
		return in, []PlaceID{b.k.at[ev.element], b.k.idle, b.k.exists, b.k.turn[b.k.turnOf(ev.dockSet, b.k.existences[ev.dockSet].first)]}, nil
	case LeaveTry:
		in = []PlaceID{b.leaveWork(toLeave, ev.behaviour, ev.element)}
		return in, []PlaceID{b.leaveWork(trying, ev.behaviour, ev.element)}, nil
	case Leave:
		in, out = b.leaveFlow(ev)
		return in, out, nil
	case Start:
		ready := b.transitionWork(ready, ev.element)
		in = []PlaceID{b.looked(ready, "start of "+b.transitionName(ev.element), ev)}
		return in, []PlaceID{b.running(ev.element)}, nil
	case Fire:
		return []PlaceID{b.over(ev)}, []PlaceID{b.endedPlace(ev.element)}, nil
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

func (b *body) enterFlow(ev *event) (in, out, read []PlaceID) {
	for _, set := range b.k.life.filledTogether(ev.behaviour, ev.element) {
		full, not := b.dockSet(set)
		if slices.Contains(b.k.life.sets(ev.eventKey), set.dockSet) {
			in, out = append(in, full), append(out, not)
		} else {
			read = append(read, not)
		}
	}
	if in == nil {
		in = b.stepToEnter(ev, ev)
	}
	if b.k.occupied[ev.element] >= 0 {
		in = append(in, b.k.occupied[ev.element])
	}
	out = append(out, b.k.at[ev.element])
	for _, set := range b.k.life.sets(ev.eventKey) {
		a := [2]int{ev.element, set}
		out = append(out, b.work(enteredKey(ev.behaviour, a), b.enteredName(ev.behaviour, a), b.origin(Enter, ev.behaviour, ev.element)))
	}
	return in, out, read
}

// dockSet returns the places that say whether a dock set is full, and makes what fills
// it, at first use. They exist where another dock set of the place may be full at the
// same time: then both are emptied together, and each asks whether the other is full.
func (b *body) dockSet(ev *event) (full, not PlaceID) {
	o := b.origin(Enter, ev.behaviour, ev.element)
	name := b.enteredName(ev.behaviour, [2]int{ev.element, ev.dockSet})
	known := len(b.made)
	full = b.work(ev.key(arrived), "arrived: "+name, o)
	if known == len(b.made) {
		return full, b.made[ev.key(notArrived)]
	}
	not = b.place(b.name+": not arrived: "+name, true, true, b.componentOrigin(Derived, b.i))
	b.made[ev.key(notArrived)] = not
	in := b.stepToEnter(ev, b.k.life.allTogether(ev))
	b.add(Transition{Name: b.name + ": all docks to have " + name, In: append(in, not), Out: []PlaceID{full}, Origin: b.origin(Step, ev.behaviour, ev.element)})
	return full, not
}

// stepToEnter returns the places of the docks of an entry, after the step that a
// profile puts before it; longest is the event whose looks the step may take.
func (b *body) stepToEnter(ev, longest *event) (in []PlaceID) {
	for _, t := range b.k.life.emptied(ev.eventKey) {
		if mutated("first-dock-enters") && len(in) > 0 {
			break
		}
		in = append(in, b.endedPlace(t))
	}
	step := func() model.Delay { return model.Interval(b.eventStep(ev).Lo, b.eventStep(longest).Hi) }
	if step().Hi == 0 {
		return in
	}
	o := b.origin(Step, ev.behaviour, ev.element)
	o.Pos = b.t.Places[ev.element].Pos
	name := b.enteredName(ev.behaviour, [2]int{ev.element, ev.dockSet})
	key, what := ev.key(arrived), "arrived: "
	if len(b.k.life.filledTogether(ev.behaviour, ev.element)) > 0 {
		key, what = ev.key(steppedFor), "stepped: "
	}
	stepped := b.work(key, what+name, o)
	b.add(b.looking(Transition{Name: b.name + ": step to have " + name, In: in, Out: []PlaceID{stepped}, Read: b.gated(nil), Origin: o},
		o.Node, b.asked(b.i, ev.behaviour), step))
	return []PlaceID{stepped}
}
