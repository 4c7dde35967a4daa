package calibrate

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"adagio/dsl"
	"adagio/dsl/model"
)

// observed makes observations of components, of one run each.
func observed(lasted map[string][]time.Duration) (out []observation) {
	for _, name := range []string{"a[0]", "a[1]", "a[2]"} {
		for i, d := range lasted[name] {
			out = append(out, observation{component: name, run: i, sites: 1 + i/5, lasted: d})
		}
	}
	return out
}

func around(d time.Duration, n int) (out []time.Duration) {
	for i := range n {
		out = append(out, d+time.Duration(i*7%n)*time.Millisecond)
	}
	return out
}

func TestTypeOrComponents(t *testing.T) {
	for _, c := range []struct {
		name   string
		lasted map[string][]time.Duration
		differ string
	}{
		{"one component", map[string][]time.Duration{"a[0]": around(time.Second, 5)}, ""},
		{"alike", map[string][]time.Duration{"a[0]": around(time.Second, 5), "a[1]": around(time.Second, 5)}, ""},
		{"within a percent", map[string][]time.Duration{"a[0]": around(10*time.Second, 9), "a[1]": around(10*time.Second+50*time.Millisecond, 9)}, ""},
		{"apart", map[string][]time.Duration{"a[0]": around(time.Second, 9), "a[1]": around(2*time.Second, 9)}, "medians from 1.004s to 2.004s, Kruskal-Wallis p = 0.00035"},
		{"few", map[string][]time.Duration{"a[0]": around(time.Second, 2), "a[1]": around(2*time.Second, 2)}, "medians from 1.000s to 2.001s, too few to test"},
		{"wide", map[string][]time.Duration{"a[0]": {1e9, 2e9, 3e9, 4e9, 5e9}, "a[1]": {15e8, 25e8, 35e8, 45e8, 55e8}}, ""},
	} {
		if got := differ(byComponent(observed(c.lasted)), 0.01); got != c.differ {
			t.Errorf("%s: %q, want %q", c.name, got, c.differ)
		}
	}
}

func TestTrends(t *testing.T) {
	grows := make([]time.Duration, 12)
	for i := range grows {
		grows[i] = time.Second + time.Duration(i)*20*time.Millisecond
	}
	d := newDuration(transitionKey{"A", "b", "t"}, "A", observed(map[string][]time.Duration{"a[0]": grows}), Options{Confidence: 0.95})
	got := trends([]Duration{d})
	want := []string{
		"A.b.t drifts with the number of sites: from 1.040s to 1.210s, Spearman's rho 0.93, p = 1.6e-05",
		"A.b.t drifts with the order of the runs: from 1.030s to 1.190s, Spearman's rho 1.00, p < 1e-6",
	}
	var texts []string
	for _, g := range got {
		texts = append(texts, g.String())
	}
	if !slices.Equal(texts, want) {
		t.Errorf("%q", texts)
	}
	d = newDuration(transitionKey{"A", "b", "t"}, "A", observed(map[string][]time.Duration{"a[0]": around(time.Second, 12)}), Options{Confidence: 0.95})
	if got := trends([]Duration{d}); len(got) > 0 {
		t.Error(got)
	}
}

// TestWritten: what is written for each choice is read as it was meant.
func TestWritten(t *testing.T) {
	p, start := model.DefaultBallet(), model.Interval(0, 50*ms)
	for choice := range Nominal + 1 {
		r, scenarios := simulated(t, 1, p, start, 5, Options{Durations: choice, Busy: choice%2 == 0})
		file := filepath.Join(t.TempDir(), "calibrated.ballet")
		if err := os.WriteFile(file, r.Ballet(), 0o666); err != nil {
			t.Fatal(err)
		}
		opts := dsl.Options{Files: []string{"../../testdata/cps.ballet"}, Set: map[string]int{"sites": 2}, Plan: "update", Network: file}
		if choice != Nominal {
			opts.Timings = []string{file}
		}
		s, _, list := dsl.Load(opts)
		if len(list) > 0 {
			t.Fatalf("%v: %v", choice, list)
		}
		for _, e := range r.Profile {
			got := map[string]model.Delay{"poll": s.Network.Profile.Poll, "request": s.Network.Profile.Request, "busy": s.Network.Profile.Busy, "step": s.Network.Profile.Step,
				"pass": s.Network.Profile.Pass, "overhead": s.Network.Profile.Overhead, "drift": s.Network.Profile.Drift}[e.Setting]
			want := r.Written(&e)
			if e.Setting != "start" && got.String() != want.String() {
				t.Errorf("%v: %s %v, want %v", choice, e.Setting, got, want)
			}
		}
		if choice == Nominal {
			continue
		}
		checked := 0
		for _, d := range r.Durations {
			for c := range s.Components {
				if s.Components[c].Name != d.Component && (d.Instance || s.TypeOf(c).Name != d.Component || strings.Contains(s.Components[c].Name, "[1]")) {
					continue // the model gives those of site 1 one by one
				}
				for i, tr := range s.TypeOf(c).Transitions {
					if tr.Name != d.Transition || s.TypeOf(c).Behaviours[tr.Behaviour].Name != d.Behaviour {
						continue
					}
					checked++
					if got := s.Components[c].Durations[i]; fmt.Sprint(got) != fmt.Sprint(d.Delay) {
						t.Errorf("%v: %s = %v, want %v", choice, d.Name(), got, d.Delay)
					}
				}
			}
		}
		if checked < len(scenarios[0].Components)*4 {
			t.Errorf("only %d durations", checked)
		}
	}
}
