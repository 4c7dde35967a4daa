package unfold

import (
	"time"

	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/internal/lists"
	"adagio/petri/precedence"
)

// Whether an event graph describes every execution of its net, and not only the
// one that it was unfolded from, is a question about conflicts: places whose
// token one transition takes while another wants to take or read it. In the
// unfolding each such conflict was decided one way. It is decided that way in
// every execution if the order of the two events is certain:
//
//   - by causality: one is a cause of the other, or everything that one waits
//     for happens no later than something that the other waits for;
//   - by time: the latest date of one lies before the earliest of the other.
//
// Both are special cases of one number: a lower bound on x(v) − x(u) over all
// delays in their intervals.

// orders answers questions about the order of events for all delays.
type orders struct {
	g      *petri.EventGraph
	lo, hi []time.Duration // earliest and latest dates

	known precedence.Memo // of ahead

	fired    *lists.Groups[petri.TransitionID, petri.EventID] // see firings
	room     lists.Groups[petri.TransitionID, petri.EventID]  // … and its memory
	tree     *precedence.Forest                               // see forest
	precedes *precedence.Certain                              // see certain

	stamp  []int32 // memo of paths: valid where equal to round
	round  int32
	bound  []time.Duration
	budget int
	work   int // searches so far, over all questions
}

const unordered = time.Duration(-1 << 62)

func newOrders(g *petri.EventGraph) (*orders, error) {
	o := &orders{}
	o.begin(g)
	return o, o.date()
}

// begin sets what is known to nothing, for a graph whose dates are open.
func (o *orders) begin(g *petri.EventGraph) {
	o.free()
	o.g, o.fired, o.round, o.work = g, nil, 0, 0
	o.known.Begin()
}

// date finds the dates of the graph: from then on all questions are answered.
func (o *orders) date() (err error) {
	n := o.g.Len()
	o.stamp, o.bound = lists.Zeros(o.stamp, n), lists.Zeros(o.bound, n)
	o.lo, o.hi, err = o.g.Bracket()
	return err
}

// searchBudget bounds the work on one question; a question that needs more is
// answered from the intervals alone, which is sound.
const searchBudget = 4000

// ahead returns a lower bound on x(v) − x(u) over all delays: positive if u is
// certainly before v, zero if certainly not after. Only its sign matters.
func (o *orders) ahead(u, v petri.EventID) time.Duration { return o.aheadBy(u, v, 0) }

// aheadBy is ahead where x(v) is followed by a delay of that length at least, for the sign
// of the sum.
func (o *orders) aheadBy(u, v petri.EventID, delay time.Duration) time.Duration {
	d := o.lo[v] - o.hi[u]
	if d > 0 || o.lo[u] == o.hi[u] && o.lo[v] == o.hi[v] {
		return d
	}
	if most := o.most(u, v); most < -delay {
		return most
	}
	if certain := o.forest().Between(u, v); certain > 0 {
		return certain
	}
	of, floor := precedence.First, time.Duration(-1)
	if delay > 0 {
		of, floor = precedence.Second, unordered
	}
	if d, _, known := o.known.Get(of, u, v); known {
		return d
	}
	o.budget = searchBudget
	d = o.gap(u, v, 8, floor)
	o.known.Put(of, u, v, d, 0)
	return d
}

// most is more than no lower bound on x(v) − x(u) can be: what it is with all delays at
// one end.
func (o *orders) most(u, v petri.EventID) time.Duration {
	if o.g.Bracketed() {
		return petri.Never
	}
	return min(o.lo[v]-o.lo[u], o.hi[v]-o.hi[u])
}

// firings lists the events of each transition, when it is first asked.
func (o *orders) firings() *lists.Groups[petri.TransitionID, petri.EventID] {
	if o.fired == nil {
		o.room.Fill(len(o.g.Net.Transitions), func(yield func(petri.TransitionID, petri.EventID) bool) {
			for e, t := range o.g.Transition {
				yield(t, petri.EventID(e))
			}
		})
		o.fired = &o.room
	}
	return o.fired
}

// forest is made when it is first asked.
func (o *orders) forest() *precedence.Forest {
	if o.tree == nil {
		o.tree = precedence.NewForest(o.g, o.lo)
	}
	return o.tree
}

// certain is made when it is first asked.
func (o *orders) certain() *precedence.Certain {
	if o.precedes == nil {
		o.precedes = precedence.NewCertain(o.g)
	}
	return o.precedes
}

// free gives back memory when all questions have been answered.
func (o *orders) free() {
	if o.precedes != nil {
		o.precedes.Free()
		o.precedes = nil
	}
	if o.tree != nil {
		o.tree.Free()
		o.tree = nil
	}
}

// before says whether u is certainly before v, and notAfter whether v is certainly not
// before u, as far as [orders.ahead] tells.
func (o *orders) before(u, v petri.EventID) (before, notAfter bool) {
	if o.forest().Between(v, u) > 0 {
		return false, false
	}
	d := o.ahead(u, v)
	return d > 0, d >= 0
}

// gap searches for the lower bound of ahead. One that is no more than floor need not be
// the best.
func (o *orders) gap(u, v petri.EventID, depth int, floor time.Duration) time.Duration {
	if u == v {
		return 0
	}
	best := o.lo[v] - o.hi[u]
	o.work++
	if o.budget--; best > 0 || o.budget < 0 || o.most(u, v) <= max(best, floor) {
		return best
	}
	if u < v {
		o.round++
		if d := o.path(u, v); d > best {
			best = d
		}
	}
	if best >= 0 || depth == 0 || o.g.OrdersCovered { // what u waits for besides is open
		return best
	}
	// x(u) is at most what any of its alternatives allows; or, where it waits for
	// its node to wake up, not after what happens on the node from then on: that
	// happens when the node is awake. (A reading may be one that begins later than the
	// net has it, see package compile, messages.go.)
	wakes := o.g.Net.Wakes[o.g.Transition[u]]
	if l := o.g.Net.Looks; l != nil && (wakes || len(l[o.g.Transition[u]]) > 0) { // perhaps for long
		return best
	}
	if wakes && (o.g.Net.Scenario.Network.Profile.Kind == model.Concertod || o.g.Origin(u).Node != o.g.Origin(v).Node || o.lo[v] == 0 || o.g.Reads(v)) {
		return best
	}
	_, own := o.g.Range(u)
alternatives:
	for a := o.g.FirstAlternative[u]; a < o.g.FirstAlternative[u+1]; a++ {
		worst := o.lo[v]
		for _, p := range o.g.Cause[o.g.FirstCause[a]:o.g.FirstCause[a+1]] {
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
func (o *orders) path(u, v petri.EventID) time.Duration {
	if u == v {
		return 0
	}
	if v < u || o.hi[v] < o.lo[u] || o.precedes != nil && !o.precedes.UpTo(u, v) {
		return unordered
	}
	if o.tree != nil && !o.g.Bracketed() && o.tree.Reaches(u, v) {
		return o.tree.Between(u, v) // no path is longer
	}
	if o.stamp[v] == o.round {
		return o.bound[v]
	}
	o.stamp[v], o.bound[v] = o.round, unordered
	if o.work++; o.precedes == nil && o.work > o.g.Len() { // the clocks spare most of what there is to search
		o.certain()
	}
	if o.budget--; o.budget < 0 {
		return unordered
	}
	least := petri.Never
	for a := o.g.FirstAlternative[v]; a < o.g.FirstAlternative[v+1]; a++ {
		best := unordered
		for _, p := range o.g.Cause[o.g.FirstCause[a]:o.g.FirstCause[a+1]] {
			best = max(best, o.path(u, p))
		}
		least = min(least, best)
	}
	if least != unordered {
		lo, _ := o.g.Range(v)
		least += lo
	}
	o.bound[v] = least
	return least
}

// causes says whether u is a cause of v in every alternative.
func (o *orders) causes(u, v petri.EventID) bool {
	if u >= v || o.lo[u] > o.hi[v] {
		return false
	}
	if o.precedes != nil {
		return o.precedes.UpTo(u, v)
	}
	o.budget = searchBudget * 10
	o.round++
	return o.path(u, v) != unordered
}

// virtual is an event that did not take place but might have: a transition with
// conditions that were all there at some time.
type virtual struct {
	transition petri.TransitionID
	conditions []int32
	producers  []petri.EventID
	after      []petri.EventID // what it comes after by the orders that are imposed
}

// aheadOf bounds x(f) − x(u) from below for a virtual event f. Only its sign matters.
func (o *orders) aheadOf(u petri.EventID, f *virtual) time.Duration {
	if d := o.earliest(f) - o.hi[u]; d > 0 {
		return d
	}
	best, delay := unordered, o.g.Net.Transitions[f.transition].Delay.Lo
	for _, p := range f.producers {
		best = max(best, o.aheadBy(u, p, delay))
		if best > 0 {
			break
		}
	}
	if best == unordered {
		best = -o.hi[u]
	}
	best += delay
	for _, p := range f.after {
		best = max(best, o.ahead(u, p))
	}
	return best
}

// earliest and latest bound the date of a virtual event.
func (o *orders) earliest(f *virtual) time.Duration {
	x := time.Duration(0)
	for _, p := range f.producers {
		x = max(x, o.lo[p])
	}
	return x + o.g.Net.Transitions[f.transition].Delay.Lo
}

func (o *orders) latest(f *virtual) time.Duration {
	x := time.Duration(0)
	for _, p := range f.producers {
		x = max(x, o.hi[p])
	}
	return x + o.g.Net.Transitions[f.transition].Delay.Hi
}
