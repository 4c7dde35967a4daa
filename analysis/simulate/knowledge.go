package simulate

import "adagio/dsl/model"

// What nodes of the ideal driver know of one another, and how they come to know.

// learn has a node know the value of a topic.
func (d *ideal) learn(topic int, value int32) {
	if value == glimpse {
		d.glimpsed.add(topic)
	} else {
		d.known[topic] = value
	}
	d.trace.Events++
	to := d.topics.topics[topic].to
	d.nodes[to].cause = d.cause
	d.awake.add(to)
	for _, c := range d.readers[topic] {
		d.examine(c)
	}
}

// publish tells the other nodes what has changed in the instant.
func (d *ideal) publish() {
	for _, c := range d.touched.ids {
		if d.nodes[d.comps[c].node].started {
			d.tell(d.comps[c].node, d.byComp[c])
		}
	}
	for _, n := range d.awake.ids {
		if d.nodes[n].started {
			d.tell(n, d.byNode[n])
		}
	}
	d.facts.flush()
	d.touched.clear()
	d.awake.clear()
}

// glimpse tells that a topic has held for no time.
func (d *ideal) glimpse(i int) {
	if d.s.Network.Profile.Kind.Brokers() {
		return
	}
	before := d.sent[i]
	d.facts.tell(d.home(&d.topics.topics[i]), i, glimpse)
	d.sent[i] = before
}

func (d *ideal) tell(from int, topics []int) {
	d.cause = d.nodes[from].cause
	for _, i := range topics {
		if value := d.tells(&d.topics.topics[i]); value != d.sent[i] {
			d.facts.tell(from, i, value)
		}
	}
}

// The facts of links, as the node that asks knows them.

func (d *ideal) active(l int) bool {
	if t := &d.byLink[l]; t.remote {
		return d.known[t.active] != 0
	}
	return d.world.active(l)
}

func (d *ideal) refusing(l int) bool {
	if t := &d.byLink[l]; t.remote {
		return t.refusing >= 0 && d.known[t.refusing] != 0 || d.s.Semantics == model.ConcertoD && d.known[t.active] == 0
	}
	return d.world.refusing(l)
}

func (d *ideal) used(l int) bool {
	if t := &d.byLink[l]; t.remote {
		return d.known[t.used] != 0
	}
	return d.world.used(l)
}
