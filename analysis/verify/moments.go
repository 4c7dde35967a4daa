package verify

import (
	"fmt"
	"slices"
	"time"

	"adagio/dsl/model"
	"adagio/petri"
)

// moment lists the spans of which one begins, or ends, when a moment comes.
func (x *states) moment(m *model.Moment) (list []span, may bool, err error) {
	f, err := x.atom(m.Of)
	if err != nil {
		return nil, false, err
	}
	return x.moments(f, m.End)
}

// dated bounds the date of a moment.
func (x *states) dated(list []span, end, may bool) (b [2]time.Duration) {
	b[0] = model.Never
	if may {
		b[1] = model.Never
	}
	for _, s := range list {
		begin, over := x.dates(s)
		d := begin
		if end {
			d = over
		}
		b[0], b[1] = min(b[0], d[0]), max(b[1], d[1])
	}
	return b
}

// scopes lists spans that together are the time from From until Until.
func (x *states) scopes(c *model.Claim) ([]span, error) {
	scopes := []span{{}}
	if c.From != nil {
		list, _, err := x.moment(c.From)
		if err != nil {
			return nil, err
		}
		scopes = nil
		for _, s := range list {
			if !c.From.End {
				scopes = append(scopes, span{on: s.on})
			}
			for _, e := range s.off {
				if c.From.End { // the earliest of several
					scopes = append(scopes, span{on: []petri.EventID{e}})
				}
			}
		}
	}
	if c.Until == nil {
		return scopes, nil
	}
	list, may, err := x.moment(c.Until)
	if err != nil {
		return nil, err
	}
	var out []span
	for _, from := range scopes {
		for _, s := range list {
			if c.Until.End {
				out = append(out, span{from.on, s.off})
				continue
			}
			for _, e := range s.on { // the latest of several
				out = append(out, span{from.on, []petri.EventID{e}})
			}
		}
		if may {
			out = append(out, from)
		}
	}
	return out, nil
}

// pair answers that one moment comes before another, or within some time of it.
func (x *states) pair(c *model.Claim) (answer, error) {
	a, mayA, err := x.moment(c.From)
	if err != nil {
		return answer{}, err
	}
	b, mayB, err := x.moment(c.Until)
	if err != nil {
		return answer{}, err
	}
	targets := x.aims(c, a, b)
	textA, textB := c.From.Text(x.s), c.Until.Text(x.s)
	if len(b) == 0 && mayB {
		return answer{each: true, causality: x.untimed(), reason: textB + " never comes"}, nil
	}
	if mayA {
		out := answer{missing: textA + " need not come", targets: targets}
		if len(a) == 0 && !mayB {
			out.none, out.reason = true, textA+" never comes"
		}
		return out, nil
	}
	low, high, causality := time.Duration(1<<62), -time.Duration(1<<62), x.untimed()
	for _, p := range a {
		for _, q := range b {
			l, h, caused := x.difference(eventsOf(p, c.From.End), c.From.End, eventsOf(q, c.Until.End), c.Until.End)
			low, high, causality = min(low, l), max(high, h), causality && caused
		}
	}
	// low and high bound the date of Until less that of From.
	dates := fmt.Sprintf("%s is at %s, %s at %s", textA, between(x.dated(a, c.From.End, false)), textB, between(x.dated(b, c.Until.End, mayB)))
	if c.Kind == model.Before {
		switch {
		case low >= 0 && causality:
			return answer{each: true, causality: true, reason: fmt.Sprintf("%s follows from %s", textB, textA)}, nil
		case low >= 0:
			return answer{each: true, reason: fmt.Sprintf("%s, at least %s later, by the bounds of dates", dates, date(low))}, nil
		case high < 0 && !mayB:
			return answer{none: true, reason: fmt.Sprintf("%s, at least %s earlier", dates, date(-high))}, nil
		}
		return answer{missing: fmt.Sprintf("%s; %s may be up to %s later", dates, textA, date(-low)), targets: targets}, nil
	}
	apart := max(high, -low)
	switch {
	case apart <= c.Bound:
		return answer{each: true, reason: fmt.Sprintf("%s; they are at most %s apart", dates, date(apart))}, nil
	case max(low, -high) > c.Bound && !mayB:
		return answer{none: true, reason: fmt.Sprintf("%s; they are at least %s apart", dates, date(max(low, -high)))}, nil
	}
	return answer{missing: fmt.Sprintf("%s; they may be up to %s apart", dates, date(apart)), targets: targets}, nil
}

// aims are executions in which the moments of a pair are in the wrong order, or far apart.
func (x *states) aims(c *model.Claim, a, b []span) (targets []target) {
	for _, p := range a {
		for _, q := range b {
			early, late := eventsOf(q, c.Until.End), eventsOf(p, c.From.End)
			targets = append(targets, target{x.run, early, late, c.Until.Text(x.s) + " is early and " + c.From.Text(x.s) + " late"})
			if c.Kind == model.Within {
				targets = append(targets, target{x.run, late, early, c.From.Text(x.s) + " is early and " + c.Until.Text(x.s) + " late"})
			}
		}
	}
	return targets[:min(len(targets), maxTargets)]
}

// difference bounds the date of q less that of p, and says whether q is no earlier by
// causality alone. Each is the latest of some events, or the earliest where it is an
// end; without events it is the origin.
func (x *states) difference(p []petri.EventID, pEnd bool, q []petri.EventID, qEnd bool) (low, high time.Duration, causality bool) {
	switch {
	case len(p) == 0 && len(q) == 0:
		return 0, 0, true
	case len(p) == 0:
		b := x.dated([]span{{q, q}}, qEnd, false)
		return b[0], b[1], true
	case len(q) == 0:
		b := x.dated([]span{{p, p}}, pEnd, false)
		return -b[1], -b[0], false
	}
	// The least of several, or the greatest. Over q first: the latest of several is no earlier than each of them.
	fold := map[bool]func([]time.Duration) time.Duration{true: slices.Min[[]time.Duration], false: slices.Max[[]time.Duration]}
	causality = true
	var lows, highs []time.Duration
	for _, u := range p {
		var l, h []time.Duration
		follows := qEnd
		for _, v := range q {
			l, h = append(l, x.order.lower(u, v)), append(h, x.order.upper(u, v))
			if qEnd {
				follows = follows && x.order.follows(u, v)
			} else {
				follows = follows || x.order.follows(u, v)
			}
		}
		lows, highs = append(lows, fold[qEnd](l)), append(highs, fold[qEnd](h))
		causality = causality && follows
	}
	// The latest of several p is the least of the differences.
	return fold[!pEnd](lows), fold[!pEnd](highs), causality
}
