package calibrate

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"adagio/analysis/analysistest"
	"adagio/analysis/measure"
	"adagio/dsl"
	"adagio/dsl/dsltest"
)

// published reads the published runs of one size, and calibrates from them.
func published(t testing.TB, name string, sites int, opts Options) ([]measure.Run, *Result) {
	t.Helper()
	runs, problems, err := measure.Read([]string{filepath.Join(dsltest.Data(t), "measured", fmt.Sprintf("%s-%d-sites.csv.gz", name, sites))}, measure.Options{})
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	r, err := Calibrate(runs, &measure.Models{Options: dsl.Options{Files: []string{"../../testdata/" + name + ".ballet"}}}, opts)
	if err != nil || len(r.LeftOut) > 0 {
		t.Fatal(err, r.LeftOut)
	}
	return runs, r
}

// TestPredict calibrates from the runs of one site and bounds those of one and
// of five: all must be inside.
//
//	go test -run Predict -v ./analysis/calibrate
func TestPredict(t *testing.T) {
	t.Log("| case | durations | from | bounded | plan | inside | mean width | mean error of the middle | greatest |")
	for _, name := range []string{"openstack", "cps"} {
		for _, choice := range []Choice{Constant, Interval, Tolerance, Fit, Nominal} {
			if name == "cps" && choice != Nominal && choice != Interval {
				continue
			}
			_, r := published(t, name, 1, Options{Durations: choice})
			file := filepath.Join(t.TempDir(), "calibrated.ballet")
			if err := os.WriteFile(file, r.Ballet(), 0o666); err != nil {
				t.Fatal(err)
			}
			for _, sites := range []int{1, 5} {
				runs, _ := published(t, name, sites, Options{})
				for _, plan := range []string{"deploy", "update"} {
					opts := dsl.Options{Files: []string{"../../testdata/" + name + ".ballet"}, Plan: plan, Set: map[string]int{"sites": sites}, Network: file}
					if choice != Nominal {
						opts.Timings = []string{file}
					}
					s := dsltest.Load(t, opts)
					b := analysistest.Bounds(t, s)
					n, inside, width, total, worst := 0.0, 0, 0.0, 0.0, 0.0
					for i := range runs {
						if runs[i].Operation != plan {
							continue
						}
						m := runs[i].Makespan()
						if b.Makespan.Lower <= m && m <= b.Makespan.Upper {
							inside++
						}
						e := math.Abs((b.Makespan.Middle() - m).Seconds()) / m.Seconds()
						n, width, total, worst = n+1, width+b.Makespan.Width().Seconds()/m.Seconds(), total+e, max(worst, e)
					}
					if inside < int(n) || n < 10 || total/n > 0.01 || name == "openstack" && total/n > 0.004 {
						t.Errorf("%s, %d sites, %s, %s: %d of %.0f inside, mean error %.2f %%", name, sites, plan, choice, inside, n, 100*total/n)
					}
					t.Logf("| %s | %s | 1 | %d | %s | %d of %.0f | %.2f %% | %.2f %% | %.2f %% |", name, choice, sites, plan, inside, n, 100*width/n, 100*total/n, 100*worst)
				}
			}
		}
	}
}
