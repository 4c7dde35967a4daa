package compile

import (
	"slices"

	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/internal/lists"
)

// A link lets its user ask whether the provider serves, and its provider whether
// the user locks. Both follow from facts, and from the sides of the link that exist.

// sideState says whether a side of a link exists.
type sideState uint8

const (
	sideNever sideState = iota
	sideFixed           // from before anybody asks to the end
	sideMoves           // made or removed while components run
)

// side is one side of a link.
type side struct {
	state            sideState
	linked, unlinked petri.PlaceID // where it moves
}

// linking is what the program of a node does to a link, and which instruction is
// the first to make it.
type linking struct {
	connects, disconnects bool
	first                 int
}

// noteLinking notes an instruction of node n about a link.
func (c *compiler) noteLinking(n, i int, in model.Instruction) {
	k := [2]int{n, in.Link}
	made := c.linking[k]
	if in.Op == model.Connect && !made.connects {
		made.connects, made.first = true, i
	}
	made.disconnects = made.disconnects || in.Op == model.Disconnect
	c.linking[k] = made
}

// linkNet is what the compiler knows of a link: its sides, and the conditions
// derived from them (off, on).
type linkNet struct {
	user, provider side
	serving        [2]petri.PlaceID // user's side: the provider serves; 0 where not made
	allowed        [2]petri.PlaceID // user's side: the provider does not bar
	open           [2]petri.PlaceID // provider's side: the user does not lock
}

// makeLinks registers the facts that links ask for and makes the places of
// sides that move.
func (c *compiler) makeLinks() {
	c.links = lists.Zeros(c.links, len(c.s.Links))
	for i, l := range c.s.Links {
		k := &c.links[i]
		user, provider := c.s.Components[l.User].Node, c.s.Components[l.Provider].Node
		k.user = c.makeSide(i, user, l.User, l.UserSide, "user's")
		k.provider = c.makeSide(i, provider, l.Provider, l.ProviderSide, "provider's")
		use := c.s.TypeOf(l.User).Ports[l.UsePort].Kind == model.Use
		if k.user.state != sideNever {
			c.observe(c.portFact(petri.Active, l.Provider, l.ProvidePort), user)
			if use && c.s.AsksRefusal(i) {
				c.observe(c.portFact(petri.Accepting, l.Provider, l.ProvidePort), user)
			}
		}
		if k.provider.state != sideNever && use {
			c.observe(c.portFact(petri.Free, l.User, l.UsePort), provider)
		}
		if k.user.state == sideMoves || k.provider.state == sideMoves {
			f := c.portFact(petri.Free, l.User, l.UsePort) // a disconnect asks
			if k.provider.state == sideMoves {
				c.observe(f, provider)
			}
		}
	}
}

// makeSide classifies a side of a link: it is fixed if it exists before the
// component on it can ask for it and is never removed.
func (c *compiler) makeSide(link, node, component int, initial bool, which string) side {
	made := c.linking[[2]int{node, link}]
	k := &c.components[component]
	if !k.present() || !initial && !made.connects {
		return side{}
	}
	early := made.connects && len(k.existences) == 1 && (len(k.pushes) == 0 || made.first < k.pushes[0].instruction) && !c.asksWhenAdded(component)
	if !made.disconnects && (initial || early) {
		return side{state: sideFixed}
	}
	l := c.s.Links[link]
	name := c.text("%s - %s, %s side", c.portName(l.User, l.UsePort), c.portName(l.Provider, l.ProvidePort), which)
	o := c.origin(petri.Derived, node)
	o.Component = component
	return side{state: sideMoves,
		linked: c.place(name+": connected", initial, true, o), unlinked: c.place(name+": not connected", !initial, true, o)}
}

// sideOf is a side of a link that a component has; initial says that it is there at first.
type sideOf struct {
	side
	link    int
	initial bool
}

// sidesOf lists the sides of links that a component has.
func (c *compiler) sidesOf(component int) (out []sideOf) {
	var links []int
	for _, of := range c.components[component].links {
		links = append(links, of...)
	}
	slices.Sort(links)
	for _, i := range slices.Compact(links) {
		l := &c.s.Links[i]
		if l.User == component {
			out = append(out, sideOf{c.links[i].user, i, l.UserSide})
		}
		if l.Provider == component {
			out = append(out, sideOf{c.links[i].provider, i, l.ProviderSide})
		}
	}
	return out
}

// asksWhenAdded says whether a component asks for a port when it is added.
func (c *compiler) asksWhenAdded(component int) bool {
	for _, ev := range c.components[component].space.Events {
		if ev.Kind == petri.ComponentAdd {
			for _, o := range ev.Observed {
				if len(o.Effect.Checks) > 0 {
					return true
				}
			}
		}
	}
	return false
}

// gate returns the places that an event reads to be sure that a use port is
// served and, unless it is the start of a transition or a data port, allowed.
func (c *compiler) gate(component, port int, start bool, late func(link int) responseTime) []petri.PlaceID {
	node := c.s.Components[component].Node
	kind := c.s.TypeOf(component).Ports[port].Kind
	var read, serving, unserved []petri.PlaceID
	for _, i := range c.components[component].links[port] {
		if c.links[i].user.state == sideNever {
			continue
		}
		no, yes := c.serving(i, late(i))
		serving, unserved = append(serving, yes), append(unserved, no)
		if kind == model.Use && !start && c.s.AsksRefusal(i) {
			read = append(read, c.allowed(i, late(i)))
		}
	}
	switch len(serving) {
	case 0:
		return []petri.PlaceID{c.never(component, port)}
	case 1:
		return append(read, serving[0])
	}
	return append(read, c.anyOf(component, port, node, serving, unserved))
}

// conditionPlace makes a place of a derived condition; component and port may be -1.
func (c *compiler) conditionPlace(name string, marked bool, node, component, port int) petri.PlaceID {
	o := c.origin(petri.Derived, node)
	o.Component, o.Element = component, port
	return c.place(name, marked, true, o)
}

// never is a place that nothing marks: a use port without a provider.
func (c *compiler) never(component, port int) petri.PlaceID {
	return c.once(sharedKey{unprovided, component, port}, func() petri.PlaceID {
		return c.conditionPlace(c.portName(component, port)+" served (it has no provider)", false, c.s.Components[component].Node, component, port)
	})
}

// anyOf is the condition that one of several providers serves: the least of
// their dates.
func (c *compiler) anyOf(component, port, node int, serving, unserved []petri.PlaceID) petri.PlaceID {
	return c.once(sharedKey{servedByAny, component, port}, func() petri.PlaceID {
		name := c.portName(component, port) + " served"
		no := c.conditionPlace("not "+name, true, node, component, port)
		yes := c.conditionPlace(name, false, node, component, port)
		o := c.origin(petri.Derived, node)
		o.Component = component
		choice := c.choice()
		for i, s := range serving {
			c.add(transition{Class: petri.Condition, Name: c.text("%s by provider %d", name, i), In: []petri.PlaceID{no}, Read: []petri.PlaceID{s}, Out: []petri.PlaceID{yes}, Choice: choice, Origin: o})
		}
		c.add(transition{Class: petri.Condition, Name: name + " no more", In: []petri.PlaceID{yes}, Read: unserved, Out: []petri.PlaceID{no}, Origin: o})
		return yes
	})
}

// serving returns the places that say whether the provider of a link serves the
// user: it is connected on the user's side and known to be active.
func (c *compiler) serving(i int, late responseTime) (no, yes petri.PlaceID) {
	l, k := c.s.Links[i], &c.links[i]
	node := c.s.Components[l.User].Node
	off, on := c.asks(c.portFact(petri.Active, l.Provider, l.ProvidePort), node, late)
	if k.user.state == sideFixed {
		return off, on
	}
	if k.serving[1] == 0 {
		k.serving = c.derive(i, node, l.User, "served", false,
			[][]petri.PlaceID{{k.user.linked, on}}, [][]petri.PlaceID{{k.user.unlinked}, {off}})
	}
	return k.serving[0], k.serving[1]
}

// allowed returns the place that says that the provider of a link does not
// refuse the user.
func (c *compiler) allowed(i int, late responseTime) petri.PlaceID {
	l, k := c.s.Links[i], &c.links[i]
	node := c.s.Components[l.User].Node
	off, on := c.asks(c.portFact(petri.Accepting, l.Provider, l.ProvidePort), node, late)
	if k.user.state == sideFixed {
		return on
	}
	if k.allowed[1] == 0 {
		k.allowed = c.derive(i, node, l.User, "allowed", true,
			[][]petri.PlaceID{{k.user.unlinked}, {on}}, [][]petri.PlaceID{{k.user.linked, off}})
	}
	return k.allowed[1]
}

// unlocked returns the place that says that the user of a link does not lock
// its provider, if the provider's side of the link can exist.
func (c *compiler) unlocked(i int, late responseTime) (petri.PlaceID, bool) {
	l, k := c.s.Links[i], &c.links[i]
	if k.provider.state == sideNever {
		return 0, false
	}
	node := c.s.Components[l.Provider].Node
	off, on := c.asks(c.portFact(petri.Free, l.User, l.UsePort), node, late)
	if k.provider.state == sideFixed {
		return on, true
	}
	if k.open[1] == 0 {
		k.open = c.derive(i, node, l.Provider, "unlocked", true,
			[][]petri.PlaceID{{k.provider.unlinked}, {on}}, [][]petri.PlaceID{{k.provider.linked, off}})
	}
	return k.open[1], true
}

// derive makes a condition that follows from others at once: on when one of the
// alternatives ons holds, off when one of offs does. Its initial value is
// corrected by the net itself in the first instant.
func (c *compiler) derive(link, node, component int, what string, initial bool, ons, offs [][]petri.PlaceID) [2]petri.PlaceID {
	l := c.s.Links[link]
	name := c.text("%s %s by %s", c.portName(l.User, l.UsePort), what, c.portName(l.Provider, l.ProvidePort))
	port := l.UsePort
	if component == l.Provider {
		port = l.ProvidePort
	}
	no := c.conditionPlace("not "+name, !initial, node, component, port)
	yes := c.conditionPlace(name, initial, node, component, port)
	o := c.origin(petri.Derived, node)
	o.Component, o.Pos = component, &c.s.Links[link].Pos
	c.alternatives(name, o, no, yes, ons)
	c.alternatives("not "+name, o, yes, no, offs)
	return [2]petri.PlaceID{no, yes}
}

func (c *compiler) alternatives(name string, o petri.Origin, from, to petri.PlaceID, reads [][]petri.PlaceID) {
	choice := int32(0)
	if len(reads) > 1 {
		choice = c.choice()
	}
	class := petri.Condition
	if o.Kind == petri.Shown {
		class = petri.Summary
	}
	for i, r := range reads {
		c.add(transition{Class: class, Name: c.text("%s (%d)", name, i), In: []petri.PlaceID{from}, Out: []petri.PlaceID{to}, Read: r, Choice: choice, Origin: o})
	}
}
