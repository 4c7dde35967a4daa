package petri

import "adagio/dsl/model"

// The executor profile gives the delays that the executor itself adds. The ideal
// profile adds none. The ballet profile is derived from the loop that
// semantics.md, section 5, describes. Let r be the time of one look at a remote
// fact, P the sleep, s a step, p a pass, g the looks of an event's question that is
// granted, n those that follow an answer in the negative, and X the looks that
// other events, other components and the program make in the same pass:
//
//   - a behaviour's first departures follow its begin after [0, p.hi + 2·X·r]: they
//     are tried in the next pass, or in the one after the look of a wait;
//   - the end of a behaviour follows its last entry within [0, p.hi], and others see
//     it at once; the node's own program goes on within X·r, the rest of the pass,
//     or after a sleep where nothing could move;
//   - an entry follows the last end of its transitions after
//     [s.lo + r.lo for each question, s.hi + (2·X + v + g)·r]: the end is seen in one
//     pass, in which v looks may be made in vain for the d docks that are filled
//     before, (d-1)·g and the greater of n and g; the entry is made in the next;
//   - a first look before a departure or a start takes [r.lo each, (X + k)·r], where
//     k is the greatest number of looks of its question;
//   - a transition that asks nothing starts within the looks for the other
//     departures and starts of the pass;
//   - a change in favour of the observer is seen within [latency, P + (2·X + n + g)·r]:
//     it may come just after the answer in a pass that goes on with other looks,
//     sleeps, and looks again; within P + (X + 2)·r by a remote wait. Where d·g·r + s
//     is longer than P, a pass with questions in vain takes the place of the sleep;
//   - a change on the own node is seen within p.hi + (X + k)·r, one turn of the loop;
//   - a change against the observer is in force, for a look that was answered
//     just before, within [latency, r].
//
// In a wait X counts only behaviours that may be running then: those pushed before
// and not waited for.
//
// One look is two requests, each on a connection of its own: four journeys each
// way besides the peer's own time (Profile.Exchanges, Profile.Setup).
//
// The profiles push and broker are in messages.go.

// timeExecutor computes the time of one look from each node, and the looks that
// its components may make in one pass.
func (c *compiler) timeExecutor() {
	if c.polling() {
		c.timeLooks()
	}
	for i := range c.components {
		if c.components[i].present {
			c.nodes[c.s.Components[i].Node].looks += c.components[i].life.maxLooks
		}
	}
}

func (c *compiler) polling() bool { return c.s.Network.Profile.Kind == model.Polling }

// lookingTime is the time of some looks of a node.
func (c *compiler) lookingTime(n, looks int) duration { return duration(looks) * c.nodes[n].look }

// beside bounds the looks that a node makes in one pass besides those of one
// component, while that component executes a behaviour (-1: is being added): the
// looks of the other components, and of the wait that the program may be in.
func (c *compiler) beside(component, behaviour int) int {
	n := c.s.Components[component].Node
	k := &c.components[component]
	looks := c.nodes[n].looks - k.life.maxLooks
	waits := 0
	for i, p := range k.pushes {
		if p.behaviour == behaviour || behaviour < 0 {
			waits = max(waits, c.waitLooks(n, component, i, p.instruction+1))
		}
	}
	if behaviour < 0 {
		waits = max(waits, c.waitLooks(n, component, -1, k.add+1))
	}
	return looks + waits
}

// waitLooks bounds the looks of the waits that a program may be in from an
// instruction on, until it waits for a push of the component (-1: for its being
// added) to have ended.
func (c *compiler) waitLooks(n, component, push, from int) int {
	looks := 0
	for i, in := range c.s.Nodes[n].Program[from:] {
		switch {
		case in.Op == model.WaitAll:
			return max(looks, len(c.s.Nodes[n].Neighbours))
		case in.Op == model.Wait && in.Component == component && c.awaits(in, from+i, push):
			return looks
		case in.Op == model.Wait && c.s.Components[in.Component].Node != n, c.looksAtUser(n, in):
			looks = max(looks, 1)
		}
	}
	return max(looks, len(c.s.Nodes[n].Neighbours)) // the wait all at the end
}

// looksDuring bounds the looks that the components of a node make in one pass
// while its program is at an instruction: those of the pushes before it that no
// wait before it was for.
func (c *compiler) looksDuring(n, at int) int {
	looks := 0
	for i := range c.components {
		k := &c.components[i]
		if c.s.Components[i].Node != n || !k.present {
			continue
		}
		own := 0
		if k.add >= 0 && k.add < at && !c.ended(n, i, -1, k.add, at) {
			own = k.life.addLooks
		}
		for p, push := range k.pushes {
			if push.instruction < at && !c.ended(n, i, p, push.instruction, at) {
				own = max(own, k.life.modes[p].looks)
			}
		}
		looks += own
	}
	return looks
}

// ended says whether a push (-1: the component's being added) of an instruction
// has certainly ended when the program comes to another.
func (c *compiler) ended(n, component, push, from, at int) bool {
	for j := from + 1; j < at; j++ {
		in := c.s.Nodes[n].Program[j]
		if in.Op == model.WaitAll || in.Op == model.Wait && in.Component == component && c.awaits(in, j, push) {
			return true
		}
	}
	return false
}

// awaits says whether a wait of a component's own node cannot return before one
// of its pushes has ended: it waits for the component, or by name (semantics
// concerto-d) for that push or a later one.
func (c *compiler) awaits(in model.Instruction, at, push int) bool {
	if c.s.Semantics != model.ConcertoD || in.Behaviour < 0 {
		return true
	}
	named, ok := c.lastPush(in, at)
	return ok && named >= push
}

// roundTrips are the least and the greatest latency there and back between a node
// and any of those that it asks.
func (c *compiler) roundTrips(n int, asked []int) (fastest, slowest duration) {
	for i, m := range asked {
		there := c.s.Network.Between(n, m).Plus(c.s.Network.Between(m, n))
		if i == 0 {
			fastest = there.Lo
		}
		fastest, slowest = min(fastest, there.Lo), max(slowest, there.Hi)
	}
	return fastest, slowest
}

// travel is the delay of a change of a fact from its node to an observer; last says
// that no plan changes it more often.
func (c *compiler) travel(f *fact, to int, favourable, last bool) model.Delay {
	latency := c.s.Network.Between(f.Node, to)
	if mutated("no-latency") || mutated("off-known-at-once") && !favourable {
		return model.Delay{}
	}
	switch kind := c.s.Network.Profile.Kind; {
	case kind == model.Pushing:
		return c.message(f.Node, to)
	case kind == model.Brokered:
		due, rest := c.throughBroker(f.Node, to)
		return model.Interval(due.Lo+rest.Lo, due.Hi+rest.Hi)
	case kind == model.Ideal:
		return latency
	case favourable:
		late := f.late[to].any
		if last && c.settles(f) {
			late = f.late[to].settled
		}
		return model.Interval(latency.Lo, max(latency.Hi, c.s.Network.Profile.Poll.Hi+late))
	}
	return model.Interval(latency.Lo, max(latency.Hi, c.nodes[to].look))
}
