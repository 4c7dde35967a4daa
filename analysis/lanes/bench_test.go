package lanes

import (
	"testing"
	"time"

	"adagio/analysis"
	"adagio/dsl"
	"adagio/dsl/dsltest"
	"adagio/dsl/model"
)

// The benchmarks date OpenStack's update at 15 sites with the executor ideal, latencies
// and durations of one family each, on one processor; in events of the event graph per second.
//
//	go test -run '^$' -bench . ./analysis/lanes

func BenchmarkBlock(b *testing.B) {
	for _, c := range []struct {
		name           string
		lasts, latency func(time.Duration) model.Delay
	}{
		{"constant", model.Constant, model.Constant},
		{"constant and uniform", uniformly, model.Constant},
		{"uniform", uniformly, uniformly},
		{"constant and normal", normally, model.Constant},
		{"normal", normally, normally},
	} {
		p := openstack(b, c.lasts, c.latency)
		block := p.NewBlock()
		b.Run(c.name, func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				block.Run(1, uint64(i*p.Width()), p.Width())
			}
			b.ReportMetric(float64(b.N*p.Width()*p.Events())/b.Elapsed().Seconds()/1e6, "Mevents/s")
			b.ReportMetric(float64(p.Draws), "draws")
			b.ReportMetric(float64(len(p.steps)), "steps")
			b.ReportMetric(float64(len(p.edges)), "edges")
			b.ReportMetric(float64(p.Width()), "lanes")
		})
	}
}

func uniformly(d time.Duration) model.Delay {
	return model.Delay{Kind: model.Uniform, Lo: d - d/10, Hi: d + d/10}
}

func normally(d time.Duration) model.Delay {
	return model.Delay{Kind: model.Normal, Lo: d - d/4, Hi: d + d/4, A: d, B: d / 20}
}

// openstack is the program of OpenStack's update at 15 sites.
func openstack(t testing.TB, lasts, latency func(time.Duration) model.Delay) *Program {
	t.Helper()
	s := dsltest.Load(t, dsl.Options{Files: []string{"../../testdata/openstack.ballet"}, Plan: "update", Set: map[string]int{"sites": 15}, Executor: "ideal"})
	for c := range s.Components {
		for i, d := range s.Components[c].Durations {
			s.Components[c].Durations[i] = lasts(d.Lo)
		}
	}
	s.Network.Latency = latency(2 * time.Millisecond)
	r, err := analysis.Analyse(s, analysis.Options{})
	if err != nil || len(r.Runs) != 1 {
		t.Fatal(err)
	}
	p, err := Compile(r.Runs[0].Graph)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
