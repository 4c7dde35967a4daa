package verify

import (
	"slices"
	"time"

	"adagio/dsl/model"
)

// AnyDurations is a scenario in which every transition and every pause may last anything
// up to a limit, but no less than a nanosecond where the model has it last some time: what
// lasts no time is not seen. What is proved of it does not depend on how long these last.
func AnyDurations(s *model.Scenario, limit time.Duration) *model.Scenario {
	out := *s
	out.Components = slices.Clone(s.Components)
	for c := range out.Components {
		durations := make([]model.Delay, len(out.Components[c].Durations))
		for i := range durations {
			durations[i] = anything(out.Components[c].Durations[i], limit)
		}
		out.Components[c].Durations = durations
	}
	out.Nodes = slices.Clone(s.Nodes)
	for n := range out.Nodes {
		program := slices.Clone(out.Nodes[n].Program)
		for i := range program {
			if program[i].Op == model.Pause {
				program[i].Duration = anything(program[i].Duration, limit)
			}
		}
		out.Nodes[n].Program = program
	}
	return &out
}

func anything(d model.Delay, limit time.Duration) model.Delay {
	return model.Interval(min(d.Lo, time.Nanosecond), limit)
}
