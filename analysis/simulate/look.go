package simulate

import (
	"math"
	"slices"
	"time"

	"adagio/dsl/model"
)

// look begins a look at a peer and returns when the peer answers. The caller
// reads the peer's state and then receives the reply. In all a look lasts one
// Request, and one round trip for each request and for each connection that is set
// up. A peer that computes without a pause while a transition runs answers late: the
// look lasts Busy instead, longer the more nodes look at it already, or until the
// peer pauses and then as long as any other, whichever is less.
func (l *loop) look(peer int) (r reply) {
	d, net := l.d, &l.d.s.Network
	l.rest()
	r.from = peer
	way := time.Duration(0)
	if d.flows == nil {
		there, back := net.Between(l.id, peer), net.Between(peer, l.id)
		way = d.value(&there)
		for range net.Profile.RoundTrips() - 1 {
			way += d.value(&back) + d.value(&there)
		}
		r.took = d.value(&back)
	}
	l.looks++
	if d.loops[peer].spins && d.runs(peer) {
		l.asked, l.answer = peer, d.loops[peer].pace(&d.loops[peer].request, &net.Profile.Request)+way
		others := 0
		for i := range d.loops {
			if i != l.id && d.loops[i].asked == peer {
				others++
			}
		}
		l.due = d.now + net.Profile.Shared(d.loops[peer].pace(&d.loops[peer].busy, &net.Profile.Busy), others) + way
		l.wait(l.due - d.now)
		l.asked = nobody
	} else {
		l.wait(d.loops[peer].pace(&d.loops[peer].request, &net.Profile.Request) + way)
	}
	if d.flows != nil {
		l.travel(l.id, peer, 2*net.Profile.RoundTrips()-1)
	}
	return r
}

// reply is the last message of a look.
type reply struct {
	from int
	took time.Duration // without a platform
}

func (l *loop) receive(r reply) {
	if l.d.flows != nil {
		l.travel(r.from, l.id, 1)
		return
	}
	l.wait(r.took)
}

// travel waits for so many messages on the platform, there, back, there, …
func (l *loop) travel(from, to, messages int) {
	d := l.d
	j := journey{from: from, to: to, left: messages, then: event{what: turns, id: int32(l.id), value: l.turn, cause: l.cause}}
	until := time.Duration(math.MaxInt64)
	if d.watchers > 0 {
		until = d.now
	}
	d.flows.advance(d.now)
	if end, ok := d.flows.proceed(&j, d.now, until); ok {
		d.now, l.cause = end, j.then.cause
		return
	}
	l.suspend()
}

// pace is how long a node takes to answer. Where its distribution is known, it is
// that of nodes: within a run a node takes as long each time. Of an interval nothing
// is known, and each answer is drawn anew.
func (l *loop) pace(own *time.Duration, d *model.Delay) time.Duration {
	if d.Kind == model.Range {
		return l.d.value(d)
	}
	if *own == 0 {
		*own = l.d.value(d)
	}
	return *own
}

// rest notes that a loop no longer computes without a pause, as it sleeps or
// looks itself: what its peers have asked is answered soon.
func (l *loop) rest() {
	d := l.d
	if !l.spins {
		return
	}
	l.spins = false
	for i := range d.loops {
		if m := &d.loops[i]; m.asked == l.id && d.now+m.answer < m.due {
			m.turn++
			d.push(d.now+m.answer, turns, i, m.turn)
		}
	}
}

// runs says whether some transition of a node runs.
func (d *polling) runs(node int) bool {
	for _, id := range d.nodes[node].local {
		if c := &d.comps[id]; c.behaviour >= 0 && slices.Contains(c.docks, running) {
			return true
		}
	}
	return false
}

func (l *loop) wait(d time.Duration) {
	if d > 0 {
		l.until(l.d.now + d)
	}
}

// The facts of a link as this node sees them: at once where both ends are its
// own, with a look otherwise.

func (l *loop) active(link int) bool {
	return l.see(link, l.d.s.Links[link].Provider, (*world).active)
}

func (l *loop) refusing(link int) bool {
	return l.see(link, l.d.s.Links[link].Provider, (*world).refusing)
}

func (l *loop) used(link int) bool {
	return l.see(link, l.d.s.Links[link].User, (*world).used)
}

func (l *loop) see(link, far int, fact func(*world, int) bool) bool {
	node := l.d.comps[far].node
	if node == l.id {
		return fact(l.d.world, link)
	}
	reply := l.look(node)
	seen := fact(l.d.world, link)
	l.receive(reply)
	return seen
}

// admitted asks for an entry: served, then allowed, for each port. A port that
// is bound to a group and unserved is looked at three times.
func (l *loop) admitted(c *component, ports []int) bool {
	for _, port := range ports {
		if !l.d.served(l, c, port) {
			if c.onGroup(port) {
				l.d.served(l, c, port)
				l.d.served(l, c, port)
			}
			return false
		}
		if !l.d.allowed(l, c, port) {
			return false
		}
	}
	return true
}

// onGroup says whether a port is bound to a group.
func (c *component) onGroup(port int) bool {
	for _, b := range c.sh.t.Ports[port].Bound {
		if b.Kind == model.ToGroup {
			return true
		}
	}
	return false
}
