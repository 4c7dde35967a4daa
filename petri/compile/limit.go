package compile

import (
	"adagio/petri"
	"adagio/petri/internal/lists"
)

// A limit of k waits until all but k - 1 of some components of its own node have ended
// what they have been pushed so far, whichever these are: the j-th push waits for the
// (j-k)-th end of those before it. An order statistic is a minimum of maxima, so the
// limit is a choice with a transition for each set of so many components.

// limit makes the transitions of a limit. A component that is deleted is not busy.
func (p *instruction) limit() {
	var ended []petri.PlaceID
	for _, c := range p.in.Of {
		if k := &p.components[c]; k.Existing(p.i) >= 0 {
			ended = append(ended, k.noticed[p.pushesEnded(c)])
		}
	}
	size := max(len(ended)-p.in.Most+1, 0)
	choice := int32(0)
	if size > 0 && size < len(ended) {
		choice = p.choice()
		p.net.Limits[[2]int{p.n, p.i}] = ended
	}
	variant := 0
	lists.EachSubset(len(ended), size, func(has []bool) {
		t := transition{Name: p.name() + variantName(variant), In: []petri.PlaceID{p.from}, Out: []petri.PlaceID{p.to}, Choice: choice, Origin: p.o}
		for i, place := range ended {
			if has[i] {
				t.Read = append(t.Read, place)
			}
		}
		p.compiler.add(t)
		variant++
	})
}
