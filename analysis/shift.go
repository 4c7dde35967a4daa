package analysis

import (
	"math/bits"
	"slices"
	"time"

	"adagio/dsl/model"
	"adagio/petri"
)

// shift dates a graph again in which the delay of one event is another. Only what
// comes after that event can have another date, and what keeps its date passes
// nothing on: mostly a few events are dated again, and not all of them.
type shift struct {
	g *petri.EventGraph
	// effects[firstEffect[e]:firstEffect[e+1]] are the events that e is a cause of.
	firstEffect []int32
	effects     []petri.EventID

	due     []uint64 // a bit for each event that has to be dated again
	touched []dated
	work    int // events dated again, and their arcs, in all shifts
}

// dated is the date that an event had before.
type dated struct {
	event petri.EventID
	date  time.Duration
}

// begin takes a graph, in the memory of another one.
func (s *shift) begin(g *petri.EventGraph) {
	n := g.Len()
	s.g, s.work = g, 0
	s.due, s.touched = zeros(s.due, n/64+1), s.touched[:0]
	s.firstEffect = zeros(s.firstEffect, n+2)
	for e := range n {
		for _, p := range g.Causes(petri.EventID(e)) {
			s.firstEffect[p+2]++
		}
	}
	for e := range n {
		s.firstEffect[e+2] += s.firstEffect[e+1]
	}
	// firstEffect[p+1] is where the next effect of p goes, and in the end where they end.
	s.effects = zeros(s.effects, int(s.firstEffect[n+1]))
	for e := range n {
		for _, p := range g.Causes(petri.EventID(e)) {
			s.effects[s.firstEffect[p+1]] = petri.EventID(e)
			s.firstEffect[p+1]++
		}
	}
}

// zeros returns n zero values in the memory of a list that nobody uses any more.
func zeros[T any](old []T, n int) []T {
	out := slices.Grow(old[:0], n)[:n]
	clear(out)
	return out
}

// between returns the time from an event to a later one if the delay of the first is
// another, with all other delays and, as they are with the old delay, dates as given.
// The dates are unchanged when it returns.
func (s *shift) between(from, to petri.EventID, delay time.Duration, delays, dates []time.Duration) time.Duration {
	s.set(from, to, dates[from]-delays[from]+delay, dates)
	for word := from / 64; word <= to/64; { // causes come first
		if s.due[word] == 0 {
			word++
			continue
		}
		e := 64*word + petri.EventID(bits.TrailingZeros64(s.due[word]))
		s.due[word] &= s.due[word] - 1
		best := model.Never
		s.g.Alternatives(e, func(causes []petri.EventID) bool {
			latest := time.Duration(0)
			for _, p := range causes {
				latest = max(latest, dates[p])
			}
			s.work += 1 + len(causes)
			best = min(best, latest)
			return true
		})
		s.set(e, to, best+delays[e], dates)
	}
	length := dates[to] - dates[from]
	for _, t := range s.touched {
		dates[t.event] = t.date
	}
	s.touched = s.touched[:0]
	return length
}

// set gives an event a date, and lets its effects up to some event be dated again if it is
// another.
func (s *shift) set(e, to petri.EventID, date time.Duration, dates []time.Duration) {
	if dates[e] == date {
		return
	}
	s.touched = append(s.touched, dated{e, dates[e]})
	dates[e] = date
	for _, f := range s.effects[s.firstEffect[e]:s.firstEffect[e+1]] {
		if f <= to {
			s.due[f/64] |= 1 << (f % 64)
		}
	}
}
