package analysis

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"adagio/petri"
)

// evaluation is one event graph with its dates at both ends.
type evaluation struct {
	g              *petri.EventGraph
	least, most    []time.Duration    // delays at either end, made when they are needed; see delays
	lo, hi, buffer []time.Duration    // dates with all delays at one end; see dated
	own            [2][]time.Duration // memory for copies of lo and hi
	shift          shift              // made when it is needed
	lengths        [2][]length        // by end and node, see duration
}

// length is a duration that is known, or not yet.
type length struct {
	time.Duration
	known bool
}

func newEvaluation(g *petri.EventGraph) (*evaluation, error) {
	e := evaluations.Get().(*evaluation)
	e.g = g
	var err error
	e.lo, e.hi, err = g.Bracket()
	return e, err
}

var evaluations = sync.Pool{New: func() any { return new(evaluation) }}

// free lets another graph have the memory.
func (e *evaluation) free() {
	e.g, e.lo, e.hi = nil, nil, nil
	e.least, e.most, e.buffer = e.least[:0], e.most[:0], e.buffer[:0]
	e.lengths = [2][]length{e.lengths[0][:0], e.lengths[1][:0]}
	if e.shift.g != nil {
		e.shift.g, e.shift.work = nil, 0
	}
	evaluations.Put(e)
}

// dated is room for a date of each event.
func (e *evaluation) dated() []time.Duration {
	e.buffer = slices.Grow(e.buffer[:0], e.g.Len())[:e.g.Len()]
	return e.buffer
}

// nodeBounds returns when each node starts and ends; Duration is left open.
func (e *evaluation) nodeBounds() []NodeBound {
	out := make([]NodeBound, len(e.g.Ends))
	for n, end := range e.g.Ends {
		start := e.g.Starts[n]
		out[n] = NodeBound{Node: n, Start: Bound{e.lo[start], e.hi[start]}, Ends: end >= 0}
		if end >= 0 {
			out[n].End = Bound{e.lo[end], e.hi[end]}
		}
	}
	return out
}

// nodeDuration bounds the duration of a node's own program, from its own start.
// Its end is a (max,+) function of all starts, so that the duration does not
// grow when the node itself starts later and everybody else as before: it is
// greatest when the node starts as early and all others as late as they can, and
// least the other way round. Where that is too much work for all nodes, the bound of
// the rest is the difference of the dates: sound, but wider by the skew of the
// starts. So it is where nodes sleep, for there a later start may well make a
// program take longer.
func (e *evaluation) nodeDuration(n int) Bound {
	start, end := e.g.Starts[n], e.g.Ends[n]
	if end < 0 {
		return Bound{}
	}
	if e.g.Bracketed() || e.shift.work > maxShifts {
		return Bound{max(0, e.lo[end]-e.hi[start], e.leastBetween(start, end)), e.hi[end] - e.lo[start]}
	}
	return Bound{e.duration(n, petri.Earliest), e.duration(n, petri.Latest)}
}

// maxShifts bounds the work for the durations of single nodes, in events dated again
// and their arcs: a second or so.
const maxShifts = 50_000_000

// leastBetween is the least time from an event to another that certainly follows it, where
// the orders of races are covered: the longest path of what events certainly wait for. It
// is 0 where that is not asked for, or not known, or would be too much work.
func (e *evaluation) leastBetween(from, to petri.EventID) time.Duration {
	if !e.g.Covered() || len(e.g.Ends)*e.g.Len() > maxWork {
		return 0
	}
	x, least := e.dated(), e.delays(petri.Earliest)
	x[from] = 0
	for i := from + 1; i <= to; i++ {
		x[i] = -1
		for _, p := range e.g.Causes(i) {
			if p >= from && x[p] >= 0 {
				x[i] = max(x[i], x[p]+least[i])
			}
		}
	}
	return max(0, x[to])
}

// maxWork bounds what takes a pass for each node, in events.
const maxWork = 200_000_000

// delays are all delays at one end.
func (e *evaluation) delays(end petri.End) []time.Duration {
	of := &e.least
	if end == petri.Latest {
		of = &e.most
	}
	if len(*of) == 0 {
		*of = e.g.DelaysInto(*of, end)
	}
	return *of
}

// dates are those with all delays at one end.
func (e *evaluation) dates(end petri.End) []time.Duration {
	if end == petri.Latest {
		return e.hi
	}
	return e.lo
}

// duration is the duration of the program of node n with the start of n at one end and
// all other delays at the other, the given one.
func (e *evaluation) duration(n int, end petri.End) time.Duration {
	of := &e.lengths[0]
	if end == petri.Latest {
		of = &e.lengths[1]
	}
	if len(*of) == 0 {
		*of = zeros(*of, len(e.g.Ends))
	}
	k := &(*of)[n]
	if !k.known {
		k.Duration, k.known = e.durationOf(n, end), true
	}
	return k.Duration
}

func (e *evaluation) durationOf(n int, end petri.End) time.Duration {
	start, own := e.g.Starts[n], e.g.Delay(e.g.Starts[n])
	if own.IsConstant() {
		dates := e.dates(end)
		return dates[e.g.Ends[n]] - dates[start]
	}
	if e.shift.g == nil {
		e.shift.begin(e.g)
		e.own = [2][]time.Duration{append(e.own[0][:0], e.lo...), append(e.own[1][:0], e.hi...)}
		e.lo, e.hi = e.own[0], e.own[1] // which are changed for a while
	}
	return e.shift.between(start, e.g.Ends[n], (!end).Of(own), e.delays(end), e.dates(end))
}

// shifted dates all events with which [evaluation.duration] is that of node n, in
// e.dated().
func (e *evaluation) shifted(n int, end petri.End) error {
	start, own := e.g.Starts[n], e.g.Delay(e.g.Starts[n])
	if own.IsConstant() {
		copy(e.dated(), e.dates(end))
		return nil
	}
	delays := e.delays(end)
	delays[start] = (!end).Of(own)
	defer func() { delays[start] = end.Of(own) }()
	return e.g.DatesInto(e.dated(), delays)
}

// extreme returns the critical path to one end of the makespan: the path to the
// program whose duration is the greatest there. Without the path its Steps are left out.
func (e *evaluation) extreme(end petri.End, path bool) (Path, error) {
	if e.g.Bracketed() {
		return e.asleep(end, path), nil
	}
	// The duration of a node is at most its end minus its start with both at the
	// same end of the intervals and its own start free: nodes that cannot be the
	// greatest are not evaluated.
	type candidate struct {
		node  int
		limit time.Duration
	}
	var order []candidate
	for n, last := range e.g.Ends {
		if last < 0 {
			continue
		}
		dates := e.dates(end)
		order = append(order, candidate{n, dates[last] - e.lo[e.g.Starts[n]]})
	}
	slices.SortStableFunc(order, func(a, b candidate) int { return cmp.Compare(b.limit, a.limit) })
	best, length := -1, time.Duration(0)
	for _, c := range order {
		if best >= 0 && c.limit <= length {
			break
		}
		if d := e.duration(c.node, end); best < 0 || d > length {
			best, length = c.node, d
		}
	}
	if best < 0 || !path {
		return Path{Node: best, Length: length}, nil
	}
	if err := e.shifted(best, end); err != nil {
		return Path{}, err
	}
	return e.path(best, end, e.buffer, e.buffer[e.g.Starts[best]]), nil
}

// asleep is extreme where nodes sleep: the dates are bounds, and a program is
// counted from the other bound of its node's start.
func (e *evaluation) asleep(end petri.End, path bool) Path {
	best := Path{Node: -1}
	var begin time.Duration
	for n, last := range e.g.Ends {
		if last < 0 {
			continue
		}
		dates := e.dates(end)
		others := e.dates(!end)
		from := others[e.g.Starts[n]]
		from = min(from, dates[last])
		if best.Node < 0 || dates[last]-from > best.Length {
			best, begin = Path{Node: n, Length: dates[last] - from}, from
		}
	}
	if best.Node < 0 || !path {
		return best
	}
	dates := e.dates(end)
	return e.path(best.Node, end, dates, begin)
}
