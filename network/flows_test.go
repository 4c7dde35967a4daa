package network

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// backbone is a platform of pairs of hosts that all talk over one link.
func backbone(t testing.TB, pairs int, bandwidth, latency float64, sharing Sharing) *Platform {
	t.Helper()
	b := NewBuilder("backbone")
	id := func(text string) Ident { return Ident{Text: text} }
	b.Open(id("zone"), Full)
	b.Link(LinkSpec{Name: id("bone"), Bandwidth: bandwidth, Latency: latency, Sharing: sharing})
	hop := Hop{Link: id("bone"), Up: sharing == SplitDuplex}
	for i := range pairs {
		from, to := id(fmt.Sprintf("a%d", i)), id(fmt.Sprintf("b%d", i))
		b.Host(from, Host{})
		b.Host(to, Host{})
		b.Route(RouteSpec{Src: from, Dst: to, Hops: []Hop{hop}, Symmetric: true})
	}
	b.Close()
	p, list := b.Build()
	if p == nil {
		t.Fatal(list)
	}
	return p
}

// TestClosedForms: n equal flows over one backbone take 13.01·L + S/R with
// R = 0.97·min(B/(k·n), γ/(2L)), k = 1.05 on a shared link and 1 on a
// split-duplex one.
func TestClosedForms(t *testing.T) {
	const size = 1e6
	for _, sharing := range []Sharing{Shared, SplitDuplex} {
		for _, n := range []int{1, 2, 10} {
			for _, latency := range []float64{1e-4, 0.01, 0.3} {
				p := backbone(t, n, 1e7, latency, sharing)
				k := 1.05
				if sharing == SplitDuplex {
					k = 1
				}
				want := 13.01*latency + size/(0.97*min(1e7/(k*float64(n)), 4194304/(2*latency)))
				net := NewFlows(p, p.Model)
				for i := range n {
					r, err := p.Route(2*i, 2*i+1)
					if err != nil {
						t.Fatal(err)
					}
					net.Start(0, r, size)
				}
				last := 0.0
				for at, ok := net.Next(); ok; at, ok = net.Next() {
					net.Advance(at)
					last = at
				}
				if math.Abs(last-want) > 1e-12*want {
					t.Errorf("%v, %d flows, latency %v: %v, want %v", sharing, n, latency, last, want)
				}
			}
		}
	}
	p := backbone(t, 1, 1e7, 0.01, Shared)
	self, _ := p.Route(0, 0)
	if got := p.Model.Alone(p, self, 1e6); got != 1e6/(0.97*1e10) {
		t.Errorf("between processes of one host: %v", got)
	}
}

// TestFlowsAgainstGlobalSharing: computing only the rates of flows that are linked
// gives the arrivals that computing all of them gives.
func TestFlowsAgainstGlobalSharing(t *testing.T) {
	p := read(t, "testdata/ok/sites.xml")
	rapid.Check(t, func(t *rapid.T) {
		partial, all := NewFlows(p, p.Model), NewFlows(p, p.Model)
		var starts []float64
		at := 0.0
		for range rapid.IntRange(1, 12).Draw(t, "messages") {
			at += rapid.Float64Range(0, 0.5).Draw(t, "gap")
			starts = append(starts, at)
		}
		follow := func(net *Flows, sent map[int]int, until float64, into map[int]float64, global bool) {
			for next, ok := net.Next(); ok && next <= until; next, ok = net.Next() {
				for _, id := range net.Advance(next) {
					into[sent[id]] = next
				}
				if global {
					net.changed = append(net.changed[:0], net.queue...)
					net.share()
				}
			}
			if !math.IsInf(until, 1) {
				net.Advance(until)
			}
		}
		got, want := map[int]float64{}, map[int]float64{}
		inPartial, inAll := map[int]int{}, map[int]int{} // messages by their numbers
		for i, at := range starts {
			host := rapid.IntRange(0, len(p.Hosts)-1)
			r, err := p.Route(host.Draw(t, "from"), host.Draw(t, "to"))
			if err != nil {
				t.Fatal(err)
			}
			size := rapid.Float64Range(0, 1e6).Draw(t, "size")
			follow(partial, inPartial, at, got, false)
			follow(all, inAll, at, want, true)
			inPartial[partial.Start(at, r, size)] = i
			inAll[all.Start(at, r, size)] = i
		}
		follow(partial, inPartial, math.Inf(1), got, false)
		follow(all, inAll, math.Inf(1), want, true)
		for id := range starts {
			if math.Abs(got[id]-want[id]) > 1e-9*want[id] {
				t.Fatalf("message %d arrives at %v, not %v", id, got[id], want[id])
			}
		}
	})
}

// BenchmarkFlows sends 1,000 messages through 100 hosts of one cluster.
func BenchmarkFlows(b *testing.B) {
	builder := NewBuilder("cluster")
	radicals, _ := ParseRadicals("0-99")
	builder.Cluster(ClusterSpec{Name: Ident{Text: "c"}, Prefix: "n", Radicals: radicals, Bandwidth: 1.25e8, Latency: 5e-5, Sharing: SplitDuplex})
	p, _ := builder.Build()
	r := rand.New(rand.NewPCG(1, 1))
	var routes []Route
	for range 1000 {
		route, err := p.Route(r.IntN(100), r.IntN(100))
		if err != nil {
			b.Fatal(err)
		}
		routes = append(routes, route)
	}
	b.ResetTimer()
	for b.Loop() {
		net := NewFlows(p, p.Model)
		for i, route := range routes {
			at := float64(i) * 1e-3
			net.Advance(at)
			net.Start(at, route, 1e6)
		}
		net.Advance(math.Inf(1))
	}
}
