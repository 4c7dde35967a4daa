package petri

import (
	"fmt"

	"adagio/dsl/model"
)

// A limit of k waits until all but k - 1 of some components of its own node have ended
// what they have been pushed so far, whichever these are: the j-th push waits for the
// (j-k)-th end of those before it. An order statistic is a minimum of maxima, so the
// limit is a choice with a transition for each set of so many components.

// maxSets bounds the transitions of one limit.
const maxSets = 500

// limit makes the transitions of a limit. A component that is deleted is not busy.
func (p *step) limit() {
	var ended []PlaceID
	for _, c := range p.in.Of {
		if k := &p.components[c]; k.existing(p.i) >= 0 {
			ended = append(ended, k.noticed[p.pushesEnded(c)])
		}
	}
	size := max(len(ended)-p.in.Most+1, 0)
	if mutated("limit-is-one-more") {
		size = max(size-1, 0)
	}
	choice := int32(0)
	if size > 0 && size < len(ended) {
		choice = p.choice()
		p.net.limits[[2]int{p.n, p.i}] = ended
	}
	variant := 0
	eachSubset(len(ended), size, func(has []bool) {
		t := Transition{Name: p.name() + variantName(variant), In: []PlaceID{p.from}, Out: []PlaceID{p.to}, Choice: choice, Origin: p.o}
		for i, place := range ended {
			if has[i] {
				t.Read = append(t.Read, place)
			}
		}
		p.compiler.add(t)
		variant++
	})
}

// chooses says whether a transition is one of several of a limit.
func (n *Net) chooses(t TransitionID) bool {
	o := n.Transitions[t].Origin
	return o.Kind == ProgramStep && n.limits[[2]int{o.Node, o.Instruction}] != nil
}

// countSets fails where the transitions of a limit are too many.
func (c *compiler) countSets(in model.Instruction) error {
	size := len(in.Of) - in.Most + 1
	if sets(len(in.Of), size) <= maxSets {
		return nil
	}
	return fmt.Errorf("%v: a limit of %d is too much for bounds where %d components have been pushed to: which %d of them end first is a choice between more than %d sets; push to fewer components in one limit, or simulate the plan",
		in.Pos, in.Most, len(in.Of), size, maxSets)
}

// sets counts the sets of so many out of n; with more than maxSets it stops to count.
func sets(n, size int) int {
	count := 1
	for i := range min(size, n-size) {
		if count = count * (n - i) / (i + 1); count > maxSets {
			break
		}
	}
	return count
}
