package distribution

import (
	"cmp"
	"slices"

	"adagio/dsl/model"
	"adagio/petri"
)

// origin is the node that every date is counted from.
const origin = 0

// node is a node of the reduced graph, at date
//
//	x = x(cause.from) + cause.after + random    for a random delay
//	x = min over alternatives ( max over edges ( x(from) + after ) )    for a join
type node struct {
	random       model.Delay // of a random delay
	cause        edge        // of a random delay
	alternatives [][]edge    // of a join; nil otherwise
}

// edge is a date that lies a constant time after that of a node.
type edge struct {
	from  int32
	after duration
}

// reduced is an event graph in which only what is random or a true join is left:
// constant delays are in the edges, events that nobody's end waits for are gone,
// and so are causes that never are the last. What has no distribution is taken
// at the end of its interval that belongs to the side. The reduction changes no
// date of what is left.
//
// Nodes come after those that they depend on; node 0 is the origin.
type reduced struct {
	side          side
	nodes         []node
	ends          []edge // by node of the scenario, the end of its program
	first, latest []duration
	pruned        int // causes and alternatives that were removed
	intervals     int // events with an interval of which nothing more is known
	random        int // events with a random delay

	joins     map[string]int32
	differs   map[[2]int32]duration
	unlimited int // how many more differences may be remembered
}

// maxDifferences bounds the memory of the search for dominated causes. Beyond
// it, only causes that are dominated by their dates alone are found.
const maxDifferences = 1 << 20

// reduce reduces a complete event graph. A fixed start, if not negative, is a
// node of the scenario whose start is taken at the greatest (dominated side) or
// least (dominating side) of its dates, against the side.
func reduce(g *petri.EventGraph, s side, fixed int) *reduced {
	r := &reduced{
		side: s, nodes: []node{{}}, first: []duration{0}, latest: []duration{0},
		joins: map[string]int32{}, differs: map[[2]int32]duration{}, unlimited: maxDifferences,
	}
	at := make([]edge, g.Len()) // where the date of each event is
	needed := ancestors(g)
	for i := range at {
		e := petri.EventID(i)
		if !needed[i] {
			continue
		}
		var alternatives [][]edge
		g.Alternatives(e, func(causes []petri.EventID) bool {
			edges := make([]edge, 0, len(causes))
			for _, p := range causes {
				edges = append(edges, at[p])
			}
			if len(edges) == 0 {
				edges = append(edges, edge{origin, 0})
			}
			alternatives = append(alternatives, edges)
			return true
		})
		d := lastingOf(g, e)
		if fixed >= 0 && g.Starts[fixed] == e {
			d = against(g.Delay(e), s)
		}
		at[i] = r.lasting(r.join(alternatives), d)
	}
	for _, end := range g.Ends {
		r.ends = append(r.ends, at[end])
	}
	return r
}

// against is a delay at the end of its interval that is not the side's.
func against(d model.Delay, s side) lasting {
	if s == dominating {
		return lasting{low: d.Lo, high: d.Lo}
	}
	return lasting{low: d.Hi, high: d.Hi}
}

// ancestors marks the events that the end of some program waits for.
func ancestors(g *petri.EventGraph) []bool {
	needed := make([]bool, g.Len())
	for _, end := range g.Ends {
		needed[end] = true
	}
	for i := g.Len() - 1; i >= 0; i-- {
		if !needed[i] {
			continue
		}
		g.Alternatives(petri.EventID(i), func(causes []petri.EventID) bool {
			for _, p := range causes {
				needed[p] = true
			}
			return true
		})
	}
	return needed
}

func (r *reduced) add(n node, first, latest duration) int32 {
	r.nodes = append(r.nodes, n)
	r.first, r.latest = append(r.first, first), append(r.latest, latest)
	return int32(len(r.nodes) - 1)
}

// lasting returns the date of an event that begins at a date and lasts.
func (r *reduced) lasting(begin edge, d lasting) edge {
	if d.low != d.high {
		r.intervals++
	}
	if r.side == dominating {
		begin.after += d.high
	} else {
		begin.after += d.low
	}
	if d.random.IsConstant() {
		begin.after += d.random.Lo
		return begin
	}
	r.random++
	id := r.add(node{random: d.random, cause: begin},
		r.first[begin.from]+begin.after+d.random.Lo, r.latest[begin.from]+begin.after+d.random.Hi)
	return edge{id, 0}
}

// join returns the least of the alternatives' dates, each of which is the
// greatest of its edges' dates. Joins that differ by a constant are one node.
func (r *reduced) join(alternatives [][]edge) edge {
	for i := range alternatives {
		alternatives[i] = r.undominated(alternatives[i])
	}
	alternatives = r.leastAlternatives(alternatives)
	if len(alternatives) == 1 && len(alternatives[0]) == 1 {
		return alternatives[0][0]
	}
	slices.SortFunc(alternatives, func(a, b []edge) int { return slices.CompareFunc(a, b, compareEdges) })
	base := alternatives[0][0].after
	var key []byte
	first, latest := duration(model.Never), duration(model.Never)
	for _, edges := range alternatives {
		begin, end := r.first[edges[0].from]+edges[0].after, r.latest[edges[0].from]+edges[0].after
		for i := range edges {
			begin = max(begin, r.first[edges[i].from]+edges[i].after)
			end = max(end, r.latest[edges[i].from]+edges[i].after)
			edges[i].after -= base
			key = appendInts(key, int64(edges[i].from), int64(edges[i].after))
		}
		key = appendInts(key, -1)
		first, latest = min(first, begin), min(latest, end)
	}
	id, ok := r.joins[string(key)]
	if !ok {
		id = r.add(node{alternatives: alternatives}, first-base, latest-base)
		r.joins[string(key)] = id
	}
	return edge{id, base}
}

func compareEdges(a, b edge) int {
	return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.after, b.after))
}

// undominated returns the edges that can be the last, sorted: an edge is left
// out if another one is never before it.
func (r *reduced) undominated(edges []edge) []edge {
	slices.SortFunc(edges, compareEdges)
	return without(r, slices.Compact(edges), r.neverAfter)
}

// leastAlternatives returns the alternatives that can be the first.
func (r *reduced) leastAlternatives(alternatives [][]edge) [][]edge {
	if len(alternatives) == 1 {
		return alternatives
	}
	return without(r, alternatives, func(a, b []edge) bool { return r.allNeverAfter(b, a) })
}

// without leaves out, and counts, each of a list that another one which is kept makes needless.
func without[T any](r *reduced, list []T, needless func(a, by T) bool) []T {
	keep := make([]T, 0, len(list))
	gone := make([]bool, len(list))
	for i, a := range list {
		for j, b := range list {
			if i != j && !gone[j] && needless(a, b) {
				gone[i] = true
				r.pruned++
				break
			}
		}
		if !gone[i] {
			keep = append(keep, a)
		}
	}
	return keep
}

// allNeverAfter says whether the last of a is surely not after the last of b.
func (r *reduced) allNeverAfter(a, b []edge) bool {
	for _, x := range a {
		if !slices.ContainsFunc(b, func(y edge) bool { return r.neverAfter(x, y) }) {
			return false
		}
	}
	return true
}

// neverAfter says whether a's date is at most b's whatever the delays are.
func (r *reduced) neverAfter(a, b edge) bool {
	if r.first[a.from]+a.after > r.latest[b.from]+b.after {
		return false
	}
	return r.difference(a.from, b.from)+a.after-b.after <= 0
}

// difference bounds x(p) - x(q) from above, over all delays. It expands the
// later of the two nodes, so that what both have in common cancels.
func (r *reduced) difference(p, q int32) duration {
	bound := r.latest[p] - r.first[q]
	switch {
	case p == q:
		return 0
	case p == origin || q == origin || r.unlimited == 0:
		return bound
	}
	key := [2]int32{p, q}
	if d, ok := r.differs[key]; ok {
		return d
	}
	r.unlimited--
	if p > q {
		n := &r.nodes[p]
		if n.alternatives == nil {
			bound = min(bound, r.difference(n.cause.from, q)+n.cause.after+n.random.Hi)
		}
		for _, edges := range n.alternatives {
			last := r.difference(edges[0].from, q) + edges[0].after
			for _, x := range edges[1:] {
				last = max(last, r.difference(x.from, q)+x.after)
			}
			bound = min(bound, last)
		}
	} else {
		n := &r.nodes[q]
		if n.alternatives == nil {
			bound = min(bound, r.difference(p, n.cause.from)-n.cause.after-n.random.Lo)
		}
		greatest := -model.Never
		for _, edges := range n.alternatives {
			least := model.Never
			for _, x := range edges {
				least = min(least, r.difference(p, x.from)-x.after)
			}
			greatest = max(greatest, least)
		}
		if n.alternatives != nil {
			bound = min(bound, greatest)
		}
	}
	r.differs[key] = bound
	return bound
}
