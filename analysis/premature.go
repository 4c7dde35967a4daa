package analysis

import (
	"fmt"
	"strings"

	"adagio/dsl/diag"
	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/unfold"
)

// Premature is a wait for a component of another node that in every execution is
// over before that component is given anything to do. It finds the component idle,
// waits for nothing, and is surely meant otherwise.
type Premature struct {
	Wait, Push Located // the wait, and the first push to its component
	End, Date  Bound   // when the wait is over, and when the push happens
	// Advice is what would make the wait wait, as instructions.
	Advice string
}

// Located is an instruction of a node's program.
type Located struct {
	Node, Instruction int
	Pos               model.Pos
}

// premature finds the waits that are over too early in all executions that the
// runs cover.
func premature(net *petri.Net, runs []unfold.Run) ([]Premature, error) {
	s := net.Scenario
	candidates := possiblyPremature(s)
	if len(candidates) == 0 {
		return nil, nil
	}
	dates := map[[2]int]*Bound{} // of instructions, by node and position
	for i := range runs {
		if err := stepDates(runs[i].Graph, dates); err != nil {
			return nil, err
		}
	}
	var out []Premature
	for _, p := range candidates {
		end, date := dates[[2]int{p.Wait.Node, p.Wait.Instruction}], dates[[2]int{p.Push.Node, p.Push.Instruction}]
		if end != nil && date != nil && end.Upper < date.Lower {
			p.End, p.Date, p.Advice = *end, *date, adviseHolding(s, p)
			out = append(out, p)
		}
	}
	return out, nil
}

// possiblyPremature lists the waits for components of other nodes to which their
// own node pushes only after an instruction that takes time.
func possiblyPremature(s *model.Scenario) []Premature {
	at := func(node, i int) Located { return Located{node, i, s.Nodes[node].Program[i].Pos} }
	const none, early = -1, -2
	late := make([]int, len(s.Components)) // the first push, if it is late
	for c := range late {
		late[c] = none
	}
	for _, n := range s.Nodes {
		blocked := false
		for i, in := range n.Program {
			if in.Op == model.Push && late[in.Component] == none {
				if late[in.Component] = early; blocked {
					late[in.Component] = i
				}
			}
			blocked = blocked || in.Op.Blocking()
		}
	}
	var out []Premature
	for n := range s.Nodes {
		for i, in := range s.Nodes[n].Program {
			if in.Op != model.Wait || late[in.Component] < 0 || s.Components[in.Component].Node == n {
				continue
			}
			out = append(out, Premature{Wait: at(n, i), Push: at(s.Components[in.Component].Node, late[in.Component])})
		}
	}
	return out
}

// stepDates widens the dates of instructions by those of a graph.
func stepDates(g *petri.EventGraph, dates map[[2]int]*Bound) error {
	lo, hi, err := g.Bracket()
	if err != nil {
		return err
	}
	for n, node := range g.Record().Nodes {
		for i, at := range node.Instructions {
			if at.End == petri.NoEvent {
				continue
			}
			k, b := [2]int{n, i}, Bound{lo[at.End], hi[at.End]}
			if old := dates[k]; old != nil {
				b = old.join(b)
			}
			dates[k] = &b
		}
	}
	return nil
}

// adviseHolding says how a wait for a component would wait for what is pushed to
// it later. With the meaning of Concerto-D it can name the behaviour; otherwise the
// node of the component has to answer that it is active while it waits itself.
func adviseHolding(s *model.Scenario, p Premature) string {
	owner, push := p.Push.Node, p.Push.Instruction
	in, name := s.Nodes[p.Wait.Node].Program[p.Wait.Instruction], s.Nodes[owner].Name
	if s.Semantics == model.ConcertoD {
		in.Behaviour = s.Nodes[owner].Program[push].Behaviour
		return fmt.Sprintf("write %q, which waits for the end of that push", s.Text(in))
	}
	var write []string
	for _, before := range s.Nodes[owner].Program[:push] {
		switch {
		case before.Op == model.Wait && !before.Holding:
			before.Holding = true
			write = append(write, fmt.Sprintf("%q", s.Text(before)))
		case before.Op == model.Wait, !before.Op.Blocking():
		default:
			return fmt.Sprintf("node %s is found idle until then, and %q before the push cannot hold: wait for what comes before the push, or push earlier", name, s.Text(before))
		}
	}
	if len(write) == 0 { // they all hold, but the node starts too late
		return fmt.Sprintf("node %s is found idle until then: wait for what comes before the push", name)
	}
	return fmt.Sprintf("write %s on node %s: while it waits so it answers that it is active, and who waits for %s waits until the push is done",
		strings.Join(write, ", "), name, s.Components[in.Component].Name)
}

// prematureDiagnostics renders one for each statement of the source: a loop repeats
// its mistake.
func prematureDiagnostics(s *model.Scenario, all []Premature) diag.List {
	var list diag.List
	first, more := map[model.Pos]int{}, map[model.Pos]int{}
	for _, p := range all {
		if _, ok := first[p.Wait.Pos]; ok {
			more[p.Wait.Pos]++
			continue
		}
		first[p.Wait.Pos] = len(list)
		list = append(list, p.diagnostic(s))
	}
	for pos, n := range more {
		list[first[pos]].Detail += fmt.Sprintf("; so for %d more of this statement", n)
	}
	return list
}

func (p Premature) diagnostic(s *model.Scenario) diag.Diagnostic {
	wait, push := s.Nodes[p.Wait.Node].Program[p.Wait.Instruction], s.Nodes[p.Push.Node].Program[p.Push.Instruction]
	return diag.Diagnostic{
		Severity: diag.Warning,
		Summary: fmt.Sprintf("%q on node %s is over (at %v) before anything is pushed to %s (at %v): it waits for nothing",
			s.Text(wait), s.Nodes[p.Wait.Node].Name, p.End, s.Components[wait.Component].Name, p.Date),
		Detail:  p.Advice,
		Subject: p.Wait.Pos,
		Related: []diag.Related{{Pos: p.Push.Pos, Text: fmt.Sprintf("node %s: %s", s.Nodes[p.Push.Node].Name, s.Text(push))}},
	}
}
