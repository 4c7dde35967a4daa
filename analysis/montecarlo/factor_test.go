package montecarlo

import (
	"fmt"
	"math"
	"testing"
	"time"

	"adagio/dsl"
	"adagio/dsl/model"
)

// inSequence is a plan of two transitions in sequence, with the given timings.
func inSequence(t *testing.T, timings string, blocks ...string) *model.Scenario {
	t.Helper()
	text := fmt.Sprintf("component A { places a, b, c; initial a; behavior go { x: a -> b; y: b -> c } }\nassembly s { node n { c: A } }\n"+
		"plan p of s { on n { add c; push c go; wait c } }\ntimings t { %s }\n", timings)
	s, _, list := dsl.Load(dsl.Options{Sources: []dsl.Source{{Name: "t.ballet", Text: []byte(text)}}, Network: "ideal", Timings: blocks})
	if list.HasErrors() {
		t.Fatalf("%v\n%s", list, text)
	}
	return s
}

// TestFactorOfEvenDelays: of two even durations in sequence of width w, which have a factor of
// share q, the variance is w²/12·(2 + 2q²), as both are where the factor is with
// probability q². Both engines agree, and the bounds are those of the supports.
func TestFactorOfEvenDelays(t *testing.T) {
	const n = 40_000
	for _, share := range []float64{0, 0.5, 0.8, 1} {
		s := inSequence(t, fmt.Sprintf("factor f = %v; A.go.x = uniform(1s, 2s) with f; A.go.y = uniform(3s, 4s) with f", share))
		b, ok := graphable(s)
		if !ok || b.Makespan.Lower != 4*time.Second || b.Makespan.Upper != 6*time.Second {
			t.Fatalf("share %v: bounds %v, graph %v", share, b.Makespan, ok)
		}
		want := math.Sqrt((2 + 2*share*share) / 12)
		for _, engine := range []Engine{Graph, Executor} {
			r, _ := samples(t, s, Options{Seed: 3, N: n, Bounds: b, Engine: engine})
			if math.Abs(r.SD.Seconds()-want) > 0.01 || math.Abs(r.Mean.Seconds()-5) > 0.02 {
				t.Errorf("share %v, %v: mean %v, deviation %v, want 5s and %.3f s", share, engine, r.Mean, r.SD, want)
			}
		}
	}
}

// TestFactorOfTwoBlocks: the same name in two blocks that are taken is one factor, in both
// engines, with the share of the last.
func TestFactorOfTwoBlocks(t *testing.T) {
	s := inSequence(t, "factor f = 0.1; A.go.x = uniform(1s, 2s) with f } timings u { factor f = 1; A.go.y = uniform(3s, 4s) with f", "t", "u")
	b, _ := graphable(s)
	for _, engine := range []Engine{Graph, Executor} {
		if r, _ := samples(t, s, Options{Seed: 3, N: 40_000, Bounds: b, Engine: engine}); math.Abs(r.SD.Seconds()-math.Sqrt(4.0/12)) > 0.01 {
			t.Errorf("%v: deviation %v", engine, r.SD)
		}
	}
}

// TestFactorOfRuns: lists of the same runs stay together as they are written, so that what one
// gains the other loses.
func TestFactorOfRuns(t *testing.T) {
	lists := "A.go.x = empirical(3s, 1s, 2s)%s; A.go.y = empirical(5s, 7s, 6s)%s"
	together := inSequence(t, "factor run = 1; "+fmt.Sprintf(lists, " with run", " with run"))
	alone := inSequence(t, fmt.Sprintf(lists, "", ""))
	for _, engine := range []Engine{Graph, Executor} {
		b, _ := graphable(together)
		if r, _ := samples(t, together, Options{Seed: 1, N: 500, Bounds: b, Engine: engine}); r.Min != 8*time.Second || r.Max != 8*time.Second {
			t.Errorf("%v: %v .. %v together", engine, r.Min, r.Max)
		}
		b, _ = graphable(alone)
		if r, _ := samples(t, alone, Options{Seed: 1, N: 500, Bounds: b, Engine: engine}); r.Min != 6*time.Second || r.Max != 10*time.Second {
			t.Errorf("%v: %v .. %v alone", engine, r.Min, r.Max)
		}
	}
}
