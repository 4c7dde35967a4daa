package compile

import (
	"fmt"
	"slices"

	"adagio/dsl/model"
	"adagio/petri/component"
	"adagio/petri/internal/lists"
)

// survey collects what every component does and which ports matter.
func (c *compiler) survey() error {
	s := c.s
	c.components = slices.Grow(c.components[:0], len(s.Components))[:len(s.Components)]
	c.nodes = slices.Grow(c.nodes[:0], len(s.Nodes))[:len(s.Nodes)]
	for n := range c.nodes {
		k := &c.nodes[n]
		*k = nodeNet{components: k.components[:0], pc: k.pc[:0], marks: k.marks.emptied()}
	}
	for i := range c.components {
		k := &c.components[i]
		*k = componentNet{
			existences: k.existences[:0], pushes: k.pushes[:0], at: k.at[:0], occupied: k.occupied[:0],
			turn: k.turn[:0], noticed: k.noticed[:0], queued: k.queued[:0], waits: k.waits[:0],
			links: lists.Emptied(k.links), registers: lists.Emptied(k.registers), ended: lists.Emptied(k.ended),
		}
		if len(s.Components[i].Active) > 0 {
			k.existences = append(k.existences, existence{add: -1, delete: -1})
		}
	}
	for n, node := range s.Nodes {
		for i, in := range node.Program {
			c.mark(n, i, in)
			switch in.Op {
			case model.Add:
				if k := &c.components[in.Component]; k.existing(i) < 0 {
					k.existences = append(k.existences, existence{add: i, delete: -1, first: len(k.pushes)})
				}
			case model.Delete:
				if k := &c.components[in.Component]; k.existing(i) >= 0 {
					k.existences[k.existing(i)].delete = i
				}
			case model.Push:
				if k := &c.components[in.Component]; k.existing(i) >= 0 {
					k.pushes = append(k.pushes, push{instruction: i, behaviour: in.Behaviour, existence: k.existing(i)})
				}
			case model.Wait, model.WaitAll:
				if in.Holding {
					c.nodes[n].holds++
				}
			case model.Limit:
				if err := c.countSets(in); err != nil {
					return err
				}
			case model.Connect, model.Disconnect:
				c.noteLinking(n, i, in)
			}
		}
	}
	for i := range c.components {
		n := &c.nodes[s.Components[i].Node]
		if k := &c.components[i]; k.present() {
			n.components = append(n.components, i)
		}
		if len(c.components[i].pushes) > 0 {
			n.running++
		}
	}
	c.surveySides()
	for i, l := range s.Links {
		c.components[l.User].links[l.UsePort] = append(c.components[l.User].links[l.UsePort], i)
		c.components[l.Provider].links[l.ProvidePort] = append(c.components[l.Provider].links[l.ProvidePort], i)
	}
	return c.surveySpaces()
}

// surveySides finds out which sides of the links exist at some time.
func (c *compiler) surveySides() {
	s := c.s
	c.sides = lists.Zeros(c.sides, len(s.Links))
	for i, l := range s.Links {
		c.sides[i] = [2]bool{l.UserSide, l.ProviderSide}
	}
	for n, node := range s.Nodes {
		for _, in := range node.Program {
			if in.Op == model.Connect {
				user, provider := s.Sides(n, in.Link)
				c.sides[in.Link][0] = c.sides[in.Link][0] || user
				c.sides[in.Link][1] = c.sides[in.Link][1] || provider
			}
		}
	}
}

// farEnd is the other node that a component may look at for a link of one of its
// ports, if there is one: its own side of the link exists at some time.
func (c *compiler) farEnd(component, link int) (node int, ok bool) {
	l := c.s.Links[link]
	user, provider := c.s.Components[l.User].Node, c.s.Components[l.Provider].Node
	if l.User == component {
		return provider, provider != user && c.sides[link][0]
	}
	return user, provider != user && c.sides[link][1]
}

// surveySpaces computes the state space of each component, once for components that
// live alike.
func (c *compiler) surveySpaces() error {
	for i := range c.components {
		k := &c.components[i]
		comp := c.s.Components[i]
		t := c.s.Types[comp.Type]
		var ports []int
		remote := make([]int, len(t.Ports))
		for p := range t.Ports {
			if t.Ports[p].Kind.IsUse() || len(k.links[p]) > 0 {
				ports = append(ports, p)
			}
			for _, l := range k.links[p] {
				if _, ok := c.farEnd(i, l); ok {
					remote[p]++
				}
			}
		}
		run := component.Course{Pushes: make([][]int, len(k.existences))}
		for _, p := range k.pushes {
			run.Pushes[p.existence] = append(run.Pushes[p.existence], p.behaviour)
		}
		for _, x := range k.existences {
			run.Deleted = x.delete >= 0
		}
		var err error
		if k.space, err = c.cache.Of(t, c.rules, comp.Active, comp.Past, run, ports, remote); err != nil {
			return fmt.Errorf("%s: %w", model.Reference(c.s.Components[i].Name), err)
		}
	}
	return nil
}
