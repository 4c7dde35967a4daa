package petri_test

import (
	"fmt"
	"testing"
	"time"

	"adagio/dsl"
	"adagio/dsl/dsltest"
	"adagio/dsl/model"
	"adagio/petri"
)

// wide is a synthetic model: on each node a chain of components, each of which is
// served by the one before it, the first by the first of the node before.
const wide = `
component C {
  places off, configured, on
  initial off
  behavior go {
    configure: off -> configured for 1s .. 2s
    start: configured -> on for 1s .. 3s
  }
  use before at start
  provide service at on
}
component First {
  places off, on
  initial off
  behavior go { start: off -> on for 1s .. 2s }
  use before at start
  provide service at on
}
assembly wide(nodes = 100 in 1 .. 20000, length = 10 in 1 .. 20000) {
  for n in 0 ..< nodes {
    node node[n] {
      c[n][0]: First
      for i in 1 ..< length { c[n][i]: C }
    }
    for i in 1 ..< length { connect c[n][i - 1].service -> c[n][i].before }
  }
  node root { root: Root }
  connect root.service -> c[0][0].before
  for n in 1 ..< nodes { connect c[n - 1][0].service -> c[n][0].before }
}
component Root {
  places on
  initial on
  running on
  provide service at on
}
plan go of wide {
  from {
    root: on
    c[n][i]: off
  }
  on root { wait root }
  on node[n] {
    for i in 0 ..< length { push c[n][i] go }
    wait all
  }
}
network ideal {
  executor ideal
  latency 1ms .. 2ms
}
`

// benchmarked calls run with OpenStack at 15 sites and the synthetic model in
// several shapes.
//
//	go test ./petri -run '^$' -bench . -benchmem
func benchmarked(b *testing.B, run func(b *testing.B, s *model.Scenario)) {
	b.Run("openstack/sites=15", func(b *testing.B) {
		run(b, dsltest.Load(b, dsl.Options{Files: []string{"../testdata/openstack.ballet"}, Set: map[string]int{"sites": 15}}))
	})
	for _, shape := range [][2]int{{100, 10}, {1000, 10}, {20, 50}, {10, 100}} {
		b.Run(fmt.Sprintf("wide/nodes=%d/components=%d", shape[0], shape[0]*shape[1]), func(b *testing.B) {
			run(b, dsltest.Load(b, dsl.Options{Sources: []dsl.Source{{Name: "wide.ballet", Text: []byte(wide)}}, Set: map[string]int{"nodes": shape[0], "length": shape[1]}}))
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	benchmarked(b, func(b *testing.B, s *model.Scenario) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := petri.Compile(s); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkExplore(b *testing.B) {
	benchmarked(b, func(b *testing.B, s *model.Scenario) {
		net := compile(b, s)
		b.ReportAllocs()
		for b.Loop() {
			if _, err := petri.Explore(net, petri.DefaultLimit); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkDates(b *testing.B) {
	benchmarked(b, func(b *testing.B, s *model.Scenario) {
		g := explore(b, compile(b, s)).Runs[0].Graph
		delays := g.Delays(petri.Latest)
		dates := make([]time.Duration, g.Len())
		b.ReportAllocs()
		for b.Loop() {
			if err := g.DatesInto(dates, delays); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(g.Len()), "events")
	})
}
