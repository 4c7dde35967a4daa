// Package precedence answers which events of an event graph come before others in every
// execution: Certain by causality, Forest with the time between, for most, and Orders by
// causality or by time, whatever the delays.
//
//	certain := precedence.NewCertain(graph)
//	if certain.UpTo(a, b) { … } // a certainly precedes b, or is it
//	orders, err := precedence.NewOrders(graph)
//	if orders.Ahead(a, b) > 0 { … } // a is certainly before b
package precedence

import (
	"slices"
	"sync"

	"adagio/petri"
	"adagio/petri/internal/clock"
)

// Certain answers which events of a graph certainly precede others: in each alternative.
// Of a graph of up to MaxRows events it keeps a row of bits for each event, of a larger
// one vector clocks.
type Certain struct {
	rows []uint64 // one after another, see row; nil with clocks

	clocks       *clock.Set
	clock        []clock.Clock // by event: what precedes it, and itself
	chain, count []int32       // by event: its chain, and how many events that has up to it
}

// maxRows is how many events have rows of bits: 4 MB.
const maxRows = 1 << 13

var pool = sync.Pool{New: func() any { return new(Certain) }}

// NewCertain computes what precedes each event.
func NewCertain(g *petri.EventGraph) *Certain {
	if g.Len() > maxRows {
		return newClocks(g)
	}
	c := pool.Get().(*Certain)
	c.findRows(g)
	return c
}

// Free gives back the memory, which nobody may use any more.
func (c *Certain) Free() {
	if c.rows != nil {
		pool.Put(c)
	}
}

// row returns what precedes an event, a bit for each event up to its own.
func (c *Certain) row(e int) []uint64 {
	words, rest := e/64, e%64 // each word is the last of 64 rows
	first := 32*words*(words+1) + rest*(words+1)
	return c.rows[first : first+words+1]
}

func (c *Certain) findRows(g *petri.EventGraph) {
	n := g.Len()
	words := (n + 63) / 64
	size := 32 * words * (words + 1)
	c.rows = slices.Grow(c.rows[:0], max(size, 1))[:size]
	var some []uint64
	for e := range n {
		row := c.row(e)
		clear(row)
		first := true
		g.Alternatives(petri.EventID(e), func(causes []petri.EventID) bool {
			if first {
				c.join(row, causes)
				first = false
				return true
			}
			some = slices.Grow(some[:0], len(row))[:len(row)]
			clear(some)
			c.join(some, causes)
			for i := range row {
				row[i] &= some[i]
			}
			return true
		})
		row[e/64] |= 1 << (e % 64)
	}
}

// join adds what precedes some events, and these, to a row.
func (c *Certain) join(row []uint64, causes []petri.EventID) {
	for _, p := range causes {
		for i, word := range c.row(int(p)) {
			row[i] |= word
		}
	}
}

// newClocks computes the clock of each event. Events of one component, or of the program
// of one node, are a chain as far as each certainly follows the one before it.
func newClocks(g *petri.EventGraph) *Certain {
	n := g.Len()
	o := &Certain{nil, clock.NewSet(n), make([]clock.Clock, n), make([]int32, n), make([]int32, n)}
	type chain struct{ id, length int32 }
	chains, last := int32(0), map[int]chain{} // by owner
	for e := range o.clock {
		var known clock.Clock
		first := true
		g.Alternatives(petri.EventID(e), func(causes []petri.EventID) bool {
			var some clock.Clock
			for _, p := range causes {
				some = o.clocks.Join(some, o.clock[p])
			}
			if first {
				known, first = some, false
			} else {
				known = o.clocks.Meet(known, some)
			}
			return true
		})
		owner := Owner(g.Net, g.Transition[e])
		c, ok := last[owner]
		if !ok || o.clocks.Count(known, c.id) < c.length {
			c = chain{id: chains}
			chains++
		}
		c.length++
		last[owner] = c
		o.chain[e], o.count[e] = c.id, c.length
		o.clock[e] = o.clocks.With(known, c.id, c.length)
	}
	return o
}

// UpTo says whether an event certainly precedes another, or is it.
func (c *Certain) UpTo(a, b petri.EventID) bool {
	if c.rows != nil {
		return a <= b && c.row(int(b))[a/64]>>(a%64)&1 != 0
	}
	return c.clocks.Count(c.clock[b], c.chain[a]) >= c.count[a]
}

// UpToSome returns what says whether an event certainly precedes one of some others, or is it.
func (c *Certain) UpToSome(others []petri.EventID) func(e petri.EventID) bool {
	if c.rows != nil {
		last := slices.Max(others)
		row := slices.Clone(c.row(int(last)))
		c.join(row, others)
		return func(e petri.EventID) bool { return e <= last && row[e/64]>>(e%64)&1 != 0 }
	}
	var known clock.Clock
	for _, other := range others {
		known = c.clocks.Join(known, c.clock[other])
	}
	return func(e petri.EventID) bool { return c.clocks.Count(known, c.chain[e]) >= c.count[e] }
}

// AfterAll says whether an event is certainly after all of some others.
func (c *Certain) AfterAll(e petri.EventID, others []petri.EventID) bool {
	return !slices.ContainsFunc(others, func(other petri.EventID) bool { return e == other || !c.UpTo(other, e) })
}

// FirstOf returns the first of some events, if it is certainly before all others, or -1.
func (c *Certain) FirstOf(events []petri.EventID) petri.EventID {
	if len(events) == 0 || slices.ContainsFunc(events[1:], func(e petri.EventID) bool { return !c.UpTo(events[0], e) }) {
		return -1
	}
	return events[0]
}

// LastOf lists those of some events, which are in order, that none of them certainly
// follows.
func (c *Certain) LastOf(events []petri.EventID) (last []petri.EventID) {
	for _, e := range slices.Backward(events) {
		if !slices.ContainsFunc(last, func(other petri.EventID) bool { return c.UpTo(e, other) }) {
			last = append(last, e)
		}
	}
	return last
}

// Owner numbers whose event the firing of a transition is: a component's, or a node's.
func Owner(net *petri.Net, t petri.TransitionID) int {
	o := net.Transitions[t].Origin
	switch o.Kind {
	case petri.NodeStart, petri.ProgramStep, petri.WaitBegin, petri.PauseBegin, petri.Look, petri.Published, petri.Network:
		return len(net.Scenario.Components) + o.Node
	}
	if o.Component < 0 {
		return len(net.Scenario.Components) + o.Node
	}
	return o.Component
}
