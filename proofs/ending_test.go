package proofs

import (
	"errors"
	"flag"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"adagio/analysis"
	"adagio/analysis/simulate"
	"adagio/dsl/model"
	"adagio/petri/unfold"
	"adagio/proofs/gen"
)

// # Plans that end have bounds
//
// Statement. Of the plans of which a simulated execution ends hardly any has no bound, and each
// execution is inside the bounds of those that have.
//
// Hypotheses. None; where nodes sleep that look at each other more are refused.
//
// Reference. petri/README.md, section 5, "No bound is given".
//
// A long run: go test ./proofs -run TestEndingBounded -ending 300 -timeout 0 -v
func TestEndingBounded(t *testing.T) {
	kinds := []model.ProfileKind{model.Ideal, model.Pushing, model.Brokered, model.Polling, model.Concertod}
	awake, asleepAsync, asleepLooking := &endings{}, &endings{}, &endings{}
	for _, kind := range kinds {
		for i := range 8 {
			o := gen.Options{Profiles: []model.ProfileKind{kind}}
			of := awake
			if i >= 4 {
				if o, of = asleep(kind), asleepAsync; kind == model.Polling {
					of = asleepLooking
				}
			} else if kind == model.Concertod {
				continue // for nodes that sleep
			}
			switch i % 4 {
			case 1:
				o.Ties = true
			case 2:
				o.Runtime = gen.Everything
			case 3:
				o.Nodes, o.Components = 8, 14
			}
			for seed := *endingFirst; seed < *endingFirst+*ending; seed++ {
				of.add(t, gen.Random(rand.New(rand.NewPCG(uint64(seed), 77)), o))
			}
		}
	}
	for _, c := range []struct {
		name  string
		of    *endings
		least int // percent with bounds
	}{{"awake", awake, 93}, {"asleep", asleepAsync, 90}, {"asleep, looking at each other", asleepLooking, 30}} {
		t.Logf("%s: of %d scenarios %d end, %d of them have no bound", c.name, c.of.drawn, c.of.ends, c.of.ends-c.of.bounded)
		for _, why := range slices.Sorted(maps.Keys(c.of.reasons)) {
			t.Logf("    %d: %s", c.of.reasons[why], why)
		}
		if 100*c.of.bounded < c.least*c.of.ends || 3*c.of.ends < c.of.drawn {
			t.Errorf("%s: too few end, or have bounds", c.name)
		}
	}
}

var (
	ending      = flag.Int("ending", 5, "how many random scenarios of each kind TestEndingBounded tries")
	endingFirst = flag.Int("ending.first", 0, "the first of their seeds")
)

// endings counts plans that end, and those of them that have bounds.
type endings struct {
	drawn, ends, bounded int
	reasons              map[string]int
}

func (c *endings) add(t *testing.T, s *model.Scenario) {
	c.drawn++
	r, refused := analysis.Analyse(s, analysis.Options{})
	ends := false
	for i := range 5 {
		trace, err := simulate.Run(s, simulate.Options{Seed: 1, Index: uint64(i)})
		if err != nil {
			t.Fatal(err)
		}
		if ends = ends || trace.Outcome == simulate.Completed; refused == nil {
			if why := traceOutside(s, r, trace); why != "" {
				t.Fatalf("execution %d: %s\n%s", i, why, gen.Text(s))
			}
		}
	}
	switch {
	case !ends:
		return
	case refused == nil && r.Bounded():
		c.bounded++
	default:
		why := "possible deadlock"
		if uncovered, ok := errors.AsType[*unfold.UncoveredError](refused); ok {
			why = uncovered.Reason
		} else if refused != nil {
			why = refused.Error()
		}
		if c.reasons == nil {
			c.reasons = map[string]int{}
		}
		c.reasons[why]++
	}
	c.ends++
}
