package simulate

import (
	"fmt"
	"slices"
	"time"

	"adagio/dsl/model"
)

// Reason says what a wait is for.
type Reason uint8

const (
	NotIdle      Reason = iota // a program, until OnComponent is idle
	NotEnded                   // a program, until the behaviour of OnComponent that it names has ended
	NotQuiet                   // a program, until all components of OnNode are idle
	Connected                  // a program, until OnComponent has no connection
	StillUsed                  // a departure, delete or disconnect, until OnComponent stops using
	NotServed                  // an entry or a start, until OnComponent provides
	Refused                    // an entry, until OnComponent stops refusing
	Unconnected                // an entry or a start, whose port has no provider at all
	Incomplete                 // a dock, until the other docks of its set are filled or its place is empty
	NotAsked                   // a wait all, until OnNode asks while this node is idle
	AskedByOther               // a wait all, for ever: OnNode has asked, which is no neighbour
)

// Wait is one thing that cannot go on, and what it waits for. Fields that mean
// nothing are -1.
type Wait struct {
	Reason Reason
	// Who waits: the program of Node at Instruction, or Component at Place (to be
	// entered or left) or Transition (to be started), for its Port.
	Node, Instruction            int
	Component, Place, Transition int
	Port                         int
	OnComponent, OnNode          int
	// Gone: the process of the node that it waits for has ended.
	Gone bool
}

func waiting(r Reason) Wait { return Wait{r, -1, -1, -1, -1, -1, -1, -1, -1, false} }

// Text says the wait in the user's words.
func (w Wait) Text(s *model.Scenario) string {
	who := ""
	switch {
	case w.Component < 0:
		who = fmt.Sprintf("node %s, at %q,", s.Nodes[w.Node].Name, instructionText(s, w.Node, w.Instruction))
	case w.Transition >= 0:
		who = fmt.Sprintf("%s, to start %s,", s.Components[w.Component].Name, s.TypeOf(w.Component).Transitions[w.Transition].Name)
	case w.Reason == StillUsed:
		who = fmt.Sprintf("%s, to leave %s,", s.Components[w.Component].Name, s.TypeOf(w.Component).Places[w.Place].Name)
	default:
		who = fmt.Sprintf("%s, to enter %s,", s.Components[w.Component].Name, s.TypeOf(w.Component).Places[w.Place].Name)
	}
	on := ""
	if w.OnComponent >= 0 {
		on = s.Components[w.OnComponent].Name
	}
	what := ""
	switch w.Reason {
	case NotIdle:
		what = on + " to be idle"
	case NotEnded:
		what = on + " to end the behaviour"
	case NotQuiet:
		what = "all components of node " + s.Nodes[w.OnNode].Name + " to be idle"
	case Connected:
		what = on + " to be disconnected"
	case StillUsed:
		what = on + " to stop using " + w.used(s)
	case NotServed:
		what = on + " to provide " + s.TypeOf(w.Component).Ports[w.Port].Name
	case Refused:
		what = on + " to stop refusing " + s.TypeOf(w.Component).Ports[w.Port].Name
	case Unconnected:
		what = "a provider of " + s.TypeOf(w.Component).Ports[w.Port].Name + ", and is connected to none"
	case Incomplete:
		what = "transitions that will not come"
	case NotAsked:
		what = fmt.Sprintf("node %s to ask it while it is idle", s.Nodes[w.OnNode].Name)
	case AskedByOther:
		what = fmt.Sprintf("nobody to have asked it but its neighbours: node %s has", s.Nodes[w.OnNode].Name)
	}
	if w.Gone {
		what += ", but the process of its node has ended"
	}
	return who + " waits for " + what
}

// used names what a user holds: the port of the component that would leave, or
// the connection that would be removed.
func (w Wait) used(s *model.Scenario) string {
	if w.Component < 0 {
		return "it"
	}
	return s.PortName(w.Component, w.Port)
}

// finish says how the run ended and who still waits for what.
func (w *world) finish() {
	t := w.trace
	closes := w.s.Network.Profile.Kind == model.Polling && (w.s.Rules.Exits || w.s.Rules.Confirmations)
	for i := range w.nodes {
		n := &w.nodes[i]
		switch {
		case n.failed:
			t.Outcome = Failed
		case !n.ended:
			t.Outcome = max(t.Outcome, Deadlock)
			w.programWaits(n)
		default:
			t.Makespan = max(t.Makespan, t.Nodes[i].End-t.Nodes[i].Start)
			if closes && t.Processes[i].Closed == model.Never {
				t.open = true
				w.allWaits(n)
			}
		}
	}
	if t.Outcome != Completed {
		t.Makespan = model.Never
	}
	for i := range w.comps {
		if c := &w.comps[i]; c.exists && !c.idle() && !w.nodes[c.node].gone {
			w.componentWaits(c)
		}
	}
	t.Quiescence = w.quiescence()
	if w.opts.State {
		w.keep()
	}
}

// quiescence is the date from which on all programs have ended and every component is
// idle.
func (w *world) quiescence() time.Duration {
	t := w.trace
	if t.Outcome != Completed {
		return model.Never
	}
	date := t.Span()
	for i := range w.comps {
		if c := &w.comps[i]; c.exists && !c.idle() {
			return model.Never
		}
		for _, b := range t.Components[i].Behaviours {
			if b.End != model.Never { // it was deleted
				date = max(date, b.End)
			}
		}
		for _, m := range t.Components[i].Moves {
			date = max(date, m.At)
		}
	}
	return date
}

// keep notes the state that the run leaves.
func (w *world) keep() {
	state := model.State{Links: slices.Clone(w.s.Links)}
	for i, sides := range w.sides {
		state.Links[i].UserSide, state.Links[i].ProviderSide = sides.user, sides.provider
	}
	for i := range w.comps {
		var active []int
		for p, there := range w.comps[i].places {
			if there {
				active = append(active, p)
			}
		}
		state.Active, state.Past = append(state.Active, active), append(state.Past, w.comps[i].past())
	}
	w.trace.State = state
}

func (w *world) report(x Wait) {
	on := x.OnNode
	if on < 0 && x.OnComponent >= 0 {
		on = w.comps[x.OnComponent].node
	}
	x.Gone = on >= 0 && w.nodes[on].gone && x.Reason != AskedByOther
	w.trace.Waits = append(w.trace.Waits, x)
}

func (w *world) programWait(n *node, r Reason, component, node int) {
	x := waiting(r)
	x.Node, x.Instruction, x.OnComponent, x.OnNode = n.id, n.pc, component, node
	w.report(x)
}

// allWaits reports what a wait all waits for.
func (w *world) allWaits(n *node) {
	for _, c := range n.local {
		if !w.comps[c].idle() {
			w.programWait(n, NotIdle, c, -1)
		}
	}
	neighbours, confirmations := w.s.Nodes[n.id].Neighbours, w.s.Rules.Confirmations
	for _, m := range neighbours {
		switch {
		case !w.view.idle(n.id, m):
			w.programWait(n, NotQuiet, -1, m)
		case confirmations && !n.askedBy[m] && len(n.askedBy) < len(neighbours):
			w.programWait(n, NotAsked, -1, m)
		}
	}
	for m := range w.nodes {
		if len(n.askedBy) > len(neighbours) && n.askedBy[m] && !slices.Contains(neighbours, m) {
			w.programWait(n, AskedByOther, -1, m)
		}
	}
}

func (w *world) programWaits(n *node) {
	in := w.instruction(n)
	report := func(r Reason, component, node int) { w.programWait(n, r, component, node) }
	switch in.Op {
	case model.Wait:
		if namesEnd(w.s, in) {
			report(NotEnded, in.Component, -1)
		} else {
			report(NotIdle, in.Component, -1)
		}
	case model.Limit:
		for _, c := range in.Of {
			if !w.comps[c].idle() {
				report(NotIdle, c, -1)
			}
		}
	case model.WaitAll:
		w.allWaits(n)
	case model.Delete:
		if w.comps[in.Component].idle() {
			report(Connected, in.Component, -1)
		} else {
			report(NotIdle, in.Component, -1)
		}
	case model.Disconnect:
		report(StillUsed, w.s.Links[in.Link].User, -1)
	}
}

func (w *world) componentWaits(c *component) {
	at := waiting(Incomplete)
	at.Component, at.Node = c.id, c.node
	if c.entering {
		at.Place = c.sh.t.Initial
		w.useWaits(c, at, c.needs(at.Place, nil, nil), true)
	}
	if c.behaviour < 0 {
		return
	}
	f := c.flow()
	for _, p := range f.places {
		at.Place = p
		if set := c.full(p); set != nil {
			w.useWaits(c, at, c.needs(p, set, nil), true)
		} else if w.arrivedAt(c, p) {
			at.Reason = Incomplete
			w.report(at)
		}
		if c.mayLeave(p) {
			w.leaveWaits(c, at, c.locks(p, nil))
		}
	}
	at.Place = -1
	for _, i := range f.transitions {
		if c.docks[i] == leaving {
			at.Transition = i
			w.useWaits(c, at, c.sh.gates[i], false)
		}
	}
}

func (w *world) arrivedAt(c *component, p int) bool {
	for _, set := range c.flow().docks[p] {
		for _, i := range set {
			if c.docks[i] == arrived {
				return true
			}
		}
	}
	return false
}

// useWaits reports the use ports of a list that are not served, or not allowed
// where the rule asks.
func (w *world) useWaits(c *component, at Wait, ports []int, asksAllowed bool) {
	for _, port := range ports {
		at.Port = port
		served, connected := w.served(w.view, c, port), false
		for _, l := range w.links[c.id][port] {
			if !w.sides[l].user {
				continue
			}
			connected = true
			at.OnComponent = w.s.Links[l].Provider
			at.OnNode = w.comps[at.OnComponent].node
			switch {
			case !served:
				at.Reason = NotServed
				w.report(at)
			case asksAllowed && c.sh.t.Ports[port].Kind == model.Use && w.view.refusing(l):
				at.Reason = Refused
				w.report(at)
			}
		}
		if !connected {
			at.Reason, at.OnComponent, at.OnNode = Unconnected, -1, -1
			w.report(at)
		}
	}
}

// leaveWaits reports the users that hold provide ports of a list.
func (w *world) leaveWaits(c *component, at Wait, ports []int) {
	at.Reason = StillUsed
	for _, port := range ports {
		for _, l := range w.links[c.id][port] {
			if w.sides[l].provider && w.view.used(l) {
				at.Port, at.OnComponent = port, w.s.Links[l].User
				at.OnNode = w.comps[at.OnComponent].node
				w.report(at)
			}
		}
	}
}
