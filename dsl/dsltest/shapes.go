package dsltest

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"adagio/dsl"
)

// Shape is a family of models that grow in one way, for benchmarks.
type Shape struct {
	Name string
	// Events is about how many events one more element unfolds into, under the
	// executor ideal.
	Events int
	// Options names the model with that many elements: sites, or nodes.
	Options func(n int) dsl.Options
}

// OfEvents is the model of the shape that unfolds into about as many events.
func (s Shape) OfEvents(events int) dsl.Options { return s.Options(max(2, events/s.Events)) }

// Shapes lists the families that benchmarks run with: the two systems of Ballet's
// authors, by their sites, and five graphs of nodes with a component each.
//
//	chain        each node uses a service of the one before it
//	star         all nodes use a service of one
//	join         one node uses a service of each other
//	independent  no node asks for anything of another
//	layers       layers of ten nodes, each of which uses services of three random
//	             ones of the layer before
func Shapes(t testing.TB) []Shape {
	file := func(name, model string, events int) Shape {
		path := filepath.Join(Root(t), "testdata", model)
		return Shape{name, events, func(n int) dsl.Options {
			return dsl.Options{Files: []string{path}, Set: map[string]int{"sites": n}}
		}}
	}
	// The first nodes use nothing.
	graph := func(name string, events int, first func(n int) int, links func(n int) string) Shape {
		return Shape{name, events, func(n int) dsl.Options {
			more := ""
			if name == "layers" {
				more = "  use second at on\n  use third at on\n"
			}
			text := fmt.Sprintf(graphOfNodes, more, uses(name, n), n, first(n), links(n))
			return dsl.Options{Sources: []dsl.Source{{Name: name + ".ballet", Text: []byte(text)}}}
		}}
	}
	one, all := func(int) int { return 1 }, func(n int) int { return n }
	return []Shape{
		file("openstack", "openstack.ballet", 232),
		file("cps", "cps.ballet", 87),
		graph("chain", 15, one, func(n int) string {
			return fmt.Sprintf("  for i in 1 ..< %d { connect c[i - 1].done -> c[i].before }\n", n)
		}),
		graph("star", 14, one, func(n int) string {
			return fmt.Sprintf("  for i in 1 ..< %d { connect c[0].done -> c[i].before }\n", n)
		}),
		graph("join", 15, all, func(n int) string {
			return repeatedLines(n-1, "  connect c[%[1]d].done -> last.u%[1]d\n")
		}),
		graph("independent", 11, all, func(int) string { return "" }),
		graph("layers", 21, func(n int) int { return min(n, layer) }, layers),
	}
}

// graphOfNodes is a model of n nodes with a component each; the connections and what
// the last component uses are left open.
const graphOfNodes = `component First {
  places off, configured, on
  initial off
  running on
  behavior go {
    configure: off -> configured for 1s .. 2s
    start: configured -> on for 1s .. 3s
  }
  provide done at on
}
component C {
  places off, configured, on
  initial off
  running on
  behavior go {
    configure: off -> configured for 1s .. 2s
    start: configured -> on for 1s .. 3s
  }
  use before at on
%s  provide done at on
}
component Last {
  places off, on
  initial off
  running on
  behavior go { start: off -> on for 1s .. 2s }
%s}
assembly graph(nodes = %d, first = %d) {
  for n in 0 ..< first { node node[n] { c[n]: First } }
  for n in first ..< nodes { node node[n] { c[n]: C } }
  node end { last: Last }
%s}
plan go of graph {
  from { c[n]: off; last: off }
  on node[n] { push c[n] go; wait c[n] }
  on end { push last go; wait last }
}
network ideal {
  executor ideal
  latency 1ms .. 2ms
}
network polling { executor ballet { start 0s } }
`

// uses are the ports of the last component.
func uses(shape string, n int) string {
	if shape != "join" {
		return ""
	}
	return repeatedLines(n-1, "  use u%d at on\n")
}

func repeatedLines(n int, line string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, line, i)
	}
	return b.String()
}

// layer is how many nodes a layer has.
const layer = 10

// layers connects each node with three of the ten of the layer before its own, the
// same ones in every run.
func layers(n int) string {
	r := rand.New(rand.NewPCG(uint64(n), 7))
	var b strings.Builder
	for i := layer; i < n; i++ {
		before := r.Perm(layer)
		for k, port := range []string{"before", "second", "third"} {
			fmt.Fprintf(&b, "  connect c[%d].done -> c[%d].%s\n", i/layer*layer-layer+before[k], i, port)
		}
	}
	return b.String()
}
