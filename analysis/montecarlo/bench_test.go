//go:build unix

package montecarlo

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"adagio/analysis"
	"adagio/dsl"
	"adagio/dsl/dsltest"
	"adagio/dsl/model"
)

// The benchmarks report replications and simulated events per second, and per
// second of one core, with everything that is gathered, criticality included; and
// the heap that an
// experiment needs, which must not depend on its length.
//
//	go test -run '^$' -bench . ./analysis/montecarlo

func BenchmarkWorkers(b *testing.B) {
	for _, c := range []struct {
		name  string
		model func(testing.TB) (*model.Scenario, *analysis.Result)
	}{{"cps", cps}, {"openstack", openstack}, {"join", join}} {
		s, bounds := c.model(b)
		for _, workers := range []int{1, 2} {
			b.Run(fmt.Sprintf("%s/%d", c.name, workers), func(b *testing.B) {
				began := dsltest.ProcessorTime()
				r, err := Run(s, Options{N: b.N, Workers: workers, Bounds: bounds, Engine: Executor})
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(r.Events)/b.Elapsed().Seconds(), "events/s")
				b.ReportMetric(float64(r.Events)/(dsltest.ProcessorTime()-began).Seconds(), "events/core-s")
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "replications/s")
			})
		}
	}
}

func BenchmarkMemory(b *testing.B) {
	s, bounds := join(b)
	for _, n := range []int{10_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				b.ReportMetric(float64(liveHeap(b, s, bounds, n))/1e6, "MB-live")
			}
		})
	}
}

// liveHeap is the greatest live heap of an experiment, above what was there
// before.
func liveHeap(t testing.TB, s *model.Scenario, bounds *analysis.Result, n int) uint64 {
	live := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before, most := live(), uint64(0)
	sample(t, s, Options{N: n, Bounds: bounds, Progress: func(done int, _ time.Duration) {
		if done == n || done/DefaultBatch%200 == 0 {
			most = max(most, live())
		}
	}})
	return most - min(before, most)
}

// TestMemory: ten times the replications need no more memory, once there are more
// than are kept.
func TestMemory(t *testing.T) {
	s, bounds := join(t)
	few := liveHeap(t, s, bounds, KeptSamples)
	if many := liveHeap(t, s, bounds, 3*KeptSamples); many > few+1<<20 {
		t.Errorf("%d bytes live, and with three times the replications %d", few, many)
	}
}

func openstack(t testing.TB) (*model.Scenario, *analysis.Result) {
	return load(t, dsl.Options{Files: []string{"openstack.ballet"}, Plan: "update", Set: map[string]int{"sites": 1}})
}

// BenchmarkGraph samples OpenStack's update at 15 sites by the graph, with criticality and all
// statistics; events are those of the event graph. A duration is uniform, or normal, around
// that of the model, and so is the latency.
func BenchmarkGraph(b *testing.B) {
	for name, vary := range map[string]func(d time.Duration) model.Delay{
		"uniform": func(d time.Duration) model.Delay {
			return model.Delay{Kind: model.Uniform, Lo: d - d/10, Hi: d + d/10}
		},
		"normal": func(d time.Duration) model.Delay {
			return model.Delay{Kind: model.Normal, Lo: d - d/4, Hi: d + d/4, A: d, B: d / 20}
		},
	} {
		for _, constant := range []bool{true, false} {
			s, _ := load(b, dsl.Options{Files: []string{"openstack.ballet"}, Plan: "update", Set: map[string]int{"sites": 15}, Executor: "ideal"})
			for c := range s.Components {
				for i, d := range s.Components[c].Durations {
					s.Components[c].Durations[i] = vary(d.Lo)
				}
			}
			latency := "constant latency"
			if s.Network.Latency = model.Constant(2 * time.Millisecond); !constant {
				s.Network.Latency, latency = vary(2*time.Millisecond), name+" latency"
			}
			bounds, err := analysis.Analyse(s, analysis.Options{})
			if err != nil {
				b.Fatal(err)
			}
			for _, workers := range []int{1, 2} {
				b.Run(fmt.Sprintf("%s, %s/%d", name, latency, workers), func(b *testing.B) {
					began := dsltest.ProcessorTime()
					r, err := Run(s, Options{N: b.N, Workers: workers, Bounds: bounds, Engine: Graph})
					if err != nil {
						b.Fatal(err)
					}
					b.ReportMetric(float64(r.Events)/b.Elapsed().Seconds(), "events/s")
					b.ReportMetric(float64(r.Events)/(dsltest.ProcessorTime()-began).Seconds(), "events/core-s")
				})
			}
		}
	}
}
