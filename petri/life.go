package petri

import (
	"fmt"
	"slices"
	"strings"

	"adagio/dsl/model"
)

// life is what a component does under a plan, without time: which places are
// left and entered in each of its pushes, and what each of these events does to
// its ports. The net of the component is written down from it.
//
// Ports follow from counts. A holder is a set of elements of the component (the
// places, groups and transitions that a port is bound to, or one group); the
// port is held while any of them is active. Mostly every event finds the same
// count whatever the order of concurrent events, so that its effect on the ports
// is known in advance; where it does not, the count becomes part of the net (a
// register) and the event gets a variant per value.
type life struct {
	t        *model.Type
	rules    rules
	ports    []int // ports that some link names, sorted
	remote   []int // by port, the number of links with other nodes
	holders  []holder
	useOf    map[int]int   // port -> holder of all its elements
	groupOf  map[int][]int // use port -> holders on whose activation it is needed
	modes    []mode
	events   []*event
	byKey    map[eventKey]*event
	dynamic  []bool // per register: it is part of the net
	initial  []int  // register values when the plan starts (or when added)
	maxLooks int    // looks at remote facts in one pass, at most
	added    bool   // the component is added by the program
}

// rules are the points in which the two semantics differ inside a component
// (semantics.md, section 6).
type rules struct {
	listIsGroup bool // a port bound to a list of places is held as a group
	gateStart   bool // the start of a transition and the initial place are gated by their ports
	allowActive bool // an inactive provide port refuses
}

func rulesOf(s model.Semantics) rules {
	if s == model.ConcertoD {
		return rules{listIsGroup: true, allowActive: true}
	}
	return rules{gateStart: true, listIsGroup: mutated("list-is-group")}
}

// holder is a set of elements. A group holds its places and, from departure to
// arrival, the transitions inside; a port may besides hold transitions while
// they run.
type holder struct{ places, inside, running []bool }

func (h holder) key() string { return fmt.Sprint(h.places, h.inside, h.running) }

// mode is one push: a behaviour begun with given places active.
type mode struct {
	behaviour int
	leaves    []int    // places that are left, each once
	arrivals  [][2]int // (place, dock set) in which some transition ends
	after     []int    // places active at the end
	stuck     int      // a place at which the behaviour hangs, or -1
	reached   bool     // the push before has an end
}

type eventKey struct {
	kind               Kind
	behaviour, element int
	dockSet            int
}

// event is a local event of a behaviour with its variants.
type event struct {
	eventKey
	touched  []int          // registers that it may read or change
	observed map[string]obs // by the values of touched
	counts   []int          // per mode, whether it occurs
	own      int            // looks at remote facts that it takes, at most
	others   int            // looks of the component's other events beside it, at most
}

type obs struct {
	values []int // of touched, before
	after  []int // of touched, after
	effect effect
}

// effect is what an event does to the ports, each list sorted.
type effect struct {
	checks            []int // use ports that must be served and allowed
	take, release     []int // use ports that begin or cease to be in use
	activate, disable []int // provide ports that become active or inactive
	refuse, relent    []int // provide ports that begin or cease to refuse
	locked            []int // provide ports whose users must be gone
}

func (e effect) key() string { return fmt.Sprint(e) }

// maxLocalStates bounds the exploration of one component's interleavings.
const maxLocalStates = 1 << 16

// newLife explores the life of a component of type t that starts with the given
// active places (nil if the program adds it) and is pushed the behaviours in
// order. Only the given ports matter; remote counts, by port, the links that each
// has with other nodes.
func newLife(t *model.Type, r rules, active, pushes, ports, remote []int) (*life, error) {
	l := &life{t: t, rules: r, ports: ports, remote: remote, useOf: map[int]int{}, groupOf: map[int][]int{}, byKey: map[eventKey]*event{}, added: active == nil}
	l.findHolders()
	start := l.startState(active)
	l.initial = l.registers(start)
	states := map[string]*localState{start.key(): start}
	if l.added {
		start.adding = true
		states = map[string]*localState{start.key(): start}
		after, err := l.explore(states, -1)
		if err != nil {
			return nil, err
		}
		states, active = after, []int{t.Initial}
	}
	reached := true
	for k, b := range pushes {
		m := l.runMode(active, b)
		m.reached = reached
		l.modes = append(l.modes, m)
		if !reached {
			continue
		}
		for _, st := range states {
			st.begin(l, m)
		}
		after, err := l.explore(rekey(states), k)
		if err != nil {
			return nil, err
		}
		states, active = after, m.after
		reached = m.stuck < 0
	}
	l.findDynamic()
	return l, nil
}

func rekey(states map[string]*localState) map[string]*localState {
	out := make(map[string]*localState, len(states))
	for _, st := range states {
		out[st.key()] = st
	}
	return out
}

// findHolders collects the sets of elements that matter for the ports.
func (l *life) findHolders() {
	index := map[string]int{}
	add := func(h holder) int {
		k := h.key()
		if i, ok := index[k]; ok {
			return i
		}
		index[k] = len(l.holders)
		l.holders = append(l.holders, h)
		return len(l.holders) - 1
	}
	for _, p := range l.ports {
		port := l.t.Ports[p]
		all := l.empty()
		list := l.empty()
		for _, b := range port.Bound {
			switch b.Kind {
			case model.ToPlace:
				all.places[b.Index], list.places[b.Index] = true, true
			case model.ToTransition:
				all.running[b.Index] = true
			case model.ToGroup:
				g := l.group(l.t.Groups[b.Index].Places)
				if mutated("group-is-list") {
					g.inside = make([]bool, len(g.inside))
				}
				for i := range g.places {
					all.places[i] = all.places[i] || g.places[i]
					list.places[i] = list.places[i] || g.places[i]
				}
				for i := range g.inside {
					all.inside[i] = all.inside[i] || g.inside[i]
				}
				if !l.rules.listIsGroup {
					l.groupOf[p] = append(l.groupOf[p], add(g))
				}
			}
		}
		if l.rules.listIsGroup && slices.Contains(list.places, true) {
			var places []int
			for i, in := range list.places {
				if in {
					places = append(places, i)
				}
			}
			g := l.group(places)
			all.places, all.inside = g.places, g.inside
			l.groupOf[p] = append(l.groupOf[p], add(g))
		}
		l.useOf[p] = add(all)
	}
}

func (l *life) empty() holder {
	return holder{make([]bool, len(l.t.Places)), make([]bool, len(l.t.Transitions)), make([]bool, len(l.t.Transitions))}
}

// group is the holder of a set of places with the transitions inside.
func (l *life) group(places []int) holder {
	h := l.empty()
	for _, p := range places {
		h.places[p] = true
	}
	for i, tr := range l.t.Transitions {
		h.inside[i] = h.places[tr.Src] && h.places[tr.Dst]
	}
	return h
}

// runMode follows behaviour b from the active places to its end.
func (l *life) runMode(active []int, b int) mode {
	m := mode{behaviour: b, stuck: -1}
	left := make([]bool, len(l.t.Places))
	order, _ := l.t.Order(b)
	for _, p := range order {
		tokens := 0
		if slices.Contains(active, p) {
			tokens++
		}
		sets := map[int][2]int{} // dock set -> arriving, all
		leaving := false
		for _, tr := range l.t.Transitions {
			if tr.Behaviour != b {
				continue
			}
			leaving = leaving || tr.Src == p
			if tr.Dst == p {
				n := sets[tr.DockSet]
				if left[tr.Src] {
					n[0]++
				}
				n[1]++
				sets[tr.DockSet] = n
			}
		}
		for s, n := range sets {
			if n[0] == 0 {
				continue
			}
			m.arrivals = append(m.arrivals, [2]int{p, s})
			if n[0] == n[1] {
				tokens++
			} else {
				m.stuck = p
			}
		}
		if leaving && tokens > 0 {
			left[p] = true
			m.leaves = append(m.leaves, p)
			tokens--
		}
		if tokens > 1 {
			m.stuck = p
		}
		if tokens > 0 {
			m.after = append(m.after, p)
		}
	}
	slices.SortFunc(m.arrivals, func(a, b [2]int) int { return slices.Compare(a[:], b[:]) })
	slices.Sort(m.leaves)
	slices.Sort(m.after)
	return m
}

// localState is a state of the component without time.
type localState struct {
	adding   bool
	place    []bool
	pending  []bool  // places that the mode still leaves
	trying   []bool  // places whose departure has been attempted
	phase    []uint8 // of transitions: 0 at rest, 1 departed, 2 running, 3 ended
	refusing []bool  // by port
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
	for _, r := range st.refusing {
		bit(r)
	}
	return b.String()
}

func (st *localState) clone() *localState {
	return &localState{st.adding, slices.Clone(st.place), slices.Clone(st.pending), slices.Clone(st.trying), slices.Clone(st.phase), slices.Clone(st.refusing)}
}

func (l *life) startState(active []int) *localState {
	st := &localState{
		place: make([]bool, len(l.t.Places)), pending: make([]bool, len(l.t.Places)), trying: make([]bool, len(l.t.Places)),
		phase: make([]uint8, len(l.t.Transitions)), refusing: make([]bool, len(l.t.Ports)),
	}
	for _, p := range active {
		st.place[p] = true
	}
	if l.rules.allowActive {
		for _, p := range l.ports {
			st.refusing[p] = l.count(st, l.useOf[p]) == 0
		}
	}
	return st
}

// begin puts the state into a new mode.
func (st *localState) begin(l *life, m mode) {
	for _, p := range m.leaves {
		st.pending[p] = true
	}
}

// Registers: the count of each holder, then the refusing flag of each port.
func (l *life) registers(st *localState) []int {
	r := make([]int, 0, len(l.holders)+len(l.t.Ports))
	for h := range l.holders {
		r = append(r, l.count(st, h))
	}
	for _, f := range st.refusing {
		if f {
			r = append(r, 1)
		} else {
			r = append(r, 0)
		}
	}
	return r
}

func (l *life) flag(port int) int { return len(l.holders) + port }

func (l *life) count(st *localState, h int) int {
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

// gated says whether the start and the end of a transition matter for a port.
func (l *life) gated(t int) bool {
	for _, p := range l.ports {
		if l.holders[l.useOf[p]].running[t] {
			return true
		}
	}
	return false
}

// tries says whether the departure from a place may have to wait for users.
func (l *life) tries(p int) bool {
	for _, port := range l.ports {
		if l.t.Ports[port].Kind == model.Provide && l.holders[l.useOf[port]].places[p] {
			return true
		}
	}
	return false
}

// explore plays all interleavings of a mode from the given states, records what
// every event finds, and returns the states at the end.
func (l *life) explore(from map[string]*localState, push int) (map[string]*localState, error) {
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
		enabled := l.enabled(st, push)
		looks := make([]int, len(enabled))
		total := l.earlyLooks(st, push)
		for i, k := range enabled {
			next, n := l.fire(st, k, push)
			looks[i] = n
			total += n
			if key := next.key(); !seen[key] {
				seen[key] = true
				stack = append(stack, next)
			}
		}
		l.maxLooks = max(l.maxLooks, total)
		for i, k := range enabled {
			ev := l.byKey[k]
			ev.others = max(ev.others, total-looks[i])
		}
		if len(enabled) == 0 {
			ends[st.key()] = st
		}
		if len(seen) > maxLocalStates {
			return nil, fmt.Errorf("a component of type %s has more than %d interleavings of concurrent transitions: its ports cannot be followed", l.t.Name, maxLocalStates)
		}
	}
	return ends, nil
}

// earlyLooks bounds the looks for entries that some but not all transitions of
// their dock set have arrived for: an executor may ask for each filled dock.
func (l *life) earlyLooks(st *localState, push int) int {
	if push < 0 {
		return 0
	}
	looks := 0
	b := l.modes[push].behaviour
	for _, a := range l.modes[push].arrivals {
		docks := l.docks(b, a[0], a[1])
		if st.place[a[0]] || l.arrived(st, b, a) || !slices.ContainsFunc(docks, func(t int) bool { return st.phase[t] > 0 }) {
			continue
		}
		k := eventKey{Enter, b, a[0], a[1]}
		next := st.clone()
		next.place[a[0]] = true
		var e effect
		for _, p := range l.ports {
			if l.t.Ports[p].Kind.IsUse() && l.needs(st, next, k, p) {
				e.checks = append(e.checks, p)
			}
		}
		looks += l.looks(k, e, len(docks))
	}
	return looks
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
func (l *life) enabled(st *localState, push int) []eventKey {
	if st.adding {
		return []eventKey{{ComponentAdd, -1, l.t.Initial, 0}}
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

// fire plays one event, records what it found, and returns the state after it
// and the number of looks at remote facts that it may take.
func (l *life) fire(st *localState, k eventKey, push int) (*localState, int) {
	next := st.clone()
	switch k.kind {
	case ComponentAdd:
		next.adding, next.place[k.element] = false, true
	case LeaveTry:
		next.trying[k.element] = true
	case Leave:
		next.place[k.element], next.pending[k.element], next.trying[k.element] = false, false, false
		for _, t := range l.leaving(k.behaviour, k.element) {
			next.phase[t] = 1
		}
	case Start:
		next.phase[k.element] = 2
	case Fire:
		next.phase[k.element] = 3
	case Enter:
		for _, t := range l.docks(k.behaviour, k.element, k.dockSet) {
			next.phase[t] = 0
		}
		next.place[k.element] = true
	}
	e := l.effectOf(st, next, k)
	l.record(st, next, k, e, push)
	ev := l.byKey[k]
	ev.own = max(ev.own, l.looks(k, e, 1))
	return next, l.looks(k, e, max(1, len(l.docks(k.behaviour, k.element, k.dockSet))))
}

// effectOf computes what an event does to the ports, and sets the refusing flags
// of the state after it.
func (l *life) effectOf(st, next *localState, k eventKey) (e effect) {
	for _, p := range l.ports {
		port := l.t.Ports[p]
		h := l.useOf[p]
		before, after := l.count(st, h) > 0, l.count(next, h) > 0
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
		entering := k.kind == Enter || k.kind == ComponentAdd
		// Entering a place or a group clears the refusal of its ports.
		if entering && !l.aboutToLeave(st, p) && st.refusing[p] && !mutated("refusing-not-cleared") && (l.bound(p, k.element) || l.activates(st, next, p)) {
			next.refusing[p] = false
			e.relent = append(e.relent, p)
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
		if k.kind == LeaveTry || k.kind == Leave {
			if !l.vacates(st, k, p) {
				continue
			}
			if k.kind == Leave {
				e.locked = append(e.locked, p)
			} else if !st.refusing[p] && !mutated("never-refuses") {
				next.refusing[p] = true
				e.refuse = append(e.refuse, p)
			}
		}
	}
	return e
}

// aboutToLeave says whether a place that a port is bound to is being left: as long
// as that is blocked, the executor tries again in every pass, and refuses anew.
func (l *life) aboutToLeave(st *localState, port int) bool {
	for p, trying := range st.trying {
		if trying && l.holders[l.useOf[port]].places[p] {
			return true
		}
	}
	return false
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
// starts (semantics.md, rules 2 and 4).
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
	for _, h := range l.groupOf[port] {
		if !l.holders[h].places[k.element] || l.count(st, h) > 1 {
			continue
		}
		inside := false
		for _, t := range l.leaving(k.behaviour, k.element) {
			inside = inside || l.holders[h].inside[t]
		}
		if !inside {
			return true
		}
	}
	return false
}

// looks bounds the looks at remote facts that an event takes in a pass
// (semantics.md, section 5): one for a port on a transition, at most three for a
// port on a place or group, one for each user. docks is by how much those of an
// entry multiply: once for each filled input dock, while it is refused.
func (l *life) looks(k eventKey, e effect, docks int) int {
	n := 0
	for _, p := range e.checks {
		if k.kind == Start {
			n += l.remote[p]
		} else {
			n += 3 * l.remote[p] * docks * l.bindings(p, k.element)
		}
	}
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

func (l *life) record(st, next *localState, k eventKey, e effect, push int) {
	ev := l.byKey[k]
	if ev == nil {
		ev = &event{eventKey: k, observed: map[string]obs{}}
		ev.touched = l.touched(k)
		l.byKey[k] = ev
		l.events = append(l.events, ev)
	}
	for len(ev.counts) <= push {
		ev.counts = append(ev.counts, 0)
	}
	if push >= 0 {
		ev.counts[push] = 1
	}
	before, after := l.registers(st), l.registers(next)
	o := obs{effect: e}
	for _, r := range ev.touched {
		o.values = append(o.values, before[r])
		o.after = append(o.after, after[r])
	}
	ev.observed[fmt.Sprint(o.values)] = o
}

// touched lists the registers that an event may read or change.
func (l *life) touched(k eventKey) []int {
	var out []int
	var transitions []int
	place := -1
	switch k.kind {
	case Enter:
		place, transitions = k.element, l.docks(k.behaviour, k.element, k.dockSet)
	case Leave, LeaveTry:
		place, transitions = k.element, l.leaving(k.behaviour, k.element)
	case ComponentAdd:
		place = k.element
	case Start, Fire:
		transitions = []int{k.element}
	}
	touches := func(h holder) bool {
		if place >= 0 && h.places[place] {
			return true
		}
		for _, t := range transitions {
			if h.inside[t] || h.running[t] && (k.kind == Start || k.kind == Fire) {
				return true
			}
		}
		return false
	}
	for h := range l.holders {
		if touches(l.holders[h]) {
			out = append(out, h)
		}
	}
	for _, p := range l.ports {
		if l.t.Ports[p].Kind == model.Provide && touches(l.holders[l.useOf[p]]) {
			out = append(out, l.flag(p))
		}
	}
	return out
}

// findDynamic decides which registers must be part of the net: those that vary
// at an event whose effect varies.
func (l *life) findDynamic() {
	l.dynamic = make([]bool, len(l.holders)+len(l.t.Ports))
	slices.SortFunc(l.events, func(a, b *event) int {
		return slices.Compare([]int{a.behaviour, int(a.kind), a.element, a.dockSet}, []int{b.behaviour, int(b.kind), b.element, b.dockSet})
	})
	for _, ev := range l.events {
		effects := map[string]bool{}
		for _, o := range ev.observed {
			effects[o.effect.key()] = true
		}
		if len(effects) == 1 {
			continue
		}
		first := ev.observed[sortedKeys(ev.observed)[0]]
		for _, o := range ev.observed {
			for i, r := range ev.touched {
				if o.values[i] != first.values[i] {
					l.dynamic[r] = true
				}
			}
		}
	}
}

// variant is an event as the net needs it: which registers it moves from which
// value to which, and its effect.
type variant struct {
	registers [][3]int // register, before, after
	effect    effect
}

// variants lists the variants of an event, one for each combination of values of
// the registers that are part of the net.
func (l *life) variants(ev *event) []variant {
	var out []variant
	seen := map[string]bool{}
	for _, k := range sortedKeys(ev.observed) {
		o := ev.observed[k]
		v := variant{effect: o.effect}
		for i, r := range ev.touched {
			if l.dynamic[r] {
				v.registers = append(v.registers, [3]int{r, o.values[i], o.after[i]})
			}
		}
		if key := fmt.Sprint(v.registers); !seen[key] {
			seen[key] = true
			out = append(out, v)
		}
	}
	return out
}
