package component

import (
	"slices"

	"adagio/petri/internal/lists"
)

// Execution is one push: a behaviour begun with given places active.
type Execution struct {
	Behaviour int
	Leaves    set          // places that are left, each once
	Arrivals  [][2]int     // (place, dock set) in which some transition ends
	after     set          // places active at the end
	entries   map[int]int  // by place: dock sets by which it may be entered
	again     map[int]bool // places that may be active a second time
	Stuck     int          // a place at which the behaviour hangs, or -1
	open      int          // a place that may or may not be active at the end, or -1
	apart     int          // a place of which one look may let one of two full dock sets in, and not the other, or -1
	Reached   bool         // the push before has an end
	Looks     int          // looks at remote facts in one pass, at most
}

// execute follows behaviour b from the active places to its end.
func (l *Space) execute(active []int, b int) Execution {
	m := Execution{Behaviour: b, Stuck: -1, open: -1, apart: -1, entries: map[int]int{}, again: map[int]bool{}}
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
		there := 0
		if begin.has(p) {
			there++
		}
		full, leaves := l.arrive(&m, p, into[p], left), len(l.Leaving(b, p)) > 0
		tokens := there + full
		if stays := m.entries[p]; stays > 1 || stays == 1 && begin.has(p) {
			m.again[p] = true
		}
		if leaves && tokens > 0 {
			left[p] = true
			m.Leaves = append(m.Leaves, p)
			tokens--
		}
		together := l.rules.together && full > 1
		if together && l.looksFor(p) {
			m.apart = p
		}
		switch {
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

// arrive notes by which dock sets a place is entered in a push, given the transitions into
// it and the places that have been left, and counts the sets that fill.
func (l *Space) arrive(m *Execution, place int, into []int, left []bool) (full int) {
	sets := map[int][2]int{} // dock set -> arriving, all
	for _, t := range into {
		tr := &l.t.Transitions[t]
		n := sets[tr.DockSet]
		if left[tr.Src] {
			n[0]++
		}
		n[1]++
		sets[tr.DockSet] = n
	}
	for s, n := range sets {
		if n[0] == 0 {
			continue
		}
		m.Arrivals = append(m.Arrivals, [2]int{place, s})
		m.entries[place]++
		if n[0] == n[1] {
			full++
		} else {
			m.Stuck = place
		}
	}
	return full
}

// findContested finds the places that may be occupied when they could be entered, so
// that the entry has to ask.
func (l *Space) findContested() {
	l.Contested = make([]bool, len(l.t.Places))
	for _, m := range l.Executions {
		for p, n := range m.entries {
			l.Contested[p] = l.Contested[p] || n > 1 || m.Leaves.has(p) && m.after.has(p) || m.Stuck == p
		}
	}
}

// EndsWith says whether nothing runs in a push any more when a place is entered:
// it is the only one that is active at the end, and entered once.
func (m *Execution) EndsWith(place int) bool {
	entries := 0
	for _, a := range m.Arrivals {
		if a[0] == place {
			entries++
		}
	}
	return m.Stuck < 0 && entries == 1 && slices.Equal(m.after, []int{place}) && !slices.Contains(m.Leaves, place)
}
