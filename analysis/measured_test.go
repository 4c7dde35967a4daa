package analysis_test

import (
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"adagio/analysis"
	"adagio/dsl"
)

// TestMeasuredMakespans holds the bounds of OpenStack and CPS, with nominal
// durations and the documented defaults of the ballet profile, against every
// makespan measured on Grid'5000: all must be inside.
func TestMeasuredMakespans(t *testing.T) {
	file, err := os.Open(filepath.Join(dataFolder(t), "measured", "makespans.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	type key struct{ name, sites, plan string }
	results := map[key]*analysis.Result{}
	n, width, errors, worst := 0.0, 0.0, 0.0, 0.0
	for _, row := range rows[1:] {
		k := key{row[0], row[1], row[3]}
		if results[k] == nil {
			sites, err := strconv.Atoi(k.sites)
			if err != nil {
				t.Fatal(err)
			}
			s, _, problems := dsl.Load(dsl.Options{Files: []string{"../testdata/" + k.name + ".ballet"}, Plan: k.plan, Set: map[string]int{"sites": sites}, Network: "ballet"})
			if s == nil {
				t.Fatal(problems)
			}
			results[k] = bounds(t, s)
		}
		b := results[k].Makespan
		m, err := strconv.ParseFloat(row[4], 64)
		if err != nil {
			t.Fatal(err)
		}
		if results[k].Deadlock != nil || seconds(m) < b.Lower || seconds(m) > b.Upper {
			t.Errorf("%s %s sites, %s, run %s: %.2fs is outside of %v", k.name, k.sites, k.plan, row[2], m, b)
		}
		relative := math.Abs(b.Middle().Seconds()-m) / m
		n, width, errors, worst = n+1, width+b.Width().Seconds()/m, errors+relative, math.Max(worst, relative)
		t.Logf("%-9s %2s %-6s %s measured %7.2f lower %7.2f upper %7.2f middle %7.2f error %.2f%%",
			k.name, k.sites, k.plan, row[2], m, b.Lower.Seconds(), b.Upper.Seconds(), b.Middle().Seconds(), 100*relative)
	}
	t.Logf("%v makespans: mean width %.2f%%, error of the middle mean %.2f%%, greatest %.2f%%", n, 100*width/n, 100*errors/n, 100*worst)
	if n < 80 {
		t.Errorf("only %v makespans", n)
	}
}
