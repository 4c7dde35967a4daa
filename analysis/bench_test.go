package analysis_test

import (
	"flag"
	"fmt"
	"math"
	"testing"
	"time"

	"adagio/analysis"
	"adagio/dsl"
	"adagio/dsl/dsltest"
	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/compile"
	"adagio/petri/unfold"
)

var largest = flag.Int("events", 10_000, "the largest `number` of events that BenchmarkStages grows to, by factors of ten from 1000")

// BenchmarkStages measures the way from the text of a model to its bounds, stage by
// stage and as a whole, for models of some shapes and growing sizes. The whole also
// reports by which power of the number of events its processor time has grown
// since the size before.
//
//	go test ./analysis -run '^$' -bench Stages -benchmem -timeout 0 -args -events 1000000
func BenchmarkStages(b *testing.B) {
	for _, shape := range dsltest.Shapes(b) {
		for _, executor := range []string{"ideal", "ballet"} {
			var before struct {
				cpu    time.Duration
				events int
			}
			for size := 1000; size <= *largest; size *= 10 {
				opts := shape.OfEvents(size)
				if opts.Executor = "ballet"; executor == "ideal" {
					opts.Executor, opts.Network = "", "ideal"
				}
				b.Run(fmt.Sprintf("%s/%s/size=%d", shape.Name, executor, size), func(b *testing.B) {
					events := stages(b, opts)
					b.Run("whole", func(b *testing.B) {
						b.ReportAllocs()
						u := dsltest.Measure(b)
						for b.Loop() {
							if _, err := analysis.Analyse(loadModel(b, opts), analysis.Options{}); err != nil {
								b.Fatal(err)
							}
						}
						cpu := u.Report()
						b.ReportMetric(float64(events), "events")
						if before.cpu > 0 {
							b.ReportMetric(math.Log(float64(cpu)/float64(before.cpu))/math.Log(float64(events)/float64(before.events)), "exponent")
						}
						before.cpu, before.events = cpu, events
					})
				})
			}
		}
	}
}

// stages measures each stage alone, and returns the number of events.
func stages(b *testing.B, opts dsl.Options) int {
	stage := func(name string, run func(b *testing.B)) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			u := dsltest.Measure(b)
			for b.Loop() {
				run(b)
			}
			u.Report()
		})
	}
	s := loadModel(b, opts)
	net, err := compile.Scenario(s)
	if err != nil {
		b.Fatal(err)
	}
	exploration, err := unfold.Explore(net, unfold.Limit{Orders: 1})
	stage("load", func(b *testing.B) { loadModel(b, opts) })
	stage("compile", func(b *testing.B) {
		if _, err := compile.Scenario(s); err != nil {
			b.Fatal(err)
		}
	})
	if err != nil || len(exploration.Runs) == 0 {
		return len(net.Transitions) // races: what is left is in the whole
	}
	stage("explore", func(b *testing.B) {
		if _, err := unfold.Explore(net, unfold.Limit{}); err != nil {
			b.Fatal(err)
		}
	})
	g := exploration.Runs[0].Graph
	delays, dates := g.Delays(petri.Latest), make([]time.Duration, g.Len())
	stage("pass", func(b *testing.B) {
		if err := g.DatesInto(dates, delays); err != nil {
			b.Fatal(err)
		}
	})
	return g.Len()
}

func loadModel(b *testing.B, opts dsl.Options) *model.Scenario {
	s, _, problems := dsl.Load(opts)
	if s == nil {
		b.Fatal(problems)
	}
	return s
}
