package validate

import (
	"fmt"
	"slices"
	"time"

	"adagio/analysis/calibrate"
	"adagio/dsl/model"
)

// with is the scenario of a run with durations of this or the other runs.
// Measured durations contain what the executor adds to a transition: the
// profile's overhead and drift are added to none but those that no run
// measured.
func (m *member) with(d Durations) (*model.Scenario, error) {
	s := *m.scenario
	s.Components = slices.Clone(s.Components)
	if len(m.run.Lasted) == 0 { // else they are what was asked for
		s.Network.Profile.Overhead, s.Network.Profile.Drift = model.Delay{}, model.Delay{}
	}
	sources := []*member{m}
	if d == Others {
		if sources = m.others(); len(sources) == 0 {
			return nil, fmt.Errorf("there is no other run of %v to take durations from", m.key)
		}
	}
	var common *model.Factor
	if d == Others {
		common = m.common(sources)
	}
	for c := range s.Components {
		s.Components[c].Durations = slices.Clone(s.Components[c].Durations)
		for t := range s.Components[c].Durations {
			s.Components[c].Durations[t] = m.duration(sources, c, t, common)
		}
	}
	s.Nodes = slices.Clone(s.Nodes)
	for n := range s.Nodes {
		s.Nodes[n].Start = m.starts(d, sources, n)
	}
	return &s, nil
}

// others are the other runs of the plan.
func (m *member) others() []*member {
	return slices.DeleteFunc(slices.Clone(m.members), func(o *member) bool { return o.run.ID == m.run.ID })
}

// otherStarts are the dates at which the nodes started in each of the other runs whose
// logs are complete, as far as they are taken from these: with durations of the others, and
// where the nodes do not sleep, which then start when they wake up.
func (m *member) otherStarts(d Durations) (starts [][]time.Duration) {
	if d != Others || m.scenario.Sleeps() {
		return nil
	}
	for _, o := range m.others() {
		if !o.complete() {
			continue
		}
		var of []time.Duration
		for _, at := range o.nodes {
			of = append(of, at.start)
		}
		starts = append(starts, of)
	}
	return starts
}

// starts is when a node starts: when it did, or as the model says, or as late as
// any node of the other runs where that is later.
func (m *member) starts(d Durations, sources []*member, n int) model.Delay {
	start := m.scenario.Nodes[n].Start
	if d == Own {
		if at := m.nodes[n]; at.end != absent {
			return model.Constant(at.start)
		}
		return start
	}
	latest := start.Hi
	for _, o := range sources {
		for _, at := range o.nodes {
			latest = max(latest, at.start)
		}
	}
	if latest == start.Hi {
		return start
	}
	return model.Interval(start.Lo, latest)
}

// lastedOf is what a transition lasted in a run.
func (o *observed) lastedOf(c, t int) (list []time.Duration) {
	if d, ok := o.asked[[2]int{c, t}]; ok {
		list = append(list, d)
	}
	for _, at := range o.firings[c][t] {
		list = append(list, max(0, at.length()))
	}
	return list
}

// common is the factor of the durations that each of some runs has, equally often: how far
// they vary together, or nil if that cannot be told from chance.
func (m *member) common(sources []*member) *model.Factor {
	var durations [][]float64
	for c := range m.scenario.Components {
		for t := range m.firings[c] {
			var means []float64
			for _, o := range sources {
				list := o.lastedOf(c, t)
				if len(list) == 0 || len(list) != len(sources[0].lastedOf(c, t)) {
					means = nil
					break
				}
				sum := time.Duration(0)
				for _, d := range list {
					sum += d
				}
				means = append(means, sum.Seconds()/float64(len(list)))
			}
			if means != nil {
				durations = append(durations, means)
			}
		}
	}
	if share := calibrate.Together(durations); share > 0 {
		return &model.Factor{Name: "run", Share: share}
	}
	return nil
}

// duration is the range of what a transition lasted in some runs; where none of
// them has it, what the model says. With the factor it is that of one run if all have it
// equally often.
func (m *member) duration(sources []*member, c, t int, common *model.Factor) model.Delay {
	var sample []time.Duration
	for _, o := range sources {
		list := o.lastedOf(c, t)
		if len(list) != len(sources[0].lastedOf(c, t)) {
			common = nil
		}
		sample = append(sample, list...)
	}
	switch {
	case len(sample) == 0 && len(m.run.Lasted) > 0:
		return m.scenario.Components[c].Durations[t]
	case len(sample) == 0:
		return m.scenario.Network.Profile.Lasts(m.scenario.Components[c].Durations[t])
	}
	out := model.EmpiricalOf(sample)
	out.Factor = common
	return out
}
