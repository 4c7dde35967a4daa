package proofs

import (
	"flag"
	"math/rand/v2"
	"testing"
	"time"

	"adagio/analysis"
	"adagio/analysis/simulate"
	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/unfold"
	"adagio/proofs/gen"
)

// # Costs of orders
//
// Statement. Where orders are covered, every execution in which the events of all races of a
// kind come in one order lies inside of what that order is said to come to. An order that is
// said to be impossible never happens.
//
// Hypotheses. None beyond a valid scenario that has bounds. Tried with races of places that
// are entered or left once; events at one date have no order.
//
// Reference. petri/cover/README.md, rule R5: an order drops options, as what has been found does.
func TestCosts(t *testing.T) {
	all, allNarrower := 0, 0
	for _, kind := range []model.ProfileKind{model.Ideal, model.Pushing, model.Brokered, model.Polling} {
		t.Run(kind.String(), func(t *testing.T) {
			groups, tried, narrower := 0, 0, 0
			for seed := *costsFirst; seed < *costsFirst+*costsFlag; seed++ {
				s := gen.Random(rand.New(rand.NewPCG(uint64(seed), 17)), gen.Options{Profiles: []model.ProfileKind{kind}, Racing: gen.Racing{Shared: true, Starts: true}})
				r, err := analysis.Analyse(s, analysis.Options{Limit: unfold.Limit{Orders: 1, Steps: 5_000_000}})
				if err != nil || r.Cover == nil || !r.Bounded() || len(r.Races) == 0 {
					continue
				}
				costed, _ := r.CostedRaces()
				for i := range 30 {
					trace, err := simulate.Run(s, simulate.Options{Seed: 5, Index: uint64(i), Sampler: []simulate.Sampler{simulate.Lo, simulate.Hi, simulate.Draw}[min(i, 2)]})
					if err != nil {
						t.Fatal(err)
					}
					if trace.Outcome != simulate.Completed {
						continue
					}
					for _, g := range costed {
						first, ok := cameFirst(trace, g)
						if !ok {
							continue
						}
						order := g.IfBFirst
						if first {
							order = g.IfAFirst
						}
						if order.Impossible || trace.Makespan < order.Makespan.Lower || trace.Makespan > order.Makespan.Upper {
							t.Fatalf("seed %d, replication %d: %q first: %v, and %q: the makespan is %v, not in %v\n%s", seed, i, g.Races[0].A, first, g.Races[0].B, trace.Makespan, order, gen.Text(s))
						}
						if tried++; *order.Makespan != r.Makespan {
							narrower++
						}
					}
				}
				groups += len(costed)
			}
			t.Logf("%d kinds of race; %d orders of executions, of which %d have bounds of their own", groups, tried, narrower)
			all, allNarrower = all+tried, allNarrower+narrower
		})
	}
	if all < *costsFlag/4 || 200*allNarrower < all {
		t.Error("too few orders are tried, or have bounds of their own")
	}
}

// cameFirst says whether the first events of all races of a group came before the others in
// an execution; ok is false if they did in some races only, or if that is not known.
func cameFirst(trace *simulate.Trace, g analysis.RaceGroup) (first, ok bool) {
	for i, race := range g.Races {
		a, b := moved(trace, race.OriginA), moved(trace, race.OriginB)
		if a == model.Never || b == model.Never || a == b || i > 0 && first != (a < b) {
			return false, false
		}
		first = a < b
	}
	return first, true
}

// moved is when a place was entered or left, if that happened once; otherwise never.
func moved(trace *simulate.Trace, o petri.Origin) time.Duration {
	at := time.Duration(model.Never)
	if o.Kind != petri.Enter && o.Kind != petri.Leave {
		return at
	}
	for _, m := range trace.Components[o.Component].Moves {
		if m.Place != o.Element || m.Entered != (o.Kind == petri.Enter) {
			continue
		}
		if at != model.Never {
			return model.Never
		}
		at = m.At
	}
	return at
}

// A long run: go test ./proofs -run TestCosts -costs 20000 -timeout 0 -v
var (
	costsFlag  = flag.Int("costs", 100, "how many random scenarios TestCosts tries")
	costsFirst = flag.Int("costs.first", 0, "the first of their seeds")
)
