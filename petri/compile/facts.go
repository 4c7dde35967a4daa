package compile

import (
	"slices"

	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/executor"
)

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
	petri.Fact
	name      string        // that it holds
	ceased    string        // that it does not
	on, off   petri.PlaceID // on its node; -1 for those that are read off several places
	onReads   []petri.PlaceID
	offReads  [][]petri.PlaceID // alternatives
	initial   bool              // its value when its node starts
	changes   int               // no plan changes it more often
	favour    bool              // known without being told: what an observer assumes before it has seen anything
	observers []observer
	at        map[int]int // index in observers, by node
	presumed  bool        // what they take it for before they have been told
	unseen    bool        // nobody sees it as it is when its node starts, see survey.RefusesAtOnce
}

// observer is a node that asks for a fact of another.
type observer struct {
	node    int
	no, yes petri.PlaceID // it does not know that the fact holds, and it does
	noted   petri.PlaceID // the last message so far is taken note of
	late    executor.Response
}

// observer returns what is known of a node that asks for the fact, or nil.
func (f *fact) observer(node int) *observer {
	if i, ok := f.at[node]; ok {
		return &f.observers[i]
	}
	return nil
}

// portWords are what is said of a port of which a fact does not hold, and holds.
var portWords = map[petri.FactKind][2]string{petri.Active: {"inactive", "active"}, petri.Accepting: {"refusing", "accepting"}, petri.Free: {"in use", "free"}}

// portFact returns the fact about a port, registered at first use.
func (c *compiler) portFact(kind petri.FactKind, component, port int) *fact {
	key := petri.Fact{Kind: kind, Node: c.s.Components[component].Node, Component: component, Index: port}
	if f, ok := c.facts[key]; ok {
		return f
	}
	words := portWords[kind]
	value := c.Holds(key)
	f := c.register(key, c.portName(component, port), words[1], words[0], value)
	o := c.factOrigin(petri.Derived, key)
	f.off = c.place(f.ceased, !value, true, o)
	f.on = c.place(f.name, value, true, o)
	f.onReads, f.offReads = []petri.PlaceID{f.on}, [][]petri.PlaceID{{f.off}}
	f.changes = c.Changes(key)
	f.unseen = kind == petri.Accepting && value && c.RefusesAtOnce(component, port)
	f.favour = kind == petri.Accepting && !c.Rules.AllowActive && !f.unseen
	return f
}

func (c *compiler) register(key petri.Fact, of, holds, ceased string, initial bool) *fact {
	f := &fact{Fact: key, name: c.text("%s %s", of, holds), ceased: c.text("%s %s", of, ceased), on: -1, off: -1, initial: initial, at: map[int]int{}}
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

func (c *compiler) factOrigin(k petri.Kind, f petri.Fact) petri.Origin {
	o := c.origin(k, f.Node)
	o.Component, o.Fact = f.Component, f
	if f.Component >= 0 {
		o.Pos = &c.s.Components[f.Component].Pos
		if f.Kind == petri.Active || f.Kind == petri.Accepting || f.Kind == petri.Free {
			o.Pos = &c.s.TypeOf(f.Component).Ports[f.Index].Pos
		}
	}
	return o
}

// observe makes a fact known on a node.
func (c *compiler) observe(f *fact, node int) {
	if node == f.Node || f.observer(node) != nil {
		return
	}
	o := c.factOrigin(petri.Derived, f.Fact)
	o.Node = node
	at := c.nodeName(node)
	if len(f.observers) == 0 {
		f.presumed = c.presumes(f)
	}
	value := f.presumed
	no := c.place(c.text("%s: does not know: %s", at, f.name), !value, true, o)
	yes := c.place(c.text("%s: knows: %s", at, f.name), value, true, o)
	c.net.Told[no], c.net.Told[yes] = petri.Told{Fact: f.Fact, Value: false}, petri.Told{Fact: f.Fact, Value: true}
	f.at[node] = len(f.observers)
	f.observers = append(f.observers, observer{node: node, no: no, yes: yes})
}

// presumes says what observers take a fact for before they have been told: what
// is bad for them, except that nobody is presumed to refuse. In the ideal profile
// what ports are in the beginning is common knowledge, if their node is there
// from the beginning.
func (c *compiler) presumes(f *fact) bool {
	port := f.Kind == petri.Active || f.Kind == petri.Free || f.Kind == petri.Accepting
	if port && c.s.Network.Profile.Kind == model.Ideal && c.s.Nodes[f.Node].Start.Hi == 0 {
		return f.initial
	}
	if f.Kind == petri.Active && c.Polling() && c.rememberActive(f) {
		return true
	}
	return f.favour
}

// rememberActive says whether the nodes that ask about a provide port sleep, and used it before
// the plan, so that they remember it as active (SEMANTICS.md, rule 9.2). Where only some of
// them do, it notes which in the net.
func (c *compiler) rememberActive(f *fact) bool {
	remember := map[int]bool{} // by node that asks
	for _, i := range c.Components[f.Component].Links[f.Index] {
		l := &c.s.Links[i]
		if n := c.s.Components[l.User].Node; n != f.Node {
			remember[n] = remember[n] || c.s.Nodes[n].Uptime != nil && l.UserSide && c.Components[l.User].Space.Held[l.UsePort]
		}
	}
	all := len(remember) > 0
	for _, does := range remember {
		all = all && does
	}
	for n, does := range remember {
		if o := (petri.Observation{Fact: f.Fact, Node: n}); does && !all {
			c.net.Remembered[o] = true
		}
	}
	return all
}

// asks returns the place to read on a node to learn that a fact holds, and the
// one that says it does not, made at first use. The one who asks may see a change that much later than
// a poll after it.
func (c *compiler) asks(f *fact, node int, late executor.Response) (no, yes petri.PlaceID) {
	if node == f.Node {
		return f.off, f.on
	}
	c.observe(f, node)
	k := f.observer(node)
	k.late = k.late.And(late)
	return k.no, k.yes
}

// idleFact is whether others see a component idle.
func (c *compiler) idleFact(component int) *fact {
	node := c.s.Components[component].Node
	key := petri.Fact{Kind: petri.Idle, Node: node, Component: component, Index: -1}
	if f, ok := c.facts[key]; ok {
		return f
	}
	k, n := c.components[component], c.nodes[node]
	f := c.register(key, c.componentName(component), "idle", "not idle", true)
	f.onReads, f.offReads = []petri.PlaceID{k.idle}, [][]petri.PlaceID{{k.busy}}
	if k.exists >= 0 {
		f.onReads = append(f.onReads, k.exists)
		f.offReads = append(f.offReads, []petri.PlaceID{k.gone})
	}
	c.shownWhileNotHolding(f, n)
	f.changes = c.shownIdle(node, component)
	return f
}

// nodeIdleFact is whether others see every component of a node idle.
func (c *compiler) nodeIdleFact(node int) *fact {
	key := petri.Fact{Kind: petri.NodeIdle, Node: node, Component: -1, Index: -1}
	if f, ok := c.facts[key]; ok {
		return f
	}
	f := c.register(key, c.nodeName(node), "idle", "not idle", true)
	var idle []petri.PlaceID
	var busy [][]petri.PlaceID
	for _, i := range c.Nodes[node].Components {
		k := &c.components[i]
		idle, busy = append(idle, k.idle), append(busy, []petri.PlaceID{k.busy})
	}
	if len(idle) > 0 {
		no := c.conditionPlace(f.name+": no, a component is busy", false, node, -1, -1)
		yes := c.conditionPlace(f.name+": every component", true, node, -1, -1)
		o := c.factOrigin(petri.Shown, key)
		c.alternatives(f.name+": every component", o, no, yes, [][]petri.PlaceID{idle})
		o.Ceases = true
		c.alternatives(f.name+": not every component", o, yes, no, busy)
		f.onReads, f.offReads = []petri.PlaceID{yes}, [][]petri.PlaceID{{no}}
	}
	c.shownWhileNotHolding(f, c.nodes[node])
	f.changes = c.shownIdle(node, c.Nodes[node].Components...)
	return f
}

func (c *compiler) shownWhileNotHolding(f *fact, n nodeNet) {
	if n.holding >= 0 {
		f.onReads = append(f.onReads, n.nothold)
		f.offReads = append(f.offReads, []petri.PlaceID{n.holding})
	}
}

// endedFact is that a push has ended (semantics concerto-d).
func (c *compiler) endedFact(component, p int) *fact {
	node := c.s.Components[component].Node
	key := petri.Fact{Kind: petri.Ended, Node: node, Component: component, Index: p}
	if f, ok := c.facts[key]; ok {
		return f
	}
	f := c.register(key, c.text("push %d of %s", p, c.componentName(component)), "ended", "not ended", false)
	f.on = c.place(f.name, false, true, c.factOrigin(petri.Derived, key))
	c.components[component].ended[p] = f.on
	f.onReads, f.changes = []petri.PlaceID{f.on}, 1
	return f
}

// compileFacts makes the publications and the network delays.
func (c *compiler) compileFacts() {
	for _, f := range c.factOrder {
		if len(f.observers) == 0 {
			continue
		}
		slices.SortFunc(f.observers, func(a, b observer) int { return a.node - b.node })
		f.at = nil // of the order before
		for i := range f.observers {
			if to := f.observers[i].node; c.s.Network.Profile.Kind == model.Pushing && (c.s.Nodes[f.Node].Uptime != nil || c.s.Nodes[to].Uptime != nil) {
				c.heard(f.Node, to) // a hello and its answer wait for nodes, whatever comes of them
			}
		}
		value := f.presumed
		c.net.Sources[f.Fact] = petri.Source{On: f.onReads, Off: f.offReads, Presumed: value, Unseen: f.unseen}
		sent := c.place(f.says(value)+": published 0", true, true, c.factOrigin(petri.Published, f.Fact))
		changes := f.changes
		switch {
		case f.unseen:
			changes--
			sent = c.pass(f, sent)
		case value != f.initial:
			changes++
		}
		for r := 1; r <= changes; r++ {
			value = !value
			sent = c.publish(f, r, sent, value, r == changes)
		}
	}
}

// deliver takes the r-th message of a fact to an observer. A message that comes
// before the one ahead of it has arrived waits for it.
func (c *compiler) deliver(f *fact, r int, by *observer, value bool, msg petri.PlaceID, way executor.Delay) {
	to, known, next := by.node, by.no, by.yes
	if !value {
		known, next = next, known
	}
	o := c.factOrigin(petri.Network, f.Fact)
	o.Node, o.Ceases = to, !value
	arrival := transition{Name: c.text("%s: arrival %d at %s", f.says(value), r, c.nodeName(to)), In: c.ids(msg), Delay: way, Origin: o}
	noted := by.noted
	by.noted = c.place(c.text("%s: noted %d at %s", f.says(value), r, c.nodeName(to)), false, true, o)
	heard, gated := c.heard(f.Node, to)
	if !value && slices.Contains(c.stale, petri.Observation{Fact: f.Fact, Node: to, Change: r}) {
		unseen := transition{Name: arrival.Name + ", unseen", In: []petri.PlaceID{msg}, Read: []petri.PlaceID{known}, Out: []petri.PlaceID{by.noted}, Delay: executor.Plain(way.Delay), Origin: o}
		if r > 1 {
			unseen.In = append(unseen.In, noted)
		}
		c.add(unseen)
	}
	if r == 1 && !gated {
		arrival.In, arrival.Out = c.ids(msg, known), c.ids(next, by.noted)
		c.add(arrival)
		return
	}
	arrived := c.place(c.text("%s: arrived %d at %s", f.says(value), r, c.nodeName(to)), false, true, o)
	if arrival.Out = c.ids(arrived); c.ReadsAsleep(to) {
		due, rest := c.ThroughBroker(f.Node, to)
		c.readWhenAwake(&arrival, due, rest)
	}
	c.add(arrival)
	note := transition{Name: c.text("%s: taken note of %d at %s", f.says(value), r, c.nodeName(to)),
		In: c.ids(arrived, known), Out: c.ids(next, by.noted), Origin: o}
	if r > 1 {
		note.In = c.ids(arrived, known, noted)
	}
	if gated && r == 1 {
		note.Read = []petri.PlaceID{heard}
		c.net.Heard[known], c.net.Heard[next] = heard, heard
	}
	c.add(note)
}

// pass lets the first change of a fact go by, which nobody is told of.
func (c *compiler) pass(f *fact, sent petri.PlaceID) petri.PlaceID {
	o := c.factOrigin(petri.Published, f.Fact)
	o.Ceases = true
	next := c.place(f.ceased+" from the start on", false, true, o)
	c.add(transition{Name: f.ceased + " from the start on", In: []petri.PlaceID{sent}, Out: []petri.PlaceID{next}, Read: []petri.PlaceID{c.nodes[f.Node].started, f.off}, Class: petri.Publish, Origin: o})
	return next
}

// publish makes the r-th change of a fact leave its node; last says that no plan
// changes it more often.
func (c *compiler) publish(f *fact, r int, sent petri.PlaceID, value, last bool) petri.PlaceID {
	o := c.factOrigin(petri.Published, f.Fact)
	o.Ceases = !value
	next := c.place(c.text("%s: published %d", f.says(value), r), false, true, o)
	c.brief.Reset()
	out := append(c.brief.New(1 + len(f.observers))[:0], next)
	for i := range f.observers {
		by := &f.observers[i]
		msg := c.place(c.text("%s: message %d to %s", f.says(value), r, c.nodeName(by.node)), false, true, o)
		out = append(out, msg)
		c.deliver(f, r, by, value, msg, c.Travel(f.Fact, by.node, by.late, value, last))
	}
	choice, in := int32(0), c.ids(sent)
	publish := func(i int, read []petri.PlaceID) {
		c.add(transition{Name: c.text("%s: publish %d (%d)", f.says(value), r, i), In: in, Out: out, Read: read, Class: petri.Publish, Choice: choice, Origin: o})
	}
	switch started := c.ids(c.nodes[f.Node].started); {
	case value:
		publish(0, c.brief.Join(started, f.onReads))
	case r == 1 && !f.initial: // what was presumed in its favour is not so
		publish(0, c.brief.Join(started, c.ids(f.off)))
	default:
		if len(f.offReads) > 1 {
			choice = c.choice()
		}
		for i, read := range f.offReads {
			publish(i, read)
		}
	}
	return next
}

// ids is a list of places for a transition that is made for a message.
func (c *compiler) ids(places ...petri.PlaceID) []petri.PlaceID { return c.brief.Join(places) }
