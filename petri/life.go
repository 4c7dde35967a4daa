package petri

import (
	"fmt"
	"slices"

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
	visits   []visit
	maxLooks int  // looks at remote facts in one pass, at most
	addLooks int  // … while the component is being added
	added    bool // the component is added by the program
}

// rules are the points in which the two semantics differ inside a component
// (SEMANTICS.md, section 6).
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
	looks     int      // looks at remote facts in one pass, at most
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
	variants []variant      // once all of it is observed
	counts   []int          // per mode, whether it occurs
	own      int            // looks at remote facts that it takes, at most
	asked    int            // … if it is asked for once for each filled dock
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
	l.countLooks()
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
