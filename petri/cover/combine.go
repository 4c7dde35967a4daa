package cover

import (
	"time"

	"adagio/dsl/model"
)

// bounds is what R2 needs of an option: when it is switched on and off at the latest.
type bounds struct{ on, off time.Duration }

// combine is R2: the event occurs no later than its delay after what it waits for last,
// nor later than any of its options is switched off.
func combine(ready, delay time.Duration, clauses [][]bounds) time.Duration {
	latest := make([]time.Duration, len(clauses))
	first, second, at := time.Duration(0), time.Duration(0), -1
	for q, clause := range clauses {
		for _, b := range clause {
			latest[q] = max(latest[q], b.on)
		}
		if at < 0 || latest[q] > first {
			first, second, at = latest[q], first, q
		} else {
			second = max(second, latest[q])
		}
	}
	value := model.Plus(max(ready, first), delay)
	for q, clause := range clauses {
		others := first
		if q == at {
			others = second
		}
		others = max(ready, others)
		capped := time.Duration(0)
		for _, b := range clause {
			capped = max(capped, min(b.off, model.Plus(max(others, b.on), delay)))
		}
		value = min(value, capped)
	}
	return value
}

// on is the date at which an option is switched on.
func (c *Cover) on(o option, dates []time.Duration) time.Duration {
	if on := c.phase(o).On; on != None {
		return dates[on]
	}
	return 0
}

// off is the date at which an option of a clause of an event is switched off at the latest, if
// the event does not occur later.
func (c *Cover) off(e Event, q int, o option) time.Duration {
	if off := c.phase(o).Off; off != None && !c.s.handsOver(e, q) && !c.s.mayLack(off) {
		return c.latest[off]
	}
	return model.Never
}

// latestGuarded is R2 for a guarded event with R3 for what switches its options on,
// and R6.
func (c *Cover) latestGuarded(e Event, ready time.Duration) (time.Duration, error) {
	r := c.reaches(e)
	if r != nil {
		defer r.release()
	}
	clauses := make([][]bounds, len(c.options[e]))
	for q, clause := range c.options[e] {
		possible := false
		for _, o := range clause {
			on := c.on(o, c.latest)
			if r != nil && c.phase(o).On != None {
				if on = r.before(c.phase(o).On); on == impossible {
					continue
				}
			}
			possible = true
			clauses[q] = append(clauses[q], bounds{on, c.off(e, q, o)})
		}
		if !possible && c.s.mayLack(e) {
			return model.Never, nil
		} else if !possible {
			if c.log != nil {
				c.log.flush()
				c.log.say('x', int64(e))
			}
			return 0, errImpossible
		}
	}
	hi := combine(ready, c.s.hi[e], clauses)
	urgent, vector := c.urgent(e, ready)
	if c.log != nil {
		c.log.guarded(c, e, r, hi, urgent, vector)
	}
	return min(hi, urgent), nil
}
