package petri_test

import (
	"bytes"
	"io"
	"testing"

	"adagio/dsl/golden"
	"adagio/petri"
	"adagio/proofs/nets"
)

// loop is the smallest model whose net has a marked place, a delay, a read arc,
// and quotes in its names.
const loop = `
component C {
  places off, on
  initial off
  behavior go { "go \"on\"": off -> on for 1s .. 2s }
}
assembly loop { node n { c: C } }
plan go of loop {
  from { c: off }
  on n { push c go; wait c }
}
network ideal { executor ideal }
`

func TestDOT(t *testing.T) {
	net := nets.Net(t, nets.Load(t, "loop.ballet", loop))
	graph := nets.Explore(t, net).Runs[0].Graph
	netDOT := func(path []petri.TransitionID) string {
		return render(t, func(w io.Writer) error { return net.Picture(path).Write(w) })
	}
	graphDOT := func(path []petri.EventID) string {
		return render(t, func(w io.Writer) error { return graph.Picture(path).Write(w) })
	}
	golden.Check(t, "testdata/export/net.dot", netDOT(nil))
	golden.Check(t, "testdata/export/events.dot", graphDOT(nil))

	// A path back from the end of the program, through the last cause of each.
	path := []petri.EventID{graph.Ends[0]}
	for causes := graph.Causes(path[0]); len(causes) > 0; causes = graph.Causes(path[0]) {
		path = append([]petri.EventID{causes[len(causes)-1]}, path...)
	}
	var transitions []petri.TransitionID
	for _, e := range path {
		transitions = append(transitions, graph.Transition[e])
	}
	golden.Check(t, "testdata/export/net_path.dot", netDOT(transitions))
	golden.Check(t, "testdata/export/events_path.dot", graphDOT(path))
}

// render returns what is written.
func render(t *testing.T, write func(io.Writer) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
