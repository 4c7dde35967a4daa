package component

import (
	"math/bits"
	"slices"

	"adagio/dsl/model"
	"adagio/petri"
)

// With rule together two dock sets of a place that are full in one pass are emptied together.

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

// looksFor says whether the executor looks at other nodes to have a place entered.
func (l *Space) looksFor(place int) bool {
	for p, port := range l.t.Ports {
		if l.rules.looks && port.Kind.IsUse() && l.Remote[p] > 0 && slices.ContainsFunc(port.Bound, func(b model.Binding) bool {
			return b.Kind == model.ToPlace && b.Index == place || b.Kind == model.ToGroup && slices.Contains(l.t.Groups[b.Index].Places, place)
		}) {
			return true
		}
	}
	return false
}

// doubles says whether it matters that two dock sets enter a place together.
func (l *Space) doubles(place int) bool {
	return slices.ContainsFunc(l.holders, func(h holder) bool { return h.doubles.has(place) })
}
