package compile

import (
	"slices"

	"adagio/petri"
	"adagio/petri/component"
)

// flow returns the places through which the work of an event comes and goes, and those
// that it reads.
func (b *instance) flow(ev *component.Event) (in, out, read []petri.PlaceID) {
	switch ev.Kind {
	case petri.ComponentAdd:
		in = []petri.PlaceID{b.k.beingAdded[ev.DockSet], b.k.busy}
		if b.k.occupied[ev.Element] >= 0 {
			in = append(in, b.k.occupied[ev.Element])
		}
		in[0] = b.stepped(in[0], "entry into the initial place"+again(ev.DockSet), ev)
		return in, []petri.PlaceID{b.k.at[ev.Element], b.k.idle, b.k.exists, b.k.turn[b.k.turnOf(ev.DockSet, b.k.Existences[ev.DockSet].First)]}, nil
	case petri.LeaveTry:
		in = []petri.PlaceID{b.leaveWork(toLeave, ev.Behaviour, ev.Element)}
		return in, []petri.PlaceID{b.leaveWork(trying, ev.Behaviour, ev.Element)}, nil
	case petri.Leave:
		in, out = b.leaveFlow(ev)
		return in, out, nil
	case petri.Start:
		ready := b.transitionWork(ready, ev.Element)
		in = []petri.PlaceID{b.looked(ready, "start of "+b.transitionName(ev.Element), ev)}
		return in, []petri.PlaceID{b.running(ev.Element)}, nil
	case petri.Fire:
		return []petri.PlaceID{b.over(ev)}, []petri.PlaceID{b.endedPlace(ev.Element)}, nil
	}
	return b.enterFlow(ev)
}

func (b *instance) running(t int) petri.PlaceID {
	return b.transitionWork(underWay, t)
}

// noticesEnd says whether the end of a transition that holds a port is an event
// apart from its running: where pauses keep components from advancing, the
// transition itself goes on, but its end is noticed, and the port released, only
// afterwards; and what the release does may depend on what has happened meanwhile,
// which must not make the transition begin anew.
func (b *instance) noticesEnd(ev *component.Event) bool {
	return b.node().advancing >= 0 || len(ev.Variants) > 1
}

// over is the place that the end of a transition which holds a port takes its
// token from.
func (b *instance) over(ev *component.Event) petri.PlaceID {
	t := ev.Element
	if !b.noticesEnd(ev) {
		return b.running(t)
	}
	o := b.origin(petri.Fire, b.t.Transitions[t].Behaviour, t)
	over := b.transitionWork(over, t)
	b.add(transition{Name: b.name + ": run " + b.transitionName(t), In: []petri.PlaceID{b.running(t)}, Out: []petri.PlaceID{over}, Delay: b.duration(t), Origin: o})
	return over
}

func (b *instance) endedPlace(t int) petri.PlaceID {
	return b.transitionWork(ended, t)
}

func (b *instance) leaveFlow(ev *component.Event) (in, out []petri.PlaceID) {
	token := b.leaveWork(toLeave, ev.Behaviour, ev.Element)
	if b.k.Space.Tries(ev.Element) {
		token = b.leaveWork(trying, ev.Behaviour, ev.Element)
		token = b.looked(token, b.goName(ev.Behaviour, ev.Element), ev)
	}
	in = []petri.PlaceID{b.k.at[ev.Element], token}
	looks := ev.Others + b.k.Space.StartLooks(ev.EventKey)
	for _, t := range b.k.Space.Leaving(ev.Behaviour, ev.Element) {
		if b.k.Space.HoldsPort(t) {
			out = append(out, b.transitionWork(ready, t))
		} else {
			out = append(out, b.starting(t, looks, ev))
		}
	}
	if b.k.occupied[ev.Element] >= 0 {
		out = append(out, b.k.occupied[ev.Element])
	}
	return in, out
}

func (b *instance) enterFlow(ev *component.Event) (in, out, read []petri.PlaceID) {
	for _, set := range b.k.Space.FilledTogether(ev.Behaviour, ev.Element) {
		full, not := b.dockSet(set)
		if slices.Contains(b.k.Space.Sets(ev.EventKey), set.DockSet) {
			in, out = append(in, full), append(out, not)
		} else {
			read = append(read, not)
		}
	}
	if in == nil {
		in = b.stepToEnter(ev, ev)
	}
	if b.k.occupied[ev.Element] >= 0 {
		in = append(in, b.k.occupied[ev.Element])
	}
	out = append(out, b.k.at[ev.Element])
	for _, set := range b.k.Space.Sets(ev.EventKey) {
		a := [2]int{ev.Element, set}
		out = append(out, b.work(enteredKey(ev.Behaviour, a), b.enteredName(ev.Behaviour, a), b.origin(petri.Enter, ev.Behaviour, ev.Element)))
	}
	return in, out, read
}

// dockSet returns the places that say whether a dock set is full, and makes what fills
// it, at first use. They exist where another dock set of the place may be full at the
// same time: then both are emptied together, and each asks whether the other is full.
func (b *instance) dockSet(ev *component.Event) (full, not petri.PlaceID) {
	o := b.origin(petri.Enter, ev.Behaviour, ev.Element)
	name := b.enteredName(ev.Behaviour, [2]int{ev.Element, ev.DockSet})
	known := len(b.made)
	full = b.work(workOf(ev, arrived), "arrived: "+name, o)
	if known == len(b.made) {
		return full, b.made[workOf(ev, notArrived)]
	}
	not = b.place(b.name+": not arrived: "+name, true, true, b.componentOrigin(petri.Derived, b.i))
	b.made[workOf(ev, notArrived)] = not
	in := b.stepToEnter(ev, b.k.Space.AllTogether(ev))
	b.add(transition{Name: b.name + ": all docks to have " + name, In: append(in, not), Out: []petri.PlaceID{full}, Origin: b.origin(petri.Step, ev.Behaviour, ev.Element)})
	return full, not
}

// stepToEnter returns the places of the docks of an entry, after the step that a
// profile puts before it; longest is the event whose looks the step may take.
func (b *instance) stepToEnter(ev, longest *component.Event) (in []petri.PlaceID) {
	for _, t := range b.k.Space.Emptied(ev.EventKey) {
		in = append(in, b.endedPlace(t))
	}
	step := b.Entry(b.i, ev, longest)
	if step.Hi == 0 {
		return in
	}
	o := b.origin(petri.Step, ev.Behaviour, ev.Element)
	o.Pos = &b.t.Places[ev.Element].Pos
	name := b.enteredName(ev.Behaviour, [2]int{ev.Element, ev.DockSet})
	key, what := workOf(ev, arrived), "arrived: "
	if len(b.k.Space.FilledTogether(ev.Behaviour, ev.Element)) > 0 {
		key, what = workOf(ev, steppedFor), "stepped: "
	}
	stepped := b.work(key, what+name, o)
	b.add(transition{Name: b.name + ": step to have " + name, In: in, Out: []petri.PlaceID{stepped}, Read: b.gated(nil), Delay: step, Origin: o})
	return []petri.PlaceID{stepped}
}

// starting is the place from which a transition runs that asks nothing; looks are those between
// the departure and its start, at most.
func (b *instance) starting(t, looks int, departure *component.Event) petri.PlaceID {
	if !b.Polling() || looks == 0 {
		return b.running(t)
	}
	o := b.origin(petri.Step, departure.Behaviour, departure.Element)
	name := b.transitionName(t)
	to := b.work(workKey{what: starting, index: t}, "starting "+name, o)
	b.add(transition{Name: b.name + ": step to start " + name, In: []petri.PlaceID{to}, Out: []petri.PlaceID{b.running(t)}, Delay: b.Starting(b.i, departure, looks), Origin: o})
	return to
}

// stepped inserts a step before an initial place is entered, where the executor has one.
func (b *instance) stepped(from petri.PlaceID, what string, ev *component.Event) petri.PlaceID {
	step := b.Addition(b.i, ev)
	if step.Hi == 0 {
		return from
	}
	o := b.origin(petri.Step, ev.Behaviour, ev.Element)
	to := b.work(workOf(ev, steppedFor), "stepped: "+what, o)
	b.add(transition{Name: b.name + ": step for " + what, In: []petri.PlaceID{from}, Out: []petri.PlaceID{to}, Read: b.gated(nil), Delay: step, Origin: o})
	return to
}

// looked inserts a first look at remote facts, where there are any to look at.
func (b *instance) looked(from petri.PlaceID, what string, ev *component.Event) petri.PlaceID {
	look, ok := b.FirstLook(b.i, ev)
	if !ok {
		return from
	}
	o := b.origin(petri.Look, ev.Behaviour, ev.Element)
	to := b.work(workOf(ev, lookedFor), "looked: "+what, o)
	b.add(transition{Name: b.name + ": look for " + what, In: []petri.PlaceID{from}, Out: []petri.PlaceID{to}, Read: b.gated(nil), Delay: look, Origin: o})
	return to
}
