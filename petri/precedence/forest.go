package precedence

import (
	"sync"
	"time"

	"adagio/petri"
	"adagio/petri/internal/lists"
)

// Forest answers for many pairs of events at once that one is certainly before the other,
// and by how much, without a search: the parent of an event that has one alternative is
// that of its causes with the latest date, of those with one date the last. An event comes
// after its ancestors, by the sum of least delays between them at least; where the dates
// are those with all delays at their least, no other path to it from an ancestor is
// longer. Of what the forest does not know nothing follows.
type Forest struct {
	// The descendants of e are numbered first[e] to last[e].
	first, last []int32
	depth       []time.Duration // sum of the least delays from the root

	parent []petri.EventID // while it is made
	next   []int32
}

var forests = sync.Pool{New: func() any { return new(Forest) }}

// Free gives back the memory, which nobody may use any more.
func (p *Forest) Free() { forests.Put(p) }

// NewForest makes the forest of a graph with some date for each event.
func NewForest(g *petri.EventGraph, dates []time.Duration) *Forest {
	n := g.Len()
	p := forests.Get().(*Forest)
	p.first, p.last, p.depth = lists.Zeros(p.first, n), lists.Zeros(p.last, n), lists.Zeros(p.depth, n)
	p.parent, p.next = lists.Zeros(p.parent, n), lists.Zeros(p.next, n)
	parent, size := p.parent, p.last // of the tree below, for now
	for i := range n {
		e := petri.EventID(i)
		parent[e], size[e] = -1, 1
		p.depth[e] = g.Net.Transitions[g.Transition[e]].Delay.Lo
		if g.FirstAlternative[e+1]-g.FirstAlternative[e] > 1 {
			continue
		}
		for _, c := range g.Causes(e) {
			if at := parent[e]; at < 0 || dates[c] > dates[at] || dates[c] == dates[at] && c > at {
				parent[e] = c
			}
		}
		if parent[e] >= 0 {
			p.depth[e] += p.depth[parent[e]]
		}
	}
	for i := n - 1; i >= 0; i-- {
		if parent[i] >= 0 {
			size[parent[i]] += size[i]
		}
	}
	// Parents come first: each hands out the numbers below its own.
	next, roots := p.next, int32(0)
	for i := range n {
		from := &roots
		if parent[i] >= 0 {
			from = &next[parent[i]]
		}
		p.first[i] = *from
		*from += size[i]
		next[i] = p.first[i] + 1
		p.last[i] = p.first[i] + size[i] - 1
	}
	return p
}

// Reaches says whether an event is another, or the other is certainly after it.
func (p *Forest) Reaches(u, v petri.EventID) bool {
	return p.first[u] <= p.first[v] && p.first[v] <= p.last[u]
}

// Between is the least time from an event to another that is certainly after it, or 0.
func (p *Forest) Between(u, v petri.EventID) time.Duration {
	if u != v && p.Reaches(u, v) {
		return p.depth[v] - p.depth[u]
	}
	return 0
}
