package montecarlo

import (
	"math/rand/v2"
	"testing"
	"time"

	"adagio/analysis"
	"adagio/analysis/analysistest"
	"adagio/analysis/simulate"
	"adagio/dsl"
	"adagio/dsl/model"
	"adagio/petri"
	"adagio/proofs/gen"
)

// TestCriticalityIsTrue: with constant delays a transition is on a critical path
// if, and only if, the makespan becomes longer when it takes a nanosecond more.
// Where any of several providers suffices, it is at least on one if the makespan
// becomes longer. Random scenarios without races are tried whose delays are
// distinct primes: where two ends coincide a nanosecond can change what the others
// get to see, and with it the whole rest of the run.
func TestCriticalityIsTrue(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 5))
	tried, critical, slack := 0, 0, 0
	for range 300 {
		s := gen.Random(r, gen.Options{Profiles: []model.ProfileKind{model.Ideal}, Constant: true, Benign: true})
		b, err := analysis.Analyse(s, analysis.Options{})
		if err != nil || b.Cover != nil || len(b.Runs) != 1 || len(b.Races) > 0 || b.Deadlock != nil {
			continue
		}
		longer := makespan(t, s)
		on := sample(t, s, Options{N: 1, Bounds: b}).Criticality
		if on.Explained != 1 {
			t.Fatalf("not explained:\n%s", gen.Text(s))
		}
		tried++
		for _, k := range on.Transitions {
			changed := *s
			changed.Components = append([]model.Component(nil), s.Components...)
			c := &changed.Components[k.Component]
			c.Durations = append([]model.Delay(nil), c.Durations...)
			c.Durations[k.Transition] = model.Constant(c.Durations[k.Transition].Lo + 1)
			matters := makespan(t, &changed) > longer
			if matters {
				critical++
			} else {
				slack++
			}
			if matters && k.Count == 0 || !matters && k.Count == 1 && !choices(b) {
				t.Fatalf("%s.%s: critical %v, but a nanosecond matters %v\n%s", s.Components[k.Component].Name, s.TypeOf(k.Component).Transitions[k.Transition].Name, k.Count == 1, matters, gen.Text(s))
			}
		}
	}
	t.Logf("%d scenarios, %d critical transitions, %d with slack", tried, critical, slack)
	if tried < 100 || critical < 100 || slack < 100 {
		t.Error("too few")
	}
}

func makespan(t *testing.T, s *model.Scenario) time.Duration {
	trace, err := simulate.Run(s, simulate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return trace.Makespan
}

// choices says whether any of several things suffices somewhere in a plan.
func choices(b *analysis.Result) bool {
	g := b.Runs[0].Graph
	for e := range g.Transition {
		n := 0
		g.Alternatives(petri.EventID(e), func([]petri.EventID) bool { n++; return true })
		if n > 1 {
			return true
		}
	}
	return false
}

// TestCriticalityOfAJoin: of two transitions that run beside each other the
// longer is critical, in the share of the replications that a computation by
// hand gives.
func TestCriticalityOfAJoin(t *testing.T) {
	s, b := join(t)
	r := sample(t, s, Options{N: 20_000, Bounds: b})
	// P(slow > fast) = 3/4; last is the longest only if both are below 10 ms.
	for i, want := range []struct {
		transition int
		share      float64
	}{{1, 0.75}, {0, 0.25}, {2, 0.00005}} {
		k := r.Criticality.Transitions[i]
		if k.Transition != want.transition || k.Share < want.share-0.01 || k.Share > want.share+0.01 {
			t.Errorf("%+v, want %+v", k, want)
		}
	}
}

// TestEveryRunIsExplained: the event graph explains every replication of the
// published cases.
func TestEveryRunIsExplained(t *testing.T) {
	for _, plan := range []string{"deploy", "update"} {
		for file, sites := range map[string]int{"cps.ballet": 5, "openstack.ballet": 1} {
			s, b := load(t, dsl.Options{Files: []string{file}, Plan: plan, Set: map[string]int{"sites": sites}})
			r := sample(t, s, Options{N: 40, Bounds: b})
			if r.Criticality.Explained != 40 || r.Criticality.Transitions[0].Share != 1 || r.Comparison.Outside > 0 {
				t.Errorf("%s %s: %+v", file, plan, r.Criticality)
			}
		}
	}
}

// TestEveryRandomRunIsExplained: with the executor ideal and delays that vary, one
// of the orders of the races explains every replication of random scenarios.
func TestEveryRandomRunIsExplained(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 6))
	completed, racy := 0, 0
	for range 100 {
		s := gen.Random(r, gen.Options{Profiles: []model.ProfileKind{model.Ideal}})
		b, err := analysis.Analyse(s, analysis.Options{})
		if err != nil || len(b.Runs) > MaxOrders || b.Runs[0].Graph.Covered() {
			continue
		}
		if len(b.Runs) > 1 {
			racy++
		}
		got := sample(t, s, Options{N: 8, Bounds: b})
		if got.Criticality.Explained != got.Completed || got.Comparison.Outside > 0 && len(b.Hazards) == 0 {
			t.Errorf("%d of %d are explained, %d outside\n%s", got.Criticality.Explained, got.Completed, got.Comparison.Outside, gen.Text(s))
		}
		completed += got.Completed
	}
	t.Logf("%d replications, %d scenarios with races", completed, racy)
	if completed < 100 || racy == 0 {
		t.Error("too few")
	}
}

// join is a plan of three transitions that end at one place.
func join(t testing.TB) (*model.Scenario, *analysis.Result) {
	t.Helper()
	s, _, problems := dsl.Load(dsl.Options{Sources: []dsl.Source{{Name: "join.ballet", Text: []byte(`
component Join {
  places off, on
  initial off
  behavior go {
    fast: off -> on for uniform(0s, 1s)
    slow: off -> on for uniform(0s, 2s)
    last: off -> on for 10ms
  }
}
assembly join { node n { x: Join } }
plan go of join {
  from { x: off }
  on n { push x go; wait x }
}
network ideal { executor ideal }
`)}}})
	if s == nil {
		t.Fatal(problems)
	}
	b := analysistest.Bounds(t, s)
	return s, b
}
