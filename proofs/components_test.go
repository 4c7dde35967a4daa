package proofs

import (
	"fmt"
	"slices"
	"testing"

	"adagio/dsl/model"
	"adagio/proofs/gen"

	"pgregory.net/rapid"
)

// # What components do by themselves
//
// Statement. TestAgreement and TestBalletInside hold under the rules of the runtime for
// components, whatever a component has kept of what happened before the plan, and
// where components are deleted and added again.
//
// Reference. SEMANTICS.md, section 7, 3 to 7.

// withComponentRules draws a scenario under the rules for components: some components
// have a past, and some are added again after they have been deleted.
func withComponentRules(opts gen.Options) *rapid.Generator[*model.Scenario] {
	opts.Semantics = []model.Semantics{model.Ballet}
	return rapid.Custom(func(t *rapid.T) *model.Scenario {
		s := gen.Scenario(opts).Draw(t, "scenario")
		all := model.RulesOf(model.Ballet, model.Ideal)
		s.Rules = model.Rules{DataStays: all.DataStays, GroupsByMoves: all.GroupsByMoves, DockSetsTogether: all.DockSetsTogether}
		some := func(n int, label string, of func(int) bool) (out []int) {
			for i := range n {
				if of(i) && rapid.IntRange(0, 4).Draw(t, label) == 0 {
					out = append(out, i)
				}
			}
			return out
		}
		for c := range s.Components {
			on, typ := &s.Components[c], s.TypeOf(c)
			if len(on.Active) == 0 || !rapid.Bool().Draw(t, "has a past") {
				continue
			}
			in := func(b model.Binding) bool {
				return b.Kind == model.ToPlace && slices.Contains(on.Active, b.Index) || b.Kind == model.ToGroup &&
					slices.ContainsFunc(typ.Groups[b.Index].Places, func(p int) bool { return slices.Contains(on.Active, p) })
			}
			on.Past = model.Past{
				Provided: some(len(typ.Ports), "provided", func(p int) bool {
					return typ.Ports[p].Kind == model.DataProvide && !slices.ContainsFunc(typ.Ports[p].Bound, in)
				}),
				Refusing: some(len(typ.Ports), "refusing", func(p int) bool { return typ.Ports[p].Kind == model.Provide }),
				Ended: some(len(typ.Groups), "ended", func(g int) bool { // groups of the same places end together
					return in(model.Binding{Kind: model.ToGroup, Index: g}) && !slices.ContainsFunc(typ.Groups, func(other model.Group) bool {
						return other.Name != typ.Groups[g].Name && slices.Equal(other.Places, typ.Groups[g].Places)
					})
				}),
				Doubled: some(len(typ.Places), "doubled", typ.HasDockSets),
			}
		}
		for n := range s.Nodes {
			program := &s.Nodes[n].Program
			for i := 0; i < len(*program); i++ {
				in := (*program)[i]
				if in.Op != model.Delete || !rapid.Bool().Draw(t, "added again") {
					continue
				}
				again := []model.Instruction{{Op: model.Add, Component: in.Component}}
				if b := len(s.TypeOf(in.Component).Behaviours); b > 0 {
					again = append(again, model.Instruction{Op: model.Push, Component: in.Component, Behaviour: rapid.IntRange(0, b-1).Draw(t, "behaviour")},
						model.Instruction{Op: model.Wait, Component: in.Component, Behaviour: -1})
				}
				for l, link := range s.Links {
					if (link.User == in.Component || link.Provider == in.Component) && rapid.Bool().Draw(t, "connected again") {
						again = slices.Insert(again, 1, model.Instruction{Op: model.Connect, Link: l})
					}
				}
				*program = slices.Insert(*program, i+1, again...)
			}
		}
		return s
	})
}

// TestAgreementOfComponents is TestAgreement under the rules for components.
func TestAgreementOfComponents(t *testing.T) {
	for _, ties := range []bool{false, true} {
		t.Run(fmt.Sprint("ties ", ties), func(t *testing.T) {
			checkEach(t, mostAnswered, withComponentRules(gen.Options{Profiles: []model.ProfileKind{model.Ideal}, Constant: true, Ties: ties}), disagreement)
		})
	}
}

// TestComponentsInside is TestBalletInside under the rules for components.
func TestComponentsInside(t *testing.T) {
	checkEach(t, mostAnswered, withComponentRules(gen.Options{Profiles: []model.ProfileKind{model.Polling}}), func(s *model.Scenario) (string, error) { return outside(s, 10) })
}
