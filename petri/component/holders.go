package component

import (
	"slices"

	"adagio/dsl/model"
	"adagio/petri/internal/lists"
)

// Which sets of elements a port follows, and which holders, ports and transitions are around
// each place and transition.

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
func (l *Space) HoldsPort(t int) bool { return l.around.running[t] != nil }

// Tries says whether the departure from a place may have to wait for users.
func (l *Space) Tries(p int) bool { return l.around.tries[p] }
