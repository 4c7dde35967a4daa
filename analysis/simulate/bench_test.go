//go:build unix

package simulate

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"adagio/dsl/conformance"
	"adagio/dsl/dsltest"
	"adagio/dsl/model"
	"adagio/network"
)

// The benchmarks report events per second, and per second of processor time, which
// other programs on the machine disturb least: messages, moves, starts, ends,
// instructions, and sleeps of the polling loops.
//
//	go test -bench . ./analysis/simulate

func benchmark(b *testing.B, s *model.Scenario) {
	m, err := prepare(s)
	if err != nil {
		b.Fatal(err)
	}
	events, i := 0, uint64(0)
	b.ReportAllocs()
	began := dsltest.ProcessorTime()
	for b.Loop() {
		events += m.run(Options{Seed: 1, Index: i}).Events
		i++
	}
	b.ReportMetric(float64(events)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(events)/(dsltest.ProcessorTime()-began).Seconds(), "events/core-s")
	b.ReportMetric(float64(events)/float64(b.N), "events/run")
}

// openStack is the published update of five sites.
func openStack(b *testing.B) *model.Scenario {
	f := conformance.Published(b, "openstack-5-sites", "openstack")
	return published(f.Begin(1, leaves(b, published(f.Begin(0, model.State{})))))
}

func BenchmarkOpenStackPolling(b *testing.B) { benchmark(b, openStack(b)) }

func BenchmarkOpenStackIdeal(b *testing.B) {
	s := openStack(b)
	s.Network.Profile = model.Profile{}
	benchmark(b, s)
}

// The same on a platform: an event more for each message.

func BenchmarkOpenStackPollingOnPlatform(b *testing.B) {
	benchmark(b, onSites(b, openStack(b)))
}

func BenchmarkOpenStackPushOnPlatform(b *testing.B) {
	s := openStack(b)
	s.Network.Profile = model.DefaultProfile(model.Pushing)
	benchmark(b, onSites(b, s))
}

func BenchmarkOpenStackBrokerOnPlatform(b *testing.B) {
	s := openStack(b)
	s.Network.Profile = model.DefaultProfile(model.Brokered)
	benchmark(b, onSites(b, s))
}

func BenchmarkOpenStackIdealOnPlatform(b *testing.B) {
	s := openStack(b)
	s.Network.Profile = model.Profile{}
	benchmark(b, onSites(b, s))
}

// BenchmarkOpenStackPollingLatency is without a platform, but with a latency as on
// the two sites: as many looks as there.
func BenchmarkOpenStackPollingLatency(b *testing.B) {
	s := openStack(b)
	s.Network.Latency = model.Interval(131401*time.Microsecond, 131874*time.Microsecond)
	benchmark(b, s)
}

// onSites puts the nodes in turn on the hosts of the two sites.
func onSites(b *testing.B, s *model.Scenario) *model.Scenario {
	file := filepath.Join("..", "..", "testdata", "platforms", "two_sites.xml")
	text, err := os.ReadFile(file)
	if err != nil {
		b.Fatal(err)
	}
	p, list := network.ReadXML(file, text)
	if p == nil {
		b.Fatal(list)
	}
	var hosts []int
	for n := range len(s.Nodes) + 1 {
		hosts = append(hosts, n%len(p.Hosts))
	}
	sizes := network.DefaultSizes
	switch s.Network.Profile.Kind {
	case model.Ideal:
		hosts, sizes = hosts[:len(s.Nodes)], network.Sizes{}
	case model.Polling, model.Pushing:
		hosts = hosts[:len(s.Nodes)]
	}
	if err := network.Settle(s, p, hosts, sizes); err != nil {
		b.Fatal(err)
	}
	return s
}

func BenchmarkRandomIdeal(b *testing.B) {
	benchmark(b, bigRandom(model.Ideal))
}

func BenchmarkRandomPolling(b *testing.B) {
	benchmark(b, bigRandom(model.Polling))
}
