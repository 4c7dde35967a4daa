package petri

import (
	"fmt"
	"slices"
	"strings"

	"adagio/dsl/model"
)

// localState is a state of the component without time.
type localState struct {
	adding   bool
	place    []bool
	pending  []bool  // places that the mode still leaves
	trying   []bool  // places whose departure has been attempted
	phase    []uint8 // of transitions: 0 at rest, 1 departed, 2 running, 3 ended
	refusing []bool  // by port
	provided []bool  // by port: it was active once and stays so
	groups   []bool  // by holder that moves: it is active
}

func (st *localState) key() string {
	var b strings.Builder
	bit := func(x bool) {
		if x {
			b.WriteByte('1')
		} else {
			b.WriteByte('0')
		}
	}
	bit(st.adding)
	for i := range st.place {
		bit(st.place[i])
		bit(st.pending[i])
		bit(st.trying[i])
	}
	b.Write(st.phase)
	for _, flags := range [...][]bool{st.refusing, st.provided, st.groups} {
		for _, f := range flags {
			bit(f)
		}
	}
	return b.String()
}

func (st *localState) clone() *localState {
	return &localState{
		st.adding, slices.Clone(st.place), slices.Clone(st.pending), slices.Clone(st.trying), slices.Clone(st.phase),
		slices.Clone(st.refusing), slices.Clone(st.provided), slices.Clone(st.groups),
	}
}

// startState is the state when the plan starts, or before the component is added.
func (l *life) startState(active []int, past model.Past) *localState {
	st := &localState{
		place: make([]bool, len(l.t.Places)), pending: make([]bool, len(l.t.Places)), trying: make([]bool, len(l.t.Places)),
		phase: make([]uint8, len(l.t.Transitions)), refusing: make([]bool, len(l.t.Ports)),
		provided: make([]bool, len(l.t.Ports)), groups: make([]bool, len(l.holders)),
	}
	for _, p := range active {
		st.place[p] = true
	}
	for _, p := range past.Provided {
		st.provided[p] = l.stays(p)
	}
	for h := range l.holders {
		st.groups[h] = l.holders[h].moves && l.elementsActive(st, h) > 0 && !slices.ContainsFunc(past.Ended, func(g int) bool {
			return slices.Equal(l.group(l.t.Groups[g].Places).places, l.holders[h].places)
		})
	}
	for _, p := range l.ports {
		st.provide(l, p)
		if l.t.Ports[p].Kind == model.Provide {
			st.refusing[p] = slices.Contains(past.Refusing, p) || l.rules.allowActive && !l.isHeld(st, p)
		}
	}
	return st
}

// provide notes that a data port that stays is active.
func (st *localState) provide(l *life, port int) {
	for p, in := range l.elements[port].places {
		st.provided[port] = st.provided[port] || in && st.place[p] && l.stays(port)
	}
}

// begin puts the state into a new mode.
func (st *localState) begin(l *life, m mode) {
	for _, p := range m.leaves {
		st.pending[p] = true
	}
}

// registers are the count of each holder, then by port whether it refuses, then
// whether it was active once and stays so.
func (l *life) registers(st *localState) []int {
	r := make([]int, 0, len(l.holders)+2*len(l.t.Ports))
	for h := range l.holders {
		r = append(r, l.count(st, h))
	}
	for _, flags := range [...][]bool{st.refusing, st.provided} {
		for _, f := range flags {
			if f {
				r = append(r, 1)
			} else {
				r = append(r, 0)
			}
		}
	}
	return r
}

// flag is the register of whether a port refuses, or was active once and stays so.
func (l *life) flag(port int) int {
	if l.stays(port) {
		return len(l.holders) + len(l.t.Ports) + port
	}
	return len(l.holders) + port
}

// isHeld says whether a port is active, or in use.
func (l *life) isHeld(st *localState, port int) bool {
	return st.provided[port] || slices.ContainsFunc(l.heldBy[port], func(h int) bool { return l.count(st, h) > 0 })
}

// count is the count of a holder, see there.
func (l *life) count(st *localState, h int) int {
	if l.holders[h].moves {
		if st.groups[h] {
			return 1
		}
		return 0
	}
	return l.elementsActive(st, h)
}

// elementsActive counts the active elements of a holder.
func (l *life) elementsActive(st *localState, h int) int {
	n := 0
	for p, in := range l.holders[h].places {
		if in && st.place[p] {
			n++
		}
	}
	for t, ph := range st.phase {
		if l.holders[h].inside[t] && ph > 0 || l.holders[h].running[t] && ph == 2 {
			n++
		}
	}
	return n
}

// move lets an event that enters or leaves a place activate or end the groups that
// move: those that contain the place, but none of the transitions that end or start
// with the event.
func (l *life) move(next *localState, place int, transitions []int, enters bool) {
	for h := range l.holders {
		if l.crosses(h, place, transitions) {
			next.groups[h] = enters
		}
	}
}

// crosses says whether an event that enters or leaves a place is a move between a
// group that moves and outside.
func (l *life) crosses(h, place int, transitions []int) bool {
	return l.holders[h].moves && l.holders[h].places[place] && !slices.ContainsFunc(transitions, func(t int) bool { return l.holders[h].inside[t] })
}

// gated says whether the start and the end of a transition matter for a port.
func (l *life) gated(t int) bool {
	for _, p := range l.ports {
		if l.elements[p].running[t] {
			return true
		}
	}
	return false
}

// tries says whether the departure from a place may have to wait for users.
func (l *life) tries(p int) bool {
	for _, port := range l.ports {
		if l.t.Ports[port].Kind == model.Provide && l.elements[port].places[p] {
			return true
		}
	}
	return false
}

// explore plays all interleavings of a mode from the given states, records what
// every event finds, and returns the states at the end.
func (l *life) explore(from map[string]*localState, push, existence int) (map[string]*localState, error) {
	seen := map[string]bool{}
	ends := map[string]*localState{}
	var stack []*localState
	for _, k := range sortedKeys(from) {
		seen[k] = true
		stack = append(stack, from[k])
	}
	for len(stack) > 0 {
		st := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		enabled := l.enabled(st, push, existence)
		for _, k := range enabled {
			next := l.fire(st, k, push)
			if key := next.key(); !seen[key] {
				seen[key] = true
				stack = append(stack, next)
			}
		}
		l.visits = append(l.visits, visit{push, enabled})
		if len(enabled) == 0 {
			ends[st.key()] = st
		}
		if len(seen) > maxLocalStates {
			return nil, fmt.Errorf("a component of type %s has more than %d interleavings of concurrent transitions: its ports cannot be followed", l.t.Name, maxLocalStates)
		}
	}
	return ends, nil
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// enabled lists the local events that can occur in a state if no port blocks.
func (l *life) enabled(st *localState, push, existence int) []eventKey {
	if st.adding {
		return []eventKey{{ComponentAdd, -1, l.t.Initial, existence}}
	}
	if push < 0 {
		return nil
	}
	b := l.modes[push].behaviour
	var out []eventKey
	for p := range st.place {
		if !st.place[p] || !st.pending[p] {
			continue
		}
		if l.tries(p) && !st.trying[p] {
			out = append(out, eventKey{LeaveTry, b, p, 0})
		} else {
			out = append(out, eventKey{Leave, b, p, 0})
		}
	}
	for t := range l.t.Transitions {
		if l.gated(t) && st.phase[t] == 1 {
			out = append(out, eventKey{Start, b, t, 0})
		} else if l.gated(t) && st.phase[t] == 2 {
			out = append(out, eventKey{Fire, b, t, 0})
		}
	}
	for _, a := range l.modes[push].arrivals {
		if !st.place[a[0]] && l.arrived(st, b, a) {
			out = append(out, eventKey{Enter, b, a[0], a[1]})
		}
	}
	return out
}

// arrived says whether all transitions of a dock set may have ended.
func (l *life) arrived(st *localState, b int, a [2]int) bool {
	for _, t := range l.docks(b, a[0], a[1]) {
		if st.phase[t] == 0 || l.gated(t) && st.phase[t] < 3 {
			return false
		}
	}
	return true
}

// docks lists the transitions of behaviour b that end in a dock set of a place.
func (l *life) docks(b, place, set int) []int {
	var out []int
	for t, tr := range l.t.Transitions {
		if tr.Behaviour == b && tr.Dst == place && tr.DockSet == set {
			out = append(out, t)
		}
	}
	return out
}

// leaving lists the transitions of behaviour b that leave a place.
func (l *life) leaving(b, place int) []int {
	var out []int
	for t, tr := range l.t.Transitions {
		if tr.Behaviour == b && tr.Src == place {
			out = append(out, t)
		}
	}
	return out
}

// fire plays one event, records what it found, and returns the state after it.
func (l *life) fire(st *localState, k eventKey, push int) *localState {
	next := st.clone()
	switch k.kind {
	case ComponentAdd:
		next.adding, next.place[k.element] = false, true
		l.move(next, k.element, nil, true)
	case LeaveTry:
		next.trying[k.element] = true
	case Leave:
		next.place[k.element], next.pending[k.element], next.trying[k.element] = false, false, false
		for _, t := range l.leaving(k.behaviour, k.element) {
			next.phase[t] = 1
		}
		l.move(next, k.element, l.leaving(k.behaviour, k.element), false)
	case Start:
		next.phase[k.element] = 2
	case Fire:
		next.phase[k.element] = 3
	case Enter:
		for _, t := range l.docks(k.behaviour, k.element, k.dockSet) {
			next.phase[t] = 0
		}
		next.place[k.element] = true
		l.move(next, k.element, l.docks(k.behaviour, k.element, k.dockSet), true)
	}
	for _, p := range l.ports {
		next.provide(l, p)
	}
	e := l.effectOf(st, next, k)
	l.record(st, next, k, e, push)
	ev := l.byKey[k]
	ev.own = max(ev.own, l.looks(k, e, 1))
	ev.asked = max(ev.asked, l.looks(k, e, max(1, len(l.docks(k.behaviour, k.element, k.dockSet)))))
	return next
}

// delete records what the deletion of an existence finds: the component is as before
// it was added.
func (l *life) delete(states map[string]*localState, existence int) {
	k := eventKey{ProgramStep, -1, -1, existence}
	for _, st := range states {
		next := l.startState(nil, model.Past{})
		l.record(st, next, k, l.effectOf(st, next, k), -1)
	}
}

// left lists the places that an existence of the component ends in; active is where
// it starts, if it is not added.
func (l *life) left(existence int, active []int) []int {
	end := len(l.modes)
	if existence+1 < len(l.firsts) {
		end = l.firsts[existence+1]
	}
	switch {
	case end > l.firsts[existence]:
		return l.modes[end-1].after
	case existence == 0 && active != nil:
		return active
	}
	return []int{l.t.Initial}
}

// visit is what one call of a component by the executor may find: in which push
// (-1: being added), and the events that are possible.
type visit struct {
	push    int
	enabled []eventKey
}

// countLooks bounds the looks in one pass, of the component and beside each of
// its events, once all visits are known.
func (l *life) countLooks() {
	for _, v := range l.visits {
		total := 0
		for _, k := range v.enabled {
			total += l.chain(k)
		}
		if v.push >= 0 {
			l.modes[v.push].looks = max(l.modes[v.push].looks, total)
		} else {
			l.addLooks = max(l.addLooks, total)
		}
		l.maxLooks = max(l.maxLooks, total)
		for _, k := range v.enabled {
			ev := l.byKey[k]
			ev.others = max(ev.others, total-l.chain(k))
		}
	}
	l.visits = nil
}

// chain bounds the looks of an event with those that may follow it in the same
// pass: a place that is entered is left, and transitions from it start.
func (l *life) chain(k eventKey) int {
	ev := l.byKey[k]
	if ev == nil {
		return 0
	}
	looks := ev.asked
	switch k.kind {
	case ComponentAdd:
		if first := l.firsts[k.dockSet]; first < len(l.modes) {
			looks += l.chain(eventKey{Leave, l.modes[first].behaviour, k.element, 0})
		}
	case Enter, LeaveTry:
		looks += l.chain(eventKey{Leave, k.behaviour, k.element, 0})
	case Leave:
		looks += l.startLooks(k)
	}
	return looks
}

// startLooks bounds the looks for the transitions that a departure lets start.
func (l *life) startLooks(departure eventKey) int {
	looks := 0
	for _, t := range l.leaving(departure.behaviour, departure.element) {
		looks += l.chain(eventKey{Start, departure.behaviour, t, 0})
	}
	return looks
}
