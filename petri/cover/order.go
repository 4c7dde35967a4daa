package cover

import (
	"slices"
	"time"

	"adagio/petri/internal/clock"
	"adagio/petri/internal/lists"
)

// order answers which events certainly precede others in every complete execution,
// and how far apart they are at least. It knows the causes, and the arcs that
// follow from clauses with one signal (rule R5).
//
// The relation is closed transitively (package clock), and only ever gains: an order that is made
// from another one, which it may take the place of, has all of it, and closes what is new. Distances are, up to [Limits.Metric]
// events; beyond, they are known along chains, and to what tells of their events.
type order struct {
	s      *System
	sorted []Event // topological, also by arcs
	arcs   [][2]Event
	metric bool

	into      lists.Groups[Event, Event] // by event: what precedes it by arcs
	clocks    *clock.Set
	first     int           // the size of the clocks when they were made
	news      []Event       // of which perhaps more is known than in the order that this one was made from
	clock     []clock.Clock // by event: what precedes it, and itself
	chain     []int32       // by event: its chain in the clocks; -1 for those that nobody asks about
	next      []Event       // by event of no chain: one of a chain that certainly follows, or None
	count     []int32       // by event: how many events of that chain there are up to it
	position  []int32       // in sorted
	after     [][]Event
	distances map[Event][]time.Duration // metric: by source, made when asked for; from its position on
	prefix    []time.Duration           // otherwise: least time since the begin of the chain
}

// unknown is the distance between events that are not ordered.
const unknown = time.Duration(-1)

// newOrder closes the causes and arcs, for questions about what switches a signal or asks
// for one, and some more events. It fails where they form a circle: then there is no
// complete execution.
func newOrder(s *System, arcs [][2]Event, limits Limits, more ...Event) (*order, error) {
	return (*order)(nil).with(s, arcs, limits, more...)
}

// maxGrowth is how many times as large as when they were made clocks may get before new ones
// are made.
const maxGrowth = 4

// with is the order with other arcs, which take the place of its own, or a new one of nil.
func (base *order) with(s *System, arcs [][2]Event, limits Limits, more ...Event) (*order, error) {
	o := &order{s: s, arcs: arcs, metric: s.Len() <= limits.Metric}
	var ok bool
	if o.sorted, ok = s.topological(arcs); !ok {
		return nil, errImpossible
	}
	o.into = lists.Grouped(s.Len(), func(yield func(Event, Event) bool) {
		for _, a := range arcs {
			yield(a[1], a[0])
		}
	})
	if base != nil && base.clocks.Len() <= maxGrowth*base.first {
		o.chain, o.count, o.clocks, o.first = base.chain, base.count, base.clocks, base.first
		o.extend(base)
	} else {
		o.findChains(more)
		o.close()
		o.news = o.sorted
	}
	o.findNext()
	if base != nil {
		for e := range o.next {
			if o.next[e] != base.next[e] {
				o.news = append(o.news, Event(e))
			}
		}
	}
	if !o.metric {
		o.findPrefixes()
		return o, nil
	}
	o.after = make([][]Event, s.Len())
	for e, causes := range s.causes {
		for _, p := range causes {
			o.after[p] = append(o.after[p], Event(e))
		}
	}
	for _, a := range arcs {
		o.after[a[0]] = append(o.after[a[0]], a[1])
	}
	o.position, o.distances = make([]int32, s.Len()), map[Event][]time.Duration{}
	for i, e := range o.sorted {
		o.position[e] = int32(i)
	}
	return o, nil
}

// close computes the clock of each event.
func (o *order) close() {
	o.clock = make([]clock.Clock, o.s.Len())
	for _, e := range o.sorted {
		known := clock.Clock(0)
		for _, p := range o.s.causes[e] {
			known = o.clocks.Join(known, o.clock[p])
		}
		for _, p := range o.into.Of(e) {
			known = o.clocks.Join(known, o.clock[p])
		}
		if o.chain[e] >= 0 {
			known = o.clocks.With(known, o.chain[e], o.count[e])
		}
		o.clock[e] = known
	}
	o.first = o.clocks.Len()
}

// extend computes the clock of each event from that in another order, and from what is new.
func (o *order) extend(base *order) {
	o.clock = slices.Clone(base.clock)
	changed := make([]bool, o.s.Len())
	for _, e := range o.sorted {
		known := base.clock[e]
		for _, p := range o.s.causes[e] {
			if changed[p] {
				known = o.clocks.Join(known, o.clock[p])
			}
		}
		old := base.into.Of(e)
		for _, p := range o.into.Of(e) {
			if changed[p] || !slices.Contains(old, p) {
				known = o.clocks.Join(known, o.clock[p])
			}
		}
		if known != base.clock[e] {
			o.clock[e], changed[e] = known, true
			o.news = append(o.news, e)
		}
	}
}

// findChains numbers the chains. An event that is in none, but switches a signal or asks
// for one, or is one of some more, is a chain of its own.
func (o *order) findChains(more []Event) {
	s := o.s
	o.chain, o.count = make([]int32, s.Len()), make([]int32, s.Len())
	numbers := map[int32]int32{}
	for e, chain := range s.chain {
		o.chain[e] = -1
		if chain == Alone {
			continue
		}
		if _, ok := numbers[chain]; !ok {
			numbers[chain] = int32(len(numbers))
		}
		o.chain[e], o.count[e] = numbers[chain], s.pos[e]+1
	}
	n := int32(len(numbers))
	matters := func(e Event) {
		if e != None && o.chain[e] < 0 {
			o.chain[e], o.count[e] = n, 1
			n++
		}
	}
	for e, clauses := range s.guards {
		if len(clauses) > 0 {
			matters(Event(e))
			for _, p := range s.causes[e] {
				matters(p)
			}
		}
	}
	for _, e := range more {
		matters(e)
	}
	for _, phases := range s.phases {
		for _, p := range phases {
			matters(p.On)
			matters(p.Off)
		}
	}
	o.clocks = clock.NewSet(int(n))
}

func (o *order) findPrefixes() {
	o.prefix = make([]time.Duration, o.s.Len())
	for _, e := range o.sorted {
		for _, p := range o.s.causes[e] {
			if o.s.chain[p] == o.s.chain[e] && o.s.chain[e] != Alone {
				o.prefix[e] = max(o.prefix[e], o.prefix[p]+o.s.lo[e])
			}
		}
	}
}

// findNext finds for each event of no chain the first one of a chain that certainly follows.
func (o *order) findNext() {
	o.next = slices.Repeat([]Event{None}, o.s.Len())
	after := func(p, e Event) {
		if o.chain[e] < 0 {
			e = o.next[e]
		}
		if o.chain[p] < 0 && e != None {
			o.next[p] = e // the events are visited from the last to the first
		}
	}
	for _, e := range slices.Backward(o.sorted) {
		for _, p := range o.s.causes[e] {
			after(p, e)
		}
		for _, p := range o.into.Of(e) {
			after(p, e)
		}
	}
}

// before says whether a certainly precedes b.
func (o *order) before(a, b Event) bool {
	if o.chain[a] < 0 {
		if o.alongChains(a, b) {
			return true
		}
		if a = o.next[a]; a == None || a == b {
			return a != None
		}
	}
	return a != b && o.clocks.Count(o.clock[b], o.chain[a]) >= o.count[a]
}

// alongChains says whether b comes after a in its chain, or tells of something that does.
func (o *order) alongChains(a, b Event) bool {
	s := o.s
	if s.chain[a] == s.chain[b] && s.chain[a] != Alone && s.pos[a] < s.pos[b] {
		return true
	}
	from := s.origin[b]
	return a == from && from != b || s.chain[a] == s.chain[from] && s.chain[a] != Alone && s.pos[a] < s.pos[from]
}

// distance is the least time from a to b, if a certainly precedes b or is b;
// otherwise unknown.
func (o *order) distance(a, b Event) time.Duration {
	if a == b {
		return 0
	}
	if !o.metric {
		s := o.s
		if !o.alongChains(a, b) {
			if o.before(a, b) {
				return 0
			}
			return unknown
		}
		if s.chain[a] == s.chain[b] && s.chain[a] != Alone {
			return o.prefix[b] - o.prefix[a]
		}
		from := s.origin[b]
		if a == from {
			return 0
		}
		return o.prefix[from] - o.prefix[a]
	}
	if o.position[b] < o.position[a] {
		return unknown
	}
	row, ok := o.distances[a]
	if !ok {
		row = o.distancesFrom(a)
		o.distances[a] = row
	}
	return row[o.position[b]-o.position[a]]
}

// distancesFrom is the longest path of least delays from an event to those behind it.
func (o *order) distancesFrom(a Event) []time.Duration {
	start := o.position[a]
	row := make([]time.Duration, len(o.sorted)-int(start))
	for i := range row {
		row[i] = unknown
	}
	row[0] = 0
	for i, e := range o.sorted[start:] {
		if row[i] == unknown {
			continue
		}
		for _, f := range o.after[e] {
			at := o.position[f] - start
			row[at] = max(row[at], row[i]+o.least(e, f))
		}
	}
	return row
}

// least is the least time from a direct predecessor to an event: its delay where it
// waits for the predecessor, nothing where it only ends a phase in which the
// predecessor takes place.
func (o *order) least(p, e Event) time.Duration {
	for _, q := range o.s.causes[e] {
		if p == q {
			return o.s.lo[e]
		}
	}
	return 0
}
