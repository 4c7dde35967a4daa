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

	behaviour   int           // -1: none
	engaged     bool          // its first departures are due: at once, but with executor concertod-async, or if departs says when
	departs     time.Duration // where loops that look may sleep, of a behaviour that follows another
	ended, seen int           // behaviours that have ended, and those of which the program has taken note
	queue       []int
	ends        []int32 // by behaviour: how often it has ended

	places, visited []bool
	docks           []dock
	date            []time.Duration // by transition: see dock
	firing          []int           // by transition: its last firing in the trace

	spans    []int  // by span: active elements; under GroupsByMoves of a group 1 while it is active
	held     []int  // by port: active spans and running transitions
	stays    []bool // by data provide port: it was active once (DataStays)
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
		spans: make([]int, len(sh.spans)), held: make([]int, ports), stays: make([]bool, ports), refusing: make([]bool, ports),
	}
	for _, p := range on.Active {
		c.places[p] = true
		c.fill(p, nil)
	}
	c.remember(&on.Past)
	return c
}

// remember sets what the component has kept of earlier plans.
func (c *component) remember(past *model.Past) {
	for s, span := range c.sh.spans {
		if slices.Contains(past.Ended, span.group) && c.spans[s] > 0 {
			c.spans[s] = 0
			c.held[span.port]--
		}
	}
	for _, p := range past.Doubled {
		for _, s := range c.sh.placeSpans[p] {
			if c.sh.spans[s].alone {
				c.span(s, 1)
			}
		}
	}
	for _, port := range past.Provided {
		c.stays[port] = c.sh.rules.DataStays
	}
	for _, port := range past.Refusing {
		c.refusing[port] = true
	}
}

// past is what remember is told in the next plan; the component is idle.
func (c *component) past() (past model.Past) {
	ended := make([]bool, len(c.sh.t.Groups))
	for p := range c.places {
		doubled := false
		for _, s := range c.sh.placeSpans[p] {
			switch span := c.sh.spans[s]; {
			case span.alone:
				doubled = doubled || c.spans[s] > 1 || c.spans[s] > 0 && !c.places[p]
			case span.group >= 0 && c.places[p] && c.spans[s] == 0:
				ended[span.group] = true
			}
		}
		if doubled {
			past.Doubled = append(past.Doubled, p)
		}
	}
	for g, yes := range ended {
		if yes {
			past.Ended = append(past.Ended, g)
		}
	}
	for port := range c.held {
		if c.stays[port] && c.held[port] == 0 {
			past.Provided = append(past.Provided, port)
		}
		if c.refusing[port] {
			past.Refusing = append(past.Refusing, port)
		}
	}
	return past
}

// idle is section 3: no behaviour and an empty queue.
func (c *component) idle() bool {
	return c.exists && !c.entering && c.behaviour < 0 && len(c.queue) == 0
}

// active says whether a port is active (a provide port) or in use (a use port).
func (c *component) active(port int) bool { return c.held[port] > 0 || c.stays[port] }

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
	if elements > 0 && c.sh.spans[id].alone {
		c.refusing[port] = false // though two dock sets have entered the place before, and held the port since
	}
	switch {
	case before == 0 && c.spans[id] > 0:
		c.held[port]++
		c.refusing[port] = false
		c.stays[port] = c.sh.rules.DataStays && c.sh.t.Ports[port].Kind == model.DataProvide
	case before > 0 && c.spans[id] == 0:
		c.held[port]--
	}
}

// fill has the spans of p note that a token comes into it from a dock set, or, where
// there is none, from outside.
func (c *component) fill(p int, set []int) {
	for _, s := range c.sh.placeSpans[p] {
		switch {
		case !c.byMoves(s):
			c.span(s, 1)
		case c.begins(s, set):
			c.span(s, 1)
		}
	}
}

// byMoves says whether a span is a group that counts the moves only that begin or
// end it.
func (c *component) byMoves(s int) bool { return c.sh.rules.GroupsByMoves && c.sh.spans[s].group >= 0 }

// begins says whether a token that comes from a dock set makes a group active: by
// moves, it is not, and no transition of the set lies inside.
func (c *component) begins(s int, set []int) bool {
	return c.spans[s] == 0 && !(c.byMoves(s) && slices.ContainsFunc(set, func(i int) bool { return slices.Contains(c.sh.innerSpans[i], s) }))
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
	c.engaged = c.w.s.Network.Profile.Kind != model.Concertod
	c.w.changed(c)
	t := c.trace()
	t.Behaviours = append(t.Behaviours, model.BehaviourRun[time.Duration]{Behaviour: c.behaviour, Begin: c.w.now, End: model.Never})
}

// over says whether the behaviour has ended (rule 2.5).
func (c *component) over() bool {
	if !c.engaged {
		return false
	}
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
	c.ended++
	if c.w.s.Network.Profile.Kind != model.Concertod {
		c.seen = c.ended
	}
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

// needs appends to ports the use ports that become needed by entering p from a dock
// set (rule 2.4): those bound to it, and those of the groups that become active.
func (c *component) needs(p int, set, ports []int) []int {
	for _, s := range c.sh.placeSpans[p] {
		span := &c.sh.spans[s]
		if c.sh.t.Ports[span.port].Kind.IsUse() && (span.alone || c.begins(s, set)) {
			ports = append(ports, span.port)
		}
	}
	return ports
}

// enter enters p from a dock set (rule 2.4). From a second one that is full in the
// same pass it takes the ports again (DockSetsTogether).
func (c *component) enter(p int, set []int) {
	again := c.places[p]
	c.places[p] = true
	c.fill(p, set)
	for _, i := range set {
		c.docks[i] = empty
		c.inside(i, -1)
	}
	if again {
		c.w.changed(c)
	} else {
		c.moved(p, true)
	}
}

// inside adds to the elements of the groups that a transition is inside of.
func (c *component) inside(i, elements int) {
	for _, s := range c.sh.innerSpans[i] {
		if !c.byMoves(s) {
			c.span(s, elements)
		}
	}
}

// appear enters the initial place of a component that is being added.
func (c *component) appear() {
	c.entering = false
	c.places[c.sh.t.Initial] = true
	c.fill(c.sh.t.Initial, nil)
	c.moved(c.sh.t.Initial, true)
}

// mayLeave says whether an attempt to leave p is due (rule 2.1).
func (c *component) mayLeave(p int) bool {
	return c.engaged && c.places[p] && !c.visited[p] && len(c.flow().out[p]) > 0
}

// empties says whether leaving p empties a span that p is in. A place is always left;
// a group that counts moves is left by any of its tokens, if none of the transitions
// that leave p lies inside.
func (c *component) empties(p, s int) bool {
	if c.sh.spans[s].alone {
		return true
	}
	left := c.spans[s] - 1
	if left < 0 {
		return false
	}
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
	for _, s := range c.sh.placeSpans[p] {
		if c.byMoves(s) && c.empties(p, s) {
			c.span(s, -1)
		}
	}
	for _, i := range c.flow().out[p] {
		c.docks[i] = leaving
		c.inside(i, 1)
	}
	for _, s := range c.sh.placeSpans[p] {
		if !c.byMoves(s) {
			c.span(s, -1)
		}
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
	t.Firings = append(t.Firings, model.Firing[time.Duration]{Transition: i, Start: c.w.now, End: model.Never})
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
	clear(c.stays)
	clear(c.refusing)
	t := c.trace()
	t.Deletions = append(t.Deletions, model.Deletion[time.Duration]{Moves: len(t.Moves), At: c.w.now})
	c.w.changed(c)
}

func (c *component) moved(p int, entered bool) {
	t := c.trace()
	t.Moves = append(t.Moves, model.Move[time.Duration]{Place: p, Behaviour: c.behaviour, Entered: entered, At: c.w.now})
	c.w.changed(c)
}

func (c *component) flow() *flow                                  { return &c.sh.flows[c.behaviour] }
func (c *component) trace() *model.ComponentRecord[time.Duration] { return &c.w.trace.Components[c.id] }
