package executor

import (
	"time"

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
// whenever one changes (package compile, messages.go).
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

// Message is how long a node takes to send a fact to another.
func (t *Timing) Message(from, to int) model.Delay {
	return t.exchange(t.network().Between(from, to), t.network().Between(to, from))
}

// exchange is a message of the profile, with its connection, over a way there
// and back.
func (t *Timing) exchange(there, back model.Delay) model.Delay {
	d := t.profile().Request.Plus(there)
	for range t.profile().Setup {
		d = d.Plus(there).Plus(back)
	}
	return d
}

// ThroughBroker is how long a change of a fact takes to another node by way of the
// broker: until a reading is due that brings it, and the rest of that.
func (t *Timing) ThroughBroker(from, to int) (due, rest model.Delay) {
	n := t.network()
	put, back := t.Put(from), n.FromBroker[to]
	return model.Interval(put.Lo, put.Hi+back.Hi+n.Profile.Poll.Hi), model.Interval(back.Lo, t.Reading(to).Hi)
}

// Put is how long a message of a node takes to the broker.
func (t *Timing) Put(node int) model.Delay {
	return t.exchange(t.network().ToBroker[node], t.network().FromBroker[node])
}

// Reading is how long a reading of the broker takes a node.
func (t *Timing) Reading(node int) model.Delay {
	n := t.network()
	return t.exchange(n.ToBroker[node], n.FromBroker[node]).Plus(n.FromBroker[node])
}

// ReadsAsleep says whether a node reads the broker and sleeps.
func (t *Timing) ReadsAsleep(node int) bool {
	return t.profile().Kind.Brokers() && t.Scenario.Nodes[node].Uptime != nil
}

// Awake holds, by node, how long a reading may keep it awake, whether or not
// the net has one: a node reads also for facts that nothing depends on. With an executor
// that looks it is a turn of its loop. It is 0 where no node sleeps.
func (t *Timing) Awake() (readings []time.Duration) {
	readings = make([]time.Duration, len(t.Nodes))
	if !t.sleeps {
		return readings
	}
	for n, asked := range t.Scenario.Peers() {
		if t.Polling() {
			readings[n] = t.profile().Poll.Hi + t.profile().Pass.Hi + t.looks(n, t.Nodes[n].Looks+max(1, len(t.Scenario.Nodes[n].Neighbours))).any
		} else if t.ReadsAsleep(n) && len(asked) > 0 {
			readings[n] = t.Reading(n).Hi
		}
	}
	return readings
}
