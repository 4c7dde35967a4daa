package tpn

import (
	"fmt"
	"time"

	"adagio/dsl/model"
	"adagio/petri/cover"
)

// Dates is an interval of dates, counted from the initial marking.
type Dates struct{ Earliest, Latest time.Duration }

// Answer bounds the dates of a net.
type Answer struct {
	Net *Net
	// Firings is how many there are.
	Firings int
	// End bounds the date of the last firing. Nothing can fire after it.
	End Dates
	// Decided says that every conflict is decided by causality or by the intervals: then
	// every execution has the same firings, and both ends of all dates are reached.
	// Otherwise what is read has been covered: the dates hold in every execution that has
	// all the firings.
	Decided bool
	// Open is how many readings may find their place marked for the one or the other time.
	Open int
	// Completes says that every execution is proved to have all the firings. Where it does
	// not, some may stop before, because what they read is not marked any more.
	Completes bool

	first []Dates // by place; model.Never if it is never marked
	last  []bool  // by place: marked at the end
}

// Date is when a place is first marked; ok is false if it never is.
func (a *Answer) Date(place int) (d Dates, ok bool) {
	return a.first[place], a.first[place].Earliest != model.Never
}

// Final lists the places that are marked at the end.
func (a *Answer) Final() (places []int) {
	for p, marked := range a.last {
		if marked {
			places = append(places, p)
		}
	}
	return places
}

// Bound bounds the dates of a 1-safe net that stops. It fails with a [RefusedError] if
// the net is none, if a token may go to one transition or to another, or if a firing has
// no latest date, and with another error if the net is not valid.
func Bound(net *Net) (*Answer, error) {
	if err := net.Validate(); err != nil {
		return nil, err
	}
	u, err := play(net, true)
	if err == nil {
		if err = u.finite(); err != nil {
			return nil, err
		}
		var a *Answer
		if a, err = u.decided(); err == nil {
			return a, nil
		}
	}
	// The conflict that its dates leave open, or the second token, is the reason if the net
	// cannot be covered either.
	if a, other := covered(net); other == nil {
		return a, nil
	}
	return nil, err
}

// finite says whether every firing has a latest date.
func (u *unfolding) finite() error {
	for e := range u.events {
		if t := &u.net.Transitions[u.events[e].transition]; t.Hi == model.Never {
			return refused(-1, "transition %q may wait for ever: its interval has no end", t.Name)
		}
	}
	return nil
}

// answer makes an answer of the dates of the events.
func (u *unfolding) answer(dates func(e int) Dates) *Answer {
	a := &Answer{Net: u.net, Firings: len(u.events), first: make([]Dates, len(u.net.Places)), last: make([]bool, len(u.net.Places))}
	for e := range u.events {
		d := dates(e)
		a.End = Dates{max(a.End.Earliest, d.Earliest), max(a.End.Latest, d.Latest)}
	}
	for p, stays := range u.byPlace {
		if len(stays) == 0 {
			a.first[p] = Dates{model.Never, model.Never}
			continue
		}
		if e := u.stays[stays[0]].producer; e >= 0 {
			a.first[p] = dates(e)
		}
		a.last[p] = u.stays[stays[len(stays)-1]].consumer < 0
	}
	return a
}

// covered bounds the dates of a net whose tokens have one way to go if nothing is read:
// then the firings are the same in every execution, and a reading finds its place marked
// for one of the times that it is.
func covered(net *Net) (*Answer, error) {
	u, err := play(net, false)
	if err != nil {
		return nil, err
	}
	if err := u.finite(); err != nil {
		return nil, err
	}
	if err := u.safe(u.apart); err != nil {
		return nil, err
	}
	if err := u.rivals(false, u.apart, func(t int, stays []int) error { return u.free(t, stays) }); err != nil {
		return nil, err
	}
	s, read := cover.NewSystem(), make([]bool, len(net.Places))
	for _, t := range net.Transitions {
		for _, p := range t.Read {
			read[p] = true
		}
	}
	for e := range u.events {
		t := &net.Transitions[u.events[e].transition]
		var causes []cover.Event
		for _, p := range u.causes(e) {
			causes = append(causes, cover.Event(p))
		}
		s.Event(cover.Alone, t.Lo, t.Hi, causes...)
		for _, p := range t.In {
			if read[p] {
				s.StartSlice(cover.Event(e))
				break
			}
		}
	}
	signals := map[int]cover.Signal{}
	for e := range u.events {
		for _, place := range net.Transitions[u.events[e].transition].Read {
			if _, ok := signals[place]; !ok {
				var phases []cover.Phase
				for _, k := range u.byPlace[place] {
					phases = append(phases, cover.Phase{On: cover.Event(u.stays[k].producer), Off: cover.Event(u.stays[k].consumer)})
				}
				signals[place] = s.Signal(phases...)
			}
			s.Guard(cover.Event(e), signals[place])
		}
	}
	c, err := cover.Of(s, cover.Limits{})
	if err != nil {
		return nil, fmt.Errorf("the net cannot be covered: %w", err)
	}
	goals := make([]cover.Event, len(u.events))
	for e := range goals {
		goals[e] = cover.Event(e)
	}
	refined := c.Refine(goals)
	a := u.answer(func(e int) Dates { return Dates{refined.Earliest(cover.Event(e)), refined.Latest(cover.Event(e))} })
	a.Open = len(c.Open())
	a.Completes, _ = cover.Completes(s, cover.Limits{})
	return a, nil
}

// free is the refusal of a conflict that is not decided: a transition might have fired
// with stays one of which another takes.
func (u *unfolding) free(t int, stays []int) error {
	for _, s := range stays {
		if j := u.stays[s].consumer; j >= 0 {
			other, place := u.events[j].transition, u.stays[s].place
			return refused(place, "the conflict at place %q is free: transition %q or %q may come first", u.net.Places[place].Name, u.net.Transitions[t].Name, u.net.Transitions[other].Name)
		}
	}
	return refused(-1, "transition %q may fire in another way", u.net.Transitions[t].Name)
}
