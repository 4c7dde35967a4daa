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
	if len(open) > 0 {
		awaited := upToEnds(g, o)
		open = slices.DeleteFunc(open, func(i int) bool {
			may[i] = !awaited(events[i])
			return !may[i]
		})
	}
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

// upToEnds returns what says whether the end of some program certainly waits for an event. In a
// graph without alternatives one pass over the causes tells, and the certain order of all
// events, which takes longer, is not asked for.
func upToEnds(g *petri.EventGraph, o *Orders) func(e petri.EventID) bool {
	if g.Chooses() {
		return o.Certain().UpToSome(g.Ends)
	}
	awaited := make([]bool, g.Len())
	for _, end := range g.Ends {
		awaited[end] = true
	}
	for i := g.Len() - 1; i >= 0; i-- {
		if e := petri.EventID(i); awaited[e] {
			for _, p := range g.Causes(e) {
				awaited[p] = true
			}
		}
	}
	return func(e petri.EventID) bool { return awaited[e] }
}
