package distribution

import (
	"cmp"
	"slices"
	"time"
)

// group is a set of dates, the law of the latest of them relative to a common
// dominator, and the random delays between that and them.
type group struct {
	edges []edge
	law   law
	set   bitset // nil if it is not known
}

func (e *evaluator) group(common int32, edges []edge) group {
	g := group{edges: edges, law: e.latest(common, edges)}
	if e.before == nil {
		return g
	}
	set := newBitset(e.random)
	for _, x := range edges {
		set.join(e.before[x.from])
	}
	g.set = set.without(e.before[common]).without(e.frozen)
	return g
}

// independent says whether the dates of two groups share no random delay.
func independent(a, b group) bool { return a.set != nil && !a.set.meets(b.set) }

// allIndependent says whether no two of the groups share a random delay.
func allIndependent(groups []group) bool {
	for i, a := range groups {
		if slices.ContainsFunc(groups[:i], func(b group) bool { return !independent(a, b) }) {
			return false
		}
	}
	return true
}

// last bounds the law of the maximum of the groups. The product of their
// distribution functions is that of independent ones; for others, which are
// growing functions of independent delays and thus associated, it is a bound
// from below. From above, any independent ones bound it.
func (e *evaluator) last(common int32, groups []group) law {
	exact := allIndependent(groups)
	e.count(exact)
	if exact || e.side == dominating {
		return e.combine(product, lawsOf(groups))
	}
	return e.combine(least, e.untangled(common, groups, product))
}

// first bounds the law of the minimum of the groups: the mirror image of last.
func (e *evaluator) first(common int32, groups []group) law {
	exact := allIndependent(groups)
	e.count(exact)
	if exact || e.side == dominated {
		return e.combine(complement, lawsOf(groups))
	}
	return e.combine(greatest, e.untangled(common, groups, complement))
}

func (e *evaluator) count(exact bool) {
	if e.frozen != nil {
		return
	}
	e.joined.all++
	if exact {
		e.joined.exact++
	}
}

func lawsOf(groups []group) []law {
	laws := make([]law, len(groups))
	for i, g := range groups {
		laws[i] = g.law
	}
	return laws
}

// attempts bounds how many groups are tried as the one that is kept whole.
const attempts = 4

// untangled returns laws each of which bounds the last (or first) of groups that
// share random delays. For each of the groups that matter most one law: this
// group is taken as it is, and the others, one after another, with the delays
// that they share with what has been taken already at the end of their support
// that is on the safe side. What is left of them is independent. It matters most
// what is last, or first, on average.
func (e *evaluator) untangled(common int32, groups []group, o operation) []law {
	order := make([]int, len(groups))
	mean := make([]time.Duration, len(groups))
	for i, g := range groups {
		order[i], mean[i] = i, g.law.mean(e.side, e.step)
	}
	slices.SortStableFunc(order, func(i, j int) int {
		if o == product {
			return cmp.Compare(mean[j], mean[i])
		}
		return cmp.Compare(mean[i], mean[j])
	})
	if e.before == nil || e.frozen != nil {
		// Not known what is shared, or already at work on the rest of a group.
		return lawsOf(groups)
	}
	var out []law
	for _, whole := range order[:min(len(order), attempts)] {
		laws := []law{groups[whole].law}
		taken := slices.Clone(groups[whole].set)
		for _, i := range order {
			if i == whole {
				continue
			}
			g := groups[i]
			if g.set.meets(taken) {
				g = e.freezing(taken, common, g)
			}
			laws = append(laws, g.law)
			taken.join(g.set)
		}
		out = append(out, e.combine(o, laws))
	}
	return append(out, lawsOf(groups)...)
}

// freezing bounds a group with some delays at the end of their support.
func (e *evaluator) freezing(delays bitset, common int32, g group) group {
	relatives := e.relatives
	e.relatives, e.frozen = map[[2]int32]law{}, delays
	defer func() { e.relatives, e.frozen = relatives, nil }()
	return e.group(common, g.edges)
}
