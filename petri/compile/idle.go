package compile

import (
	"slices"

	"adagio/dsl/model"
)

// shownIdle bounds how often what a node shows of some of its components changes after
// it has shown for the first time that all of them are idle.
//
// It shows that only at the end of an instant in which the program stands somewhere. Part
// the places where it may stand by the instructions that give one of the components
// something to do or take it away, and by those in which the node holds. Within a part
// nothing makes a component busy, so that the node begins to show them idle once at most;
// and it ceases to only between two parts. The last part has the end of the program.
//
// There is a message of each kind, and one that is taken note of after another, in any
// case: strict bounds have messages of what lasts no time (package unfold, arrivals).
func (c *compiler) shownIdle(n int, components ...int) int {
	parts, open, pushed := 0, false, map[int]int{}
	stands := func() {
		if !open {
			parts, open = parts+1, true
		}
	}
	for i, in := range c.s.Nodes[n].Program {
		concerns := slices.Contains(components, in.Component)
		switch in.Op {
		case model.Connect: // done at once, or never
		case model.Push:
			pushed[in.Component]++
			open = open && !concerns
		case model.Add:
			open = open && !concerns
		case model.Delete:
			stands()
			open = !concerns
		case model.Wait:
			if in.Holding {
				open = false
			} else if !concerns || !c.returnsAtOnce(in, i, pushed[in.Component]) {
				stands()
			}
		default:
			stands()
		}
	}
	stands()
	return max(2*parts-2, 2)
}

// returnsAtOnce says whether a wait for a component of the own node, which has been pushed
// so much before, returns in the instant in which all that has ended.
func (c *compiler) returnsAtOnce(in model.Instruction, at, pushed int) bool {
	k := &c.components[in.Component]
	e := k.Existing(at)
	if e < 0 || c.WaitsByName(in) || k.turnOf(e, pushed) >= len(k.turn) {
		return false
	}
	ended := k.turnOf(e, pushed)
	return k.noticed[ended] == k.turn[ended]
}
