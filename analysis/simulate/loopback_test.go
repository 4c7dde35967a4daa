package simulate

import (
	"slices"
	"strings"
	"time"

	"adagio/dsl/model"
)

// loopback is what the logs of data/conformance tell of the machine that they
// were written on. It is taken from all cases together, never from the makespan
// of any.
type loopback struct {
	// overheads are what transitions lasted beyond their nominal durations.
	overheads []time.Duration
	// steps are from the last end of the transitions into a place to the next
	// start, in components without use ports: nothing is asked in between.
	steps []time.Duration
	// starts are the starts of the programs after the first of their phase.
	starts []time.Duration
}

// logged reads a measured [item, start, end]. The data repairs names that occur twice
// in a node by "-#2".
func logged(x []any) (kind, name string, start, end time.Duration) {
	kind, name, _ = strings.Cut(x[0].(string), "_")
	name, _, _ = strings.Cut(name, "-#")
	return kind, name, seconds(x[1]), seconds(x[2])
}

// observe takes the delays of a case.
func (l *loopback) observe(f *conformance) {
	for _, run := range f.Measured {
		for k, phase := range run.Phases {
			var starts []time.Duration
			for node, events := range phase.Events {
				l.transitions(f, events)
				first := model.MaxDelay
				for _, e := range events {
					_, _, start, _ := logged(e)
					first = min(first, start)
				}
				// A pause is not logged.
				if in := f.Scenario.Phases[k].Program[node]; len(in) > 0 && in[0][0] == "sleep" {
					first -= seconds(in[0][1])
				}
				starts = append(starts, first)
			}
			if len(starts) > 1 {
				earliest := slices.Min(starts)
				for _, at := range starts {
					l.starts = append(l.starts, at-earliest)
				}
			}
		}
	}
}

// transitions takes overheads and steps of a node in one phase.
func (l *loopback) transitions(f *conformance, events [][]any) {
	types := map[string]conformanceType{}
	for _, node := range f.Scenario.Nodes {
		for c, ty := range node.Components {
			types[c] = f.Scenario.Types[ty]
		}
	}
	for _, e := range events {
		kind, name, start, end := logged(e)
		if kind != "transition" {
			continue
		}
		c, t, _ := strings.Cut(name, ".")
		ty := types[c]
		l.overheads = append(l.overheads, max(0, end-start-seconds(ty.Transitions[t][3])))
		if uses(ty) {
			continue
		}
		if strings.Contains(e[0].(string), "-#") {
			continue // of a later behaviour
		}
		last := time.Duration(-1)
		for _, before := range events {
			kind, name, _, end := logged(before)
			if d, u, _ := strings.Cut(name, "."); kind == "transition" && d == c && end <= start &&
				ty.Transitions[u][1] == ty.Transitions[t][0] && ty.Transitions[u][2] == ty.Transitions[t][2] {
				last = max(last, end)
			}
		}
		if last >= 0 {
			l.steps = append(l.steps, start-last)
		}
	}
}

func uses(ty conformanceType) bool {
	for _, port := range ty.Ports {
		if string(port[0]) == `"use"` {
			return true
		}
	}
	return false
}

// apply sets the profile and the starts of a scenario. Looks last what
// SEMANTICS.md, section 5, gives for loopback. In a run whose busy loop was
// slowed, each of its passes takes 5 ms more: that is a step and a look more, and
// an end is noticed up to a pass later.
func (l *loopback) apply(s *model.Scenario, slowed bool) {
	var steps, overheads []time.Duration
	profile := model.DefaultBallet()
	profile.Drift = model.Delay{}
	const pass = 5 * ms
	for _, d := range l.steps {
		if slowed {
			d += pass
		}
		steps = append(steps, d)
	}
	for _, d := range l.overheads {
		overheads = append(overheads, d)
		if slowed {
			overheads = append(overheads, d+pass)
		}
	}
	if slowed {
		profile.Request = model.Interval(profile.Request.Lo+pass, profile.Request.Hi+pass)
		profile.Busy = model.Interval(profile.Busy.Lo+pass, profile.Busy.Hi+pass)
	}
	profile.Step, profile.Overhead = model.EmpiricalOf(steps), model.EmpiricalOf(overheads)
	s.Network.Profile = profile
	for n := range s.Nodes {
		s.Nodes[n].Start = model.EmpiricalOf(l.starts)
	}
}
