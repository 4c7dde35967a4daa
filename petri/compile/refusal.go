package compile

import (
	"slices"

	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/component"
)

// What a provide port is when its node starts may last no time: its program pushes a
// behaviour that leaves the port's place, and in that instant the port begins to refuse
// (SEMANTICS.md, rules 2.1 and 3.7). Whoever asks then finds that it refuses: a look asks first
// whether it serves, and a node that does not look gets what holds in one message, or in
// messages that take as long. A broker may bring one before the other, and under the executor
// ideal what is told in one instant has no order.

// refusesAtOnce says whether a port begins to refuse in the instant in which its node starts, and
// no user sees it before. Users with another provider are left out: it would refuse them
// before it has started.
func (c *compiler) refusesAtOnce(i, port int) bool {
	k := &c.components[i]
	kind := c.s.Network.Profile.Kind
	inOrder := kind == model.Pushing || kind == model.Polling
	if !inOrder || c.sleeps || len(k.pushes) == 0 || k.existences[0].add >= 0 || !c.beginsAtOnce(i) {
		return false
	}
	for _, l := range k.links[port] {
		if link := &c.s.Links[l]; len(c.components[link.User].links[link.UsePort]) > 1 {
			return false
		}
	}
	behaviour := k.pushes[0].behaviour
	return slices.ContainsFunc(c.s.Components[i].Active, func(place int) bool {
		ev := k.space.ByKey[component.EventKey{Kind: petri.LeaveTry, Behaviour: behaviour, Element: place}]
		return ev != nil && !slices.ContainsFunc(ev.Variants, func(v component.Variant) bool { return !slices.Contains(v.Effect.Refuse, port) })
	})
}

// beginsAtOnce says whether the first push of a component begins in the instant in which its
// node starts: nothing before it takes time. A loop advances in the first wait, if it looks at
// nobody before.
func (c *compiler) beginsAtOnce(i int) bool {
	n := c.s.Components[i].Node
	pushed := map[int]bool{}
	for _, in := range c.s.Nodes[n].Program {
		switch {
		case in.Op == model.Push:
			if pushed[in.Component] = true; in.Component == i && !c.polling() {
				return true
			}
		case in.Op == model.Wait:
			return c.polling() && pushed[i] && pushed[in.Component] && c.nodes[n].looks == c.components[i].space.MaxLooks
		case in.Op != model.Connect && in.Op != model.Add:
			return false
		}
	}
	return false
}
