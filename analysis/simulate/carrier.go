package simulate

import "adagio/dsl/model"

// carrier takes facts to the nodes that ask for them, message by message.
type carrier interface {
	// starts is called when a node starts.
	starts(node int)
	// tell is called at the end of an instant that has changed a topic.
	tell(from, topic int, value int32)
	// flush is called at the end of an instant, after all tells.
	flush()
	// happen applies an event of the carrier's own.
	happen(e event)
	// receiver is the node that such an event waits for while it sleeps, or -1.
	receiver(e event) int
	// still says that the carrier has nothing to do but look for what will
	// never come.
	still() bool
}

func newCarrier(d *ideal) carrier {
	switch d.s.Network.Profile.Kind {
	case model.Pushing:
		return newPusher(d)
	case model.Brokered, model.Concertod:
		return newBroker(d)
	}
	for i := range d.topics.topics {
		if t := &d.topics.topics[i]; t.fact <= portUsed && d.s.Nodes[d.comps[t.about].node].Start.Hi == 0 {
			d.known[i] = d.tells(t)
			d.sent[i] = d.known[i]
		}
	}
	return wire{d}
}

// home is the node that a topic is about.
func (d *world) home(t *topic) int {
	if t.fact == nodeQuiet {
		return t.about
	}
	return d.comps[t.about].node
}

// send has an event happen when a message has arrived, with its connection, at a
// node or the broker, which has the number after those of the nodes.
func (d *ideal) send(from, to int, then event) {
	p := &d.s.Network.Profile
	took := d.value(&p.Request)
	then.cause = d.cause
	if d.flows != nil {
		d.flows.later(d.now+took, journey{from: from, to: to, left: 2*p.Setup + 1, then: then})
		return
	}
	there, back := d.latency(from, to), d.latency(to, from)
	took += d.value(&there)
	for range p.Setup {
		took += d.value(&there) + d.value(&back)
	}
	d.add(d.now+took, then)
}

// latency is how long a message takes on the wire, to and from the broker too.
func (d *ideal) latency(from, to int) model.Delay {
	n := &d.s.Network
	switch len(d.s.Nodes) {
	case from:
		return n.FromBroker[to]
	case to:
		return n.ToBroker[from]
	}
	return n.Between(from, to)
}

// reply is send for the answer to a message, over the same connection and in no time
// of the two ends.
func (d *ideal) reply(from, to int, then event) {
	then.cause = d.cause
	if d.flows != nil {
		d.flows.later(d.now, journey{from: from, to: to, left: 1, then: then})
		return
	}
	latency := d.latency(from, to)
	d.add(d.now+d.value(&latency), then)
}

// wire carries facts with the latency of the network alone (model.Ideal). What
// ports are in the beginning is common knowledge, where their node is there.
type wire struct{ *ideal }

func (wire) starts(int)         {}
func (wire) flush()             {}
func (wire) happen(event)       {}
func (wire) receiver(event) int { return -1 }
func (wire) still() bool        { return false }
func (w wire) tell(from, i int, value int32) {
	to := w.topics.topics[i].to
	latency := w.s.Network.Between(from, to)
	took := w.value(&latency)
	if p := w.s.Nodes[from].Power; p != nil && p.Sending > 0 {
		w.trace.Processes[from].sent = append(w.trace.Processes[from].sent, model.Window{Start: w.now, End: w.now + took})
	}
	before := w.cause
	if w.opts.Messages && w.roads != nil && w.roads.ways[[2]int{from, to}].flow != nil {
		w.cause = w.trace.sent(Message{From: from, To: to, Start: w.now, End: w.now + took, After: int(before)})
	}
	w.sent[i] = value
	w.last[i] = max(w.last[i], w.now+took)
	w.push(w.last[i], arrives, i, value)
	w.cause = before
}
