package petri

import (
	"fmt"

	"adagio/dsl/model"
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
		if mutated("no-connection") {
			break
		}
		d = d.Plus(there).Plus(back)
	}
	return d
}

// throughBroker is how long a change of a fact takes to another node by way of the
// broker.
func (c *compiler) throughBroker(from, to int) model.Delay {
	n := &c.s.Network
	put := c.exchange(n.ToBroker[from], n.FromBroker[from])
	ask, back := c.exchange(n.ToBroker[to], n.FromBroker[to]), n.FromBroker[to]
	return model.Interval(put.Lo+back.Lo, put.Hi+c.sinceReading(ask, back)+back.Hi)
}

// sinceReading is how long before an answer of the broker the last one has left it.
func (c *compiler) sinceReading(ask, back model.Delay) duration {
	if mutated("read-at-once") {
		return 0
	}
	return back.Hi + c.s.Network.Profile.Poll.Hi + ask.Hi
}

// heard returns the place that says that a node has heard of another for the first
// time, where the profile has such: what it learns of the other is not before
// that.
func (c *compiler) heard(of, by int) (id PlaceID, gated bool) {
	switch kind := c.s.Network.Profile.Kind; {
	case mutated("known-before-hello"):
		return 0, false
	case kind == model.Pushing:
		return c.once(fmt.Sprintf("node %s: has heard of node %s", c.s.Nodes[by].Name, c.s.Nodes[of].Name), func(name string) PlaceID {
			hello := c.greet(fmt.Sprintf("node %s: hello of node %s", c.s.Nodes[of].Name, c.s.Nodes[by].Name), by, of, -1, c.message(by, of))
			return c.greet(name, of, by, c.answer(of, by, hello), c.message(of, by))
		}), true
	case kind == model.Brokered:
		return c.once(fmt.Sprintf("node %s: has read the broker", c.s.Nodes[by].Name), func(name string) PlaceID {
			n := &c.s.Network
			ask := c.exchange(n.ToBroker[by], n.FromBroker[by]).Plus(n.FromBroker[by])
			return c.greet(name, by, by, -1, model.Interval(ask.Lo, n.Profile.Poll.Hi+ask.Hi))
		}), true
	}
	return 0, false
}

// once returns the place of a name, made at first use.
func (c *compiler) once(name string, make func(name string) PlaceID) PlaceID {
	id, ok := c.named[name]
	if !ok {
		id = make(name)
		c.named[name] = id
	}
	return id
}

// answer makes the answer to a hello leave its node, with what holds at the end of
// an instant: last, as every fact.
func (c *compiler) answer(of, to int, hello PlaceID) PlaceID {
	o := c.factOrigin(Published, Fact{Present, of, -1, -1})
	name := fmt.Sprintf("node %s: answer to node %s", c.s.Nodes[of].Name, c.s.Nodes[to].Name)
	sent := c.place(name, false, true, o)
	c.add(Transition{Name: name, In: []PlaceID{hello}, Out: []PlaceID{sent}, Read: []PlaceID{c.nodes[of].started}, Class: Publish, Origin: o})
	return sent
}

// greet makes the place of a name, which is marked a delay after a node has
// started and another place, if there is one (-1), has been marked.
func (c *compiler) greet(name string, from, to int, after PlaceID, delay model.Delay) PlaceID {
	o := c.factOrigin(Network, Fact{Present, from, -1, -1})
	if after < 0 {
		after = c.place(name+": to come", true, true, o)
	}
	o.Node = to
	heard := c.place(name, false, true, o)
	c.add(Transition{Name: name, In: []PlaceID{after}, Out: []PlaceID{heard}, Read: []PlaceID{c.nodes[from].started}, Delay: delay, Origin: o})
	return heard
}
