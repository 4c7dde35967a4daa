package component

import (
	"fmt"
	"maps"
	"slices"

	"adagio/dsl/model"
	"adagio/petri"
)

// move lets an event that enters or leaves a place activate or end the groups that
// move: those that contain the place, but none of the transitions that end or start
// with the event.
func (l *Space) move(next *localState, ev *Event, transitions []int, enters bool) {
	for _, h := range ev.holders {
		if l.crosses(h, ev.Element, transitions) {
			next.set(isBegun, h, enters)
		}
	}
}

// crosses says whether an event that enters or leaves a place is a move between a
// group that moves and outside.
func (l *Space) crosses(h, place int, transitions []int) bool {
	return l.holders[h].moves && l.holders[h].places.has(place) && !slices.ContainsFunc(transitions, l.holders[h].inside.has)
}

// Limits of the exploration of one push: states in which several events are possible,
// and events.
const (
	maxLocalStates = 1 << 16
	maxLocalEvents = 1 << 22
)

// explore plays all interleavings of a mode from the given states, records what
// every event finds, and returns the states at the end.
//
// Where nothing else is possible, and for events that no port follows, there is no
// need to remember the state: the latter find the same, and lead to the same, in
// whatever order they come (a persistent set: Godefroid, Partial-Order Methods, 1996).
func (l *Space) explore(from map[stateKey]*localState, push, existence int) (map[stateKey]*localState, error) {
	seen := map[stateKey]bool{}
	ends := map[stateKey]*localState{}
	var stack []*localState
	for _, k := range slices.Sorted(maps.Keys(from)) {
		stack = append(stack, from[k])
	}
	for fired := 0; len(stack) > 0; {
		st := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for {
			enabled := l.enabled(st, push, existence)
			if len(enabled) == 0 {
				ends[st.key()] = st
				break
			}
			if l.looking {
				l.visits = append(l.visits, visit{push, enabled})
			} else if l.playUnseen(st, enabled, push) {
				continue
			}
			if fired += len(enabled); fired > maxLocalEvents || len(seen) > maxLocalStates {
				return nil, fmt.Errorf("a component of type %s has more than %d interleavings of concurrent transitions: its ports cannot be followed", l.t.Name, maxLocalStates)
			}
			if len(enabled) == 1 {
				st = l.fire(st, enabled[0], push)
				continue
			}
			if key := st.key(); !seen[key] {
				seen[key] = true
				for _, k := range enabled {
					stack = append(stack, l.fire(st, k, push))
				}
			}
			break
		}
	}
	return ends, nil
}

// playUnseen plays those of some events that no port follows and that exclude no
// other, and says whether there are any.
func (l *Space) playUnseen(st *localState, enabled []EventKey, push int) bool {
	any := false
	for _, k := range enabled {
		if len(l.event(k).touched) > 0 || k.Kind == petri.ComponentAdd || k.Kind == petri.Enter && l.Executions[push].entries[k.Element] > 1 {
			continue
		}
		l.play(st, k, push)
		l.record(st, st, k, Effect{}, push)
		any = true
	}
	return any
}

// enabled lists the local events that can occur in a state if no port blocks.
func (l *Space) enabled(st *localState, push, existence int) []EventKey {
	if st.is(isAdded, 0) {
		return []EventKey{{petri.ComponentAdd, -1, l.t.Initial, existence, 0}}
	}
	if push < 0 {
		return nil
	}
	m := &l.Executions[push]
	var out []EventKey
	filled := map[[2]int]bool{}
	for _, f := range st.facts {
		i := int(f.index)
		switch {
		case f.what == isActive && m.Leaves.has(i) && !st.is(isLeft, i):
			if l.Tries(i) && !st.is(isTried, i) {
				out = append(out, EventKey{petri.LeaveTry, m.Behaviour, i, 0, 0})
			} else {
				out = append(out, EventKey{petri.Leave, m.Behaviour, i, 0, 0})
			}
		case f.what == isDeparted && l.HoldsPort(i):
			out = append(out, EventKey{petri.Start, m.Behaviour, i, 0, 0})
		case f.what == isRunning:
			out = append(out, EventKey{petri.Fire, m.Behaviour, i, 0, 0})
		case f.what == isDeparted || f.what == isOver:
			tr := &l.t.Transitions[i]
			if a := [2]int{tr.Dst, tr.DockSet}; !filled[a] {
				filled[a] = true
				if !st.is(isActive, tr.Dst) && l.arrived(st, m.Behaviour, a) {
					out = append(out, EventKey{petri.Enter, m.Behaviour, a[0], a[1], 0})
				}
			}
		}
	}
	if l.rules.together && len(m.again) > 0 {
		out = append(out, l.together(out)...)
	}
	return out
}

// arrived says whether all transitions of a dock set may have ended.
func (l *Space) arrived(st *localState, b int, a [2]int) bool {
	for _, t := range l.docks(b, a[0], a[1]) {
		if !st.is(isOver, t) && (l.HoldsPort(t) || !st.is(isDeparted, t)) {
			return false
		}
	}
	return true
}

// play changes the state by one event, apart from what that does to ports that refuse.
func (l *Space) play(st *localState, k EventKey, push int) {
	ev := l.event(k)
	switch k.Kind {
	case petri.ComponentAdd:
		st.set(isAdded, 0, false)
		st.set(isActive, k.Element, true)
		l.move(st, ev, nil, true)
	case petri.LeaveTry:
		st.set(isTried, k.Element, true)
	case petri.Leave:
		st.set(isActive, k.Element, false)
		st.set(isTried, k.Element, false)
		if l.Executions[push].again[k.Element] {
			st.set(isLeft, k.Element, true)
		}
		leaving := l.Leaving(k.Behaviour, k.Element)
		for _, t := range leaving {
			st.set(isDeparted, t, true)
		}
		l.move(st, ev, leaving, false)
	case petri.Start:
		st.set(isDeparted, k.Element, false)
		st.set(isRunning, k.Element, true)
	case petri.Fire:
		st.set(isRunning, k.Element, false)
		st.set(isOver, k.Element, true)
	case petri.Enter:
		for _, t := range l.Emptied(k) {
			st.set(isDeparted, t, false)
			st.set(isOver, t, false)
		}
		st.set(isActive, k.Element, true)
		for _, s := range l.Sets(k) {
			l.move(st, ev, l.docks(k.Behaviour, k.Element, s), true)
		}
		if k.With != 0 && l.doubles(k.Element) {
			st.set(isDoubled, k.Element, true)
		}
	}
	for _, p := range ev.ports {
		l.provide(st, p)
	}
}

// fire plays one event, records what it found, and returns the state after it.
func (l *Space) fire(st *localState, k EventKey, push int) *localState {
	next := st.clone()
	l.play(next, k, push)
	e := l.effectOf(st, next, k)
	l.record(st, next, k, e, push)
	ev := l.ByKey[k]
	sets, docks := 1, 1
	if k.Kind == petri.Enter {
		sets = len(l.Sets(k))
		docks = sets * len(l.Emptied(k))
	}
	ev.Own = max(ev.Own, l.looks(k, e, sets))
	ev.asked = max(ev.asked, l.looks(k, e, docks))
	return next
}

// delete records what the deletion of an existence finds: the component is as before
// it was added.
func (l *Space) delete(states map[stateKey]*localState, existence int) {
	k := EventKey{petri.ProgramStep, -1, -1, existence, 0}
	for _, st := range states {
		next := l.startState(nil, model.Past{})
		l.record(st, next, k, l.effectOf(st, next, k), -1)
	}
}

// Left lists the places that an existence of the component ends in; active is where
// it starts, if it is not added.
func (l *Space) Left(existence int, active []int) []int {
	end := len(l.Executions)
	if existence+1 < len(l.firsts) {
		end = l.firsts[existence+1]
	}
	switch {
	case end > l.firsts[existence]:
		return l.Executions[end-1].after
	case existence == 0 && active != nil:
		return active
	}
	return []int{l.t.Initial}
}
