package compile

import (
	"time"

	"adagio/dsl/model"
	"adagio/petri"
)

// In the profiles push and broker a node acts at once on what it learns, as in
// the ideal profile, and facts travel in messages. Let q be what the two ends take
// for a message or a reading, c the round trips that set up a connection before
// it, and the latencies those of the platform.
//
// # Push
//
// A message from one node to another takes q, c round trips, and the way there. A
// node that starts says hello to each node that it asks; the other one answers as
// soon as it has started, too, with the facts that hold, and then sends a message
// whenever one changes:
//
//	asking node j                  │ message │ asked node i
//	○started j ┄▭ hello of j ──────┼─────────→ ○hello
//	○heard of i ←──────────────────┼── answer ▭┄ ○started i
//
// What has changed before the answer leaves is in it. The net has a message for
// each change and lets none be noted before the answer has arrived. A change at x
// and an answer sent at y > x, which takes d, are noted at y + d, as in the net
// if the message of the change takes d as well, which is one of its delays.
//
// # Broker
//
// A change is published by a message to the broker, p = q + c round trips + the way
// there, and stored there. A node reads the broker from its start on, after
// [0, P] for the first time: a reading takes a = q + c round trips + the way there
// until the broker answers, b back home, and the next begins P later. It brings
// what is stored when the broker answers. Two answers leave the broker b + P + a apart
// at most, so that a change is known after [p.lo + b.lo, p.hi + (b + P + a).hi + b.hi],
// or by the first reading, [a.lo + b.lo, (P + a + b).hi] after the start, if that
// answer leaves later than the change is stored. A change that is undone before
// it has been read is noted at the same time as its undoing, which nobody sees.
//
// # Where nodes sleep
//
// A message of push that comes for a node that sleeps, a hello too, is kept for it
// until it wakes up: its arrival is an event that waits (package sleep). The broker never
// sleeps. A node begins a reading when it is awake, the moment that it wakes up if
// one has been due before; and a reading that has begun keeps it awake until the
// answer is there. So the way of a fact has two parts, the second of which marks the
// end of a reading:
//
//	○message ─▭ [p.lo, p.hi + b.hi + P.hi], next awake ─→ ○due ─▭ [b.lo, a.hi + b.hi] ─→ ○arrived
//
// Let the broker have the change from s on, and let the first answer from then on
// leave it at t, in the reading from q to h. If q ≤ s the node is awake from s on:
// what is due at s is so when the node is awake, and h is b.lo to a.hi + b.hi
// later. If q > s, and there was a reading before, its answer has left by s, and
// the next one is due within b.hi + P.hi of that. Then q is the next instant awake
// after that date or, where that lies before s, after s. If there was no reading
// before, the fact is noted with the first one, which has two parts, too, and ends
// later than the one that the net has for the change. All these are choices within the
// delays, so that every execution is one of the net.

// message is how long a node takes to send a fact to another.
func (c *compiler) message(from, to int) model.Delay {
	n := &c.s.Network
	return c.exchange(n.Between(from, to), n.Between(to, from))
}

// exchange is a message of the profile, with its connection, over a way there
// and back.
func (c *compiler) exchange(there, back model.Delay) model.Delay {
	p := &c.s.Network.Profile
	d := p.Request.Plus(there)
	for range p.Setup {
		d = d.Plus(there).Plus(back)
	}
	return d
}

// throughBroker is how long a change of a fact takes to another node by way of the
// broker: until a reading is due that brings it, and the rest of that.
func (c *compiler) throughBroker(from, to int) (due, rest model.Delay) {
	n := &c.s.Network
	put := c.exchange(n.ToBroker[from], n.FromBroker[from])
	ask, back := c.exchange(n.ToBroker[to], n.FromBroker[to]), n.FromBroker[to]
	return model.Interval(put.Lo, put.Hi+back.Hi+n.Profile.Poll.Hi), model.Interval(back.Lo, ask.Hi+back.Hi)
}

// readsAsleep says whether a node reads the broker and sleeps.
func (c *compiler) readsAsleep(node int) bool {
	return c.s.Network.Profile.Kind.Brokers() && c.s.Nodes[node].Uptime != nil
}

// timeReadings computes the longest reading of each node that sleeps, whether or not
// the net has one: a node reads also for facts that nothing depends on. With an executor
// that looks it is a turn of its loop.
func (c *compiler) timeReadings() {
	c.net.Reading = make([]time.Duration, len(c.s.Nodes))
	if !c.sleeps {
		return
	}
	n := &c.s.Network
	for by, asked := range c.s.Peers() {
		if c.polling() && c.sleeps {
			c.net.Reading[by] = n.Profile.Poll.Hi + n.Profile.Pass.Hi + c.lookingTime(by, c.nodes[by].looks+max(1, len(c.s.Nodes[by].Neighbours)))
		} else if c.readsAsleep(by) && len(asked) > 0 {
			c.net.Reading[by] = c.exchange(n.ToBroker[by], n.FromBroker[by]).Hi + n.FromBroker[by].Hi
		}
	}
}

// readWhenAwake makes a reading of a node that sleeps, which ends a delay after it
// was due, out of the transition that it is for. What is put into its place is due.
func (c *compiler) readWhenAwake(t *transition, due, rest model.Delay) {
	first := *t
	first.Name, first.Delay, first.Leg = t.Name+", due", due, petri.ToBroker
	first.Out = []petri.PlaceID{c.place(first.Name, false, true, t.Origin)}
	c.add(first)
	t.In, t.Read, t.Delay, t.Leg = first.Out, nil, rest, petri.Reading
}

// heard returns the place that says that a node has heard of another for the first
// time, where the profile has such: what it learns of the other is not before
// that.
func (c *compiler) heard(of, by int) (id petri.PlaceID, gated bool) {
	switch kind := c.s.Network.Profile.Kind; {
	case kind == model.Pushing:
		return c.once(sharedKey{heardOf, by, of}, func() petri.PlaceID {
			hello := c.greet(c.text("%s: hello of %s", c.nodeName(of), c.nodeName(by)), by, of, -1, c.message(by, of), model.Delay{})
			return c.greet(c.text("%s: has heard of %s", c.nodeName(by), c.nodeName(of)), of, by, c.answer(of, by, hello), c.message(of, by), model.Delay{})
		}), true
	case kind.Brokers():
		return c.once(sharedKey{readBroker, by, -1}, func() petri.PlaceID {
			n := &c.s.Network
			ask := c.exchange(n.ToBroker[by], n.FromBroker[by]).Plus(n.FromBroker[by])
			return c.greet(c.nodeName(by)+": has read the broker", by, by, -1, model.Interval(0, n.Profile.Poll.Hi), ask)
		}), true
	}
	return 0, false
}

// answer makes the answer to a hello leave its node, with what holds at the end of
// an instant: last, as every fact.
func (c *compiler) answer(of, to int, hello petri.PlaceID) petri.PlaceID {
	o := c.factOrigin(petri.Published, petri.Fact{Kind: petri.Present, Node: of, Component: -1, Index: -1})
	name := c.text("%s: answer to %s", c.nodeName(of), c.nodeName(to))
	sent := c.place(name, false, true, o)
	c.add(transition{Name: name, In: []petri.PlaceID{hello}, Out: []petri.PlaceID{sent}, Read: []petri.PlaceID{c.nodes[of].started}, Class: petri.Publish, Origin: o})
	return sent
}

// greet makes the place of a name, which is marked a delay after a node has
// started and another place, if there is one (-1), has been marked; and the time of a
// reading after that.
func (c *compiler) greet(name string, from, to int, after petri.PlaceID, delay, reading model.Delay) petri.PlaceID {
	o := c.factOrigin(petri.Network, petri.Fact{Kind: petri.Present, Node: from, Component: -1, Index: -1})
	if after < 0 {
		after = c.place(name+": to come", true, true, o)
	}
	o.Node = to
	heard := c.place(name, false, true, o)
	t := transition{Name: name, In: []petri.PlaceID{after}, Out: []petri.PlaceID{heard}, Read: []petri.PlaceID{c.nodes[from].started}, Delay: delay, Origin: o}
	if c.readsAsleep(to) {
		c.readWhenAwake(&t, delay, reading)
	} else if reading.Hi > 0 {
		t.Delay = model.Interval(delay.Lo+reading.Lo, delay.Hi+reading.Hi)
	}
	c.add(t)
	return heard
}
