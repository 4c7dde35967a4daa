package petri_test

import (
	"fmt"
	"testing"
	"time"

	"adagio/dsl"
	"adagio/dsl/dsltest"
	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/compile"
	"adagio/petri/unfold"
	"adagio/proofs/nets"
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

// pairs is a model of many providers with a user each, all added by the plan and
// waited for by a polling executor: every one on a node of its own, or all providers
// on one node and all users on another. The time per component must not grow with
// their number.
const pairs = `
component P {
  places off, on
  initial off
  running on
  behavior go { t: off -> on for 1s }
  provide s at on
}
component U {
  places off, on
  initial off
  running on
  behavior go { t: off -> on for 1s }
  use s at on
}
assembly apart(n = 100 in 1 .. 20000) {
  for i in 0 ..< n {
    node p[i] { p[i]: P }
    node u[i] { u[i]: U }
    connect p[i].s -> u[i].s
  }
}
plan apart of apart {
  from nothing
  on p[i] { add p[i]; connect p[i].s -> u[i].s; push p[i] go; wait p[i] }
  on u[i] { add u[i]; connect p[i].s -> u[i].s; push u[i] go; wait p[i]; wait u[i] }
}
assembly together(n = 100 in 1 .. 20000) {
  node p { for i in 0 ..< n { p[i]: P } }
  node u { for i in 0 ..< n { u[i]: U } }
  for i in 0 ..< n { connect p[i].s -> u[i].s }
}
plan together of together {
  from nothing
  on p { for i in 0 ..< n { add p[i]; connect p[i].s -> u[i].s; push p[i] go; wait p[i] } }
  on u { for i in 0 ..< n { add u[i]; connect p[i].s -> u[i].s; push u[i] go; wait p[i]; wait u[i] } }
}
network ballet { executor ballet { start 0s } }
`

// benchmarked calls run with OpenStack at 15 sites and the synthetic models in
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
	for _, plan := range []string{"apart", "together"} {
		for _, n := range []int{500, 4000} {
			b.Run(fmt.Sprintf("pairs/%s/components=%d", plan, 2*n), func(b *testing.B) {
				run(b, dsltest.Load(b, dsl.Options{Sources: []dsl.Source{{Name: "pairs.ballet", Text: []byte(pairs)}}, Plan: plan, Set: map[string]int{"n": n}}))
			})
		}
	}
}

// perComponent reports the time of a run by component.
func perComponent(b *testing.B, s *model.Scenario) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(s.Components)), "ns/component")
}

func BenchmarkCompile(b *testing.B) {
	benchmarked(b, func(b *testing.B, s *model.Scenario) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := compile.Scenario(s); err != nil {
				b.Fatal(err)
			}
		}
		perComponent(b, s)
	})
}

func BenchmarkExplore(b *testing.B) {
	benchmarked(b, func(b *testing.B, s *model.Scenario) {
		net := nets.Net(b, s)
		b.ReportAllocs()
		for b.Loop() {
			if _, err := unfold.Explore(net, unfold.Limit{}); err != nil {
				b.Fatal(err)
			}
		}
		perComponent(b, s)
	})
}

func BenchmarkDates(b *testing.B) {
	benchmarked(b, func(b *testing.B, s *model.Scenario) {
		g := nets.Explore(b, nets.Net(b, s)).Runs[0].Graph
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
