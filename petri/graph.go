package petri

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"adagio/dsl/model"
	"adagio/petri/internal/lists"
)

// EventID indexes the events of an [EventGraph].
type EventID int32

// EventGraph is the unfolding of a net for its plan: an acyclic timed event
// graph, one event for each firing, numbered so that causes come before their
// effects. An event has one or more alternatives, each a set of causes; it
// occurs at
//
//	x(e) = min over alternatives ( max over causes p ( x(p) ) ) + d(e)
//
// where an alternative without causes counts as 0, the common origin. With one
// alternative each this is the (max,+) recursion of a timed event graph; the
// minimum stands where any one of several providers suffices. Both are monotone
// in every delay.
type EventGraph struct {
	Net *Net
	// Transition and Nth say which firing each event is: the Nth (from 0) of
	// the transition.
	Transition []TransitionID
	Nth        []int32
	// FirstAlternative[e] .. FirstAlternative[e+1] are the alternatives of event e,
	// FirstCause[a] .. FirstCause[a+1] the range in Cause of the causes of alternative a.
	// Outside the loops that are hot, Alternatives and Causes read them.
	FirstAlternative []int32
	FirstCause       []int32
	Cause            []EventID
	// Complete says whether every program ends. If not, Blocked of package waits tells the rest.
	Complete bool
	// Ends holds, for each node, the event that ends its program, or -1.
	Ends []EventID
	// Starts holds, for each node, the event that starts it.
	Starts []EventID
	// Unasked lists the facts that are published, or are not, in some executions
	// beside those of the graph, without anybody asking for them then: of other dates
	// nothing changes, but messages cannot be counted.
	Unasked []Fact

	// Marking is the marking when nothing can fire any more, by place.
	Marking []bool
	// PeersAtRest says, by event, that all nodes that may be looked at in its delay are at rest;
	// nil if of none.
	PeersAtRest []bool
	// Bounds are the lower and the upper bounds of dates, by event, where a date is no sum
	// of delays; see Bracket. OrdersCovered says that the orders of races are covered.
	Bounds        [2][]time.Duration
	OrdersCovered bool
	// Optional says, by event, which may never occur though all programs end: their dates are
	// those that they have if they do. nil if all events occur.
	Optional []bool

	dates [2][]time.Duration // with all delays at one end, see KeepDates
	// Witnesses follows the latest date of an event back to the origin where the orders of
	// races are covered; nil otherwise.
	Witnesses func(EventID) []Witness
}

// Witness is a step of what the latest date of an event comes from where the orders of
// races are covered: it waits for the event of the next witness.
type Witness struct {
	Event EventID
	Date  time.Duration // of Event, at the latest, in the orders concerned
	Delay time.Duration // what it takes after the next one
	// Chosen says that the event waits for the next one in some orders only: in those in
	// which it comes after After, and before Before, if that is not -1.
	Chosen        bool
	After, Before EventID
	// Capped says that the event does not wait for the next one, but comes no later.
	Capped bool
}

// Len is the number of events.
func (g *EventGraph) Len() int { return len(g.Transition) }

// Alternatives calls yield for each alternative of an event with its causes.
// The slice must not be kept.
func (g *EventGraph) Alternatives(e EventID, yield func(causes []EventID) bool) {
	for a := g.FirstAlternative[e]; a < g.FirstAlternative[e+1]; a++ {
		if !yield(g.Cause[g.FirstCause[a]:g.FirstCause[a+1]]) {
			return
		}
	}
}

// Causes returns the causes of an event with a single alternative, and all
// causes of all alternatives otherwise.
func (g *EventGraph) Causes(e EventID) []EventID {
	return g.Cause[g.FirstCause[g.FirstAlternative[e]]:g.FirstCause[g.FirstAlternative[e+1]]]
}

// Chooses says whether some event has several alternatives.
func (g *EventGraph) Chooses() bool { return len(g.FirstCause)-1 > g.Len() }

// Delay is the firing delay of an event.
func (g *EventGraph) Delay(e EventID) model.Delay {
	t := &g.Net.Transitions[g.Transition[e]]
	if g.PeersAtRest != nil && g.PeersAtRest[e] {
		return model.Interval(t.Delay.Lo, t.AtRest)
	}
	return *t.Delay
}

// Range returns the two ends of the firing delay of an event.
func (g *EventGraph) Range(e EventID) (lo, hi time.Duration) {
	t := &g.Net.Transitions[g.Transition[e]]
	if g.PeersAtRest != nil && g.PeersAtRest[e] {
		return t.Delay.Lo, t.AtRest
	}
	return t.Delay.Lo, t.Delay.Hi
}

// Origin is what an event came from, shared.
func (g *EventGraph) Origin(e EventID) *Origin { return g.Net.Transitions[g.Transition[e]].Origin }

// Name is the name of the transition that fires.
func (g *EventGraph) Name(e EventID) string { return g.Net.TransitionName(g.Transition[e]) }

// End chooses one end of every delay's interval.
type End bool

// The two ends.
const (
	Earliest End = false // every delay at its least
	Latest   End = true  // every delay at its greatest
)

// Of returns that end of a delay.
func (e End) Of(d model.Delay) time.Duration {
	if e == Latest {
		return d.Hi
	}
	return d.Lo
}

// Delays returns that end of the delay of every event.
func (g *EventGraph) Delays(end End) []time.Duration {
	return g.DelaysInto(nil, end)
}

// DelaysInto is [EventGraph.Delays] in the memory of a list that nobody uses any more.
func (g *EventGraph) DelaysInto(d []time.Duration, end End) []time.Duration {
	d = slices.Grow(d[:0], g.Len())[:g.Len()]
	for e := range d {
		lo, hi := g.Range(EventID(e))
		if d[e] = lo; end == Latest {
			d[e] = hi
		}
	}
	return d
}

// Bracketed says whether a date is no sum of delays: because some node is not always
// awake, or because the orders of races are covered. Then only [EventGraph.Bracket]
// gives dates that are bounds.
func (g *EventGraph) Bracketed() bool { return g.Bounds[0] != nil }

// Covered says whether the orders of races are covered: what an event waits for beside
// its causes is open.
func (g *EventGraph) Covered() bool { return g.OrdersCovered }

// MayLack says whether an event may never occur though all programs end.
func (g *EventGraph) MayLack(e EventID) bool { return g.Optional != nil && g.Optional[e] }

// Wakes says whether an event waits for its node to be awake.
func (g *EventGraph) Wakes(e EventID) bool { return g.Net.Wakes[g.Transition[e]] }

// Reads says whether an event is the end of a reading that keeps its node awake.
func (g *EventGraph) Reads(e EventID) bool { return g.Leg(e) == Reading }

// Leg is which part of a fact's way an event ends.
func (g *EventGraph) Leg(e EventID) Leg { return g.Net.Transitions[g.Transition[e]].Leg }

// Bracket returns a lower and an upper bound of the date of every event, that hold
// in every execution. Where no node sleeps they are the dates with all delays at
// one end. The slices must not be changed.
func (g *EventGraph) Bracket() (lo, hi []time.Duration, err error) {
	if g.Bracketed() {
		return g.Bounds[0], g.Bounds[1], nil
	}
	if g.dates[0] != nil {
		return g.dates[0], g.dates[1], nil
	}
	lo, hi = g.Delays(Earliest), g.Delays(Latest)
	if err = g.DatesInto(lo, lo); err != nil {
		return nil, nil, err
	}
	return lo, hi, g.DatesInto(hi, hi)
}

// KeepDates computes what [EventGraph.Bracket] returns once and for all. The graph must not
// be changed any more.
func (g *EventGraph) KeepDates() error {
	if g.Bracketed() || g.dates[0] != nil {
		return nil
	}
	lo, hi, err := g.Bracket()
	if err == nil {
		g.dates = [2][]time.Duration{lo, hi}
	}
	return err
}

// Dates computes the date of every event for the given delays, in one pass.
// delays[e] is the delay of event e. It fails if a date leaves the range of
// time.Duration, and with [ErrSleeps].
func (g *EventGraph) Dates(delays []time.Duration) ([]time.Duration, error) {
	x := make([]time.Duration, g.Len())
	return x, g.DatesInto(x, delays)
}

// ErrOverflow is the failure of dates that leave the range of time.Duration.
var ErrOverflow = errors.New("the dates of this plan exceed 292 years")

// ErrSleeps and ErrCovered are the failures of dates where nodes sleep, and where the
// orders of races are covered: see [EventGraph.Bracket].
var (
	ErrSleeps  = errors.New("a date is not a sum of delays where nodes sleep")
	ErrCovered = errors.New("a date is not a sum of delays where the order of events is open")
)

// DatesInto is [EventGraph.Dates] into a slice of the caller's, which may be that of the
// delays.
func (g *EventGraph) DatesInto(x, delays []time.Duration) error {
	if g.OrdersCovered {
		return ErrCovered
	}
	if g.Bracketed() {
		return ErrSleeps
	}
	var carry time.Duration
	for e := range x {
		best := model.Never
		for a := g.FirstAlternative[e]; a < g.FirstAlternative[e+1]; a++ {
			latest := time.Duration(0)
			for _, p := range g.Cause[g.FirstCause[a]:g.FirstCause[a+1]] {
				latest = max(latest, x[p])
			}
			best = min(best, latest)
		}
		x[e] = best + delays[e]
		carry |= x[e]
	}
	if carry < 0 {
		return ErrOverflow
	}
	return nil
}

// Print writes the graph readably, a line per event.
func (g *EventGraph) Print(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "event graph: %d events\n", g.Len())
	for e := range g.Transition {
		fmt.Fprintf(&b, "%d %s", e, g.Name(EventID(e)))
		if d := g.Delay(EventID(e)); d.Hi > 0 {
			fmt.Fprintf(&b, " for %v", d)
		}
		g.Alternatives(EventID(e), func(causes []EventID) bool {
			fmt.Fprintf(&b, " <- %v", causes)
			return true
		})
		b.WriteByte('\n')
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Event is an event of a graph under construction; its causes are indices of others.
type Event struct {
	Transition   TransitionID
	Nth          int32
	Alternatives [][]EventID
}

// NewEventGraph packs events into a graph, renumbering them so that causes come
// first; it says whether that is possible. renumbered maps old ids to new ones, in the memory
// of a list that nobody uses any more.
func NewEventGraph(net *Net, nodes []Event, old []EventID) (g *EventGraph, renumbered []EventID, ok bool) {
	order, ok := topological(nodes)
	if !ok {
		return nil, nil, false
	}
	renumbered = lists.Zeros(old, len(nodes))
	alternatives, causes := 0, 0
	for i := range nodes {
		alternatives += len(nodes[i].Alternatives)
		for _, alt := range nodes[i].Alternatives {
			causes += len(alt)
		}
	}
	g = &EventGraph{
		Net: net, Transition: make([]TransitionID, 0, len(nodes)), Nth: make([]int32, 0, len(nodes)),
		FirstAlternative: make([]int32, 1, len(nodes)+1), FirstCause: make([]int32, 1, alternatives+1), Cause: make([]EventID, 0, causes),
	}
	for i, old := range order {
		renumbered[old] = EventID(i)
	}
	for _, old := range order {
		n := nodes[old]
		g.Transition = append(g.Transition, n.Transition)
		g.Nth = append(g.Nth, n.Nth)
		for _, alt := range n.Alternatives {
			for _, p := range alt {
				g.Cause = append(g.Cause, renumbered[p])
			}
			g.FirstCause = append(g.FirstCause, int32(len(g.Cause)))
		}
		g.FirstAlternative = append(g.FirstAlternative, int32(len(g.FirstCause)-1))
	}
	return g, renumbered, true
}

// topological orders the events by causality, keeping the given order where it
// is free.
func topological(nodes []Event) ([]EventID, bool) {
	sorted := true
	for e, n := range nodes {
		for _, alt := range n.Alternatives {
			for _, p := range alt {
				sorted = sorted && int(p) < e
			}
		}
	}
	order := make([]EventID, 0, len(nodes))
	if sorted {
		for e := range nodes {
			order = append(order, EventID(e))
		}
		return order, true
	}
	state := make([]uint8, len(nodes))
	type frame struct {
		e    EventID
		next int
	}
	for e := range nodes {
		if state[e] != 0 {
			continue
		}
		stack := []frame{{EventID(e), 0}}
		state[e] = 1
		for len(stack) > 0 {
			f := &stack[len(stack)-1]
			p, more := nthCause(nodes[f.e], f.next)
			if !more {
				state[f.e] = 2
				order = append(order, f.e)
				stack = stack[:len(stack)-1]
				continue
			}
			f.next++
			switch state[p] {
			case 0:
				state[p] = 1
				stack = append(stack, frame{p, 0})
			case 1:
				return nil, false
			}
		}
	}
	return order, true
}

func nthCause(n Event, i int) (EventID, bool) {
	for _, alt := range n.Alternatives {
		if i < len(alt) {
			return alt[i], true
		}
		i -= len(alt)
	}
	return 0, false
}

// BecomesIdle says whether a component becomes idle with an event: its behaviour ends, or it
// has entered its initial place.
func (g *EventGraph) BecomesIdle(e EventID) bool {
	t := &g.Net.Transitions[g.Transition[e]]
	if t.Kind != BehaviourEnd && t.Kind != ComponentAdd {
		return false
	}
	idle := g.Net.Idle[t.Origin.Component]
	return idle >= 0 && slices.Contains(t.Out(), idle)
}
