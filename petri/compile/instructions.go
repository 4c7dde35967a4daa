package compile

import (
	"slices"

	"adagio/dsl/model"
)

// What is asked of the instructions of a program between two of them is answered from
// sorted lists of those that matter, not by reading what is between: a program of n
// instructions would be read n times.

// marks are instructions of the program of a node, in order.
type marks struct {
	waitsAll []int // "wait all"
	looking  []int // in which it looks at one other node: a remote wait, or a disconnect
	advances []int // in which components advance, see letsAdvance
	stops    []int // that take time in which none does, see keepsFromAdvancing
}

// emptied has the memory of marks that nobody uses any more.
func (m marks) emptied() marks {
	return marks{m.waitsAll[:0], m.looking[:0], m.advances[:0], m.stops[:0]}
}

// mark notes an instruction.
func (c *compiler) mark(n, i int, in model.Instruction) {
	m := &c.nodes[n].marks
	switch local := in.Op == model.Wait && c.s.Components[in.Component].Node == n; {
	case in.Op == model.WaitAll:
		m.waitsAll = append(m.waitsAll, i)
	case local:
		k := &c.components[in.Component]
		k.waits = append(k.waits, i)
	case in.Op == model.Wait, c.looksAtUser(n, in):
		m.looking = append(m.looking, i)
	}
	if c.letsAdvance(in) {
		m.advances = append(m.advances, i)
	}
	if c.keepsFromAdvancing(n, in) {
		m.stops = append(m.stops, i)
	}
}

// next is the first of some instructions that does not come before another, or none.
func next(list []int, from, none int) int {
	if i, _ := slices.BinarySearch(list, from); i < len(list) {
		return list[i]
	}
	return none
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}
