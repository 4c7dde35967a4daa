package distribution

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"adagio/dsl"
	"adagio/dsl/model"
	"adagio/petri"
)

// openstack is the published case with every duration made normal: 5 % standard
// deviation, cut at 20 %.
func openstack(t fataler, plan, network string, sites int) *model.Scenario {
	t.Helper()
	scenario, _, list := dsl.Load(dsl.Options{
		Files: []string{"../../testdata/openstack.ballet"}, Plan: plan, Network: network, Set: map[string]int{"sites": sites},
	})
	if scenario == nil {
		t.Fatal(list)
	}
	for i := range scenario.Components {
		c := &scenario.Components[i]
		c.Durations = slices.Clone(c.Durations)
		for k, d := range c.Durations {
			c.Durations[k] = model.Delay{Kind: model.Normal, Lo: d.Lo * 8 / 10, Hi: d.Hi * 12 / 10, A: d.Lo, B: d.Lo / 20}
		}
	}
	return scenario
}

func TestOpenStack(t *testing.T) {
	for _, c := range []struct {
		plan, network string
		sites         int
		exact         bool
		width         time.Duration // of any quantile's interval, at most
	}{
		{"update", "ideal", 1, true, 60 * ms},
		{"update", "ideal", 2, true, 60 * ms},
		{"deploy", "ideal", 2, false, 800 * ms}, // Nova and Neutron both wait for Keystone
		{"update", "ballet", 2, false, 12 * s},  // what the executor adds are intervals
	} {
		runs := runsOf(t, openstack(t, c.plan, c.network, c.sites))
		r, err := BoundsOfRuns(runs, Options{Error: 50 * ms})
		if err != nil {
			t.Fatal(err)
		}
		if r.Exact != c.exact || r.Error > 50*ms {
			t.Errorf("%s, %s, %d sites: exact %v, error %v: %q", c.plan, c.network, c.sites, r.Exact, r.Error, r.Notes)
		}
		for _, p := range []float64{0.05, 0.5, 0.95, 0.999} {
			if q := r.Quantile(p); q.Width() > c.width {
				t.Errorf("%s, %s, %d sites: quantile %v is %v", c.plan, c.network, c.sites, p, q)
			}
		}
		if c.network == "ballet" {
			continue
		}
		g := runs[0].Graph
		rnd := rand.New(rand.NewPCG(7, 0))
		sample, dates, delays := make([]time.Duration, 2000), make([]time.Duration, g.Len()), make([]time.Duration, g.Len())
		for i := range sample {
			for e := range delays {
				delays[e] = g.Delay(petri.EventID(e)).Draw(rnd)
			}
			if err := g.DatesInto(dates, delays); err != nil {
				t.Fatal(err)
			}
			sample[i] = last(g, dates)
		}
		if why := outside(r, sample); why != "" {
			t.Errorf("%s, %d sites: %s", c.plan, c.sites, why)
		}
	}
}

// The same input gives the same answer, also from several goroutines at once.
func TestDeterministic(t *testing.T) {
	runs := runsOf(t, openstack(t, "deploy", "ideal", 2))
	results := make([]*Result, 3)
	var wait sync.WaitGroup
	for i := range results {
		wait.Go(func() { results[i], _ = BoundsOfRuns(runs, Options{Error: 500 * ms}) })
	}
	wait.Wait()
	for _, r := range results[1:] {
		if !slices.Equal(r.Upper.Points(500), results[0].Upper.Points(500)) || !slices.Equal(r.Lower.Points(500), results[0].Lower.Points(500)) || r.Mean != results[0].Mean {
			t.Error("two evaluations of one plan differ")
		}
	}
}

// go test ./analysis/distribution -run - -bench OpenStack
func BenchmarkOpenStack(b *testing.B) {
	for _, plan := range []string{"update", "deploy"} {
		b.Run(plan, func(b *testing.B) {
			runs := runsOf(b, openstack(b, plan, "ideal", 5))
			for b.Loop() {
				if _, err := BoundsOfRuns(runs, Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
