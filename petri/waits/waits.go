// Package waits tells who waits for whom in an event graph: where it stops before every
// program has ended (Blocked), and where a component is not idle at the end (Unfinished).
// Of an executor whose processes end it tells what that may do to a graph: looks that come
// too late (Exits, Stale).
//
//	for _, wait := range waits.Blocked(graph) { … }
package waits

import (
	"slices"

	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/internal/lists"
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
	Deleted                      // no wait: a component may ask whether port Port of On is active, which is deleted
)

// Blocked explains an event graph that is not complete: who waits for what,
// programs first, then the components that they wait for, transitively. It is
// empty for a complete graph.
func Blocked(g *petri.EventGraph) []Wait {
	if !slices.ContainsFunc(g.Ends, func(end petri.EventID) bool { return end < 0 }) {
		return nil
	}
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
	for c, idle := range g.Net.Idle {
		if idle >= 0 && !g.Marking[idle] {
			components = append(components, c)
		}
	}
	if len(components) == 0 {
		return nil, nil
	}
	b := newBlockage(g)
	for _, c := range components {
		b.component(c)
	}
	return components, b.waits
}

// blockage is what an event graph has come to where nothing happens any more.
type blockage struct {
	g     *petri.EventGraph
	net   *petri.Net
	waits []Wait
	seen  map[[2]int]bool
	said  map[Wait]bool

	at         []int                                 // by node: the instruction at which its program stands, or -1
	working    []int                                 // by node: the last of its components that are not idle, or -1
	busy       []bool                                // by component
	inPush     map[[2]int]bool                       // component and push: it is being executed
	pushed     []bool                                // by component: its program will still push it
	steps      lists.Groups[int, petri.TransitionID] // by node: the steps of its program at that instruction
	moves      lists.Groups[int, petri.TransitionID] // by component: what it can do
	stuckJoins lists.Groups[int, petri.Stuck]        // by component
}

func newBlockage(g *petri.EventGraph) *blockage {
	s := g.Net.Scenario
	b := &blockage{
		g: g, net: g.Net, seen: map[[2]int]bool{}, said: map[Wait]bool{},
		at: slices.Repeat([]int{-1}, len(s.Nodes)), working: slices.Repeat([]int{-1}, len(s.Nodes)),
		busy: make([]bool, len(s.Components)), inPush: map[[2]int]bool{}, pushed: make([]bool, len(s.Components)),
	}
	for p := range g.Net.Places {
		if b.marked(petri.PlaceID(p)) {
			b.look(&g.Net.Places[p])
		}
	}
	for n, at := range b.at {
		if at < 0 {
			continue
		}
		for _, in := range s.Nodes[n].Program[at:] {
			if in.Op == model.Push {
				b.pushed[in.Component] = true
			}
		}
	}
	for c, busy := range b.busy {
		if busy {
			b.working[s.Components[c].Node] = c
		}
	}
	b.steps = b.transitions(len(s.Nodes), func(o *petri.Origin) int {
		if o.Instruction == b.at[o.Node] && (o.Kind == petri.ProgramStep || o.Kind == petri.WaitBegin) {
			return o.Node
		}
		return -1
	})
	b.moves = b.transitions(len(s.Components), func(o *petri.Origin) int {
		switch o.Kind {
		case petri.Enter, petri.Leave, petri.Start, petri.ComponentAdd, petri.Step:
			return o.Component
		}
		return -1
	})
	b.stuckJoins = lists.Grouped(len(s.Components), func(yield func(int, petri.Stuck) bool) {
		for _, stuck := range g.Net.Stuck {
			yield(stuck.Component, stuck)
		}
	})
	return b
}

// look notes what a marked place says.
func (b *blockage) look(place *petri.Place) {
	o := place.Origin
	switch {
	case o.Kind == petri.BehaviourRun && o.Component >= 0:
		b.inPush[[2]int{o.Component, o.Push}] = true
		return
	case o.Kind == petri.BehaviourEnd && !place.MayStay && o.Component >= 0:
		b.busy[o.Component] = true
	}
	if o.Instruction >= 0 && o.Kind != petri.BehaviourRun && o.Kind != petri.ComponentAdd && b.at[o.Node] < 0 {
		b.at[o.Node] = o.Instruction
	}
}

// transitions groups those of the net; of says to which group one belongs, or -1.
func (b *blockage) transitions(n int, of func(*petri.Origin) int) lists.Groups[int, petri.TransitionID] {
	return lists.Grouped(n, func(yield func(int, petri.TransitionID) bool) {
		for t := range b.net.Transitions {
			if k := of(b.net.Transitions[t].Origin); k >= 0 {
				yield(k, petri.TransitionID(t))
			}
		}
	})
}

func (b *blockage) marked(p petri.PlaceID) bool { return b.g.Marking[p] }

// say adds a wait, once, and says whether it was new.
func (b *blockage) say(w Wait) bool {
	if b.said[w] {
		return false
	}
	b.said[w] = true
	b.waits = append(b.waits, w)
	return true
}

// pending parts transitions into those that have all the work they take, and lack a
// condition that they read, and those that lack part of the work.
func (b *blockage) pending(among []petri.TransitionID) (lacking, partial []petri.TransitionID) {
	for _, t := range among {
		have, work := 0, 0
		in := b.net.Transitions[t].In()
		for _, p := range in {
			if b.marked(p) {
				have++
				if !b.net.Places[p].MayStay {
					work++
				}
			}
		}
		switch {
		case work == 0:
		case have == len(in):
			lacking = append(lacking, t)
		default:
			partial = append(partial, t)
		}
	}
	return lacking, partial
}

func (b *blockage) program(n int) {
	if b.seen[[2]int{-1, n}] {
		return
	}
	b.seen[[2]int{-1, n}] = true
	lacking, partial := b.pending(b.steps.Of(n))
	base := Wait{Component: -1, Node: n, Instruction: b.at[n], Element: -1, On: -1, Port: -1, OnNode: -1}
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
		b.say(base)
	}
}

// programLacks explains a place that a program waits for.
func (b *blockage) programLacks(w Wait, p petri.PlaceID) {
	o := b.net.Places[p].Origin
	in := b.net.Scenario.Nodes[w.Node].Program[w.Instruction]
	switch {
	case in.Op == model.Delete && o.Kind != petri.BehaviourEnd:
		w.On, w.Reason = in.Component, StillConnected
		b.say(w)
		return
	case in.Op == model.Disconnect && o.Fact.Kind != petri.Free: // which sides are there tells its variants apart
		return
	case o.Fact.Kind == petri.Asked:
		w.OnNode, w.Reason = o.Fact.Node, NotAsked
	case o.Fact.Kind == petri.NodeIdle:
		w.OnNode, w.On, w.Reason = o.Fact.Node, b.working[o.Fact.Node], NotIdle
	case o.Fact.Kind == petri.Free:
		w.Reason, w.On, w.Port = StillUsed, o.Fact.Component, o.Fact.Index
	case o.Component < 0 || o.Kind == petri.ProgramStep:
		w.Reason = Unsupported
	default:
		w.On, w.Reason = o.Component, NotIdle
		if o.Fact.Kind == petri.Idle && !b.busy[o.Component] {
			w.Reason, w.OnNode = Holding, o.Fact.Node
		}
	}
	if w.On == w.Component && w.OnNode < 0 || !b.say(w) {
		return
	}
	if w.OnNode >= 0 && w.OnNode != w.Node && w.On < 0 || w.Reason == Holding {
		b.program(w.OnNode)
	} else if w.On >= 0 {
		b.component(w.On)
	}
}

func (b *blockage) component(c int) {
	if b.seen[[2]int{c, -1}] {
		return
	}
	b.seen[[2]int{c, -1}] = true
	node := b.net.Scenario.Components[c].Node
	base := Wait{Component: c, Node: node, Instruction: b.at[node], Element: -1, On: -1, Port: -1, OnNode: -1}
	if !b.busy[c] {
		base.Reason = NoPushLeft
		if b.pushed[c] {
			base.Reason, base.OnNode = NothingPushed, node
		}
		b.say(base)
		if base.OnNode >= 0 {
			b.program(node)
		}
		return
	}
	lacking, partial := b.pending(b.moves.Of(c))
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
	for _, s := range b.stuckJoins.Of(c) {
		if b.inPush[[2]int{c, s.Push}] {
			w := base
			w.Element, w.Reason = s.Place, JoinOpen
			b.say(w)
		}
	}
	for _, t := range partial {
		if o := b.net.Transitions[t].Origin; o.Kind == petri.Enter || o.Kind == petri.Step {
			w := base
			w.Element, w.Reason = o.Element, JoinOpen
			b.say(w)
		}
	}
}

// componentLacks explains a condition that a component waits for.
func (b *blockage) componentLacks(w Wait, p petri.PlaceID) {
	facts := b.facts(p, 0)
	if len(facts) == 0 {
		// Without a port it is what tells the variants of an event apart.
		w.Reason, w.Port = NoProvider, b.net.Places[p].Origin.Element
		once := Wait{Reason: NoProvider, Component: w.Component, Port: w.Port}
		if w.Port >= 0 && !b.said[once] {
			b.said[once] = true
			b.say(w)
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
		if b.say(w) {
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
