package analysis

import (
	"math/rand/v2"
	"testing"

	"adagio/dsl/model"
	"adagio/petri/compile"
	"adagio/proofs/gen"
)

// TestConcerned: a rule that a scenario has nothing of makes no difference to its net.
func TestConcerned(t *testing.T) {
	all := model.Rules{Exits: true, Confirmations: true, DataStays: true, GroupsByMoves: true, DockSetsTogether: true, Fails: true}
	type count struct{ skipped, same, differ int }
	counts := map[string]*count{}
	for seed := range uint64(800) {
		twice, docks := seed%2 == 0, seed%3 == 0
		s := gen.Random(rand.New(rand.NewPCG(seed, 33)), gen.Options{Nodes: 2, Components: 3, Runtime: gen.Runtime{Rules: all, Twice: twice, DockSets: docks, WaitAlls: seed%5 == 0}})
		net, err := compile.Scenario(s)
		if err != nil {
			continue
		}
		for _, rule := range model.AllRules {
			without := *s
			on := rule.In(&without.Rules)
			if !rule.Defect || !*on || rule.Name == "exits" {
				continue
			}
			*on = false
			n := counts[rule.Name]
			if n == nil {
				n = &count{}
				counts[rule.Name] = n
			}
			other, err := compile.Scenario(&without)
			differs := err != nil || !other.Equal(net)
			switch {
			case !concerned(s, &without):
				n.skipped++
				if differs {
					t.Errorf("seed %d: without %q the net is another one", seed, rule.Name)
				}
			case differs:
				n.differ++
			default:
				n.same++
			}
		}
	}
	for name, n := range counts {
		t.Logf("%s: %+v", name, *n)
		if n.skipped < 20 || n.differ < 5 {
			t.Errorf("%s: %d plans are not concerned, and the nets of only %d differ", name, n.skipped, n.differ)
		}
	}
	if len(counts) != 3 {
		t.Errorf("%d rules, not 3", len(counts))
	}
}
