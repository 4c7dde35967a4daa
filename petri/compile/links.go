package compile

import (
	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/executor"
	"adagio/petri/survey"
)

// A link lets its user ask whether the provider serves, and its provider whether
// the user locks. Both follow from facts, and from the sides of the link that exist.

// linkNet has the places of a link: its sides, where they move, and the conditions that are
// derived from them and from facts.
type linkNet struct {
	user, provider side
	derived        map[petri.FactKind][2]petri.PlaceID // off, on; see condition
}

// side is one side of a link.
type side struct {
	survey.Side
	linked, unlinked petri.PlaceID // where it moves
}

// makeLinks registers the facts that links ask for and makes the places of
// sides that move.
func (c *compiler) makeLinks() {
	c.links = make([]linkNet, len(c.s.Links))
	for i, l := range c.s.Links {
		k := &c.links[i]
		user, provider := c.s.Components[l.User].Node, c.s.Components[l.Provider].Node
		k.user = c.makeSide(i, c.Links[i].User, l.User, l.UserSide, "user's")
		k.provider = c.makeSide(i, c.Links[i].Provider, l.Provider, l.ProviderSide, "provider's")
		use := c.s.TypeOf(l.User).Ports[l.UsePort].Kind == model.Use
		if k.user.State != survey.Never {
			c.observe(c.portFact(petri.Active, l.Provider, l.ProvidePort), user)
			if use && c.s.AsksRefusal(i) {
				c.observe(c.portFact(petri.Accepting, l.Provider, l.ProvidePort), user)
			}
		}
		if k.provider.State != survey.Never && use {
			c.observe(c.portFact(petri.Free, l.User, l.UsePort), provider)
		}
		if k.user.State == survey.Moves || k.provider.State == survey.Moves {
			f := c.portFact(petri.Free, l.User, l.UsePort) // a disconnect asks
			if k.provider.State == survey.Moves {
				c.observe(f, provider)
			}
		}
	}
}

// makeSide makes the places of a side of a link, if it moves.
func (c *compiler) makeSide(link int, of survey.Side, component int, initial bool, which string) side {
	if of.State != survey.Moves {
		return side{Side: of}
	}
	l := c.s.Links[link]
	name := c.text("%s - %s, %s side", c.portName(l.User, l.UsePort), c.portName(l.Provider, l.ProvidePort), which)
	o := c.origin(petri.Derived, c.s.Components[component].Node)
	o.Component = component
	return side{of, c.place(name+": connected", initial, true, o), c.place(name+": not connected", !initial, true, o)}
}

// sidesOf lists the sides of links that a component has.
func (c *compiler) sidesOf(component int) (out []side) {
	for _, i := range c.LinksOf(component) {
		l := &c.s.Links[i]
		if l.User == component {
			out = append(out, c.links[i].user)
		}
		if l.Provider == component {
			out = append(out, c.links[i].provider)
		}
	}
	return out
}

// gate returns the places that an event reads to be sure that a use port is
// served and, unless it is the start of a transition or a data port, allowed.
func (c *compiler) gate(component, port int, start bool, late func(link int) executor.Response) []petri.PlaceID {
	kind := c.s.TypeOf(component).Ports[port].Kind
	var read, serving, unserved []petri.PlaceID
	for _, i := range c.Components[component].Links[port] {
		if c.links[i].user.State == survey.Never {
			continue
		}
		response := late(i)
		no, yes := c.condition(i, petri.Active, response)
		serving, unserved = append(serving, yes), append(unserved, no)
		if kind == model.Use && !start && c.s.AsksRefusal(i) {
			_, yes := c.condition(i, petri.Accepting, response)
			read = append(read, yes)
		}
	}
	switch len(serving) {
	case 0:
		return []petri.PlaceID{c.never(component, port)}
	case 1:
		return append(read, serving[0])
	}
	return append(read, c.anyOf(component, port, serving, unserved))
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
func (c *compiler) anyOf(component, port int, serving, unserved []petri.PlaceID) petri.PlaceID {
	return c.once(sharedKey{servedByAny, component, port}, func() petri.PlaceID {
		node, name := c.s.Components[component].Node, c.portName(component, port)+" served"
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

// linkConditions says, by the fact that a condition of a link follows from, what it is called and
// whether it holds while its side is not connected.
var linkConditions = map[petri.FactKind]struct {
	name     string
	unlinked bool
}{petri.Active: {"served", false}, petri.Accepting: {"allowed", true}, petri.Free: {"unlocked", true}}

// condition returns the places that say whether a link lets one of its ends go on: the provider
// serves the user (Active), it does not refuse it (Accepting), or the user does not lock its
// provider (Free). Where that end's side of the link is fixed that is what its node knows of the
// fact; otherwise it depends on the side, too.
func (c *compiler) condition(i int, kind petri.FactKind, late executor.Response) (no, yes petri.PlaceID) {
	l, k := &c.s.Links[i], &c.links[i]
	by, asker, port, other, of := k.user, l.User, l.UsePort, l.Provider, l.ProvidePort
	if kind == petri.Free {
		by, asker, port, other, of = k.provider, l.Provider, l.ProvidePort, l.User, l.UsePort
	}
	node := c.s.Components[asker].Node
	off, on := c.asks(c.portFact(kind, other, of), node, late)
	if by.State == survey.Fixed {
		return off, on
	}
	if known, ok := k.derived[kind]; ok {
		return known[0], known[1]
	}
	what := linkConditions[kind]
	name := c.text("%s %s by %s", c.portName(l.User, l.UsePort), what.name, c.portName(l.Provider, l.ProvidePort))
	no = c.conditionPlace("not "+name, !what.unlinked, node, asker, port)
	yes = c.conditionPlace(name, what.unlinked, node, asker, port)
	o := c.origin(petri.Derived, node)
	o.Component, o.Pos = asker, &l.Pos
	// Its initial value is corrected by the net itself in the first instant.
	if what.unlinked {
		c.alternatives(name, o, no, yes, [][]petri.PlaceID{{by.unlinked}, {on}})
		c.alternatives("not "+name, o, yes, no, [][]petri.PlaceID{{by.linked, off}})
	} else {
		c.alternatives(name, o, no, yes, [][]petri.PlaceID{{by.linked, on}})
		c.alternatives("not "+name, o, yes, no, [][]petri.PlaceID{{by.unlinked}, {off}})
	}
	if k.derived == nil {
		k.derived = map[petri.FactKind][2]petri.PlaceID{}
	}
	k.derived[kind] = [2]petri.PlaceID{no, yes}
	return no, yes
}

// alternatives makes a condition follow from others at once, when one of several sets of places
// is marked.
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
