package analysis

import (
	"cmp"
	"slices"
	"time"

	"adagio/petri"
)

// evaluation is one event graph with its dates at both ends.
type evaluation struct {
	g              *petri.EventGraph
	dmin, dmax     []time.Duration // delays at either end
	lo, hi, buffer []time.Duration // dates with all delays at one end
}

func newEvaluation(g *petri.EventGraph) (*evaluation, error) {
	e := &evaluation{g: g, dmin: g.Delays(petri.Earliest), dmax: g.Delays(petri.Latest), buffer: make([]time.Duration, g.Len())}
	var err error
	e.lo, e.hi, err = g.Bracket()
	return e, err
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
// least the other way round. Where so many nodes are worth too many evaluations,
// the bound is the difference of the dates: sound, but wider by the skew of the
// starts. So it is where nodes sleep, for there a later start may well make a
// program take longer.
func (e *evaluation) nodeDuration(n int) (Bound, error) {
	if e.g.Ends[n] < 0 {
		return Bound{}, nil
	}
	if len(e.g.Ends)*e.g.Len() > maxWork || e.g.Bracketed() {
		start, end := e.g.Starts[n], e.g.Ends[n]
		return Bound{max(0, e.lo[end]-e.hi[start], e.leastBetween(start, end)), e.hi[end] - e.lo[start]}, nil
	}
	lower, err := e.shifted(n, petri.Earliest)
	if err != nil {
		return Bound{}, err
	}
	upper, err := e.shifted(n, petri.Latest)
	return Bound{lower, upper}, err
}

// leastBetween is the least time from an event to another that certainly follows it, where
// the orders of races are covered: the longest path of what events certainly wait for. It
// is 0 where that is not asked for, or not known, or would be too much work.
func (e *evaluation) leastBetween(from, to petri.EventID) time.Duration {
	if !e.g.Covered() || len(e.g.Ends)*e.g.Len() > maxWork {
		return 0
	}
	x := e.buffer
	x[from] = 0
	for i := from + 1; i <= to; i++ {
		x[i] = -1
		for _, p := range e.g.Causes(i) {
			if p >= from && x[p] >= 0 {
				x[i] = max(x[i], x[p]+e.dmin[i])
			}
		}
	}
	return max(0, x[to])
}

// maxWork bounds the evaluations for the durations of single nodes, in events.
const maxWork = 200_000_000

// shifted evaluates the graph at one end, with the start of node n at the other,
// and returns the duration of n's program. The dates stay in e.buffer.
func (e *evaluation) shifted(n int, end petri.End) (time.Duration, error) {
	start, own := e.g.Starts[n], e.g.Delay(e.g.Starts[n])
	if own.IsConstant() {
		dates := e.lo
		if end == petri.Latest {
			dates = e.hi
		}
		copy(e.buffer, dates)
		return dates[e.g.Ends[n]] - dates[start], nil
	}
	delays := e.dmin
	if end == petri.Latest {
		delays = e.dmax
	}
	delays[start] = (!end).Of(own)
	defer func() { delays[start] = end.Of(own) }()
	if err := e.g.DatesInto(e.buffer, delays); err != nil {
		return 0, err
	}
	return e.buffer[e.g.Ends[n]] - e.buffer[start], nil
}

// extreme returns the critical path to one end of the makespan: the path to the
// program whose duration is the greatest there.
func (e *evaluation) extreme(end petri.End) (Path, error) {
	if e.g.Bracketed() {
		return e.asleep(end), nil
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
		dates := e.lo
		if end == petri.Latest {
			dates = e.hi
		}
		order = append(order, candidate{n, dates[last] - e.lo[e.g.Starts[n]]})
	}
	slices.SortStableFunc(order, func(a, b candidate) int { return cmp.Compare(b.limit, a.limit) })
	best := Path{Node: -1}
	for _, c := range order {
		if best.Node >= 0 && c.limit <= best.Length {
			break
		}
		d, err := e.shifted(c.node, end)
		if err != nil {
			return Path{}, err
		}
		if best.Node < 0 || d > best.Length {
			best = e.path(c.node, end, e.buffer, e.buffer[e.g.Starts[c.node]])
		}
	}
	return best, nil
}

// asleep is extreme where nodes sleep: the dates are bounds, and a program is
// counted from the other bound of its node's start.
func (e *evaluation) asleep(end petri.End) Path {
	best := Path{Node: -1}
	for n, last := range e.g.Ends {
		if last < 0 {
			continue
		}
		dates, from := e.lo, e.hi[e.g.Starts[n]]
		if end == petri.Latest {
			dates, from = e.hi, e.lo[e.g.Starts[n]]
		}
		from = min(from, dates[last])
		if best.Node < 0 || dates[last]-from > best.Length {
			best = e.path(n, end, dates, from)
		}
	}
	return best
}
