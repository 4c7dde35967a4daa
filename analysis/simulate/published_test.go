package simulate

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"adagio/analysis/measure"
	"adagio/dsl/conformance"
	"adagio/dsl/dsltest"
	"adagio/dsl/model"
)

// published has the phases of a published case run with delays as SEMANTICS.md,
// section 5, gives them.
func published(s *model.Scenario) *model.Scenario {
	for n := range s.Nodes {
		s.Nodes[n].Start = model.Interval(0, 800*ms)
	}
	s.Network.Latency = model.Interval(ms/10, ms/5)
	s.Network.Profile = model.Profile{
		Kind: model.Polling, Exchanges: 2,
		Poll:     model.Constant(300 * ms),
		Request:  model.Interval(2*ms, 10*ms),
		Busy:     model.Interval(10*ms, 30*ms),
		Step:     model.Interval(5*ms, 25*ms),
		Overhead: model.Interval(20*ms, 80*ms),
	}
	return s
}

// leaves is the state that a run leaves.
func leaves(t testing.TB, s *model.Scenario) model.State {
	t.Helper()
	tr, err := Run(s, Options{Seed: 1, State: true})
	if err != nil || tr.Outcome != Completed {
		t.Fatalf("%s: %v, %v", s.Name, tr.Outcome, err)
	}
	return tr.State
}

// TestPublishedRuns simulates the published Grid'5000 runs from their programs
// and nominal durations, with delays as SEMANTICS.md, section 5 gives them: the
// measured makespans and the simulated ones must overlap.
func TestPublishedRuns(t *testing.T) {
	dir := dsltest.Data(t)
	runs, problems, err := measure.Read([]string{filepath.Join(dir, "measured")}, measure.Options{})
	if err != nil || len(problems) > 0 {
		t.Skip(err, problems)
	}
	for _, c := range []struct{ name, types string }{{"openstack-1-sites", "openstack"}, {"openstack-5-sites", "openstack"}, {"cps-1-sites", "cps"}} {
		f := conformance.Published(t, c.name, c.types)
		var state model.State
		for k, phase := range f.Phases {
			s := published(f.Begin(k, state))
			var measured []float64
			for _, r := range runs {
				if fmt.Sprintf("%s-%d-sites", r.Case, r.Sites) == c.name && r.Operation == phase.Name {
					measured = append(measured, r.Makespan().Seconds())
				}
			}
			var simulated []float64
			began := time.Now()
			events := 0
			err := Replicate(s, 50, 0, 1, func(i int, tr *Trace) {
				if tr.Outcome != Completed {
					t.Fatalf("%s, %s: %v", c.name, phase.Name, waitsOf(s, tr))
				}
				simulated = append(simulated, tr.Makespan.Seconds())
				events += tr.Events
			})
			if err != nil {
				t.Fatal(err)
			}
			lo, mean, hi := spread(measured)
			slo, smean, shi := spread(simulated)
			t.Logf("%s %-6s measured %.2f %.2f %.2f   simulated %.2f %.2f %.2f   %d events, %.1f M events/s",
				c.name, phase.Name, lo, mean, hi, slo, smean, shi, events/50, float64(events)/time.Since(began).Seconds()/1e6)
			if slo > hi || shi < lo {
				t.Errorf("%s, %s: nothing in common", c.name, phase.Name)
			}
			state = leaves(t, s)
		}
	}
}

// waitsOf is what a run waits for, and what has failed, in words.
func waitsOf(s *model.Scenario, tr *Trace) (text []string) {
	for _, f := range tr.Failures {
		text = append(text, f.Text(s))
	}
	for _, w := range tr.Waits {
		text = append(text, w.Text(s))
	}
	return text
}

func spread(xs []float64) (least, mean, greatest float64) {
	least = xs[0]
	for _, x := range xs {
		least, greatest = min(least, x), max(greatest, x)
		mean += x / float64(len(xs))
	}
	return least, mean, greatest
}
