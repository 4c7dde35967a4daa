package distribution

// structure is what the shape of a reduced graph tells about dependence. A node
// a dominates v if every way from the origin to v passes through a; then the
// date of v relative to a depends on the random delays between the two only, and
// is independent of the date of a. The dominators of a node form a chain, so
// that the nodes form a tree (Lengauer and Tarjan 1979; on an acyclic graph one
// pass suffices).
type structure struct {
	parent []int32  // the immediate dominator; the origin's is itself
	level  []int32  // in the tree of dominators
	rank   []int32  // of a random delay among them; -1 for other nodes
	before []bitset // the random delays that the date of a node depends on, by rank
}

// maxStructure bounds the memory of structure.before, in words. Beyond it it is
// nil, and nothing counts as independent.
const maxStructure = 1 << 25

func structureOf(r *reduced) *structure {
	n := len(r.nodes)
	s := &structure{parent: make([]int32, n), level: make([]int32, n), rank: make([]int32, n)}
	s.rank[origin] = -1
	random := int32(0)
	for v := 1; v < n; v++ {
		s.rank[v] = -1
		if r.nodes[v].alternatives == nil {
			s.rank[v] = random
			random++
		}
		a := int32(-1)
		r.nodes[v].edges(func(x edge) {
			if a < 0 {
				a = x.from
			}
			a = s.common(a, x.from)
		})
		s.parent[v], s.level[v] = a, s.level[a]+1
	}
	if words := (r.random + 63) / 64; words*n > maxStructure {
		return s
	}
	s.before = make([]bitset, n)
	for v := range s.before {
		s.before[v] = newBitset(r.random)
		r.nodes[v].edges(func(x edge) { s.before[v].join(s.before[x.from]) })
		if s.rank[v] >= 0 {
			s.before[v].add(s.rank[v])
		}
	}
	return s
}

// edges calls f with all edges of a node but the origin.
func (n *node) edges(f func(x edge)) {
	if n.alternatives == nil {
		f(n.cause)
	}
	for _, edges := range n.alternatives {
		for _, x := range edges {
			f(x)
		}
	}
}

// common is the nearest common dominator of two nodes.
func (s *structure) common(a, b int32) int32 {
	for a != b {
		if s.level[a] < s.level[b] {
			a, b = b, a
		}
		a = s.parent[a]
	}
	return a
}

// childTowards is the child of a on the way down the tree to its descendant v.
func (s *structure) childTowards(a, v int32) int32 {
	for s.parent[v] != a {
		v = s.parent[v]
	}
	return v
}
