package graph_test

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"testing"

	"adagio/dsl/graph"

	gonum "gonum.org/v1/gonum/graph"
	"gonum.org/v1/gonum/graph/encoding"
	"gonum.org/v1/gonum/graph/encoding/dot"
	"gonum.org/v1/gonum/graph/multi"
	"pgregory.net/rapid"
)

// drawn draws a graph of a few nodes.
func drawn(t *rapid.T) (int, [][2]int, *graph.Directed) {
	n := rapid.IntRange(1, 8).Draw(t, "nodes")
	node := rapid.IntRange(0, n-1)
	arcs := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) [2]int { return [2]int{node.Draw(t, "from"), node.Draw(t, "to")} }), 0, 12).Draw(t, "arcs")
	return n, arcs, graph.New(n, func(yield func(u, v int) bool) {
		for _, a := range arcs {
			if !yield(a[0], a[1]) {
				return
			}
		}
	})
}

// TestOrderOrCycle: a graph has an order in which every arc goes forward, or a cycle
// of arcs that are there.
func TestOrderOrCycle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, arcs, g := drawn(t)
		order, ok := graph.Order(g)
		cycle := graph.Cycle(g)
		if ok != (cycle == nil) {
			t.Fatalf("order %v, cycle %v", order, cycle)
		}
		for i, u := range cycle {
			if v := cycle[(i+1)%len(cycle)]; !slices.Contains(arcs, [2]int{u, v}) || slices.Index(cycle, u) != i {
				t.Fatalf("%v is no cycle of %v", cycle, arcs)
			}
		}
		if !ok {
			return
		}
		if len(order) != n {
			t.Fatalf("%v of %d nodes", order, n)
		}
		for _, a := range arcs {
			if slices.Index(order, a[0]) >= slices.Index(order, a[1]) {
				t.Fatalf("%v is not ahead in %v", a, order)
			}
		}
	})
}

func TestCycle(t *testing.T) {
	for _, c := range []struct {
		name string
		arcs [][2]int
		want []int
	}{
		{"none", [][2]int{{0, 1}, {0, 2}, {1, 2}}, nil},
		{"itself", [][2]int{{0, 1}, {1, 1}}, []int{1}},
		{"the shorter of two", [][2]int{{0, 1}, {1, 2}, {2, 0}, {1, 0}}, []int{0, 1}},
		{"behind a way to it", [][2]int{{0, 3}, {3, 2}, {2, 1}, {1, 3}}, []int{1, 3, 2}},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := graph.New(4, func(yield func(u, v int) bool) {
				for _, a := range c.arcs {
					if !yield(a[0], a[1]) {
						return
					}
				}
			})
			if got := graph.Cycle(g); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// read receives what a picture is read back into.
type read struct{ *multi.DirectedGraph }

type readNode struct {
	gonum.Node
	name   string
	labels map[string]string
}

func (r read) NewNode() gonum.Node {
	return &readNode{Node: r.DirectedGraph.NewNode(), labels: map[string]string{}}
}
func (n *readNode) SetDOTID(id string) { n.name = id }
func (n *readNode) SetAttribute(a encoding.Attribute) error {
	n.labels[a.Key] = a.Value
	return nil
}

// TestQuotes: whatever a label is, a reader of the language of Graphviz gets it, and
// never as markup; the reader leaves the quotes around what would be some.
func TestQuotes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		label := rapid.OneOf(rapid.StringOf(rapid.RuneFrom([]rune("a\"\\<>n \n%é{}"))), rapid.SampledFrom([]string{"<b>", `"quoted"`, "node", "", "1.5", "x;y"})).Draw(t, "label")
		p := graph.NewPicture("test", true, nil, nil, nil)
		frame := p.AddFrame(nil, "label", label)
		a, b := p.AddNode(frame, "a", "label", label), p.AddNode(nil, "b")
		p.AddLine(a, b)
		p.AddLine(a, b, "label", label)
		var out bytes.Buffer
		if err := p.Write(&out); err != nil {
			t.Fatal(err)
		}
		g := read{multi.NewDirectedGraph()}
		if err := dot.UnmarshalMulti(out.Bytes(), g); err != nil {
			t.Fatalf("%v\n%s", err, out.String())
		}
		if nodes, lines := g.Nodes().Len(), g.Edges().Len(); nodes != 2 || lines != 1 {
			t.Fatalf("%d nodes, %d edges\n%s", nodes, lines, out.String())
		}
		for _, n := range gonum.NodesOf(g.Nodes()) {
			if n := n.(*readNode); n.name == "a" && n.labels["label"] != label && n.labels["label"] != strconv.Quote(label) {
				t.Fatalf("got %s, want %q", n.labels["label"], label)
			}
		}
	})
}

// TestLinesKeepTheirAttributes: a line is drawn with its label whichever of its ends
// was added first, in directed pictures and in others.
func TestLinesKeepTheirAttributes(t *testing.T) {
	for _, directed := range []bool{false, true} {
		p := graph.NewPicture("test", directed, nil, nil, nil)
		first, second := p.AddNode(nil, "first"), p.AddNode(nil, "second")
		p.AddLine(first, second, "label", "there")
		p.AddLine(second, first, "label", "back")
		var out bytes.Buffer
		if err := p.Write(&out); err != nil {
			t.Fatal(err)
		}
		for _, label := range []string{"[label=there]", "[label=back]"} {
			if n := strings.Count(out.String(), label); n != 1 {
				t.Errorf("directed %v: %s is drawn %d times\n%s", directed, label, n, out.String())
			}
		}
	}
}
