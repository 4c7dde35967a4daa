package analysis

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"adagio/dsl/model"
	"adagio/petri"
)

// Category says what a stretch of time is spent on.
type Category uint8

// The categories.
const (
	Work     Category = iota // a component transition runs
	Transfer                 // a fact travels to another node: network, and the poll until it is seen
	Executor                 // the executor's own steps and first looks
	Pausing                  // a program pauses
	Starting                 // a node has not started yet
	Asleep                   // a node sleeps
	Moment                   // no time: an instant worth a line
)

// String is the category in a word.
func (c Category) String() string {
	return [...]string{"work", "network", "executor", "pause", "start", "asleep", "moment"}[c]
}

// Step is one event of a critical path.
type Step struct {
	Event    petri.EventID
	Origin   petri.Origin
	Category Category
	Node     int
	// Duration is the event's own delay; Total the date at which it occurs,
	// counted from the start of the path's node.
	Duration, Total time.Duration
	Text            string // in the user's words
	Behaviour       string // the behaviour of the component, or ""
	Component       string // or ""
	Position        model.Pos
}

// Path is a chain of events, each the one that its successor waited for: the
// reason for a duration.
type Path struct {
	Node   int           // whose program it ends
	Length time.Duration // the duration of the program of Node
	Steps  []Step
	// Sums tells how much of Length goes to each category. What lies before the
	// start of Node, because another node started earlier, is taken off Starting, and
	// where that does not suffice off Asleep.
	Sums map[Category]time.Duration

	graph *petri.EventGraph // that it is a path of
	end   petri.End         // of all delays
}

// path follows the causes of a program's end back to the origin; start is the date
// that the program is counted from.
func (e *evaluation) path(n int, end petri.End, dates []time.Duration, start time.Duration) Path {
	p := Path{Node: n, Length: dates[e.g.Ends[n]] - start, Sums: map[Category]time.Duration{}, graph: e.g, end: end}
	for at := e.g.Ends[n]; at >= 0; {
		next, ready := LastCause(e.g, at, dates)
		p.add(at, dates[at]-ready, dates[at]-start)
		at = next
	}
	p.finish(start)
	return p
}

// add appends a step; steps are added from the last to the first. What an event
// takes beyond its delay it waits for its node to wake up.
func (p *Path) add(e petri.EventID, duration, total time.Duration) {
	s := describeStep(p.graph, e)
	s.Duration, s.Total = duration, total
	if sleep := duration - p.end.Of(p.graph.Delay(e)); p.graph.Sleeps() && sleep > 0 {
		wake := s
		wake.Category, wake.Duration = Asleep, sleep
		wake.Text = fmt.Sprintf("%s sleeps", p.graph.Net.Scenario.Nodes[s.Node].Name)
		p.Steps = append(p.Steps, wake)
		p.Sums[Asleep] += sleep
		s.Duration, s.Total = s.Duration-sleep, s.Total-sleep
	}
	p.Steps = append(p.Steps, s)
	p.Sums[s.Category] += s.Duration
}

// finish puts the steps in order and takes off what lies before the start of the
// path's node.
func (p *Path) finish(start time.Duration) {
	asleep := min(p.Sums[Asleep], max(0, start-p.Sums[Starting]))
	p.Sums[Asleep] -= asleep
	p.Sums[Starting] -= start - asleep
	for c, d := range p.Sums {
		if d == 0 {
			delete(p.Sums, c)
		}
	}
	slices.Reverse(p.Steps)
}

// LastCause returns the cause that an event waited for and its date: of the
// earliest alternative the latest cause. An event of the origin has none (-1).
func LastCause(g *petri.EventGraph, e petri.EventID, dates []time.Duration) (cause petri.EventID, date time.Duration) {
	best := petri.Never
	cause = -1
	g.Alternatives(e, func(causes []petri.EventID) bool {
		latest, from := time.Duration(0), petri.EventID(-1)
		for _, p := range causes {
			if from < 0 || dates[p] > latest {
				latest, from = dates[p], p
			}
		}
		if latest < best {
			best, cause = latest, from
		}
		return true
	})
	return cause, best
}

// Slack is how much room an event has at the upper end: by how much it may be
// later before the span becomes longer. Where any of several providers suffices,
// and where nodes sleep, it is a lower bound of that.
type Slack struct {
	Step
	Slack time.Duration
}

// slack computes the slack of all transitions and of what else takes time, by
// one backward pass over the latest dates.
func (e *evaluation) slack() []Slack {
	late := make([]time.Duration, e.g.Len())
	span := time.Duration(0)
	for i := range late {
		late[i] = petri.Never
	}
	for _, end := range e.g.Ends {
		if end >= 0 {
			span = max(span, e.hi[end])
		}
	}
	for _, end := range e.g.Ends {
		if end >= 0 {
			late[end] = span
		}
	}
	e.pin(late)
	var out []Slack
	for i := e.g.Len() - 1; i >= 0; i-- {
		id := petri.EventID(i)
		if late[i] == petri.Never {
			continue // nobody's end waits for it
		}
		d, due := e.g.Delay(id).Hi, e.due(id, late[i])
		for _, p := range e.g.Causes(id) {
			late[p] = min(late[p], due-d)
		}
		if s := describeStep(e.g, id); s.Category == Work || s.Category == Pausing {
			s.Duration, s.Total = d, e.hi[i]
			out = append(out, Slack{s, late[i] - e.hi[i]})
		}
	}
	slices.Reverse(out)
	slices.SortStableFunc(out, func(a, b Slack) int { return cmp.Compare(a.Slack, b.Slack) })
	return out
}

// due is until when something may come for an event that has to happen by a date:
// what comes while the node sleeps happens in the node's next window, and what
// happens beyond the windows, while a transition runs, is not moved at all.
func (e *evaluation) due(id petri.EventID, date time.Duration) time.Duration {
	u := e.g.Net.Scenario.Nodes[e.g.Origin(id).Node].Uptime
	switch {
	case !e.g.Wakes(id) || u.Awake(date):
		return date
	case !u.Awake(e.hi[id]):
		_, ready := LastCause(e.g, id, e.hi)
		return ready + e.g.Delay(id).Hi
	}
	w, _ := u.Last(date)
	return w.End - 1
}

// pin keeps the transitions from moving during which something happens on their
// node beyond its windows.
func (e *evaluation) pin(late []time.Duration) {
	if !e.g.Sleeps() {
		return
	}
	beyond := map[int][]time.Duration{} // by node
	for i, x := range e.hi {
		id := petri.EventID(i)
		if n := e.g.Origin(id).Node; e.g.Wakes(id) && !e.g.Net.Scenario.Nodes[n].Uptime.Awake(x) {
			beyond[n] = append(beyond[n], x)
		}
	}
	for i := range e.hi {
		id := petri.EventID(i)
		if e.g.Origin(id).Kind != petri.Fire {
			continue
		}
		_, start := LastCause(e.g, id, e.hi)
		during := func(x time.Duration) bool { return start <= x && x <= e.hi[i] }
		if slices.ContainsFunc(beyond[e.g.Origin(id).Node], during) {
			for _, p := range e.g.Causes(id) {
				late[p] = min(late[p], e.hi[p])
			}
		}
	}
}
