package calibrate

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"adagio/dsl/model"
)

// TestTogether: durations that have one cause in common have a factor of nearly all, and
// durations that have none mostly have no factor, or one that says little.
func TestTogether(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	table := func(common float64) (durations [][]float64) {
		cause := make([]float64, 9)
		for k := range cause {
			cause[k] = r.NormFloat64()
		}
		for range 12 {
			var d []float64
			for k := range cause {
				d = append(d, 100+5*(common*cause[k]+(1-common)*r.NormFloat64()))
			}
			durations = append(durations, d)
		}
		return durations
	}
	mean := func(common float64) float64 {
		sum := 0.0
		for range 100 {
			sum += Together(table(common)) / 100
		}
		return sum
	}
	none, some, all := mean(0), mean(0.6), mean(0.95)
	t.Logf("share of independent durations %.2f, of dependent ones %.2f and %.2f", none, some, all)
	if none > 0.35 || some < 0.7 || some > all || all < 0.85 {
		t.Error("not what they have in common")
	}
	for _, few := range [][][]float64{nil, {{1, 2, 3}}, {{1, 2}, {1, 2}}, {{1, 1, 1}, {2, 2, 2}}} {
		if got := Together(few); got != 0 {
			t.Errorf("%v: %v", few, got)
		}
	}
}

// TestFactorIsWritten: durations that each run has, equally often, get the factor, in the order
// of the runs; others get none.
func TestFactorIsWritten(t *testing.T) {
	r := &Result{Runs: 4, Options: Options{Durations: Empirical, Factor: "registry"}}
	k := transitionKey{"C", "go", "t"}
	for i, list := range [][]time.Duration{{4, 1, 3, 2}, {40, 10, 30, 20}, {7, 7, 1, 1, 3, 3, 2, 2}, {5, 1}} {
		var os []observation
		for j, d := range list {
			os = append(os, observation{run: j * max(4, len(list)) / len(list) * 4 / max(4, len(list)), lasted: d * time.Second})
		}
		k.transition = string(rune('a' + i))
		r.Durations = append(r.Durations, newDuration(k, "C", os, r.Options))
	}
	r.factor()
	if r.Factor == nil || r.Factor.Share < 0.8 || r.Common != 3 {
		t.Fatalf("%+v of %d", r.Factor, r.Common)
	}
	if d := r.Durations[0].Delay; d.String() != "empirical(4s, 1s, 3s, 2s) with registry" || d.At(0.3) != time.Second {
		t.Error(d)
	}
	if d := r.Durations[3].Delay; d.Factor != nil || d.String() != "empirical(1s, 5s)" {
		t.Error(d)
	}
	r.Profile = []Estimate{{Setting: "request"}}
	if text := string(r.Ballet()); !strings.Contains(text, "factor registry = ") || strings.Count(text, " with registry") != 3 {
		t.Error(text)
	}
	alone := &Result{Runs: 1, Options: r.Options, Durations: []Duration{{N: 1, Runs: 1, order: []observation{{}}, Delay: model.Constant(1)}}}
	if alone.factor(); alone.Factor != nil || len(alone.Notes) != 1 {
		t.Errorf("%+v", alone)
	}
}
