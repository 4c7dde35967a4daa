package component

import (
	"slices"
	"testing"

	"adagio/dsl/model"
)

// TestCacheTellsLooksApart has two components of one type that do the same, one of which
// uses a provider on another node: the looks that this takes are its own.
func TestCacheTellsLooksApart(t *testing.T) {
	typ := &model.Type{
		Name: "User", Places: []model.Named{{Name: "off"}, {Name: "on"}}, Running: 1, Behaviours: []model.Named{{Name: "go"}},
		Transitions: []model.Transition{{Name: "go", Src: 0, Dst: 1}},
		Ports:       []model.Port{{Name: "service", Kind: model.Use, Bound: []model.Binding{{Kind: model.ToPlace, Index: 1}}}},
	}
	var cache Cache
	var spaces []*Space
	for _, remote := range [][]int{{0}, {1}, {0}} {
		s, err := cache.Of(typ, Rules{GateStart: true}, []int{0}, model.Past{}, Course{}, []int{0}, remote)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(s.Remote, remote) {
			t.Errorf("a component with the looks %v has those of another: %v", remote, s.Remote)
		}
		spaces = append(spaces, s)
	}
	if spaces[0] != spaces[2] {
		t.Error("two components that do the same do not share their space")
	}
}
