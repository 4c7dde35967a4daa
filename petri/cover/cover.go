package cover

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"adagio/dsl/model"
)

// errImpossible says that a system, with the options that are left, has no complete
// execution.
var errImpossible = errors.New("no execution is complete")

// Limits bound what a cover may cost. The zero value stands for the defaults.
type Limits struct {
	// Metric is the number of events up to which their least distances are closed
	// transitively, which takes the square of their number in dates. Beyond, they are known
	// along chains only.
	Metric int
	// Evaluations is how many covers a refinement computes at most, and Work how many
	// events they may have in all.
	Evaluations, Work int
}

// maxSweeps is how often all events are visited before the cover is taken as it is.
const maxSweeps = 200

func (l Limits) orDefaults() Limits {
	return Limits{cmp.Or(l.Metric, 1500), cmp.Or(l.Evaluations, 32), cmp.Or(l.Work, 200_000)}
}

// Cover is a sound state of the rules: of every complete execution, earliest ≤ date ≤
// latest, and which options each event may take.
type Cover struct {
	s       *System
	limits  Limits
	order   *order
	options [][][]option // by event and clause
	guarded []Event

	earliest, latest []time.Duration
	moments          []time.Duration // at the latest
	stretches        []stretch       // of one of them
	spare            []*slice        // used no more
	history          history
	circle           []int32 // by event: its strongly connected component
	size             []int32 // of these
	latestOption     map[clauseID]int32
	sweeps           int
	hasCut           bool        // a circle
	log              *Derivation // nil if nobody asks how
}

type clauseID struct {
	event  Event
	signal Signal
}

// Of returns the cover of a system. It fails if the system is not valid, or has no
// complete execution.
func Of(s *System, limits Limits) (*Cover, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	return coverOf(s, limits.orDefaults(), allOptions(s), nil, nil)
}

// Earliest is the earliest date of an event.
func (c *Cover) Earliest(e Event) time.Duration { return c.earliest[e] }

// Latest is the latest date of an event.
func (c *Cover) Latest(e Event) time.Duration { return c.latest[e] }

// Again returns the cover of the same system with what has been said of its delays since
// (see [System].Shorten and Quicken), in place of this one.
func (c *Cover) Again() (*Cover, error) {
	from := *c
	from.history = history{}
	*c = Cover{}
	return coverOf(from.s, from.limits, from.options, nil, &from)
}

func allOptions(s *System) [][][]option {
	out := make([][][]option, s.Len())
	for e, clauses := range s.guards {
		for _, clause := range clauses {
			var options []option
			for _, g := range clause {
				for k := range s.phases[g] {
					options = append(options, option{g, int32(k)})
				}
			}
			out[e] = append(out[e], options)
		}
	}
	return out
}

// coverOf applies the rules, with the options that are left, to the executions of another
// cover, from its dates on, or to all if from is nil. Where that has cut a circle, whose dates
// nothing but R7 bounds, it begins anew.
func coverOf(s *System, limits Limits, options [][][]option, log *Derivation, from *Cover) (*Cover, error) {
	c := newCover(s, limits, options, log)
	if from != nil && log == nil {
		c.order = from.order
		if !from.hasCut {
			c.goOn(from)
		}
	}
	if err := c.arrange(); err != nil {
		return nil, err
	}
	return c, c.settle()
}

// goOn takes over the dates of a cover that has as many options or more, and its history.
func (c *Cover) goOn(from *Cover) {
	copy(c.earliest, from.earliest)
	copy(c.latest, from.latest)
	if from.history.since == nil {
		return
	}
	c.history, c.moments = from.history.further(), slices.Clone(from.moments)
	for _, e := range c.guarded {
		for q, clause := range c.options[e] {
			if len(clause) < len(from.options[e][q]) {
				c.history.changed(e)
			}
		}
	}
}

// newCover is the state in which no rule has been applied.
func newCover(s *System, limits Limits, options [][][]option, log *Derivation) *Cover {
	n := s.Len()
	c := &Cover{s: s, limits: limits, options: options, earliest: make([]time.Duration, n), latest: make([]time.Duration, n), latestOption: map[clauseID]int32{}, log: log, history: newHistory(n + len(s.moments))}
	for e := range n {
		c.latest[e] = model.Never
		if len(options[e]) > 0 {
			c.guarded = append(c.guarded, Event(e))
		}
	}
	return c
}

// phase returns the phase of an option.
func (c *Cover) phase(o option) Phase { return c.s.phases[o.signal][o.phase] }

// arrange derives the certain order from the options that are left (rule R5), and the
// circles of the graph of causes and options.
func (c *Cover) arrange() error {
	var arcs [][2]Event
	for _, e := range c.guarded {
		if c.s.mayLack(e) {
			continue // perhaps what it waits for comes after it
		}
		for q, clause := range c.options[e] {
			arcs = c.firstArc(arcs, e, clause)
			if !single(clause) || c.s.handsOver(e, q) {
				continue
			}
			if off := c.phase(clause[len(clause)-1]).Off; off != None && off != e {
				arcs = append(arcs, [2]Event{e, off})
			}
		}
	}
	if c.log != nil {
		c.order = nil // a derivation cites arcs of its own
	}
	if c.order == nil || !slices.Equal(c.order.arcs, arcs) {
		o, err := c.order.with(c.s, arcs, c.limits)
		if err != nil {
			c.log.circle(arcs)
			return err
		}
		for _, e := range o.news {
			c.history.changed(e)
		}
		c.order = o
	}
	c.log.arranged(c.order)
	c.findCircles()
	return nil
}

// firstArc appends the arc from what switches on the first option of a clause with one signal.
func (c *Cover) firstArc(arcs [][2]Event, e Event, clause []option) [][2]Event {
	if single(clause) {
		if on := c.phase(clause[0]).On; on != None && on != e {
			return append(arcs, [2]Event{on, e})
		}
	}
	return arcs
}

// single says whether all options of a clause are of one signal; they are in order.
func single(clause []option) bool {
	return len(clause) > 0 && clause[0].signal == clause[len(clause)-1].signal
}

// settle applies the rules until nothing changes, or the limit of sweeps is reached.
func (c *Cover) settle() error {
	for c.sweeps < maxSweeps {
		pruned, err := c.prune()
		if err != nil {
			return err
		}
		if pruned {
			if err := c.arrange(); err != nil {
				return err
			}
		}
		swept, err := c.sweep()
		if err != nil {
			return err
		}
		c.sweeps++
		if !pruned && !swept && !c.cutCircle() {
			return nil
		}
	}
	for c.cutCircle() { // every event gets a bound, however few sweeps there were
		if _, err := c.sweep(); err != nil {
			return err
		}
	}
	return nil
}

// sweep applies R1, R2, R5, R6, R8 and R10 to each event once, causes first.
func (c *Cover) sweep() (changed bool, err error) {
	c.dateMoments()
	for _, e := range c.order.sorted {
		first, ready := c.ready(e)
		lo, hi := first, model.Plus(ready, c.s.hi[e])
		if len(c.options[e]) > 0 {
			lo = max(lo, c.switched(e))
			if hi, err = c.latestGuarded(e, ready); err != nil {
				return changed, err
			}
		}
		if lo = model.Plus(lo, c.s.lo[e]); c.log != nil {
			c.log.dates(c, e, lo, hi)
		} else {
			lo, hi = c.deferral(e, first, ready, lo, min(hi, c.deadline(e, ready, true)))
		}
		if !c.narrow(e, lo, hi, &changed) && !c.s.mayLack(e) {
			c.log.say('x', int64(e))
			return changed, errImpossible
		}
	}
	for _, a := range c.order.arcs { // R5
		if c.log != nil {
			c.log.along(c, a)
		}
		later := c.narrow(a[1], c.earliest[a[0]], model.Never, &changed)
		if c.s.mayLack(a[1]) {
			continue // and what precedes it may come later if it does not occur
		}
		if !later || !c.narrow(a[0], 0, c.latest[a[1]], &changed) {
			if c.log != nil {
				c.log.empty(c, a)
			}
			return changed, errImpossible
		}
	}
	return changed, nil
}

// switched is the date by which an option of each clause of an event may be on.
func (c *Cover) switched(e Event) (switched time.Duration) {
	for _, clause := range c.options[e] {
		first := model.Never
		for _, o := range clause {
			first = min(first, c.on(o, c.earliest))
		}
		switched = max(switched, first)
	}
	return switched
}

// ready is the least and the greatest date of the last cause of an event.
func (c *Cover) ready(e Event) (lo, hi time.Duration) {
	for _, p := range c.s.causes[e] {
		lo, hi = max(lo, c.earliest[p]), max(hi, c.latest[p])
	}
	return lo, hi
}

func (c *Cover) narrow(e Event, lo, hi time.Duration, changed *bool) bool {
	if lo > c.earliest[e] {
		c.earliest[e], *changed = lo, true
		c.history.changed(e)
	}
	if hi < c.latest[e] {
		c.latest[e], *changed = hi, true
		c.history.changed(e)
	}
	return c.earliest[e] <= c.latest[e]
}

// prune is R4 and R9: it drops the options that an event can certainly not take.
func (c *Cover) prune() (changed bool, err error) {
	for _, e := range c.guarded {
		c.hurry(e)
		ready, _ := c.ready(e)
		for q, clause := range c.options[e] {
			kept := slices.DeleteFunc(slices.Clone(clause), func(o option) bool {
				drop := c.excluded(e, q, o, ready)
				if drop && c.log != nil {
					c.log.dropped(c, e, q, o, single(clause))
				}
				return drop
			})
			if len(kept) == len(clause) {
				continue
			}
			if len(kept) == 0 && c.s.mayLack(e) {
				continue
			} else if len(kept) == 0 {
				c.log.say('x', int64(e))
				return true, errImpossible
			}
			c.options[e][q] = kept
			c.history.changed(e)
			changed = true
		}
	}
	return changed, nil
}

func (c *Cover) excluded(e Event, q int, o option, ready time.Duration) bool {
	p := c.phase(o)
	if last, ok := c.latestOption[clauseID{e, o.signal}]; ok && o.phase > last && single(c.options[e][q]) {
		return true
	}
	if c.lastsNoTime(o) {
		return true
	}
	if p.On != None && (p.On == e || c.order.before(e, p.On) || model.Plus(c.earliest[p.On], c.s.lo[e]) > c.latest[e]) {
		return true
	}
	if p.Off == None || p.Off == e || c.s.handsOver(e, q) {
		return false
	}
	return c.order.before(p.Off, e) || !c.s.mayLack(p.Off) &&
		max(c.earliest[e], model.Plus(max(ready, c.on(o, c.earliest)), c.s.lo[e])) > c.latest[p.Off]
}
