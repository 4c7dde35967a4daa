package verify

import (
	"errors"
	"slices"
	"time"

	"adagio/analysis"
	"adagio/dsl/model"
	"adagio/petri"
)

// whens finds conditions in all orders of the races of a plan.
type whens struct {
	runs    []*whenRun
	only    bool   // no durations make another order
	missing string // why there are none
	work    *budget
}

// newWhens prepares what the conditions of all claims are found with. They are exact if no
// durations change the order of events that the plan leaves to time; otherwise they are
// those of the order, or the orders, that the model's durations have.
func newWhens(r *analysis.Result, work *budget) (*whens, error) {
	x := &whens{missing: unproved(r), work: work}
	limit := anyLimit(r.Scenario)
	for _, one := range r.Runs {
		if one.Graph.Bracketed() || !one.Graph.Complete {
			x.missing = "no condition is found where nodes sleep, orders of races are covered, or the plan may not end"
			break
		}
		run, err := newRun(r, widened(one.Graph, limit))
		if err != nil {
			return nil, err
		}
		x.runs = append(x.runs, newWhenRun(run, work))
	}
	if x.missing != "" || len(x.runs) != 1 {
		return x, nil
	}
	if wide, err := analysis.Analyse(AnyDurations(r.Scenario, limit), analysis.Options{}); err == nil {
		x.only = len(wide.Runs) == 1 && wide.Deadlock == nil && wide.Cover == nil
	}
	return x, nil
}

// anyLimit is what stands for any duration: an hour, or more where the model has more.
func anyLimit(s *model.Scenario) time.Duration {
	limit := time.Hour
	for _, c := range s.Components {
		for _, d := range c.Durations {
			limit = max(limit, 10*d.Hi)
		}
	}
	return limit
}

// of is the condition of a claim in all orders, or why there is none.
func (x *whens) of(c *model.Claim) (*Condition, error) {
	if x.missing != "" {
		return nil, errors.New(x.missing)
	}
	all := &Condition{Exact: x.only}
	for _, run := range x.runs {
		one, err := run.claim(c)
		if err != nil {
			return nil, err
		}
		all.Exact = all.Exact && one.Exact
		x.work.add(all, one.Clauses...)
	}
	if x.work.left < 0 {
		return nil, ErrSpent
	}
	if n := len(slices.Concat(all.Clauses...)); n > maxInequalities {
		return nil, errSums
	}
	return all, nil
}

// widened is an event graph in which what has a name may last anything.
func widened(g *petri.EventGraph, limit time.Duration) *petri.EventGraph {
	n := *g.Net
	n.Transitions = slices.Clone(n.Transitions)
	for i := range n.Transitions {
		if t := &n.Transitions[i]; t.Origin.DelayName(n.Scenario) != "" && t.Delay.Hi > 0 {
			wide := anything(*t.Delay, max(limit, t.Delay.Hi))
			t.Delay = &wide
		}
	}
	return &petri.EventGraph{Net: &n, Transition: g.Transition, Nth: g.Nth, FirstAlternative: g.FirstAlternative, FirstCause: g.FirstCause, Cause: g.Cause,
		Complete: g.Complete, Ends: g.Ends, Starts: g.Starts, Marking: g.Marking, PeersAtRest: g.PeersAtRest}
}

// whenRun finds conditions in one order of the races.
type whenRun struct {
	*states
	work     *budget
	names    []string                 // by event
	above    []petri.EventID          // by event: the last event that all its paths pass through
	known    map[petri.EventID]chains // from the origin
	constant bool                     // no delay without a name varies
}

func newWhenRun(x *run, work *budget) *whenRun {
	w := &whenRun{
		states: &states{run: x}, work: work, names: x.g.DelayNames(), above: make([]petri.EventID, x.g.Len()),
		known: map[petri.EventID]chains{}, constant: true,
	}
	for i := range w.names {
		e := petri.EventID(i)
		if d := x.g.Delay(e); w.names[i] == "" && d.Lo != d.Hi {
			w.constant = false
		}
		w.above[i] = -1
		for k, p := range x.g.Causes(e) {
			if k == 0 {
				w.above[i] = p
			} else {
				w.above[i] = w.common(w.above[i], p)
			}
		}
	}
	return w
}

// common is the last event that all paths to two events pass through; -1 for none.
func (w *whenRun) common(a, b petri.EventID) petri.EventID {
	for a != b {
		if a > b {
			a = w.above[a]
		} else {
			b = w.above[b]
		}
	}
	return a
}

var (
	errSums    = errors.New("it depends on the order of too many sums of durations")
	errChoice  = errors.New("it depends on which of several providers is the first")
	errMoments = errors.New("what it speaks of may come several times, or never")
	errPair    = errors.New("no two orders differ in this race alone")
	errKind    = errors.New("conditions are found for the dates and the order of events, for one outage, and for what is always or never so without counts")
)

const (
	maxSums         = 64 // paths to an event, and clauses on the way
	maxInequalities = 24 // of a condition
)

// origin stands for the date 0.
const origin = petri.EventID(-1)

// follow searches whether the event b comes after a, or with it, by causality alone. The
// search is taken from the work; the error is ErrSpent.
func (w *whenRun) follow(a, b petri.EventID) (bool, error) {
	if a == origin || a >= b {
		return a == origin || a == b, nil
	}
	if !w.work.take(int(b - a)) {
		return false, ErrSpent
	}
	follows := make([]bool, b-a+1)
	follows[0] = true
	for v := a + 1; v <= b; v++ {
		w.g.Alternatives(v, func(causes []petri.EventID) bool {
			follows[v-a] = slices.ContainsFunc(causes, func(p petri.EventID) bool { return p >= a && follows[p-a] })
			return follows[v-a] // else an alternative does not
		})
	}
	return follows[b-a], nil
}

// before is the condition that an event, and more, comes no later than another.
func (w *whenRun) before(a, b petri.EventID, strict bool, more time.Duration) (*Condition, error) {
	if !strict && more <= 0 {
		follows, err := w.follow(a, b)
		if err != nil {
			return nil, err
		}
		if follows {
			return &Condition{Exact: true}, nil
		}
	}
	from := origin
	if a != origin && b != origin {
		from = w.common(a, b)
	}
	p, err := w.paths(from, a)
	if err != nil {
		return nil, err
	}
	q, err := w.paths(from, b)
	if err != nil {
		return nil, err
	}
	if c := w.work.noLater(p, q, strict, more); w.work.left >= 0 {
		return c, nil
	}
	return nil, ErrSpent
}

// claim is the condition of a claim.
func (w *whenRun) claim(c *model.Claim) (*Condition, error) {
	switch c.Kind {
	case model.All:
		all := &Condition{Exact: true}
		for i := range c.Parts {
			part, err := w.claim(&c.Parts[i])
			if err != nil {
				return nil, err
			}
			all.Exact = all.Exact && part.Exact
			w.work.add(all, part.Clauses...)
		}
		return all, nil
	case model.Ends:
		return &Condition{Exact: true}, nil
	case model.Always:
		return w.always(c)
	case model.Total, model.Longest:
		return w.outage(c)
	case model.Dated:
		e, err := w.event(c.From)
		if err != nil {
			return nil, err
		}
		return w.compared(origin, e, c.Op, c.Bound)
	case model.Before, model.Within:
		a, err := w.event(c.From)
		if err != nil {
			return nil, err
		}
		b, err := w.event(c.Until)
		if err != nil || c.Kind == model.Before {
			if err != nil {
				return nil, err
			}
			return w.before(a, b, false, 0)
		}
		one, err := w.before(a, b, false, -c.Bound)
		if err != nil {
			return nil, err
		}
		other, err := w.before(b, a, false, -c.Bound)
		if err != nil {
			return nil, err
		}
		w.work.add(one, other.Clauses...)
		one.Exact = one.Exact && other.Exact
		return one, nil
	}
	return nil, errKind
}

// outage is the condition of a bound of the one stretch of time in which a predicate holds.
func (w *whenRun) outage(c *model.Claim) (*Condition, error) {
	f, err := w.predicate(&c.Predicate)
	if err != nil {
		return nil, err
	}
	list, err := w.may(f)
	if err != nil {
		return nil, err
	}
	if f.counts() || len(list) != 1 || len(list[0].on) > 1 || len(list[0].off) != 1 {
		return nil, errMoments
	}
	on := origin
	if len(list[0].on) == 1 {
		on = list[0].on[0]
	}
	switch { // a stretch of time that is over before it begins lasts no time
	case c.Op == model.Less && c.Bound == 0:
		return &Condition{Clauses: [][]Inequality{nil}, Exact: true}, nil
	case c.Op == model.AtLeast && c.Bound == 0:
		return &Condition{Exact: true}, nil
	}
	return w.compared(on, list[0].off[0], c.Op, c.Bound)
}

// compared is the condition that the time from one event to another compares with a bound.
func (w *whenRun) compared(from, to petri.EventID, op model.Comparison, bound time.Duration) (*Condition, error) {
	if op == model.AtMost || op == model.Less {
		return w.before(to, from, op == model.Less, -bound)
	}
	return w.before(from, to, op == model.More, bound)
}

// event is the one event at which a moment comes.
func (w *whenRun) event(m *model.Moment) (petri.EventID, error) {
	list, may, err := w.moment(m)
	if err != nil {
		return 0, err
	}
	if may || len(list) != 1 || len(eventsOf(list[0], m.End)) != 1 {
		return 0, errMoments
	}
	return eventsOf(list[0], m.End)[0], nil
}

// always is the condition under which no stretch of time is left in which a predicate
// does not hold: each is over before it begins.
func (w *whenRun) always(c *model.Claim) (*Condition, error) {
	f, err := w.predicate(&c.Predicate)
	if err != nil {
		return nil, err
	}
	if f.counts() {
		return nil, errKind
	}
	scope := span{}
	for _, m := range []*model.Moment{c.From, c.Until} {
		if m == nil {
			continue
		}
		e, err := w.event(m)
		if err != nil {
			return nil, err
		}
		if m == c.From {
			scope.on = []petri.EventID{e}
		} else {
			scope.off = []petri.EventID{e}
		}
	}
	left, err := w.within(not(f), []span{scope})
	if err != nil {
		return nil, err
	}
	all := &Condition{Exact: true}
	for _, s := range left {
		clauses := [][]Inequality{nil}
		exact, pairs := true, 0
		begins := s.on
		if len(begins) == 0 {
			begins = []petri.EventID{origin}
		}
		for _, off := range s.off {
			for _, on := range begins {
				one, err := w.before(off, on, false, 0)
				if err != nil {
					return nil, err
				}
				if clauses = disjunction(clauses, one.Clauses); len(clauses) > maxSums {
					return nil, errSums
				}
				exact, pairs = exact && one.Exact, pairs+1
			}
		}
		w.work.add(all, clauses...)
		all.Exact = all.Exact && (exact && pairs <= 1 || w.constant)
	}
	return all, nil
}
