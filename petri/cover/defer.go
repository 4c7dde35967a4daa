package cover

import "time"

// Deferral says when an event without clauses occurs that waits for more than its causes, such as
// for its node to be awake (F8): functions of the date of the last cause, which never decrease.
// The greatest delay of the event has the longest such wait.
type Deferral struct {
	// Earliest and Latest hold in complete executions, Always in every execution: there the event
	// has occurred by that date if its causes have by the other one, or perhaps never if it is
	// model.Never. Ends says that it may be so.
	Earliest, Latest, Always func(ready time.Duration) time.Duration
	Ends                     bool
	Hi                       time.Duration // the greatest delay without that wait
}

// Defer says when an event occurs that waits for more than its causes.
func (s *System) Defer(e Event, d Deferral) { s.deferred[e] = d }

// deferral applies R10 to the earliest and latest date of an event, with those of its last cause.
func (c *Cover) deferral(e Event, first, last, lo, hi time.Duration) (time.Duration, time.Duration) {
	if d, ok := c.s.deferred[e]; ok {
		lo, hi = max(lo, d.Earliest(first)), min(hi, d.Latest(last))
	}
	return lo, hi
}
