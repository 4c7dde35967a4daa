package simulate

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"adagio/analysis/measure"
	"adagio/dsl/dsltest"
	"adagio/dsl/model"
)

// publishedScenario reads the programs and types of the published runs, with
// nominal durations.
func publishedScenario(t testing.TB, dir, program, types string) (*conformance, *model.Scenario) {
	read := func(into any, path ...string) {
		text, err := os.ReadFile(filepath.Join(append([]string{dir}, path...)...))
		if err == nil {
			err = json.Unmarshal(text, into)
		}
		if err != nil {
			t.Skip(err)
		}
	}
	var kinds map[string]struct {
		Places      []string
		Initial     string
		Groups      map[string][]string
		Transitions map[string]struct {
			Src, Dst, Behavior string
			Dockset            float64
		}
		Ports map[string]struct {
			Kind  string
			Bound []string
		}
	}
	read(&kinds, "types", types+".json")
	var nominal map[string]map[string]float64
	read(&nominal, "types", "nominal-"+types+".json")
	f := &conformance{}
	read(&f.Scenario, "programs", program+".json")
	f.Scenario.Types = map[string]conformanceType{}
	for name, k := range kinds {
		ty := conformanceType{Places: k.Places, Initial: k.Initial, Groups: k.Groups,
			Transitions: map[string][]any{}, Ports: map[string][]json.RawMessage{}}
		for n, tr := range k.Transitions {
			ty.Transitions[n] = []any{tr.Src, tr.Dst, tr.Behavior, 0.0, tr.Dockset}
		}
		for n, p := range k.Ports {
			kind, _ := json.Marshal(p.Kind)
			bound, _ := json.Marshal(p.Bound)
			ty.Ports[n] = []json.RawMessage{kind, bound}
		}
		f.Scenario.Types[name] = ty
	}
	s := f.assembly(t)
	for c := range s.Components {
		comp := &s.Components[c]
		times, ok := nominal[comp.Name]
		if !ok {
			times = nominal[strings.TrimRight(comp.Name, "0123456789")+"0"]
		}
		comp.Durations = nil
		for _, tr := range s.TypeOf(c).Transitions {
			comp.Durations = append(comp.Durations, model.Constant(seconds(times[tr.Name])))
		}
	}
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
	return f, s
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
		f, s := publishedScenario(t, dir, c.name, c.types)
		for k, phase := range f.Scenario.Phases {
			f.phase(t, s, k)
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
				if tr.Outcome == Deadlock {
					t.Fatalf("%s, %s: %s", c.name, phase.Name, tr.Waits[0].Text(s))
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
			if !goOn(s) {
				t.Fatal("a behaviour never ends")
			}
		}
	}
}

func spread(xs []float64) (least, mean, greatest float64) {
	least = xs[0]
	for _, x := range xs {
		least, greatest = min(least, x), max(greatest, x)
		mean += x / float64(len(xs))
	}
	return least, mean, greatest
}
