package schedule

import (
	"time"

	"adagio/analysis/simulate"
	"adagio/dsl/model"
)

// Simulated lays an execution of the simulator out: what programs and components did, and
// when they waited. Who waited for whom it does not know, nor a critical path. What says
// which execution it is, such as "every delay is at its least".
func Simulated(s *model.Scenario, t *simulate.Trace, what string) *Schedule {
	l := &layout{Schedule: &Schedule{Scenario: s, What: what}}
	l.makeRows()
	l.End = lastOf(t)
	if t.Outcome != simulate.Completed {
		l.End += max(l.End/10, time.Second)
	}
	bar := func(kind Kind, start, end time.Duration, text string) Bar {
		b := Bar{Kind: kind, Start: start, End: end, Text: text, Component: -1, Element: -1}
		if end == model.Never {
			b.End, b.Open = l.End, true
		}
		return b
	}
	for n, node := range t.Nodes {
		row := &l.Rows[l.programRow[n]]
		row.add(bar(Start, 0, node.Start, s.Nodes[n].Name+" starts"))
		for i, at := range node.Instructions {
			in := s.Nodes[n].Program[i]
			kind := Waiting
			if in.Op == model.Pause {
				kind = Pause
			}
			if at.Start != model.Never {
				row.add(bar(kind, at.Start, at.End, s.Text(in)).at(in.Pos))
			}
		}
	}
	for c := range t.Components {
		row, name := &l.Rows[l.componentRow[c]], s.Components[c].Name
		for _, run := range t.Components[c].Behaviours {
			behaviour := bar(Behaviour, run.Begin, run.End, s.TypeOf(c).Behaviours[run.Behaviour].Name)
			behaviour.Behaviour = behaviour.Text
			row.add(behaviour)
			idle := behaviour.Start // since when none of its transitions runs
			for _, f := range t.Components[c].Firings {
				b := bar(Transition, f.Start, f.End, s.TransitionName(c, f.Transition))
				if f.Start < behaviour.Start || f.Start >= behaviour.End || s.TypeOf(c).Transitions[f.Transition].Behaviour != run.Behaviour {
					continue
				}
				b.Behaviour, b.Component, b.Element = behaviour.Text, c, f.Transition
				row.add(bar(Waiting, idle, max(idle, b.Start), name+" waits"))
				row.add(b)
				idle = max(idle, b.End)
			}
			row.add(bar(Waiting, idle, max(idle, behaviour.End), name+" waits"))
		}
	}
	for i := range l.Rows {
		l.Rows[i].Lanes = assignLanes(l.Rows[i].Bars)
	}
	return l.Schedule
}

// lastOf is the last date of an execution at which something begins or ends.
func lastOf(t *simulate.Trace) (last time.Duration) {
	note := func(dates ...time.Duration) {
		for _, d := range dates {
			if d != model.Never {
				last = max(last, d)
			}
		}
	}
	for _, n := range t.Nodes {
		note(n.Start, n.End)
		for _, at := range n.Instructions {
			note(at.Start, at.End)
		}
	}
	for _, c := range t.Components {
		for _, b := range c.Behaviours {
			note(b.Begin, b.End)
		}
		for _, f := range c.Firings {
			note(f.Start, f.End)
		}
	}
	return last
}
