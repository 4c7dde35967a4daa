package simulate

import (
	"math"
	"time"

	"adagio/dsl/model"
)

const noWindow = time.Duration(math.MaxInt64)

// Nodes that sleep (ideal driver): a node is awake in its windows and while one of
// its transitions runs, or a step after one, or a reading of the broker, the instant
// of its end included. What happens to it while it sleeps is kept until its next
// window, in the order of arrival; no transition can start before, so that nothing
// wakes it up earlier.

// asleep keeps an event whose node sleeps for the next window, and says whether it
// did.
func (d *ideal) asleep(e event) bool {
	id := int(e.id)
	switch e.what {
	case starts, resumes:
	case arrives:
		id = d.topics.topics[e.id].to
	case greets, answers, tells, asks:
		id = d.facts.receiver(e)
	default:
		return false
	}
	if !d.sleeps(id) {
		return false
	}
	n := &d.nodes[id]
	if len(n.inbox) == 0 {
		next := d.uptimes[id].Next(d.now)
		if n.forever = next == noWindow; !n.forever {
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
	return uptime != nil && (len(n.inbox) > 0 || n.running == 0 && n.ran != d.now && !uptime.Awake(d.now))
}

// waits notes that something waits for a node from now on, if it sleeps.
func (d *ideal) waits(node int) {
	if !d.sleeps(node) {
		return
	}
	if next := d.uptimes[node].Next(d.now); next != noWindow {
		t := &d.trace.Nodes[node]
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
	if u != nil && u.Length(d.now)-u.Length(n.rose) < d.now-n.rose {
		t := &d.trace.Nodes[node]
		t.kept = append(t.kept, model.Window{Start: n.rose, End: d.now})
	}
}
