// Package component says what a component alone can do under a plan: without time, and
// without other components. It knows the component's type, the places that it starts in,
// and the behaviours that programs push to it, and finds for each event (a place is left
// or entered, a transition starts or ends) what it does to the ports, whatever the order
// of concurrent events.
//
//	space, err := component.New(t, component.RulesOf(scenario), active, past, course, ports, remote)
//	for _, event := range space.Events { … event.Variants … }
//
// Package compile writes the net of the component down from it.
package component

import (
	"fmt"
	"slices"

	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/internal/lists"
)

// Space is the local state space of a component under a plan, without time: which places are
// left and entered in each of its pushes, and what each of these events does to
// its ports. The net of the component is written down from it.
//
// Ports follow from counts. A holder is a set of elements of the component (the
// places, groups and transitions that a port is bound to, or one group); a port is
// held while any of its holders has an active element. Mostly every event finds the
// same count whatever the order of concurrent events, so that its effect on the ports
// is known in advance; where it does not, the count becomes part of the net (a
// register) and the event gets a variant per value. Other registers are flags of the
// ports, see registers.
type Space struct {
	t         *model.Type
	rules     Rules
	ports     []int // ports that some link names, sorted
	Remote    []int // by port, the number of links with other nodes that it takes looks at
	looking   bool  // … for some port
	holders   []holder
	elements  map[int]holder // port -> all elements that it is bound to
	heldBy    map[int][]int  // port -> the holders that hold it
	groupOf   map[int][]int  // port -> the groups on whose activation it is needed
	around    elements
	EventsOf  map[int][]*Event // port -> the events that may change it
	Modes     []Mode           // one for each push
	firsts    []int            // by existence: its first push
	Events    []*Event
	ByKey     map[EventKey]*Event
	values    lists.Interner[int]
	details   lists.Interner[localFact]
	detailed  set    // ports whose details are registers, see registers
	unclear   set    // ports that an event found alike, and did different things to
	Dynamic   []bool // per register: it is part of the net
	Contested []bool // by place, see findContested
	Initial   []int  // register values when the plan starts (or when added)
	visits    []visit
	Held      []bool // by port: held when the plan starts
	Refusing  []bool // by port: refusing when the plan starts
	MaxLooks  int    // looks at remote facts in one pass, at most
	AddLooks  int    // … while the component is being added
}

// Rules are the points in which semantics and executors differ inside a component
// (SEMANTICS.md, sections 6 and 7).
type Rules struct {
	listIsGroup bool // a port bound to a list of places is held as a group
	GateStart   bool // the start of a transition and the initial place are gated by their ports
	AllowActive bool // an inactive provide port refuses
	dataStays   bool // a data provide port never becomes inactive
	byMoves     bool // a group ends when any of its places is left to outside
	together    bool // two dock sets of a place that are full at once are emptied at once
}

func RulesOf(s *model.Scenario) Rules {
	r := Rules{dataStays: s.Rules.DataStays, byMoves: s.Rules.GroupsByMoves, together: s.Rules.DockSetsTogether}
	if s.Semantics == model.ConcertoD {
		r.listIsGroup, r.AllowActive = true, true
	} else {
		r.GateStart = true
	}
	return r
}

// holder is a set of elements. A group holds its places and, from departure to
// arrival, the transitions inside; a port may besides hold transitions while
// they run. The count of a holder is that of its active elements, except where it
// moves (rule byMoves): then it is 1 from an entry from outside to a departure to
// outside, and 0 otherwise. A place that has been doubled counts once more, for ever,
// where a port is bound to the place itself (rule together).
type holder struct {
	places, inside, running set
	moves                   bool
	doubles                 set // places
}

// set is a sorted list without repetition.
type set []int

func (s set) has(i int) bool {
	_, found := slices.BinarySearch(s, i)
	return found
}

// holderKey identifies a holder.
type holderKey struct {
	places, inside, running, doubles lists.ID
	moves                            bool
}

// elements lists what concerns each place and transition, by their numbers.
type elements struct {
	// leaving and docks list the transitions, by behaviour and place: that leave
	// it, and by dock set that end in it.
	leaving map[[2]int][]int
	docks   map[[3]int][]int
	// sets lists the dock sets, by behaviour and place.
	sets map[[2]int]set
	// at, inside and running tell the holders and the ports that have a place, or a
	// transition as one that is inside or running.
	at, inside, running map[int]*followers
	tries               map[int]bool // by place
}

// followers are the holders and ports that follow an element.
type followers struct{ holders, ports []int }

// Mode is one push: a behaviour begun with given places active.
type Mode struct {
	Behaviour int
	Leaves    set          // places that are left, each once
	Arrivals  [][2]int     // (place, dock set) in which some transition ends
	after     set          // places active at the end
	entries   map[int]int  // by place: dock sets by which it may be entered
	again     map[int]bool // places that may be active a second time
	Stuck     int          // a place at which the behaviour hangs, or -1
	open      int          // a place that may or may not be active at the end, or -1
	Reached   bool         // the push before has an end
	Looks     int          // looks at remote facts in one pass, at most
}

// EventKey is what tells events apart. A deletion has the kind ProgramStep, and no
// element.
type EventKey struct {
	Kind               petri.Kind
	Behaviour, Element int
	DockSet            int // of an entry; the existence that an addition or a deletion begins or ends
	// with has a bit for each dock set that is emptied with it, by its index among
	// those of the behaviour at the place (rule together).
	With uint8
}

// Event is a local event of a behaviour with its variants.
type Event struct {
	EventKey
	touched  []int            // registers that it may read or change
	holders  []int            // those of them that are counts
	ports    []int            // that it may change
	Observed map[lists.ID]obs // by the values of touched
	Variants []Variant        // once all of it is observed
	Counts   []int            // per mode, whether it occurs
	Own      int              // looks at remote facts that it takes, at most
	asked    int              // … if it is asked for once for each filled dock
	Others   int              // looks of the component's other events beside it, at most
}

type obs struct {
	values []int // of touched, before
	after  []int // of touched, after
	Effect Effect
}

// Effect is what an event does to the ports, each list sorted.
type Effect struct {
	Checks            []int // use ports that must be served and allowed
	Take, Release     []int // use ports that begin or cease to be in use
	Activate, Disable []int // provide ports that become active or inactive
	Refuse, Relent    []int // provide ports that begin or cease to refuse
	Locked            []int // provide ports whose users must be gone
}

// equal says whether two effects are the same.
func (e *Effect) equal(f *Effect) bool {
	theirs := f.lists()
	for i, list := range e.lists() {
		if !slices.Equal(list, theirs[i]) {
			return false
		}
	}
	return true
}

func (e *Effect) lists() [8][]int {
	return [...][]int{e.Checks, e.Take, e.Release, e.Activate, e.Disable, e.Refuse, e.Relent, e.Locked}
}

// Course is what programs do with a component: for each time that it exists, the
// behaviours that it is pushed, in order. All its existences but the last are deleted,
// and all but the first are added.
type Course struct {
	Pushes  [][]int
	Deleted bool // the last one, too
}

// New explores the state space of a component of type t that starts with the given
// active places (nil if the program adds it). Only the given ports matter; remote
// counts, by port, the links that each has with other nodes.
//
// Counts and flags tell mostly what an event does to a port. Where they do not, it is
// explored again with more detail of that port.
func New(t *model.Type, r Rules, active []int, past model.Past, c Course, ports, remote []int) (*Space, error) {
	var detailed set
	for {
		l, err := explored(t, r, active, past, c, ports, remote, detailed)
		if err != nil || len(l.unclear) == 0 {
			return l, err
		}
		more := lists.Merged(detailed, l.unclear)
		if len(more) == len(detailed) {
			return nil, fmt.Errorf("what a component of type %s does to port %s depends on the order of its transitions in a way that cannot be followed", t.Name, t.Ports[l.unclear[0]].Name)
		}
		detailed = more
	}
}

func explored(t *model.Type, r Rules, active []int, past model.Past, c Course, ports, remote []int, detailed set) (*Space, error) {
	l := &Space{t: t, rules: r, ports: ports, Remote: remote, detailed: detailed, elements: map[int]holder{}, heldBy: map[int][]int{}, groupOf: map[int][]int{}, EventsOf: map[int][]*Event{}, ByKey: map[EventKey]*Event{}}
	l.looking = slices.ContainsFunc(remote, func(n int) bool { return n > 0 })
	l.indexTransitions()
	if p := l.tooManySets(); p >= 0 {
		return nil, fmt.Errorf("place %s of component type %s has more than %d dock sets: which of them are full in the same pass cannot be followed", t.Places[p].Name, t.Name, maxDockSets)
	}
	l.findHolders()
	l.indexFollowers()
	start := l.startState(active, past)
	l.Initial, l.Held, l.Refusing = make([]int, l.registers()), make([]bool, len(t.Ports)), make([]bool, len(t.Ports))
	for r := range l.Initial {
		l.Initial[r] = l.register(start, r)
	}
	for _, p := range ports {
		l.Held[p], l.Refusing[p] = l.isHeld(start, p), start.is(isRefusing, p)
	}
	states := map[stateKey]*localState{start.key(): start}
	reached := true
	for e, pushes := range c.Pushes {
		l.firsts = append(l.firsts, len(l.Modes))
		if active == nil {
			fresh := l.startState(nil, model.Past{})
			fresh.adding = true
			after, err := l.explore(map[stateKey]*localState{fresh.key(): fresh}, -1, e)
			if err != nil {
				return nil, err
			}
			states, active = after, []int{t.Initial}
		}
		for _, b := range pushes {
			if err := l.open(e); err != nil {
				return nil, err
			}
			m := l.runMode(active, b)
			m.Reached = reached
			l.Modes = append(l.Modes, m)
			if !reached {
				continue
			}
			for _, st := range states {
				st.begin()
			}
			after, err := l.explore(rekey(states), len(l.Modes)-1, e)
			if err != nil {
				return nil, err
			}
			states, active = ending(after), m.after
			reached = m.Stuck < 0 && len(states) > 0
		}
		if e < len(c.Pushes)-1 || c.Deleted {
			if err := l.open(e); err != nil {
				return nil, err
			}
			if reached {
				l.delete(states, e)
			}
			active = nil
		}
	}
	l.countLooks()
	l.findDynamic()
	l.findContested()
	return l, nil
}

// open is an error if the last push of an existence may leave the component in
// different places: what comes after it cannot be followed.
func (l *Space) open(existence int) error {
	if len(l.Modes) == l.firsts[existence] || l.Modes[len(l.Modes)-1].open < 0 {
		return nil
	}
	m := l.Modes[len(l.Modes)-1]
	return fmt.Errorf("a component of type %s may or may not be at place %s after behavior %s: it depends on whether two dock sets of the place are full in the same pass, so that what comes next cannot be followed", l.t.Name, l.t.Places[m.open].Name, l.t.Behaviours[m.Behaviour].Name)
}

// ending drops the states in which a behaviour hangs, as some dock is filled for ever.
func ending(states map[stateKey]*localState) map[stateKey]*localState {
	out := make(map[stateKey]*localState, len(states))
	for k, st := range states {
		if !slices.ContainsFunc(st.facts, func(f localFact) bool { return f.what == isDeparted || f.what == isRunning || f.what == isOver }) {
			out[k] = st
		}
	}
	return out
}

func rekey(states map[stateKey]*localState) map[stateKey]*localState {
	out := make(map[stateKey]*localState, len(states))
	for _, st := range states {
		out[st.key()] = st
	}
	return out
}

// findHolders collects the sets of elements that matter for the ports.
func (l *Space) findHolders() {
	index := map[holderKey]int{}
	var ids lists.Interner[int]
	add := func(h holder) int {
		k := holderKey{ids.ID(h.places), ids.ID(h.inside), ids.ID(h.running), ids.ID(h.doubles), h.moves}
		if i, ok := index[k]; ok {
			return i
		}
		index[k] = len(l.holders)
		l.holders = append(l.holders, h)
		return len(l.holders) - 1
	}
	for _, p := range l.ports {
		port := l.t.Ports[p]
		var all, direct, list holder
		var groups []holder
		for _, b := range port.Bound {
			switch b.Kind {
			case model.ToPlace:
				list.places, direct.places = append(list.places, b.Index), append(direct.places, b.Index)
			case model.ToTransition:
				direct.running = append(direct.running, b.Index)
			case model.ToGroup:
				g := l.group(l.t.Groups[b.Index].Places)
				g.moves = l.rules.byMoves && !l.rules.listIsGroup
				list.add(g)
				all.add(g)
				groups = append(groups, g)
			}
		}
		direct.sort()
		list.sort()
		all.add(direct)
		direct.doubles = l.canDouble(direct.places)
		all.doubles = direct.doubles
		if l.rules.listIsGroup && len(list.places) > 0 {
			g := l.group(list.places)
			all.places, all.inside = g.places, g.inside
			groups = []holder{g}
		}
		l.elements[p] = all
		if l.stays(p) {
			continue
		}
		for _, g := range groups {
			l.groupOf[p] = append(l.groupOf[p], add(g))
		}
		if len(groups) > 0 && groups[0].moves {
			l.heldBy[p] = append(slices.Clone(l.groupOf[p]), add(direct))
		} else {
			l.heldBy[p] = []int{add(all)}
		}
	}
}

// canDouble lists which of some places two dock sets may enter together.
func (l *Space) canDouble(places []int) (out set) {
	for _, p := range places {
		if l.rules.together && !l.rules.listIsGroup && l.t.HasDockSets(p) && !out.has(p) {
			out = append(out, p)
		}
	}
	return out
}

// stays says whether a port never becomes inactive once it was active.
func (l *Space) stays(port int) bool {
	return l.rules.dataStays && l.t.Ports[port].Kind == model.DataProvide
}

// add adds the elements of another holder.
func (h *holder) add(other holder) {
	h.places = append(h.places, other.places...)
	h.inside = append(h.inside, other.inside...)
	h.running = append(h.running, other.running...)
	h.sort()
}

func (h *holder) sort() {
	h.places, h.inside, h.running = lists.Merged(h.places, nil), lists.Merged(h.inside, nil), lists.Merged(h.running, nil)
}

// group is the holder of a set of places with the transitions inside.
func (l *Space) group(places []int) holder {
	h := holder{places: lists.Merged(places, nil)}
	for _, p := range h.places {
		for b := range l.t.Behaviours {
			for _, t := range l.Leaving(b, p) {
				if h.places.has(l.t.Transitions[t].Dst) {
					h.inside = append(h.inside, t)
				}
			}
		}
	}
	slices.Sort(h.inside)
	return h
}

// indexTransitions finds the transitions around each place.
func (l *Space) indexTransitions() {
	l.around = elements{leaving: map[[2]int][]int{}, sets: map[[2]int]set{}, docks: map[[3]int][]int{}, at: map[int]*followers{}, inside: map[int]*followers{}, running: map[int]*followers{}, tries: map[int]bool{}}
	for t, tr := range l.t.Transitions {
		from, to := [2]int{tr.Behaviour, tr.Src}, [3]int{tr.Behaviour, tr.Dst, tr.DockSet}
		l.around.leaving[from] = append(l.around.leaving[from], t)
		l.around.docks[to] = append(l.around.docks[to], t)
		at := [2]int{tr.Behaviour, tr.Dst}
		l.around.sets[at] = lists.Merged(l.around.sets[at], []int{tr.DockSet})
	}
}

// indexFollowers finds the holders and ports that follow each place and transition.
func (l *Space) indexFollowers() {
	note := func(h *holder, of func(f *followers)) {
		for _, part := range [...]struct {
			elements set
			index    map[int]*followers
		}{{h.places, l.around.at}, {h.inside, l.around.inside}, {h.running, l.around.running}} {
			for _, i := range part.elements {
				if part.index[i] == nil {
					part.index[i] = &followers{}
				}
				of(part.index[i])
			}
		}
	}
	for h := range l.holders {
		note(&l.holders[h], func(f *followers) { f.holders = append(f.holders, h) })
	}
	for _, p := range l.ports {
		elements := l.elements[p]
		note(&elements, func(f *followers) { f.ports = append(f.ports, p) })
		if l.t.Ports[p].Kind == model.Provide {
			for _, place := range elements.places {
				l.around.tries[place] = true
			}
		}
	}
}

// docks lists the transitions of behaviour b that end in a dock set of a place.
func (l *Space) docks(b, place, set int) []int { return l.around.docks[[3]int{b, place, set}] }

// dockSets lists the dock sets of a behaviour at a place.
func (l *Space) dockSets(b, place int) set { return l.around.sets[[2]int{b, place}] }

// Leaving lists the transitions of behaviour b that leave a place.
func (l *Space) Leaving(b, place int) []int { return l.around.leaving[[2]int{b, place}] }

// Gated says whether the start and the end of a transition matter for a port.
func (l *Space) Gated(t int) bool { return l.around.running[t] != nil }

// Tries says whether the departure from a place may have to wait for users.
func (l *Space) Tries(p int) bool { return l.around.tries[p] }

// runMode follows behaviour b from the active places to its end.
func (l *Space) runMode(active []int, b int) Mode {
	m := Mode{Behaviour: b, Stuck: -1, open: -1, entries: map[int]int{}, again: map[int]bool{}}
	into := map[int][]int{}
	for t, tr := range l.t.Transitions {
		if tr.Behaviour == b {
			into[tr.Dst] = append(into[tr.Dst], t)
		}
	}
	begin := set(lists.Merged(active, nil))
	left := make([]bool, len(l.t.Places))
	order, _ := l.t.Order(b)
	for _, p := range order {
		tokens := 0
		if begin.has(p) {
			tokens++
		}
		sets := map[int][2]int{} // dock set -> arriving, all
		for _, t := range into[p] {
			tr := &l.t.Transitions[t]
			n := sets[tr.DockSet]
			if left[tr.Src] {
				n[0]++
			}
			n[1]++
			sets[tr.DockSet] = n
		}
		there := tokens
		for s, n := range sets {
			if n[0] == 0 {
				continue
			}
			m.Arrivals = append(m.Arrivals, [2]int{p, s})
			m.entries[p]++
			if n[0] == n[1] {
				tokens++
			} else {
				m.Stuck = p
			}
		}
		if stays := m.entries[p]; stays > 1 || stays == 1 && begin.has(p) {
			m.again[p] = true
		}
		full, leaves := tokens-there, len(l.Leaving(b, p)) > 0
		if leaves && tokens > 0 {
			left[p] = true
			m.Leaves = append(m.Leaves, p)
			tokens--
		}
		switch together := l.rules.together && full > 1; {
		case together && there == 0 && leaves:
			m.open = p // emptied together, they leave nothing behind
		case together && (there == 0 || leaves):
			// emptied together, it does not hang
		case tokens > 1:
			m.Stuck = p
		}
		if tokens > 0 {
			m.after = append(m.after, p)
		}
	}
	slices.SortFunc(m.Arrivals, func(a, b [2]int) int { return slices.Compare(a[:], b[:]) })
	slices.Sort(m.Leaves)
	slices.Sort(m.after)
	return m
}

// findContested finds the places that may be occupied when they could be entered, so
// that the entry has to ask.
func (l *Space) findContested() {
	l.Contested = make([]bool, len(l.t.Places))
	for _, m := range l.Modes {
		for p, n := range m.entries {
			l.Contested[p] = l.Contested[p] || n > 1 || m.Leaves.has(p) && m.after.has(p) || m.Stuck == p
		}
	}
}

// EndsWith says whether nothing runs in a push any more when a place is entered:
// it is the only one that is active at the end, and entered once.
func (m *Mode) EndsWith(place int) bool {
	entries := 0
	for _, a := range m.Arrivals {
		if a[0] == place {
			entries++
		}
	}
	return m.Stuck < 0 && entries == 1 && slices.Equal(m.after, []int{place}) && !slices.Contains(m.Leaves, place)
}
