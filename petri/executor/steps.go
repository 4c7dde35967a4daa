package executor

import (
	"slices"
	"time"

	"adagio/dsl/model"
	"adagio/petri/component"
	"adagio/petri/survey"
)

// What the loop of an executor puts before the events of a component: the
// rest of a pass, the next pass, steps, and first looks.

// Engage is what passes from the begin of a push to its first departures:
// the next pass, or the one after the look of a wait that the program has come
// to; and a sleep before it where nothing could move in the push before.
func (t *Timing) Engage(comp, push int) Delay {
	k := &t.Components[comp]
	switch {
	case t.profile().Kind == model.Concertod:
		return Plain(t.profile().Pass)
	case !t.Polling():
		return Delay{}
	}
	company := t.Company(comp, k.Pushes[push].Behaviour)
	pass := t.profile().Pass.Hi
	if push > k.Existences[k.Pushes[push].Existence].First && maySleepAfter(k.Space.Executions[push-1]) {
		pass += t.profile().Poll.Hi
	}
	return always(pass).plus(t.looks(t.Scenario.Components[comp].Node, 2*company.Looks)).from(0, company.Peers)
}

// maySleepAfter says whether an executor that looks may sleep after the end of a push before
// the node's own program goes on: after a pass in which nothing could move.
func maySleepAfter(m component.Execution) bool { return len(m.Arrivals) == 0 && m.Reached }

// Notice is how long after the end of a push, which others can see at once,
// the node's own program may go on: when the other components have had their
// share of the pass, and after a sleep where nothing could move.
func (t *Timing) Notice(comp, push int) Delay {
	m, p := t.Components[comp].Space.Executions[push], t.profile()
	switch {
	case !m.Reached:
		return Delay{}
	case p.Kind == model.Concertod:
		return Plain(model.Interval(0, p.Pass.Hi))
	case !t.Polling():
		return Delay{}
	}
	company := t.Company(comp, m.Behaviour)
	late := t.looks(t.Scenario.Components[comp].Node, company.Looks)
	if maySleepAfter(m) {
		late = late.plus(always(p.Pass.Hi + p.Poll.Hi))
	}
	return late.from(0, company.Peers)
}

// End is what passes from the last entry of a behaviour to its end. Where nodes sleep it is in the
// pass of that entry.
func (t *Timing) End() Delay {
	if !t.Polling() || t.sleeps {
		return Delay{}
	}
	return Plain(model.Interval(0, t.profile().Pass.Hi))
}

// Starting is what passes between a departure and the start of a transition that asks nothing: the
// executor may look for other places and transitions of the component, so often at most.
func (t *Timing) Starting(comp int, departure *component.Event, looks int) Delay {
	if !t.Polling() {
		return Delay{}
	}
	return t.looks(t.Scenario.Components[comp].Node, looks).from(0, t.Company(comp, departure.Behaviour).Peers)
}

// Addition is the step before an initial place is entered, unless that is with the
// instruction itself (concerto-d).
func (t *Timing) Addition(comp int, ev *component.Event) Delay {
	if !t.Rules.GateStart || !t.Polling() {
		return Delay{}
	}
	_, hi := t.entryStep(comp, ev)
	return hi.from(0, t.Company(comp, ev.Behaviour).Peers)
}

// Entry is the step before an entry; longest is the event whose looks it may take.
func (t *Timing) Entry(comp int, ev, longest *component.Event) Delay {
	lo, _ := t.entryStep(comp, ev)
	_, hi := t.entryStep(comp, longest)
	if !t.Polling() {
		return Plain(model.Interval(lo, hi.any))
	}
	return hi.from(lo, t.Company(comp, ev.Behaviour).Peers)
}

// entryStep bounds the step before an entry, with the looks that it takes: its own
// question in the pass in which it is made, and those of others in that one and in
// the pass in which the last end is seen. An executor asks for an entry only once
// all docks are filled.
func (t *Timing) entryStep(comp int, ev *component.Event) (lo time.Duration, hi upper) {
	step := t.profile().Step
	if !t.Polling() {
		return step.Lo, always(step.Hi)
	}
	n := t.Scenario.Components[comp].Node
	lo = time.Duration(t.leastChecks(comp, ev)) * t.Looks[n].Least
	if !t.StopsWithin(comp, ev.Behaviour) {
		lo += step.Lo
	}
	var granted upper
	for _, v := range ev.Variants {
		granted = granted.max(t.question(comp, ev, v.Effect, noLink).granted)
	}
	return lo, always(step.Hi).plus(t.looks(n, 2*t.beside(comp, ev))).plus(granted).max(always(lo))
}

// Turn is how long a component of a polling executor may take to see what
// another of its own node has done: the rest of that pass and the next one, until
// it has looked itself.
func (t *Timing) Turn(comp int, ev *component.Event) Delay {
	if !t.Polling() {
		return Delay{}
	}
	looks := t.looks(t.Scenario.Components[comp].Node, ev.Own+t.beside(comp, ev))
	return always(t.profile().Pass.Hi).plus(looks).from(0, t.Company(comp, ev.Behaviour).Peers)
}

// FirstLook is the first look of an event at remote facts; ok says whether it has any to look at.
func (t *Timing) FirstLook(comp int, ev *component.Event) (d Delay, ok bool) {
	if ev.Own == 0 || !t.Polling() {
		return d, false
	}
	n := t.Scenario.Components[comp].Node
	lo := time.Duration(t.leastChecks(comp, ev)) * t.Looks[n].Least
	return t.looks(n, ev.Own+t.beside(comp, ev)).max(always(lo)).from(lo, t.Company(comp, ev.Behaviour).Peers), true
}

// beside bounds the looks that a node makes in one pass besides those of an event.
func (t *Timing) beside(comp int, ev *component.Event) int {
	return ev.Others + t.Company(comp, ev.Behaviour).Looks
}

// leastChecks counts the remote facts that an event has looked at in any case.
func (t *Timing) leastChecks(comp int, ev *component.Event) int {
	least := t.remoteChecks(comp, ev.Variants[0].Effect)
	for _, v := range ev.Variants[1:] {
		least = min(least, t.remoteChecks(comp, v.Effect))
	}
	return least
}

// remoteChecks counts the remote facts that an event cannot do without having
// looked at: one for each use port served from elsewhere only, one for each
// remote user.
func (t *Timing) remoteChecks(comp int, e component.Effect) (n int) {
	k := &t.Components[comp]
	for _, p := range e.Checks {
		if k.Space.Remote[p] > 0 && !slices.ContainsFunc(k.Links[p], t.Within) {
			n++
		}
	}
	for _, p := range e.Locked {
		for _, l := range k.Links[p] {
			if t.Links[l].Provider.State == survey.Fixed && !t.Within(l) {
				n++
			}
		}
	}
	return n
}
