package unfold_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"adagio/dsl/model"
	"adagio/petri/compile"
	"adagio/petri/unfold"
	"adagio/proofs/gen"
)

// TestHazardsOfStuck: a plan that has one order and does not end has the hazards that an
// exploration finds, also where its end is decided without one.
func TestHazardsOfStuck(t *testing.T) {
	stuck, hazards := 0, 0
	for seed := range uint64(400) {
		s := gen.Random(rand.New(rand.NewPCG(seed, 23)), gen.Options{Profiles: []model.ProfileKind{model.Pushing}})
		net, err := compile.Scenario(s)
		if err != nil {
			continue
		}
		x, err := unfold.Explore(net, unfold.Limit{})
		if err != nil || len(x.Runs) > 1 || x.Runs[0].Graph.Complete {
			continue
		}
		stuck++
		again, _ := unfold.Stuck(net)
		if !slices.Equal(again.Hazards, x.Hazards) {
			t.Fatalf("seed %d: %v, not %v\n%s", seed, again.Hazards, x.Hazards, gen.Text(s))
		}
		hazards += len(x.Hazards)
	}
	if stuck < 20 || hazards < 5 {
		t.Errorf("only %d plans do not end, with %d hazards", stuck, hazards)
	}
}
