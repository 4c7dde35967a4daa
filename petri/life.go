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
// places, groups and transitions that a port is bound to, or one group); a port is
// held while any of its holders has an active element. Mostly every event finds the
// same count whatever the order of concurrent events, so that its effect on the ports
// is known in advance; where it does not, the count becomes part of the net (a
// register) and the event gets a variant per value. Other registers are flags of the
// ports, see registers.
type life struct {
	t        *model.Type
	rules    rules
	ports    []int // ports that some link names, sorted
	remote   []int // by port, the number of links with other nodes
	holders  []holder
	elements map[int]holder // port -> all elements that it is bound to
	heldBy   map[int][]int  // port -> the holders that hold it
	groupOf  map[int][]int  // port -> the groups on whose activation it is needed
	modes    []mode         // one for each push
	firsts   []int          // by existence: its first push
	events   []*event
	byKey    map[eventKey]*event
	dynamic  []bool // per register: it is part of the net
	initial  []int  // register values when the plan starts (or when added)
	visits   []visit
	held     []bool // by port: held when the plan starts
	refusing []bool // by port: refusing when the plan starts
	maxLooks int    // looks at remote facts in one pass, at most
	addLooks int    // … while the component is being added
}

// rules are the points in which semantics and executors differ inside a component
// (SEMANTICS.md, sections 6 and 7).
type rules struct {
	listIsGroup bool // a port bound to a list of places is held as a group
	gateStart   bool // the start of a transition and the initial place are gated by their ports
	allowActive bool // an inactive provide port refuses
	dataStays   bool // a data provide port never becomes inactive
	byMoves     bool // a group ends when any of its places is left to outside
}

func rulesOf(s *model.Scenario) rules {
	r := rules{dataStays: s.Rules.DataStays, byMoves: s.Rules.GroupsByMoves}
	if s.Semantics == model.ConcertoD {
		r.listIsGroup, r.allowActive = true, true
	} else {
		r.gateStart, r.listIsGroup = true, mutated("list-is-group")
	}
	return r
}

// holder is a set of elements. A group holds its places and, from departure to
// arrival, the transitions inside; a port may besides hold transitions while
// they run. The count of a holder is that of its active elements, except where it
// moves (rule byMoves): then it is 1 from an entry from outside to a departure to
// outside, and 0 otherwise.
type holder struct {
	places, inside, running []bool
	moves                   bool
}

func (h holder) key() string { return fmt.Sprint(h.places, h.inside, h.running, h.moves) }

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

// eventKey is what tells events apart. A deletion has the kind ProgramStep, and no
// element.
type eventKey struct {
	kind               Kind
	behaviour, element int
	dockSet            int // of an entry; the existence that an addition or a deletion begins or ends
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

// course is what programs do with a component: for each time that it exists, the
// behaviours that it is pushed, in order. All its existences but the last are deleted,
// and all but the first are added.
type course struct {
	pushes  [][]int
	deleted bool // the last one, too
}

// newLife explores the life of a component of type t that starts with the given
// active places (nil if the program adds it). Only the given ports matter; remote
// counts, by port, the links that each has with other nodes.
func newLife(t *model.Type, r rules, active []int, past model.Past, c course, ports, remote []int) (*life, error) {
	l := &life{t: t, rules: r, ports: ports, remote: remote, elements: map[int]holder{}, heldBy: map[int][]int{}, groupOf: map[int][]int{}, byKey: map[eventKey]*event{}}
	l.findHolders()
	start := l.startState(active, past)
	l.initial, l.held, l.refusing = l.registers(start), make([]bool, len(t.Ports)), slices.Clone(start.refusing)
	for _, p := range ports {
		l.held[p] = l.isHeld(start, p)
	}
	states := map[string]*localState{start.key(): start}
	reached := true
	for e, pushes := range c.pushes {
		l.firsts = append(l.firsts, len(l.modes))
		if active == nil {
			fresh := l.startState(nil, model.Past{})
			fresh.adding = true
			after, err := l.explore(map[string]*localState{fresh.key(): fresh}, -1, e)
			if err != nil {
				return nil, err
			}
			states, active = after, []int{t.Initial}
		}
		for _, b := range pushes {
			m := l.runMode(active, b)
			m.reached = reached
			l.modes = append(l.modes, m)
			if !reached {
				continue
			}
			for _, st := range states {
				st.begin(l, m)
			}
			after, err := l.explore(rekey(states), len(l.modes)-1, e)
			if err != nil {
				return nil, err
			}
			states, active = after, m.after
			reached = m.stuck < 0
		}
		if e < len(c.pushes)-1 || c.deleted {
			if reached {
				l.delete(states, e)
			}
			active = nil
		}
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
		all, direct, list := l.empty(), l.empty(), l.empty()
		var groups []holder
		for _, b := range port.Bound {
			switch b.Kind {
			case model.ToPlace:
				list.places[b.Index], direct.places[b.Index] = true, true
			case model.ToTransition:
				direct.running[b.Index] = true
			case model.ToGroup:
				g := l.group(l.t.Groups[b.Index].Places)
				if mutated("group-is-list") {
					g.inside = make([]bool, len(g.inside))
				}
				g.moves = l.rules.byMoves && !l.rules.listIsGroup
				list.add(g)
				all.add(g)
				groups = append(groups, g)
			}
		}
		all.add(direct)
		if l.rules.listIsGroup && slices.Contains(list.places, true) {
			var places []int
			for i, in := range list.places {
				if in {
					places = append(places, i)
				}
			}
			g := l.group(places)
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

// stays says whether a port never becomes inactive once it was active.
func (l *life) stays(port int) bool {
	return l.rules.dataStays && l.t.Ports[port].Kind == model.DataProvide
}

// add adds the elements of another holder.
func (h *holder) add(other holder) {
	for _, both := range [...][2][]bool{{h.places, other.places}, {h.inside, other.inside}, {h.running, other.running}} {
		for i, in := range both[1] {
			both[0][i] = both[0][i] || in
		}
	}
}

func (l *life) empty() holder {
	return holder{places: make([]bool, len(l.t.Places)), inside: make([]bool, len(l.t.Transitions)), running: make([]bool, len(l.t.Transitions))}
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
