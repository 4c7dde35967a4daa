package precedence

import (
	"time"

	"adagio/petri"
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
}

// NewForest makes the forest of a graph with some date for each event.
func NewForest(g *petri.EventGraph, dates []time.Duration) *Forest {
	n := g.Len()
	p := &Forest{first: make([]int32, n), last: make([]int32, n), depth: make([]time.Duration, n)}
	parent := make([]petri.EventID, n)
	size := p.last // of the tree below, for now
	for i := range n {
		e := petri.EventID(i)
		parent[e], size[e] = -1, 1
		p.depth[e] = g.Delay(e).Lo
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
	next, roots := make([]int32, n), int32(0)
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
