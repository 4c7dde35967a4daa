package petri_test

import (
	"errors"
	"fmt"
	"testing"

	"adagio/dsl/model"
	"adagio/petri"
	"adagio/proofs/nets"
)

func TestProvenanceOfGallery(t *testing.T) {
	nets.Gallery(t, "../testdata/gallery", func(t *testing.T, s *model.Scenario) {
		if err := unexplained(nets.Net(t, s)); err != nil {
			t.Error(err)
		}
	})
}

// unexplained returns what in a net does not say where it comes from: the fields
// of its origin that its kind calls for, and a position in the source.
func unexplained(net *petri.Net) error {
	var errs []error
	for p := range net.Places {
		if why := incomplete(net.Scenario, *net.Places[p].Origin); why != "" {
			errs = append(errs, fmt.Errorf("place %q: %s", net.PlaceName(petri.PlaceID(p)), why))
		}
	}
	for t := range net.Transitions {
		if why := incomplete(net.Scenario, *net.Transitions[t].Origin); why != "" {
			errs = append(errs, fmt.Errorf("transition %q: %s", net.TransitionName(petri.TransitionID(t)), why))
		}
	}
	return errors.Join(errs...)
}

func incomplete(s *model.Scenario, o petri.Origin) string {
	if *o.Pos == (model.Pos{}) {
		return "no position"
	}
	if o.Component >= 0 && s.Components[o.Component].Node != o.Node && o.Fact == (petri.Fact{}) && o.Instruction < 0 {
		return "the component is on another node"
	}
	switch o.Kind {
	case petri.ProgramStep, petri.WaitBegin, petri.PauseBegin:
		if o.Instruction < 0 {
			return "no instruction"
		}
	case petri.ComponentAdd, petri.LeaveTry, petri.Leave, petri.Enter, petri.Start, petri.Fire, petri.BehaviourEnd:
		if o.Component < 0 {
			return "no component"
		}
	case petri.BehaviourRun:
		if o.Component < 0 || o.Push < 0 || o.Instruction < 0 {
			return "no push"
		}
	case petri.Step, petri.Look:
		if o.Component < 0 && o.Instruction < 0 {
			return "nobody looks or steps"
		}
	case petri.Published, petri.Network:
		if o.Fact.Kind == petri.NoFact {
			return "no fact"
		}
	}
	return ""
}
