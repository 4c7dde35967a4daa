package cover

import "time"

// Moment indexes the moments of a [System]: dates that follow from those of events, and
// that nothing waits for.
type Moment int32

// moment is a date: so long after the last of some events.
type moment struct {
	lag    time.Duration
	events []Event
}

// Quick says how long an event without clauses may take once a moment has come.
type Quick struct {
	// Since is the moment, Hi the greatest delay of the event if its causes occur, or the
	// moment comes, no earlier.
	Since Moment
	Hi    time.Duration
	// The delay has parts, one after the other, each of which takes Slow at most at first,
	// and Fast at most of the time from Since on. Slow is 0 if nothing is known of parts.
	Slow, Fast time.Duration
}

// Moment adds the date that is a lag after the last of some events.
func (s *System) Moment(lag time.Duration, events []Event) Moment {
	s.moments = append(s.moments, moment{lag, events})
	return Moment(len(s.moments) - 1)
}

// Quicken says that an event without clauses is quick from some moment on.
func (s *System) Quicken(e Event, q Quick) { s.quick[e] = q }

// NotAfter says that an event occurs no later than another, in every execution in which
// that one occurs. It need not precede it, or follow from it.
func (s *System) NotAfter(e, other Event) { s.notAfter[e] = append(s.notAfter[e], other) }

// dateMoments bounds the moments by the latest dates so far.
func (c *Cover) dateMoments() {
	c.moments = c.moments[:0]
	for _, m := range c.s.moments {
		latest := time.Duration(0)
		for _, e := range m.events {
			latest = max(latest, plus(c.latest[e], m.lag))
		}
		c.moments = append(c.moments, latest)
	}
}

// deadline is R8: the latest date of an event by what is said of it beside its causes. All
// its causes have occurred at ready at the latest.
func (c *Cover) deadline(e Event, ready time.Duration) time.Duration {
	latest := c.quickly(e, ready)
	for _, p := range c.s.notAfter[e] {
		latest = min(latest, c.latest[p])
	}
	return latest
}

// quickly is the part of R8 about an event that is quick from some moment on.
func (c *Cover) quickly(e Event, ready time.Duration) time.Duration {
	q, ok := c.s.quick[e]
	if !ok || ready == Never || c.moments[q.Since] == Never {
		return Never
	}
	since := c.moments[q.Since]
	latest := max(ready, since) + q.Hi
	if q.Slow > 0 && since > ready { // parts that are over by then need not be made any more
		over := (since - ready) / q.Slow
		latest = min(latest, since+q.Hi-(over-1)*q.Fast)
	}
	return latest
}
