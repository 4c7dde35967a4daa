// Package sleep bounds the dates of event graphs whose nodes sleep (Bounds), and says of which
// nothing can be said because something may happen on what a node knew before it slept (Stale).
//
//	bounds, err := sleep.Bounds(graph)
package sleep

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"adagio/dsl/model"
	"adagio/petri"
)

// # Nodes that sleep
//
// A node with an uptime is awake in its windows W, and while one of its
// transitions runs, or the executor's step after one, or a reading of the broker,
// the instant of their end included: in a set S ⊇ W of instants that depends on the
// execution. What happens on it at a date of its own, the end of one of these,
// happens when it is awake. What comes with time from elsewhere, the node's start,
// the arrival of a message, the end of a pause, and the begin of a reading waits for
// the next instant in which the node is awake:
//
//	x(e) = next S ( max over causes p ( x(p) ) + d(e) ),   next S (t) = least t' ≥ t in S
//
// All else that happens on the node follows from these in the same instant.
//
// next S is monotone in t, and for sets A ⊆ S ⊆ B: next B (t) ≤ next S (t) ≤
// next A (t). So, by induction over the events in their causal order, dates
// computed with least delays and a set that contains S in every execution are
// lower bounds, and dates computed with greatest delays and a set that S contains
// in every execution are upper bounds: of the dates in every execution, whatever
// is longer or shorter in it. (No date is monotone in the duration of a transition
// by itself: one that lasts longer keeps its node awake, and something else may
// happen earlier. Only the bounds are compared here, never two executions.)
//
// The sets are found by turns, each from the bounds of the turn before:
//
//   - B, for the lower bounds: let a window end at w. A node is awake after w and
//     before its next window only by transitions with their steps, and readings, that
//     follow one another without a gap, the first of which starts before w. After a
//     reading the next one begins a poll later, so that there is a transition between
//     two of them. So with n transitions that can belong to such a chain the node
//     sleeps at the latest after one reading more than the greatest of their upper
//     bounds, and after w + the sum of their greatest durations + n + 1 readings;
//   - A, for the upper bounds: W, and each transition from the upper bound of its
//     start to the lower bound of the end of its step.
//
// The first lower bounds take nodes for always awake, the first upper bounds
// take A = W; every further turn only narrows them. The bounds are reached where
// all delays are constants: then there is one execution, and it is played. Else
// they need not be: the sum of durations counts transitions that run side by side
// twice, and a transition that may or may not still run when something arrives
// makes both ends loose.
//
// Gaps between two events stay valid where they are sums of delays along a path,
// for next S (t) ≥ t. That an event is at most so long after its causes does not
// hold for one that waits for its node to wake up; but it is not after any event
// of the node from then on, see package precedence.

// Error says that a node sleeps for ever before a plan has certainly ended, or, with an
// executor that looks, may never be awake for a whole turn of its loop, alone or together
// with a node that it looks at.
type Error struct {
	Node string
	Turn time.Duration // 0: with other executors
}

// ForEver is the error of a node that sleeps for ever.
func ForEver(n *petri.Net, node int) *Error {
	err := &Error{Node: n.Scenario.Nodes[node].Name}
	if n.Scenario.Network.Profile.Kind == model.Polling {
		err.Turn = n.Reading[node]
	}
	return err
}

func (e *Error) Error() string {
	if e.Turn > 0 {
		return fmt.Sprintf("node %s may not be awake once more for a whole turn of its loop, %v at most, together with the nodes that it looks at: give them longer windows, or more that overlap", e.Node, model.FormatDuration(e.Turn))
	}
	return fmt.Sprintf("node %s does not wake up any more after its last window, and something may still happen on it then: give it more windows", e.Node)
}

// running is a component transition of a graph between its bounds, with the step
// of the executor after it.
type running struct {
	event      petri.EventID
	start, end [2]time.Duration // by End: least, greatest
	lasts      time.Duration    // at most
}

// bracket computes lower and upper bounds of the dates of a graph with nodes that
// sleep.
type bracket struct {
	g       *petri.EventGraph
	x       [2][]time.Duration // dates
	ready   [2][]time.Duration // dates without the own delay
	fires   [][]running        // by node, by the lower bound of the start
	certain [][]model.Window
	until   []map[time.Duration]time.Duration // by node: until when it may be awake after a window that ends then

	// With an executor that looks:
	asks   [][]ask // by event
	askers map[petri.Observation][]petri.EventID
	beside map[petri.EventID][]petri.EventID // see notDuring

	// With executor concertod-async:
	behaviours [][]running       // by node: from their begin to their end
	ways       []map[int][2]bool // by node and window, see wayOf
	ancestors  map[petri.EventID][]petri.EventID
}

const bracketTurns = 12

// newBracket knows nothing yet.
func newBracket(g *petri.EventGraph) *bracket {
	b := &bracket{g: g, ancestors: map[petri.EventID][]petri.EventID{}, beside: map[petri.EventID][]petri.EventID{}}
	for i := range b.x {
		b.x[i], b.ready[i] = make([]time.Duration, g.Len()), make([]time.Duration, g.Len())
	}
	b.certain = make([][]model.Window, len(g.Net.Scenario.Nodes))
	return b
}

// Bounds are lower and upper bounds of the dates of a graph, by event. It fails with an [Error]
// where a node may sleep for ever.
func Bounds(g *petri.EventGraph) (bounds [2][]time.Duration, err error) {
	b := newBracket(g)
	if b.polling() {
		b.findAsks()
	}
	b.evaluate(0, func(_ petri.EventID, t time.Duration, _ bool) time.Duration { return t })
	b.evaluate(1, b.surely)
	for range bracketTurns {
		before := [2][]time.Duration{slices.Clone(b.x[0]), slices.Clone(b.x[1])}
		b.collect()
		b.evaluate(0, b.possibly)
		b.evaluate(1, b.surely)
		if slices.Equal(before[0], b.x[0]) && slices.Equal(before[1], b.x[1]) {
			break
		}
	}
	for e, x := range b.x[1] {
		if x == model.Never {
			n := g.Net.Transitions[g.Transition[e]].Node()
			return bounds, ForEver(g.Net, n)
		}
	}
	return b.x, nil
}

// evaluate computes the dates at one end (0: lower) with a function that says when
// a node is awake next.
func (b *bracket) evaluate(end int, next func(e petri.EventID, t time.Duration, after bool) time.Duration) {
	g := b.g
	for e := range b.x[end] {
		ready := model.Never
		for a := g.FirstAlternative[e]; a < g.FirstAlternative[e+1]; a++ {
			latest := time.Duration(0)
			for _, p := range g.Cause[g.FirstCause[a]:g.FirstCause[a+1]] {
				latest = max(latest, b.x[end][p])
			}
			ready = min(ready, latest)
		}
		b.ready[end][e] = ready
		b.x[end][e] = b.date(end, petri.EventID(e), ready, petri.End(end == 1).Of(*g.Net.Transitions[g.Transition[e]].Delay), next)
	}
}

// date is that of an event which takes d and whose causes have occurred by ready, at one end.
func (b *bracket) date(end int, e petri.EventID, ready, d time.Duration, next func(e petri.EventID, t time.Duration, after bool) time.Duration) time.Duration {
	g, t := b.g, b.g.Transition[e]
	switch {
	case ready >= model.Never-d:
		return model.Never
	case b.polling():
		return b.together(end, e, ready, d)
	case g.Net.Wakes[t] && b.concertod() && beginsAwake(g.Net.Transitions[t].Origin.Kind): // and is over at once if it takes no time
		begin := next(e, ready, false)
		if begin >= model.Never-d || d == 0 {
			return begin
		}
		return next(e, begin+d, d > g.Net.Reading[g.Net.Transitions[t].Node()])
	case g.Net.Wakes[t] && !(d == 0 && b.atOnce(e)):
		return next(e, ready+d, false)
	}
	return ready + d
}

// atOnce says whether an event whose delay happens to be zero does not wait for its node to
// be awake, though it does after any other delay: with executor concertod-async a pause,
// as the program begins before the node is ready.
func (b *bracket) atOnce(e petri.EventID) bool {
	return b.concertod() && b.g.Origin(e).Kind == petri.ProgramStep
}

// beginsAwake says whether, with executor concertod-async, a delay begins when the node is
// awake: that of what its loop does.
func beginsAwake(k petri.Kind) bool { return k == petri.Step || k == petri.BehaviourEnd }

// collect takes the bounds of the transitions that run.
func (b *bracket) collect() {
	nodes := len(b.g.Net.Scenario.Nodes)
	b.fires, b.certain, b.until = make([][]running, nodes), make([][]model.Window, nodes), make([]map[time.Duration]time.Duration, nodes)
	for e := range b.g.Transition {
		tr := &b.g.Net.Transitions[b.g.Transition[e]]
		if tr.Origin.Kind != petri.Fire {
			continue
		}
		step := b.g.Net.Scenario.Network.Profile.Step
		if b.concertod() || b.polling() {
			step = model.Delay{}
		}
		f := running{petri.EventID(e), [2]time.Duration{b.ready[0][e], b.ready[1][e]}, [2]time.Duration{b.x[0][e] + step.Lo, model.Plus(b.x[1][e], step.Hi)}, tr.Delay.Hi + step.Hi}
		b.fires[tr.Node()] = append(b.fires[tr.Node()], f)
		if f.start[1] < f.end[0] {
			b.certain[tr.Node()] = append(b.certain[tr.Node()], model.Window{Start: f.start[1], End: f.end[0]})
		}
	}
	b.collectBehaviours()
	for n := range nodes {
		slices.SortFunc(b.fires[n], func(f, g running) int { return cmp.Compare(f.start[0], g.start[0]) })
		b.certain[n] = union(b.certain[n])
		b.until[n] = map[time.Duration]time.Duration{}
	}
}

// union joins windows that touch.
func union(windows []model.Window) []model.Window { return model.UptimeOf(windows).Windows }

// possibly is the least date from t on at which the node of an event may be awake for it;
// after says that what precedes the event is over before that date, with every
// reading that began meanwhile.
func (b *bracket) possibly(e petri.EventID, t time.Duration, after bool) time.Duration {
	node := b.g.Net.Transitions[b.g.Transition[e]].Node()
	w := windowsOf(b.g.Net, node)
	if b.concertod() && b.g.Origin(e).Kind == petri.NodeStart {
		return w.loaded(t, 0)
	}
	if after {
		return b.mayBeAwake(node, t, b.before(e))
	}
	return b.mayBeAwake(node, t, nil)
}

// mayBeAwake is the least date from t on at which a node may be awake, some transitions
// being over by then.
func (b *bracket) mayBeAwake(node int, t time.Duration, gone []petri.EventID) time.Duration {
	w := windowsOf(b.g.Net, node)
	if w.uptime == nil {
		return t
	}
	next := w.possibly(t, b.wayOf(node))
	if next == t {
		return next
	}
	over, ok := w.over(t, b.wayOf(node))
	if !ok {
		return next
	}
	var until time.Duration
	if gone != nil {
		until = b.stretch(node, over, gone)
	} else if known, ok := b.until[node][over]; ok {
		until = known
	} else {
		until = b.stretch(node, over, nil)
		b.until[node][over] = until
	}
	if t <= until {
		return t
	}
	return next
}

// Known is when what comes to a node at a date is known there at the latest.
func Known(n *petri.Net, node int, date time.Duration) time.Duration {
	if n.Scenario.Nodes[node].Uptime == nil {
		return date
	}
	return model.Plus(windowsOf(n, node).surely(date, unknownWay), n.Reading[node])
}

// stretch is the last instant at which transitions and readings may keep a node
// awake after a window that ends at w. Some of the transitions may be known to be over
// by the instant that is asked for: these keep the node awake for others, but not then.
func (b *bracket) stretch(node int, w time.Duration, over []petri.EventID) time.Duration {
	reading := b.g.Net.Reading[node]
	until, last, sum := w-1+reading, w-1, reading
	kept := until // by those that are not over
	for _, f := range b.fires[node] {
		if f.start[0] > until {
			break
		}
		if f.end[1] < w {
			continue
		}
		last = max(last, f.end[1])
		if !slices.Contains(over, f.event) {
			kept = max(kept, model.Plus(f.end[1], reading))
		}
		if sum > model.Never-w-f.lasts-reading {
			if over == nil {
				return model.Plus(last, reading)
			}
			until = model.Plus(last, reading)
			continue
		}
		sum += f.lasts + reading
		until = max(until, min(model.Plus(last, reading), w-1+sum))
	}
	if over != nil {
		return min(until, kept)
	}
	return until
}

// surely is the least date from t on at which the node of an event is certainly awake
// for it.
func (b *bracket) surely(e petri.EventID, t time.Duration, _ bool) time.Duration {
	node := b.g.Net.Transitions[b.g.Transition[e]].Node()
	w := windowsOf(b.g.Net, node)
	if b.concertod() && b.g.Origin(e).Kind == petri.NodeStart {
		return w.loaded(t, 1)
	}
	next := w.surely(t, b.wayOf(node))
	list := b.certain[node]
	i, _ := slices.BinarySearchFunc(list, t, func(w model.Window, t time.Duration) int { return cmp.Compare(w.End, t) })
	if i < len(list) { // the end belongs to it
		next = min(next, max(t, list[i].Start))
	}
	return next
}
