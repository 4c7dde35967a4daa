package distribution

import (
	"cmp"
	"slices"
	"time"
)

// evaluator bounds the laws of the dates of a reduced graph, from one side. Laws
// that are made alike are made once: sites that are alike cost as much as one.
type evaluator struct {
	side      side
	step      duration
	convolver convolver
	zero      *shape // the constant 0
	shapes    int
	budget    int // cells that may still be computed; negative once it did not suffice

	delays   map[delayKey]*shape
	sums     map[[2]int]*shape
	combined map[string]*shape

	// Of the graph at hand.
	*reduced
	*structure
	relatives map[[2]int32]law
	frozen    bitset // random delays that are taken at the end of their support
	joined    joins
}

// joins counts the maxima and minima, and those of them that are exact.
type joins struct{ all, exact int }

func newEvaluator(s side, step time.Duration, budget int) *evaluator {
	e := &evaluator{
		side: s, step: step, budget: budget, convolver: convolver{transforms: map[int]*transform{}},
		delays: map[delayKey]*shape{}, sums: map[[2]int]*shape{}, combined: map[string]*shape{},
	}
	e.zero = &shape{cells: []float64{1}}
	return e
}

// spend takes cells from the budget and says whether it sufficed. Once it did
// not, all laws are the constant 0, so that the evaluation ends soon; its result
// is not to be used.
func (e *evaluator) spend(cells int) bool {
	if e.budget >= cells {
		e.budget -= cells
	} else {
		e.budget = -1
	}
	return e.budget >= 0
}

// keep makes a shape ready for use.
func (e *evaluator) keep(c *shape, slack float64) {
	e.shapes++
	c.id = e.shapes
	c.trim(e.side, e.step, slack)
}

// of bounds the law of the latest of the given dates of a graph.
func (e *evaluator) of(r *reduced, edges []edge) law {
	e.reduced, e.structure = r, structureOf(r)
	e.relatives = map[[2]int32]law{}
	return e.latest(origin, edges)
}

// relative bounds the law of x(v) - x(a), where a dominates v: along the chain
// of dominators between them, the differences of the dates are independent.
func (e *evaluator) relative(v, a int32) law {
	key := [2]int32{v, a}
	if l, ok := e.relatives[key]; ok {
		return l
	}
	var parts []law
	for at := v; at != a; at = e.parent[at] {
		if l, ok := e.relatives[[2]int32{at, a}]; ok {
			parts = append(parts, l)
			break
		}
		l, ok := e.relatives[[2]int32{at, e.parent[at]}]
		if !ok {
			l = e.own(at)
			e.relatives[[2]int32{at, e.parent[at]}] = l
		}
		parts = append(parts, l)
	}
	l := e.sumAll(parts)
	e.relatives[key] = l
	return l
}

// sumAll returns the law of the sum of independent variables, the narrow ones
// first: what is wide is costly to add to.
func (e *evaluator) sumAll(parts []law) law {
	if len(parts) == 0 {
		return law{e.zero, 0}
	}
	for len(parts) > 1 {
		slices.SortStableFunc(parts, func(a, b law) int {
			return cmp.Or(cmp.Compare(len(b.cells), len(a.cells)), cmp.Compare(b.id, a.id))
		})
		n := len(parts) - 2
		parts = append(parts[:n], e.sum(parts[n], parts[n+1]))
	}
	return parts[0]
}

// own bounds the law of x(v) relative to its immediate dominator.
func (e *evaluator) own(v int32) law {
	n := &e.nodes[v]
	if n.alternatives == nil {
		if e.frozen.has(e.rank[v]) {
			return law{e.zero, n.cause.after + e.side.of(n.random)}
		}
		return e.ofDelay(n.random).by(n.cause.after)
	}
	a := e.parent[v]
	if len(n.alternatives) == 1 {
		return e.latest(a, n.alternatives[0])
	}
	groups := make([]group, len(n.alternatives))
	for i, edges := range n.alternatives {
		groups[i] = e.group(a, edges)
	}
	return e.first(a, groups)
}

// latest bounds the law of the latest of some dates relative to a node that
// dominates them all. The dates are split by the children of their nearest
// common dominator; within a group, what the dates share up to its dominator is
// not counted twice. Groups that share no random delay are independent, which
// makes the product of their distribution functions exact.
func (e *evaluator) latest(a int32, edges []edge) law {
	if len(edges) == 1 {
		return e.relative(edges[0].from, a).by(edges[0].after)
	}
	common := edges[0].from
	for _, x := range edges[1:] {
		common = e.common(common, x.from)
	}
	var groups []group
	index := map[int32]int{}
	for _, x := range edges {
		child := common
		if x.from != common {
			child = e.childTowards(common, x.from)
		}
		i, ok := index[child]
		if !ok {
			i = len(groups)
			index[child] = i
			groups = append(groups, group{})
		}
		groups[i].edges = append(groups[i].edges, x)
	}
	for i := range groups {
		groups[i] = e.group(common, groups[i].edges)
	}
	return e.sum(e.relative(common, a), e.last(common, groups))
}
