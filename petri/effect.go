package petri

import (
	"maps"
	"slices"

	"adagio/dsl/model"
)

// effectOf computes what an event does to the ports, and sets the refusing flags
// of the state after it.
func (l *life) effectOf(st, next *localState, k eventKey) (e effect) {
	for _, p := range l.event(k).ports {
		port := l.t.Ports[p]
		before, after := l.isHeld(st, p), l.isHeld(next, p)
		if port.Kind.IsUse() {
			if l.needs(st, next, k, p) {
				e.checks = append(e.checks, p)
			}
			if !before && after {
				e.take = append(e.take, p)
			}
			if before && !after {
				e.release = append(e.release, p)
			}
			continue
		}
		// Entering a place or a group clears the refusal of its ports; a place of them
		// that is about to be left has them refuse at once.
		if entering := k.kind == Enter || k.kind == ComponentAdd; entering && (l.bound(p, k.element) || l.activates(st, next, p)) {
			switch about := l.aboutToLeave(next, k.behaviour, p); {
			case st.is(isRefusing, p) && !about && !mutated("refusing-not-cleared"):
				next.set(isRefusing, p, false)
				e.relent = append(e.relent, p)
			case !st.is(isRefusing, p) && about:
				next.set(isRefusing, p, true)
				e.refuse = append(e.refuse, p)
			}
		}
		if !before && after {
			e.activate = append(e.activate, p)
		}
		if before && !after {
			e.disable = append(e.disable, p)
		}
		if port.Kind != model.Provide && !mutated("data-port-locks") {
			continue
		}
		switch {
		case k.kind != ProgramStep || st.is(isRefusing, p) == next.is(isRefusing, p):
		case next.is(isRefusing, p):
			e.refuse = append(e.refuse, p)
		default:
			e.relent = append(e.relent, p)
		}
		if k.kind == LeaveTry || k.kind == Leave {
			if !l.vacates(st, k, p) {
				continue
			}
			if k.kind == Leave {
				e.locked = append(e.locked, p)
			} else if !st.is(isRefusing, p) && !mutated("never-refuses") {
				next.set(isRefusing, p, true)
				e.refuse = append(e.refuse, p)
			}
		}
	}
	return e
}

// aboutToLeave says whether a place is being left whose departure would make a
// provide port inactive: as long as that is blocked, the executor tries again in every
// pass, and refuses anew.
func (l *life) aboutToLeave(st *localState, behaviour, port int) bool {
	return l.t.Ports[port].Kind == model.Provide && slices.ContainsFunc(st.facts, func(f localFact) bool {
		return f.what == isTried && l.vacates(st, eventKey{LeaveTry, behaviour, int(f.index), 0, 0}, port)
	})
}

// bound says whether a port is bound to a place itself, not through a group.
func (l *life) bound(port, place int) bool {
	if l.rules.listIsGroup {
		return false
	}
	return slices.Contains(l.t.Ports[port].Bound, model.Binding{Kind: model.ToPlace, Index: place})
}

// activates says whether a group that a port is bound to becomes active.
func (l *life) activates(st, next *localState, port int) bool {
	for _, h := range l.groupOf[port] {
		if l.count(st, h) == 0 && l.count(next, h) > 0 {
			return true
		}
	}
	return false
}

// needs says whether a use port must be served for an event: it is bound to the
// place entered, to a group that becomes active, or to the transition that
// starts (SEMANTICS.md, rules 2 and 4).
func (l *life) needs(st, next *localState, k eventKey, port int) bool {
	switch k.kind {
	case ComponentAdd:
		return l.rules.gateStart && (l.bound(port, k.element) || l.activates(st, next, port))
	case Enter:
		return l.bound(port, k.element) || l.activates(st, next, port)
	case Start:
		return l.rules.gateStart && !mutated("start-ungated") && slices.Contains(l.t.Ports[port].Bound, model.Binding{Kind: model.ToTransition, Index: k.element})
	}
	return false
}

// vacates says whether leaving a place would make a provide port inactive: it is
// bound to the place, or to a group that the departure empties.
func (l *life) vacates(st *localState, k eventKey, port int) bool {
	if l.bound(port, k.element) {
		return true
	}
	leaving := l.leaving(k.behaviour, k.element)
	for _, h := range l.groupOf[port] {
		inside := slices.ContainsFunc(leaving, l.holders[h].inside.has)
		if l.holders[h].places.has(k.element) && l.count(st, h) == 1 && !inside {
			return true
		}
	}
	return false
}

// looks bounds the looks at remote facts that an event takes in a pass
// (SEMANTICS.md, section 5): one for a port on a transition, at most three for a
// port on a place or group, one for each user. docks is by how much those of an
// entry multiply: once for each filled input dock, while it is refused.
func (l *life) looks(k eventKey, e effect, docks int) int {
	n := l.locked(k, e)
	for _, p := range e.checks {
		if k.kind == Start {
			n += l.remote[p]
		} else {
			n += 3 * l.remote[p] * docks * l.bindings(p, k.element)
		}
	}
	return n
}

// locked bounds the looks at the users of the ports that an event waits for.
func (l *life) locked(k eventKey, e effect) int {
	n := 0
	for _, p := range e.locked {
		n += l.remote[p] * l.bindings(p, k.element)
	}
	return n
}

// bindings counts through how many of its bindings a port is asked about at a
// place: itself, and each group that contains it.
func (l *life) bindings(port, place int) int {
	n := 0
	for _, b := range l.t.Ports[port].Bound {
		if b == (model.Binding{Kind: model.ToPlace, Index: place}) || b.Kind == model.ToGroup && slices.Contains(l.t.Groups[b.Index].Places, place) {
			n++
		}
	}
	return max(n, 1)
}

// event returns the event of a key, made at first use.
func (l *life) event(k eventKey) *event {
	ev := l.byKey[k]
	if ev == nil {
		ev = &event{eventKey: k, observed: map[listID]obs{}}
		l.findTouched(ev)
		l.byKey[k] = ev
	}
	return ev
}

// record notes what an event has found and done, in states before and after it.
func (l *life) record(st, next *localState, k eventKey, e effect, push int) {
	ev := l.event(k)
	if len(ev.observed) == 0 {
		l.events = append(l.events, ev)
		for _, p := range ev.ports {
			l.eventsOf[p] = append(l.eventsOf[p], ev)
		}
	}
	for len(ev.counts) <= push {
		ev.counts = append(ev.counts, 0)
	}
	if push >= 0 {
		ev.counts[push] = 1
	}
	o := obs{effect: e}
	for _, r := range ev.touched {
		o.values = append(o.values, l.register(st, r))
		o.after = append(o.after, l.register(next, r))
	}
	ev.observed[l.values.id(o.values)] = o
}

// findTouched finds the registers and ports that an event may read or change.
func (l *life) findTouched(ev *event) {
	var holders, ports []int
	follow := func(f *followers) {
		if f != nil {
			holders, ports = append(holders, f.holders...), append(ports, f.ports...)
		}
	}
	var transitions []int
	switch ev.kind {
	case Enter:
		follow(l.around.at[ev.element])
		transitions = l.emptied(ev.eventKey)
	case Leave, LeaveTry:
		follow(l.around.at[ev.element])
		transitions = l.leaving(ev.behaviour, ev.element)
	case ComponentAdd:
		follow(l.around.at[ev.element])
	case Start, Fire:
		follow(l.around.running[ev.element])
		transitions = []int{ev.element}
	case ProgramStep: // a deletion
		ports = slices.Clone(l.ports)
		for h := range l.holders {
			holders = append(holders, h)
		}
	}
	for _, t := range transitions {
		follow(l.around.inside[t])
	}
	ev.holders, ev.ports = merged(holders, nil), merged(ports, nil)
	ev.touched = slices.Clone(ev.holders)
	for _, p := range ev.ports {
		if l.t.Ports[p].Kind == model.Provide || l.stays(p) {
			ev.touched = append(ev.touched, l.flag(p))
		}
	}
}

// sightings lists what an event has found, sorted by the values of its registers.
func (ev *event) sightings() []obs {
	return slices.SortedFunc(maps.Values(ev.observed), func(a, b obs) int { return slices.Compare(a.values, b.values) })
}

// findDynamic decides which registers must be part of the net, those that vary
// at an event whose effect varies, and which variants the events have then.
func (l *life) findDynamic() {
	l.dynamic = make([]bool, len(l.initial))
	slices.SortFunc(l.events, func(a, b *event) int {
		return slices.Compare([]int{a.behaviour, int(a.kind), a.element, a.dockSet, int(a.with)}, []int{b.behaviour, int(b.kind), b.element, b.dockSet, int(b.with)})
	})
	for _, ev := range l.events {
		all := ev.sightings()
		if !slices.ContainsFunc(all, func(o obs) bool { return !o.effect.equal(&all[0].effect) }) {
			continue
		}
		for _, o := range all {
			for i, r := range ev.touched {
				if o.values[i] != all[0].values[i] {
					l.dynamic[r] = true
				}
			}
		}
	}
	for _, ev := range l.events {
		ev.variants = l.variantsOf(ev)
	}
}

// variant is an event as the net needs it: which registers it moves from which
// value to which, and its effect.
type variant struct {
	registers [][3]int // register, before, after
	effect    effect
}

// variantsOf lists the variants of an event, one for each combination of values of
// the registers that are part of the net.
func (l *life) variantsOf(ev *event) []variant {
	var out []variant
	for _, o := range ev.sightings() {
		v := variant{effect: o.effect}
		for i, r := range ev.touched {
			if l.dynamic[r] {
				v.registers = append(v.registers, [3]int{r, o.values[i], o.after[i]})
			}
		}
		if !slices.ContainsFunc(out, func(w variant) bool { return slices.Equal(w.registers, v.registers) }) {
			out = append(out, v)
		}
	}
	return out
}
