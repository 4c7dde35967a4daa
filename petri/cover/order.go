package cover

import "time"

// order answers which events certainly precede others in every complete execution,
// and how far apart they are at least. It knows the causes, and the arcs that
// follow from clauses with one signal (rule R5).
//
// The relation is closed transitively between the events that matter, those that switch
// signals or ask for them, if these are no more than [Limits.Closed]. Beyond, an event
// precedes those that come after it in its chain, and what tells of them. So it is with
// distances beyond [Limits.Metric] events.
type order struct {
	s              *System
	sorted         []Event // topological; closed: also by arcs
	arcs           [][2]Event
	closed, metric bool

	row       []int32  // by event that matters: its row; -1 for others
	words     int      // of a row
	ancestors []uint64 // closed: by row, the rows of those that precede
	position  []int32  // in sorted
	after     [][]Event
	distances map[Event][]time.Duration // metric: by source, made when asked for; from its position on
	prefix    []time.Duration           // otherwise: least time since the begin of the chain
}

// unknown is the distance between events that are not ordered.
const unknown = time.Duration(-1)

// newOrder closes the causes and arcs. It fails where they form a circle: then there
// is no complete execution.
func newOrder(s *System, arcs [][2]Event, limits Limits) (*order, error) {
	o := &order{s: s, arcs: arcs, metric: s.Len() <= limits.Metric}
	matter := o.findRows()
	if o.closed = matter <= limits.Closed; !o.closed {
		arcs, o.metric = nil, false
	}
	var ok bool
	if o.sorted, ok = s.topological(arcs); !ok {
		return nil, errImpossible
	}
	if !o.metric {
		o.findPrefixes()
	}
	if !o.closed {
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
	o.close(matter)
	return o, nil
}

// findRows numbers the events that matter.
func (o *order) findRows() (n int) {
	o.row = make([]int32, o.s.Len())
	for e := range o.row {
		o.row[e] = -1
	}
	matters := func(e Event) {
		if e != None && o.row[e] < 0 {
			o.row[e] = int32(n)
			n++
		}
	}
	for e := range o.row {
		if len(o.s.guards[e]) > 0 {
			matters(Event(e))
			for _, p := range o.s.causes[e] {
				matters(p)
			}
		}
	}
	for _, phases := range o.s.phases {
		for _, p := range phases {
			matters(p.On)
			matters(p.Off)
		}
	}
	return n
}

// close computes who precedes whom, for as many sources at a time as a word has bits.
func (o *order) close(matter int) {
	o.words = (matter + 63) / 64
	o.ancestors = make([]uint64, matter*o.words)
	source := make([]Event, matter)
	for e, row := range o.row {
		if row >= 0 {
			source[row] = Event(e)
		}
	}
	bits := make([]uint64, o.s.Len())
	for w := range o.words {
		clear(bits)
		first := int32(len(o.sorted))
		for row := 64 * w; row < min(64*w+64, matter); row++ {
			first = min(first, o.position[source[row]])
		}
		for _, e := range o.sorted[first:] {
			of := bits[e]
			if row := o.row[e]; row >= 0 {
				o.ancestors[int(row)*o.words+w] = of
				if int(row)/64 == w {
					of |= 1 << (row % 64)
				}
			}
			if of == 0 {
				continue
			}
			for _, f := range o.after[e] {
				bits[f] |= of
			}
		}
	}
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

// before says whether a certainly precedes b.
func (o *order) before(a, b Event) bool {
	if o.closed && o.row[a] >= 0 && o.row[b] >= 0 {
		return o.ancestors[int(o.row[b])*o.words+int(o.row[a]/64)]&(1<<(o.row[a]%64)) != 0
	}
	return o.alongChains(a, b)
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
