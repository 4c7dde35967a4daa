package simulate

import (
	"slices"
	"time"

	"adagio/dsl/model"
)

// ideal drives a world in which nodes act at once on what they know, and facts
// travel as messages (model.Ideal, and what carries them in other profiles).
type ideal struct {
	*world
	agenda
	facts  carrier
	flows  *flows          // on a platform
	known  []int32         // by topic: what the node that is told knows
	sent   []int32         // by topic: what it has been told, or will be
	last   []time.Duration // by topic: when the last message arrives
	chosen []admission
	// glimpsed are the topics that have been seen to hold for no time, in this instant.
	glimpsed list
}

// admission is a departure that other components let go, or an entry or a start that they serve.
type admission struct {
	c          *component
	place      int
	set        []int
	transition int // or -1
}

func newIdeal(w *world) *ideal {
	for i, u := range w.uptimes {
		if w.s.Network.Profile.Kind != model.Concertod { // else a window is not known from the plan
			w.trace.Processes[i].Uptime = u
		}
	}
	n := len(w.topics.topics)
	d := &ideal{world: w, known: make([]int32, n), sent: make([]int32, n), last: make([]time.Duration, n)}
	d.glimpsed.grow(n)
	w.view = d
	for i, t := range w.topics.topics {
		if t.fact == portUsed || t.fact == portRefusing && w.s.Semantics == model.ConcertoD {
			d.known[i], d.sent[i] = 1, 1
		}
	}
	d.cause = noMessage
	d.flows = newFlows(w, &d.agenda)
	d.facts = newCarrier(d)
	return d
}

// run interleaves the nodes by date until nothing can happen any more.
func (d *ideal) run() {
	for i := range d.nodes {
		d.push(d.trace.Nodes[i].Start, starts, i, 0)
	}
	for d.more(model.Never) && !d.facts.still() {
		d.now = d.events[0].at
		for d.more(d.now) && d.events[0].at == d.now {
			d.happen(d.pop())
		}
		for _, n := range d.awake.ids {
			d.settle(&d.nodes[n])
		}
		d.publish()
		d.glimpsed.clear()
	}
	for i := range d.nodes {
		if d.nodes[i].running > 0 {
			d.noteKept(i)
		}
	}
}

// more says whether something else happens: if no later than a date, it is the
// first event of the agenda.
func (d *ideal) more(to time.Duration) bool {
	if d.flows != nil {
		d.flows.advance(to)
	}
	return len(d.events) > 0
}

// happen applies an event; nothing reads its effect before all events of its
// date have been applied.
func (d *ideal) happen(e event) {
	if d.postpone(e) || d.over(e) {
		return
	}
	d.cause = e.cause
	switch e.what {
	case wakes:
		n := &d.nodes[e.id]
		inbox := n.inbox
		n.inbox = nil
		for _, e := range inbox {
			d.happen(e)
		}
		return
	case starts:
		n := &d.nodes[e.id]
		n.started = true
		d.trace.Nodes[e.id].Start = d.now
		for _, c := range n.local {
			d.changed(&d.comps[c])
		}
		d.facts.starts(n.id)
		d.show(n, d.glimpse)
	case ends:
		c := &d.comps[e.id]
		d.nodes[c.node].cause = e.cause
		d.finish(c, int(e.value))
		d.letSleep(c.node)
		return
	case stepped:
		d.nodes[d.comps[e.id].node].cause = e.cause
		d.examine(int(e.id))
		if !d.concertod() {
			d.letSleep(d.comps[e.id].node)
		}
		return
	case engages, notices:
		c := &d.comps[e.id]
		d.nodes[c.node].cause = e.cause
		if e.what == engages {
			c.engaged = true
		} else {
			c.seen = max(c.seen, int(e.value))
		}
		d.changed(c)
		return
	case arrives:
		d.learn(int(e.id), e.value)
		return
	case departs:
		d.flows.depart(int(e.id), d.now)
		return
	case greets, answers, tells, stores, asks, reads, learns:
		d.facts.happen(e)
		return
	}
	d.nodes[e.id].cause = e.cause
	d.awake.add(int(e.id))
}

// over says whether an event is one of a node whose process has ended.
func (d *ideal) over(e event) bool {
	switch e.what {
	case ends, stepped, engages, notices:
		return d.nodes[d.comps[e.id].node].gone
	case starts, resumes, wakes:
		return d.nodes[e.id].gone
	}
	return false
}

// settle runs a node to the quiescence of an instant, in the three priorities
// that the package comment gives.
func (d *ideal) settle(n *node) {
	d.cause = n.cause
	for n.present() {
		for moved := true; moved && n.present(); {
			moved = false
			for i := 0; i < len(n.dirty); i++ {
				moved = d.free(&d.comps[n.dirty[i]]) || moved
			}
			moved = d.program(n) || moved
		}
		if n.gone || !d.depart(n) && !d.admit(n) {
			break
		}
	}
	if !n.started {
		return
	}
	for _, c := range n.dirty {
		d.dirty[c] = false
	}
	n.dirty = n.dirty[:0]
}

// free applies the rules that ask nothing of other components, as often as they
// apply.
func (d *ideal) free(c *component) (any bool) {
	for moved := true; moved; any = any || moved {
		moved = false
		if c.entering && len(c.needs(c.sh.t.Initial, nil, d.scratch[:0])) == 0 {
			c.appear()
			moved = true
		}
		if c.waiting() {
			c.begin()
			d.engage(c)
			moved = true
		}
		if c.behaviour < 0 {
			continue
		}
		f := c.flow()
		for _, p := range f.places {
			if set := c.full(p); set != nil && len(c.needs(p, set, d.scratch[:0])) == 0 {
				c.enter(p, set)
				d.together(c, p)
				moved = true
			}
		}
		c.reconsider()
		for _, p := range f.places {
			if c.mayLeave(p) {
				ports := c.locks(p, d.scratch[:0])
				c.refuse(ports)
				if !d.bound(c, ports) {
					c.leave(p)
					moved = true
				}
			}
		}
		for _, i := range f.transitions {
			if c.docks[i] == leaving && !c.gated(i) {
				d.fire(c, i)
				moved = true
			}
		}
		if c.over() {
			c.end()
			d.notice(c)
			moved = true
		}
	}
	return any
}

// together enters a place that has just been entered from the other dock sets that
// are full at this instant, too (DockSetsTogether).
func (d *ideal) together(c *component, p int) {
	for _, set := range c.flow().docks[p] {
		if d.s.Rules.DockSetsTogether && c.filled(set) && d.admits(d, c, c.needs(p, set, d.scratch[:0])) {
			c.enter(p, set)
		}
	}
}

// bound says whether a provide port of a list has a connection on its side.
func (d *ideal) bound(c *component, ports []int) bool {
	for _, port := range ports {
		for _, l := range d.links[c.id][port] {
			if d.sides[l].provider {
				return true
			}
		}
	}
	return false
}

func (d *ideal) fire(c *component, i int) {
	end := d.now + d.lasting(c, i)
	c.start(i, end)
	if end == d.now {
		d.finish(c, i)
	} else {
		d.push(end, ends, c.id, int32(i))
		d.keepAwake(c.node)
	}
}

// finish ends a transition; a step later its input dock can be emptied.
func (d *ideal) finish(c *component, i int) {
	ready := d.now + d.value(&d.s.Network.Profile.Step)
	c.finish(i, ready)
	if ready > d.now {
		if !d.concertod() {
			d.keepAwake(c.node)
		}
		d.push(ready, stepped, c.id, 0)
	}
}

// depart applies the departures that no user holds up any more (rule 2.1). They are
// all chosen before the first is applied: what one of them lets go comes after what
// its own component does then.
func (d *ideal) depart(n *node) (any bool) {
	d.chosen = d.chosen[:0]
	for i := 0; i < len(n.dirty); i++ {
		c := &d.comps[n.dirty[i]]
		if c.behaviour < 0 {
			continue
		}
		for _, p := range c.flow().places {
			if d.released(c, p) {
				d.chosen = append(d.chosen, admission{c: c, place: p})
			}
		}
	}
	for _, a := range d.chosen {
		if d.released(a.c, a.place) { // the last of a group to leave it is held up where the others were not
			a.c.leave(a.place)
			any = true
		}
	}
	return any
}

// released says whether a place that is due to be left is held up by no user. The
// ports that it would take with it begin to refuse.
func (d *ideal) released(c *component, p int) bool {
	if !c.mayLeave(p) {
		return false
	}
	ports := c.locks(p, d.scratch[:0])
	c.refuse(ports)
	return !d.held(d, c, ports)
}

// admit applies the entries and starts that providers serve (rules 2.4 and
// 2.2). They are all chosen before the first is applied: none is seen by
// another before its own component has gone on.
func (d *ideal) admit(n *node) bool {
	d.chosen = d.chosen[:0]
	for i := 0; i < len(n.dirty); i++ {
		c := &d.comps[n.dirty[i]]
		if c.entering && d.admits(d, c, c.needs(c.sh.t.Initial, nil, d.scratch[:0])) {
			d.chosen = append(d.chosen, admission{c: c, place: c.sh.t.Initial, transition: -1})
		}
		if c.behaviour < 0 {
			continue
		}
		f := c.flow()
		for _, p := range f.places {
			if set := c.full(p); set != nil && d.admits(d, c, c.needs(p, set, d.scratch[:0])) {
				d.chosen = append(d.chosen, admission{c: c, place: p, set: set, transition: -1})
			}
		}
		for _, t := range f.transitions {
			if c.docks[t] == leaving && d.allServed(d, c, c.sh.gates[t]) {
				d.chosen = append(d.chosen, admission{c: c, transition: t})
			}
		}
	}
	for _, a := range d.chosen {
		switch {
		case a.transition >= 0:
			d.fire(a.c, a.transition)
		case a.set == nil:
			a.c.appear()
		default:
			a.c.enter(a.place, a.set)
			d.together(a.c, a.place)
		}
	}
	return len(d.chosen) > 0
}

// program runs the program of a node until it blocks (section 3).
func (d *ideal) program(n *node) (any bool) {
	for !n.gone && d.at(n) {
		in := d.instruction(n)
		if why, fails := d.refusal(n, in); fails {
			d.fail(n, why, in.Component)
			return true
		}
		if !d.execute(n, in) {
			d.hold(n, in.Holding)
			return any
		}
		d.done(n)
		d.show(n, d.glimpse)
		any = true
	}
	d.hold(n, false)
	return any
}

// execute runs an instruction and says whether it has ended.
func (d *ideal) execute(n *node, in *model.Instruction) bool {
	switch in.Op {
	case model.Disconnect:
		if d.inUse(d, n, in.Link) {
			return d.s.Semantics == model.Ballet
		}
		d.join(n, in.Link, false)
	case model.Delete:
		if !d.removable(in.Component) {
			return false
		}
		d.remove(n, in.Component)
	case model.Wait:
		return d.waited(n, in)
	case model.Limit:
		return d.belowLimit(in)
	case model.WaitAll:
		if !d.quiet(n) || slices.ContainsFunc(n.local, func(c int) bool { return !d.comps[c].seenIdle() }) {
			return false
		}
		for _, t := range d.peers[n.id] {
			if d.known[t] == 0 && !d.glimpsed.in[t] {
				return false
			}
		}
	case model.Pause:
		if n.until == model.Never {
			n.until = d.now + d.pause(n.id, &in.Duration)
			if n.until > d.now {
				d.push(n.until, resumes, n.id, 0)
			}
		}
		if d.now < n.until {
			return false
		}
		n.until = model.Never
	default:
		d.perform(n, in)
	}
	return true
}

func (d *ideal) waited(n *node, in *model.Instruction) bool {
	t := d.awaited[n.id][n.pc]
	switch {
	case t < 0:
		return d.locallyWaited(n, in)
	case namesEnd(d.s, in):
		return d.known[t] >= d.prepared.ends[n.id][n.pc]
	}
	return d.known[t] != 0 || d.glimpsed.in[t]
}
