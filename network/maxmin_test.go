package network

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// links is a platform of links only.
func links(list ...Link) *Platform { return &Platform{Links: list, Model: LV08()} }

func TestMaxMinOfSmallCases(t *testing.T) {
	shared, fat := Link{Bandwidth: 100}, Link{Bandwidth: 100, Sharing: Fatpipe}
	one := func(link int, penalty, bound float64) *Flow {
		return &Flow{Penalty: penalty, Bound: bound, Use: []Usage{{link, 1}}}
	}
	tests := []struct {
		name  string
		link  Link
		flows []*Flow
		want  string
	}{
		{"alone", shared, []*Flow{one(0, 1, 1000)}, "[100]"},
		{"two halves", shared, []*Flow{one(0, 1, 1000), one(0, 1, 1000)}, "[50 50]"},
		{"by penalty", shared, []*Flow{one(0, 1, 1000), one(0, 3, 1000)}, "[75 25]"},
		{"a bound leaves more to the other", shared, []*Flow{one(0, 1, 20), one(0, 1, 1000)}, "[20 80]"},
		{"equal flows on a fatpipe", fat, []*Flow{one(0, 1, 1000), one(0, 1, 1000)}, "[100 100]"},
		{"the first to fill a fatpipe stops the other", fat, []*Flow{one(0, 1, 1000), one(0, 2, 1000)}, "[100 50]"},
		{"a bound that is the bandwidth fills a fatpipe", fat, []*Flow{one(0, 1, 100), one(0, 2, 1000)}, "[100 50]"},
		{"cross-traffic", shared, []*Flow{{Penalty: 1, Bound: 1000, Use: []Usage{{0, 1.25}}}}, "[80]"},
	}
	for _, test := range tests {
		if got := fmt.Sprint(MaxMin(links(test.link), test.flows)); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

// randomFlows draws links and flows over them.
func randomFlows(t *rapid.T) (*Platform, []*Flow) {
	p := links()
	for range rapid.IntRange(1, 8).Draw(t, "links") {
		sharing := Shared
		if rapid.IntRange(0, 3).Draw(t, "fat") == 0 {
			sharing = Fatpipe
		}
		p.Links = append(p.Links, Link{Bandwidth: rapid.Float64Range(1, 1e6).Draw(t, "bandwidth"), Sharing: sharing})
	}
	var flows []*Flow
	for range rapid.IntRange(1, 12).Draw(t, "flows") {
		at, f := map[int]int{}, &Flow{Penalty: rapid.Float64Range(1e-3, 10).Draw(t, "penalty"), Bound: rapid.Float64Range(1, 1e6).Draw(t, "bound")}
		for range rapid.IntRange(0, 5).Draw(t, "uses") {
			f.add(p, at, rapid.IntRange(0, len(p.Links)-1).Draw(t, "link"), rapid.SampledFrom([]float64{1, 1, 0.05}).Draw(t, "factor"))
		}
		flows = append(flows, f)
	}
	return p, flows
}

// used is how much of a link the flows take.
func used(p *Platform, flows []*Flow, rates []float64, link int) float64 {
	sum, most := 0.0, 0.0
	for i, f := range flows {
		for _, u := range f.Use {
			if u.Link == link {
				sum += u.Factor * rates[i]
				most = max(most, u.Factor*rates[i])
			}
		}
	}
	if p.Links[link].Sharing == Fatpipe {
		return most
	}
	return sum
}

// TestMaxMinIsOptimal: no link carries more than it can, and each flow is at its
// bound or has a full link on which no flow has a greater level.
func TestMaxMinIsOptimal(t *testing.T) {
	const near = 1e-9
	rapid.Check(t, func(t *rapid.T) {
		p, flows := randomFlows(t)
		rates := MaxMin(p, flows)
		for l, link := range p.Links {
			if u := used(p, flows, rates, l); u > link.Bandwidth*(1+near) {
				t.Fatalf("link %d carries %v of %v", l, u, link.Bandwidth)
			}
		}
		for i, f := range flows {
			if rates[i] <= 0 || rates[i] > f.Bound*(1+near) {
				t.Fatalf("flow %d: rate %v, bound %v", i, rates[i], f.Bound)
			}
			if rates[i] < f.Bound*(1-near) && !hasBottleneck(p, flows, rates, i) {
				t.Fatalf("flow %d could be faster: %v", i, rates)
			}
		}
	})
}

func hasBottleneck(p *Platform, flows []*Flow, rates []float64, i int) bool {
	const near = 1e-9
	level := rates[i] * flows[i].Penalty
use:
	for _, u := range flows[i].Use {
		if used(p, flows, rates, u.Link) < p.Links[u.Link].Bandwidth*(1-near) {
			continue
		}
		for j, g := range flows {
			for _, v := range g.Use {
				if v.Link == u.Link && rates[j]*g.Penalty > level*(1+near) {
					continue use
				}
			}
		}
		return true
	}
	return false
}

// TestMaxMinIsMonotone: faster links and greater bounds do not lower the least
// level; and where flows share one link only, one flow more slows all others.
func TestMaxMinIsMonotone(t *testing.T) {
	const near = 1e-9
	least := func(flows []*Flow, rates []float64) float64 {
		level := rates[0] * flows[0].Penalty
		for i, f := range flows {
			level = min(level, rates[i]*f.Penalty)
		}
		return level
	}
	rapid.Check(t, func(t *rapid.T) {
		p, flows := randomFlows(t)
		before := least(flows, MaxMin(p, flows))
		more := links(append([]Link{}, p.Links...)...)
		l := rapid.IntRange(0, len(p.Links)-1).Draw(t, "faster")
		more.Links[l].Bandwidth *= 2
		if after := least(flows, MaxMin(more, flows)); after < before*(1-near) {
			t.Fatalf("a faster link lowers the least level from %v to %v", before, after)
		}
		one := links(Link{Bandwidth: 100})
		var on []*Flow
		for _, f := range flows {
			on = append(on, &Flow{Penalty: f.Penalty, Bound: f.Bound, Use: []Usage{{0, 1}}})
		}
		all := MaxMin(one, on)
		for i, rate := range MaxMin(one, on[:len(on)-1]) {
			if rate < all[i]*(1-near) {
				t.Fatalf("flow %d is faster beside one more: %v, %v", i, rate, all[i])
			}
		}
	})
}

// TestWorstBoundsEverySubset: whatever part of the flows is there, none is slower
// than the static bound says.
func TestWorstBoundsEverySubset(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, flows := randomFlows(t)
		load := NewLoad(p)
		for _, f := range flows {
			load.Add(f)
		}
		var part []*Flow
		for _, f := range flows {
			if rapid.Bool().Draw(t, "there") {
				part = append(part, f)
			}
		}
		for i, rate := range MaxMin(p, part) {
			took, worst := 1000/(p.Model.BandwidthFactor*rate), p.Model.Worst(part[i], load, 1000)
			if took > worst*(1+1e-9) {
				t.Fatalf("a flow takes %v, more than %v", took, worst)
			}
		}
	})
}

// BenchmarkMaxMin shares 200 links between 1,000 flows of 5 links each.
func BenchmarkMaxMin(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	p := links()
	for range 200 {
		p.Links = append(p.Links, Link{Bandwidth: 1e6 * (1 + r.Float64())})
	}
	var flows []*Flow
	for range 1000 {
		at, f := map[int]int{}, &Flow{Penalty: 0.01 + r.Float64(), Bound: 1e6 * r.Float64()}
		for range 5 {
			f.add(p, at, r.IntN(200), 1)
		}
		flows = append(flows, f)
	}
	b.ResetTimer()
	for b.Loop() {
		MaxMin(p, flows)
	}
}
