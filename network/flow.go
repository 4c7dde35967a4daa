package network

import "math"

// Model holds the constants of a flow model: SimGrid's CM02 family, of which
// LV08 is the default. A flow pays Latency × the latency of its route, during
// which it uses no bandwidth, and then gets a share of the links. See P. Velho, L.
// Schnorr, H. Casanova, A. Legrand, "Flow-level network models: have we reached
// the limits?", INRIA RR-7821, 2011.
type Model struct {
	// LatencyFactor multiplies latencies: the slow start of TCP. 13.01 in LV08.
	LatencyFactor float64
	// BandwidthFactor multiplies bandwidths: the overhead of headers. 0.97.
	BandwidthFactor float64
	// Gamma is the greatest TCP window in bytes: no flow is faster than one half
	// of it per latency of the route. 4194304; 0 for no limit.
	Gamma float64
	// Weight, in bytes, is what a link adds to the penalty of a flow in its share,
	// divided by its bandwidth. 20537.
	Weight float64
	// Cross is the part of its rate that a flow takes on the way back, for its
	// acknowledgements. 0.05; 0 without cross-traffic.
	Cross float64
	// LoopbackBandwidth and LoopbackLatency are those of the implicit link of a
	// host to itself, in bytes per second and seconds. 1e10 and 0.
	LoopbackBandwidth, LoopbackLatency float64
}

// LV08 is SimGrid's default model.
func LV08() Model {
	return Model{LatencyFactor: 13.01, BandwidthFactor: 0.97, Gamma: 4194304, Weight: 20537, Cross: 0.05, LoopbackBandwidth: 1e10}
}

// CM02 is SimGrid's model without corrections.
func CM02() Model {
	m := LV08()
	m.LatencyFactor, m.BandwidthFactor, m.Weight = 1, 1, 0
	return m
}

// Usage is a link and how much of the rate of a flow it carries: 1 on the way
// there, Model.Cross on the way back, the sum where it is on both.
type Usage struct {
	Link   int // of Platform.Links
	Factor float64
}

// Flow is what the sharing needs to know of a message on a route.
type Flow struct {
	Delay   float64 // seconds before the first byte counts
	Penalty float64 // the share on a bottleneck is proportional to 1/Penalty
	Bound   float64 // greatest rate in bytes per second, on an empty network
	Use     []Usage
}

// Flow describes a message on a route. Rates are those before BandwidthFactor,
// as SimGrid's solver has them: the bytes that arrive per second are
// BandwidthFactor times as many.
func (m Model) Flow(p *Platform, r Route) Flow {
	// The order of the sums is SimGrid's, to the last bit: on a fatpipe it can
	// decide whether a flow meets its bound or the link is full.
	latency, slowest := r.Latency, math.Inf(1)
	if r.Loopback {
		latency += m.LoopbackLatency
		slowest = m.LoopbackBandwidth
	}
	f := Flow{Penalty: latency}
	if r.Loopback {
		f.Penalty += m.Weight / m.LoopbackBandwidth
	}
	at := map[int]int{} // the usages, by link
	for _, l := range r.Links {
		slowest = min(slowest, p.Links[l].Bandwidth)
		f.Penalty += m.Weight / p.Links[l].Bandwidth
		f.add(p, at, l, 1)
	}
	if m.Cross > 0 {
		for _, l := range r.Back {
			f.add(p, at, l, m.Cross)
		}
	}
	f.Bound = slowest
	f.Delay = m.LatencyFactor * latency
	if latency > 0 && m.Gamma > 0 {
		f.Bound = min(f.Bound, m.Gamma/(2*latency))
	}
	if f.Delay == 0 {
		// SimGrid gives a flow without latency the penalty 1 for ever.
		f.Penalty = 1
	}
	return f
}

// add notes that the flow uses a link. On a fatpipe the greater use counts, not
// the sum.
func (f *Flow) add(p *Platform, at map[int]int, link int, factor float64) {
	i, known := at[link]
	switch {
	case !known:
		at[link] = len(f.Use)
		f.Use = append(f.Use, Usage{link, factor})
	case p.Links[link].Sharing == Fatpipe:
		f.Use[i].Factor = max(f.Use[i].Factor, factor)
	default:
		f.Use[i].Factor += factor
	}
}

// Alone is how long a message of the given size takes on an empty network, in
// seconds. It is a closed form: no rate of the flow is ever greater than its
// bound, nor than what each link has for it alone.
func (m Model) Alone(p *Platform, r Route, bytes float64) float64 {
	f := m.Flow(p, r)
	return m.FlowAlone(p, &f, bytes)
}

// FlowAlone is [Model.Alone] for the flow of a route.
func (m Model) FlowAlone(p *Platform, f *Flow, bytes float64) float64 {
	return f.Delay + transfer(bytes, m.BandwidthFactor*f.alone(p))
}

// alone is the rate of the flow on an empty network.
func (f *Flow) alone(p *Platform) float64 {
	rate := f.Bound
	for _, u := range f.Use {
		rate = min(rate, p.Links[u.Link].Bandwidth/u.Factor)
	}
	return rate
}

// transfer is the time of so many bytes at a rate.
func transfer(bytes, rate float64) float64 {
	if bytes == 0 {
		return 0
	}
	return bytes / rate
}
