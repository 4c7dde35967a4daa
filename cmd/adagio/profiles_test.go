package main

import (
	"bytes"
	"fmt"
	"path/filepath"
	"testing"
	"text/tabwriter"
	"time"

	"adagio/analysis"
	"adagio/analysis/montecarlo"
	"adagio/dsl"
	"adagio/dsl/golden"
	"adagio/dsl/model"
	"adagio/petri"
)

// TestProfiles compares the executors on the platforms of testdata with the table
// that README.md shows, and demands their order: on every platform, facts arrive the
// sooner the fewer journeys they make, and a farther platform is slower.
func TestProfiles(t *testing.T) {
	root := filepath.Join("..", "..", "testdata")
	var table bytes.Buffer
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "plan\tplatform\texecutor\tbounds\tsimulated\tmean\tnetwork\texecutor's")
	for _, m := range []struct{ name, prefix string }{{"openstack", ""}, {"cps", "cps_"}} {
		nearer := map[string]time.Duration{}
		for _, platform := range []string{"cluster", "two_sites", "edge"} {
			faster := time.Duration(0)
			for _, executor := range []string{"ideal", "push", "broker", "ballet"} {
				s, _, problems := dsl.Load(dsl.Options{
					Files:   []string{filepath.Join(root, m.name+".ballet")},
					Network: filepath.Join(root, "platforms", m.prefix+platform+".ballet"), Executor: executor,
				})
				if s == nil {
					t.Fatal(problems)
				}
				mean, row := profileRow(t, s)
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", m.name, platform, executor, row)
				if mean < faster || mean < nearer[executor] {
					t.Errorf("%s on %s: executor %s takes %v, less than a faster one or than nearer by", m.name, platform, executor, mean)
				}
				faster, nearer[executor] = mean, mean
			}
		}
	}
	w.Flush()
	golden.Check(t, filepath.Join(root, "platforms", "profiles.txt"), table.Bytes())
}

// profileRow is the mean makespan of a scenario, and its bounds, what was
// simulated, and how much of the critical path to the upper bound facts travel and
// the executor takes its own time.
func profileRow(t *testing.T, s *model.Scenario) (mean time.Duration, row string) {
	r, refused := analysis.Analyse(s, analysis.Options{})
	x, err := montecarlo.Run(s, montecarlo.Options{N: 200, Seed: 1, Bounds: r})
	if err != nil {
		t.Fatal(err)
	}
	sec := func(d time.Duration) string { return fmt.Sprintf("%.1f", d.Seconds()) }
	simulated := fmt.Sprintf("%s .. %s\t%s", sec(x.Min), sec(x.Max), sec(x.Mean))
	if refused != nil {
		return x.Mean, "refused: races\t" + simulated + "\t-\t-"
	}
	if x.Min < r.Makespan.Lower || x.Max > r.Makespan.Upper {
		t.Errorf("simulated %v .. %v is outside of %v", x.Min, x.Max, r.Makespan)
	}
	path := r.Upper
	share := func(c petri.Category) string {
		return fmt.Sprintf("%.1f %%", 100*path.Sums[c].Seconds()/path.Length.Seconds())
	}
	return x.Mean, fmt.Sprintf("%s .. %s\t%s\t%s\t%s", sec(r.Makespan.Lower), sec(r.Makespan.Upper), simulated, share(petri.Transfer), share(petri.Executor))
}
