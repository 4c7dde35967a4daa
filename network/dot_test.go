package network_test

import (
	"bytes"
	"testing"

	"adagio/network"

	"gonum.org/v1/gonum/graph"
	"gonum.org/v1/gonum/graph/encoding"
	"gonum.org/v1/gonum/graph/encoding/dot"
	"gonum.org/v1/gonum/graph/multi"
)

type picture struct{ *multi.UndirectedGraph }

type pictured struct {
	graph.Node
	label string
}

func (p picture) NewNode() graph.Node { return &pictured{Node: p.UndirectedGraph.NewNode()} }
func (n *pictured) SetAttribute(a encoding.Attribute) error {
	if a.Key == "label" {
		n.label = a.Value
	}
	return nil
}

// TestPicture: a reader of the language of Graphviz sees the hosts and routers by
// their names, those of a star joined to its centre, and one line for a route.
func TestPicture(t *testing.T) {
	p, list := network.ReadXML("p.xml", []byte(`<platform version="4.1">
  <zone id="all" routing="Full">
    <zone id="site" routing="Full">
      <host id="a &quot;1&quot;" speed="1Gf"/><host id="b" speed="1Gf"/><router id="r"/>
      <link id="l" bandwidth="1Gbps" latency="1ms"/>
      <route src="a &quot;1&quot;" dst="r"><link_ctn id="l"/></route>
      <route src="b" dst="r"><link_ctn id="l"/></route>
      <route src="a &quot;1&quot;" dst="b"><link_ctn id="l"/></route>
    </zone>
    <cluster id="c" prefix="n" suffix="" radical="0-2" speed="1Gf" bw="1Gbps" lat="1ms" router_id="cr"/>
    <link id="up" bandwidth="1Gbps" latency="1ms"/>
    <zoneRoute src="site" dst="c" gw_src="r" gw_dst="cr"><link_ctn id="up"/></zoneRoute>
  </zone>
</platform>`))
	if p == nil {
		t.Fatal(list)
	}
	var b bytes.Buffer
	if err := p.Picture().Write(&b); err != nil {
		t.Fatal(err)
	}
	g := picture{multi.NewUndirectedGraph()}
	if err := dot.UnmarshalMulti(b.Bytes(), g); err != nil {
		t.Fatalf("%v\n%s", err, b.String())
	}
	degree := map[string]int{}
	for _, n := range graph.NodesOf(g.Nodes()) {
		degree[n.(*pictured).label] = g.From(n.ID()).Len()
	}
	want := map[string]int{`a "1"`: 2, "b": 2, "r": 3, "n0": 1, "n1": 1, "n2": 1, "cr": 2, "": 4}
	for name, d := range want {
		if degree[name] != d {
			t.Errorf("%s has %d lines, want %d", name, degree[name], d)
		}
	}
	if len(degree) != len(want) {
		t.Errorf("the nodes are %v\n%s", degree, b.String())
	}
}
