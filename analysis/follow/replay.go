package follow

import (
	"cmp"
	"slices"
	"time"

	"adagio/analysis/measure"
)

// At is when an event was seen: when it ended, if it has.
func (e Event) At() time.Duration {
	if e.End != nil {
		return *e.End
	}
	return *e.Start
}

// Replay lists what would have been seen of a run that is over, in order, and when the
// last program ended.
func Replay(run *measure.Run) (events []Event, end time.Duration) {
	origin := time.Duration(0)
	for i, n := range run.Nodes {
		if i == 0 || n.Start < origin {
			origin = n.Start
		}
	}
	add := func(node, item string, start, end time.Duration) {
		start, end = start-origin, end-origin
		events = append(events, Event{Node: node, Item: item, Start: &start}, Event{Node: node, Item: item, End: &end})
	}
	for _, n := range run.Nodes {
		add(n.Name, "program", n.Start, n.End)
		end = max(end, n.End-origin)
		for _, item := range n.Items {
			if item.Kind == measure.Transition || item.Kind == measure.Instruction {
				add(n.Name, item.Kind.String()+"_"+item.Name, item.Start, item.End)
			}
		}
	}
	slices.SortStableFunc(events, func(a, b Event) int { return cmp.Compare(a.At(), b.At()) })
	return events, end
}
