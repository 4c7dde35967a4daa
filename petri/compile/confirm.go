package compile

import (
	"slices"

	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/internal/lists"
)

// With model.Rules.Confirmations a "wait all" of node A returns only when as many
// nodes have confirmed as A has neighbours. B confirms to A when it asks whether A, or
// a component of A, is idle, and is told that it is: in a remote wait, in a "wait all",
// and, once its program has ended, in the closing "wait all" over and over. The
// return clears A's confirmations. So A has a pair of places for each node B that may
// ask it:
//
//	remote wait of B           ○looked ─▭ return ─→ ○asked ─┐
//	"wait all" j of B   ○to ask j ─▭ ask ─→ ○asked ─────────┼─▭─→ ○confirmed
//	     looked, A known idle ┄┄┄┄┄┘ └→ ○has asked j ─→ …   │   ○unconfirmed ─┘
//
// Where A waits for all more than once, B asks anew once A is known to be busy again. The names of those who have
// confirmed are only counted: a node that is no neighbour makes up for one that is.

// confirmations are those that a node collects.
type confirmations struct {
	once            bool  // the node waits for all once: confirmations need never come anew
	askers          []int // nodes that may confirm, sorted
	missing, gotten map[int]petri.PlaceID
}

// makeConfirmations makes the places of the nodes whose programs wait for all.
func (c *compiler) makeConfirmations() {
	c.confirmations = map[int]*confirmations{}
	if !c.s.Rules.Confirmations || !c.Polling() {
		return
	}
	for a, askers := range c.mayAsk() {
		times := c.waitAlls(a)
		if times == 0 {
			continue
		}
		k := &confirmations{once: times == 1, askers: askers, missing: map[int]petri.PlaceID{}, gotten: map[int]petri.PlaceID{}}
		for _, b := range k.askers {
			name := c.text("node %s: %s has asked", c.s.Nodes[a].Name, c.s.Nodes[b].Name)
			o := c.askedOrigin(petri.Derived, a, b)
			k.missing[b] = c.place("not "+name, true, true, o)
			k.gotten[b] = c.place(name, false, true, o)
		}
		c.confirmations[a] = k
	}
}

// waitAlls counts the instructions "wait all" of a node.
func (c *compiler) waitAlls(n int) (times int) {
	for _, in := range c.s.Nodes[n].Program {
		if in.Confirmed() {
			times++
		}
	}
	return times
}

// asksInProgram says whether the program of node b ends only after b has asked node
// a and was told that it is idle.
func (c *compiler) asksInProgram(b, a int) bool {
	return slices.ContainsFunc(c.s.Nodes[b].Program, func(in model.Instruction) bool { return c.s.Confirms(b, in, a) })
}

// mayAsk lists, by node, those that may ask whether it, or one of its components, is
// idle.
func (c *compiler) mayAsk() [][]int {
	askers := make([][]int, len(c.s.Nodes))
	for b, node := range c.s.Nodes {
		asked := slices.Clone(node.Neighbours)
		for _, in := range node.Program {
			if in.Op == model.Wait {
				asked = append(asked, c.s.Asked(b, in)...)
			}
		}
		slices.Sort(asked)
		for _, a := range slices.Compact(asked) {
			if a != b {
				askers[a] = append(askers[a], b)
			}
		}
	}
	return askers
}

func (c *compiler) askedOrigin(k petri.Kind, a, b int) petri.Origin {
	o := c.factOrigin(k, petri.Fact{Kind: petri.Asked, Node: b, Component: -1, Index: a})
	o.Node = a
	return o
}

// confirm returns a place whose token makes node a take note that node b has asked
// it, when it next counts; none where a does not count. The other place is marked
// while that one is not.
func (c *compiler) confirm(a, b int, name string) (asked, unasked []petri.PlaceID) {
	k := c.confirmations[a]
	if k == nil {
		return nil, nil
	}
	o := c.askedOrigin(petri.Published, a, b)
	o.Node = b
	msg := c.place(name+": asked "+c.s.Nodes[a].Name, false, true, o)
	none := c.place(name+": nothing asked of "+c.s.Nodes[a].Name, true, true, o)
	to := c.askedOrigin(petri.Network, a, b)
	c.add(transition{Name: name + ": confirmation to " + c.s.Nodes[a].Name, In: []petri.PlaceID{msg, k.missing[b]}, Out: []petri.PlaceID{k.gotten[b], none}, Delay: c.LooksAround(a, 0, 2), Origin: to})
	c.add(transition{Name: name + ": another confirmation to " + c.s.Nodes[a].Name, In: []petri.PlaceID{msg}, Read: []petri.PlaceID{k.gotten[b]}, Out: []petri.PlaceID{none}, Origin: to})
	return []petri.PlaceID{msg}, []petri.PlaceID{none}
}

// asking makes a node ask another in a "wait all", from a place on and for as long
// as it is marked; known is that it knows the other not idle, and idle. It returns the
// place without which the wait cannot return.
func (c *compiler) asking(name string, b, a int, looked petri.PlaceID, known [2]petri.PlaceID, o petri.Origin) []petri.PlaceID {
	asked, unasked := c.confirm(a, b, name)
	if asked == nil {
		return nil
	}
	name += ": " + c.s.Nodes[a].Name
	o.Kind, o.Fact = petri.Look, petri.Fact{Kind: petri.NodeIdle, Node: a, Component: -1, Index: -1}
	to := c.place(name+" to be asked", true, true, o)
	done := c.place(name+" told to be idle", false, true, o)
	o.Kind, o.Fact = petri.Derived, petri.Fact{}
	tells := transition{Class: petri.Condition, Name: name + " tells to be idle", In: []petri.PlaceID{to}, Read: []petri.PlaceID{looked, known[1]}, Out: []petri.PlaceID{done}, Origin: o}
	again := tells
	again.Name, again.Read = name+" tells again to be idle", append(asked, tells.Read...)
	c.add(again)
	tells.In, tells.Out = append(unasked, to), append(asked, done)
	c.add(tells)
	c.add(transition{Class: petri.Condition, Name: name + " is to be asked again", In: []petri.PlaceID{done}, Read: []petri.PlaceID{known[0]}, Out: []petri.PlaceID{to}, Origin: o})
	if k := c.confirmations[a]; !k.once {
		c.add(transition{Name: name + " confirms anew", In: []petri.PlaceID{done, k.missing[b]}, Read: append(unasked, looked, known[1]), Out: []petri.PlaceID{done, k.gotten[b]}, Delay: c.LooksAround(b, 0, 2), Origin: c.askedOrigin(petri.Network, a, b)})
	}
	return []petri.PlaceID{done}
}

// closeAll makes the closing "wait all" of a node, which asks its neighbours from
// the end of its program on, where one of them counts who has asked.
func (c *compiler) closeAll(n int) {
	counting := slices.DeleteFunc(slices.Clone(c.s.Nodes[n].Neighbours), func(m int) bool {
		k := c.confirmations[m]
		return k == nil || k.once && c.asksInProgram(n, m)
	})
	if len(counting) == 0 {
		return
	}
	name := "node " + c.s.Nodes[n].Name + ": closing wait all"
	o := c.origin(petri.Closing, n)
	looked := c.place(name+": looked", false, true, o)
	todo := c.place(name+": to come", true, true, o)
	read := []petri.PlaceID{c.net.Ends[n]}
	for _, i := range c.Nodes[n].Components {
		if k := &c.components[i]; k.Existing(len(c.s.Nodes[n].Program)) >= 0 {
			read = append(read, k.noticed[k.turnOf(k.Existing(len(c.s.Nodes[n].Program)), len(k.Pushes))])
		}
	}
	neighbours := c.s.Nodes[n].Neighbours
	c.add(transition{Name: name, In: []petri.PlaceID{todo}, Read: read, Out: []petri.PlaceID{looked}, Delay: c.LooksAround(n, 0, 1), Origin: o})
	for _, m := range counting {
		f := c.nodeIdleFact(m)
		no, yes := c.asks(f, n, c.Waiting(n, 2*len(neighbours), neighbours...))
		c.asking(name, n, m, looked, [2]petri.PlaceID{no, yes}, o)
	}
}

// confirmed calls make for every set of confirmations with which the "wait all" of a
// node at an instruction may return: what it takes, reads and marks. Nobody asks what
// the last one clears.
func (c *compiler) confirmed(n, at int, make func(variant int, in, read, out []petri.PlaceID)) {
	k := c.confirmations[n]
	last := !slices.ContainsFunc(c.s.Nodes[n].Program[at+1:], func(in model.Instruction) bool { return in.Confirmed() })
	if k == nil || !c.s.Nodes[n].Program[at].Confirmed() {
		make(0, nil, nil, nil)
		return
	}
	variant := 0
	lists.EachSubset(len(k.askers), len(c.s.Nodes[n].Neighbours), func(has []bool) {
		var in, read, out []petri.PlaceID
		for i, b := range k.askers {
			if has[i] && last {
				read = append(read, k.gotten[b])
			} else if has[i] {
				in, out = append(in, k.gotten[b]), append(out, k.missing[b])
			} else {
				read = append(read, k.missing[b])
			}
		}
		make(variant, in, read, out)
		variant++
	})
}
