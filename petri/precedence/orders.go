package precedence

import (
	"time"

	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/internal/lists"
)

// Orders answers questions about the order of two events of a graph, whatever the delays. It
// is certain
//
//   - by causality: one is a cause of the other, or everything that one waits
//     for happens no later than something that the other waits for;
//   - by time: the latest date of one lies before the earliest of the other.
//
// Both are special cases of one number: a lower bound on x(v) − x(u) over all
// delays in their intervals.
type Orders struct {
	Graph  *petri.EventGraph
	Lo, Hi []time.Duration // earliest and latest dates, by event
	Work   int             // searches so far, over all questions

	known map[question]time.Duration // answers so far

	fired    *lists.Groups[petri.TransitionID, petri.EventID] // see Firings
	tree     *Forest                                          // see forest
	precedes *Certain                                         // see Certain

	stamp  []int32 // memo of paths: valid where equal to round
	round  int32
	bound  []time.Duration
	budget int
}

// question is one about x(v) − x(u), and whether a delay follows x(v).
type question struct {
	u, v    petri.EventID
	delayed bool
}

const unordered = time.Duration(-1 << 62)

// NewOrders finds the dates of a graph. It fails where they exceed what a duration holds.
func NewOrders(g *petri.EventGraph) (*Orders, error) {
	o := &Orders{}
	o.Begin(g)
	return o, o.Date()
}

// Begin sets what is known to nothing, for a graph whose dates are open.
func (o *Orders) Begin(g *petri.EventGraph) {
	o.Free()
	o.Graph, o.fired, o.round, o.Work, o.known = g, nil, 0, 0, lists.Emptied(o.known)
}

// Date finds the dates of the graph: from then on all questions are answered.
func (o *Orders) Date() (err error) {
	n := o.Graph.Len()
	o.stamp, o.bound = lists.Zeros(o.stamp, n), lists.Zeros(o.bound, n)
	o.Lo, o.Hi, err = o.Graph.Bracket()
	return err
}

// searchBudget bounds the work on one question; a question that needs more is
// answered from the intervals alone, which is sound.
const searchBudget = 4000

// Ahead returns a lower bound on x(v) − x(u) over all delays: positive if u is
// certainly before v, zero if certainly not after. Only its sign matters.
func (o *Orders) Ahead(u, v petri.EventID) time.Duration { return o.aheadBy(u, v, 0) }

// aheadBy is ahead where x(v) is followed by a delay of that length at least, for the sign
// of the sum.
func (o *Orders) aheadBy(u, v petri.EventID, delay time.Duration) time.Duration {
	d := o.Lo[v] - o.Hi[u]
	if d > 0 || o.Lo[u] == o.Hi[u] && o.Lo[v] == o.Hi[v] {
		return d
	}
	if most := o.most(u, v); most < -delay {
		return most
	}
	if certain := o.forest().Between(u, v); certain > 0 {
		return certain
	}
	asked, floor := question{u, v, delay > 0}, time.Duration(-1)
	if delay > 0 {
		floor = unordered
	}
	d, known := o.known[asked]
	if !known {
		o.budget = searchBudget
		d = o.gap(u, v, 8, floor)
		o.known[asked] = d
	}
	return d
}

// most is more than no lower bound on x(v) − x(u) can be: what it is with all delays at
// one end.
func (o *Orders) most(u, v petri.EventID) time.Duration {
	if o.Graph.Bracketed() {
		return model.Never
	}
	return min(o.Lo[v]-o.Lo[u], o.Hi[v]-o.Hi[u])
}

// Firings lists the events of each transition, when it is first asked.
func (o *Orders) Firings() *lists.Groups[petri.TransitionID, petri.EventID] {
	if o.fired == nil {
		fired := lists.Grouped(len(o.Graph.Net.Transitions), func(yield func(petri.TransitionID, petri.EventID) bool) {
			for e, t := range o.Graph.Transition {
				yield(t, petri.EventID(e))
			}
		})
		o.fired = &fired
	}
	return o.fired
}

// forest is made when it is first asked.
func (o *Orders) forest() *Forest {
	if o.tree == nil {
		o.tree = NewForest(o.Graph, o.Lo)
	}
	return o.tree
}

// Certain is made when it is first asked.
func (o *Orders) Certain() *Certain {
	if o.precedes == nil {
		o.precedes = NewCertain(o.Graph)
	}
	return o.precedes
}

// Free gives back memory when all questions have been answered.
func (o *Orders) Free() {
	if o.precedes != nil {
		o.precedes.Free()
		o.precedes = nil
	}
	if o.tree != nil {
		o.tree.Free()
		o.tree = nil
	}
}

// Before says whether u is certainly before v, and notAfter whether v is certainly not
// Before u, as far as [Orders.Ahead] tells.
func (o *Orders) Before(u, v petri.EventID) (before, notAfter bool) {
	if o.forest().Between(v, u) > 0 {
		return false, false
	}
	d := o.Ahead(u, v)
	return d > 0, d >= 0
}

// gap searches for the lower bound of ahead. One that is no more than floor need not be
// the best.
func (o *Orders) gap(u, v petri.EventID, depth int, floor time.Duration) time.Duration {
	if u == v {
		return 0
	}
	best := o.Lo[v] - o.Hi[u]
	o.Work++
	if o.budget--; best > 0 || o.budget < 0 || o.most(u, v) <= max(best, floor) {
		return best
	}
	if u < v {
		o.round++
		if d := o.path(u, v); d > best {
			best = d
		}
	}
	if best >= 0 || depth == 0 || o.Graph.OrdersCovered { // what u waits for besides is open
		return best
	}
	// x(u) is at most what any of its alternatives allows; or, where it waits for
	// its node to wake up, not after what happens on the node from then on: that
	// happens when the node is awake. (A reading may be one that begins later than the
	// net has it, see package compile, messages.go.)
	wakes := o.Graph.Net.Wakes[o.Graph.Transition[u]]
	if l := o.Graph.Net.LookedAt; l != nil && (wakes || len(l[o.Graph.Transition[u]]) > 0) { // perhaps for long
		return best
	}
	if wakes && (o.Graph.Net.Scenario.Network.Profile.Kind == model.Concertod || o.Graph.Origin(u).Node != o.Graph.Origin(v).Node || o.Lo[v] == 0 || o.Graph.Reads(v)) {
		return best
	}
	_, own := o.Graph.Range(u)
alternatives:
	for a := o.Graph.FirstAlternative[u]; a < o.Graph.FirstAlternative[u+1]; a++ {
		worst := o.Lo[v]
		for _, p := range o.Graph.Cause[o.Graph.FirstCause[a]:o.Graph.FirstCause[a+1]] {
			enough := max(best, floor) + own
			if worst = min(worst, o.gap(p, v, depth-1, enough)); worst <= enough {
				continue alternatives // no better than what is known
			}
		}
		if worst -= own; wakes {
			worst = min(worst, 0)
		}
		best = max(best, worst)
	}
	return best
}

// path returns the greatest sum of least delays along causal paths from u to v
// that every alternative on the way has, or unordered: a lower bound on
// x(v) − x(u).
func (o *Orders) path(u, v petri.EventID) time.Duration {
	if u == v {
		return 0
	}
	if v < u || o.Hi[v] < o.Lo[u] || o.precedes != nil && !o.precedes.UpTo(u, v) {
		return unordered
	}
	if o.tree != nil && !o.Graph.Bracketed() && o.tree.Reaches(u, v) {
		return o.tree.Between(u, v) // no path is longer
	}
	if o.stamp[v] == o.round {
		return o.bound[v]
	}
	o.stamp[v], o.bound[v] = o.round, unordered
	if o.Work++; o.precedes == nil && o.Work > o.Graph.Len() { // the clocks spare most of what there is to search
		o.Certain()
	}
	if o.budget--; o.budget < 0 {
		return unordered
	}
	least := model.Never
	for a := o.Graph.FirstAlternative[v]; a < o.Graph.FirstAlternative[v+1]; a++ {
		best := unordered
		for _, p := range o.Graph.Cause[o.Graph.FirstCause[a]:o.Graph.FirstCause[a+1]] {
			best = max(best, o.path(u, p))
		}
		least = min(least, best)
	}
	if least != unordered {
		lo, _ := o.Graph.Range(v)
		least += lo
	}
	o.bound[v] = least
	return least
}

// Causes says whether u is a cause of v in every alternative.
func (o *Orders) Causes(u, v petri.EventID) bool {
	if u >= v || o.Lo[u] > o.Hi[v] {
		return false
	}
	if o.precedes != nil {
		return o.precedes.UpTo(u, v)
	}
	o.budget = searchBudget * 10
	o.round++
	return o.path(u, v) != unordered
}

// AheadOfLast is [Orders.Ahead] for what occurs some time after the last of several events.
func (o *Orders) AheadOfLast(u petri.EventID, of []petri.EventID, delay time.Duration) time.Duration {
	earliest, best := time.Duration(0), unordered
	for _, p := range of {
		earliest = max(earliest, o.Lo[p])
	}
	if d := earliest + delay - o.Hi[u]; d > 0 {
		return d
	}
	for _, p := range of {
		best = max(best, o.aheadBy(u, p, delay))
		if best > 0 {
			break
		}
	}
	if best == unordered {
		best = -o.Hi[u]
	}
	return best + delay
}
