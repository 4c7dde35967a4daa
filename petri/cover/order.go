package cover

import "time"

// order answers which events certainly precede others in every complete execution,
// and how far apart they are at least. It knows the causes, and the arcs that
// follow from clauses with one signal (rule R5).
//
// Up to [Limits.Closed] events the relation is closed transitively. Beyond, an event
// precedes those that come after it in its chain, and what tells of them.
type order struct {
	s      *System
	sorted []Event // topological; closed: also by arcs
	arcs   [][2]Event
	closed bool

	words     int
	ancestors []uint64 // closed: a row of bits for each event
	position  []int32  // closed: in sorted
	after     [][]Event
	distances map[Event][]time.Duration // closed: by source, made when asked for; from its position on
	prefix    []time.Duration           // otherwise: least time since the begin of the chain
}

// unknown is the distance between events that are not ordered.
const unknown = time.Duration(-1)

// newOrder closes the causes and arcs. It fails where they form a circle: then there
// is no complete execution.
func newOrder(s *System, arcs [][2]Event, closed bool) (*order, error) {
	o := &order{s: s, arcs: arcs, closed: closed}
	if !closed {
		o.sorted, _ = s.topological(nil)
		o.prefix = make([]time.Duration, s.Len())
		for _, e := range o.sorted {
			for _, p := range s.causes[e] {
				if s.chain[p] == s.chain[e] && s.chain[e] != Alone {
					o.prefix[e] = max(o.prefix[e], o.prefix[p]+s.lo[e])
				}
			}
		}
		return o, nil
	}
	sorted, ok := s.topological(arcs)
	if !ok {
		return nil, errImpossible
	}
	n := s.Len()
	o.sorted, o.words = sorted, (n+63)/64
	o.ancestors = make([]uint64, n*o.words)
	o.position = make([]int32, n)
	o.after = make([][]Event, n)
	o.distances = map[Event][]time.Duration{}
	for e, causes := range s.causes {
		for _, p := range causes {
			o.after[p] = append(o.after[p], Event(e))
		}
	}
	for _, a := range arcs {
		o.after[a[0]] = append(o.after[a[0]], a[1])
	}
	for i, e := range sorted {
		o.position[e] = int32(i)
		row := o.row(e)
		for _, f := range o.after[e] {
			to := o.row(f)
			for w, bits := range row {
				to[w] |= bits
			}
			to[e/64] |= 1 << (e % 64)
		}
	}
	return o, nil
}

func (o *order) row(e Event) []uint64 { return o.ancestors[int(e)*o.words : int(e+1)*o.words] }

// before says whether a certainly precedes b.
func (o *order) before(a, b Event) bool {
	if o.closed {
		return o.row(b)[a/64]&(1<<(a%64)) != 0
	}
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
	if !o.before(a, b) {
		return unknown
	}
	if !o.closed {
		s := o.s
		if s.chain[a] == s.chain[b] && s.chain[a] != Alone {
			return o.prefix[b] - o.prefix[a]
		}
		from := s.origin[b]
		if a == from {
			return 0
		}
		return o.prefix[from] - o.prefix[a]
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
