package validate

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"adagio/analysis/measure"
	"adagio/analysis/measure/measuretest"
	"adagio/analysis/simulate"
	"adagio/dsl"
	"adagio/dsl/dsltest"

	"github.com/google/go-cmp/cmp"
)

const cps = "../../testdata/cps.ballet"

// simulated writes some executions of the cyber-physical system as Ballet's logs
// and reads them again.
func simulated(t *testing.T, runs int, plans ...string) ([]measure.Run, *measure.Models) {
	t.Helper()
	return struck(t, 0, runs, plans...)
}

// struck is simulated, with hazards striking with some probability.
func struck(t *testing.T, hits float64, runs int, plans ...string) ([]measure.Run, *measure.Models) {
	t.Helper()
	models := &measure.Models{Options: dsl.Options{Files: []string{cps}, Set: map[string]int{"sites": 2}}}
	dir := t.TempDir()
	for i := range runs {
		var ops []simulate.Operation
		for _, plan := range plans {
			opts := models.Options
			opts.Plan = plan
			s := dsltest.Load(t, opts)
			trace, err := simulate.Run(s, simulate.Options{Seed: 1, Index: uint64(i), Hits: hits})
			if err != nil {
				t.Fatal(err)
			}
			ops = append(ops, simulate.Operation{Name: plan, Scenario: s, Trace: trace})
		}
		if err := simulate.WriteBallet(filepath.Join(dir, fmt.Sprintf("run%d", i)), ops...); err != nil {
			t.Fatal(err)
		}
	}
	out, problems, err := measure.Read([]string{dir}, measure.Options{})
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	return out, models
}

// TestSimulated validates the model against its own simulator: everything is
// inside, whatever the durations are taken from.
func TestSimulated(t *testing.T) {
	runs, models := simulated(t, 6, "deploy", "update")
	for _, d := range []Durations{Own, Others, Nominal} {
		r := Validate(runs, Options{Durations: d, Resolve: models.For, Replications: 2})
		if len(r.Runs) != 12 || len(r.Groups) != 2 || len(r.Problems) > 0 || r.Total.Makespan.Count != 12 || r.Total.Ends.Count != 72 {
			t.Fatalf("%v: %d runs, %d groups, %d makespans, %d ends of nodes, problems %v", d, len(r.Runs), len(r.Groups), r.Total.Makespan.Count, r.Total.Ends.Count, r.Problems)
		}
		for _, x := range r.Runs {
			if x.Outside() && d != Others { // the range of five runs need not hold the sixth
				t.Errorf("%v: %v is outside: %v", d, x.Key, x.Parting)
			}
			if !x.Makespan.Inside() {
				t.Errorf("%v: makespan %v is outside of %v", d, x.Makespan.Measured, x.Makespan.Bound)
			}
		}
		for _, c := range r.Delays {
			if c.Early+c.Late > 0 && c.What != "transition" {
				t.Errorf("%v: of %d delays %q %d are too early and %d too late", d, c.Count, c.What, c.Early, c.Late)
			}
		}
	}
}

// TestEarlyReturns: where hazards strike the waits that return early are named, each a hazard
// of the plan, and strict bounds hold the run; where none strikes there is none.
func TestEarlyReturns(t *testing.T) {
	runs, models := struck(t, 0.5, 6, "update")
	r := Validate(runs, Options{Resolve: models.For, Replications: 2})
	h := r.Total.Hazards
	if h.Struck == 0 || h.HeldByStrict != h.Struck || h.Unasked > 0 || h.Count == 0 || !h.Known || h.LeastChance <= 0 || h.LeastChance >= h.GreatestChance {
		t.Errorf("%+v", h)
	}
	for _, x := range r.Runs {
		for _, e := range x.Early {
			if !e.Hazard || e.By <= slop || !strings.HasPrefix(e.Wait, "wait ") {
				t.Errorf("%+v", e)
			}
		}
		if (len(x.Early) > 0) != (x.Strict != nil) {
			t.Errorf("early returns %v, strict bounds %v", x.Early, x.Strict)
		}
	}
	runs, models = simulated(t, 6, "update")
	if h := Validate(runs, Options{Resolve: models.For, Replications: 2}).Total.Hazards; h.Struck > 0 || h.Count == 0 {
		t.Errorf("nothing strikes: %+v", h)
	}
}

// TestWorkers: the report does not depend on how many runs are compared at a
// time.
func TestWorkers(t *testing.T) {
	runs, models := simulated(t, 5, "update")
	one := Validate(runs, Options{Resolve: models.For, Replications: 2, Workers: 1})
	four := Validate(runs, Options{Resolve: models.For, Replications: 2, Workers: 4})
	if diff := cmp.Diff(one, four); diff != "" {
		t.Error(diff)
	}
}

// shift moves everything of a node from a date on.
func shift(n *measure.Node, from, by time.Duration) {
	move := func(at *time.Duration) {
		if *at >= from {
			*at += by
		}
	}
	move(&n.Start)
	move(&n.End)
	for i := range n.Items {
		move(&n.Items[i].Start)
		move(&n.Items[i].End)
	}
}

func item(t *testing.T, n *measure.Node, name string) *measure.Item {
	t.Helper()
	for i := range n.Items {
		if n.Items[i].Name == name {
			return &n.Items[i]
		}
	}
	t.Fatalf("node %s has no item %s", n.Name, name)
	return nil
}

// TestParting tampers with measurements, and tells what must be found.
func TestParting(t *testing.T) {
	tests := []struct {
		name      string
		durations Durations
		tamper    func(t *testing.T, r *measure.Run, node func(string) *measure.Node)
		want      []string
	}{
		{"a node starts late", Nominal, func(t *testing.T, r *measure.Run, node func(string) *measure.Node) {
			n := node("database")
			shift(n, n.Start, 3*time.Second)
		}, []string{"late start: node database starts", "at most 0.180 s"}},
		{"a transition takes long", Nominal, func(t *testing.T, r *measure.Run, node func(string) *measure.Node) {
			n := node("sensor0")
			shift(n, item(t, n, "run").End, 6*time.Second)
		}, []string{"transition: from its start to the end of sensor[0].run it takes 7."}},
		{"a wait returns early", Own, func(t *testing.T, r *measure.Run, node func(string) *measure.Node) {
			n := node("system")
			shift(n, item(t, n, "wait_1-database_True").End, -5*time.Second)
		}, []string{"early return of a wait: the end of \"wait database holding\" on system comes", "database.deploy"}},
		{"a fact is seen late", Own, func(t *testing.T, r *measure.Run, node func(string) *measure.Node) {
			n := node("system")
			shift(n, item(t, n, "wait_1-database_True").End, 5*time.Second)
		}, []string{"too late: the end of \"wait database holding\" on system comes"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			runs, models := simulated(t, 1, "update")
			r := &runs[0]
			test.tamper(t, r, func(name string) *measure.Node {
				for i := range r.Nodes {
					if r.Nodes[i].Name == name || strings.TrimSuffix(name, "0")+"[0]" == r.Nodes[i].Name {
						return &r.Nodes[i]
					}
				}
				t.Fatalf("no node %s", name)
				return nil
			})
			report := Validate(runs, Options{Durations: test.durations, Resolve: models.For, Replications: 1})
			if !report.Outside() || report.Runs[0].Parting == nil {
				t.Fatal("not found")
			}
			for _, want := range test.want {
				if got := report.Runs[0].Parting.Reason; !strings.Contains(got, want) {
					t.Errorf("the reason is %q, not %q", got, want)
				}
			}
		})
	}
}

// TestLateStarts: nodes that start late in every run are no surprise to the other
// runs, but for the one that starts latest.
func TestLateStarts(t *testing.T) {
	runs, models := simulated(t, 3, "deploy")
	for i := range runs {
		shift(&runs[i].Nodes[0], 0, 2*time.Second)
	}
	r := Validate(runs, Options{Durations: Others, Resolve: models.For, Replications: 1})
	for _, d := range r.Delays {
		if d.What == "start of the node" && (d.Count != 18 || d.Early+d.Late > 1) {
			t.Errorf("%+v", d)
		}
	}
}

// TestMissing: where a log is missing, the makespan is not known, and the rest is
// compared with what the model says of the node that is missing.
func TestMissing(t *testing.T) {
	runs, models := simulated(t, 1, "deploy")
	runs[0].Nodes = runs[0].Nodes[1:]
	report := Validate(runs, Options{Resolve: models.For, Replications: 1})
	x := &report.Runs[0]
	if x.Makespan != nil || len(x.Ends) != 5 || len(x.Lacking) != 1 || x.Outside() {
		t.Errorf("makespan %v, %d ends, lacking %v, parting %v", x.Makespan, len(x.Ends), x.Lacking, x.Parting)
	}
}

// TestNotCompared: what cannot be compared is left out with a reason.
func TestNotCompared(t *testing.T) {
	runs, models := simulated(t, 1, "deploy")
	if r := Validate(runs, Options{Durations: Others, Resolve: models.For, Replications: 1}); len(r.Runs) != 0 || !strings.Contains(fmt.Sprint(r.Problems), "no other run") {
		t.Error(r.Problems)
	}
	runs[0].Operation = "nothing"
	if r := Validate(runs, Options{Resolve: models.For, Replications: 1}); len(r.Runs) != 0 || !strings.Contains(fmt.Sprint(r.Problems), "nothing") {
		t.Error(r.Problems)
	}
}

// TestPublished validates the models of the repository against the published
// runs.
func TestPublished(t *testing.T) {
	runs, models := measuretest.Published(t, "../../testdata")
	resolve := func(r *measure.Run) (*measure.Mapping, error) { return models[r.Case].For(r) }
	for _, d := range []Durations{Own, Others, Nominal} {
		r := Validate(runs, Options{Durations: d, Resolve: resolve, Replications: 1})
		s := &r.Total
		t.Logf("%v: %d of %d makespans, %d of %d ends of nodes, %d of %d dates inside; mean width %.2f %%", d,
			s.Makespan.Inside, s.Makespan.Count, s.Ends.Inside, s.Ends.Count, s.Dates.Inside, s.Dates.Count, 100*s.Makespan.Width)
		if s.Makespan.Count < 80 || s.Makespan.Inside < s.Makespan.Count || len(r.Problems) > 0 {
			t.Errorf("%v: %d of %d makespans are inside, problems %v", d, s.Makespan.Inside, s.Makespan.Count, r.Problems)
		}
		if s.Dates.Inside*1000 < s.Dates.Count*995 || s.Ends.Inside < s.Ends.Count {
			t.Errorf("%v: %d of %d dates and %d of %d ends of nodes are inside", d, s.Dates.Inside, s.Dates.Count, s.Ends.Inside, s.Ends.Count)
		}
		if s.Makespan.Width > map[Durations]float64{Own: 0.034, Others: 0.041, Nominal: 0.050}[d] {
			t.Errorf("%v: the bounds have become wider: %.2f %%", d, 100*s.Makespan.Width)
		}
	}
}

// TestOrigin: dates count from any origin, be it after them, so that some or all
// lie below 0.
func TestOrigin(t *testing.T) {
	runs, models := simulated(t, 2, "deploy", "update")
	opts := Options{Resolve: models.For, Replications: 2}
	want := Validate(runs, opts)
	for _, by := range []time.Duration{-time.Millisecond, -20 * time.Second, -time.Hour, 500_000 * time.Hour} {
		for i := range runs {
			for n := range runs[i].Nodes {
				shift(&runs[i].Nodes[n], math.MinInt64, by)
			}
		}
		if diff := cmp.Diff(want, Validate(runs, opts)); diff != "" || want.Outside() {
			t.Errorf("everything %v later: %s", by, diff)
		}
	}
}

// TestNothingMeasured: where each run of a plan lacks a node nothing is known of
// the makespan, and that is no success; nor is a transition that is not compared
// passed over.
func TestNothingMeasured(t *testing.T) {
	runs, models := simulated(t, 2, "deploy", "update")
	for i := range runs {
		if runs[i].Operation == "update" {
			runs[i].Nodes = runs[i].Nodes[1:]
		}
	}
	r := Validate(runs, Options{Resolve: models.For, Replications: 2})
	if keys := r.Unmeasured(); r.Outside() || len(keys) != 1 || keys[0].Operation != "update" {
		t.Errorf("outside %v, unmeasured %v", r.Outside(), keys)
	}
	if r.Lacking() != 2 {
		t.Errorf("%d runs lack something", r.Lacking())
	}

	runs, models = simulated(t, 1, "deploy")
	n := &runs[0].Nodes[0]
	i := slices.IndexFunc(n.Items, func(it measure.Item) bool { return it.Kind == measure.Transition })
	name := n.Items[i].Element
	n.Items = append(n.Items, n.Items[i])
	r = Validate(runs, Options{Resolve: models.For, Replications: 2})
	if got := strings.Join(r.Runs[0].Lacking, "\n"); !strings.Contains(got, name+" is not compared: it was measured 2 times, and fires 1 times in the model") {
		t.Errorf("lacking: %s", got)
	}
}
