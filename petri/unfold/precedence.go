package unfold

import (
	"time"

	"adagio/petri"
)

// precedence answers for many pairs of events at once that one is certainly before the
// other, without a search: it is a forest in which the parent of an event is the last of
// its causes, if it has one alternative only. An event comes after its ancestors, by the
// sum of least delays between them at least. Along programs and behaviours, which are
// chains, it knows nearly all that there is to know; of what it does not know nothing
// follows.
type precedence struct {
	// The descendants of e are numbered first[e] to last[e].
	first, last []int32
	depth       []time.Duration // sum of the least delays from the root
}

func newPrecedence(g *petri.EventGraph) *precedence {
	n := g.Len()
	p := &precedence{first: make([]int32, n), last: make([]int32, n), depth: make([]time.Duration, n)}
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
			parent[e] = max(parent[e], c)
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

// reaches says whether an event is another, or the other is certainly after it.
func (p *precedence) reaches(u, v petri.EventID) bool {
	return p.first[u] <= p.first[v] && p.first[v] <= p.last[u]
}

// between is the least time from an event to another that is certainly after it, or 0.
func (p *precedence) between(u, v petri.EventID) time.Duration {
	if u != v && p.reaches(u, v) {
		return p.depth[v] - p.depth[u]
	}
	return 0
}
