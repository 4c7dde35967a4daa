package analysis

import (
	"time"

	"adagio/dsl/model"
	"adagio/petri"
)

// Dates contains a date, from the common origin, in every execution that ends. An end is
// [model.Never] if in some (the upper) or in all of them (the lower) it never comes.
type Dates struct{ Lower, Upper model.Date }

// String renders the dates, or the date where both ends are the same.
func (d Dates) String() string {
	if d.Lower == d.Upper {
		return d.Lower.String()
	}
	return d.Lower.String() + " .. " + d.Upper.String()
}

// Bound is the dates to compute with. They can be compared; an end that is never must not
// be subtracted from.
func (d Dates) Bound() Bound { return Bound{time.Duration(d.Lower), time.Duration(d.Upper)} }

// Dates is a bound as dates.
func (b Bound) Dates() Dates { return Dates{model.Date(b.Lower), model.Date(b.Upper)} }

func (d Dates) join(e Dates) Dates { return Dates{min(d.Lower, e.Lower), max(d.Upper, e.Upper)} }

// Done is the date, from the common origin, by which everything is done: all programs have
// ended, and every component is idle with an empty queue. It is the end of the span, or
// quiescence where that may be later; then an end may be [model.Never].
func (r *Result) Done() Dates {
	if r.Quiescence != nil {
		return r.Quiescence.Date
	}
	return r.Span.Dates()
}

// DonePath is the critical path to one end of [Result.Done], counted from the common
// origin: why not everything is done earlier. Where a component never comes to rest it
// leads to the last event that comes. Its Node is -1 if the plan never ends.
func (r *Result) DonePath(end petri.End) Path {
	of := &r.programs
	if r.Quiescence != nil {
		of = &r.rests
	}
	if end == petri.Latest {
		return of.greatest
	}
	return of.least
}

// ends are the critical paths to the least and the greatest date at which something ends,
// over all runs.
type ends struct{ least, greatest Path }

// includeEnds adds the paths of one run.
func (r *Result) includeEnds(e *evaluation, first bool) {
	if first {
		none := Path{Node: -1}
		r.programs, r.rests = ends{none, none}, ends{none, none}
	}
	for _, end := range [2]petri.End{petri.Earliest, petri.Latest} {
		program, rest := e.last(e.dates(end))
		r.programs.include(e, program, end)
		r.rests.include(e, rest, end)
	}
}

// last returns the last end of a program, and that or the last event with which a
// component comes to rest; -1 is none.
func (e *evaluation) last(dates []time.Duration) (program, rest petri.EventID) {
	program = -1
	for _, id := range e.g.Ends {
		program = later(program, id, dates)
	}
	rest = program
	for i := range e.g.Len() {
		if id := petri.EventID(i); e.g.BecomesIdle(id) {
			rest = later(rest, id, dates)
		}
	}
	return program, rest
}

// later is the later of two events, the first of events at the same date; -1 is none.
func later(a, b petri.EventID, dates []time.Duration) petri.EventID {
	if a < 0 || b >= 0 && dates[b] > dates[a] {
		return b
	}
	return a
}

// include adds the path to the last event of a run at one end of all dates.
func (p *ends) include(e *evaluation, last petri.EventID, end petri.End) {
	if last < 0 {
		return
	}
	dates, path := e.dates(end), &p.least
	if end == petri.Latest {
		path = &p.greatest
	}
	if path.Node < 0 || end == petri.Earliest && dates[last] < path.Length || end == petri.Latest && dates[last] > path.Length {
		*path = e.pathTo(last, e.g.Origin(last).Node, end, dates, 0)
	}
}
