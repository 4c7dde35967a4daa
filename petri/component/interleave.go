package component

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"adagio/dsl/model"
	"adagio/petri"
)

// localState is a state of the component without time: what is true of its elements,
// sorted. Of a large component little is true at a time.
type localState struct {
	adding bool
	facts  []localFact
}

// localFact is something that is true of one element in a state.
type localFact struct {
	what  localKind
	index int32
}

type localKind uint8

const (
	isActive   localKind = iota // a place is active
	isLeft                      // a place that may be entered again has been left in this push
	isTried                     // the departure from a place has been attempted
	isDeparted                  // a transition has departed
	isRunning                   // … runs, and a port follows that
	isOver                      // … has ended, and a port follows that
	isRefusing                  // a port refuses
	isProvided                  // a port was active once and stays so
	isBegun                     // a holder that moves is active
	isDoubled                   // two dock sets have entered a place together
)

func compareFacts(a, b localFact) int {
	if a.what != b.what {
		return int(a.what) - int(b.what)
	}
	return int(a.index - b.index)
}

func (st *localState) is(what localKind, index int) bool {
	_, found := slices.BinarySearchFunc(st.facts, localFact{what, int32(index)}, compareFacts)
	return found
}

func (st *localState) set(what localKind, index int, holds bool) {
	f := localFact{what, int32(index)}
	i, found := slices.BinarySearchFunc(st.facts, f, compareFacts)
	switch {
	case holds && !found:
		st.facts = slices.Insert(st.facts, i, f)
	case !holds && found:
		st.facts = slices.Delete(st.facts, i, i+1)
	}
}

// stateKey identifies a state: its facts, written one after another.
type stateKey struct {
	adding bool
	facts  string
}

func (st *localState) key() stateKey {
	b := make([]byte, 0, 5*len(st.facts))
	for _, f := range st.facts {
		b = binary.BigEndian.AppendUint32(append(b, byte(f.what)), uint32(f.index))
	}
	return stateKey{st.adding, string(b)}
}

func (st *localState) clone() *localState {
	return &localState{st.adding, slices.Clone(st.facts)}
}

// startState is the state when the plan starts, or before the component is added.
func (l *Space) startState(active []int, past model.Past) *localState {
	st := &localState{}
	for _, p := range active {
		st.set(isActive, p, true)
	}
	for _, p := range past.Provided {
		st.set(isProvided, p, l.stays(p))
	}
	for _, p := range past.Doubled {
		st.set(isDoubled, p, l.doubles(p))
	}
	for h := range l.holders {
		st.set(isBegun, h, l.holders[h].moves && l.elementsActive(st, h) > 0 && !slices.ContainsFunc(past.Ended, func(g int) bool {
			return slices.Equal(l.group(l.t.Groups[g].Places).places, l.holders[h].places)
		}))
	}
	for _, p := range l.ports {
		l.provide(st, p)
		if l.t.Ports[p].Kind == model.Provide {
			st.set(isRefusing, p, slices.Contains(past.Refusing, p) || l.rules.AllowActive && !l.isHeld(st, p))
		}
	}
	return st
}

// provide notes that a data port that stays is active.
func (l *Space) provide(st *localState, port int) {
	if l.stays(port) && !st.is(isProvided, port) && slices.ContainsFunc(l.elements[port].places, func(p int) bool { return st.is(isActive, p) }) {
		st.set(isProvided, port, true)
	}
}

// begin puts the state into a new mode.
func (st *localState) begin() {
	st.facts = slices.DeleteFunc(st.facts, func(f localFact) bool { return f.what == isLeft })
}

// register is the value of a register, see [Space.registers].
func (l *Space) register(st *localState, r int) int {
	holds, ports := false, len(l.t.Ports)
	switch r -= len(l.holders); {
	case r < 0:
		return l.count(st, r+len(l.holders))
	case r < ports:
		holds = st.is(isRefusing, r)
	case r < 2*ports:
		holds = st.is(isProvided, r-ports)
	default:
		return int(l.details.ID(l.detail(st, r-2*ports)))
	}
	if holds {
		return 1
	}
	return 0
}

// registers is the number of registers: a count of each holder, then by port
// whether it refuses, then whether it was active once and stays so, then which of its
// places the component tries to leave or has doubled. The last is asked of the ports
// in detailed only.
func (l *Space) registers() int { return len(l.holders) + 3*len(l.t.Ports) }

// detail lists the facts about a port that its count and its flags do not tell, and
// that what an event does to it depends on.
func (l *Space) detail(st *localState, port int) (out []localFact) {
	for _, f := range st.facts {
		if (f.what == isTried || f.what == isDoubled) && l.elements[port].places.has(int(f.index)) {
			out = append(out, f)
		}
	}
	return out
}

// flag is the register of whether a port refuses, or was active once and stays so.
func (l *Space) flag(port int) int {
	if l.stays(port) {
		return len(l.holders) + len(l.t.Ports) + port
	}
	return len(l.holders) + port
}

// isHeld says whether a port is active, or in use.
func (l *Space) isHeld(st *localState, port int) bool {
	return st.is(isProvided, port) || slices.ContainsFunc(l.heldBy[port], func(h int) bool { return l.count(st, h) > 0 })
}

// count is the count of a holder, see there.
func (l *Space) count(st *localState, h int) int {
	if l.holders[h].moves {
		if st.is(isBegun, h) {
			return 1
		}
		return 0
	}
	return l.elementsActive(st, h)
}

// elementsActive counts the active elements of a holder.
func (l *Space) elementsActive(st *localState, h int) int {
	n := 0
	holder := &l.holders[h]
	for _, f := range st.facts {
		in := false
		switch f.what {
		case isActive:
			in = holder.places.has(int(f.index))
		case isDeparted, isOver:
			in = holder.inside.has(int(f.index))
		case isRunning:
			in = holder.inside.has(int(f.index)) || holder.running.has(int(f.index))
		case isDoubled:
			in = holder.doubles.has(int(f.index))
		}
		if in {
			n++
		}
	}
	return n
}

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

// maxDockSets bounds the dock sets of a behaviour at one place, where any selection of
// them may be emptied together.
const maxDockSets = 8

// tooManySets is a place with more of them, or -1.
func (l *Space) tooManySets() int {
	for at, sets := range l.around.sets {
		if l.rules.together && len(sets) > maxDockSets {
			return at[1]
		}
	}
	return -1
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
	for _, k := range sortedStates(from) {
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

func sortedStates(states map[stateKey]*localState) []stateKey {
	keys := make([]stateKey, 0, len(states))
	for k := range states {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b stateKey) int { return strings.Compare(a.facts, b.facts) })
	return keys
}

// playUnseen plays those of some events that no port follows and that exclude no
// other, and says whether there are any.
func (l *Space) playUnseen(st *localState, enabled []EventKey, push int) bool {
	any := false
	for _, k := range enabled {
		if len(l.event(k).touched) > 0 || k.Kind == petri.ComponentAdd || k.Kind == petri.Enter && l.Modes[push].entries[k.Element] > 1 {
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
	if st.adding {
		return []EventKey{{petri.ComponentAdd, -1, l.t.Initial, existence, 0}}
	}
	if push < 0 {
		return nil
	}
	m := &l.Modes[push]
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
		case f.what == isDeparted && l.Gated(i):
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

// together lists the entries that empty several dock sets of a place: each selection of
// those that can be emptied.
func (l *Space) together(enabled []EventKey) (out []EventKey) {
	at := map[int][]EventKey{} // by place: the selections so far
	for _, k := range enabled {
		if k.Kind != petri.Enter {
			continue
		}
		sets := l.dockSets(k.Behaviour, k.Element)
		for _, other := range at[k.Element] {
			first, last := min(k.DockSet, other.DockSet), max(k.DockSet, other.DockSet)
			other.DockSet = first
			other.With |= 1 << slices.Index(sets, last)
			out = append(out, other)
			at[k.Element] = append(at[k.Element], other)
		}
		at[k.Element] = append(at[k.Element], k)
	}
	return out
}

// widest is the entry into the same place that empties most of what has arrived there,
// or the event itself.
func widest(enabled []EventKey, k EventKey) EventKey {
	for _, o := range enabled {
		if k.Kind == petri.Enter && o.Kind == petri.Enter && k.Element == o.Element && bits.OnesCount8(o.With) > bits.OnesCount8(k.With) {
			k = o
		}
	}
	return k
}

// FilledTogether lists the entries of one dock set each into a place that several may
// enter together, in order; none where they cannot.
func (l *Space) FilledTogether(behaviour, place int) (entries []*Event) {
	if len(l.dockSets(behaviour, place)) < 2 {
		return nil
	}
	together := false
	for _, ev := range l.Events {
		if ev.Kind == petri.Enter && ev.Behaviour == behaviour && ev.Element == place {
			if together = together || ev.With != 0; ev.With == 0 {
				entries = append(entries, ev)
			}
		}
	}
	if !together {
		return nil
	}
	return entries
}

// AllTogether is the entry into the same place that empties most dock sets.
func (l *Space) AllTogether(ev *Event) *Event {
	for _, other := range l.Events {
		if other.Kind == petri.Enter && other.Behaviour == ev.Behaviour && other.Element == ev.Element && bits.OnesCount8(other.With) > bits.OnesCount8(ev.With) {
			ev = other
		}
	}
	return ev
}

// Sets lists the dock sets that an entry empties.
func (l *Space) Sets(k EventKey) []int {
	out := []int{k.DockSet}
	for i := 0; k.With>>i != 0; i++ {
		if k.With>>i&1 != 0 {
			out = append(out, l.dockSets(k.Behaviour, k.Element)[i])
		}
	}
	return out
}

// Emptied lists the transitions whose docks an entry empties.
func (l *Space) Emptied(k EventKey) []int {
	if k.With == 0 {
		return l.docks(k.Behaviour, k.Element, k.DockSet)
	}
	var out []int
	for _, s := range l.Sets(k) {
		out = append(out, l.docks(k.Behaviour, k.Element, s)...)
	}
	return out
}

// doubles says whether it matters that two dock sets enter a place together.
func (l *Space) doubles(place int) bool {
	return slices.ContainsFunc(l.holders, func(h holder) bool { return h.doubles.has(place) })
}

// arrived says whether all transitions of a dock set may have ended.
func (l *Space) arrived(st *localState, b int, a [2]int) bool {
	for _, t := range l.docks(b, a[0], a[1]) {
		if !st.is(isOver, t) && (l.Gated(t) || !st.is(isDeparted, t)) {
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
		st.adding = false
		st.set(isActive, k.Element, true)
		l.move(st, ev, nil, true)
	case petri.LeaveTry:
		st.set(isTried, k.Element, true)
	case petri.Leave:
		st.set(isActive, k.Element, false)
		st.set(isTried, k.Element, false)
		if l.Modes[push].again[k.Element] {
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
	end := len(l.Modes)
	if existence+1 < len(l.firsts) {
		end = l.firsts[existence+1]
	}
	switch {
	case end > l.firsts[existence]:
		return l.Modes[end-1].after
	case existence == 0 && active != nil:
		return active
	}
	return []int{l.t.Initial}
}

// visit is what one call of a component by the executor may find: in which push
// (-1: being added), and the events that are possible.
type visit struct {
	push    int
	enabled []EventKey
}

// countLooks bounds the looks in one pass, of the component and beside each of
// its events, once all visits are known.
func (l *Space) countLooks() {
	for _, v := range l.visits {
		total := 0
		for _, k := range v.enabled {
			if widest(v.enabled, k) == k {
				total += l.chain(k)
			}
		}
		if v.push >= 0 {
			l.Modes[v.push].Looks = max(l.Modes[v.push].Looks, total)
		} else {
			l.AddLooks = max(l.AddLooks, total)
		}
		l.MaxLooks = max(l.MaxLooks, total)
		for _, k := range v.enabled {
			ev := l.ByKey[k]
			ev.Others = max(ev.Others, total-l.chain(widest(v.enabled, k)))
		}
	}
	l.visits = nil
}

// chain bounds the looks of an event with those that may follow it in the same
// pass: a place that is entered is left, and transitions from it start.
func (l *Space) chain(k EventKey) int {
	ev := l.ByKey[k]
	if ev == nil {
		return 0
	}
	looks := ev.asked
	switch k.Kind {
	case petri.ComponentAdd:
		if first := l.firsts[k.DockSet]; first < len(l.Modes) {
			looks += l.chain(EventKey{petri.Leave, l.Modes[first].Behaviour, k.Element, 0, 0})
		}
	case petri.Enter, petri.LeaveTry:
		looks += l.chain(EventKey{petri.Leave, k.Behaviour, k.Element, 0, 0})
	case petri.Leave:
		looks += l.StartLooks(k)
	}
	return looks
}

// StartLooks bounds the looks for the transitions that a departure lets start.
func (l *Space) StartLooks(departure EventKey) int {
	looks := 0
	for _, t := range l.Leaving(departure.Behaviour, departure.Element) {
		looks += l.chain(EventKey{petri.Start, departure.Behaviour, t, 0, 0})
	}
	return looks
}
