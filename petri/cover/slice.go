package cover

import (
	"slices"
	"time"

	"adagio/dsl/model"
)

// impossible is the date of an event that cannot occur under a hypothesis, computing that of
// one whose date is not known yet.
const (
	impossible = time.Duration(-1)
	computing  = time.Duration(-2)
)

// depthOfSlices is how many hypotheses are combined.
const depthOfSlices = 2

// slice computes conditional dates (rule R3): upper bounds of the date of an event in
// those executions in which it comes before all events of a hypothesis.
type slice struct {
	c          *Cover
	parent     *slice
	hypothesis []Event
	circle     int32
	dates      map[Event]time.Duration
	children   map[Event]*slice // nil if there are none
	// budget is how many more events may be followed; nil if those of the circle.
	budget *int
}

// reaches returns the slice of an event whose options may be switched on by what waits
// for it, or nil where that cannot be.
func (c *Cover) reaches(e Event) *slice {
	if !c.startsSlice(e) || c.size[c.circle[e]] < 2 {
		return nil
	}
	return c.newSlice(nil, e)
}

func (c *Cover) startsSlice(e Event) bool {
	return (c.order.metric || c.s.starts[e]) && slices.ContainsFunc(c.options[e], func(clause []option) bool { return len(clause) > 1 })
}

func (c *Cover) newSlice(parent *slice, e Event) *slice {
	var r *slice
	if n := len(c.spare); n > 0 {
		r, c.spare = c.spare[n-1], c.spare[:n-1]
	} else {
		r = &slice{c: c, dates: map[Event]time.Duration{}}
	}
	r.parent, r.circle = parent, c.circle[e]
	if parent != nil {
		r.hypothesis, r.budget = append(r.hypothesis, parent.hypothesis...), parent.budget
	}
	r.hypothesis = append(r.hypothesis, e)
	return r
}

// maxSpare is the number of dates beyond which a slice is not used again, as it takes longer
// to clear than to make.
const maxSpare = 256

// release says that a slice is used no more.
func (r *slice) release() {
	for _, child := range r.children {
		child.release()
	}
	if len(r.dates) > maxSpare {
		return
	}
	clear(r.dates)
	r.parent, r.hypothesis, r.children, r.budget = nil, r.hypothesis[:0], nil, nil
	r.c.spare = append(r.c.spare, r)
}

// under returns the slice with one more event in its hypothesis.
func (r *slice) under(e Event) *slice {
	child, ok := r.children[e]
	if !ok {
		if r.children == nil {
			r.children = map[Event]*slice{}
		}
		child = r.c.newSlice(r, e)
		r.children[e] = child
	}
	return child
}

// date is what is known of the date of an event so far.
func (r *slice) date(u Event) (date time.Duration, known bool) {
	if r.isAsked() {
		return r.c.history.record.date(u)
	}
	date, known = r.dates[u]
	return date, known
}

func (r *slice) setDate(u Event, date time.Duration) {
	if r.isAsked() {
		r.c.history.record.setDate(u, date)
		return
	}
	r.dates[u] = date
}

// isAsked says whether the slice is that of the question under way, of which there is one.
func (r *slice) isAsked() bool { return r.budget != nil && r.parent == nil }

// read notes that dates, options or the place in the order of an event are used.
func (r *slice) read(e Event) {
	if r.budget != nil { // otherwise nobody asks
		r.c.history.read(e)
	}
}

// before is an upper bound of the date of u in executions in which it comes before the
// hypothesis; impossible if there are none.
func (r *slice) before(u Event) time.Duration {
	c := r.c
	r.read(u)
	if last := r.hypothesis[len(r.hypothesis)-1]; u == last || c.order.before(u, last) {
		if r.parent != nil {
			return r.parent.before(u)
		}
		return c.latest[u]
	}
	date, known := r.date(u)
	if known && date != computing {
		return date
	}
	if known || r.budget == nil && c.circle[u] != r.circle {
		return c.latest[u]
	}
	if r.budget != nil {
		if *r.budget == 0 || len(c.options[u])+len(c.s.causes[u]) > maxEnds {
			return c.latest[u]
		}
		*r.budget--
	}
	r.setDate(u, computing)
	date, deeper := r.compute(u)
	if c.log != nil && date < c.latest[u] {
		c.log.conditional(r, u, date, deeper)
	}
	r.setDate(u, date)
	return date
}

// compute is that bound, and the slice that it takes what switches options on from.
func (r *slice) compute(u Event) (time.Duration, *slice) {
	c := r.c
	ready := time.Duration(0)
	for _, p := range c.s.causes[u] {
		date := r.before(p)
		if date == impossible {
			return impossible, r
		}
		ready = max(ready, date)
	}
	if len(c.options[u]) == 0 {
		latest := min(c.latest[u], model.Plus(ready, c.s.hi[u]))
		_, latest = c.deferral(u, 0, ready, 0, min(latest, r.deadline(u, ready, latest)))
		return latest, r
	}
	deeper := r
	if len(r.hypothesis) < depthOfSlices && c.startsSlice(u) && !slices.Contains(r.hypothesis, u) {
		deeper = r.under(u)
	}
	clauses := make([][]bounds, len(c.options[u]))
	for q, clause := range c.options[u] {
		for _, o := range clause {
			on := c.phase(o).On
			date := time.Duration(0)
			if on != None {
				r.read(on)
				if r.follows(on) {
					continue
				}
				if date = deeper.before(on); date == impossible {
					continue
				}
			}
			if off := c.phase(o).Off; off != None {
				r.read(off)
			}
			clauses[q] = append(clauses[q], bounds{date, c.off(u, q, o)})
		}
		if len(clauses[q]) == 0 {
			return impossible, deeper
		}
	}
	return min(c.latest[u], combine(ready, c.s.hi[u], clauses)), deeper
}

// deadline is R8 in executions in which an event comes before the hypothesis, and so do
// its causes, or a date that is not before the best that is known.
func (r *slice) deadline(u Event, ready, best time.Duration) time.Duration {
	c := r.c
	if c.log != nil {
		return best
	}
	for _, q := range c.s.quick[u] {
		r.readMoment(q.Since)
		if best = min(best, q.after(ready, c.moments[q.Since]), c.among(&q, ready)); best > model.Plus(ready, q.Hi) {
			best = min(best, r.quick(&q, ready, best))
		}
	}
	for _, p := range c.s.notAfter[u] {
		if slices.Contains(c.s.causes[u], p) {
			if date := r.before(p); date != impossible {
				best = min(best, date)
			}
		}
	}
	return best
}

// readMoment notes that a moment is used, and when its stretches begin.
func (r *slice) readMoment(id Moment) {
	if r.budget == nil {
		return
	}
	r.read(r.c.s.ofMoment(id))
	events := r.c.s.moments[id].events
	if len(events) > maxStretches {
		return
	}
	for _, e := range events {
		r.read(e)
		for _, p := range r.c.s.causes[e] {
			r.read(p)
		}
	}
}

// follows says whether an event is one of the hypothesis, or certainly comes after one.
func (r *slice) follows(e Event) bool {
	for _, h := range r.hypothesis {
		if e == h {
			return true
		}
		if r.c.order.before(h, e) {
			r.c.log.precedes(r.c.order, h, e, 0)
			return true
		}
	}
	return false
}
