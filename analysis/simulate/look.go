package simulate

import (
	"slices"
	"time"

	"adagio/dsl/model"
)

// look looks at a peer. It lasts one Request in all, and one round trip for each request
// and for each connection that is set up. A peer that computes without a pause while a
// transition runs answers late: the look lasts Busy instead, longer the more nodes look
// at it already, or until the peer pauses and then as long as any other, whichever is
// less. The answer is what holds when the last request of the look arrives, which is when
// read is called: what changes while that is served is seen by the next look.
func (l *loop) look(peer int, read func()) {
	d, net := l.d, &l.d.s.Network
	l.rest()
	var way, back time.Duration
	if d.flows == nil {
		forth, homeward := net.Between(l.id, peer), net.Between(peer, l.id)
		way = d.value(&forth)
		for range net.Profile.RoundTrips() - 1 {
			way += d.value(&homeward) + d.value(&forth)
		}
		back = d.value(&homeward)
	}
	l.looks++
	last := time.Duration(max(1, net.Profile.Exchanges))
	request := d.loops[peer].pace(&d.loops[peer].request, &net.Profile.Request)
	busy := request
	if l.computes(peer) {
		others := 0
		for i := range d.loops {
			if i != l.id && d.loops[i].asked == peer {
				others++
			}
		}
		busy = net.Profile.Shared(d.loops[peer].pace(&d.loops[peer].busy, &net.Profile.Busy), others)
	}
	l.serve(peer, busy-busy/last+way, request-request/last+way)
	if d.flows != nil {
		l.travel(l.id, peer, 2*net.Profile.RoundTrips()-1)
	}
	read()
	l.serve(peer, busy/last, request/last)
	if d.flows != nil {
		l.travel(peer, l.id, 1)
	}
	l.wait(back)
}

// computes says whether a peer computes without a pause while a transition runs.
func (l *loop) computes(peer int) bool { return l.d.loops[peer].spins && l.d.runs(peer) }

// serve waits for a part of a look: that long at a peer that computes, and at one that
// pauses, or as soon as it does.
func (l *loop) serve(peer int, computing, paused time.Duration) {
	if !l.computes(peer) {
		l.wait(paused)
		return
	}
	l.asked, l.answer, l.due = peer, paused, l.d.now+computing
	l.wait(computing)
	l.asked = nobody
}

// travel waits for so many messages on the platform, there, back, there, …
func (l *loop) travel(from, to, messages int) {
	d := l.d
	j := journey{from: from, to: to, left: messages, then: event{what: turns, id: int32(l.id), value: l.turn, cause: l.cause}}
	until := model.Never
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

// pace is how long a node takes to answer, or sleeps. Where its distribution is known, it
// is that of nodes: within a run a node takes as long each time. Of an interval nothing
// is known, and each answer and each sleep is drawn anew.
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
	k := &l.d.s.Links[link]
	if l.d.comps[k.Provider].node == l.id {
		return l.d.world.active(link)
	}
	return l.ask(topic{portActive, k.Provider, k.ProvidePort, l.id}) != 0
}

func (l *loop) refusing(link int) bool {
	k := &l.d.s.Links[link]
	if l.d.comps[k.Provider].node == l.id {
		return l.d.world.refusing(link)
	}
	return l.ask(topic{portRefusing, k.Provider, k.ProvidePort, l.id}) != 0
}

func (l *loop) used(link int) bool {
	k := &l.d.s.Links[link]
	if l.d.comps[k.User].node == l.id {
		return l.d.world.used(link)
	}
	return l.ask(topic{portUsed, k.User, k.UsePort, l.id}) != 0
}

// ask looks at a fact of another node. The answer is that of its process, if it is
// there; else the last one that this node had, or that of nobody.
func (l *loop) ask(t topic) int32 {
	d, peer := l.d, l.d.home(&t)
	there, answer := false, int32(0)
	l.look(peer, func() { there, answer = l.read(&t, peer) })
	if there && t.fact == portActive && d.deleted[t.about] && d.s.Rules.Fails {
		l.crash(AskedDeleted, t.about)
	}
	return answer
}

// read is what the process of a peer says of a fact, if it is there.
func (l *loop) read(t *topic, peer int) (there bool, answer int32) {
	d, n := l.d, &l.d.nodes[peer]
	if !n.present() || d.loops[peer].asleep {
		l.unanswered = l.unanswered || d.loops[peer].awaitAnswer()
		return false, l.recall(t)
	}
	if answer = d.tells(t); l.glimpsed[*t] {
		answer = 1
	}
	if d.s.Rules.Exits || d.uptimes[peer] != nil {
		if l.seen == nil {
			l.seen = map[topic]int32{}
		}
		l.seen[*t] = answer
	}
	if answer != 0 && (t.fact == shownIdle || t.fact == nodeQuiet) && d.s.Rules.Confirmations && !n.askedBy[l.id] {
		if n.askedBy == nil {
			n.askedBy = map[int]bool{}
		}
		n.askedBy[l.id] = true
		d.version++
	}
	return true, answer
}

// recall is what a node takes a fact for where nobody answers: what it has seen
// last, or that a port is inactive, in use and willing, and nobody idle.
func (l *loop) recall(t *topic) int32 {
	if answer, ok := l.seen[*t]; ok {
		return answer
	}
	return bit(t.fact == portUsed || t.fact == portRefusing && l.d.s.Semantics == model.ConcertoD)
}

// remembered is what a node that saves its state when it falls asleep has seen in an
// earlier plan: that the ports which its components use are active.
func (w *world) remembered(node int) map[topic]int32 {
	if w.uptimes[node] == nil {
		return nil
	}
	seen := map[topic]int32{}
	for i := range w.s.Links {
		if k := &w.s.Links[i]; w.comps[k.User].node == node && w.sides[i].user && w.comps[k.User].active(k.UsePort) {
			seen[topic{portActive, k.Provider, k.ProvidePort, node}] = 1
		}
	}
	return seen
}

// recollection answers what the nodes know when the run is over.
type recollection struct{ *polling }

func (r recollection) active(link int) bool {
	k := &r.s.Links[link]
	return r.known(r.comps[k.User].node, topic{fact: portActive, about: k.Provider, which: k.ProvidePort}) != 0
}

func (r recollection) refusing(link int) bool {
	k := &r.s.Links[link]
	return r.known(r.comps[k.User].node, topic{fact: portRefusing, about: k.Provider, which: k.ProvidePort}) != 0
}

func (r recollection) used(link int) bool {
	k := &r.s.Links[link]
	return r.known(r.comps[k.Provider].node, topic{fact: portUsed, about: k.User, which: k.UsePort}) != 0
}

func (r recollection) idle(node, peer int) bool {
	return r.known(node, topic{fact: nodeQuiet, about: peer}) != 0
}

// known is a fact as a node would be told now.
func (r recollection) known(node int, t topic) int32 {
	t.to = node
	if home := r.home(&t); home == node || r.nodes[home].present() {
		return r.tells(&t)
	}
	return r.loops[node].recall(&t)
}

// admitted asks for an entry: served, then allowed, for each port. A port that
// is bound to a group and unserved is looked at three times. The first answer in the
// negative ends it, unless asksAll.
func (l *loop) admitted(c *component, ports []int) bool {
	all := true
	for _, port := range ports {
		served := l.d.served(l, c, port)
		if !served && c.onGroup(port) {
			l.d.served(l, c, port)
			l.d.served(l, c, port)
		}
		if all = served && l.d.allowed(l, c, port) && all; !all && !l.d.asksAll {
			return false
		}
	}
	return all
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
