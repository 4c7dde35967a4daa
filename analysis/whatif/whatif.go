// Package whatif changes a scenario and analyses it again: what a plan would
// take with another duration, without a wait, with its instructions in another
// order; how much each delay costs; and which waits can be given up.
//
//	change, err := whatif.Parse("keystone.deploy = 40s")
//	after, err := whatif.Apply(scenario, change)
//	result, err := analysis.Analyse(after, analysis.Options{})
//
// Nothing here is computed by subtraction from a critical path. A duration that
// changes may bring another path to the fore, open or close a race, or change
// the order in which components meet; so every answer is the difference of two
// analyses, each of which covers every execution of its scenario.
//
//   - [Drags] sets each delay to zero in turn.
//   - [Sensitivity] finds the makespan as a function of one duration, exactly:
//     the event graph of a scenario in which that duration is an interval is the
//     graph for each value inside, provided it is the only one (function.go).
//   - [Advise] tries to remove each wait and to push earlier, and keeps what is
//     faster and adds no race, no deadlock and no other final state (advice.go).
package whatif

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"adagio/analysis"
	"adagio/dsl/model"
)

// Apply makes the changes one after another and returns the changed scenario;
// the given one stays as it is. It fails if a change names what does not exist, or
// if a program then uses a component that does not exist.
func Apply(s *model.Scenario, changes ...Change) (*model.Scenario, error) {
	out := clone(s)
	for _, c := range changes {
		if err := c.apply(out); err != nil {
			return nil, fmt.Errorf("what if %q: %w", c.text, err)
		}
	}
	return out, errors.Join(out.Validate(), Exist(out))
}

// Compare analyses a scenario with changes.
func Compare(s *model.Scenario, changes ...Change) (*analysis.Result, error) {
	after, err := Apply(s, changes...)
	if err != nil {
		return nil, err
	}
	return analysis.Analyse(after, analysis.Options{})
}

// clone copies what changes may change.
func clone(s *model.Scenario) *model.Scenario {
	out := *s
	out.Components = slices.Clone(s.Components)
	for i := range out.Components {
		out.Components[i].Durations = slices.Clone(s.Components[i].Durations)
	}
	out.Nodes = slices.Clone(s.Nodes)
	for i := range out.Nodes {
		out.Nodes[i].Program = slices.Clone(s.Nodes[i].Program)
	}
	out.Network.Routes = maps.Clone(s.Network.Routes)
	out.Network.ToBroker, out.Network.FromBroker = slices.Clone(s.Network.ToBroker), slices.Clone(s.Network.FromBroker)
	return &out
}
