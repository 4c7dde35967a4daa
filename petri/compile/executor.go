package compile

import (
	"slices"
	"time"

	"adagio/dsl/model"
	"adagio/petri"
)

// The executor profile gives the delays that the executor itself adds. The ideal
// profile adds none. The ballet profile is derived from the loop that
// SEMANTICS.md, section 5, describes. Let r be the time of one look at a remote
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
//     [s.lo + r.lo for each question, s.hi + (2·X + g)·r]: the end is seen in one
//     pass, the entry is made in the next; nobody is asked before all docks are filled.
//     Where the program may pause in between, s.lo counts for nothing;
//   - a first look before a departure or a start takes [r.lo each, (X + k)·r], where
//     k is the greatest number of looks of its question;
//   - a transition that asks nothing starts within the looks for the other
//     departures and starts of the pass;
//   - a change in favour of the observer is seen within [latency, P + (2·X + n + g)·r]:
//     it may come just after the answer in a pass that goes on with other looks,
//     sleeps, and looks again; within P + (X + 2)·r by a remote wait;
//   - a change on the own node is seen within p.hi + (X + k)·r, one turn of the loop;
//   - a change against the observer is in force, for a look that was answered
//     just before, within [latency, latency + (g - 1)·r]: the answer travels, and the
//     other looks of the same question follow; within (g - 2)·r where the change is that a
//     provider refuses, as it is asked before that whether it serves; within g·r for a wait.
//
// In a wait X counts only behaviours that may be running then: those pushed before
// and not waited for.
//
// r is Request where all peers that may be asked are at rest (package unfold, rest.go); otherwise it is
// Busy, longer the more nodes ask the same peer (Profile.Shared).
//
// One look is two requests, each on a connection of its own: four journeys each
// way besides the peer's own time (Profile.Exchanges, Profile.Setup).
//
// The profiles push and broker are in messages.go.

// timeExecutor computes the time of one look from each node, the looks that its
// components may make in one pass, and until when.
func (c *compiler) timeExecutor() {
	if c.polling() {
		c.timeLooks()
	}
	for n := range c.nodes {
		for _, i := range c.nodes[n].components {
			c.nodes[n].looks += c.components[i].space.MaxLooks
			c.findEnds(i)
		}
	}
}

func (c *compiler) polling() bool { return c.s.Network.Profile.Kind == model.Polling }

// lookingTime is the time of some looks of a node.
func (c *compiler) lookingTime(n, looks int) time.Duration {
	return time.Duration(looks) * c.nodes[n].look
}

// beside bounds the looks that a node makes in one pass besides those of one
// component, while that component executes a behaviour (-1: is being added): the
// looks of the other components, and of the wait that the program may be in.
func (c *compiler) beside(component, behaviour int) int {
	key := [2]int{component, behaviour}
	if known, ok := c.besideOf[key]; ok {
		return known
	}
	n := c.s.Components[component].Node
	k := &c.components[component]
	looks := c.nodes[n].looks - k.space.MaxLooks
	waits := 0
	for i, p := range k.pushes {
		if p.behaviour == behaviour || behaviour < 0 {
			waits = max(waits, c.waitLooks(n, component, i, p.instruction+1))
		}
	}
	for _, x := range k.existences {
		if behaviour < 0 {
			waits = max(waits, c.waitLooks(n, component, -1, x.add+1))
		}
	}
	c.besideOf[key] = looks + waits
	return looks + waits
}

// waitLooks bounds the looks of the waits that a program may be in from an
// instruction on, until it waits for a push of the component (-1: for its being
// added) to have ended.
func (c *compiler) waitLooks(n, component, push, from int) int {
	program := c.s.Nodes[n].Program
	end := c.endOf(component, push, from-1)
	looks := one(next(c.nodes[n].marks.looking, from, end) < end)
	if end < len(program) && program[end].Op == model.Wait {
		return looks
	}
	return max(looks, len(c.s.Nodes[n].Neighbours)) // of the wait all there, or at the end
}

// looksDuring bounds the looks that the components of a node make in one pass
// while its program is at an instruction: those of the pushes before it that no
// wait before it was for.
func (c *compiler) looksDuring(n, at int) int {
	looks := 0
	for _, i := range c.nodes[n].components {
		k := &c.components[i]
		own := 0
		for _, x := range k.existences {
			if x.add >= 0 && x.add < at && at <= x.added {
				own = k.space.AddLooks
			}
		}
		for p, push := range k.pushes {
			if push.instruction < at && at <= push.ended {
				own = max(own, k.space.Modes[p].Looks)
			}
		}
		looks += own
	}
	return looks
}

// findEnds finds the instructions after which what the pushes of a component and
// its being added have begun has certainly ended.
func (c *compiler) findEnds(component int) {
	k := &c.components[component]
	for e := range k.existences {
		k.existences[e].added = c.endOf(component, -1, k.existences[e].add)
	}
	for p := range k.pushes {
		k.pushes[p].ended = c.endOf(component, p, k.pushes[p].instruction)
	}
}

// endOf is the first wait after an instruction of a program that cannot return
// before the push that it makes (-1: the component's being added) has ended, or the
// end of the program.
func (c *compiler) endOf(component, push, from int) int {
	n := c.s.Components[component].Node
	program, waits := c.s.Nodes[n].Program, c.components[component].waits
	end := next(c.nodes[n].marks.waitsAll, from+1, len(program))
	for i, _ := slices.BinarySearch(waits, from+1); i < len(waits) && waits[i] < end; i++ {
		if c.awaits(program[waits[i]], waits[i], push) {
			return waits[i]
		}
	}
	return end
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
func (c *compiler) roundTrips(n int, asked []int) (fastest, slowest time.Duration) {
	for i, m := range asked {
		there := c.s.Network.Between(n, m).Plus(c.s.Network.Between(m, n))
		if i == 0 {
			fastest = there.Lo
		}
		fastest, slowest = min(fastest, there.Lo), max(slowest, there.Hi)
	}
	return fastest, slowest
}

// travel is a transition with the delay of a change of a fact from its node to an
// observer; last says that no plan changes it more often.
func (c *compiler) travel(f *fact, by *observer, favourable, last bool) transition {
	to, late := by.node, by.late
	latency := c.s.Network.Between(f.Node, to)
	switch kind := c.s.Network.Profile.Kind; {
	case kind == model.Pushing:
		return transition{Delay: c.message(f.Node, to)}
	case kind.Brokers():
		due, rest := c.throughBroker(f.Node, to)
		return transition{Delay: model.Interval(due.Lo+rest.Lo, due.Hi+rest.Hi)}
	case kind == model.Ideal:
		return transition{Delay: latency}
	case !favourable:
		age := late.age
		if f.Kind == petri.Accepting {
			age = late.allowed
		}
		return transition{Delay: model.Interval(latency.Lo, latency.Hi+age)}
	}
	poll := c.s.Network.Profile.Poll.Hi
	if last && c.settles(f) {
		late.any = late.settled
	}
	return transition{Delay: model.Interval(latency.Lo, max(latency.Hi, poll+late.any)), AtRest: max(latency.Hi, poll+min(late.any, late.atRest)), Peers: late.peers}
}
