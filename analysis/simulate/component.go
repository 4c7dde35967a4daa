package simulate

import (
	"slices"
	"time"

	"adagio/dsl/model"
)

// dock is where the token of a transition is.
type dock uint8

const (
	empty   dock = iota
	leaving      // in the output dock: the transition may start
	running      // until date
	arrived      // in the input dock: it may be emptied from date on
)

// component is the state of a component (SEMANTICS.md, section 1) with the
// rules that change it (section 2). The rules never look at other components:
// the drivers ask before they apply them.
type component struct {
	id, node int
	sh       *shape
	w        *world

	exists   bool
	entering bool // added, and waiting to enter the initial place

	behaviour int // -1: none
	queue     []int
	ends      []int32 // by behaviour: how often it has ended

	places, visited []bool
	docks           []dock
	date            []time.Duration // by transition: see dock
	firing          []int           // by transition: its last firing in the trace

	spans    []int  // by span: active elements
	held     []int  // by port: active spans and running transitions
	refusing []bool // by provide port
}

func newComponent(w *world, id int) component {
	on := &w.s.Components[id]
	sh := w.shapes[on.Type]
	places, transitions, ports := len(sh.t.Places), len(sh.t.Transitions), len(sh.t.Ports)
	c := component{
		id: id, node: on.Node, sh: sh, w: w, exists: len(on.Active) > 0, behaviour: -1,
		ends:   make([]int32, len(sh.t.Behaviours)),
		places: make([]bool, places), visited: make([]bool, places),
		docks: make([]dock, transitions), date: make([]time.Duration, transitions), firing: make([]int, transitions),
		spans: make([]int, len(sh.spans)), held: make([]int, ports), refusing: make([]bool, ports),
	}
	for _, p := range on.Active {
		c.place(p)
	}
	return c
}

// idle is section 3: no behaviour and an empty queue.
func (c *component) idle() bool {
	return c.exists && !c.entering && c.behaviour < 0 && len(c.queue) == 0
}

// active says whether a port is active (a provide port) or in use (a use port).
func (c *component) active(port int) bool { return c.held[port] > 0 }

// refuses says whether a provide port is refusing: a stored flag in Ballet;
// under ConcertoD inactive, or about to be left for good.
func (c *component) refuses(port int) bool {
	return c.refusing[port] || c.sh.concertoD && c.held[port] == 0
}

// span adds active elements to a span and holds or releases its port.
func (c *component) span(id, elements int) {
	before := c.spans[id]
	c.spans[id] += elements
	port := c.sh.spans[id].port
	switch {
	case before == 0 && c.spans[id] > 0:
		c.held[port]++
		c.refusing[port] = false
	case before > 0 && c.spans[id] == 0:
		c.held[port]--
	}
}

// place puts a token into p.
func (c *component) place(p int) {
	c.places[p] = true
	for _, s := range c.sh.placeSpans[p] {
		c.span(s, 1)
	}
}

// pushed appends a behaviour to the queue.
func (c *component) pushed(b int) {
	c.queue = append(c.queue, b)
	c.w.changed(c)
}

// waiting says whether a queued behaviour can begin.
func (c *component) waiting() bool {
	return c.behaviour < 0 && len(c.queue) > 0 && c.exists && !c.entering
}

// begin takes the next behaviour from the queue (rule 2.5).
func (c *component) begin() {
	c.behaviour = c.queue[0]
	c.queue = c.queue[:copy(c.queue, c.queue[1:])]
	clear(c.visited)
	c.w.changed(c)
	t := c.trace()
	t.Behaviours = append(t.Behaviours, BehaviourRun{c.behaviour, c.w.now, Never})
}

// over says whether the behaviour has ended (rule 2.5).
func (c *component) over() bool {
	f := c.flow()
	for _, i := range f.transitions {
		if c.docks[i] != empty {
			return false
		}
	}
	for _, p := range f.places {
		if c.mayLeave(p) {
			return false
		}
	}
	return true
}

// end ends the behaviour (rule 2.5).
func (c *component) end() {
	t := c.trace()
	t.Behaviours[len(t.Behaviours)-1].End = c.w.now
	c.ends[c.behaviour]++
	c.behaviour = -1
	c.w.changed(c)
}

// filled says whether the input docks of a dock set can all be emptied.
func (c *component) filled(set []int) bool {
	for _, i := range set {
		if c.docks[i] != arrived || c.date[i] > c.w.now {
			return false
		}
	}
	return true
}

// full returns the first dock set at p that is filled, or nil; p must be inactive
// to be entered.
func (c *component) full(p int) []int {
	if c.places[p] {
		return nil
	}
	for _, set := range c.flow().docks[p] {
		if c.filled(set) {
			return set
		}
	}
	return nil
}

// needs appends to ports the use ports that become needed by entering p
// (rule 2.4): those of the spans at p that are not active yet.
func (c *component) needs(p int, ports []int) []int {
	for _, s := range c.sh.placeSpans[p] {
		if port := c.sh.spans[s].port; c.spans[s] == 0 && c.sh.t.Ports[port].Kind.IsUse() {
			ports = append(ports, port)
		}
	}
	return ports
}

// enter enters p from a dock set (rule 2.4).
func (c *component) enter(p int, set []int) {
	c.place(p)
	for _, i := range set {
		c.docks[i] = empty
		for _, s := range c.sh.innerSpans[i] {
			c.span(s, -1)
		}
	}
	c.moved(p, true)
}

// appear enters the initial place of a component that is being added.
func (c *component) appear() {
	c.entering = false
	c.place(c.sh.t.Initial)
	c.moved(c.sh.t.Initial, true)
}

// mayLeave says whether an attempt to leave p is due (rule 2.1).
func (c *component) mayLeave(p int) bool {
	return c.places[p] && !c.visited[p] && len(c.flow().out[p]) > 0
}

// empties says whether leaving p empties a span that p is in.
func (c *component) empties(p, s int) bool {
	left := c.spans[s] - 1
	for _, i := range c.flow().out[p] {
		for _, inner := range c.sh.innerSpans[i] {
			if inner == s {
				left++
			}
		}
	}
	return left == 0
}

// locks appends to ports the provide ports that must be unused before p can be
// left (rule 2.1): those bound to p, or to a group that leaving p empties. Under
// ConcertoD a port has one group, so that these are the ports that become
// inactive. A data port never locks.
func (c *component) locks(p int, ports []int) []int {
	for _, s := range c.sh.placeSpans[p] {
		port := c.sh.spans[s].port
		if c.sh.t.Ports[port].Kind == model.Provide && c.empties(p, s) {
			ports = append(ports, port)
		}
	}
	return ports
}

// refuse makes ports refusing: an attempt to leave a place has been made.
func (c *component) refuse(ports []int) {
	for _, port := range ports {
		if !c.refusing[port] {
			c.refusing[port] = true
			c.w.changed(c)
		}
	}
}

// reconsider ends the refusals, under ConcertoD, that no due departure asks for
// any more.
func (c *component) reconsider() {
	if !c.sh.concertoD {
		return
	}
	for port, refusing := range c.refusing {
		if refusing && !c.locked(port) {
			c.refusing[port] = false
			c.w.changed(c)
		}
	}
}

// locked says whether a departure that is due waits for a port to be unused.
func (c *component) locked(port int) bool {
	for _, p := range c.flow().places {
		if c.mayLeave(p) && slices.Contains(c.locks(p, nil), port) {
			return true
		}
	}
	return false
}

// gated says whether the start of a transition asks for its use ports.
func (c *component) gated(i int) bool { return len(c.sh.gates[i]) > 0 && !c.sh.concertoD }

// leave leaves p by all the transitions of the behaviour (rule 2.1).
func (c *component) leave(p int) {
	c.places[p], c.visited[p] = false, true
	for _, i := range c.flow().out[p] {
		c.docks[i] = leaving
		for _, s := range c.sh.innerSpans[i] {
			c.span(s, 1)
		}
	}
	for _, s := range c.sh.placeSpans[p] {
		c.span(s, -1)
	}
	c.moved(p, false)
}

// start starts a transition, to end at the given date (rule 2.2).
func (c *component) start(i int, end time.Duration) {
	c.docks[i], c.date[i] = running, end
	for _, port := range c.sh.gates[i] {
		c.held[port]++
	}
	t := c.trace()
	c.firing[i] = len(t.Firings)
	t.Firings = append(t.Firings, Firing{i, c.w.now, Never})
	c.w.changed(c)
}

// finish ends a transition; its input dock can be emptied from the given date
// on (rule 2.3).
func (c *component) finish(i int, ready time.Duration) {
	c.trace().Firings[c.firing[i]].End = c.date[i]
	c.docks[i], c.date[i] = arrived, ready
	for _, port := range c.sh.gates[i] {
		c.held[port]--
	}
	c.w.changed(c)
}

// vanish deletes the component, which is idle: it is in its places only.
func (c *component) vanish() {
	c.exists = false
	clear(c.places)
	clear(c.spans)
	clear(c.held)
	clear(c.refusing)
	c.w.changed(c)
}

func (c *component) moved(p int, entered bool) {
	t := c.trace()
	t.Moves = append(t.Moves, Move{p, entered, c.w.now})
	c.w.changed(c)
}

func (c *component) flow() *flow            { return &c.sh.flows[c.behaviour] }
func (c *component) trace() *ComponentTrace { return &c.w.trace.Components[c.id] }
