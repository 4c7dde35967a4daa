package simulate

import (
	"slices"
	"time"

	"adagio/dsl/model"
)

// broker stores facts, and has nodes read them (model.Brokered).
type broker struct {
	*ideal
	stored, told []int32 // by topic
	of           []int   // by topic: the fact, whoever asks for it
	puts         []puts  // by fact
	readings     []reading
	reading      int   // nodes that will ask, or be answered
	news         []int // by node: topics that are stored, but not told
	coming       int   // values on the way to nodes
}

// puts are the messages about a fact.
type puts struct {
	queue[[]value]
	sent   time.Duration // when the last one was
	number int32         // of the last one
}

// value is what somebody is told of a topic.
type value struct {
	topic int
	value int32
}

// reading is what a node is being answered.
type reading struct {
	values []value
	pause  time.Duration // until the next
}

func newBroker(d *ideal) *broker {
	b := &broker{ideal: d, readings: make([]reading, len(d.nodes)), news: make([]int, len(d.nodes))}
	b.stored = append(b.stored, d.known...)
	b.told = append(b.told, d.known...)
	ids := map[topic]int{}
	for _, t := range d.topics.topics {
		t.to = -1
		id, ok := ids[t]
		if !ok {
			id = len(b.puts)
			ids[t] = id
			b.puts = append(b.puts, puts{sent: model.Never})
		}
		b.of = append(b.of, id)
	}
	return b
}

// still says that the nodes go on reading, but nothing else will happen.
func (b *broker) still() bool {
	others := len(b.events) + b.coming - b.reading
	if b.flows != nil {
		others += b.flows.net.UnderWay()
	}
	for i := 0; i < len(b.nodes) && others <= 0; i++ {
		n := &b.nodes[i]
		switch ended := n.forever || n.gone; {
		case !ended && (b.news[i] > 0 || len(n.inbox) > 1):
			return false
		case ended && slices.ContainsFunc(n.inbox, func(e event) bool { return e.what == asks }):
			others++ // it does not wake up for it
		}
	}
	return others == 0
}

func (b *broker) receiver(e event) int {
	if e.what == asks {
		return int(e.id)
	}
	return -1
}

func (b *broker) flush() {}

// starts reads for the first time anywhere in a period.
func (b *broker) starts(node int) {
	if len(b.topics.asked[node]) > 0 {
		phase := model.Interval(0, b.s.Network.Profile.Poll.Hi)
		b.reading++
		b.push(b.now+b.value(&phase), asks, node, 0)
	}
}

// tell sends the broker one message about a fact, for all that ask for it.
func (b *broker) tell(from, i int, v int32) {
	fact := b.of[i]
	p := &b.puts[fact]
	b.sent[i] = v
	if p.sent == b.now && p.number >= p.first {
		last := &p.under[p.number-p.first]
		last.what = append(last.what, value{i, v})
		return
	}
	again := p.sent == b.now // it is there already
	p.sent, p.number = b.now, p.queue.send([]value{{i, v}})
	e := event{what: stores, id: int32(fact), value: p.number, cause: b.cause}
	if again {
		b.add(b.now, e)
	} else {
		b.ideal.send(from, len(b.s.Nodes), e)
	}
}

func (b *broker) happen(e event) {
	id, at := int(e.id), len(b.s.Nodes)
	switch e.what {
	case stores:
		b.store(id, e.value)
	case asks:
		b.keepAwake(id)
		b.send(id, at, event{what: reads, id: e.id})
	case reads:
		r := &b.readings[id]
		for _, i := range b.topics.asked[id] {
			if b.unread(i) > 0 {
				b.news[id]--
				b.coming++
				b.told[i] = b.stored[i]
				r.values = append(r.values, value{i, b.told[i]})
			}
		}
		b.reply(at, id, event{what: learns, id: e.id})
		r.pause = b.value(&b.s.Network.Profile.Poll)
	case learns:
		r := &b.readings[id]
		for _, v := range r.values {
			b.learn(v.topic, v.value)
		}
		b.coming -= len(r.values)
		r.values = r.values[:0]
		b.letSleep(id)
		b.push(b.now+r.pause, asks, id, 0)
	}
}

// store notes a message about a fact, and those that have waited for it.
func (b *broker) store(fact int, number int32) {
	p := &b.puts[fact]
	p.arrive(number)
	for values, ok := p.next(); ok; values, ok = p.next() {
		for _, v := range values {
			to := b.topics.topics[v.topic].to
			b.news[to] -= b.unread(v.topic)
			b.stored[v.topic] = v.value
			b.news[to] += b.unread(v.topic)
			b.waits(to)
		}
	}
}

func (b *broker) unread(i int) int {
	if b.stored[i] != b.told[i] {
		return 1
	}
	return 0
}
