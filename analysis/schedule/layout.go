package schedule

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"adagio/analysis"
	"adagio/dsl/model"
	"adagio/petri"
)

// layout is a schedule under construction.
type layout struct {
	*Schedule
	g        *petri.EventGraph
	record   model.Record[petri.EventID]
	deadlock *analysis.Deadlock // or nil
	critical map[petri.EventID]bool
	slack    map[petri.EventID]analysis.Margin

	programRow, componentRow []int
	ofProgram, ofComponent   [][]petri.EventID // by node, by component
	waits                    map[petri.EventID]synchronisation
}

// makeRows makes a row for each program, with the rows of the node's components
// after it.
func (l *layout) makeRows() {
	s := l.Scenario
	l.programRow, l.componentRow = make([]int, len(s.Nodes)), make([]int, len(s.Components))
	on := make([][]int, len(s.Nodes))
	for c, k := range s.Components {
		on[k.Node] = append(on[k.Node], c)
	}
	for n, node := range s.Nodes {
		l.programRow[n] = len(l.Rows)
		l.Rows = append(l.Rows, Row{Name: node.Name, Node: n, Component: -1})
		for _, c := range on[n] {
			l.componentRow[c] = len(l.Rows)
			l.Rows = append(l.Rows, Row{Name: s.Components[c].Name, Node: n, Component: c})
		}
	}
}

// gather sorts the events to the rows that they belong to.
func (l *layout) gather() {
	l.ofProgram, l.ofComponent = make([][]petri.EventID, len(l.Scenario.Nodes)), make([][]petri.EventID, len(l.Scenario.Components))
	for i := range l.g.Len() {
		e := petri.EventID(i)
		switch o := l.g.Origin(e); {
		case o.Carries():
		case o.OfProgram():
			l.ofProgram[o.Node] = append(l.ofProgram[o.Node], e)
		default:
			l.ofComponent[o.Component] = append(l.ofComponent[o.Component], e)
		}
	}
}

// row is where an event is shown.
func (l *layout) row(e petri.EventID) int {
	o := l.g.Origin(e)
	if o.Carries() || o.OfProgram() {
		return l.programRow[o.Node]
	}
	return l.componentRow[o.Component]
}

func (l *layout) date(e petri.EventID) time.Duration { return l.Execution.Dates[e] }

// ready is when the last of an event's causes was there.
func (l *layout) ready(e petri.EventID) time.Duration {
	if p := l.Execution.LastCause(e); p >= 0 {
		return l.date(p)
	}
	return 0
}

// bar makes the bar of what an event's own delay stands for.
func (l *layout) bar(kind Kind, e petri.EventID) Bar {
	b := Bar{Kind: kind, Start: l.ready(e), End: l.date(e), Text: l.text(e), Critical: l.critical[e], Component: -1, Element: -1}
	if slack, ok := l.slack[e]; ok {
		b.Slack = &slack
	}
	return b.at(*l.g.Origin(e).Pos)
}

// sleeping makes the bars of an event's own delay and of the sleep of its node after it.
func (l *layout) sleeping(kind Kind, e petri.EventID) (own, asleep Bar) {
	own, asleep = l.bar(kind, e), l.bar(Asleep, e)
	own.End -= l.asleep(e)
	asleep.Start = own.End
	return own, asleep
}

// asleep is how long an event waited for its node to wake up, after its own delay.
func (l *layout) asleep(e petri.EventID) time.Duration {
	end := petri.Latest
	if l.Execution.At == analysis.AtLower {
		end = petri.Earliest
	}
	if !l.g.Bracketed() || l.g.Covered() {
		return 0
	}
	return max(0, l.date(e)-l.ready(e)-end.Of(l.g.Delay(e)))
}

// text puts an event into words, without the node that the row names.
func (l *layout) text(e petri.EventID) string {
	step := l.Execution.Step(e)
	return strings.TrimPrefix(step.Text, l.Scenario.Nodes[step.Node].Name+" learns: ")
}

// at adds positions to a bar.
func (b Bar) at(positions ...model.Pos) Bar {
	b.Positions = slices.Clip(b.Positions)
	for _, p := range positions {
		if p.Line > 0 && !slices.Contains(b.Positions, p) {
			b.Positions = append(b.Positions, p)
		}
	}
	return b
}

// assignLanes sorts the bars and puts those that run at a time one above another;
// it returns the number of lanes. Every bar but a behaviour takes the first lane
// that is free.
func assignLanes(bars []Bar) int {
	slices.SortStableFunc(bars, func(a, b Bar) int { return cmp.Compare(a.Start, b.Start) })
	var free []time.Duration // when each lane is free
	for i := range bars {
		b := &bars[i]
		if b.Kind == Behaviour {
			continue
		}
		b.Lane = slices.IndexFunc(free, func(t time.Duration) bool { return t <= b.Start })
		if b.Lane < 0 {
			b.Lane = len(free)
			free = append(free, 0)
		}
		free[b.Lane] = b.End
	}
	return max(len(free), 1)
}

// path places the steps of the critical path that take time, or change row, in
// the rows. A fact is on its way to the row that waits for it.
func (l *layout) path() {
	steps := l.Execution.Path.Steps
	end := time.Duration(0)
	for _, step := range steps {
		end += step.Duration
	}
	row := -1
	for i := len(steps) - 1; i >= 0; i-- {
		e := steps[i].Event
		if row < 0 || !l.g.Carries(e) {
			row = l.row(e)
		}
		p := Segment{Row: row, Start: end - steps[i].Duration, End: end, Step: steps[i]}
		end = p.Start
		for _, b := range l.Rows[row].Bars {
			if b.Critical && b.Start <= p.Start && p.End <= b.End {
				p.Lane = b.Lane
			}
		}
		l.Path = append(l.Path, p)
	}
	slices.Reverse(l.Path)
}
