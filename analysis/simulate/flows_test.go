package simulate

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"adagio/dsl/model"
	"adagio/network"
)

// onLink puts the nodes of a scene on hosts of their own, which all talk over one
// link of 1 MB/s and 10 ms, in messages of 1000 bytes: 13.01 × 10 ms, then alone
// 1000 / (0.97 × 1 MB/s / 1.05) = 1.082474 ms, as every message takes 5 % of its rate
// on the way back.
func onLink(t *testing.T, s *scene, sharing network.Sharing) *scene {
	t.Helper()
	b := network.NewBuilder("link")
	id := func(text string) network.Ident { return network.Ident{Text: text} }
	b.Open(id("zone"), network.Full)
	b.Link(network.LinkSpec{Name: id("bone"), Bandwidth: 1e6, Latency: 0.01, Sharing: sharing})
	var hosts []int
	for i := range s.Nodes {
		b.Host(id(fmt.Sprint("h", i)), network.Host{})
		for j := range i {
			b.Route(network.RouteSpec{Src: id(fmt.Sprint("h", i)), Dst: id(fmt.Sprint("h", j)), Hops: []network.Hop{{Link: id("bone")}}, Symmetric: true})
		}
		hosts = append(hosts, i)
	}
	b.Close()
	p, list := b.Build()
	if p == nil {
		t.Fatal(list)
	}
	if s.Network.Profile.Kind == model.Brokered {
		hosts = append(hosts, 0)
	}
	if err := network.Settle(s.Scenario, p, hosts, network.Sizes{Lo: 1000, Hi: 1000}); err != nil {
		t.Fatal(err)
	}
	return s
}

// twoUsers are users on n2 and n3 that start at the given dates and say hello to n1,
// which starts a second later.
func twoUsers(start2, start3 int) *scene {
	s := scenePU(ballet, "u1").node("n1", 1000, "p: P run").node("n2", start2, "u: U off").node("n3", start3, "v: U off").
		link("p.svc u.svc", "both").link("p.svc v.svc", "both").on("n2", "push u deploy; wait u").on("n3", "push v deploy; wait v")
	s.Network.Profile = model.Profile{Kind: model.Pushing}
	return s
}

func arrivalsOf(t *testing.T, s *scene, n int) (ends []time.Duration) {
	t.Helper()
	trace, err := Run(s.Scenario, Options{Messages: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range trace.Messages {
		ends = append(ends, m.End)
	}
	slices.Sort(ends)
	return ends[:n]
}

// TestFlowsShare: two messages at once have half of the link each; one that comes
// while the other is half over slows it from then on, and is alone in the end.
func TestFlowsShare(t *testing.T) {
	const latency, alone = 130_100_000, 1_082_474 // ns
	for _, test := range []struct {
		name    string
		sharing network.Sharing
		second  int // start of n3 in ms
		want    [2]time.Duration
	}{
		{"at once", network.Shared, 0, [2]time.Duration{latency + 2*alone + 1, latency + 2*alone + 1}},
		{"fatpipe", network.Fatpipe, 0, [2]time.Duration{latency + 1_030_928, latency + 1_030_928}},
		{"one after the other", network.Shared, 2, [2]time.Duration{latency + alone, latency + 2*time.Millisecond + alone}},
		// 1 ms alone, then the first has 82,474 ns of its own left, at half the rate.
		{"half over", network.Shared, 1, [2]time.Duration{latency + 1_164_948, latency + 2_164_948}},
	} {
		got := arrivalsOf(t, onLink(t, twoUsers(0, test.second), test.sharing), 2)
		for i := range got {
			if d := got[i] - test.want[i]; d < -1 || d > 1 {
				t.Errorf("%s: message %d arrives at %v, not at %v", test.name, i, got[i], test.want[i])
			}
		}
	}
}

// TestDeterministicOnPlatform: the same replications, whatever the number of workers.
func TestDeterministicOnPlatform(t *testing.T) {
	for _, kind := range []model.ProfileKind{model.Pushing, model.Brokered, model.Polling} {
		s := twoUsers(0, 1)
		s.Network.Profile = model.DefaultProfile(kind)
		onLink(t, s, network.Shared)
		var told [2][]time.Duration
		for i, workers := range []int{1, 4} {
			err := Replicate(s.Scenario, 40, workers, 7, func(_ int, trace *Trace) {
				told[i] = append(told[i], trace.Makespan)
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if !slices.Equal(told[0], told[1]) || told[0][0] == told[0][1] {
			t.Errorf("%v: %v, with four workers %v", kind, told[0], told[1])
		}
	}
}

// TestGivenLatencyIsDrawn: where the scenario has a latency in place of the platform's,
// messages take that, and are none of the platform's.
func TestGivenLatencyIsDrawn(t *testing.T) {
	s := onLink(t, twoUsers(0, 0), network.Shared)
	for way := range s.Network.Routes {
		s.Network.Routes[way] = model.Constant(3 * ms)
	}
	trace, err := Run(s.Scenario, Options{Messages: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(trace.Messages) != 0 || trace.Components[1].Firings[0].Start != 1003*ms {
		t.Errorf("%d messages, u1 starts at %v", len(trace.Messages), trace.Components[1].Firings[0].Start)
	}
}
