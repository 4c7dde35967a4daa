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
	e.budget -= min(cells, e.budget+1)
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
	if v == a {
		return law{e.zero, 0}
	}
	key := [2]int32{v, a}
	if l, ok := e.relatives[key]; ok {
		return l
	}
	parent := e.parent[v]
	var l law
	if parent != a {
		l = e.sum(e.relative(parent, a), e.relative(v, parent))
	} else {
		l = e.own(v)
	}
	e.relatives[key] = l
	return l
}

// own bounds the law of x(v) relative to its immediate dominator.
func (e *evaluator) own(v int32) law {
	n := &e.nodes[v]
	if n.alternatives == nil {
		return e.ofDelay(n.random).by(n.cause.after)
	}
	a := e.parent[v]
	if len(n.alternatives) == 1 {
		return e.latest(a, n.alternatives[0])
	}
	laws := make([]law, len(n.alternatives))
	exact := true
	sets := make([]bitset, len(n.alternatives))
	for i, edges := range n.alternatives {
		laws[i] = e.latest(a, edges)
		sets[i] = e.causes(edges)
		for _, other := range sets[:i] {
			exact = exact && e.independent(sets[i], other, a)
		}
	}
	e.count(exact)
	if e.side == dominating && !exact {
		return e.combine(greatest, laws)
	}
	return e.combine(complement, laws)
}

func (e *evaluator) count(exact bool) {
	e.joined.all++
	if exact {
		e.joined.exact++
	}
}

// group is a set of dates that share a dominator below a common one, and the law
// of the latest of them relative to the common one.
type group struct {
	edges []edge
	law   law
	set   bitset
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
		groups[i].law = e.latest(common, groups[i].edges)
		groups[i].set = e.causes(groups[i].edges)
	}
	return e.sum(e.relative(common, a), e.latestGroup(common, groups))
}

// latestGroup bounds the law of the maximum of the groups. Being growing
// functions of independent delays, they are associated: the product of their
// distribution functions is a bound from below. From above, any one group is a
// bound, and so is the product of those that are independent of one another.
func (e *evaluator) latestGroup(common int32, groups []group) law {
	sets := e.independentSets(common, groups)
	exact := len(sets) == 1
	e.count(exact)
	if e.side == dominating {
		sets = [][]int{make([]int, len(groups))}
		for i := range groups {
			sets[0][i] = i
		}
	}
	products := make([]law, len(sets))
	for k, set := range sets {
		laws := make([]law, len(set))
		for i, g := range set {
			laws[i] = groups[g].law
		}
		products[k] = e.combine(product, laws)
	}
	return e.combine(least, products)
}

// maxSets bounds the sets of independent groups that are tried.
const maxSets = 8

// independentSets returns sets of groups that are independent of one another:
// one set of all if they all are; else for each of the groups that are latest on
// average a set that contains it, with as many others as there is room for, the
// latest first.
func (e *evaluator) independentSets(common int32, groups []group) [][]int {
	order := make([]int, len(groups))
	mean := make([]time.Duration, len(groups))
	for i, g := range groups {
		order[i], mean[i] = i, g.law.mean(e.side, e.step)
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(mean[j], mean[i]) })
	var sets [][]int
	for _, first := range order[:min(len(order), maxSets)] {
		set := []int{first}
		for _, i := range order {
			if i != first && !slices.ContainsFunc(set, func(j int) bool {
				return !e.independent(groups[i].set, groups[j].set, common)
			}) {
				set = append(set, i)
			}
		}
		slices.Sort(set)
		if len(set) == len(groups) {
			return [][]int{set}
		}
		sets = append(sets, set)
	}
	return sets
}
