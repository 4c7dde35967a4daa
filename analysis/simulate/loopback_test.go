package simulate

import (
	"slices"
	"time"

	"adagio/dsl/conformance"
	"adagio/dsl/model"
)

// loopback is what the logs of a folder of cases tell of the machine that they were
// written on. It is taken from all cases together, never from the makespan of any,
// and not from phases in which the machine stalled.
type loopback struct {
	// overheads are what transitions lasted beyond their nominal durations.
	overheads []time.Duration
	// steps are from the last end of the transitions into a place to the next
	// start, or to the end of the behaviour, in components without use ports: nothing
	// is asked in between.
	steps []time.Duration
	// starts are the starts of the programs after the first of their phase, beyond
	// the delays that were meant.
	starts []time.Duration
	// slowed: busy loops were slowed in all of them.
	slowed bool
}

// observe takes the delays of a case.
func (l *loopback) observe(c *conformance.Case) {
	for _, run := range c.Runs {
		l.slowed = run.Slowed && (l.slowed || len(l.overheads) == 0)
		for k := range run.Phases {
			m, p := &run.Phases[k], &c.Phases[k]
			if m.Outcome != conformance.Completed {
				continue
			}
			if len(m.Starts) > 1 {
				for n, at := range m.Starts {
					l.starts = append(l.starts, max(0, at-p.Delays[n]))
				}
			}
			if m.Disturbed == "" {
				l.transitions(c.Begin(k, model.State{}), m)
			}
		}
	}
}

// transitions takes overheads and steps of a phase.
func (l *loopback) transitions(s *model.Scenario, m *conformance.Measured) {
	for c, firings := range m.Firings {
		t := s.TypeOf(c)
		uses := slices.ContainsFunc(t.Ports, func(p model.Port) bool { return p.Kind.IsUse() })
		for i, f := range firings {
			if f.End != model.Never {
				l.overheads = append(l.overheads, max(0, f.End-f.Start-s.Components[c].Durations[f.Of].Lo))
			}
			if uses {
				continue
			}
			src, behaviour, last := t.Transitions[f.Of].Src, t.Transitions[f.Of].Behaviour, time.Duration(-1)
			for _, before := range firings[:i] {
				if tr := t.Transitions[before.Of]; tr.Dst == src && tr.Behaviour == behaviour && before.End <= f.Start {
					last = max(last, before.End)
				}
			}
			provides := slices.ContainsFunc(t.Ports, func(p model.Port) bool {
				return slices.ContainsFunc(p.Bound, func(b model.Binding) bool {
					return b.Kind == model.ToPlace && b.Index == src || b.Kind == model.ToGroup && slices.Contains(t.Groups[b.Index].Places, src)
				})
			})
			again := slices.ContainsFunc(firings[:i], func(g conformance.Firing) bool { return g.Of == f.Of })
			if last >= 0 && !provides && !again {
				l.steps = append(l.steps, f.Start-last)
			}
		}
		for _, b := range m.Behaviours[c] {
			last := time.Duration(-1)
			for _, f := range firings {
				if f.Start >= b.Start && f.End <= b.End && f.End != model.Never {
					last = max(last, f.End)
				}
			}
			if !uses && last >= 0 && b.End != model.Never {
				l.steps = append(l.steps, b.End-last)
			}
		}
	}
}

// apply sets the profile of a scenario. Looks last what SEMANTICS.md, section 5,
// gives for loopback. In a run whose busy loop was slowed, each of its passes takes
// 5 ms more: that is a step more, and an end is noticed up to a pass later, unless
// that is in the delays already; and a node that is busy sleeps in each pass, so that
// it answers nearly at once.
func (l *loopback) apply(s *model.Scenario, slowed bool) {
	var steps, overheads []time.Duration
	profile := model.DefaultBallet()
	profile.Drift = model.Delay{}
	const pass = 5 * ms
	more := slowed && !l.slowed
	for _, d := range l.steps {
		if more {
			d += pass
		}
		steps = append(steps, d)
	}
	for _, d := range l.overheads {
		overheads = append(overheads, d)
		if more {
			overheads = append(overheads, d+pass)
		}
	}
	profile.Busy.Kind = model.Uniform // the paces of nodes: the machine is another one
	if slowed {
		profile.Busy = model.Interval(profile.Request.Lo, profile.Request.Hi+pass)
	}
	profile.Step, profile.Overhead = model.EmpiricalOf(steps), model.EmpiricalOf(overheads)
	s.Network.Profile = profile
}

// begin has the nodes start when they did, or, where that is not known, as the nodes
// of the other cases.
func (l *loopback) begin(s *model.Scenario, p *conformance.Phase, m *conformance.Measured) {
	m.SetStarts(s, p, 0)
	for n := range s.Nodes {
		if m.Starts[n] != model.Never {
			continue
		}
		var starts []time.Duration
		for _, d := range l.starts {
			starts = append(starts, p.Delays[n]+d)
		}
		s.Nodes[n].Start = model.EmpiricalOf(starts)
	}
}
