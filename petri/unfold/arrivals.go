package unfold

import (
	"slices"

	"adagio/dsl/model"
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
	delay      model.Delay
	due        petri.TransitionID // before that, where a node that sleeps reads a broker; -1 elsewhere
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
			d, slowest := *tr.Delay, petri.TransitionID(t)
			for _, in := range tr.In() {
				for _, from := range c.net.Producers.Of(in) {
					if o := c.net.Transitions[from].Origin; o.Kind == petri.Network && o.Ceases == tr.Origin.Ceases {
						if b := *c.net.Transitions[from].Delay; b.Hi >= d.Hi {
							d, slowest = b, from
						}
					}
				}
			}
			k := wayKey{said.Fact, tr.Node(), said.Value}
			w, seen := c.ways[k]
			if !seen {
				w = way{d, -1, -1, slowest, petri.TransitionID(t)}
			}
			if d.Hi > w.delay.Hi {
				w.delay.Hi, w.transition = d.Hi, slowest
			}
			c.even = c.even && (!seen || w.delay.Lo == d.Lo)
			if w.delay.Lo = min(w.delay.Lo, d.Lo); c.net.Transitions[slowest].Leg == petri.Reading {
				w.due = c.net.Producers.Of(c.net.Transitions[slowest].In()[0])[0]
			}
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

// arrivals are those of what switches a signal at another node, in order.
type arrivals struct {
	*coverer
	k    signalKey
	last cover.Event // None before the first
	err  error
}

// of adds the arrival of a switch, after its way and what has arrived before.
func (a *arrivals) of(e cover.Event, value bool) cover.Event {
	w, ok := a.ways[wayKey{a.k.fact, a.k.node, value != a.k.not}]
	if !ok {
		w = a.ways[wayKey{a.k.fact, a.k.node, value == a.k.not}]
	}
	before := a.last
	if before == cover.None && w.heard < 0 {
		a.last = a.add(a.newChain(a.k), w.transition, w.delay, e)
		a.arrival(e, w)
		return a.last
	}
	if a.net.Transitions[w.note].Delay.Hi > 0 {
		a.err = uncovered("%q changes more often than messages are expected", a.net.TransitionName(w.note))
	}
	due := e
	if w.due >= 0 {
		due = a.add(cover.Alone, w.due, *a.net.Transitions[w.due].Delay, e)
	}
	way := a.add(cover.Alone, w.transition, w.delay, due)
	first := before
	if before == cover.None {
		first = a.event[w.heard]
	}
	a.noted[way] = cover.Event(a.system.Len())
	a.last = a.add(a.newChain(a.k), w.note, model.Delay{}, first, way)
	if before != cover.None && a.polls() { // what a look finds is what holds, whatever has come before
		a.system.NotAfter(a.last, way)
		a.system.NotAfter(before, way)
	}
	a.arrival(e, w)
	return a.last
}

// arrival says that the last event is the arrival of a switch.
func (a *arrivals) arrival(of cover.Event, w way) {
	a.system.Arrival(of, a.last)
	if a.sleeps {
		return
	}
	if w.delay.Lo > 0 && !a.polls() {
		a.system.First(a.last)
	}
	if put := a.net.Put; put != nil {
		from := put[a.k.fact.Node]
		a.system.Read(a.last, a.k.node, from.Lo, from.Hi)
	}
}

// remote is what another node knows of the phases of a place: each switch arrives
// after its way, in order. What it has not been told it presumes. It fails where the net
// has no message that is taken note of after another, and there are several.
func (c *coverer) remote(k signalKey, phases []cover.Phase) (out []cover.Phase, err error) {
	from := c.net.Sources[k.fact]
	arriving := &arrivals{coverer: c, k: k, last: cover.None}
	arrive := arriving.of
	presumed, single := from.Presumed != k.not, k.not || len(from.On) == 1
	started := c.event[c.starts[k.fact.Node]]
	if k.not && from.Unseen && len(phases) > 0 { // it never does before
		phases = append([]cover.Phase{{On: cover.None, Off: phases[0].Off}}, phases[1:]...)
	}
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
	return out, arriving.err
}

// newChain is a chain for the arrivals of one signal.
func (c *coverer) newChain(k signalKey) int {
	base := len(c.net.Scenario.Components) + len(c.net.Scenario.Nodes)
	if _, ok := c.remotes[k]; !ok {
		c.remotes[k] = base + len(c.remotes)
	}
	return c.remotes[k]
}
