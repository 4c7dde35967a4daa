package cover

import (
	"slices"
	"time"

	"adagio/dsl/model"
)

// Witness is a step of what a latest date comes from: that of Event, at the latest at Date
// in the executions concerned, comes from that of Next.
type Witness struct {
	Event Event
	Date  time.Duration
	// Next is what the event waits for, None if nothing, and Delay what it takes after that.
	// Where the latest date of the event comes from nothing else that it waits for, Next is
	// the latest that explains a part. An event that is quick once others have occurred
	// (rule R8) waits for the last of these.
	Next  Event
	Delay time.Duration
	// Chosen says that the event waits for Next in some orders only: in those in which it
	// finds the phase on that Next begins, and Off ends, if it is not None.
	Chosen bool
	Off    Event
	// Capped says that the event waits for something that may come later than Date; but it
	// comes no later than Next, which ends the phase that it needs.
	Capped bool
}

// Witnesses follows the latest date of an event back to the origin, along a path on which
// each date comes from the next one, in the executions of the part in which it is latest.
func (r *Refined) Witnesses(e Event) (path []Witness) {
	worst := slices.MaxFunc(r.parts, func(a, b *Cover) int { return int(min(1, max(-1, a.latest[e]-b.latest[e]))) })
	seen := map[Event]bool{None: true}
	for !seen[e] {
		seen[e] = true
		w := worst.witness(e, r.whole, seen)
		path = append(path, w)
		e = w.Next
	}
	return path
}

// witness is what the latest date of an event comes from, but what has been seen on the
// path; whole has the options of all executions.
func (c *Cover) witness(e Event, whole [][][]option, seen map[Event]bool) Witness {
	w := Witness{Event: e, Date: c.latest[e], Next: None, Off: None}
	best := time.Duration(-1)
	consider := func(next Event, chosen bool, off Event) {
		date := model.Plus(c.latest[next], c.s.hi[e])
		if date <= w.Date && date > best && !seen[next] {
			best, w.Next, w.Chosen, w.Off = date, next, chosen, off
		}
	}
	for _, p := range c.s.causes[e] {
		consider(p, false, None)
	}
	for q, clause := range c.options[e] {
		for _, o := range clause {
			if p := c.phase(o); p.On != None {
				consider(p.On, len(whole[e][q]) > 1, p.Off)
			}
		}
	}
	d, deferred := c.s.deferred[e]
	if w.Delay = c.s.hi[e]; deferred {
		w.Delay = d.Hi
	}
	if best == w.Date {
		return w
	}
	if soon, ok := c.witnessSoon(e); ok && !seen[soon.Next] {
		return soon
	}
	for q, clause := range c.options[e] {
		for _, o := range clause {
			if off := c.phase(o).Off; off != None && !seen[off] && c.off(e, q, o) == w.Date {
				return Witness{Event: e, Date: w.Date, Next: off, Off: None, Capped: true}
			}
		}
	}
	return w
}

// witnessSoon is what the latest date of an event comes from by R8 or R10.
func (c *Cover) witnessSoon(e Event) (w Witness, ok bool) {
	w = Witness{Event: e, Date: c.latest[e], Next: None, Off: None}
	for _, p := range c.s.notAfter[e] {
		if c.latest[p] == w.Date {
			w.Next, w.Capped = p, !slices.Contains(c.s.causes[e], p)
			return w, true
		}
	}
	_, ready := c.ready(e)
	if d, deferred := c.s.deferred[e]; deferred && d.Latest(ready) == w.Date {
		w.after(c, c.s.causes[e])
		w.Delay = d.Hi
		return w, true
	}
	for _, q := range c.s.quick[e] {
		switch since := c.moments[q.Since]; {
		case q.after(ready, since) != w.Date:
			continue
		case since > ready:
			w.after(c, c.s.moments[q.Since].events)
		default:
			w.after(c, c.s.causes[e])
		}
		return w, true
	}
	return w, false
}

// after makes the last of some events what is waited for, and the rest the delay.
func (w *Witness) after(c *Cover, events []Event) {
	for _, p := range events {
		if w.Next == None || c.latest[p] > c.latest[w.Next] {
			w.Next, w.Delay = p, w.Date-c.latest[p]
		}
	}
}
