package simulate

import (
	"time"

	"adagio/dsl/model"
)

// A turn of a loop (model.Polling): the condition of its instruction, a pass over its components,
// and a sleep where nothing moved and nothing runs.

// await makes the components advance until a condition holds: condition, pass,
// and a sleep where nothing moved and nothing runs.
func (l *loop) await(condition func() bool) {
	d := l.d
	for {
		version, began := d.version, d.now
		l.looks, l.unanswered = 0, false
		if condition() {
			return
		}
		clear(l.glimpsed) // the next look finds what is there then
		if l.pass() {
			l.doze()
			continue
		}
		next, unchanged := l.horizon(began), d.version == version
		if next == model.Never { // nothing runs
			l.rest()
			if unchanged && !l.unanswered {
				l.stuck = version
				if d.still() {
					l.suspend()
				}
			}
		}
		if l.doze() {
			continue
		}
		switch {
		case next == model.Never: // sleep
			if wake := d.now + l.pace(&l.sleep, &d.s.Network.Profile.Poll); wake > began {
				l.until(wake)
			} else if unchanged { // neither looks nor sleeps take time
				l.watch(l.over())
			}
		case unchanged && l.looks == 0: // nothing can move before
			l.spins = true
			l.until(next)
		case unchanged && d.now == began: // looks that take no time
			l.watch(next)
		} // otherwise busy: look again at once
	}
}

// horizon is the next date at which a token of the node moves on by itself, now
// at the earliest; model.Never if nothing has run since the turn began. What became
// ready in the course of the turn may have been passed over.
func (l *loop) horizon(began time.Duration) time.Duration {
	next := model.Never
	due := func(date time.Duration) {
		if at := max(date, l.d.now); next == model.Never || at < next {
			next = at
		}
	}
	for _, id := range l.local {
		c := &l.d.comps[id]
		if c.behaviour < 0 {
			continue
		}
		if !c.engaged {
			due(c.departs)
		}
		for _, i := range c.flow().transitions {
			if c.docks[i] == running || c.docks[i] == arrived && c.date[i] > began {
				due(c.date[i])
			}
		}
	}
	return next
}

// pass calls every active component in turn and says whether a token moved.
func (l *loop) pass() (moved bool) {
	for i := 0; i < len(l.local); i++ {
		if c := &l.d.comps[l.local[i]]; !c.idle() {
			moved = l.advance(c) || moved
		}
	}
	return moved
}

// advance is one component's share of a pass: enter, leave, start, end. Where that ends
// a behaviour, the next one of the queue has its share in the same pass.
func (l *loop) advance(c *component) (moved bool) {
	if c.entering && l.admitted(c, l.needs(c, c.sh.t.Initial, nil)) {
		c.appear()
		moved = true
	}
	for follows := false; ; follows = true {
		if c.waiting() {
			c.begin()
			if follows && l.d.s.Sleeps() { // a pass later (SEMANTICS.md, rule 9.5)
				c.engaged, c.departs = false, l.d.now+l.d.value(&l.d.s.Network.Profile.Pass)
			}
		}
		c.engaged = c.engaged || c.departs <= l.d.now
		if c.behaviour < 0 {
			return moved
		}
		moved = l.move(c) || moved
		if !c.over() {
			return moved
		}
		c.end()
	}
}

// move is the share of the behaviour of a component.
func (l *loop) move(c *component) (moved bool) {
	d, f := l.d, c.flow()
	for _, p := range f.places {
		moved = l.enter(c, p) || moved
	}
	c.reconsider()
	for _, p := range f.places {
		if c.mayLeave(p) {
			l.ports = c.locks(p, l.ports[:0])
			c.refuse(l.ports)
			if !d.held(l, c, l.ports) {
				c.leave(p)
				moved = true
			}
		}
	}
	for _, i := range f.transitions {
		if c.docks[i] == leaving && (!c.gated(i) || d.allServed(l, c, c.sh.gates[i])) {
			c.start(i, d.now+d.lasting(c, i))
			moved = true
		}
	}
	for _, i := range f.transitions {
		if c.docks[i] == running && c.date[i] <= d.now {
			c.finish(i, d.now+d.value(&d.s.Network.Profile.Step))
			moved = true
		}
	}
	return moved
}

func (l *loop) needs(c *component, p int, set []int) []int {
	l.ports = c.needs(p, set, l.ports[:0])
	return l.ports
}

// enter tries a place once all docks of a set are filled: its looks are made for
// each of these docks, until the answer to one is in favour. Sets that are full in
// one pass are all emptied in it (DockSetsTogether), else the first that may be.
func (l *loop) enter(c *component, p int) (entered bool) {
	if c.places[p] {
		return false
	}
	for _, set := range c.flow().docks[p] {
		if !c.filled(set) {
			continue
		}
		for range set {
			if l.admitted(c, l.needs(c, p, set)) {
				c.enter(p, set)
				entered = true
				break
			}
		}
		if entered && !l.d.s.Rules.DockSetsTogether {
			return true
		}
	}
	return entered
}
