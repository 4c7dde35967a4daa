package cover

import (
	"time"

	"adagio/dsl/model"
)

// stretch is a time in which what is quick otherwise is not: until when it is over at the
// latest, and by how much it may delay an event at most.
type stretch struct{ until, costs time.Duration }

// maxDelayed is how often the latest date of a quick event is raised because of stretches
// that begin before it.
const maxDelayed = 16

// maxStretches is the number of stretches beyond which they are not told apart.
const maxStretches = 100

// among is R8 for an event that is quick outside of stretches: of those that may begin before
// it, it waits for some until they are over, and for the others as long as they last.
func (c *Cover) among(q *Quick, ready time.Duration) time.Duration {
	m, by := &c.s.moments[q.Since], ready+q.Hi
	if q.Slow == 0 || ready == model.Never || c.moments[q.Since] <= ready || len(m.events) > maxStretches {
		return model.Never
	}
	for range maxDelayed {
		c.stretches = c.stretches[:0]
		for _, e := range m.events {
			until := model.Plus(c.latest[e], m.lag)
			if begin, _ := c.ready(e); until <= ready || begin > by {
				continue
			}
			costs := model.Never
			if len(c.s.guards[e]) == 0 {
				costs = c.s.hi[e] + m.lag + q.Fast
			}
			c.stretches = append(c.stretches, stretch{until, costs})
		}
		later := q.amongAll(ready, c.stretches)
		if later <= by || later == model.Never {
			return later
		}
		by = later
	}
	return model.Never
}

// amongAll is the latest date of a quick event that is ready then, with all stretches that
// may begin before it: the least over what it may wait for until it is over.
func (q *Quick) amongAll(ready time.Duration, stretches []stretch) time.Duration {
	latest, costs := model.Never, time.Duration(0)
	for len(stretches) > 0 && model.Plus(ready+q.Hi, costs) < latest {
		last := 0
		for i := range stretches {
			if stretches[i].until > stretches[last].until {
				last = i
			}
		}
		latest = min(latest, model.Plus(q.after(ready, stretches[last].until), costs))
		costs = model.Plus(costs, stretches[last].costs)
		stretches[last] = stretches[len(stretches)-1]
		stretches = stretches[:len(stretches)-1]
	}
	return min(latest, model.Plus(ready+q.Hi, costs))
}
