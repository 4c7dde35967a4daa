package model

// Traffic bounds how many messages a scenario can send about facts: one each time
// that a fact changes, and one when its node starts.
type Traffic struct {
	// Between counts the messages from a node to another, where each node is sent
	// the facts that it asks for.
	Between map[[2]int]int
	// Out counts the messages of each node where each fact is sent once only.
	Out []int
}

// Traffic counts the changes of facts from above: in one execution of a behaviour
// each transition leaves its place and enters another once at most.
func (s *Scenario) Traffic() Traffic {
	c := &counter{s: s, pushes: make([][]int, len(s.Components)), holds: make([]int, len(s.Nodes)), seen: map[[4]int]bool{},
		Traffic: Traffic{map[[2]int]int{}, make([]int, len(s.Nodes))}}
	for n := range s.Nodes {
		for _, in := range s.Nodes[n].Program {
			if in.Op == Push {
				c.pushes[in.Component] = append(c.pushes[in.Component], in.Behaviour)
			}
			if in.Holding {
				c.holds[n]++
			}
		}
	}
	for _, l := range s.Links {
		user, provider := s.Components[l.User].Node, s.Components[l.Provider].Node
		changes := c.port(l.Provider, l.ProvidePort)
		c.tell(0, l.Provider, l.ProvidePort, provider, user, changes) // active
		c.tell(1, l.Provider, l.ProvidePort, provider, user, changes) // refusing
		c.tell(2, l.User, l.UsePort, user, provider, c.port(l.User, l.UsePort))
	}
	for n := range s.Nodes {
		for _, in := range s.Nodes[n].Program {
			if in.Op == Wait { // idle, or the end of a behaviour
				c.tell(3, in.Component, in.Behaviour, s.Components[in.Component].Node, n, c.idle(in.Component))
			}
		}
		for _, m := range s.Nodes[n].Neighbours {
			c.tell(4, m, 0, m, n, c.quiet(m))
		}
	}
	return c.Traffic
}

// counter counts the changes of facts.
type counter struct {
	Traffic
	s      *Scenario
	pushes [][]int // by component: behaviours
	holds  []int   // by node
	seen   map[[4]int]bool
}

// tell counts the messages about a fact once for each node that is told.
func (c *counter) tell(kind, about, which, from, to, changes int) {
	if from == to {
		return
	}
	key := [4]int{kind, about, which, to}
	if !c.seen[key] {
		c.seen[key] = true
		c.Between[[2]int{from, to}] += changes
	}
	key[3] = -1
	if !c.seen[key] {
		c.seen[key] = true
		c.Out[from] += changes
	}
}

// always is for the start of the node, and for a component that is added and
// deleted.
const always = 4

// port bounds the changes of a fact about a port: it becomes active or inactive,
// refusing or not, when a place that it is bound to is entered or left, or a
// transition starts or ends.
func (c *counter) port(component, port int) int {
	t := c.s.TypeOf(component)
	bound, running := make([]bool, len(t.Places)), make([]bool, len(t.Transitions))
	for _, b := range t.Ports[port].Bound {
		switch b.Kind {
		case ToPlace:
			bound[b.Index] = true
		case ToGroup:
			for _, p := range t.Groups[b.Index].Places {
				bound[p] = true
			}
		case ToTransition:
			running[b.Index] = true
		}
	}
	n := always
	for _, b := range c.pushes[component] {
		for i, tr := range t.Transitions {
			if tr.Behaviour != b {
				continue
			}
			for _, touched := range []bool{bound[tr.Src], bound[tr.Dst], running[i]} {
				if touched {
					n += 2
				}
			}
		}
	}
	return n
}

// idle bounds the changes of what others see of a component.
func (c *counter) idle(component int) int {
	return always + 2*len(c.pushes[component]) + 2*c.holds[c.s.Components[component].Node]
}

// quiet bounds the changes of what others see of a node.
func (c *counter) quiet(node int) int {
	n := always + 2*c.holds[node]
	for i := range c.s.Components {
		if c.s.Components[i].Node == node {
			n += always + 2*len(c.pushes[i])
		}
	}
	return n
}
