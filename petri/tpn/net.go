// Package tpn has time Petri nets as the tools of the field have them (Merlin 1974),
// without a scenario behind them, and bounds their dates.
//
// A transition is enabled while its input places and the places that it reads are
// marked. Once it has been enabled without a break for a time in its interval it
// fires; at the end of the interval it must. A firing takes the tokens of the input
// places and marks the output places, and does not take what it reads.
//
//	net := &tpn.Net{Name: "hop", Unit: time.Second,
//		Places:      []tpn.Place{{Name: "here", Marked: true}, {Name: "there"}},
//		Transitions: []tpn.Transition{{Name: "hop", In: []int{0}, Out: []int{1}, Lo: 2e9, Hi: 3e9}}}
//	answer, err := tpn.Bound(net)
//	answer.Date(1) // 2s .. 3s: when there is first marked
//
// README.md says which nets are bounded, and why the bounds hold.
package tpn

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"adagio/dsl/model"
)

// Place is a place of a net. It holds at most one token.
type Place struct {
	Name   string // unique among the places
	Marked bool   // in the initial marking
}

// Transition is a transition of a net, with its static firing interval.
type Transition struct {
	Name          string // unique among the transitions
	In, Read, Out []int  // places
	Lo, Hi        time.Duration
	// Rank orders the transitions that can fire at one date: lower ones go first. The
	// bounds do not use it: they hold whatever goes first.
	Rank int
}

// Net is a time Petri net.
type Net struct {
	Name string
	// Unit is the unit of time that the net is written in; each end of an interval is a
	// multiple of it.
	Unit        time.Duration
	Places      []Place
	Transitions []Transition
}

// Validate returns all that is wrong with a net: names that occur twice, arcs from or
// to nowhere, a place that a transition names twice, intervals that are empty.
func (n *Net) Validate() error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if n.Unit <= 0 {
		bad("the unit of time is %v", n.Unit)
	}
	places, transitions := map[string]bool{}, map[string]bool{}
	for _, p := range n.Places {
		if places[p.Name] {
			bad("place %q occurs twice", p.Name)
		}
		places[p.Name] = true
	}
	for _, t := range n.Transitions {
		if transitions[t.Name] {
			bad("transition %q occurs twice", t.Name)
		}
		transitions[t.Name] = true
		for _, list := range [][]int{slices.Concat(t.In, t.Read), t.Out} {
			seen := map[int]bool{}
			for _, p := range list {
				switch {
				case p < 0 || p >= len(n.Places):
					bad("transition %q has an arc to or from nowhere", t.Name)
				case seen[p]:
					bad("transition %q has two arcs with place %q", t.Name, n.Places[p].Name)
				}
				seen[p] = true
			}
		}
		if t.Lo < 0 || t.Lo > t.Hi || t.Lo == model.Never {
			bad("transition %q has the interval %v .. %v", t.Name, t.Lo, t.Hi)
		}
		if n.Unit > 0 && (t.Lo%n.Unit != 0 || t.Hi != model.Never && t.Hi%n.Unit != 0) {
			bad("transition %q has an interval that is not a multiple of %v", t.Name, n.Unit)
		}
	}
	return errors.Join(errs...)
}

// CommonUnit is the longest of 1 s, 1 ms, 1 µs and 1 ns of which every end of an interval
// is a multiple.
func (n *Net) CommonUnit() time.Duration {
	unit := time.Second
	for _, t := range n.Transitions {
		for _, d := range [2]time.Duration{t.Lo, t.Hi} {
			for d != model.Never && d%unit != 0 {
				unit /= 1000
			}
		}
	}
	return unit
}
