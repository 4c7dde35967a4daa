package compile

import (
	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/executor"
)

// How a node hears of another for the first time: with the executor push by an answer to its
// hello, with a broker by its first reading (package executor, messages.go). With push:
//
//	asking node j                  │ message │ asked node i
//	○started j ┄▭ hello of j ──────┼─────────→ ○hello
//	○heard of i ←──────────────────┼── answer ▭┄ ○started i
//
// Where a node sleeps the way of a fact through the broker has two parts, the second of which
// marks the end of a reading:
//
//	○message ─▭ [p.lo, p.hi + b.hi + P.hi], next awake ─→ ○due ─▭ [b.lo, a.hi + b.hi] ─→ ○arrived

// readWhenAwake makes a reading of a node that sleeps, which ends a delay after it
// was due, out of the transition that it is for. What is put into its place is due.
func (c *compiler) readWhenAwake(t *transition, due, rest model.Delay) {
	first := *t
	first.Name, first.Delay, first.Leg = t.Name+", due", executor.Plain(due), petri.ToBroker
	first.Out = []petri.PlaceID{c.place(first.Name, false, true, t.Origin)}
	c.add(first)
	t.In, t.Read, t.Delay, t.Leg = first.Out, nil, executor.Plain(rest), petri.Reading
}

// heard returns the place that says that a node has heard of another for the first
// time, where the profile has such: what it learns of the other is not before
// that.
func (c *compiler) heard(of, by int) (id petri.PlaceID, gated bool) {
	switch kind := c.s.Network.Profile.Kind; {
	case kind == model.Pushing:
		return c.once(sharedKey{heardOf, by, of}, func() petri.PlaceID {
			hello := c.greet(c.text("%s: hello of %s", c.nodeName(of), c.nodeName(by)), by, of, -1, c.Message(by, of), model.Delay{})
			return c.greet(c.text("%s: has heard of %s", c.nodeName(by), c.nodeName(of)), of, by, c.answer(of, by, hello), c.Message(of, by), model.Delay{})
		}), true
	case kind.Brokers():
		return c.once(sharedKey{readBroker, by, -1}, func() petri.PlaceID {
			return c.greet(c.nodeName(by)+": has read the broker", by, by, -1, model.Interval(0, c.s.Network.Profile.Poll.Hi), c.Reading(by))
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
	t := transition{Name: name, In: []petri.PlaceID{after}, Out: []petri.PlaceID{heard}, Read: []petri.PlaceID{c.nodes[from].started}, Delay: executor.Plain(delay), Origin: o}
	if c.ReadsAsleep(to) {
		c.readWhenAwake(&t, delay, reading)
	} else if reading.Hi > 0 {
		t.Delay = executor.Plain(delay.Plus(reading))
	}
	c.add(t)
	return heard
}
