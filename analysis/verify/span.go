package verify

import (
	"errors"
	"slices"
	"time"

	"adagio/dsl/model"
	"adagio/petri"
)

// span is a stretch of time that lies after all of some events and before all of some
// others, in every execution of a run: from the beginning where there are no events
// before it, for ever where there are none after it. It has no length where an event
// after it comes no later than one before it.
type span struct{ on, off []petri.EventID }

// errTooMany is the failure of predicates that are too many combinations of stretches of
// time.
var errTooMany = errors.New("the states of the components of this predicate can be combined in too many ways")

// maxSpans bounds the stretches of time that are looked at for one predicate.
const maxSpans = 20_000

// exclusion is why two stretches of time have no instant in common: one is over, at Off,
// when or before the other begins, at On.
type exclusion struct {
	Off, On   petri.EventID
	Causality bool // by causality alone, whatever the delays are
}

// excluded says whether two spans have no instant in common in any execution, or a span
// none at all, and why.
func (x *run) excluded(p, q span) (exclusion, bool) {
	found, ok := exclusion{}, false
	test := func(off, on petri.EventID) {
		if ok && found.Causality || x.order.lower(off, on) < 0 {
			return
		}
		ok, found = true, exclusion{off, on, off == on || x.order.follows(off, on)}
	}
	for _, off := range p.off {
		for _, on := range q.on {
			test(off, on)
		}
	}
	for _, off := range q.off {
		for _, on := range p.on {
			test(off, on)
		}
	}
	return found, ok
}

// both is the time that two spans have in common.
func (x *run) both(p, q span) span {
	out := span{union(p.on, q.on), union(p.off, q.off)}
	// What certainly comes before another event on the same side adds nothing.
	out.on = slices.DeleteFunc(slices.Clone(out.on), func(u petri.EventID) bool {
		return slices.ContainsFunc(out.on, func(v petri.EventID) bool { return v != u && x.precedes(u, v) })
	})
	out.off = slices.DeleteFunc(slices.Clone(out.off), func(u petri.EventID) bool {
		return slices.ContainsFunc(out.off, func(v petri.EventID) bool { return v != u && x.precedes(v, u) })
	})
	return out
}

// precedes says whether u comes certainly no later than v; of two that certainly come at
// one date it says so of one only.
func (x *run) precedes(u, v petri.EventID) bool {
	if x.order.lower(u, v) < 0 {
		return false
	}
	return u < v || x.order.lower(v, u) < 0
}

func union(a, b []petri.EventID) []petri.EventID {
	out := append(slices.Clone(a), b...)
	slices.Sort(out)
	return slices.Compact(out)
}

// length bounds how long a span lasts, up to the end of the run where it goes on for
// ever.
func (x *run) length(p span) (lower, upper time.Duration) {
	lower, upper = model.Never, model.Never
	note := func(low, high time.Duration) {
		lower, upper = min(lower, low), min(upper, high)
	}
	from := func(off petri.EventID) {
		if note(x.order.lo[off], x.order.hi[off]); len(p.on) == 0 {
			return
		}
		for _, on := range p.on {
			note(x.order.lower(on, off), x.order.upper(on, off))
		}
	}
	for _, off := range p.off {
		from(off)
	}
	switch {
	case x.endless:
	case len(p.off) == 0 && len(p.on) == 0:
		note(x.end[0], x.end[1])
	case len(p.off) == 0:
		for _, on := range p.on {
			low, high := x.end[0]-x.order.hi[on], -model.Never
			for _, e := range x.last {
				low, high = max(low, x.order.lower(on, e)), max(high, x.order.upper(on, e))
			}
			note(low, high)
		}
	}
	return max(lower, 0), max(upper, 0)
}

// dates bounds when a span begins and ends: it may hold from begin[0] on, and does from
// begin[1] on if it does at all, up to end[0], and no longer than end[1].
func (x *run) dates(p span) (begin, end [2]time.Duration) {
	end = [2]time.Duration{model.Never, model.Never}
	for _, on := range p.on {
		begin[0], begin[1] = max(begin[0], x.order.lo[on]), max(begin[1], x.order.hi[on])
	}
	for _, off := range p.off {
		end[0], end[1] = min(end[0], x.order.lo[off]), min(end[1], x.order.hi[off])
	}
	return begin, end
}

// joined joins spans of which one ends with the event that the other begins with.
func joined(list []span) []span {
	out := slices.Clone(list)
	for i := 0; i < len(out); i++ {
		for j := 0; j < len(out); j++ {
			if i != j && len(out[i].off) == 1 && slices.Equal(out[i].off, out[j].on) {
				out[i].off = out[j].off
				out = slices.Delete(out, j, j+1)
				i, j = -1, len(out)
			}
		}
	}
	return out
}

// width is the size of the greatest set of spans of which no two certainly exclude one
// another, and the spans of one such set: a greatest antichain of the partial order in
// which one is over before another begins (Dilworth 1950), by a greatest matching of the
// order's pairs (Fulkerson 1956).
func (x *run) width(list []span) (int, []int, error) {
	n := len(list)
	if n > maxWidth {
		return 0, nil, errTooMany
	}
	less := make([][]bool, n)
	for i := range less {
		less[i] = make([]bool, n)
		for j := range list {
			less[i][j] = i != j && x.over(list[i], list[j])
		}
	}
	for k := range n {
		for i := range n {
			if !less[i][k] {
				continue
			}
			for j := range n {
				less[i][j] = less[i][j] || less[k][j]
			}
		}
	}
	left, right := make([]int, n), make([]int, n)
	for i := range n {
		left[i], right[i] = -1, -1
	}
	seen := make([]bool, n)
	var augment func(i int) bool
	augment = func(i int) bool {
		for j := range n {
			if !less[i][j] || seen[j] {
				continue
			}
			seen[j] = true
			if right[j] < 0 || augment(right[j]) {
				left[i], right[j] = j, i
				return true
			}
		}
		return false
	}
	matched := 0
	for i := range n {
		clear(seen)
		if augment(i) {
			matched++
		}
	}
	// König: what an alternating walk from the unmatched reaches on the left, and does not on
	// the right, is in no cover of the pairs.
	reached, across := make([]bool, n), make([]bool, n)
	var walk func(i int)
	walk = func(i int) {
		if reached[i] {
			return
		}
		reached[i] = true
		for j := range n {
			if less[i][j] && !across[j] {
				across[j] = true
				if right[j] >= 0 {
					walk(right[j])
				}
			}
		}
	}
	for i := range n {
		if left[i] < 0 {
			walk(i)
		}
	}
	var chosen []int
	for i := range n {
		if reached[i] && !across[i] {
			chosen = append(chosen, i)
		}
	}
	return n - matched, chosen, nil
}

// maxWidth bounds the spans of a count.
const maxWidth = 2000

// over says whether a span is over, in every execution, when another begins.
func (x *run) over(p, q span) bool {
	for _, off := range p.off {
		for _, on := range q.on {
			if x.order.lower(off, on) >= 0 {
				return true
			}
		}
	}
	return false
}
