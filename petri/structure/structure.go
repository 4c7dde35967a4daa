// Package structure says what holds of a net whatever its transitions last, from its arcs
// alone: to which classes it belongs, its place invariants, siphons and traps, and that
// some markings are never reached.
//
//	classes := structure.Classify(net)
//	invariants, complete := structure.Invariants(net, structure.MaxInvariants)
//	proof := structure.NewProver(net).Never(clauses)
//
// Nothing is unfolded, so that it also serves nets with too many races to explore.
// What is said holds of the untimed net, whose executions include those of the timed one.
package structure

import (
	"slices"

	"adagio/petri"
)

// Classes are the classes of nets that a net belongs to. Arcs that only read count for
// none of them: Reads says how many there are.
type Classes struct {
	StateMachine       bool // every transition takes one token and marks one place
	MarkedGraph        bool // every place has at most one transition that takes from it and one that marks it
	FreeChoice         bool // transitions that compete for a token take nothing else
	ExtendedFreeChoice bool // transitions that compete for a token take the same tokens
	AsymmetricChoice   bool // of two places from which one transition takes, one has all takers of the other
	Reads              int
	Conflicts          int // places from which several transitions take
}

// Names lists the classes in the field's terms, the smallest first.
func (c Classes) Names() (names []string) {
	for _, k := range []struct {
		of   bool
		name string
	}{{c.StateMachine, "state machine"}, {c.MarkedGraph, "marked graph"}, {c.FreeChoice, "free choice"},
		{c.ExtendedFreeChoice, "extended free choice"}, {c.AsymmetricChoice, "asymmetric choice"}} {
		if k.of {
			names = append(names, k.name)
		}
	}
	return names
}

// Classify says to which classes a net belongs.
func Classify(n *petri.Net) Classes {
	c := Classes{StateMachine: true, MarkedGraph: true, FreeChoice: true, ExtendedFreeChoice: true, AsymmetricChoice: true}
	for i := range n.Transitions {
		t := &n.Transitions[i]
		c.Reads += len(t.Read())
		c.StateMachine = c.StateMachine && len(t.In()) == 1 && len(t.Out()) == 1
		for _, p := range t.In() {
			for _, q := range t.In() {
				a, b := n.Consumers.Of(p), n.Consumers.Of(q)
				c.AsymmetricChoice = c.AsymmetricChoice && (contains(a, b) || contains(b, a))
			}
		}
	}
	for i := range n.Places {
		p := petri.PlaceID(i)
		takers := n.Consumers.Of(p)
		c.MarkedGraph = c.MarkedGraph && len(takers) <= 1 && len(n.Producers.Of(p)) <= 1
		if len(takers) < 2 {
			continue
		}
		c.Conflicts++
		first := n.Transitions[takers[0]].In()
		for _, t := range takers {
			in := n.Transitions[t].In()
			c.FreeChoice = c.FreeChoice && len(in) == 1
			c.ExtendedFreeChoice = c.ExtendedFreeChoice && contains(in, first) && contains(first, in)
		}
	}
	return c
}

// contains says whether a list has all of another.
func contains[T comparable](list, other []T) bool {
	return !slices.ContainsFunc(other, func(x T) bool { return !slices.Contains(list, x) })
}

// Siphon is the greatest siphon among some places: a set of which none is marked unless
// a place of it is taken from or read. A siphon without a token never gets one.
func Siphon(n *petri.Net, among []bool) []bool {
	in := slices.Clone(among)
	for changed := true; changed; {
		changed = false
		for i := range n.Transitions {
			t := &n.Transitions[i]
			if slices.ContainsFunc(t.Tests(), func(p petri.PlaceID) bool { return in[p] }) {
				continue
			}
			for _, p := range t.Out() {
				changed = changed || in[p]
				in[p] = false
			}
		}
	}
	return in
}

// Trap is the greatest trap among some places: a set that is not left without a token once
// it has one. Each transition that takes from the set marks a place of it, or reads one
// that no other transition of its class takes away: those of one class may go together.
func Trap(n *petri.Net, among []bool) []bool {
	in := slices.Clone(among)
	marks := func(t *petri.Transition) bool {
		return slices.ContainsFunc(t.Out(), func(p petri.PlaceID) bool { return in[p] })
	}
	keeps := func(t *petri.Transition, read petri.PlaceID) bool {
		return in[read] && !slices.ContainsFunc(n.Consumers.Of(read), func(o petri.TransitionID) bool {
			other := &n.Transitions[o]
			return other.Class == t.Class && !marks(other)
		})
	}
	for changed := true; changed; {
		changed = false
		for i := range n.Transitions {
			t := &n.Transitions[i]
			if marks(t) || slices.ContainsFunc(t.Read(), func(p petri.PlaceID) bool { return keeps(t, p) }) {
				continue
			}
			for _, p := range t.In() {
				changed = changed || in[p]
				in[p] = false
			}
		}
	}
	return in
}

// Unmarked are the places that are never marked: the greatest siphon without a token.
func Unmarked(n *petri.Net) []bool {
	empty := make([]bool, len(n.Places))
	for p := range n.Places {
		empty[p] = !n.Places[p].Marked
	}
	return Siphon(n, empty)
}
