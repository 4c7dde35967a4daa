package montecarlo

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"adagio/analysis"
	"adagio/dsl"
	"adagio/dsl/model"
	"adagio/proofs/gen"
)

// graphable analyses a scenario, and says whether the graph can sample it.
func graphable(s *model.Scenario) (*analysis.Result, bool) {
	b, err := analysis.Analyse(s, analysis.Options{})
	if err != nil {
		return nil, false
	}
	engine, _, _ := Options{Bounds: b}.choose(s)
	return b, engine == Graph
}

// samples are the makespans of an experiment.
func samples(t *testing.T, s *model.Scenario, opts Options) (*Result, []time.Duration) {
	t.Helper()
	var list []time.Duration
	opts.Visit = func(r Replication) error {
		list = append(list, r.Makespan)
		return nil
	}
	return sample(t, s, opts), list
}

// TestEnginesAgreeOnDates: with constant delays both engines have the same makespan and the
// same date of quiescence, to the nanosecond, and the same critical transitions.
func TestEnginesAgreeOnDates(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 7))
	tried, critical := 0, 0
	for i := range 500 {
		s := gen.Random(r, gen.Options{Profiles: []model.ProfileKind{model.Ideal}, Constant: true, Ties: i%2 == 0, Benign: i%4 > 0})
		b, ok := graphable(s)
		if !ok {
			continue
		}
		tried++
		want := sample(t, s, Options{N: 1, Bounds: b, Engine: Executor})
		got := sample(t, s, Options{N: 1, Bounds: b, Engine: Graph})
		if got.Mean != want.Mean || got.Completed != want.Completed || got.Comparison.Outside > 0 {
			t.Fatalf("%v and %v\n%s", got.Mean, want.Mean, gen.Text(s))
		}
		if !slices.Equal(got.Criticality.Transitions, want.Criticality.Transitions) {
			t.Fatalf("critical %v and %v\n%s", got.Criticality.Transitions, want.Criticality.Transitions, gen.Text(s))
		}
		for _, k := range got.Criticality.Transitions {
			critical += k.Count
		}
	}
	t.Logf("%d scenarios, %d critical transitions", tried, critical)
	if tried < 200 || critical < 300 {
		t.Error("too few")
	}
}

// TestEnginesAgreeOnLaws: of random scenarios with delays that vary, and of one with every
// family of distributions, the makespans of both engines have one distribution (test of
// Kolmogorov and Smirnov), and a transition is critical as often.
func TestEnginesAgreeOnLaws(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 8))
	tried, varied := 0, 0
	for range 200 {
		s := gen.Random(r, gen.Options{Profiles: []model.ProfileKind{model.Ideal}})
		if b, ok := graphable(s); ok {
			tried++
			if sameLaw(t, s, b, 1_000) {
				varied++
			}
		}
	}
	t.Logf("%d scenarios, the makespans of %d vary", tried, varied)
	if tried < 60 || varied < 25 {
		t.Error("too few")
	}
	for range 2 {
		s := everyFamily(t, r)
		b, ok := graphable(s)
		if !ok || !sameLaw(t, s, b, 100_000) {
			t.Error("no distribution to compare")
		}
	}
}

// sameLaw compares n replications of each engine; it says whether the makespan varies.
func sameLaw(t *testing.T, s *model.Scenario, b *analysis.Result, n int) bool {
	t.Helper()
	want, xs := samples(t, s, Options{Seed: 1, N: n, Bounds: b, Engine: Executor})
	got, ys := samples(t, s, Options{Seed: 2, N: n, Bounds: b, Engine: Graph})
	// What is exceeded by chance in one of a million comparisons.
	limit := math.Sqrt(-math.Log(1e-6/2)/2) * math.Sqrt(2/float64(n))
	if d := distance(xs, ys); d > limit {
		t.Fatalf("distance %v, more than %v; mean %v and %v\n%s", d, limit, want.Mean, got.Mean, gen.Text(s))
	}
	// The mean tells of tails, which that distance hardly sees.
	if off := math.Abs(float64(got.Mean - want.Mean)); off > 1+5*math.Hypot(float64(want.SD), float64(got.SD))/math.Sqrt(float64(n)) {
		t.Fatalf("mean %v and %v, deviation %v and %v\n%s", want.Mean, got.Mean, want.SD, got.SD, gen.Text(s))
	}
	if want.Criticality.Explained == n && s.Network.Latency.IsConstant() {
		for _, k := range got.Criticality.Transitions {
			i := slices.IndexFunc(want.Criticality.Transitions, func(l CriticalTransition) bool {
				return l.Component == k.Component && l.Transition == k.Transition
			})
			if w := want.Criticality.Transitions[i]; math.Abs(w.Share-k.Share) > limit {
				t.Fatalf("%s: critical in %v and %v\n%s", s.TransitionName(k.Component, k.Transition), w.Share, k.Share, gen.Text(s))
			}
		}
	}
	return want.Min < want.Max
}

// distance is that of Kolmogorov and Smirnov between two samples of one size.
func distance(xs, ys []time.Duration) float64 {
	slices.Sort(xs)
	slices.Sort(ys)
	greatest, i, j := 0, 0, 0
	for i < len(xs) && j < len(ys) {
		x := min(xs[i], ys[j])
		for i < len(xs) && xs[i] == x {
			i++
		}
		for j < len(ys) && ys[j] == x {
			j++
		}
		greatest = max(greatest, i-j, j-i)
	}
	return float64(greatest) / float64(len(xs))
}

// everyFamily is a plan with starts, latencies and durations of every family, a join, and a
// port that any of two providers serves.
func everyFamily(t *testing.T, r *rand.Rand) *model.Scenario {
	t.Helper()
	s, _, problems := dsl.Load(dsl.Options{Sources: []dsl.Source{{Name: "families.ballet", Text: []byte(`
component Source {
  places off, ready, on
  initial off
  behavior go {
    a: off -> ready for 1s
    b: off -> ready for 1s
    c: ready -> on for 1s
  }
  provide data at on
}
component Sink {
  places off, ready, on
  initial off
  behavior go {
    a: off -> ready for 1s
    b: ready -> on for 1s
    c: ready -> on for 1s
  }
  use data at ready
}
assembly families {
  node left { x: Source }
  node right { y: Source }
  node last { z: Sink }
  connect x.data -> z.data
  connect y.data -> z.data
}
plan go of families {
  from { x: off; y: off; z: off }
  on left { push x go; wait x }
  on right { pause uniform(0s, 10ms); push y go; wait y }
  on last { push z go; wait z }
}
network ideal { latency 1ms .. 4ms; executor ideal { start 0s .. 20ms } }
`)}}})
	if s == nil {
		t.Fatal(problems)
	}
	families := []model.Delay{
		{Kind: model.Normal, Lo: 10 * ms, Hi: 90 * ms, A: 50 * ms, B: 20 * ms},
		{Kind: model.LogNormal, Lo: 0, Hi: time.Hour, A: 50 * ms, B: 40 * ms},
		{Kind: model.Exponential, Lo: 0, Hi: time.Hour, A: 50 * ms},
		{Kind: model.Triangular, Lo: 20 * ms, Hi: 100 * ms, A: 30 * ms},
		{Kind: model.Gamma, Lo: 0, Hi: time.Hour, A: 50 * ms, B: 60 * ms},
		{Kind: model.Uniform, Lo: 30 * ms, Hi: 70 * ms},
		{Kind: model.Range, Lo: 30 * ms, Hi: 80 * ms},
		model.EmpiricalOf([]time.Duration{20 * ms, 55 * ms, 55 * ms, 90 * ms}),
		model.Constant(50 * ms),
	}
	for c := range s.Components {
		order := r.Perm(len(families))
		for i := range s.Components[c].Durations {
			s.Components[c].Durations[i] = families[order[i]]
		}
	}
	return s
}

const ms = time.Millisecond

// TestEngineChoice: the graph samples what it has the law of, the executor all else.
func TestEngineChoice(t *testing.T) {
	s, b := join(t)
	if r := sample(t, s, Options{N: 10, Bounds: b}); r.Engine != Graph {
		t.Errorf("%v, because %s", r.Engine, r.Why)
	}
	if r := sample(t, s, Options{N: 10}); r.Engine != Executor {
		t.Errorf("%v without bounds", r.Engine)
	}
	s, b = cps(t)
	if r := sample(t, s, Options{N: 10, Bounds: b}); r.Engine != Executor || r.Why == "" {
		t.Errorf("%v", r.Engine)
	}
	_, err := Run(s, Options{N: 10, Bounds: b, Engine: Graph})
	if e, ok := errors.AsType[*EngineError](err); !ok || e.Reason == "" {
		t.Errorf("%v", err)
	}
}

// TestGraphDeterministic: the graph gives the same result to the last bit whatever the
// number of workers, and of replications beside each other.
func TestGraphDeterministic(t *testing.T) {
	s, b := join(t)
	opts := Options{Seed: 7, N: 50_000, Bounds: b, Workers: 1, Engine: Graph}
	want, xs := samples(t, s, opts)
	opts.Workers = 3
	got, ys := samples(t, s, opts)
	want.Scenario, got.Scenario = nil, nil
	if !slices.Equal(xs, ys) || got.Mean != want.Mean || got.SD != want.SD || !slices.Equal(got.Quantiles, want.Quantiles) ||
		!slices.Equal(got.Criticality.Transitions, want.Criticality.Transitions) {
		t.Errorf("%+v, want %+v", got, want)
	}
	opts.N = 777 // other chunks and batches
	if _, zs := samples(t, s, opts); !slices.Equal(zs, xs[:777]) {
		t.Error("a replication hangs on how many there are")
	}
}
