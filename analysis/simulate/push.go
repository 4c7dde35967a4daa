package simulate

// pusher carries facts in messages from node to node (model.Pushing).
type pusher struct {
	*ideal
	pairs  []pair
	of     []int         // by topic: its pair
	queues []queue[told] // by topic
	fresh  []int         // pairs that open in this instant
}

// pair is a node that asks another.
type pair struct {
	from, to      int // the one that is asked, the one that asks
	topics        []int
	greeted, open bool
	cause         int32 // of the answer
}

// told is what a message says of a topic: an answer to a hello may say nothing.
type told struct {
	value int32
	news  bool
}

func newPusher(d *ideal) *pusher {
	p := &pusher{ideal: d, queues: make([]queue[told], len(d.topics.topics))}
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

// starts says hello, and answers those that have said hello before.
func (p *pusher) starts(node int) {
	for i := range p.pairs {
		switch q := &p.pairs[i]; {
		case q.to == node:
			p.send(node, q.from, event{what: greets, id: int32(i)})
		case q.from == node && q.greeted:
			p.answer(i)
		}
	}
}

// answer has a pair open at the end of the instant.
func (p *pusher) answer(pair int) {
	p.pairs[pair].cause = p.cause
	p.fresh = append(p.fresh, pair)
}

func (p *pusher) happen(e event) {
	switch id := int(e.id); e.what {
	case greets:
		q := &p.pairs[id]
		q.greeted = true
		if p.nodes[q.from].started {
			p.answer(id)
		}
	case answers:
		for _, t := range p.pairs[id].topics {
			p.note(t, 0)
		}
	case tells:
		p.note(id, e.value)
	}
}

func (p *pusher) receiver(e event) int {
	switch e.what {
	case greets:
		return p.pairs[e.id].from
	case answers:
		return p.pairs[e.id].to
	}
	return p.topics.topics[e.id].to
}

// note has a message about a topic noted, and those that have waited for it.
func (p *pusher) note(topic int, number int32) {
	q := &p.queues[topic]
	q.arrive(number)
	for m, ok := q.next(); ok; m, ok = q.next() {
		if m.news {
			p.learn(topic, m.value)
		}
	}
}

func (p *pusher) tell(from, i int, value int32) {
	if p.pairs[p.of[i]].open {
		p.sent[i] = value
		number := p.queues[i].send(told{value, true})
		p.send(from, p.topics.topics[i].to, event{what: tells, id: int32(i), value: number})
	}
}

// flush answers with what holds at the end of the instant: the first message about
// all topics of the pair.
func (p *pusher) flush() {
	for _, i := range p.fresh {
		q := &p.pairs[i]
		q.open = true
		for _, t := range q.topics {
			value := p.tells(&p.topics.topics[t])
			p.queues[t].send(told{value, value != p.sent[t]})
			p.sent[t] = value
		}
		p.cause = q.cause
		p.send(q.from, q.to, event{what: answers, id: int32(i)})
	}
	p.fresh = p.fresh[:0]
}
