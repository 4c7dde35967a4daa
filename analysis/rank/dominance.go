package rank

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"adagio/dsl/model"
	"adagio/petri"
)

type duration = time.Duration

// Gap bounds from above by how much the makespan of one plan exceeds that of
// another if both have the same durations; ok is false if nothing better than
// their intervals is known. A negative gap proves that p is faster, zero that it
// is never slower.
//
// Theorem. Let two event graphs have dates x and y, and let some of their delays
// be the same variable: how long the nth firing of a transition lasts, a pause, a
// start; all other delays are any values in their intervals, on each side for
// itself. Let events be paired in any way. For a pair (e, f) write
//
//	δ(e) ≥ x(e) − y(f)   over all delays.
//
// With e caused by the sets A (of one of which all must have come), and f by the
// sets B,
//
//	δ(e) = w + max over b in B, min over a in A, max over p in a, min over q in b of β(p, q)
//
// is such a bound, where w is 0 if both delays are the same variable and
// hi(e) − lo(f) if not, and β(p, q) ≥ x(p) − y(q) is the least of: δ(p) − ℓ where
// p is paired with f' and y(q) ≥ y(f') + ℓ by a path of least delays that every
// alternative has; the latest date of p less the earliest of q; and, by going
// back, the delay of p and the β of its causes.
//
// Proof. x(e) − y(f) is the difference of the two delays plus that of the dates at
// which both are ready. y is ready at the date of some b, at or after each q in
// it; x at the least over a of its latest p. So x is ready no later than y plus
// the expression for this b, whichever it is. By induction over x in order of
// causality; the inequalities hold for each choice of delays by itself, so that
// shared ones may take any common value. ∎
//
// The makespans are the greatest, over the nodes, of y(end) − y(start), and a
// node's start is one variable; hence the gap is at most the greatest δ of the
// ends of programs. With races it must hold for each run of the one plan against
// each of the other: which happens may depend on the durations.
func Gap(p, q *Plan) (gap duration, ok bool) {
	if !p.Ends() || !q.Ends() || !sameModel(p.Result.Scenario, q.Result.Scenario) {
		return 0, false
	}
	a, errA := p.events()
	b, errB := q.events()
	if errA != nil || errB != nil || len(a)*len(b) == 0 || len(a)*len(b) > maxPairs {
		return 0, false
	}
	gap = -model.Never
	for i := range a {
		for j := range b {
			c := comparisons.Get().(*comparison)
			c.a, c.b = &a[i], &b[j]
			gap = max(gap, c.gap(p, q))
			c.a, c.b = nil, nil
			comparisons.Put(c)
		}
	}
	return gap, true
}

// maxPairs bounds the pairs of runs that are compared.
const maxPairs = 64

// comparison computes the δ of the paired events of two graphs. It is used again by one
// pair of graphs after another.
type comparison struct {
	a, b  *run
	delta []duration                    // by event of a, where known
	known []bool                        // by event of a
	pair  []petri.EventID               // by event of a, or -1
	betas map[[2]petri.EventID]searched // by event of a and of b: β, …
	paths map[[2]petri.EventID]duration // by two events of b: ℓ, none where there is no path
	work  int
}

// searched is a β, and how far back it was searched for.
type searched struct {
	value duration
	back  int
}

var comparisons = sync.Pool{New: func() any {
	return &comparison{betas: map[[2]petri.EventID]searched{}, paths: map[[2]petri.EventID]duration{}}
}}

const (
	none   = duration(-1 << 62)
	depth  = 8       // how far β goes back
	budget = 100_000 // steps of one comparison; beyond, intervals decide
)

func (c *comparison) gap(p, q *Plan) duration {
	c.match()
	clear(c.betas)
	clear(c.paths)
	c.work = 0
	worst := -model.Never
	nodes := make([]int, len(c.a.Ends))
	for n := range nodes {
		nodes[n] = n
	}
	// The longest programs first: where they are the worst, the others need no search.
	slices.SortStableFunc(nodes, func(m, n int) int {
		return cmp.Compare(p.Result.Nodes[n].Duration.Upper, p.Result.Nodes[m].Duration.Upper)
	})
	for _, node := range nodes {
		end, d := c.a.Ends[node], p.Result.Nodes[node].Duration.Upper-q.Result.Makespan.Lower
		if d > worst && c.common(c.a.Starts[node], c.b.Starts[node]) {
			d = min(d, c.beta(end, c.b.Ends[node], depth))
		}
		worst = max(worst, d)
	}
	return worst
}

// match pairs the events of the two graphs, by the index of whichever has one.
func (c *comparison) match() {
	n := c.a.Len()
	c.delta, c.known, c.pair = slices.Grow(c.delta[:0], n)[:n], slices.Grow(c.known[:0], n)[:n], slices.Grow(c.pair[:0], n)[:n]
	clear(c.known)
	for e := range c.pair {
		c.pair[e] = -1
	}
	if c.a.index == nil && c.b.index != nil {
		c.b.index.match(c.a, func(f, e petri.EventID) { c.pair[e] = f })
	} else {
		c.a.indexed().match(c.b, func(e, f petri.EventID) { c.pair[e] = f })
	}
}

// common says whether the delays of two events are the same variable.
func (c *comparison) common(e, f petri.EventID) bool {
	lo, hi := c.a.Range(e)
	if otherLo, otherHi := c.b.Range(f); lo != otherLo || hi != otherHi {
		return false
	}
	switch c.a.Net.Transitions[c.a.Transition[e]].Origin.Category() {
	case petri.Work, petri.Starting, petri.Pausing:
		return c.pair[e] == f && sameDelay(c.a.Delay(e), c.b.Delay(f))
	}
	return lo == hi && sameDelay(c.a.Delay(e), c.b.Delay(f))
}

func sameDelay(d, e model.Delay) bool {
	return d.Kind == e.Kind && d.Lo == e.Lo && d.Hi == e.Hi && d.A == e.A && d.B == e.B && len(d.Sample) == len(e.Sample)
}

// paired is δ of an event that is paired, computed when it is first asked for.
func (c *comparison) paired(e petri.EventID) duration {
	if !c.known[e] {
		c.delta[e], c.known[e] = c.deltaOf(e, c.pair[e]), true
	}
	return c.delta[e]
}

// deltaOf bounds x(e) − y(f).
func (c *comparison) deltaOf(e, f petri.EventID) duration {
	_, own := c.a.Range(e)
	if lo, _ := c.b.Range(f); c.common(e, f) {
		own = 0
	} else {
		own -= lo
	}
	worst := none
	c.b.Alternatives(f, func(b []petri.EventID) bool {
		least := model.Never
		c.a.Alternatives(e, func(a []petri.EventID) bool {
			least = min(least, c.behind(a, b))
			return true
		})
		worst = max(worst, least)
		return true
	})
	return min(own+worst, c.a.hi[e]-c.b.lo[f])
}

// behind bounds the latest date of a less the latest of b. What has no cause is
// ready at 0, which is no later than anything.
func (c *comparison) behind(a, b []petri.EventID) duration {
	latest := none
	for _, p := range a {
		least := c.a.hi[p]
		if f := c.pair[p]; f >= 0 {
			for _, q := range b {
				if q == f {
					least = min(least, c.paired(p))
				}
			}
			if least <= 0 {
				latest = max(latest, least)
				continue
			}
		}
		for _, q := range b {
			if least > latest {
				least = min(least, c.beta(p, q, depth))
			}
		}
		latest = max(latest, least)
	}
	if latest == none {
		return 0
	}
	return latest
}

// beta bounds x(p) − y(q).
func (c *comparison) beta(p, q petri.EventID, back int) duration {
	best := c.a.hi[p] - c.b.lo[q]
	if f := c.pair[p]; f == q && f >= 0 {
		best = min(best, c.paired(p))
	} else if f >= 0 && f < q {
		most := min(c.b.lo[q]-c.b.lo[f], c.b.hi[q]-c.b.hi[f]) // what a path can be
		if delta := c.paired(p); delta-most < best {
			if l := c.path(f, q); l != none {
				best = min(best, delta-l)
			}
		}
	}
	if best <= max(0, c.least(p, q)) || back == 0 || c.work > budget {
		return best
	}
	pair := [2]petri.EventID{p, q}
	if s, known := c.betas[pair]; known && s.back >= back {
		return min(best, s.value)
	}
	c.work++
	_, own := c.a.Range(p)
	least := best
	c.a.Alternatives(p, func(causes []petri.EventID) bool {
		latest := none
		for _, r := range causes {
			if latest = max(latest, c.beta(r, q, back-1)); latest >= best-own {
				return true // no better than what is known
			}
		}
		if latest == none {
			latest = -c.b.lo[q]
		}
		least = min(least, latest+own)
		return true
	})
	c.betas[pair] = searched{least, back}
	return least
}

// least is what no bound of x(p) − y(q) can be below: what it is with all delays at one end.
func (c *comparison) least(p, q petri.EventID) duration {
	return max(c.a.lo[p]-c.b.lo[q], c.a.hi[p]-c.b.hi[q])
}

// path is the greatest sum of least delays along the paths from u to v that every
// alternative has, or none.
func (c *comparison) path(u, v petri.EventID) duration {
	switch {
	case u == v:
		return 0
	case !c.b.order().UpTo(u, v):
		return none
	case c.b.forest.Reaches(u, v):
		return c.b.forest.Between(u, v) // no path is longer
	case c.work > budget:
		return none
	}
	pair := [2]petri.EventID{u, v}
	if value, known := c.paths[pair]; known {
		return value
	}
	c.work++
	least := model.Never
	c.b.Alternatives(v, func(causes []petri.EventID) bool {
		best := none
		for _, p := range causes {
			best = max(best, c.path(u, p))
		}
		least = min(least, best)
		return true
	})
	if least != none {
		lo, _ := c.b.Range(v)
		least += lo
	}
	c.paths[pair] = least
	return least
}
