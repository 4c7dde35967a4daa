// Package claim says what the claims of a model (README.md of package dsl, Properties)
// mean: whether one holds of an execution, of which it is known when each atom holds.
//
//	x := &claim.Execution{When: when, Quiescence: end, Completed: true}
//	ok, at := x.Holds(&property.Claims[0])
package claim

import (
	"cmp"
	"slices"
	"time"

	"adagio/dsl/model"
)

// Times is a stretch of time of an execution, from Start to just before End; an end that
// does not come is [model.Never].
type Times struct{ Start, End time.Duration }

// Execution is one execution.
type Execution struct {
	// When lists the stretches of time in which an atom holds, in order, none of which is
	// empty or adjoins another. Initially says whether it holds from the beginning.
	When func(a model.Atom) (times []Times, initially bool)
	// Quiescence is when all programs have ended and all components are idle, or
	// [model.Never].
	Quiescence time.Duration
	// Completed says whether every program ends.
	Completed bool
}

// Switch notes that from a date on something holds, or does not. Dates do not decrease;
// what lasts no time is not there.
func Switch(times []Times, on bool, date time.Duration) []Times {
	last := len(times) - 1
	open := last >= 0 && times[last].End == model.Never
	switch {
	case on && !open && last >= 0 && times[last].End == date: // it was off for no time
		times[last].End = model.Never
	case on && !open:
		return append(times, Times{date, model.Never})
	case !on && open && times[last].Start == date:
		return times[:last]
	case !on && open:
		times[last].End = date
	}
	return times
}

// Combined lists when the number of lists that hold is as wanted.
func Combined(wanted func(n int) bool, lists ...[]Times) (out []Times) {
	type edge struct {
		at   time.Duration
		step int
	}
	edges := []edge{{0, 0}}
	for _, list := range lists {
		for _, s := range list {
			edges = append(edges, edge{s.Start, 1})
			if s.End != model.Never {
				edges = append(edges, edge{s.End, -1})
			}
		}
	}
	slices.SortFunc(edges, func(a, b edge) int { return cmp.Compare(a.at, b.at) })
	n := 0
	for i, e := range edges {
		n += e.step
		if i+1 == len(edges) || edges[i+1].at != e.at {
			out = Switch(out, wanted(n), e.at)
		}
	}
	return out
}

// Predicate lists when a predicate holds.
func (x *Execution) Predicate(p *model.Predicate) []Times {
	if p.Kind == model.Holds {
		times, _ := x.When(p.Atom)
		return times
	}
	lists := make([][]Times, len(p.Parts))
	for i := range p.Parts {
		lists[i] = x.Predicate(&p.Parts[i])
	}
	return Combined(func(n int) bool {
		switch p.Kind {
		case model.Not:
			return n == 0
		case model.And:
			return n == len(lists)
		case model.Or:
			return n > 0
		}
		return p.Op.Holds(int64(n), p.Than)
	}, lists...)
}

// Moment is the date of a moment, or [model.Never].
func (x *Execution) Moment(m *model.Moment) time.Duration {
	times, initially := x.When(m.Of)
	if m.End {
		if n := len(times); n > 0 && times[n-1].End == model.Never {
			times = times[:n-1]
		}
		if n := len(times); n > 0 {
			return times[n-1].End
		}
		return model.Never
	}
	if initially && len(times) > 0 && times[0].Start == 0 {
		times = times[1:]
	}
	if len(times) > 0 {
		return times[0].Start
	}
	return model.Never
}

// Measured is how long the predicate of a claim of the kind [model.Total] or
// [model.Longest] holds, up to quiescence.
func (x *Execution) Measured(c *model.Claim) (d time.Duration) {
	for _, s := range x.Predicate(&c.Predicate) {
		s.End = min(s.End, x.Quiescence)
		switch {
		case s.End <= s.Start:
		case s.End == model.Never:
			return model.Never
		case c.Kind == model.Longest:
			d = max(d, s.End-s.Start)
		default:
			d += s.End - s.Start
		}
	}
	return d
}

// Holds says whether a claim holds; if not, from when on that is seen, or 0 where it is no
// date.
func (x *Execution) Holds(c *model.Claim) (ok bool, at time.Duration) {
	switch c.Kind {
	case model.All:
		for i := range c.Parts {
			if ok, at := x.Holds(&c.Parts[i]); !ok {
				return false, at
			}
		}
		return true, 0
	case model.Any:
		for i := range c.Parts {
			if ok, d := x.Holds(&c.Parts[i]); ok {
				return true, 0
			} else if i == 0 {
				at = d
			}
		}
		return false, at
	case model.Contra:
		ok, _ := x.Holds(&c.Parts[0])
		return !ok, 0
	case model.Ends:
		return x.Completed, 0
	case model.Always:
		from, until := time.Duration(0), model.Never
		if c.From != nil {
			from = x.Moment(c.From)
		}
		if c.Until != nil {
			until = x.Moment(c.Until)
		}
		for _, s := range Combined(func(n int) bool { return n == 0 }, x.Predicate(&c.Predicate)) {
			if start := max(s.Start, from); start < min(s.End, until) {
				return false, start
			}
		}
		return true, 0
	case model.Total, model.Longest:
		return c.Op.Holds(int64(x.Measured(c)), int64(c.Bound)), 0
	case model.Dated:
		d := x.Moment(c.From)
		return c.Op.Holds(int64(d), int64(c.Bound)), d
	}
	a, b := x.Moment(c.From), x.Moment(c.Until)
	if c.Kind == model.Before {
		return a <= b, a
	}
	if b == model.Never {
		return true, 0
	}
	return a != model.Never && max(a-b, b-a) <= c.Bound, a
}
