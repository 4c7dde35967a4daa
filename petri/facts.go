package petri

import (
	"fmt"
	"slices"
	"time"

	"adagio/dsl/model"
)

type duration = time.Duration

// What one node knows of another travels by this pattern, for each fact and
// each observer; r counts the changes of the fact that are published:
//
//	fact's node                         │ network delay │ observer
//	○sent r-1 ─▭ publish r ─→ ○sent r   │               │
//	   the fact ┄┘    └→ ○message r ────┼──▭ arrive r ──┼─→ ○arrived r ─▭─→ ○known
//	                                    │               │   ○not known ─┘
//
// A change is published last in its instant, so that what holds only inside an
// instant is seen by nobody; messages of one fact arrive in order.
//
// On one node a fact is asked for directly.

// fact is a fact that somebody asks for.
type fact struct {
	Fact
	name      string  // that it holds
	ceased    string  // that it does not
	on, off   PlaceID // on its node; -1 for those that are read off several places
	onReads   []PlaceID
	offReads  [][]PlaceID // alternatives
	initial   bool        // its value when its node starts
	changes   int         // no plan changes it more often
	favour    bool        // known without being told: what an observer assumes before it has seen anything
	observers []int
	known     map[int][2]PlaceID          // by observer: not known, known
	late      map[int]lateness            // by observer
	atRest    struct{ known, holds bool } // see settledOnce
	noted     map[int]PlaceID             // by observer: the last message so far is taken note of
}

// portFact returns the fact about a port, registered at first use.
func (c *compiler) portFact(kind FactKind, component, port int) *fact {
	node := c.s.Components[component].Node
	key := Fact{kind, node, component, port}
	if f, ok := c.facts[key]; ok {
		return f
	}
	k := c.components[component]
	held := k.life.held[port]
	words := map[FactKind][2]string{Active: {"inactive", "active"}, Willing: {"refusing", "willing"}, Free: {"in use", "free"}}[kind]
	value := held
	switch kind {
	case Free:
		value = !held
	case Willing:
		value = !k.life.refusing[port]
	}
	f := c.register(key, c.s.PortName(component, port), words[1], words[0], value)
	o := c.factOrigin(Derived, key)
	f.off = c.place(f.ceased, !value, true, o)
	f.on = c.place(f.name, value, true, o)
	f.onReads, f.offReads = []PlaceID{f.on}, [][]PlaceID{{f.off}}
	f.changes = c.changes(kind, component, port)
	f.favour = kind == Willing && !c.rules.allowActive
	return f
}

func (c *compiler) register(key Fact, of, holds, ceased string, initial bool) *fact {
	f := &fact{Fact: key, name: of + " " + holds, ceased: of + " " + ceased, on: -1, off: -1, initial: initial, known: map[int][2]PlaceID{}, late: map[int]lateness{}, noted: map[int]PlaceID{}}
	c.facts[key] = f
	c.factOrder = append(c.factOrder, f)
	return f
}

// says is what one learns of the fact.
func (f *fact) says(holds bool) string {
	if holds {
		return f.name
	}
	return f.ceased
}

func (c *compiler) factOrigin(k Kind, f Fact) Origin {
	o := c.origin(k, f.Node)
	o.Component, o.Fact = f.Component, f
	if f.Component >= 0 {
		o.Pos = c.s.Components[f.Component].Pos
		if f.Kind == Active || f.Kind == Willing || f.Kind == Free {
			o.Pos = c.s.TypeOf(f.Component).Ports[f.Index].Pos
		}
	}
	return o
}

// changes bounds how often a fact about a port changes, from the life of its
// component.
func (c *compiler) changes(kind FactKind, component, port int) int {
	n := 0
	for _, ev := range c.components[component].life.eventsOf[port] {
		flips := false
		for _, o := range ev.observed {
			e := o.effect
			switch kind {
			case Active:
				flips = flips || slices.Contains(e.activate, port) || slices.Contains(e.disable, port)
			case Willing:
				flips = flips || slices.Contains(e.refuse, port) || slices.Contains(e.relent, port)
			case Free:
				flips = flips || slices.Contains(e.take, port) || slices.Contains(e.release, port)
			}
		}
		if !flips {
			continue
		}
		if ev.kind == ComponentAdd || ev.kind == ProgramStep {
			n++
		}
		for _, times := range ev.counts {
			n += times
		}
	}
	return n
}

// observe makes a fact known on a node.
func (c *compiler) observe(f *fact, node int) {
	if node == f.Node {
		return
	}
	if _, ok := f.known[node]; ok {
		return
	}
	o := c.factOrigin(Derived, f.Fact)
	o.Node = node
	at := c.nodeName(node)
	value := c.presumed(f)
	no := c.place(fmt.Sprintf("%s: does not know: %s", at, f.name), !value, true, o)
	yes := c.place(fmt.Sprintf("%s: knows: %s", at, f.name), value, true, o)
	f.known[node] = [2]PlaceID{no, yes}
	c.net.told[no], c.net.told[yes] = told{f.Fact, false}, told{f.Fact, true}
	f.observers = append(f.observers, node)
}

// presumed is what observers take a fact for before they have been told: what
// is bad for them, except that nobody is presumed to refuse. In the ideal profile
// what ports are in the beginning is common knowledge, if their node is there
// from the beginning.
func (c *compiler) presumed(f *fact) bool {
	port := f.Kind == Active || f.Kind == Free || f.Kind == Willing
	if port && c.s.Network.Profile.Kind == model.Ideal && c.s.Nodes[f.Node].Start.Hi == 0 {
		return f.initial
	}
	return f.favour
}

// asks returns the place to read on a node to learn that a fact holds, and the
// one that says it does not. The one who asks may see a change that much later than
// a poll after it.
func (c *compiler) asks(f *fact, node int, late lateness) (no, yes PlaceID) {
	if node == f.Node {
		return f.off, f.on
	}
	k := f.known[node]
	old := f.late[node]
	f.late[node] = lateness{max(old.any, late.any), max(old.settled, late.settled), max(old.calm, late.calm), merged(old.asked, late.asked)}
	return k[0], k[1]
}

// merged joins two lists of numbers, without repetition.
func merged(a, b []int) []int {
	out := slices.Concat(a, b)
	slices.Sort(out)
	return slices.Compact(out)
}

// idleFact is whether others see a component idle.
func (c *compiler) idleFact(component int) *fact {
	node := c.s.Components[component].Node
	key := Fact{Idle, node, component, -1}
	if f, ok := c.facts[key]; ok {
		return f
	}
	k, n := c.components[component], c.nodes[node]
	f := c.register(key, c.componentName(component), "idle", "not idle", true)
	f.onReads, f.offReads = []PlaceID{k.idle}, [][]PlaceID{{k.busy}}
	if k.exists >= 0 {
		f.onReads = append(f.onReads, k.exists)
		f.offReads = append(f.offReads, []PlaceID{k.gone})
		f.changes += 2 * len(k.existences)
	}
	c.shownWhileNotHolding(f, n)
	f.changes += 2*(len(k.pushes)+len(k.existences)+n.holds) + 2
	return f
}

// quietFact is whether others see every component of a node idle.
func (c *compiler) quietFact(node int) *fact {
	key := Fact{Quiet, node, -1, -1}
	if f, ok := c.facts[key]; ok {
		return f
	}
	f := c.register(key, c.nodeName(node), "idle", "not idle", true)
	var idle []PlaceID
	var busy [][]PlaceID
	for _, i := range c.nodes[node].components {
		k := &c.components[i]
		idle, busy = append(idle, k.idle), append(busy, []PlaceID{k.busy})
		f.changes += 2 * (len(k.pushes) + len(k.existences) + 1)
	}
	if len(idle) > 0 {
		no := c.conditionPlace(f.name+": no, a component is busy", false, node, -1, -1)
		yes := c.conditionPlace(f.name+": every component", true, node, -1, -1)
		o := c.factOrigin(Shown, key)
		c.alternatives(f.name+": every component", o, no, yes, [][]PlaceID{idle})
		c.alternatives(f.name+": not every component", o, yes, no, busy)
		f.onReads, f.offReads = []PlaceID{yes}, [][]PlaceID{{no}}
	}
	c.shownWhileNotHolding(f, c.nodes[node])
	f.changes += 2*c.nodes[node].holds + 2
	return f
}

func (c *compiler) shownWhileNotHolding(f *fact, n nodeNet) {
	if n.holding >= 0 && !mutated("holding-ignored") {
		f.onReads = append(f.onReads, n.nothold)
		f.offReads = append(f.offReads, []PlaceID{n.holding})
	}
}

// endedFact is that a push has ended (semantics concerto-d).
func (c *compiler) endedFact(component, p int) *fact {
	node := c.s.Components[component].Node
	key := Fact{Ended, node, component, p}
	if f, ok := c.facts[key]; ok {
		return f
	}
	f := c.register(key, fmt.Sprintf("push %d of %s", p, c.componentName(component)), "ended", "not ended", false)
	f.on = c.place(f.name, false, true, c.factOrigin(Derived, key))
	c.components[component].ended[p] = f.on
	f.onReads, f.changes = []PlaceID{f.on}, 1
	return f
}

// compileFacts makes the publications and the network delays.
func (c *compiler) compileFacts() {
	for _, f := range c.factOrder {
		if len(f.observers) == 0 {
			continue
		}
		slices.Sort(f.observers)
		for _, to := range f.observers {
			if c.s.Network.Profile.Kind == model.Pushing && (c.s.Nodes[f.Node].Uptime != nil || c.s.Nodes[to].Uptime != nil) {
				c.heard(f.Node, to) // a hello and its answer wait for nodes, whatever comes of them
			}
		}
		value := c.presumed(f)
		c.net.sources[f.Fact] = source{f.onReads, f.offReads, value, f.initial}
		changes := f.changes
		if value != f.initial {
			changes++
		}
		sent := c.place(f.says(value)+": published 0", true, true, c.factOrigin(Published, f.Fact))
		for r := 1; r <= changes; r++ {
			value = !value
			sent = c.publish(f, r, sent, value, r == changes)
		}
	}
}

// deliver takes the r-th message of a fact to an observer. A message that comes
// before the one ahead of it has arrived waits for it.
func (c *compiler) deliver(f *fact, r, to int, value bool, msg, known, next PlaceID, way Transition) {
	o := c.factOrigin(Network, f.Fact)
	o.Node, o.Ceases = to, !value
	arrival := way
	arrival.Name, arrival.In, arrival.Origin = fmt.Sprintf("%s: arrival %d at %s", f.says(value), r, c.nodeName(to)), []PlaceID{msg}, o
	noted := f.noted[to]
	f.noted[to] = c.place(fmt.Sprintf("%s: noted %d at %s", f.says(value), r, c.nodeName(to)), false, true, o)
	heard, gated := c.heard(f.Node, to)
	if known == f.known[to][1] && slices.Contains(c.stale, Observation{f.Fact, to, r}) {
		unseen := Transition{Name: arrival.Name + ", unseen", In: []PlaceID{msg}, Read: []PlaceID{known}, Out: []PlaceID{f.noted[to]}, Delay: way.Delay, Origin: o}
		if r > 1 {
			unseen.In = append(unseen.In, noted)
		}
		c.add(unseen)
	}
	if r == 1 && !gated {
		arrival.In, arrival.Out = append(arrival.In, known), []PlaceID{next, f.noted[to]}
		c.add(arrival)
		return
	}
	arrived := c.place(fmt.Sprintf("%s: arrived %d at %s", f.says(value), r, c.nodeName(to)), false, true, o)
	if arrival.Out = []PlaceID{arrived}; c.readsAsleep(to) {
		due, rest := c.throughBroker(f.Node, to)
		c.readWhenAwake(&arrival, due, rest)
	}
	c.add(arrival)
	note := Transition{Name: fmt.Sprintf("%s: taken note of %d at %s", f.says(value), r, c.nodeName(to)),
		In: []PlaceID{arrived, known}, Out: []PlaceID{next, f.noted[to]}, Origin: o}
	if r > 1 && !mutated("messages-overtake") {
		note.In = append(note.In, noted)
	}
	if gated && r == 1 {
		note.Read = []PlaceID{heard}
		c.net.heard[known], c.net.heard[next] = heard, heard
	}
	c.add(note)
}

// publish makes the r-th change of a fact leave its node; last says that no plan
// changes it more often.
func (c *compiler) publish(f *fact, r int, sent PlaceID, value, last bool) PlaceID {
	o := c.factOrigin(Published, f.Fact)
	o.Ceases = !value
	next := c.place(fmt.Sprintf("%s: published %d", f.says(value), r), false, true, o)
	out := []PlaceID{next}
	for _, j := range f.observers {
		msg := c.place(fmt.Sprintf("%s: message %d to %s", f.says(value), r, c.nodeName(j)), false, true, o)
		out = append(out, msg)
		known := f.known[j]
		from, to := known[0], known[1]
		if !value {
			from, to = to, from
		}
		c.deliver(f, r, j, value, msg, from, to, c.travel(f, j, value, last))
	}
	reads := [][]PlaceID{append([]PlaceID{c.nodes[f.Node].started}, f.onReads...)}
	switch {
	case !value && r == 1 && !f.initial: // what was presumed in its favour is not so
		reads = [][]PlaceID{append([]PlaceID{c.nodes[f.Node].started}, f.off)}
	case !value:
		reads = f.offReads
	}
	choice := int32(0)
	if len(reads) > 1 {
		choice = c.choice()
	}
	for i, read := range reads {
		c.add(Transition{Name: fmt.Sprintf("%s: publish %d (%d)", f.says(value), r, i), In: []PlaceID{sent}, Out: out, Read: read, Class: Publish, Choice: choice, Origin: o})
	}
	return next
}
