package peers

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"adagio/dsl/dsltest"

	"gonum.org/v1/gonum/graph"
	"gonum.org/v1/gonum/graph/simple"
	"gonum.org/v1/gonum/graph/topo"
)

// task is an event as a node of gonum.
type task struct {
	id    int64
	delay time.Duration
}

// ID implements [graph.Node].
func (t task) ID() int64 { return t.id }

// gonum gives the graph of a file to gonum and prints times and dates, as the peers in
// other languages do.
func gonum(w io.Writer, path string) error {
	g, err := readTasks(path)
	if err != nil {
		return err
	}
	var source, least, given time.Duration
	var dates []time.Duration
	var answer time.Duration
	for i := range 3 {
		begin := dsltest.ProcessorTime()
		order, err := topo.Sort(g)
		if err != nil {
			return err
		}
		ordered := dsltest.ProcessorTime()
		dates, answer = datesOf(g, order)
		end := dsltest.ProcessorTime()
		if i == 0 {
			source, least, given = end, end-begin, end-ordered
		}
		least, given = min(least, end-begin), min(given, end-ordered)
	}
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "source %g\npass %g\ngiven %g\nanswer %d\n", source.Seconds(), least.Seconds(), given.Seconds(), answer)
	for _, d := range dates {
		fmt.Fprintln(out, "date", int64(d))
	}
	return out.Flush()
}

func readTasks(path string) (*simple.DirectedGraph, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var tasks []task
	g := simple.NewDirectedGraph()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<26) // an event may have many causes
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		delay, err := strconv.ParseInt(words[0], 10, 64)
		if err != nil {
			return nil, err
		}
		t := task{int64(len(tasks)), time.Duration(delay)}
		tasks = append(tasks, t)
		g.AddNode(t)
		for _, word := range words[2:] {
			cause, err := strconv.Atoi(word)
			if err != nil {
				return nil, err
			}
			g.SetEdge(simple.Edge{F: tasks[cause], T: t})
		}
	}
	return g, lines.Err()
}

// datesOf returns the longest path to each task, and the longest of all.
func datesOf(g *simple.DirectedGraph, order []graph.Node) (dates []time.Duration, last time.Duration) {
	dates = make([]time.Duration, len(order))
	for _, n := range order {
		t := n.(task)
		for causes := g.To(t.id); causes.Next(); {
			dates[t.id] = max(dates[t.id], dates[causes.Node().ID()])
		}
		dates[t.id] += t.delay
		last = max(last, dates[t.id])
	}
	return dates, last
}
