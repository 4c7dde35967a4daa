package proofs

import (
	"fmt"
	"slices"
	"testing"

	"adagio/analysis/simulate"
	"adagio/dsl/model"
	"adagio/proofs/gen"
)

// # What a plan leaves behind
//
// Statement. When all programs have ended and all components are idle, the places are
// those of [model.Scenario.Final], the data ports that stay active those
// of Provided, and the ports that refuse those of Remains, its open ones apart.
//
// Hypotheses. Semantics ballet; no two dock sets enter a place, and no group has ended
// while a place of it is active.
func TestStateAfter(t *testing.T) {
	refusing := 0
	for name, runtime := range map[string]gen.Runtime{"plain": {}, "runtime": gen.Everything} {
		scenarios := gen.Options{Profiles: []model.ProfileKind{model.Ideal, model.Polling}, Runtime: runtime}
		t.Run(name, func(t *testing.T) {
			checkEach(t, mostAnswered, gen.Scenario(scenarios), func(s *model.Scenario) (string, error) {
				why, n := leavesOther(s)
				refusing += n
				return why, nil
			})
		})
	}
	if t.Logf("%d ports refused", refusing); refusing == 0 && !t.Failed() {
		t.Error("no port refuses at the end of a plan")
	}
}

// leavesOther says how an execution of a scenario leaves another state than the model
// says, or nothing, and how many ports refuse then.
func leavesOther(s *model.Scenario) (why string, refuse int) {
	trace, err := simulate.Run(s, simulate.Options{Sampler: simulate.Lo, State: true})
	if err != nil {
		return err.Error(), 0
	}
	if s.Semantics != model.Ballet || trace.Quiescence == model.Never {
		return "", 0
	}
	active, _, err := s.Final()
	if err != nil {
		return "", 0 // two dock sets that fill together: where the order decides whether it ends
	}
	provided := s.Provided()
	remains := s.Remains()
	for c, past := range trace.State.Past {
		name := s.Components[c].Name
		if len(remains[c].Doubling) > 0 {
			continue
		}
		if !slices.Equal(trace.State.Active[c], active[c]) {
			return fmt.Sprintf("%s is at %v, not %v", name, trace.State.Active[c], active[c]), refuse
		}
		if s.Rules.DataStays && len(past.Ended) == 0 && !slices.Equal(past.Provided, provided[c]) {
			return fmt.Sprintf("%s provides %v, not %v", name, past.Provided, provided[c]), refuse
		}
		for p := range s.TypeOf(c).Ports {
			got, want := slices.Contains(past.Refusing, p), slices.Contains(remains[c].Refusing, p)
			if got {
				refuse++
			}
			if got != want && !slices.Contains(remains[c].Open, p) && len(past.Ended) == 0 {
				return fmt.Sprintf("%s refuses: %v, not %v", s.PortName(c, p), got, want), refuse
			}
		}
	}
	return "", refuse
}
