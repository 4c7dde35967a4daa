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
// messages that take as long. Only a broker may bring one before the other.

// refusesAtOnce says whether a port begins to refuse in the instant in which its node starts, and
// no user sees it before. Users with another provider are left out: it would refuse them
// before it has started.
func (c *compiler) refusesAtOnce(i, port int) bool {
	k := &c.components[i]
	if c.sleeps || len(k.pushes) == 0 || k.existences[0].add >= 0 || !c.beginsAtOnce(i) {
		return false
	}
	for _, l := range k.links[port] {
		link := &c.s.Links[l]
		if len(c.components[link.User].links[link.UsePort]) > 1 || !c.tellsTogether(c.s.Components[i].Node, c.s.Components[link.User].Node) {
			return false
		}
	}
	behaviour := k.pushes[0].behaviour
	return slices.ContainsFunc(c.s.Components[i].Active, func(place int) bool {
		ev := k.space.ByKey[component.EventKey{Kind: petri.LeaveTry, Behaviour: behaviour, Element: place}]
		return ev != nil && !slices.ContainsFunc(ev.Variants, func(v component.Variant) bool { return !slices.Contains(v.Effect.Refuse, port) })
	})
}

// tellsTogether says whether what holds of a node when it starts becomes known on another at
// once, or is asked for in order.
func (c *compiler) tellsTogether(n, to int) bool {
	switch c.s.Network.Profile.Kind {
	case model.Pushing, model.Polling:
		return true
	case model.Ideal:
		way := c.s.Network.Between(n, to)
		return c.s.Nodes[n].Start.Hi > 0 && way.Lo == way.Hi
	}
	return false
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
