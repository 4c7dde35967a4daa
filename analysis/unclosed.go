package analysis

import (
	"fmt"

	"adagio/dsl/diag"
	"adagio/dsl/model"
	"adagio/petri/waits"
)

// Unclosed tells of the nodes whose closing "wait all" may hang though their programs
// end (SEMANTICS.md, rules 7.1 and 7.2): their processes may never exit. The bounds are
// of programs, and hold.
type Unclosed struct {
	Nodes []int     // whose processes may never exit, sorted
	Waits []Waiting // why, by node
}

// describeUnclosed tells of processes that may never exit; nil where all do.
func describeUnclosed(s *model.Scenario, waits []waits.Wait) *Unclosed {
	if len(waits) == 0 {
		return nil
	}
	out := &Unclosed{}
	of := make([][]Waiting, len(s.Nodes))
	for _, w := range waits {
		who := "the process of node " + s.Nodes[w.Node].Name
		of[w.Node] = append(of[w.Node], Waiting{Who: who, Text: who + " may never exit: " + unclosedText(s, w), Component: -1, Node: w.Node, On: w.On, OnNode: w.OnNode, Pos: s.Nodes[w.Node].Pos})
	}
	for n, waits := range of {
		if len(waits) > 0 {
			out.Nodes, out.Waits = append(out.Nodes, n), append(out.Waits, waits...)
		}
	}
	return out
}

// unclosedText says what a closing "wait all" may wait for in vain.
func unclosedText(s *model.Scenario, w waits.Wait) string {
	node := "node " + s.Nodes[w.OnNode].Name
	switch w.Reason {
	case waits.NotIdle:
		return s.Components[w.On].Name + " never becomes idle"
	case waits.NotAsked:
		return node + ` may ask it for the last time before its last "wait all" returns, which forgets that`
	case waits.AskedByOther:
		return node + " asks it, too, which is no neighbour"
	}
	return fmt.Sprintf("the process of %s may end before node %s sees it idle", node, s.Nodes[w.Node].Name)
}

// Count says how many processes may never exit.
func (u *Unclosed) Count() string {
	if len(u.Nodes) == 1 {
		return "1 process may never exit"
	}
	return fmt.Sprintf("%d processes may never exit", len(u.Nodes))
}

// Text says which processes may never exit; of many only some are named unless all are
// asked for.
func (u *Unclosed) Text(s *model.Scenario, all bool) string {
	var nodes []string
	for _, n := range u.Nodes {
		nodes = append(nodes, s.Nodes[n].Name)
	}
	if len(nodes) == 1 {
		return "the process of node " + nodes[0] + " may never exit"
	}
	return u.Count() + ": those of nodes " + some(nodes, ", ", all)
}

func (u *Unclosed) diagnostic(s *model.Scenario) diag.Diagnostic {
	d := diag.Diagnostic{Severity: diag.Note, Subject: s.Pos, Summary: u.Text(s, false),
		Detail: "its closing wait all may hang when its program has ended; the bounds hold"}
	if len(u.Nodes) > 1 {
		d.Detail = "their closing wait alls may hang when their programs have ended; the bounds hold"
	}
	for _, w := range u.Waits {
		d.Related = append(d.Related, diag.Related{Pos: w.Pos, Text: w.Text})
	}
	return d
}
