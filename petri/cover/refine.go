package cover

import (
	"cmp"
	"slices"
	"time"

	"adagio/dsl/heap"
)

// Refined is what a refinement has found: dates that hold in every complete execution,
// at least as narrow as those of the cover that it began with.
type Refined struct {
	earliest, latest []time.Duration
	parts            []*Cover     // that the refinement ended with
	whole            [][][]option // that it began with
	// Evaluations is how many covers were computed; Exact says that on the way to the
	// latest goal no option was left open, so that more of them change nothing.
	Evaluations int
	Exact       bool
}

// Earliest is the date before which an event occurs in no complete execution.
func (r *Refined) Earliest(e Event) time.Duration { return r.earliest[e] }

// Latest is the date after which an event occurs in no complete execution.
func (r *Refined) Latest(e Event) time.Duration { return r.latest[e] }

// Refine splits open clauses on the way to the latest of the goals into one option and
// the others, branch and bound, until none is open there or a limit is reached. The
// executions of the parts are those of the whole, so that the hull of the parts is
// sound at any time.
func (c *Cover) Refine(goals []Event) *Refined {
	r := &Refined{Evaluations: 1, whole: c.options}
	var front heap.Heap[part, *part]
	front.Push(partOf(c, goals))
	var done []part
	for len(front) > 0 {
		top := front.Pop()
		e, q, best := top.cover.openClause(top.goal)
		if r.Exact = e == None; r.Exact || r.Evaluations >= c.limits.Evaluations || r.Evaluations*c.s.Len() > c.limits.Work {
			done = append(done, top)
			break
		}
		only := []option{best}
		rest := slices.DeleteFunc(slices.Clone(top.cover.options[e][q]), func(o option) bool { return o == best })
		for i, kept := range [][]option{only, rest} {
			options := cloneOptions(top.cover.options)
			options[e][q] = kept
			r.Evaluations++
			if part, err := coverOf(c.s, c.limits, options, top.cover.log.part(i, e, q, best), top.cover); err == nil {
				front.Push(partOf(part, goals))
			}
		}
	}
	done = append(done, front...)
	if len(done) == 0 { // no part has a complete execution
		done = []part{partOf(c, goals)}
	}
	r.hull(done)
	return r
}

func (r *Refined) hull(leaves []part) {
	for _, p := range leaves {
		r.parts = append(r.parts, p.cover)
	}
	r.earliest, r.latest = slices.Clone(leaves[0].cover.earliest), slices.Clone(leaves[0].cover.latest)
	for _, p := range leaves[1:] {
		for e := range r.latest {
			r.earliest[e] = min(r.earliest[e], p.cover.earliest[e])
			r.latest[e] = max(r.latest[e], p.cover.latest[e])
		}
	}
}

// part is a cover of some of the executions, and its latest goal.
type part struct {
	cover *Cover
	goal  Event
}

func partOf(c *Cover, goals []Event) part { return part{c, c.lastOf(goals)} }

func (c *Cover) lastOf(goals []Event) Event {
	return slices.MaxFunc(goals, func(a, b Event) int { return cmp.Compare(c.latest[a], c.latest[b]) })
}

// Before puts the latest goal first.
func (p *part) Before(q *part) bool { return p.date() > q.date() }

func (p part) date() time.Duration { return p.cover.latest[p.goal] }

// openClause goes back from an event along what its latest date comes from, to the first
// clause with more than one option; best is the option that the date comes from. The
// event is None if there is no such clause.
func (c *Cover) openClause(e Event) (at Event, clause int, best option) {
	seen := map[Event]bool{}
	for e != None && !seen[e] {
		seen[e] = true
		for q, options := range c.options[e] {
			if len(options) > 1 {
				return e, q, slices.MaxFunc(options, func(a, b option) int {
					return cmp.Compare(c.on(a, c.latest), c.on(b, c.latest))
				})
			}
		}
		e = c.Critical(e)
	}
	return None, 0, option{}
}

// Critical is what the latest date of an event comes from: the latest of its causes and
// of what switches its options on; None if it waits for nothing.
func (c *Cover) Critical(e Event) Event {
	last := None
	c.into(e, func(p Event) {
		if last == None || c.latest[p] > c.latest[last] {
			last = p
		}
	})
	return last
}

// Precedes says whether an event certainly occurs before another, as far as is known.
func (c *Cover) Precedes(a, b Event) bool { return c.order.before(a, b) }

// Open is an event that finds one of several phases of its signals on, and which of them
// is open.
type Open struct {
	Event  Event
	Phases []Phase
}

// Open lists the clauses whose phase is open, in the order of their events.
func (c *Cover) Open() (out []Open) {
	for _, e := range c.guarded {
		for _, clause := range c.options[e] {
			if len(clause) < 2 {
				continue
			}
			o := Open{Event: e}
			for _, option := range clause {
				o.Phases = append(o.Phases, c.phase(option))
			}
			out = append(out, o)
		}
	}
	return out
}

// Certain lists what an event certainly waits for: its causes, and what switches on the
// first phase that it may take of a clause with one signal.
func (c *Cover) Certain(e Event) []Event {
	out := slices.Clone(c.s.causes[e])
	for _, clause := range c.options[e] {
		if on := c.phase(clause[0]).On; single(clause) && on != None && !c.s.mayLack(e) {
			out = append(out, on)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
