package simulate

import (
	"slices"
	"time"

	"adagio/dsl/model"
)

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
	// still says that the carrier has nothing to do but look for what will
	// never come.
	still() bool
}

func newCarrier(d *ideal) carrier {
	switch d.s.Network.Profile.Kind {
	case model.Pushing:
		return newPusher(d)
	case model.Brokered:
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
func (d *ideal) home(t *topic) int {
	if t.fact == nodeQuiet {
		return t.about
	}
	return d.comps[t.about].node
}

// exchange draws how long a message takes, with its connection, over a way there
// and back.
func (d *ideal) exchange(there, back model.Delay) time.Duration {
	p := &d.s.Network.Profile
	took := d.value(&p.Request) + d.value(&there)
	for range p.Setup {
		took += d.value(&there) + d.value(&back)
	}
	return took
}

// wire carries facts with the latency of the network alone (model.Ideal). What
// ports are in the beginning is common knowledge, where their node is certainly there.
type wire struct{ *ideal }

func (wire) starts(int)   {}
func (wire) flush()       {}
func (wire) happen(event) {}
func (wire) still() bool  { return false }
func (w wire) tell(from, i int, value int32) {
	latency := w.s.Network.Between(from, w.topics.topics[i].to)
	took := w.value(&latency)
	if p := w.s.Nodes[from].Power; p != nil && p.Sending > 0 {
		w.trace.Nodes[from].sent = append(w.trace.Nodes[from].sent, model.Window{Start: w.now, End: w.now + took})
	}
	w.deliver(i, value, took)
}

// pusher carries facts in messages from node to node (model.Pushing).
type pusher struct {
	*ideal
	pairs []pair
	of    []int // by topic: its pair
	fresh []int // pairs that open in this instant
}

// pair is a node that asks another.
type pair struct {
	from, to      int // the one that is asked, the one that asks
	topics        []int
	greeted, open bool
}

func newPusher(d *ideal) *pusher {
	p := &pusher{ideal: d}
	ids := map[[2]int]int{}
	for i := range d.topics.topics {
		t := &d.topics.topics[i]
		key := [2]int{d.home(t), t.to}
		id, ok := ids[key]
		if !ok {
			id = len(p.pairs)
			ids[key] = id
			p.pairs = append(p.pairs, pair{from: key[0], to: key[1]})
		}
		p.of = append(p.of, id)
		p.pairs[id].topics = append(p.pairs[id].topics, i)
	}
	return p
}

func (p *pusher) still() bool { return false }

func (p *pusher) message(from, to int) time.Duration {
	return p.exchange(p.s.Network.Between(from, to), p.s.Network.Between(to, from))
}

// starts says hello, and answers those that have said hello before.
func (p *pusher) starts(node int) {
	for i := range p.pairs {
		switch q := &p.pairs[i]; {
		case q.to == node:
			p.push(p.now+p.message(node, q.from), greets, q.from, int32(i))
		case q.from == node && q.greeted:
			p.fresh = append(p.fresh, i)
		}
	}
}

func (p *pusher) happen(e event) {
	q := &p.pairs[e.value]
	q.greeted = true
	if p.nodes[q.from].started {
		p.fresh = append(p.fresh, int(e.value))
	}
}

func (p *pusher) tell(from, i int, value int32) {
	if p.pairs[p.of[i]].open {
		p.deliver(i, value, p.message(from, p.topics.topics[i].to))
	}
}

// flush answers with what holds at the end of the instant.
func (p *pusher) flush() {
	for _, i := range p.fresh {
		q := &p.pairs[i]
		q.open = true
		took := p.message(q.from, q.to)
		for _, t := range q.topics {
			p.last[t] = p.now + took
			if value := p.tells(&p.topics.topics[t]); value != p.sent[t] {
				p.deliver(t, value, took)
			}
		}
	}
	p.fresh = p.fresh[:0]
}

// broker stores facts, and has nodes read them (model.Brokered).
type broker struct {
	*ideal
	stored, told []int32 // by topic
	puts         map[topic]put
	turning      int   // events of readings that are ahead, or wait for their node
	news         []int // by node: topics that are stored, but not told
}

// put is the last message about a fact, whoever asks for it.
type put struct{ sent, stored time.Duration }

func newBroker(d *ideal) *broker {
	b := &broker{ideal: d, puts: map[topic]put{}, news: make([]int, len(d.nodes))}
	b.stored = append(b.stored, d.known...)
	b.told = append(b.told, d.known...)
	return b
}

// still says that the nodes go on reading, but nothing else will happen.
func (b *broker) still() bool {
	others := len(b.events) - b.turning
	for i := 0; i < len(b.nodes) && others <= 0; i++ {
		switch n := &b.nodes[i]; {
		case !n.forever && (b.news[i] > 0 || len(n.inbox) > 1):
			return false
		case n.forever && slices.ContainsFunc(n.inbox, func(e event) bool { return e.what == asks }):
			others++ // it does not wake up for it
		}
	}
	return others == 0
}

func (b *broker) flush() {}

// starts reads for the first time anywhere in a period.
func (b *broker) starts(node int) {
	for i := range b.topics.topics {
		if b.topics.topics[i].to == node {
			phase := model.Interval(0, b.s.Network.Profile.Poll.Hi)
			b.turn(b.now+b.value(&phase), asks, node)
			return
		}
	}
}

// turn schedules an event of the readings of a node.
func (b *broker) turn(at time.Duration, what what, node int) {
	b.turning++
	b.push(at, what, node, 0)
}

// tell sends the broker one message about a fact, for all that ask for it.
func (b *broker) tell(from, i int, value int32) {
	about := b.topics.topics[i]
	about.to = -1
	p, ok := b.puts[about]
	if !ok || p.sent != b.now {
		n := &b.s.Network
		p = put{b.now, max(p.stored, b.now+b.exchange(n.ToBroker[from], n.FromBroker[from]))}
		b.puts[about] = p
	}
	b.sent[i] = value
	b.push(p.stored, stores, i, value)
}

func (b *broker) happen(e event) {
	n, id := &b.s.Network, int(e.id)
	if e.what != stores {
		b.turning--
	}
	switch e.what {
	case stores:
		to := b.topics.topics[id].to
		b.news[to] -= b.unread(id)
		b.stored[id] = e.value
		b.news[to] += b.unread(id)
		b.waits(to)
	case asks:
		if b.uptimes[id] != nil {
			b.keepAwake(id)
		}
		b.turn(b.now+b.exchange(n.ToBroker[id], n.FromBroker[id]), reads, id)
	case reads:
		home := b.now + b.value(&n.FromBroker[id])
		for i := range b.topics.topics {
			if b.topics.topics[i].to == id && b.unread(i) > 0 {
				b.news[id]--
				b.told[i] = b.stored[i]
				b.push(home, arrives, i, b.told[i])
			}
		}
		if b.uptimes[id] != nil { // only there it matters
			b.turn(home, returns, id)
		}
		b.turn(home+b.value(&n.Profile.Poll), asks, id)
	case returns:
		b.letSleep(id)
	}
}

func (b *broker) unread(i int) int {
	if b.stored[i] != b.told[i] {
		return 1
	}
	return 0
}
