package compile

import (
	"slices"
	"time"

	"adagio/dsl/model"
	"adagio/petri/component"
)

// looking makes a transition whose delay contains looks of a node at some others.
func (c *compiler) looking(t transition, n int, asked []int, delay func() model.Delay) transition {
	t.Delay = delay()
	t.Peers, t.AtRest = asked, c.whileAtRest(n, func() time.Duration { return delay().Hi })
	return t
}

// whileAtRest evaluates what the looks of a node take while all its peers are at rest.
func (c *compiler) whileAtRest(n int, of func() time.Duration) time.Duration {
	k := &c.nodes[n]
	look := k.look
	k.look = k.restLook
	defer func() { k.look = look }()
	return of()
}

// asked lists the nodes that the node of a component may look at in a pass in
// which the component executes a behaviour (-1: is being added).
func (c *compiler) asked(comp, behaviour int) []int {
	key := [2]int{comp, behaviour}
	if known, ok := c.askedIn[key]; ok {
		return known
	}
	n := c.s.Components[comp].Node
	var out []int
	for _, p := range c.peers(n) {
		if p.by != comp {
			out = append(out, p.node)
		}
	}
	out = c.peersOf(out, comp, func(ev *component.Event) bool { return ev.Behaviour == behaviour })
	for _, p := range c.components[comp].pushes {
		if p.behaviour == behaviour || behaviour < 0 {
			out = c.waitsFor(out, n, comp, p.instruction+1)
		}
	}
	for _, x := range c.components[comp].existences {
		if behaviour < 0 {
			out = c.waitsFor(out, n, comp, x.add+1)
		}
	}
	slices.Sort(out)
	out = slices.Compact(out)
	c.askedIn[key] = out
	return out
}

// peersOf appends the nodes that a component looks at for some of its events.
func (c *compiler) peersOf(out []int, comp int, of func(*component.Event) bool) []int {
	k := &c.components[comp]
	for _, ev := range k.space.Events {
		if !of(ev) {
			continue
		}
		for _, o := range ev.Observed {
			out = c.askedFor(out, comp, o.Effect)
		}
	}
	return out
}

// askedFor appends the nodes that a component looks at for one event.
func (c *compiler) askedFor(out []int, comp int, e component.Effect) []int {
	for _, ports := range [2][]int{e.Checks, e.Locked} {
		for _, port := range ports {
			for _, l := range c.components[comp].links[port] {
				if m, ok := c.farEnd(comp, l); ok {
					out = append(out, m)
				}
			}
		}
	}
	return out
}

// waitsFor appends the nodes that a program may look at from an instruction on,
// until it waits for a component of its own.
func (c *compiler) waitsFor(out []int, n, component, from int) []int {
	program, looking := c.s.Nodes[n].Program, c.nodes[n].marks.looking
	end := len(program)
	if c.s.Semantics != model.ConcertoD {
		end = next(c.components[component].waits, from, end)
	}
	for i, _ := slices.BinarySearch(looking, from); i < len(looking) && looking[i] < end; i++ {
		out = append(out, c.s.Asked(n, program[looking[i]])...)
	}
	if end < len(program) {
		return out
	}
	return append(out, c.s.Nodes[n].Neighbours...)
}

// askedWhileAt lists the nodes that a node may look at in a pass while its program
// looks at the given ones.
func (c *compiler) askedWhileAt(n int, others ...int) []int {
	out := slices.Clone(others)
	for _, p := range c.peers(n) {
		out = append(out, p.node)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
