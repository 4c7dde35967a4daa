package cover

import (
	"cmp"
	"slices"
	"time"

	"adagio/dsl/model"
)

// Moment indexes the moments of a [System]: dates that follow from those of events, and
// that nothing waits for.
type Moment int32

// moment is a date: so long after the last of some events, of those of them whose causes
// precede what is quick from then on. Each of them ends a stretch, which begins when its
// causes have occurred, and lasts so long beyond it.
type moment struct {
	lag    time.Duration
	events []Event
}

// Quick says how long an event without clauses may take once a moment has come.
type Quick struct {
	// Since is the moment, of which only those events count whose causes occur before Until;
	// Until is the event, or certainly comes after it. Hi is the greatest delay of the event
	// if its causes occur, or the moment comes, no earlier.
	Since Moment
	Until Event
	Hi    time.Duration
	// The delay has parts, one after the other, each of which takes Slow at most at first,
	// and Fast at most of the time from Since on, and of that outside of stretches, but Fast
	// once more if one begins meanwhile. Slow is 0 if nothing is known of parts.
	Slow, Fast time.Duration
}

// Moment adds the date that is a lag after the last of some events.
func (s *System) Moment(lag time.Duration, events []Event) Moment {
	s.moments = append(s.moments, moment{lag, events})
	return Moment(len(s.moments) - 1)
}

// ofMoment stands for a moment where something is said of events.
func (s *System) ofMoment(m Moment) Event { return Event(s.Len()) + Event(m) }

// Quicken says that an event without clauses is quick from some moment on.
func (s *System) Quicken(e Event, q Quick) { s.quick[e] = append(s.quick[e], q) }

// NotAfter says that an event occurs no later than another, in every execution in which
// that one occurs. It need not precede it, or follow from it.
func (s *System) NotAfter(e, other Event) { s.notAfter[e] = append(s.notAfter[e], other) }

// dateMoments bounds the moments by the latest dates so far.
func (c *Cover) dateMoments() {
	if c.moments == nil {
		c.moments = slices.Repeat([]time.Duration{model.Never}, len(c.s.moments))
	}
	for i, m := range c.s.moments {
		latest := time.Duration(0)
		for _, e := range m.events {
			latest = max(latest, model.Plus(c.latest[e], m.lag))
		}
		if latest != c.moments[i] {
			c.moments[i] = latest
			c.history.changed(c.s.ofMoment(Moment(i)))
		}
	}
	c.history.sweep = c.history.now
}

// deadline is R8: the latest date of an event by what is said of it beside its causes. All
// its causes have occurred at ready at the latest. Conditional dates (R3) count for complete
// executions only.
func (c *Cover) deadline(e Event, ready time.Duration, complete bool) time.Duration {
	latest := model.Never
	for i, q := range c.s.quick[e] {
		if ready == model.Never {
			break
		}
		since := c.moments[q.Since]
		latest = min(latest, q.after(ready, since), c.among(&q, ready))
		if best := min(latest, c.latest[e]); complete && best > ready+q.Hi && c.history.ask(question{e, i}) {
			latest = min(latest, c.conditional(&q, ready, best))
			for _, p := range c.s.causes[e] {
				c.history.read(p)
			}
			c.history.answered(question{e, i})
		}
	}
	for _, p := range c.s.notAfter[e] {
		latest = min(latest, c.latest[p])
	}
	return latest
}

// The moment of a quick event is bounded under the hypothesis that its events begin before
// it (R3), if it has so many of them at most, by following so many others at most.
const (
	maxEnds        = 32
	maxConditional = 100
)

// conditional is R8 with the moment under that hypothesis, or a date that is not before best.
func (c *Cover) conditional(q *Quick, ready, best time.Duration) time.Duration {
	r, budget := c.newSlice(nil, q.Until), maxConditional
	defer r.release()
	r.budget = &budget
	return r.quick(q, ready, best)
}

// quick is R8 for an event that comes before the hypothesis, with a moment of the events
// that begin before it, too, or a date that is not before best.
func (r *slice) quick(q *Quick, ready, best time.Duration) time.Duration {
	c, m, since := r.c, &r.c.s.moments[q.Since], time.Duration(0)
	if len(m.events) > maxEnds {
		return best
	}
	r.readMoment(q.Since)
	var events [maxEnds]Event
	n := copy(events[:], m.events)
	slices.SortStableFunc(events[:n], func(a, b Event) int { return cmp.Compare(c.latest[b], c.latest[a]) })
	for _, e := range events[:n] { // the latest is most probably the one that tells
		since = max(since, r.end(e, m.lag))
		if q.notBefore(ready, since) >= best {
			return best
		}
	}
	return q.after(ready, since)
}

// end bounds the end of an event's stretch that begins before the hypothesis; impossible if none does.
func (r *slice) end(e Event, lag time.Duration) time.Duration {
	c, begin := r.c, time.Duration(0)
	for _, p := range c.s.causes[e] {
		date := impossible
		r.read(p)
		if !r.follows(p) {
			date = r.before(p)
		}
		if date == impossible {
			return impossible
		}
		begin = max(begin, date)
	}
	date := c.latest[e]
	if len(c.options[e]) == 0 {
		date = min(date, model.Plus(begin, c.s.hi[e]))
	}
	return model.Plus(date, lag)
}

// after is the latest date of a quick event that is ready then, with its moment.
func (q *Quick) after(ready, since time.Duration) time.Duration {
	if ready == model.Never || since == model.Never {
		return model.Never
	}
	latest := max(ready, since) + q.Hi
	if q.Slow > 0 && since > ready { // parts that are over by then need not be made any more
		over := (since - ready) / q.Slow
		latest = min(latest, since+q.Hi-(over-1)*q.Fast)
	}
	return latest
}

// notBefore is the least that after is for this moment or any later one.
func (q *Quick) notBefore(ready, since time.Duration) time.Duration {
	latest := q.after(ready, since)
	if latest == model.Never || q.Slow == 0 || since <= ready {
		return latest
	}
	over := (since-ready)/q.Slow + 1 // and one part more from then on
	return min(latest, ready+over*q.Slow+q.Hi-(over-1)*q.Fast)
}
