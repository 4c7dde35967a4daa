package cover

import (
	"cmp"
	"slices"
	"time"

	"adagio/dsl/model"
)

// maxVectors bounds the combinations of options of one event that urgency looks at.
const maxVectors = 256

// maxPairs is the number of clauses beyond which only dates tell whether options are on
// together.
const maxPairs = 16

// depth is how many causes back a difference of dates is followed.
const depth = 3

// difference is an upper bound of x(u) - x(v) (rule R6).
func (c *Cover) difference(u, v Event, depth int) time.Duration {
	d := model.Never
	if c.latest[u] != model.Never {
		d = c.latest[u] - c.earliest[v]
	}
	if apart := c.order.distance(u, v); apart != unknown {
		if c.log != nil && c.log.explains && -apart < d {
			c.log.precedes(c.order, u, v, apart)
		}
		d = min(d, -apart)
	}
	if d < 0 || depth == 0 || len(c.s.causes[u]) == 0 {
		return d
	}
	if c.log == nil { // R8
		for _, p := range c.s.notAfter[u] {
			d = min(d, c.difference(p, v, depth-1))
		}
	}
	worst := -model.Never
	consider := func(p Event) bool {
		worst = max(worst, model.Plus(c.difference(p, v, depth-1), c.s.hi[u]))
		return worst < d
	}
	for _, p := range c.s.causes[u] {
		if !consider(p) {
			return d
		}
	}
	for _, clause := range c.options[u] {
		for _, o := range clause {
			if on := c.phase(o).On; on != None && !consider(on) {
				return d
			}
		}
	}
	return min(d, worst)
}

// vectors yields a choice of one phase for each clause of an event, such that all of
// them are certainly on together for long enough, and not over before the event is ready:
// it then occurs in them at the latest (F3).
func (c *Cover) vectors(e Event, yield func(vector []option)) {
	clauses := c.s.guards[e]
	candidates := make([][]option, len(clauses))
	product := 1
	for q, clause := range clauses {
		var final []option
		for _, g := range clause {
			for k := range c.s.phases[g] {
				o := option{g, int32(k)}
				if c.s.mayLack(c.phase(o).On) {
					continue
				}
				if c.over(e, o) == None {
					final = append(final, o)
				}
				if c.inTime(e, o) {
					candidates[q] = append(candidates[q], o)
				}
			}
		}
		if len(candidates[q]) == 0 {
			return
		}
		if product *= len(candidates[q]); product > maxVectors {
			product /= len(candidates[q])
			first := slices.MinFunc(candidates[q], func(a, b option) int { return cmp.Compare(c.on(a, c.latest), c.on(b, c.latest)) })
			if len(final) > 0 && c.on(final[0], c.latest) <= c.on(first, c.latest) {
				first = final[0]
			}
			candidates[q] = []option{first}
		}
	}
	vector := make([]option, len(clauses))
	if len(clauses) > maxPairs {
		for q, options := range candidates {
			vector[q] = options[0]
		}
		if c.togetherByDates(e, vector) {
			yield(vector)
		}
		return
	}
	var choose func(q int)
	choose = func(q int) {
		if q == len(clauses) {
			yield(vector)
			return
		}
		for _, o := range candidates[q] {
			vector[q] = o
			if c.together(e, vector[:q+1]) {
				choose(q + 1)
			}
		}
	}
	choose(0)
}

// inTime says whether an option is certainly not over before an event is ready and has
// taken its delay.
func (c *Cover) inTime(e Event, o option) bool {
	off := c.over(e, o)
	if off == None {
		return true
	}
	for _, p := range c.s.causes[e] {
		if model.Plus(c.difference(p, off, depth-1), c.s.hi[e]) >= 0 {
			return false
		}
	}
	return true
}

// together says whether the last option of a vector is certainly on with each of the
// others for as long as the event takes.
func (c *Cover) together(e Event, vector []option) bool {
	last := vector[len(vector)-1]
	for _, o := range vector {
		for _, pair := range [2][2]Event{{c.phase(last).On, c.over(e, o)}, {c.phase(o).On, c.over(e, last)}} {
			on, off := pair[0], pair[1]
			if off == None {
				continue
			}
			if on == None {
				if model.Plus(-c.earliest[off], c.s.hi[e]) >= 0 {
					return false
				}
			} else if model.Plus(c.difference(on, off, depth), c.s.hi[e]) >= 0 {
				return false
			}
		}
	}
	return true
}

// togetherByDates is together for a whole vector, as far as dates tell.
func (c *Cover) togetherByDates(e Event, vector []option) bool {
	on, off := time.Duration(0), model.Never
	for _, o := range vector {
		on = max(on, c.on(o, c.latest))
		if over := c.over(e, o); over != None {
			off = min(off, c.earliest[over])
		}
	}
	return off == model.Never || model.Plus(on, c.s.hi[e]) < off
}

// over is the event that ends an option for an event, None if nothing does before the
// event itself.
func (c *Cover) over(e Event, o option) Event {
	if off := c.phase(o).Off; off != e {
		return off
	}
	return None
}

// hurry is the other half of F3: where phases are certainly on together in time, an
// event takes no later phase of a clause with one signal.
func (c *Cover) hurry(e Event) {
	c.vectors(e, func(vector []option) {
		for _, o := range vector {
			id := clauseID{e, o.signal}
			if last, ok := c.latestOption[id]; !ok || o.phase < last {
				c.latestOption[id] = o.phase
				if c.log != nil {
					c.log.proofs[id] = slices.Clone(vector)
				}
			}
		}
	})
}

// urgent is R6: the latest date of an event whose options are certainly on together,
// and which they are.
func (c *Cover) urgent(e Event, ready time.Duration) (best time.Duration, of []option) {
	best = model.Never
	c.vectors(e, func(vector []option) {
		date := ready
		for _, o := range vector {
			date = max(date, c.on(o, c.latest))
		}
		if date = model.Plus(date, c.s.hi[e]); date < best {
			best, of = date, slices.Clone(vector)
		}
	})
	return best, of
}
