package verify

import (
	"slices"
	"time"

	"adagio/dsl/model"
	"adagio/petri"
)

// states finds the stretches of time in which a predicate may hold, and keeps why others
// are left out.
type states struct {
	*run
	excludes []exclusion
	// chosen says that durations may decide which of several spans a moment belongs to.
	chosen bool
}

// untimed says that no duration was used to find what has been found.
func (x *states) untimed() bool {
	return !x.chosen && !slices.ContainsFunc(x.excludes, func(e exclusion) bool { return !e.Causality })
}

// may lists spans that together contain every instant at which a form holds, in every
// execution of the run. Where the form has no counts each is a stretch of time in which
// no element that it names is switched.
func (x *states) may(f form) ([]span, error) {
	return x.within(f, []span{{}})
}

// within is may for the instants in some spans.
func (x *states) within(f form, in []span) ([]span, error) {
	switch f.kind {
	case isElement:
		return x.meet(in, f.element.spans(f.on))
	case isAny:
		var out []span
		for _, p := range f.parts {
			more, err := x.within(p, in)
			if err != nil {
				return nil, err
			}
			if out = append(out, more...); len(out) > maxSpans {
				return nil, errTooMany
			}
		}
		return joined(out), nil
	case isAll:
		var err error
		for _, counts := range []bool{false, true} { // counts have less to look at within the others
			for _, p := range f.parts {
				if p.counts() != counts {
					continue
				}
				if in, err = x.within(p, in); err != nil {
					return nil, err
				}
			}
		}
		return in, nil
	}
	all, err := x.counted(f)
	if err != nil {
		return nil, err
	}
	var out []span
	for _, s := range in {
		meets, err := x.meet([]span{s}, all)
		if err != nil {
			return nil, err
		}
		w, _, err := x.width(meets)
		if err != nil {
			return nil, err
		}
		if w >= f.least {
			out = append(out, s)
		} else {
			x.note(meets)
		}
	}
	return out, nil
}

// counted lists the spans in which the parts of a count may hold.
func (x *states) counted(f form) (all []span, err error) {
	for _, p := range f.parts {
		spans, err := x.may(p)
		if err != nil {
			return nil, err
		}
		if all = append(all, spans...); len(all) > maxSpans {
			return nil, errTooMany
		}
	}
	return all, nil
}

func (f form) counts() bool { return f.kind == isCount || slices.ContainsFunc(f.parts, form.counts) }

// meet lists what spans have in common with others.
func (x *states) meet(a, b []span) ([]span, error) {
	var out []span
	for _, p := range a {
		for _, q := range b {
			if why, ok := x.excluded(p, q); ok {
				x.excludes = append(x.excludes, why)
				continue
			}
			r := x.both(p, q)
			if why, ok := x.excluded(r, r); ok {
				x.excludes = append(x.excludes, why)
				continue
			}
			if out = append(out, r); len(out) > maxSpans {
				return nil, errTooMany
			}
		}
	}
	return out, nil
}

// note keeps why neighbouring spans of a count exclude one another.
func (x *states) note(list []span) {
	for i := range list {
		for j := range i {
			if why, ok := x.excluded(list[i], list[j]); ok {
				x.excludes = append(x.excludes, why)
			}
		}
	}
}

// Measure bounds the time in which a form holds, all together and in one stretch, up to
// the end of the run.
type measure struct{ total, longest [2]time.Duration }

func (x *states) measure(f form) (measure, error) {
	m := x.sweep(f)
	if f.counts() {
		return m, nil
	}
	list, err := x.may(f)
	if err != nil {
		return m, err
	}
	low, high := make([]time.Duration, len(list)), make([]time.Duration, len(list))
	sum, apart := [2]time.Duration{}, true
	for i, s := range list {
		low[i], high[i] = x.length(s)
		m.longest[0] = max(m.longest[0], low[i])
		sum[0], sum[1] = model.Plus(sum[0], low[i]), model.Plus(sum[1], high[i])
		for j := range i {
			if apart {
				_, apart = x.excluded(s, list[j])
			}
		}
	}
	if apart {
		m.total[0] = max(m.total[0], sum[0])
	}
	m.total[0] = max(m.total[0], m.longest[0])
	m.total[1] = min(m.total[1], sum[1])
	// One stretch is made of spans that touch one another, each with the next.
	group := make([]int, len(list))
	for i := range group {
		group[i] = i
	}
	for i := range list {
		for j := range list {
			if i != j && group[i] != group[j] && x.touches(list[i], list[j]) {
				from, to := group[i], group[j]
				for k := range group {
					if group[k] == from {
						group[k] = to
					}
				}
			}
		}
	}
	longest := time.Duration(0)
	together := make([]time.Duration, len(list))
	for i := range list {
		together[group[i]] = model.Plus(together[group[i]], high[i])
		longest = max(longest, together[group[i]])
	}
	m.longest[1] = min(m.longest[1], longest, m.total[1])
	return m, nil
}

// touches says whether a span may begin when another ends, or before.
func (x *states) touches(p, q span) bool {
	for _, off := range p.off {
		for _, on := range q.on {
			if x.order.lower(off, on) > 0 {
				return false
			}
		}
	}
	return true
}

// sweep bounds how long a form holds from the dates of its elements alone.
func (x *states) sweep(f form) measure {
	var ends []time.Duration
	f.elements(func(e *element) {
		for _, s := range e.switches {
			ends = append(ends, x.order.lo[s], x.order.hi[s])
		}
	})
	last := x.end
	if x.endless {
		last = [2]time.Duration{model.Never, model.Never}
	}
	ends = append(ends, 0, last[0], last[1])
	slices.Sort(ends)
	ends = slices.Compact(ends)
	var m measure
	must, may := time.Duration(0), time.Duration(0) // the present stretches
	for i, from := range ends {
		if from >= last[1] {
			break
		}
		to := model.Never
		if i+1 < len(ends) {
			to = ends[i+1]
		}
		d := model.Never
		if to < model.Never {
			d = to - from
		}
		certain, possible := x.at(f, from)
		if possible {
			may = model.Plus(may, d)
			m.total[1], m.longest[1] = model.Plus(m.total[1], d), max(m.longest[1], may)
		} else {
			may = 0
		}
		if certain && from < last[0] {
			must = model.Plus(must, d)
			m.total[0], m.longest[0] = model.Plus(m.total[0], d), max(m.longest[0], must)
		} else {
			must = 0
		}
	}
	return m
}

// elements calls a function for each element of a form.
func (f form) elements(yield func(*element)) {
	if f.kind == isElement {
		yield(f.element)
	}
	for _, p := range f.parts {
		p.elements(yield)
	}
}

// at says whether a form certainly, and whether it possibly holds from a date on, as far
// as the dates of the elements tell; nothing is switched between this date and the next.
func (x *states) at(f form, date time.Duration) (certain, possible bool) {
	switch f.kind {
	case isElement:
		certain, possible = x.elementAt(f.element, date)
		if !f.on {
			certain, possible = !possible, !certain
		}
		return certain, possible
	case isAll:
		certain, possible = true, true
		for _, p := range f.parts {
			c, m := x.at(p, date)
			certain, possible = certain && c, possible && m
		}
		return certain, possible
	case isAny:
		for _, p := range f.parts {
			c, m := x.at(p, date)
			certain, possible = certain || c, possible || m
		}
		return certain, possible
	}
	surely, perhaps := 0, 0
	for _, p := range f.parts {
		c, m := x.at(p, date)
		if c {
			surely++
		}
		if m {
			perhaps++
		}
	}
	return surely >= f.least, perhaps >= f.least
}

func (x *states) elementAt(e *element, date time.Duration) (certain, possible bool) {
	value := e.initially
	certain, possible = value, value
	for _, s := range e.switches {
		value = !value
		switch {
		case x.order.hi[s] <= date: // it has been switched
			certain, possible = value, value
		case x.order.lo[s] <= date: // it may have been
			certain, possible = certain && value, possible || value
		}
	}
	return certain, possible
}

// moments lists the spans of a form of which one begins when it begins to hold for the
// first time, or ends when it ceases to for the last time: in each execution the date is
// that of one of them, or, where may is, never. What holds from the beginning has not
// begun.
func (x *states) moments(f form, end bool) (list []span, may bool, err error) {
	all, err := x.may(f)
	if err != nil {
		return nil, false, err
	}
	gaps, err := x.may(not(f))
	if err != nil {
		return nil, false, err
	}
	lasts := func(s span) bool {
		low, _ := x.length(s)
		return low > 0 || len(s.off) == 0
	}
	// switched says whether the form is certainly switched at an end of a span: if it holds
	// there for some time, and does not before, or after, for some time.
	switched := func(p span) bool {
		return lasts(p) && slices.ContainsFunc(gaps, func(g span) bool {
			from, to := g, p
			if end {
				from, to = p, g
			}
			return shares(from.off, to.on) && (len(from.on) == 0 && !end || lasts(g))
		})
	}
	all = slices.DeleteFunc(all, func(s span) bool { return len(eventsOf(s, end)) == 0 })
	x.chosen = x.chosen || len(all) > 1
	may = true
	for i, p := range all {
		other := false // one that certainly counts comes before, or after
		for j, q := range all {
			if i != j && (end && x.over(p, q) || !end && x.over(q, p)) && switched(q) {
				other = true
			}
		}
		if !other {
			list = append(list, p)
			may = may && !switched(p)
		}
	}
	return list, may, nil
}

func shares(a, b []petri.EventID) bool {
	return slices.ContainsFunc(a, func(e petri.EventID) bool { return slices.Contains(b, e) })
}

// eventsOf are the events of which the latest is when a span begins, or the earliest when
// it ends.
func eventsOf(p span, end bool) []petri.EventID {
	if end {
		return p.off
	}
	return p.on
}
