package unfold

import (
	"slices"
	"time"

	"adagio/petri"
	"adagio/petri/cover"
)

// wayKey names the way of a fact, and its contrary, to a node.
type wayKey struct {
	fact  petri.Fact
	node  int
	value bool
}

// way is how long a fact takes to a node, whichever change of it, and the event before
// which nothing is known there.
type way struct {
	lo, hi     time.Duration
	heard      petri.EventID
	transition petri.TransitionID // the slowest
	note       petri.TransitionID // what takes note of it, in order
}

// findWays collects the delays of all facts on their ways.
func (c *coverer) findWays() {
	c.ways = map[wayKey]way{}
	for t := range c.net.Transitions {
		tr := &c.net.Transitions[t]
		if tr.Origin.Kind != petri.Network || tr.Origin.Fact.Kind == petri.Present {
			continue
		}
		for _, out := range tr.Out() {
			said, ok := c.net.Told[out]
			if !ok {
				continue
			}
			// The delay is that of this transition, or of the arrival that it takes note of;
			// beside that it takes what earlier news have marked.
			d, slowest := tr.Delay, petri.TransitionID(t)
			for _, in := range tr.In() {
				for _, from := range c.net.Producers.Of(in) {
					if o := c.net.Transitions[from].Origin; o.Kind == petri.Network && o.Ceases == tr.Origin.Ceases {
						if b := c.net.Transitions[from].Delay; b.Hi > d.Hi {
							d, slowest = b, from
						}
					}
				}
			}
			k := wayKey{said.Fact, tr.Node(), said.Value}
			w, seen := c.ways[k]
			if !seen {
				w = way{d.Lo, d.Hi, -1, slowest, petri.TransitionID(t)}
			}
			if d.Hi > w.hi {
				w.hi, w.transition = d.Hi, slowest
			}
			c.even = c.even && (!seen || w.lo == d.Lo)
			w.lo = min(w.lo, d.Lo)
			if tr.Delay.Hi == 0 {
				w.note = petri.TransitionID(t)
			}
			if heard, gated := c.net.Heard[out]; gated && len(c.p.byPlace.Of(heard)) > 0 {
				w.heard = c.p.conditions[c.p.byPlace.Of(heard)[0]].producer
			}
			c.ways[k] = w
		}
	}
}

// remote is what another node knows of the phases of a place: each switch arrives
// after its way, in order. What it has not been told it presumes. It fails where the net
// has no message that is taken note of after another, and there are several.
func (c *coverer) remote(k signalKey, phases []cover.Phase) (out []cover.Phase, err error) {
	from := c.net.Sources[k.fact]
	last := cover.None
	presumed, single := from.Presumed != k.not, k.not || len(from.On) == 1
	arrive := func(e cover.Event, value bool) cover.Event {
		w, ok := c.ways[wayKey{k.fact, k.node, value != k.not}]
		if !ok {
			w = c.ways[wayKey{k.fact, k.node, value == k.not}]
		}
		var causes []cover.Event
		if last == cover.None && w.heard >= 0 {
			causes = append(causes, c.event[w.heard])
		}
		if last == cover.None && len(causes) == 0 {
			last = c.system.Event(c.newChain(k), w.lo, w.hi, e)
			c.out.events = append(c.out.events, w.transition)
			c.system.Arrival(e, last)
			return last
		}
		if c.net.Transitions[w.note].Delay.Hi > 0 {
			err = uncovered("%q changes more often than messages are expected", c.net.TransitionName(w.note))
		}
		way := c.system.Event(cover.Alone, w.lo, w.hi, e)
		c.out.events = append(c.out.events, w.transition)
		looked := len(causes) == 0 && c.polls()
		if last != cover.None {
			causes = append(causes, last)
		}
		causes = append(causes, way)
		before := last
		c.noted[way] = cover.Event(c.system.Len())
		last = c.system.Event(c.newChain(k), 0, 0, causes...)
		if looked { // what a look finds is what holds, whatever has come before
			c.system.NotAfter(last, way)
			c.system.NotAfter(before, way)
		}
		c.out.events = append(c.out.events, w.note)
		c.system.Arrival(e, last)
		return last
	}
	started := c.event[c.starts[k.fact.Node]]
	marked := len(phases) > 0 && phases[0].On == cover.None
	_, holds := c.ways[wayKey{k.fact, k.node, true}]
	_, ceases := c.ways[wayKey{k.fact, k.node, false}]
	switch told := holds || ceases; {
	case !told && presumed:
		return []cover.Phase{{On: cover.None, Off: cover.None}}, nil
	case !told:
		return nil, nil
	case !marked && single && presumed:
		out = append(out, cover.Phase{On: cover.None, Off: arrive(started, false)})
	case marked && !presumed:
		phases = slices.Clone(phases)
		on := arrive(started, true)
		off := cover.None
		if phases[0].Off != cover.None {
			off = arrive(phases[0].Off, false)
		}
		out = append(out, cover.Phase{On: on, Off: off})
		phases = phases[1:]
	}
	for _, p := range phases {
		q := cover.Phase{On: cover.None, Off: cover.None}
		if p.On != cover.None {
			q.On = arrive(p.On, true)
		}
		if p.Off != cover.None {
			q.Off = arrive(p.Off, false)
		}
		out = append(out, q)
	}
	return out, err
}

// newChain is a chain for the arrivals of one signal.
func (c *coverer) newChain(k signalKey) int {
	base := len(c.net.Scenario.Components) + len(c.net.Scenario.Nodes)
	if _, ok := c.remotes[k]; !ok {
		c.remotes[k] = base + len(c.remotes)
	}
	return c.remotes[k]
}
