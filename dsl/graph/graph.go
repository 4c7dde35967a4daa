// Package graph makes what is connected in a model a graph of gonum, which orders
// it, finds its cycles, and draws it for Graphviz.
package graph

import (
	"iter"
	"slices"

	"gonum.org/v1/gonum/graph"
	"gonum.org/v1/gonum/graph/iterator"
	"gonum.org/v1/gonum/graph/path"
	"gonum.org/v1/gonum/graph/simple"
	"gonum.org/v1/gonum/graph/topo"
)

// Directed is a directed graph of the nodes 0 … n-1 for the algorithms of gonum.
// There is one arc, or none, between two nodes in either direction, and an arc may
// go from a node to itself.
type Directed struct {
	from, to [][]graph.Node
	arcs     map[[2]int64]bool
}

// New returns the graph of n nodes with the given arcs.
func New(n int, arcs iter.Seq2[int, int]) *Directed {
	g := &Directed{make([][]graph.Node, n), make([][]graph.Node, n), map[[2]int64]bool{}}
	for u, v := range arcs {
		if arc := [2]int64{int64(u), int64(v)}; !g.arcs[arc] {
			g.arcs[arc] = true
			g.from[u] = append(g.from[u], simple.Node(v))
			g.to[v] = append(g.to[v], simple.Node(u))
		}
	}
	return g
}

// Node returns a node, or nil if there is none of that number.
func (g *Directed) Node(id int64) graph.Node {
	if id < 0 || id >= int64(len(g.from)) {
		return nil
	}
	return simple.Node(id)
}

// Nodes returns all nodes in their order.
func (g *Directed) Nodes() graph.Nodes {
	all := make([]graph.Node, len(g.from))
	for i := range all {
		all[i] = simple.Node(i)
	}
	return iterator.NewOrderedNodes(all)
}

// From returns the nodes to which arcs go from a node, in the order of the arcs.
func (g *Directed) From(id int64) graph.Nodes { return iterator.NewOrderedNodes(g.from[id]) }

// To returns the nodes from which arcs go to a node, in the order of the arcs.
func (g *Directed) To(id int64) graph.Nodes { return iterator.NewOrderedNodes(g.to[id]) }

// HasEdgeFromTo says whether there is an arc from u to v.
func (g *Directed) HasEdgeFromTo(u, v int64) bool { return g.arcs[[2]int64{u, v}] }

// HasEdgeBetween says whether there is an arc in either direction.
func (g *Directed) HasEdgeBetween(u, v int64) bool {
	return g.HasEdgeFromTo(u, v) || g.HasEdgeFromTo(v, u)
}

// Edge returns the arc from u to v, or nil if there is none.
func (g *Directed) Edge(u, v int64) graph.Edge {
	if !g.HasEdgeFromTo(u, v) {
		return nil
	}
	return simple.Edge{F: simple.Node(u), T: simple.Node(v)}
}

// Order returns the nodes in an order in which every arc goes forward; ok is false
// if there is none because of a cycle.
func Order(g graph.Directed) (order []int, ok bool) {
	nodes, err := topo.SortStabilized(g, nil)
	loops := slices.ContainsFunc(graph.NodesOf(g.Nodes()), func(n graph.Node) bool { return g.HasEdgeFromTo(n.ID(), n.ID()) })
	if err != nil || loops {
		return nil, false
	}
	return numbers(nodes), true
}

// Cycle returns a cycle of a graph, the node with the least number of all that are
// on cycles first; of the cycles through it, one of the shortest. It is nil if there
// is no cycle.
func Cycle(g graph.Directed) []int {
	first := int64(-1)
	for _, component := range topo.TarjanSCC(g) {
		for _, n := range component {
			if id := n.ID(); (len(component) > 1 || g.HasEdgeFromTo(id, id)) && (first < 0 || id < first) {
				first = id
			}
		}
	}
	if first < 0 {
		return nil
	}
	if g.HasEdgeFromTo(first, first) {
		return []int{int(first)}
	}
	var cycle []graph.Node
	paths := path.DijkstraFrom(g.Node(first), g)
	for _, last := range graph.NodesOf(g.To(first)) {
		if p, _ := paths.To(last.ID()); len(p) > 0 && (cycle == nil || len(p) < len(cycle)) {
			cycle = p
		}
	}
	return numbers(cycle)
}

func numbers(nodes []graph.Node) []int {
	out := make([]int, len(nodes))
	for i, n := range nodes {
		out[i] = int(n.ID())
	}
	return out
}
