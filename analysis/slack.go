package analysis

import (
	"cmp"
	"errors"
	"slices"
	"sync"
	"time"

	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/unfold"
)

// Slack is how much room an event has: by how much the greatest delay of it may
// grow, all others as they are, before the plan is another: everything is done later
// ([Result.Done]; where a component may never come to rest, the last program ends later),
// or a conflict that time decides may be decided otherwise, so that there is a race,
// a deadlock, or no bound.
type Slack struct {
	Step
	Margin
}

// Margin is how much a delay may grow.
type Margin struct {
	// Least is how much it may certainly grow.
	Least time.Duration
	// Exact says that it may not grow by a nanosecond more. Otherwise Least is a lower
	// bound: where any of several providers suffices, where nodes sleep, and where the
	// search was given up.
	Exact bool
}

// String renders a margin.
func (m Margin) String() string {
	if !m.Exact {
		return "at least " + model.FormatDuration(m.Least)
	}
	return model.FormatDuration(m.Least)
}

// slackSearch computes margins in two steps. As long as every conflict is decided
// as it is now, the dates are those of the event graphs, and the room of an event is
// what one backward pass over each finds. (Where nodes sleep, that is a guess, and
// the date by which everything is done is bounded anew.) Whether they are decided so is asked of the exploration
// itself, with the delays grown. The executions of several grown delays contain those
// of each: many are cleared at once, and what is not is cut in two.
type slackSearch struct {
	r     *Result
	base  *unfold.Exploration // of the plan as it is
	limit unfold.Limit
	room  map[petri.Origin]Margin
	work  int // events explored
}

// maxSlackWork bounds the events of all explorations for slack: some seconds.
// Margins that are not known by then are lower bounds.
const maxSlackWork = 800_000

// Slack tells for every component transition and every instruction that takes
// time, and that the end of a program or the rest of a component waits for, how much
// room it has at the upper end, in order of growing slack. It is computed when it is first asked for.
func (r *Result) Slack() []Slack {
	if r.slack == nil {
		return nil
	}
	return r.slack()
}

// NoSlack says why there is no slack of a plan that has bounds; it is empty where there is.
func (r *Result) NoSlack() string {
	switch {
	case r.Cover == nil:
		return ""
	case r.Cover.Open > 0:
		return "how much longer something may take depends on the order of the races, and the orders are covered here, not explored"
	case r.Runs[0].Graph.Covered():
		return "the latest date of some event follows from more than the events that it waits for, as a look is short once the nodes looked at are at rest; so no path tells how much longer something may take"
	}
	return "a longer delay may open a race, and the orders of events are covered here, not explored"
}

// LeastSlack lists n of the wanted events with the least slack, in the order of [Result.Slack],
// and counts the others. Where n of them have none as long as every conflict is decided as
// it is, these are listed: what is left of the room of others need not be searched for.
func (r *Result) LeastSlack(n int, want func(Slack) bool) (least []Slack, others int) {
	if r.slack == nil {
		return nil, 0
	}
	var wanted []Slack
	for _, k := range r.room() {
		if want(k) {
			if wanted = append(wanted, k); k.Least == 0 {
				least = append(least, k)
			}
		}
	}
	if len(least) < n {
		least = slices.DeleteFunc(slices.Clone(r.Slack()), func(k Slack) bool { return !want(k) })
	}
	least = least[:min(n, len(least))]
	return least, len(wanted) - len(least)
}

// slackOf returns functions for the slack of the events of the run that the upper bound
// comes from, and for the room that they have if every conflict is decided as it is.
func (r *Result) slackOf(base *unfold.Exploration, limit unfold.Limit) (all, room func() []Slack) {
	s := &slackSearch{r: r, base: base, limit: limit, room: map[petri.Origin]Margin{}}
	room = sync.OnceValue(s.list)
	return sync.OnceValue(func() []Slack { return s.all(room()) }), room
}

// list lists the events with the room that they have if every conflict is decided as it
// is.
func (s *slackSearch) list() (out []Slack) {
	g := s.r.Upper.graph
	if g == nil {
		return nil
	}
	for _, run := range s.r.Runs {
		if run.Graph.Complete != g.Complete {
			continue
		}
		e, err := newEvaluation(run.Graph)
		if err != nil {
			return nil
		}
		s.roomIn(e)
	}
	_, hi, err := g.Bracket()
	if err != nil {
		return nil
	}
	for i := range g.Len() {
		id := petri.EventID(i)
		if room, ok := s.room[*g.Origin(id)]; ok {
			step := describe(g, id)
			step.Duration, step.Total = g.Delay(id).Hi, hi[i]
			out = append(out, Slack{step, room})
		}
	}
	return out
}

// all takes from the room of events what would change the decision of a conflict.
func (s *slackSearch) all(list []Slack) []Slack {
	var listed []petri.Origin
	for _, k := range list {
		listed = append(listed, k.Origin)
	}
	s.clear(listed)
	out := slices.Clone(list)
	for i := range out {
		out[i].Margin = s.room[out[i].Origin]
	}
	slices.SortStableFunc(out, func(a, b Slack) int { return cmp.Compare(a.Least, b.Least) })
	return out
}

// roomIn takes account of the room that the events of one graph have if every
// conflict is decided as it is there.
func (s *slackSearch) roomIn(e *evaluation) {
	by, rests := s.horizon()
	late := e.late(by, rests)
	delays := e.g.Delays(petri.Latest)
	for i, date := range late {
		id := petri.EventID(i)
		o := *e.g.Origin(id)
		if c := o.Category(); date == model.Never || e.g.Delay(id).Hi == 0 || c != petri.Work && c != petri.Pausing {
			continue
		}
		m := Margin{Least: max(0, date-e.hi[i])} // below 0 only where nodes sleep
		if old, ok := s.room[o]; ok && (old.Least < m.Least || old.Least == m.Least && old.Exact) {
			continue
		}
		m.Exact = e.longer(id, m.Least+1, delays, by, rests)
		s.room[o] = m
	}
}

// longer says whether the end of a program, or with rests also that of a behaviour, certainly
// exceeds a date if an event takes longer by some time.
func (e *evaluation) longer(id petri.EventID, by time.Duration, delays []time.Duration, date time.Duration, rests bool) bool {
	if e.g.Bracketed() {
		return false
	}
	if !e.g.Chooses() {
		return true
	}
	delays[id] += by
	err := e.g.DatesInto(e.dated(), delays)
	delays[id] -= by
	return err != nil || slices.ContainsFunc(e.endings(rests), func(end petri.EventID) bool { return e.buffer[end] > date })
}

// clear reduces the room of some events to what leaves all conflicts decided as
// they are.
func (s *slackSearch) clear(events []petri.Origin) {
	events = slices.DeleteFunc(slices.Clone(events), func(o petri.Origin) bool { return s.room[o].Least == 0 })
	if len(events) == 0 {
		return
	}
	by := map[petri.Origin]time.Duration{}
	for _, o := range events {
		by[o] = s.room[o].Least
	}
	switch p := s.probe(by); {
	case p.same:
	case len(events) == 1:
		s.room[events[0]] = s.search(events[0], by[events[0]], p)
	default:
		s.clear(events[:len(events)/2])
		s.clear(events[len(events)/2:])
	}
}

// search finds how much the delay of one event may grow. It is less than open,
// where a probe found another plan. Latest dates grow no faster than the delay: it is
// less by as much as the dates of the rivals overlap there.
func (s *slackSearch) search(o petri.Origin, open time.Duration, at probe) Margin {
	certain, guess := time.Duration(0), open-at.overlap
	for open-certain > 1 && !s.exhausted() {
		next, guessed := guess, certain < guess && guess < open
		if !guessed {
			next = certain + (open-certain)/2
		}
		p := s.probe(map[petri.Origin]time.Duration{o: next})
		switch {
		case !p.same:
			open, guess, at = next, next-p.overlap, p
		case guessed && next > certain+1:
			certain, guess = next, next+1 // a good guess is the end
		default:
			certain, guess = next, 0
		}
	}
	return Margin{Least: certain, Exact: open-certain == 1 && s.changes(o, open)}
}

// horizon is the date that must not be exceeded, and whether components have to be at rest by
// then, too.
func (s *slackSearch) horizon() (by time.Duration, rests bool) {
	if done := s.r.Done().Upper; s.r.Bounded() && !done.IsNever() {
		return time.Duration(done), true
	}
	return s.r.Span.Upper, false
}

// later says whether everything is done later with longer delays; that is bounded first.
// It returns the makespans of the runs.
func (s *slackSearch) later(after *Result) (bool, []*Bound, error) {
	makespans, err := after.bound()
	if err != nil {
		return false, nil, err
	}
	by, rests := s.horizon()
	if rests {
		if after.Quiescence, err = quiescence(after.Scenario, after.Runs); err != nil {
			return false, nil, err
		}
	}
	return after.Done().Upper > model.Date(by), makespans, nil
}

func (s *slackSearch) exhausted() bool { return s.work > maxSlackWork }

// explore explores the plan with longer delays. Of the result only the runs are
// there.
func (s *slackSearch) explore(by map[petri.Origin]time.Duration, limit unfold.Limit) (*Result, *unfold.Exploration, error) {
	net := s.r.Net.Lengthened(func(t *petri.Transition) time.Duration { return by[*t.Origin] })
	x, err := unfold.Explore(net, limit)
	work := s.base.Branches * s.r.Upper.graph.Len()
	if s.r.Scenario.Sleeps() {
		work *= 10 // dates are bounded from both sides, over and over
	}
	s.work += work
	return &Result{Scenario: s.r.Scenario, Net: net, Runs: x.Runs}, x, err
}

// probe is what comes of longer delays.
type probe struct {
	same    bool          // all conflicts are decided as they are without
	overlap time.Duration // of the dates of the rivals, if it is known
}

func (s *slackSearch) probe(by map[petri.Origin]time.Duration) probe {
	if s.exhausted() {
		return probe{}
	}
	after, _, err := s.explore(by, unfold.Limit{Orders: s.base.Branches})
	if more, ok := errors.AsType[*unfold.LimitError](err); ok && len(more.Races) > 0 {
		last := more.Races[len(more.Races)-1]
		return probe{overlap: min(last.ALast-last.BFirst, last.BLast-last.AFirst)}
	}
	if err != nil || !unfold.Alike(after.Runs, s.r.Runs) {
		return probe{}
	}
	later := false
	if s.r.Scenario.Sleeps() { // there the graphs do not tell the dates
		later, _, err = s.later(after)
	}
	return probe{same: err == nil && !later}
}

// changes says whether the answer to the user is another one if a delay grows.
func (s *slackSearch) changes(o petri.Origin, by time.Duration) bool {
	after, x, err := s.explore(map[petri.Origin]time.Duration{o: by}, s.limit)
	if err != nil {
		return true
	}
	later, makespans, err := s.later(after)
	if err != nil || later || (after.Deadlock == nil) != (s.r.Deadlock == nil) {
		return true
	}
	return len(describeRaces(after.Net, x.Races, byOrder(x.Runs, makespans))) != len(s.r.Races)
}

// endings are the ends of programs, and with rests the events with which components come to
// rest.
func (e *evaluation) endings(rests bool) (out []petri.EventID) {
	for _, end := range e.g.Ends {
		if end >= 0 {
			out = append(out, end)
		}
	}
	for i := range e.g.Len() {
		if id := petri.EventID(i); rests && e.g.BecomesIdle(id) {
			out = append(out, id)
		}
	}
	return out
}

// late is until when each event may happen without any of the endings exceeding a date:
// [model.Never] where none waits for it.
func (e *evaluation) late(date time.Duration, rests bool) []time.Duration {
	late := make([]time.Duration, e.g.Len())
	for i := range late {
		late[i] = model.Never
	}
	for _, end := range e.endings(rests) {
		late[end] = date
	}
	for i := e.g.Len() - 1; i >= 0; i-- {
		id := petri.EventID(i)
		if late[i] == model.Never {
			continue
		}
		due := late[i] - e.g.Delay(id).Hi
		for _, p := range e.g.Causes(id) {
			late[p] = min(late[p], due)
		}
	}
	return late
}
