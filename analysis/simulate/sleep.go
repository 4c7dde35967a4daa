package simulate

import (
	"time"

	"adagio/dsl/model"
)

// Nodes that sleep: with an executor that acts at once on what it knows, a node is awake in its windows and while one of
// its transitions runs, or a step after one, or a reading of the broker, the instant
// of its end included. What happens to it while it sleeps is kept until its next
// window, in the order of arrival; no transition can start before, so that nothing
// wakes it up earlier.

// postpone keeps an event whose node sleeps for the next window, and says whether it
// did.
func (d *ideal) postpone(e event) bool {
	id := int(e.id)
	switch e.what {
	case starts, resumes:
	case arrives:
		id = d.topics.topics[e.id].to
	case greets, answers, tells, asks:
		id = d.facts.receiver(e)
	case stepped, engages, notices:
		if !d.concertod() {
			return false
		}
		id = d.comps[e.id].node
	default:
		return false
	}
	if !d.sleeps(id) || e.what == starts && d.loaded(id) {
		return false
	}
	n := &d.nodes[id]
	if e.what == starts && d.concertod() { // before the session
		next := d.nextProcess(id)
		if n.forever = next == model.Never; !n.forever {
			d.add(next, e)
		}
		return true
	}
	if len(n.inbox) == 0 {
		next := d.next(id)
		if n.forever = next == model.Never; !n.forever {
			d.push(next, wakes, id, 0)
		}
	}
	if n.inbox = append(n.inbox, e); e.what != asks {
		d.waits(id)
	}
	return true
}

// sleeps says whether a node sleeps. What waits for it shows that it has not woken
// up yet.
func (d *ideal) sleeps(node int) bool {
	n, uptime := &d.nodes[node], d.uptimes[node]
	return uptime != nil && (len(n.inbox) > 0 || n.running == 0 && n.ran != d.now && d.next(node) != d.now)
}

// next is the next instant in which a node is awake and ready.
func (d *ideal) next(node int) time.Duration {
	if !d.concertod() {
		return d.uptimes[node].Next(d.now)
	}
	return d.window(node, func(w woken) time.Duration { return w.ready })
}

func (d *world) concertod() bool { return d.s.Network.Profile.Kind == model.Concertod }

// woken is a window that a node has woken up for (model.Concertod, model.Polling): from
// when its process is there, from when it has its session with the broker, and when it falls asleep unless a
// transition runs.
type woken struct {
	n                   int // its number, from 1 on
	loaded, ready, over time.Duration
}

// window is a date of the first window that is not over, from now on at the earliest. What
// waking up takes is drawn when somebody asks for a window: that is before anything happens
// in it, so that what is under way on the node is what was so when it fell asleep.
func (d *world) window(node int, of func(woken) time.Duration) time.Duration {
	w, boot := &d.woken[node], d.s.Nodes[node].Boot
	for d.now >= w.over {
		at, ok := d.uptimes[node].Nth(w.n)
		if !ok {
			return model.Never
		}
		took := boot.Nth(w.n)
		w.n++
		w.loaded = at.Start + d.value(&took)
		w.ready = w.loaded + d.value(&d.s.Network.Profile.Session)
		if w.over = w.loaded + at.End - at.Start; d.underWay(node) {
			w.over += w.ready - w.loaded
		}
	}
	return max(d.now, of(*w))
}

// nextProcess is the next instant in which the process of a node is there.
func (d *world) nextProcess(node int) time.Duration {
	return d.window(node, func(w woken) time.Duration { return w.loaded })
}

// loaded says whether the process of a node that sleeps is there.
func (d *ideal) loaded(node int) bool {
	return d.concertod() && d.nextProcess(node) == d.now
}

// underWay says whether a component of a node is in a behaviour.
func (d *world) underWay(node int) bool {
	for _, c := range d.nodes[node].local {
		if d.comps[c].behaviour >= 0 {
			return true
		}
	}
	return false
}

// engage has the first departures of a behaviour that begins be due a pass later.
func (d *ideal) engage(c *component) {
	if c.engaged {
		return
	}
	from := d.now
	if d.uptimes[c.node] != nil && d.sleeps(c.node) {
		from = d.next(c.node)
	}
	if from == model.Never {
		return
	}
	if from += d.value(&d.s.Network.Profile.Pass); from > d.now {
		d.push(from, engages, c.id, 0)
	} else {
		c.engaged = true
	}
}

// notice has the program take note of the end of a behaviour a pass later.
func (d *ideal) notice(c *component) {
	if c.seen == c.ended {
		return
	}
	if pass := d.value(&d.s.Network.Profile.Pass); pass > 0 {
		d.push(d.now+pass, notices, c.id, int32(c.ended))
	} else {
		c.seen = c.ended
	}
}

// waits notes that something waits for a node from now on, if it sleeps.
func (d *ideal) waits(node int) {
	if d.concertod() || !d.sleeps(node) {
		return
	}
	if next := d.uptimes[node].Next(d.now); next != model.Never {
		t := &d.trace.Processes[node]
		t.waits = append(t.waits, model.Window{Start: d.now, End: next})
	}
}

// keepAwake begins something that keeps a node awake.
func (d *ideal) keepAwake(node int) {
	n := &d.nodes[node]
	if n.running == 0 {
		n.rose = d.now
	}
	n.running++
}

// letSleep ends it.
func (d *ideal) letSleep(node int) {
	n := &d.nodes[node]
	n.running--
	n.ran = d.now
	if n.running == 0 {
		d.noteKept(node)
	}
}

// noteKept notes that a node has been kept awake until now, if that was beyond its
// windows.
func (d *ideal) noteKept(node int) {
	n, u := &d.nodes[node], d.uptimes[node]
	if u != nil && !d.concertod() && u.Length(d.now)-u.Length(n.rose) < d.now-n.rose {
		t := &d.trace.Processes[node]
		t.kept = append(t.kept, model.Window{Start: n.rose, End: d.now})
	}
}

// A loop that looks (model.Polling) runs from when its process is there until it finds, at
// the end of a pass, its window over and no transition of its own under way. Meanwhile
// nobody answers who looks at the node.

// doze has a loop sleep until its next window, unless it is in one or a transition runs, and
// says whether it did.
func (l *loop) doze() bool {
	d := l.d
	if d.uptimes[l.id] == nil || d.runs(l.id) {
		return false
	}
	next := d.nextProcess(l.id)
	if next == d.now {
		return false
	}
	l.rest()
	if next == model.Never {
		l.forever, l.stuck = true, forever
	}
	l.asleep = true
	d.dozes++
	if l.forever {
		l.suspend()
	}
	l.until(next)
	l.asleep = false
	d.dozes++
	return true
}

// linger has a node whose program is done answer in its windows, as long as the program of
// another goes on.
func (l *loop) linger() {
	d := l.d
	l.stuck = forever // it does nothing itself
	for d.open > 0 && !d.still() {
		l.doze()
		l.until(l.over())
	}
}

// over is when the window that a node is in ends, or model.Never where it does not sleep.
func (l *loop) over() time.Duration {
	if l.d.uptimes[l.id] == nil {
		return model.Never
	}
	return l.d.window(l.id, func(w woken) time.Duration { return w.over })
}

// awaitAnswer notes that a node is asked in vain, and says whether it may still answer: it wakes
// up again, and has not been missed in maxMissed of its windows since anything else happened.
func (l *loop) awaitAnswer() bool {
	d := l.d
	if !l.asleep || l.forever {
		return false
	}
	n := d.woken[l.id].n
	if l.missed != d.version {
		l.missed, l.missedFrom = d.version, n
	}
	return n < l.missedFrom+maxMissed
}

// maxMissed is for how many windows of a node another asks it in vain before it is taken
// to do so for ever.
const maxMissed = 300
