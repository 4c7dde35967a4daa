package analysis

import (
	"fmt"
	"slices"
	"time"

	"adagio/dsl/model"
	"adagio/petri"
)

// Step is one event of a critical path.
type Step struct {
	Event    petri.EventID
	Origin   petri.Origin
	Category petri.Category
	Node     int
	// Duration is the event's own delay; Total the date at which it occurs,
	// counted from the start of the path's node.
	Duration, Total time.Duration
	Text            string // in the user's words
	Behaviour       string // the behaviour of the component, or ""
	Component       string // or ""
	Position        model.Pos
}

// describe puts an event into the user's words.
func describe(g *petri.EventGraph, e petri.EventID) Step {
	o, sc := g.Origin(e), g.Net.Scenario
	s := Step{Event: e, Origin: *o, Node: o.Node, Position: *o.Pos, Category: o.Category(), Text: g.Text(e)}
	if g.Delay(e).Hi == 0 {
		s.Category = petri.Moment
	}
	if o.Component >= 0 {
		s.Component = sc.Components[o.Component].Name
		if o.Behaviour >= 0 {
			s.Behaviour = sc.TypeOf(o.Component).Behaviours[o.Behaviour].Name
		}
	}
	return s
}

// Path is a chain of events, each the one that its successor waited for: the
// reason for a duration.
type Path struct {
	Node   int           // whose program it ends, or whose component comes to rest
	Length time.Duration // of the program of Node from its own start, or the date of the last step
	Steps  []Step
	// Sums tells how much of Length goes to each category. What lies before the
	// start of Node, because another node started earlier, is taken off petri.Starting, and
	// where that does not suffice off Asleep.
	Sums map[petri.Category]time.Duration

	graph *petri.EventGraph // that it is a path of
	end   petri.End         // of all delays
}

// path follows the causes of a program's end back to the origin; start is the date
// that the program is counted from.
func (e *evaluation) path(n int, end petri.End, dates []time.Duration, start time.Duration) Path {
	return e.pathTo(e.g.Ends[n], n, end, dates, start)
}

// pathTo follows the causes of an event, which is of a node, back to the origin.
func (e *evaluation) pathTo(last petri.EventID, n int, end petri.End, dates []time.Duration, start time.Duration) Path {
	p := Path{Node: n, Length: dates[last] - start, Sums: map[petri.Category]time.Duration{}, graph: e.g, end: end}
	if e.g.Covered() && end == petri.Latest {
		p.addWitnesses(e.g.Witnesses(last), start)
		p.finish(start)
		return p
	}
	for at := last; at >= 0; {
		next, ready := LastCause(e.g, at, dates)
		p.add(at, dates[at]-ready, dates[at]-start, end.Of(e.g.Delay(at)))
		at = next
	}
	p.finish(start)
	return p
}

// addWitnesses adds the steps of a path to the latest date of an event where the orders of
// races are covered, with the alternative that each takes.
func (p *Path) addWitnesses(path []petri.Witness, start time.Duration) {
	for i, w := range path {
		ready := time.Duration(0)
		if i+1 < len(path) {
			ready = path[i+1].Date
		}
		p.add(w.Event, w.Date-ready, w.Date-start, w.Delay)
		s := &p.Steps[len(p.Steps)-1]
		switch {
		case w.Capped:
			s.Category, s.Duration, s.Total = petri.Moment, 0, w.Date-start
			s.Text += ", which is before " + p.graph.Text(w.After)
		case w.Chosen && w.Before >= 0:
			s.Text += ", if that is before " + p.graph.Text(w.Before)
		case w.Chosen && w.After >= 0:
			s.Text += ", if that is after " + p.graph.Text(w.After)
		}
	}
}

// add appends a step; steps are added from the last to the first. What an event
// takes beyond its delay it waits for its node to wake up.
func (p *Path) add(e petri.EventID, duration, total, delay time.Duration) {
	s := describe(p.graph, e)
	s.Duration, s.Total = duration, total
	if rest := duration - delay; p.graph.Bracketed() && rest > 0 {
		wait := s
		wait.Category, wait.Duration = petri.Asleep, rest
		wait.Text = fmt.Sprintf("%s sleeps", p.graph.Net.Scenario.Nodes[s.Node].Name)
		if p.graph.Covered() && !p.graph.Wakes(e) {
			wait.Category = petri.Undecided
			wait.Text = "the order of its races is open: " + s.Text
		}
		p.Steps = append(p.Steps, wait)
		p.Sums[wait.Category] += rest
		s.Duration, s.Total = s.Duration-rest, s.Total-rest
	}
	p.Steps = append(p.Steps, s)
	p.Sums[s.Category] += s.Duration
}

// finish puts the steps in order and takes off what lies before the start of the
// path's node.
func (p *Path) finish(start time.Duration) {
	asleep := min(p.Sums[petri.Asleep], max(0, start-p.Sums[petri.Starting]))
	p.Sums[petri.Asleep] -= asleep
	p.Sums[petri.Starting] -= start - asleep
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
	best := model.Never
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
