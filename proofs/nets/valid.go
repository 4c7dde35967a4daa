package nets

import (
	"errors"
	"fmt"
	"slices"

	"adagio/petri"
)

// Validate states the structural invariants of a net and returns all that are
// broken: every arc's ends exist and no transition names a place twice among its
// inputs and reads, names are unique, provenance is complete, alternatives of a
// choice take and mark the same places, and a network-delay transition is the
// only kind that joins two nodes. That the net is 1-safe is checked whenever it
// is played or unfolded, which refuse to mark a marked place.
func Validate(n *petri.Net) error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	names := map[string]bool{}
	for i := range n.Places {
		name := n.PlaceName(petri.PlaceID(i))
		if names["p"+name] {
			bad("place %q occurs twice", name)
		}
		names["p"+name] = true
		if node := n.Places[i].Node(); node < 0 || node >= len(n.Scenario.Nodes) {
			bad("place %q has no node", name)
		}
	}
	choices := map[int32]petri.TransitionID{}
	for i := range n.Transitions {
		t, name := &n.Transitions[i], n.TransitionName(petri.TransitionID(i))
		if names["t"+name] {
			bad("transition %q occurs twice", name)
		}
		names["t"+name] = true
		if err := t.Delay.Validate(); err != nil {
			bad("transition %q: %w", name, err)
		}
		seen := map[petri.PlaceID]bool{}
		for _, p := range t.Tests() {
			if int(p) >= len(n.Places) || p < 0 {
				bad("transition %q has an arc from nowhere", name)
			} else if seen[p] {
				bad("transition %q names place %q twice", name, n.PlaceName(p))
			} else if n.Places[p].Node() != t.Node() && t.Origin.Kind != petri.Network {
				bad("transition %q reaches into node %s", name, n.Scenario.Nodes[n.Places[p].Node()].Name)
			}
			seen[p] = true
		}
		if len(t.In()) == 0 {
			bad("transition %q takes no token and could fire for ever", name)
		}
		for _, p := range t.Out() {
			if int(p) >= len(n.Places) || p < 0 {
				bad("transition %q has an arc to nowhere", name)
			}
		}
		if t.Choice == 0 {
			continue
		}
		if first, ok := choices[t.Choice]; !ok {
			choices[t.Choice] = petri.TransitionID(i)
		} else if f := &n.Transitions[first]; !slices.Equal(f.In(), t.In()) || !slices.Equal(f.Out(), t.Out()) {
			bad("transitions %q and %q are alternatives but differ in what they take or mark", n.TransitionName(first), name)
		}
	}
	return errors.Join(errs...)
}

// ValidateGraph states the invariants of an event graph and returns those that are
// broken: causes precede their effects, every event has an alternative.
func ValidateGraph(g *petri.EventGraph) error {
	var errs []error
	for e := range g.Transition {
		if g.FirstAlternative[e] == g.FirstAlternative[e+1] {
			errs = append(errs, fmt.Errorf("event %d has no alternative", e))
		}
		g.Alternatives(petri.EventID(e), func(causes []petri.EventID) bool {
			for _, p := range causes {
				if p >= petri.EventID(e) || p < 0 {
					errs = append(errs, fmt.Errorf("event %d (%s) is caused by event %d", e, g.Name(petri.EventID(e)), p))
				}
			}
			return true
		})
	}
	return errors.Join(errs...)
}
