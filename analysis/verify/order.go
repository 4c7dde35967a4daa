package verify

import (
	"time"

	"adagio/dsl/model"
	"adagio/petri"
)

// order bounds the differences of the dates of an event graph over all delays in
// their intervals.
//
// Of an anchor u, in the order of causality, for each event v
//
//	x(v) − x(u) ≥ lo(v) + max over causes p of the bound of p    (of the least alternative)
//	x(v) − x(u) ≤ hi(v) + max over causes p of the bound of p    (of the least alternative)
//
// and both are no worse than what the dates themselves tell. Of an event p that u certainly
// waits for, x(p) − x(u) is at most minus the longest path of least delays from p to u.
// The upper bound needs that a date is a function of delays: not where nodes sleep or
// orders are covered; there the dates and these paths remain, and under a cover an event
// comes after its causes, but need not have waited its delay after them (it may have been
// ready long before).
type order struct {
	g      *petri.EventGraph
	lo, hi []time.Duration // dates
	slot   []int32         // by event: its place among those that are asked for, or -1
	slots  int
	rows   map[petri.EventID]*row
	work   row // for one anchor, by event from it on
	before []time.Duration
}

// row has, for an anchor u, the bounds of x(v) − x(u) and whether v follows from u by
// causality alone, by the slots of the events v.
type row struct {
	lower, upper []time.Duration
	follows      []bool
}

func newOrder(g *petri.EventGraph) (*order, error) {
	lo, hi, err := g.Bracket()
	if err != nil {
		return nil, err
	}
	o := &order{g: g, lo: lo, hi: hi, slot: make([]int32, g.Len()), rows: map[petri.EventID]*row{}}
	for e := range o.slot {
		o.slot[e] = -1
	}
	return o, nil
}

// watch says that an event will be asked for. What has been computed before is forgotten.
func (o *order) watch(e petri.EventID) {
	if o.slot[e] < 0 {
		o.slot[e] = int32(o.slots)
		o.slots++
		clear(o.rows)
	}
}

// from computes the row of an anchor, once.
func (o *order) from(u petri.EventID) *row {
	if r, ok := o.rows[u]; ok {
		return r
	}
	if o.work.lower == nil {
		n := o.g.Len()
		o.work, o.before = row{make([]time.Duration, n), make([]time.Duration, n), make([]bool, n)}, make([]time.Duration, n)
	}
	r, before := &o.work, o.earlier(u)
	for v := range petri.EventID(o.g.Len()) {
		if v == u {
			r.lower[v], r.upper[v], r.follows[v] = 0, 0, true
			continue
		}
		d := o.g.Delay(v)
		if o.g.Covered() {
			d.Lo = 0
		}
		lower, upper, follows := model.Never, model.Never, true
		o.g.Alternatives(v, func(causes []petri.EventID) bool {
			low, high, after := -o.hi[u], -model.Never, false
			if len(causes) == 0 {
				high = -o.lo[u]
			}
			for _, p := range causes {
				low, high, after = max(low, r.lower[p]), max(high, r.upper[p]), after || r.follows[p]
			}
			lower, upper, follows = min(lower, low), min(upper, high), follows && after
			return true
		})
		r.lower[v], r.follows[v] = max(o.lo[v]-o.hi[u], lower+d.Lo), follows
		if follows {
			r.lower[v] = max(r.lower[v], 0)
		}
		r.upper[v] = o.hi[v] - o.lo[u]
		if !o.g.Bracketed() {
			r.upper[v] = min(r.upper[v], upper+d.Hi)
		}
		if v < u && before[v] >= 0 {
			r.upper[v] = min(r.upper[v], -before[v])
		}
	}
	kept := &row{make([]time.Duration, o.slots), make([]time.Duration, o.slots), make([]bool, o.slots)}
	for v, at := range o.slot {
		if at >= 0 {
			kept.lower[at], kept.upper[at], kept.follows[at] = r.lower[v], r.upper[v], r.follows[v]
		}
	}
	o.rows[u] = kept
	return kept
}

// earlier has the longest paths of least delays from the events before an anchor to it,
// -1 where there is none.
func (o *order) earlier(u petri.EventID) []time.Duration {
	path := o.before[:u+1]
	for p := range path {
		path[p] = -1
	}
	path[u] = 0
	for v := u; v >= 0; v-- {
		if path[v] < 0 {
			continue
		}
		alternatives := 0
		o.g.Alternatives(v, func([]petri.EventID) bool { alternatives++; return true })
		if alternatives > 1 {
			continue
		}
		d := o.g.Delay(v).Lo
		if o.g.Covered() {
			d = 0
		}
		for _, p := range o.g.Causes(v) {
			path[p] = max(path[p], path[v]+d)
		}
	}
	return path
}

// lower bounds x(v) − x(u) from below.
func (o *order) lower(u, v petri.EventID) time.Duration {
	return max(o.from(u).lower[o.slot[v]], -o.from(v).upper[o.slot[u]])
}

// upper bounds x(v) − x(u) from above.
func (o *order) upper(u, v petri.EventID) time.Duration { return -o.lower(v, u) }

// follows says whether v comes after u, or with it, by causality alone.
func (o *order) follows(u, v petri.EventID) bool { return o.from(u).follows[o.slot[v]] }
