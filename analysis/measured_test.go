package analysis_test

import (
	"math"
	"testing"

	"adagio/analysis"
	"adagio/analysis/analysistest"
	"adagio/analysis/measure/measuretest"
	"adagio/dsl"
	"adagio/dsl/dsltest"
)

// TestMeasuredMakespans holds the bounds of OpenStack and CPS, with nominal
// durations and the documented defaults of the ballet profile, against every
// makespan measured on Grid'5000: all must be inside.
func TestMeasuredMakespans(t *testing.T) {
	runs, _ := measuretest.Published(t, "../testdata")
	type key struct {
		name  string
		sites int
		plan  string
	}
	results := map[key]*analysis.Result{}
	n, width, errors, worst := 0.0, 0.0, 0.0, 0.0
	for i := range runs {
		k := key{runs[i].Case, runs[i].Sites, runs[i].Operation}
		if results[k] == nil {
			s := dsltest.Load(t, dsl.Options{Files: []string{"../testdata/" + k.name + ".ballet"}, Plan: k.plan, Set: map[string]int{"sites": k.sites}, Network: "ballet"})
			results[k] = analysistest.Bounds(t, s)
		}
		b := results[k].Makespan
		if m := runs[i].Makespan(); results[k].Deadlock != nil || m < b.Lower || m > b.Upper {
			t.Errorf("%v: %v is outside of %v", &runs[i], m, b)
		}
		m := runs[i].Makespan().Seconds()
		relative := math.Abs(b.Middle().Seconds()-m) / m
		n, width, errors, worst = n+1, width+b.Width().Seconds()/m, errors+relative, math.Max(worst, relative)
		t.Logf("%-9s %2d %-6s %s measured %7.2f lower %7.2f upper %7.2f middle %7.2f error %.2f%%",
			k.name, k.sites, k.plan, runs[i].ID, m, b.Lower.Seconds(), b.Upper.Seconds(), b.Middle().Seconds(), 100*relative)
	}
	t.Logf("%v makespans: mean width %.2f%%, error of the middle mean %.2f%%, greatest %.2f%%", n, 100*width/n, 100*errors/n, 100*worst)
	if n < 80 {
		t.Errorf("only %v makespans", n)
	}
}
