package proofs

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"adagio/analysis"
	"adagio/dsl/model"
	"adagio/petri"
	"adagio/proofs/gen"

	"gonum.org/v1/gonum/graph"
	"gonum.org/v1/gonum/graph/encoding"
	"gonum.org/v1/gonum/graph/encoding/dot"
	"gonum.org/v1/gonum/graph/path"
	"gonum.org/v1/gonum/graph/simple"
	"pgregory.net/rapid"
)

// # Longest path
//
// Statement. With constant delays and the profile ideal the lower and the upper
// bound coincide, and every date is the length of a longest path of the event
// graph, as somebody else computes it on the exported graph: gonum, with
// Bellman-Ford-Moore on negated delays.
//
// Hypotheses. Constant delays, no race, and no event that any one of several
// conditions suffices for: its date is not a longest path.
//
// Reference. Baccelli, Cohen, Olsder, Quadrat, Synchronization and Linearity
// (1992), section 2.4: the least solution of x = Ax ⊕ b is A*b, and (A*)ij is the
// greatest weight of a path from j to i.
func TestLongestPath(t *testing.T) {
	compared, alternatives, races := 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		s := gen.Scenario(gen.Options{Profiles: []model.ProfileKind{model.Ideal}, Constant: true}).Draw(t, "scenario")
		r, err := analysis.Analyse(s, analysis.Options{})
		switch {
		case err != nil || len(r.Runs) > 1 || r.Cover != nil:
			races++
			return
		case hasAlternatives(r.Runs[0].Graph):
			alternatives++
			return
		}
		compared++
		if why := differsFromLongestPath(r); why != "" {
			t.Fatalf("%s\n%s", why, gen.Text(s))
		}
	})
	t.Logf("%d graphs compared; left out: %d with alternatives, %d with races", compared, alternatives, races)
	if compared == 0 {
		t.Error("nothing was compared")
	}
}

func hasAlternatives(g *petri.EventGraph) bool {
	for e := range g.Transition {
		n := 0
		g.Alternatives(petri.EventID(e), func([]petri.EventID) bool { n++; return true })
		if n > 1 {
			return true
		}
	}
	return false
}

// differsFromLongestPath says how the bounds and dates of a result without races
// differ from the longest paths of its exported graph, or nothing.
func differsFromLongestPath(r *analysis.Result) string {
	if r.Makespan.Lower != r.Makespan.Upper || r.Span.Lower != r.Span.Upper {
		return fmt.Sprintf("the bounds %v and %v do not coincide", r.Makespan, r.Span)
	}
	g := r.Runs[0].Graph
	longest, err := longestPaths(g)
	if err != nil {
		return err.Error()
	}
	dates, err := g.Dates(g.Delays(petri.Latest))
	if err != nil {
		return err.Error()
	}
	if len(longest) != len(dates) {
		return fmt.Sprintf("%d events are exported, not %d", len(longest), len(dates))
	}
	for e, date := range dates {
		if got := longest[fmt.Sprintf("e%d", e)]; got != date {
			return fmt.Sprintf("%q is at %v, but the longest path to it is %v", g.Name(petri.EventID(e)), date, got)
		}
	}
	span := time.Duration(0)
	for _, end := range g.Ends {
		if end >= 0 {
			span = max(span, longest[fmt.Sprintf("e%d", end)])
		}
	}
	if r.Span.Upper != span {
		return fmt.Sprintf("the span is %v, the longest path %v", r.Span, span)
	}
	return ""
}

// longestPaths exports an event graph, reads it back, and returns the length of
// a longest path to every event by its name there. A date in nanoseconds is exact
// in a float64 up to 104 days.
func longestPaths(g *petri.EventGraph) (map[string]time.Duration, error) {
	var b bytes.Buffer
	if err := g.Picture(nil).Write(&b); err != nil {
		return nil, err
	}
	read := readGraph{simple.NewDirectedGraph()}
	if err := dot.Unmarshal(b.Bytes(), read); err != nil {
		return nil, err
	}
	weighted := simple.NewWeightedDirectedGraph(0, 0)
	origin := simple.Node(-1)
	for _, n := range graph.NodesOf(read.Nodes()) {
		weighted.SetWeightedEdge(weighted.NewWeightedEdge(origin, n, -float64(n.(*event).delay)))
	}
	for _, e := range graph.EdgesOf(read.Edges()) {
		weighted.SetWeightedEdge(weighted.NewWeightedEdge(e.From(), e.To(), -float64(e.To().(*event).delay)))
	}
	tree, ok := path.BellmanFordFrom(origin, weighted)
	if !ok {
		return nil, fmt.Errorf("the exported graph has a cycle")
	}
	out := map[string]time.Duration{}
	for _, n := range graph.NodesOf(read.Nodes()) {
		out[n.(*event).name] = time.Duration(-tree.WeightTo(n.ID()))
	}
	return out, nil
}

// readGraph receives an exported graph.
type readGraph struct{ *simple.DirectedGraph }

// NewNode implements [graph.NodeAdder].
func (g readGraph) NewNode() graph.Node { return &event{Node: g.DirectedGraph.NewNode()} }

// event is a node of an exported event graph.
type event struct {
	graph.Node
	name  string
	delay time.Duration
}

// SetDOTID implements [dot.DOTIDSetter].
func (e *event) SetDOTID(id string) { e.name = id }

// SetAttribute implements [encoding.AttributeSetter]: a label is the name of the
// transition and, on a line of its own, its delay if it has one.
func (e *event) SetAttribute(a encoding.Attribute) error {
	_, delay, ok := strings.Cut(a.Value, "\n")
	if a.Key != "label" || !ok {
		return nil
	}
	var err error
	e.delay, err = time.ParseDuration(delay)
	return err
}
