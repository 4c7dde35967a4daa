package tpn

import (
	"time"

	"adagio/dsl/model"
)

// decided bounds the dates of an unfolding whose conflicts are all decided: by causality,
// or because what takes a token does so strictly before another could. Then every
// execution has these events, and the dates are those of a timed event graph.
func (u *unfolding) decided() (*Answer, error) {
	d := &differences{u: u, known: map[[2]int]time.Duration{}, causes: make([][]int, len(u.events))}
	for e := range u.events {
		d.causes[e] = u.causes(e)
	}
	if err := u.safe(d.apart); err != nil {
		return nil, err
	}
	for e := range u.events {
		for _, s := range u.events[e].read {
			if j := u.stays[s].consumer; j >= 0 && !u.follows(e, j) && d.atMost(e, j) >= 0 {
				return nil, u.free(u.events[e].transition, []int{s})
			}
		}
	}
	err := u.rivals(true, d.apart, func(t int, stays []int) error {
		for _, s := range stays {
			if j := u.stays[s].consumer; j >= 0 && d.tooLate(t, stays, j) {
				return nil
			}
		}
		return u.free(t, stays)
	})
	if err != nil {
		return nil, err
	}
	if d.full() {
		return nil, refused(-1, "the dates of too many pairs of firings have to be compared, more than %d", maxPairs)
	}
	dates := make([]Dates, len(u.events))
	for e := range u.events {
		for _, p := range d.causes[e] {
			dates[e] = Dates{max(dates[e].Earliest, dates[p].Earliest), max(dates[e].Latest, dates[p].Latest)}
		}
		t := &u.net.Transitions[u.events[e].transition]
		dates[e] = Dates{dates[e].Earliest + t.Lo, dates[e].Latest + t.Hi}
	}
	a := u.answer(func(e int) Dates { return dates[e] })
	a.Decided, a.Completes = true, true
	return a, nil
}

// maxPairs bounds the pairs of events whose difference is computed.
const maxPairs = 5_000_000

// origin is the date 0, as an event.
const origin = -1

// differences bounds how much later one event is than another.
type differences struct {
	u      *unfolding
	causes [][]int
	known  map[[2]int]time.Duration
}

func (d *differences) full() bool { return len(d.known) > maxPairs }

// atMost is an upper bound of x(a) - x(b) for all delays in their intervals. Of the two
// the later one in the order of the causes is followed back: x(a) is the greatest date of
// its causes and its delay, x(b) no less than the date of any of them and its delay.
func (d *differences) atMost(a, b int) time.Duration {
	if a == b {
		return 0
	}
	if d.full() {
		return model.Never
	}
	if known, ok := d.known[[2]int{a, b}]; ok {
		return known
	}
	back := func(e int) []int {
		if len(d.causes[e]) == 0 {
			return []int{origin}
		}
		return d.causes[e]
	}
	var value time.Duration
	if a > b {
		value = -model.Never
		for _, p := range back(a) {
			value = max(value, d.atMost(p, b))
		}
		value = model.Plus(value, d.u.net.Transitions[d.u.events[a].transition].Hi)
	} else {
		value = model.Never
		for _, p := range back(b) {
			value = min(value, d.atMost(a, p))
		}
		value = model.Plus(value, -d.u.net.Transitions[d.u.events[b].transition].Lo)
	}
	d.known[[2]int{a, b}] = value
	return value
}

// apart says whether the one stay is certainly over before the other begins.
func (d *differences) apart(a, b int) bool {
	over := func(first, second int) bool {
		j, p := d.u.stays[first].consumer, d.u.stays[second].producer
		return j >= 0 && p >= 0 && d.atMost(j, p) < 0
	}
	return d.u.apart(a, b) || over(a, b) || over(b, a)
}

// tooLate says whether a firing of t with these stays would certainly be later than event
// j, which takes one of them.
func (d *differences) tooLate(t int, stays []int, j int) bool {
	lo := d.u.net.Transitions[t].Lo
	for _, s := range stays {
		p := d.u.stays[s].producer // origin if initially marked
		if difference := d.atMost(j, p); difference != model.Never && difference < lo {
			return true
		}
	}
	return false
}
