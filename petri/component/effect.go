package component

import (
	"maps"
	"slices"

	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/internal/lists"
)

// effectOf computes what an event does to the ports, and sets the refusing flags
// of the state after it.
func (l *Space) effectOf(st, next *localState, k EventKey) (e Effect) {
	for _, p := range l.event(k).ports {
		port := l.t.Ports[p]
		before, after := l.isHeld(st, p), l.isHeld(next, p)
		if port.Kind.IsUse() {
			if l.needs(st, next, k, p) {
				e.Checks = append(e.Checks, p)
			}
			if !before && after {
				e.Take = append(e.Take, p)
			}
			if before && !after {
				e.Release = append(e.Release, p)
			}
			continue
		}
		// Entering a place or a group clears the refusal of its ports; a place of them
		// that is about to be left has them refuse at once.
		if entering := k.Kind == petri.Enter || k.Kind == petri.ComponentAdd; entering && (l.bound(p, k.Element) || l.activates(st, next, p)) {
			switch about := l.aboutToLeave(next, k.Behaviour, p); {
			case st.is(isRefusing, p) && !about:
				next.set(isRefusing, p, false)
				e.Relent = append(e.Relent, p)
			case !st.is(isRefusing, p) && about:
				next.set(isRefusing, p, true)
				e.Refuse = append(e.Refuse, p)
			}
		}
		if !before && after {
			e.Activate = append(e.Activate, p)
		}
		if before && !after {
			e.Disable = append(e.Disable, p)
		}
		if port.Kind != model.Provide {
			continue
		}
		switch {
		case k.Kind != petri.ProgramStep || st.is(isRefusing, p) == next.is(isRefusing, p):
		case next.is(isRefusing, p):
			e.Refuse = append(e.Refuse, p)
		default:
			e.Relent = append(e.Relent, p)
		}
		if k.Kind == petri.LeaveTry || k.Kind == petri.Leave {
			if !l.vacates(st, k, p) {
				continue
			}
			if k.Kind == petri.Leave {
				e.Locked = append(e.Locked, p)
			} else if !st.is(isRefusing, p) {
				next.set(isRefusing, p, true)
				e.Refuse = append(e.Refuse, p)
			}
		}
	}
	return e
}

// aboutToLeave says whether a place is being left whose departure would make a
// provide port inactive: as long as that is blocked, the executor tries again in every
// pass, and refuses anew.
func (l *Space) aboutToLeave(st *localState, behaviour, port int) bool {
	return l.t.Ports[port].Kind == model.Provide && slices.ContainsFunc(st.facts, func(f localFact) bool {
		return f.what == isTried && l.vacates(st, EventKey{petri.LeaveTry, behaviour, int(f.index), 0, 0}, port)
	})
}

// bound says whether a port is bound to a place itself, not through a group.
func (l *Space) bound(port, place int) bool {
	if l.rules.listIsGroup {
		return false
	}
	return slices.Contains(l.t.Ports[port].Bound, model.Binding{Kind: model.ToPlace, Index: place})
}

// activates says whether a group that a port is bound to becomes active.
func (l *Space) activates(st, next *localState, port int) bool {
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
func (l *Space) needs(st, next *localState, k EventKey, port int) bool {
	switch k.Kind {
	case petri.ComponentAdd:
		return l.rules.GateStart && (l.bound(port, k.Element) || l.activates(st, next, port))
	case petri.Enter:
		return l.bound(port, k.Element) || l.activates(st, next, port)
	case petri.Start:
		return l.rules.GateStart && slices.Contains(l.t.Ports[port].Bound, model.Binding{Kind: model.ToTransition, Index: k.Element})
	}
	return false
}

// vacates says whether leaving a place would make a provide port inactive: it is
// bound to the place, or to a group that the departure empties.
func (l *Space) vacates(st *localState, k EventKey, port int) bool {
	if l.bound(port, k.Element) {
		return true
	}
	leaving := l.Leaving(k.Behaviour, k.Element)
	for _, h := range l.groupOf[port] {
		inside := slices.ContainsFunc(leaving, l.holders[h].inside.has)
		if l.holders[h].places.has(k.Element) && l.count(st, h) == 1 && !inside {
			return true
		}
	}
	return false
}

// looks bounds the looks at remote facts that an event takes in a pass
// (SEMANTICS.md, section 5): one for a port on a transition, at most three for a
// port on a place or group, one for each user. docks is by how much those of an
// entry multiply: once for each filled input dock, while it is refused.
func (l *Space) looks(k EventKey, e Effect, docks int) int {
	n := l.Locked(k, e)
	for _, p := range e.Checks {
		if k.Kind == petri.Start {
			n += l.Remote[p]
		} else {
			n += 3 * l.Remote[p] * docks * l.Bindings(p, k.Element)
		}
	}
	return n
}

// Locked bounds the looks at the users of the ports that an event waits for.
func (l *Space) Locked(k EventKey, e Effect) int {
	n := 0
	for _, p := range e.Locked {
		n += l.Remote[p] * l.Bindings(p, k.Element)
	}
	return n
}

// Bindings counts through how many of its bindings a port is asked about at a
// place: itself, and each group that contains it.
func (l *Space) Bindings(port, place int) int {
	n := 0
	for _, b := range l.t.Ports[port].Bound {
		if b == (model.Binding{Kind: model.ToPlace, Index: place}) || b.Kind == model.ToGroup && slices.Contains(l.t.Groups[b.Index].Places, place) {
			n++
		}
	}
	return max(n, 1)
}

// event returns the event of a key, made at first use.
func (l *Space) event(k EventKey) *Event {
	ev := l.ByKey[k]
	if ev == nil {
		ev = &Event{EventKey: k, Observed: map[lists.ID]obs{}}
		l.findTouched(ev)
		l.ByKey[k] = ev
	}
	return ev
}

// record notes what an event has found and done, in states before and after it.
func (l *Space) record(st, next *localState, k EventKey, e Effect, push int) {
	ev := l.event(k)
	if len(ev.Observed) == 0 {
		l.Events = append(l.Events, ev)
		for _, p := range ev.ports {
			l.EventsOf[p] = append(l.EventsOf[p], ev)
		}
	}
	for len(ev.Counts) <= push {
		ev.Counts = append(ev.Counts, 0)
	}
	if push >= 0 {
		ev.Counts[push] = 1
	}
	o := obs{Effect: e}
	for _, r := range ev.touched {
		o.values = append(o.values, l.register(st, r))
		o.after = append(o.after, l.register(next, r))
	}
	id := l.values.ID(o.values)
	if known, ok := ev.Observed[id]; ok && !(known.Effect.equal(&o.Effect) && slices.Equal(known.after, o.after)) {
		l.unclear = lists.Merged(l.unclear, ev.ports)
	}
	ev.Observed[id] = o
}

// findTouched finds the registers and ports that an event may read or change.
func (l *Space) findTouched(ev *Event) {
	var holders, ports []int
	follow := func(f *followers) {
		if f != nil {
			holders, ports = append(holders, f.holders...), append(ports, f.ports...)
		}
	}
	var transitions []int
	switch ev.Kind {
	case petri.Enter:
		follow(l.around.at[ev.Element])
		transitions = l.Emptied(ev.EventKey)
	case petri.Leave, petri.LeaveTry:
		follow(l.around.at[ev.Element])
		transitions = l.Leaving(ev.Behaviour, ev.Element)
	case petri.ComponentAdd:
		follow(l.around.at[ev.Element])
	case petri.Start, petri.Fire:
		follow(l.around.running[ev.Element])
		transitions = []int{ev.Element}
	case petri.ProgramStep: // a deletion
		ports = slices.Clone(l.ports)
		for h := range l.holders {
			holders = append(holders, h)
		}
	}
	for _, t := range transitions {
		follow(l.around.inside[t])
	}
	ev.holders, ev.ports = lists.Merged(holders, nil), lists.Merged(ports, nil)
	ev.touched = slices.Clone(ev.holders)
	for _, p := range ev.ports {
		if l.t.Ports[p].Kind == model.Provide || l.stays(p) {
			ev.touched = append(ev.touched, l.flag(p))
		}
	}
	for _, p := range ev.ports {
		if l.detailed.has(p) {
			ev.touched = append(ev.touched, len(l.holders)+2*len(l.t.Ports)+p)
			ev.touched = append(ev.touched, l.heldBy[p]...)
		}
	}
	ev.touched = lists.Merged(ev.touched, nil)
}

// sightings lists what an event has found, sorted by the values of its registers.
func (ev *Event) sightings() []obs {
	return slices.SortedFunc(maps.Values(ev.Observed), func(a, b obs) int { return slices.Compare(a.values, b.values) })
}

// findDynamic decides which registers must be part of the net, those that vary
// at an event whose effect varies, and which variants the events have then.
func (l *Space) findDynamic() {
	l.Dynamic = make([]bool, len(l.Initial))
	slices.SortFunc(l.Events, func(a, b *Event) int {
		return slices.Compare([]int{a.Behaviour, int(a.Kind), a.Element, a.DockSet, int(a.With)}, []int{b.Behaviour, int(b.Kind), b.Element, b.DockSet, int(b.With)})
	})
	for _, ev := range l.Events {
		all := ev.sightings()
		if !slices.ContainsFunc(all, func(o obs) bool { return !o.Effect.equal(&all[0].Effect) }) {
			continue
		}
		for _, o := range all {
			for i, r := range ev.touched {
				if o.values[i] != all[0].values[i] {
					l.Dynamic[r] = true
				}
			}
		}
	}
	for _, ev := range l.Events {
		ev.Variants = l.variantsOf(ev)
	}
}

// Variant is an event as the net needs it: which registers it moves from which
// value to which, and its effect.
type Variant struct {
	Registers [][3]int // register, before, after
	Effect    Effect
}

// variantsOf lists the variants of an event, one for each combination of values of
// the registers that are part of the net.
func (l *Space) variantsOf(ev *Event) []Variant {
	var out []Variant
	for _, o := range ev.sightings() {
		v := Variant{Effect: o.Effect}
		for i, r := range ev.touched {
			if l.Dynamic[r] {
				v.Registers = append(v.Registers, [3]int{r, o.values[i], o.after[i]})
			}
		}
		if !slices.ContainsFunc(out, func(w Variant) bool { return slices.Equal(w.Registers, v.Registers) }) {
			out = append(out, v)
		}
	}
	return out
}
