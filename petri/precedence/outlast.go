package precedence

import (
	"slices"
	"time"

	"adagio/petri"
)

// Outlasting says which of some events may come after all programs have ended, and
// which certainly do, whatever the delays. The graph must be complete. It knows an order
// by causality, by the intervals of dates, and, for up to maxOrders pairs of an event and
// the end of a program, by what the two have in common; what it does not know may be.
func Outlasting(g *petri.EventGraph, events []petri.EventID) (may, certain []bool, err error) {
	if len(events) == 0 {
		return nil, nil, nil
	}
	o, err := NewOrders(g)
	if err != nil {
		return nil, nil, err
	}
	defer o.Free()
	var least, greatest time.Duration // of the last end
	for _, end := range g.Ends {
		least, greatest = max(least, o.Lo[end]), max(greatest, o.Hi[end])
	}
	may, certain = make([]bool, len(events)), make([]bool, len(events))
	var open []int
	for i, e := range events {
		may[i], certain[i] = o.Hi[e] > least, o.Lo[e] > greatest
		if may[i] && !certain[i] {
			open = append(open, i)
		}
	}
	awaited := awaitedByEnds(g)
	for _, i := range open {
		may[i] = !awaited[events[i]]
	}
	if open = slices.DeleteFunc(open, func(i int) bool { return !may[i] }); g.Chooses() {
		after := make([]uint64, g.Len())
		for rest := range slices.Chunk(open, 64) {
			dropAwaited(g, events, rest, may, after)
		}
	}
	open = slices.DeleteFunc(open, func(i int) bool { return !may[i] })
	if len(open)*len(g.Ends) > maxOrders {
		return may, certain, nil
	}
	for _, i := range open {
		may[i] = !slices.ContainsFunc(g.Ends, func(end petri.EventID) bool { return o.Ahead(events[i], end) >= 0 })
		certain[i] = may[i] && !slices.ContainsFunc(g.Ends, func(end petri.EventID) bool { return o.Ahead(end, events[i]) <= 0 })
	}
	return may, certain, nil
}

// maxOrders bounds the pairs of events whose order is searched for, each with up to
// searchBudget steps.
const maxOrders = 2000

// awaitedByEnds says which events the end of some program waits for, not through an event
// with several alternatives.
func awaitedByEnds(g *petri.EventGraph) []bool {
	awaited := make([]bool, g.Len())
	for _, end := range g.Ends {
		awaited[end] = true
	}
	for i := g.Len() - 1; i >= 0; i-- {
		if e := petri.EventID(i); awaited[e] && g.FirstAlternative[e+1] == g.FirstAlternative[e]+1 {
			for _, p := range g.Causes(e) {
				awaited[p] = true
			}
		}
	}
	return awaited
}

// dropAwaited finds those of at most 64 events that the end of some program waits for; after
// has room for a bit for each of them that comes before an event.
func dropAwaited(g *petri.EventGraph, events []petri.EventID, which []int, may []bool, after []uint64) {
	clear(after)
	for bit, i := range which {
		after[events[i]] |= 1 << bit
	}
	for e := range after {
		all := ^uint64(0)
		g.Alternatives(petri.EventID(e), func(causes []petri.EventID) bool {
			var some uint64
			for _, p := range causes {
				some |= after[p]
			}
			all &= some
			return true
		})
		after[e] |= all
	}
	for bit, i := range which {
		if slices.ContainsFunc(g.Ends, func(end petri.EventID) bool { return after[end]&(1<<bit) != 0 }) {
			may[i] = false
		}
	}
}
