package petri

import (
	"adagio/dsl/model"
	"fmt"
)

// survey collects what every component does and which ports matter.
func (c *compiler) survey() error {
	s := c.s
	c.components = make([]componentNet, len(s.Components))
	c.nodes = make([]nodeNet, len(s.Nodes))
	for i := range c.components {
		c.components[i] = componentNet{present: len(s.Components[i].Active) > 0, add: -1, links: map[int][]int{}, registers: map[[2]int]PlaceID{}, ended: map[int]PlaceID{}}
	}
	for n, node := range s.Nodes {
		for i, in := range node.Program {
			switch in.Op {
			case model.Add:
				c.components[in.Component].add = i
				c.components[in.Component].present = true
			case model.Delete:
				c.components[in.Component].deleted = true
			case model.Push:
				k := &c.components[in.Component]
				k.pushes = append(k.pushes, push{instruction: i, behaviour: in.Behaviour})
			case model.Wait:
				if in.Holding {
					c.nodes[n].holds++
				}
			case model.Connect, model.Disconnect:
				c.noteLinking(n, i, in)
			}
		}
	}
	for i := range c.components {
		n := &c.nodes[s.Components[i].Node]
		if k := &c.components[i]; k.present {
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
	return c.surveyLives()
}

// surveySides finds out which sides of the links exist at some time.
func (c *compiler) surveySides() {
	s := c.s
	c.sides = make([][2]bool, len(s.Links))
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

// surveyLives computes the life of each component, once for components that
// live alike.
func (c *compiler) surveyLives() error {
	for i := range c.components {
		k := &c.components[i]
		comp := c.s.Components[i]
		t := c.s.Types[comp.Type]
		var ports, behaviours []int
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
		for _, p := range k.pushes {
			behaviours = append(behaviours, p.behaviour)
		}
		var err error
		if k.life, err = c.lives.of(t, c.rules, comp.Active, comp.Past, behaviours, ports, remote); err != nil {
			return fmt.Errorf("%s: %w", c.componentName(i), err)
		}
	}
	return nil
}
