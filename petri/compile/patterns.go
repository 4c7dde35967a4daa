package compile

import (
	"fmt"
	"slices"
	"strings"

	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/component"
	"adagio/petri/executor"
	"adagio/petri/survey"
)

// A component is made of these patterns, for behaviour b (○ place, ▭ transition,
// ┄ read arc; what is in brackets exists only where it is needed):
//
//	begin of push k        ○turn k ─┐        ┌→ ○busy
//	(rule 5)               ○queued k ─▭ begin ─→ ○run k
//	                       ○idle ───┘        └→ ○go p   for each place p that k leaves
//
//	leave p (rule 1)       ○go p ─▭ try ─→ ○trying p ─┐           ┌→ ○running t  for all t of b
//	                       ○at p ┄┘ refuse            ▭ leave ────┤     that leave p
//	                       ○at p ─────────────────────┘   ┆       └→ not active, released
//	                                     no linked user is known to use
//
//	start t (rule 2)       [○ready t ─▭ start ─→ ○running t]  where a port is bound to t
//	                                   ┆ served
//	end t (rule 3)         ○running t ─▭ t, duration ─→ ○ended t
//
//	enter p (rule 4)       ○ended t1 ─┐          ┌→ ○at p
//	                       ○ended t2 ─▭ enter ───┼→ ○entered p   for the end of the push
//	                                  ┆          └→ active, taken
//	                          served, allowed
//
//	end of push k          ○run k, ○busy, all ○entered ─▭ end ─→ ○idle, ○turn k+1
//
// try exists only for places with provide ports. Under the ballet profile a
// step precedes what follows an end, and a look precedes every question to
// another node.

// compileComponent writes down the net of one component.
func (c *compiler) compileComponent(i int) {
	if !c.components[i].Present() {
		return
	}
	b := c.instance(i)
	for p := range b.k.Pushes {
		b.compilePush(p)
	}
	for _, ev := range b.k.Space.Events {
		if ev.Kind != petri.ProgramStep { // the program's matter
			b.compileEvent(ev)
		}
	}
	b.compileFirings()
}

// instance is one component under compilation.
type instance struct {
	*compiler
	i    int
	k    *componentNet
	name string
	t    *model.Type
}

// instance begins with a component; the one before is done.
func (c *compiler) instance(i int) *instance {
	if len(c.made) > 64 { // to clear it would take as long for each small one to come
		c.made = map[workKey]petri.PlaceID{}
	}
	clear(c.made)
	return &instance{compiler: c, i: i, k: &c.components[i], name: c.componentName(i), t: c.s.TypeOf(i)}
}

func (b *instance) node() *nodeNet { return &b.nodes[b.s.Components[b.i].Node] }

func (b *instance) origin(kind petri.Kind, behaviour, element int) petri.Origin {
	o := b.componentOrigin(kind, b.i)
	o.Behaviour, o.Element = behaviour, element
	switch kind {
	case petri.Start, petri.Fire:
		o.Pos = &b.t.Transitions[element].Pos
	case petri.Enter, petri.Leave, petri.LeaveTry, petri.ComponentAdd:
		if element >= 0 {
			o.Pos = &b.t.Places[element].Pos
		}
	}
	return o
}

func (b *instance) goName(behaviour, p int) string {
	return b.text("to leave %s by %s", b.placeName(p), b.behaviourName(behaviour))
}

func (b *instance) enteredName(behaviour int, a [2]int) string {
	return b.text("entered %s/%d by %s", b.placeName(a[0]), a[1], b.behaviourName(behaviour))
}

// gated adds the condition that components advance, where the node's program
// can keep them from it.
func (b *instance) gated(read []petri.PlaceID) []petri.PlaceID {
	if a := b.node().advancing; a >= 0 {
		return append(read, a)
	}
	return read
}

// compilePush makes the begin and the end of a push.
func (b *instance) compilePush(p int) {
	push, m := b.k.Pushes[p], &b.k.Space.Executions[p]
	if !m.Reached {
		return
	}
	node := b.s.Components[b.i].Node
	o := b.origin(petri.BehaviourRun, push.Behaviour, -1)
	o.Push, o.Instruction, o.Pos = p, push.Instruction, &b.s.Nodes[node].Program[push.Instruction].Pos
	run := b.work(workKey{what: inPush, index: p}, b.text("in push %d", p), o)
	in := []petri.PlaceID{run, b.k.busy}
	var gos []petri.PlaceID
	for _, place := range m.Leaves {
		gos = append(gos, b.leaveWork(toLeave, push.Behaviour, place))
	}
	concertod := b.s.Network.Profile.Kind == model.Concertod // a push engages when its node is awake, whatever it does
	if concertod && len(gos) == 0 {
		gos = append(gos, b.work(workKey{what: engaged, index: p}, b.text("engaged push %d", p), o))
		in = append(in, gos...)
	}
	out := append([]petri.PlaceID{b.k.busy, run}, gos...)
	if engage := b.Engage(b.i, p); len(gos) > 0 && (engage.Hi > 0 || b.node().advancing >= 0 || concertod && b.s.Nodes[node].Uptime != nil) {
		engaged := b.work(workKey{what: engaging, index: p}, b.text("engaging push %d", p), o)
		so := o
		so.Kind = petri.Step
		b.add(transition{Name: b.text("%s: step into push %d", b.name, p), In: []petri.PlaceID{engaged}, Out: gos, Read: b.gated(nil), Delay: engage, Origin: so})
		out = append(out[:2], engaged)
	}
	b.add(transition{
		Name: b.text("%s: begin %s (push %d)", b.name, b.behaviourName(push.Behaviour), p),
		In:   []petri.PlaceID{b.k.turn[b.k.turnOf(push.Existence, p)], b.k.queued[p], b.k.idle}, Out: out, Origin: o,
	})
	b.endPush(p, in, len(gos) == 0, o)
}

// endPush makes the end of a push, and the program's taking note of it. What it takes is that the
// push is executed, and all entries; a push that leaves nothing ends when it engages.
func (b *instance) endPush(p int, in []petri.PlaceID, atOnce bool, o petri.Origin) {
	push, m := b.k.Pushes[p], &b.k.Space.Executions[p]
	turn, behaviour := b.k.turnOf(push.Existence, p+1), b.behaviourName(push.Behaviour)
	for _, a := range m.Arrivals {
		in = append(in, b.work(enteredKey(push.Behaviour, a), b.enteredName(push.Behaviour, a), b.origin(petri.Enter, push.Behaviour, a[0])))
	}
	o.Kind = petri.BehaviourEnd
	if m.Stuck >= 0 {
		b.net.Stuck = append(b.net.Stuck, petri.Stuck{Component: b.i, Behaviour: push.Behaviour, Push: p, Place: m.Stuck})
	}
	ends := []petri.PlaceID{b.k.idle, b.k.turn[turn]}
	if id, ok := b.k.ended[p]; ok {
		ends = append(ends, id)
	}
	if b.k.noticed[turn] != b.k.turn[turn] {
		unseen := b.work(workKey{what: endUnnoticed, index: p}, b.text("push %d ended, unseen by the program", p), o)
		ends = append(ends, unseen)
		b.add(transition{Name: b.text("%s: notice the end of %s (push %d)", b.name, behaviour, p), In: []petri.PlaceID{unseen}, Out: []petri.PlaceID{b.k.noticed[turn]}, Delay: b.Notice(b.i, p), Origin: o})
	}
	end := transition{Name: b.text("%s: end %s (push %d)", b.name, behaviour, p), In: in, Out: ends, Delay: b.End(), Origin: o}
	if atOnce {
		end.Read, end.Delay = b.gated(nil), b.Engage(b.i, p)
	}
	b.add(end)
}

// compileEvent makes the transitions of a local event: one for each variant.
func (b *instance) compileEvent(ev *component.Event) {
	o := b.origin(ev.Kind, ev.Behaviour, ev.Element)
	in, out, read := b.flow(ev)
	variant := int32(0)
	if len(ev.Variants) > 1 {
		variant = b.choice()
	}
	for n, v := range ev.Variants {
		t := transition{Name: b.eventName(ev), In: slices.Clip(in), Out: slices.Clip(out), Read: slices.Clip(read), Variant: variant, Origin: o}
		if len(ev.Variants) > 1 {
			t.Name += b.text(" (variant %d)", n)
		}
		if ev.Kind == petri.Fire && !b.noticesEnd(ev) {
			t.Delay = b.duration(ev.Element)
		} else if ev.Kind == petri.Fire {
			t.Origin.Kind = petri.Step // the end that the transition came to is noticed
			t.Origin.Element = b.t.Transitions[ev.Element].Dst
		}
		b.applyRegisters(&t, v)
		b.applyEffect(&t, ev, v.Effect)
		if b.asksHere(v.Effect) {
			t.Delay, t.NextPass = b.Turn(b.i, ev), b.Polling()
		}
		if ev.Kind == petri.LeaveTry {
			t.Read = append(t.Read, b.k.at[ev.Element])
		}
		if b.beginsVisit(ev) {
			t.Read = b.gated(t.Read)
		}
		id := b.add(t)
		for _, m := range b.Asks(b.i, v.Effect) {
			k := [2]int{o.Node, m}
			b.net.ComponentLooks[k] = append(b.net.ComponentLooks[k], id)
		}
	}
}

// asksHere says whether an event depends on another component of its own node.
func (b *instance) asksHere(e component.Effect) bool {
	asksWithin := func(port int) bool { return slices.ContainsFunc(b.k.Links[port], b.Within) }
	return slices.ContainsFunc(e.Checks, asksWithin) || slices.ContainsFunc(e.Locked, asksWithin)
}

// beginsVisit says whether an event is the first that a component does when the
// executor calls it: a place that is entered is left in the same call, and its
// transitions started, unless that has to wait. A component that asks nothing when it is
// added or when a transition starts (semantics concerto-d) is there with the instruction,
// and starts it with the departure.
func (b *instance) beginsVisit(ev *component.Event) bool {
	switch ev.Kind {
	case petri.ComponentAdd, petri.Start:
		return b.Rules.GateStart
	case petri.LeaveTry:
		return false
	case petri.Leave:
		return b.k.Space.Tries(ev.Element)
	}
	return true
}

func (b *instance) eventName(ev *component.Event) string {
	if b.names == nil {
		return ""
	}
	by := ""
	if ev.Behaviour >= 0 {
		by = " by " + b.behaviourName(ev.Behaviour)
	}
	switch ev.Kind {
	case petri.ComponentAdd:
		return b.text("%s: enter the initial place %s%s", b.name, b.placeName(ev.Element), again(ev.DockSet))
	case petri.LeaveTry:
		return b.text("%s: try to leave %s%s", b.name, b.placeName(ev.Element), by)
	case petri.Leave:
		return b.text("%s: leave %s%s", b.name, b.placeName(ev.Element), by)
	case petri.Start:
		return b.text("%s: start %s", b.name, b.transitionName(ev.Element))
	case petri.Fire:
		return b.text("%s: %s", b.name, b.transitionName(ev.Element))
	}
	sets := strings.ReplaceAll(strings.Trim(fmt.Sprint(b.k.Space.Sets(ev.EventKey)), "[]"), " ", "+")
	return b.text("%s: enter %s/%s%s", b.name, b.placeName(ev.Element), sets, by)
}

// again tells the existences of a component apart.
func again(existence int) string {
	if existence == 0 {
		return ""
	}
	return fmt.Sprintf(" (existence %d)", existence)
}

// duration is the delay of a transition with what the executor adds.
func (b *instance) duration(t int) executor.Delay {
	return executor.Plain(b.s.Network.Profile.Lasts(b.s.Components[b.i].Durations[t]))
}

// compileFirings makes the transitions that no port asks about: they run from
// the departure on.
func (b *instance) compileFirings() {
	for t, tr := range b.t.Transitions {
		id, ok := b.made[workKey{what: underWay, index: t}]
		if !ok || b.k.Space.HoldsPort(t) {
			continue
		}
		b.add(transition{
			Name: b.name + ": " + b.transitionName(t), In: []petri.PlaceID{id}, Out: []petri.PlaceID{b.endedPlace(t)},
			Delay: b.duration(t), Origin: b.origin(petri.Fire, tr.Behaviour, t),
		})
	}
}

// applyRegisters makes a variant of an event test and change the registers.
func (b *instance) applyRegisters(t *transition, v component.Variant) {
	for _, r := range v.Registers {
		from, to := b.k.registers[[2]int{r[0], r[1]}], b.k.registers[[2]int{r[0], r[2]}]
		if from == to {
			t.Read = append(t.Read, from)
		} else {
			t.In, t.Out = append(t.In, from), append(t.Out, to)
		}
	}
}

// applyEffect makes an event ask about ports and change facts.
func (b *instance) applyEffect(t *transition, ev *component.Event, e component.Effect) {
	node := b.s.Components[b.i].Node
	late := func(link int) executor.Response { return b.Asking(b.i, ev, e, link) }
	for _, p := range e.Checks {
		t.Read = append(t.Read, b.gate(b.i, p, ev.Kind == petri.Start, late)...)
		t.Class = petri.Entry
	}
	for _, p := range e.Locked {
		for _, l := range b.k.Links[p] {
			if b.links[l].provider.State != survey.Never {
				_, unlocked := b.condition(l, petri.Free, late(l))
				t.Read = append(t.Read, unlocked)
				t.Class = petri.Departure
			}
		}
	}
	flip := func(kind petri.FactKind, ports []int, on bool) {
		for _, p := range ports {
			f, ok := b.facts[petri.Fact{Kind: kind, Node: node, Component: b.i, Index: p}]
			if !ok {
				continue
			}
			if on {
				t.In, t.Out = append(t.In, f.off), append(t.Out, f.on)
			} else {
				t.In, t.Out = append(t.In, f.on), append(t.Out, f.off)
			}
		}
	}
	flip(petri.Free, e.Take, false)
	flip(petri.Free, e.Release, true)
	flip(petri.Active, e.Activate, true)
	flip(petri.Active, e.Disable, false)
	flip(petri.Accepting, e.Refuse, false)
	flip(petri.Accepting, e.Relent, true)
	slices.Sort(t.Read)
	t.Read = slices.Compact(t.Read)
}
