package network

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// asker is a node that asks others, one message after the other.
type asker struct {
	journey [][2]int // the messages to come, each from node to node
	pause   []float64
	next    float64 // when the next one starts; infinite while one is under way
}

// TestSiteBounds: nodes that each have at most one message under way see delays
// inside those of the site, whatever their pace.
func TestSiteBounds(t *testing.T) {
	p := read(t, "testdata/ok/sites.xml")
	rapid.Check(t, func(t *rapid.T) {
		hosts := rapid.SliceOfN(rapid.IntRange(0, len(p.Hosts)-1), 2, 6).Draw(t, "hosts")
		asks := make([][]int, len(hosts))
		sizes := Sizes{rapid.Float64Range(0, 1000).Draw(t, "least"), rapid.Float64Range(1000, 1e6).Draw(t, "greatest")}
		var askers []*asker
		for n := range hosts {
			asks[n] = rapid.SliceOfNDistinct(rapid.IntRange(0, len(hosts)-1), 1, 2, rapid.ID).Draw(t, "asks")
			a := &asker{next: rapid.Float64Range(0, 1).Draw(t, "first")}
			for range 3 {
				peer := rapid.SampledFrom(asks[n]).Draw(t, "peer")
				a.journey = append(a.journey, [2]int{n, peer}, [2]int{peer, n})
				a.pause = append(a.pause, 0, rapid.Float64Range(0, 0.2).Draw(t, "pause"))
			}
			askers = append(askers, a)
		}
		site, err := NewSite(p, hosts, asks, sizes)
		if err != nil {
			t.Fatal(err)
		}
		run(t, site, askers)
	})
}

// run sends the messages of all askers and compares each with its delay.
func run(t *rapid.T, site *Site, askers []*asker) {
	net := NewFlows(site.Platform, site.Platform.Model)
	type message struct {
		asker *asker
		way   [2]int
		start float64
	}
	sent := map[int]message{}
	for {
		var first *asker
		for _, a := range askers {
			if len(a.journey) > 0 && (first == nil || a.next < first.next) {
				first = a
			}
		}
		at, moving := net.Next()
		if first != nil && first.next <= at && !math.IsInf(first.next, 1) {
			at = first.next
		} else if !moving {
			return
		}
		for _, id := range net.Advance(at) {
			m := sent[id]
			d, err := site.Delay(m.way[0], m.way[1])
			if err != nil {
				t.Fatal(err)
			}
			took := time.Duration(math.Round((at - m.start) * 1e9))
			if took < d.Lo-1 || took > d.Hi+1 {
				t.Fatalf("a message from %s to %s takes %v, outside of %v", site.Host(m.way[0]), site.Host(m.way[1]), took, d)
			}
			m.asker.next = at + m.asker.pause[0]
			m.asker.pause = m.asker.pause[1:]
		}
		for _, a := range askers {
			if len(a.journey) == 0 || a.next > at {
				continue
			}
			way := a.journey[0]
			r, err := site.Platform.Route(site.hosts[way[0]], site.hosts[way[1]])
			if err != nil {
				t.Fatal(err)
			}
			size := rapid.Float64Range(site.Sizes.Lo, site.Sizes.Hi).Draw(t, "size")
			sent[net.Start(at, r, size)] = message{a, way, at}
			a.journey, a.next = a.journey[1:], math.Inf(1)
		}
	}
}
