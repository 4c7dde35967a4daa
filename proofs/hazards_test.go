package proofs

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"

	"adagio/analysis"
	"adagio/analysis/simulate"
	"adagio/dsl"
	"adagio/dsl/dsltest"
	"adagio/dsl/model"
	"adagio/proofs/gen"
)

// # Hazards
//
// Statement. Strict bounds hold for executions in which hazards strike, too: in which waits
// see what lasts no time in the model (SEMANTICS.md, rule 3.7). A plan that does not end then
// had been reported.
//
// Hypotheses. A valid scenario with hazards that is not refused; executors ideal, push and
// ballet, as with a broker no hazard strikes in the simulator.
//
// Reference. petri/cover/README.md.
func TestHazards(t *testing.T) {
	for name, options := range map[string]gen.Options{
		"ideal": {Profiles: []model.ProfileKind{model.Ideal}}, "push": {Profiles: []model.ProfileKind{model.Pushing}},
		"ballet": {Profiles: []model.ProfileKind{model.Polling}}, "ideal, asleep": asleep(model.Ideal), "push, asleep": asleep(model.Pushing),
	} {
		t.Run(name, func(t *testing.T) {
			scenarios, struck, beyond := 0, 0, 0
			for seed := *hazardsFirst; seed < *hazardsFirst+*hazardsFlag; seed++ {
				s := gen.Random(rand.New(rand.NewPCG(uint64(seed), 11)), options)
				plain, err := analysis.Analyse(s, analysis.Options{})
				if err != nil || len(plain.Hazards) == 0 {
					continue
				}
				strict, err := analysis.Analyse(s, analysis.Options{Strict: true})
				if err != nil || !strict.Strict {
					continue
				}
				scenarios++
				for i := range 20 {
					trace, err := simulate.Run(s, simulate.Options{Seed: 1, Index: uint64(i), Hits: 0.3})
					if err != nil {
						t.Fatal(err)
					}
					if trace.Hits == 0 {
						continue
					}
					struck++
					if why := beyondNodes(strict, trace); why != "" {
						t.Fatalf("seed %d, replication %d: %s\n%s", seed, i, why, gen.Text(s))
					}
					if beyondNodes(plain, trace) != "" {
						beyond++
					}
				}
			}
			t.Logf("%d scenarios with hazards; they struck in %d executions, of which %d leave the bounds without hazards", scenarios, struck, beyond)
			if 20*scenarios < *hazardsFlag || struck < scenarios || 50*beyond < struck {
				t.Error("too few scenarios have hazards, or too few hazards strike")
			}
		})
	}
}

// The published plan, in which hazards strike far more often than in reality.
func TestHazardsOfOpenStack(t *testing.T) {
	s := dsltest.Load(t, dsl.Options{Files: []string{"../testdata/openstack.ballet"}, Set: map[string]int{"sites": 3}})
	plain, err := analysis.Analyse(s, analysis.Options{})
	if err != nil {
		t.Fatal(err)
	}
	strict, err := analysis.Analyse(s, analysis.Options{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	beyond := 0
	for i := range 40 {
		trace, err := simulate.Run(s, simulate.Options{Seed: 3, Index: uint64(i), Hits: 0.1})
		if err != nil {
			t.Fatal(err)
		}
		if why := beyondNodes(strict, trace); why != "" {
			t.Fatalf("replication %d: %s", i, why)
		}
		if beyondNodes(plain, trace) != "" {
			beyond++
		}
	}
	t.Logf("strict %v, without hazards %v; in %d of 40 executions a node leaves the latter", strict.Makespan, plain.Makespan, beyond)
	if beyond < 10 {
		t.Error("hardly any node leaves the bounds without hazards: none strikes")
	}
}

// beyondNodes says how an execution leaves the bounds of the nodes' programs, or
// nothing.
func beyondNodes(r *analysis.Result, trace *simulate.Trace) string {
	if trace.Outcome != simulate.Completed {
		if r.Deadlock == nil {
			return "it does not end, which had not been reported"
		}
		return ""
	}
	if r.Deadlock != nil && !r.Deadlock.Possible {
		return "it ends, which had been excluded"
	}
	if !r.Bounded() {
		return ""
	}
	for n, node := range trace.Nodes {
		if b := r.Nodes[n].End; node.End < b.Lower || node.End > b.Upper {
			return fmt.Sprintf("node %s ends at %v, outside of %v", r.Scenario.Nodes[n].Name, node.End, b)
		}
	}
	return ""
}

// A long run: go test ./proofs -run TestHazards -hazards 20000 -timeout 0 -v
var (
	hazardsFlag  = flag.Int("hazards", 200, "how many random scenarios TestHazards tries")
	hazardsFirst = flag.Int("hazards.first", 0, "the first of their seeds")
)
