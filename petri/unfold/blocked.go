package unfold

import (
	"slices"

	"adagio/dsl/model"
	"adagio/petri"
)

// Wait says that a program or a component cannot go on because of another: one
// link of a deadlock.
type Wait struct {
	// Component is who waits; -1 for a program, which is that of Node.
	Component, Node int
	// Instruction is where the program of Node stands: what it waits at, for a
	// program; -1 if it has ended.
	Instruction int
	Reason      Reason
	// Element is the place (of the waiting component's type) that cannot be left
	// or entered, or, where Starts says so, the transition that cannot start; -1 where
	// neither applies.
	Element int
	Starts  bool
	// On is the component waited for, and Port its port; -1 where none is.
	On, Port int
	// OnNode is the node whose program is waited for; -1 where none is.
	OnNode int
}

// Reason says why somebody waits.
type Reason uint8

// The reasons.
const (
	NotIdle        Reason = iota // a program waits until component On is idle
	NotAsked                     // … until node OnNode has asked it (model.Rules, Confirmations)
	AskedByOther                 // … for ever: node OnNode has asked it, which is no neighbour
	Holding                      // … which others cannot see while the program of OnNode holds
	Unsupported                  // nothing that could end the wait exists
	InUse                        // a place cannot be left: port Port of On is in use
	NotServed                    // a place cannot be entered or a transition started: no provider is active
	Refused                      // a place cannot be entered: port Port of On refuses
	NoProvider                   // … the port Port of the component itself is connected to no provider; said once for each port
	JoinOpen                     // a place is waited for by some of the transitions that it joins, and the others will not come
	NothingPushed                // the component is idle: only a push by the program of OnNode would make it move
	NoPushLeft                   // the component is idle, and no program will push it again
	Exited                       // the process of OnNode may have ended before its last change was seen
	StillUsed                    // a program cannot disconnect
	StillConnected               // a program cannot delete: On has a connection
)

// Blocked explains an event graph that is not complete: who waits for what,
// programs first, then the components that they wait for, transitively. It is
// empty for a complete graph.
func Blocked(g *petri.EventGraph) []Wait {
	b := newBlockage(g)
	for n, end := range g.Ends {
		if end < 0 {
			b.program(n)
		}
	}
	return b.waits
}

// Unfinished lists the components that are not idle when nothing happens any more, and
// explains what they wait for, transitively.
func Unfinished(g *petri.EventGraph) (components []int, waits []Wait) {
	b := newBlockage(g)
	for c, idle := range g.Net.Idle {
		if idle >= 0 && !b.marked(idle) {
			components = append(components, c)
			b.component(c)
		}
	}
	return components, b.waits
}

func newBlockage(g *petri.EventGraph) *blockage {
	return &blockage{g: g, net: g.Net, seen: map[[2]int]bool{}}
}

type blockage struct {
	g     *petri.EventGraph
	net   *petri.Net
	waits []Wait
	seen  map[[2]int]bool
}

func (b *blockage) marked(p petri.PlaceID) bool { return b.g.Marking[p] }

// at returns the instruction at which the program of a node stands, or -1.
func (b *blockage) at(n int) int {
	for p, place := range b.net.Places {
		if o := place.Origin; b.marked(petri.PlaceID(p)) && o.Node == n && o.Instruction >= 0 && o.Kind != petri.BehaviourRun && o.Kind != petri.ComponentAdd {
			return o.Instruction
		}
	}
	return -1
}

// pending lists the transitions that have all the work they take, and lack a
// condition that they read; and those that lack part of the work.
func (b *blockage) pending(match func(*petri.Origin) bool) (lacking, partial []petri.TransitionID) {
	for t, tr := range b.net.Transitions {
		if !match(tr.Origin) {
			continue
		}
		have, work := 0, 0
		for _, p := range tr.In() {
			if b.marked(p) {
				have++
				if !b.net.Places[p].Resting {
					work++
				}
			}
		}
		switch {
		case work == 0:
		case have == len(tr.In()):
			lacking = append(lacking, petri.TransitionID(t))
		default:
			partial = append(partial, petri.TransitionID(t))
		}
	}
	return lacking, partial
}

func (b *blockage) program(n int) {
	if b.seen[[2]int{-1, n}] {
		return
	}
	b.seen[[2]int{-1, n}] = true
	at := b.at(n)
	lacking, partial := b.pending(func(o *petri.Origin) bool {
		return o.Node == n && o.Instruction == at && (o.Kind == petri.ProgramStep || o.Kind == petri.WaitBegin)
	})
	base := Wait{Component: -1, Node: n, Instruction: at, Element: -1, On: -1, Port: -1, OnNode: -1}
	before := len(b.waits)
	for _, t := range append(lacking, partial...) {
		tr := &b.net.Transitions[t]
		for _, p := range append(slices.Clone(tr.Read()), tr.In()...) {
			if !b.marked(p) {
				b.programLacks(base, p)
			}
		}
	}
	if len(b.waits) == before {
		base.Reason = Unsupported
		b.waits = append(b.waits, base)
	}
}

// programLacks explains a place that a program waits for.
func (b *blockage) programLacks(w Wait, p petri.PlaceID) {
	o := b.net.Places[p].Origin
	in := b.net.Scenario.Nodes[w.Node].Program[w.Instruction]
	switch {
	case in.Op == model.Delete && o.Kind != petri.BehaviourEnd:
		w.On, w.Reason = in.Component, StillConnected
		if !slices.Contains(b.waits, w) {
			b.waits = append(b.waits, w)
		}
		return
	case o.Fact.Kind == petri.Asked:
		w.OnNode, w.Reason = o.Fact.Node, NotAsked
	case o.Fact.Kind == petri.NodeIdle:
		w.OnNode = o.Fact.Node
		for c, comp := range b.net.Scenario.Components {
			if comp.Node == o.Fact.Node && b.busy(c) {
				w.On = c
			}
		}
		w.Reason = NotIdle
	case o.Fact.Kind == petri.Free:
		w.Reason, w.On, w.Port = StillUsed, o.Fact.Component, o.Fact.Index
	case o.Component < 0 || o.Kind == petri.ProgramStep:
		w.Reason = Unsupported
	default:
		w.On, w.Reason = o.Component, NotIdle
		if o.Fact.Kind == petri.Idle && !b.busy(o.Component) {
			w.Reason, w.OnNode = Holding, o.Fact.Node
		}
	}
	if w.On == w.Component && w.OnNode < 0 || slices.Contains(b.waits, w) {
		return
	}
	b.waits = append(b.waits, w)
	if w.OnNode >= 0 && w.OnNode != w.Node && w.On < 0 || w.Reason == Holding {
		b.program(w.OnNode)
	} else if w.On >= 0 {
		b.component(w.On)
	}
}

// busy says whether a component is not idle at the end.
func (b *blockage) busy(c int) bool {
	for p, place := range b.net.Places {
		if place.Origin.Component == c && !place.Resting && place.Origin.Kind == petri.BehaviourEnd && b.marked(petri.PlaceID(p)) {
			return true
		}
	}
	return false
}

func (b *blockage) component(c int) {
	if b.seen[[2]int{c, -1}] {
		return
	}
	b.seen[[2]int{c, -1}] = true
	node := b.net.Scenario.Components[c].Node
	base := Wait{Component: c, Node: node, Instruction: b.at(node), Element: -1, On: -1, Port: -1, OnNode: -1}
	if !b.busy(c) {
		base.Reason = NoPushLeft
		if b.pushAhead(c) {
			base.Reason, base.OnNode = NothingPushed, node
		}
		b.waits = append(b.waits, base)
		if base.OnNode >= 0 {
			b.program(node)
		}
		return
	}
	lacking, partial := b.pending(func(o *petri.Origin) bool {
		return o.Component == c && (o.Kind == petri.Enter || o.Kind == petri.Leave || o.Kind == petri.Start || o.Kind == petri.ComponentAdd || o.Kind == petri.Step)
	})
	for _, t := range lacking {
		tr := &b.net.Transitions[t]
		for _, p := range tr.Read() {
			if !b.marked(p) {
				w := base
				w.Element, w.Starts = tr.Origin.Element, tr.Origin.Kind == petri.Start
				b.componentLacks(w, p)
			}
		}
	}
	for _, s := range b.net.Stuck {
		if s.Component == c && b.inPush(c, s.Push) {
			w := base
			w.Element, w.Reason = s.Place, JoinOpen
			b.waits = append(b.waits, w)
		}
	}
	for _, t := range partial {
		if o := b.net.Transitions[t].Origin; o.Kind == petri.Enter || o.Kind == petri.Step {
			w := base
			w.Element, w.Reason = o.Element, JoinOpen
			if !slices.Contains(b.waits, w) {
				b.waits = append(b.waits, w)
			}
		}
	}
}

// inPush says whether a component is executing a push at the end.
func (b *blockage) inPush(c, push int) bool {
	for p, place := range b.net.Places {
		if o := place.Origin; o.Kind == petri.BehaviourRun && o.Component == c && o.Push == push && b.marked(petri.PlaceID(p)) {
			return true
		}
	}
	return false
}

// pushAhead says whether a program will still push a component.
func (b *blockage) pushAhead(c int) bool {
	node := b.net.Scenario.Components[c].Node
	at := b.at(node)
	if at < 0 {
		return false
	}
	for _, in := range b.net.Scenario.Nodes[node].Program[at:] {
		if in.Op == model.Push && in.Component == c {
			return true
		}
	}
	return false
}

// componentLacks explains a condition that a component waits for.
func (b *blockage) componentLacks(w Wait, p petri.PlaceID) {
	facts := b.facts(p, 0)
	if len(facts) == 0 {
		// Without a port it is what tells the variants of an event apart.
		w.Reason, w.Port = NoProvider, b.net.Places[p].Origin.Element
		if w.Port >= 0 && !slices.ContainsFunc(b.waits, func(v Wait) bool {
			return v.Reason == NoProvider && v.Component == w.Component && v.Port == w.Port
		}) {
			b.waits = append(b.waits, w)
		}
		return
	}
	for _, f := range facts {
		w.On, w.Port = f.Component, f.Index
		switch {
		case f.Kind == petri.Free:
			w.Reason = InUse
		case f.Kind == petri.Accepting:
			w.Reason = Refused
		default:
			w.Reason = NotServed
		}
		if !slices.Contains(b.waits, w) {
			b.waits = append(b.waits, w)
			b.component(f.Component)
		}
	}
}

// facts lists the facts that an unmarked condition stands for, through derived
// conditions.
func (b *blockage) facts(p petri.PlaceID, depth int) []petri.Fact {
	if f := b.net.Places[p].Origin.Fact; f.Kind != petri.NoFact {
		return []petri.Fact{f}
	}
	var out []petri.Fact
	if depth > 4 {
		return nil
	}
	for _, t := range b.net.Producers.Of(p) {
		for _, q := range b.net.Transitions[t].Read() {
			if !b.marked(q) {
				for _, f := range b.facts(q, depth+1) {
					if !slices.Contains(out, f) {
						out = append(out, f)
					}
				}
			}
		}
	}
	return out
}
