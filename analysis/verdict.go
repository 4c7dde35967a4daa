package analysis

import (
	"fmt"
	"slices"

	"adagio/dsl/diag"
	"adagio/dsl/graph"
	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/waits"
)

// Deadlock tells why a plan never ends: somebody waits for ever, or the process of a
// node fails.
type Deadlock struct {
	// Possible says that the plan ends in another order of its races, or, with Exits,
	// if no node's process ends before others have seen its last changes.
	Possible, Exits bool
	// Unproved says that no execution is known that does not end, but that all do is not proved.
	// Waits, if there are any, are those of an order that is not excluded.
	Unproved bool
	// OneOrder says that Waits, and the only one of [Result.Runs], are of one order of the
	// races, and others were not looked at. Whether the plan ends in these is not known if
	// it is Possible, so that there are no bounds.
	OneOrder bool
	// Fails says that the process of a node ends with an instruction that cannot be
	// executed: Waits says which, and why.
	Fails bool
	// Shown says how an execution of the simulator comes to a possible deadlock, and
	// Simulated how many were looked at, in vain if none is Shown (verify.Show).
	Shown     string
	Simulated int
	Waits     []Waiting
	// Cycle holds the indices of waits that wait for one another in a circle,
	// or nothing: then the chain of waits ends at something that never comes.
	Cycle []int
	Pos   model.Pos
}

// Waiting is one link of a deadlock: who waits for what.
type Waiting struct {
	Who, Text string
	Component int // who waits, -1 for the program of Node
	Node      int
	On        int // the component waited for, or -1
	OnNode    int // the node whose program is waited for, or -1
	Pos       model.Pos
}

// Components lists the components that are part of the deadlock by name: those
// that wait and those that are waited for, each once, in order.
func (d *Deadlock) Components(s *model.Scenario) []string {
	in := make([]bool, len(s.Components))
	for _, w := range d.Waits {
		if w.Component >= 0 {
			in[w.Component] = true
		}
		if w.On >= 0 {
			in[w.On] = true
		}
	}
	var out []string
	for c, ok := range in {
		if ok {
			out = append(out, s.Components[c].Name)
		}
	}
	return out
}

// describeStuck tells why a graph is not complete; nil if it is.
func describeStuck(net *petri.Net, g *petri.EventGraph, possible bool) *Deadlock {
	if failures := g.Failures(); len(failures) > 0 {
		return describeFailures(net.Scenario, failures, possible)
	}
	if g.Complete {
		return nil
	}
	d := describeWaits(net.Scenario, waits.Blocked(g))
	d.Possible = possible
	return d
}

// describeFailures tells of a plan that fails.
func describeFailures(s *model.Scenario, failures []petri.Failure, possible bool) *Deadlock {
	d := &Deadlock{Possible: possible, Fails: true}
	if !slices.ContainsFunc(failures, func(f petri.Failure) bool { return !mayBeThere(s, f) }) {
		d.Possible, d.OneOrder = true, !possible
	}
	for i, f := range failures {
		in := s.Nodes[f.Node].Program[f.Instruction]
		out := Waiting{Who: "node " + s.Nodes[f.Node].Name, Component: -1, Node: f.Node, On: -1, OnNode: -1, Pos: in.Pos}
		why := ""
		switch f.Why {
		case petri.NotIdleYet:
			out.On, why = in.Component, s.Components[in.Component].Name+" is not idle"
		case petri.Connected:
			out.On, why = in.Component, s.Components[in.Component].Name+" is connected"
		case petri.AlreadyConnected:
			why = "the connection is there already"
		case petri.NotConnected:
			why = "there is no such connection"
		}
		out.Text = fmt.Sprintf("%s fails at %q: %s", out.Who, s.Text(in), why)
		if d.Waits = append(d.Waits, out); i == 0 {
			d.Pos = in.Pos
		}
	}
	return d
}

// mayBeThere says whether a disconnect that fails may find the connection all the same: one
// before it has had no effect if the process of the user's node had ended, which is then
// taken to be using (SEMANTICS.md, rules 5.5, 5.10 and 7.1).
func mayBeThere(s *model.Scenario, f petri.Failure) bool {
	if f.Why != petri.NotConnected || !s.Rules.Exits || s.Network.Profile.Kind != model.Polling {
		return false
	}
	program := s.Nodes[f.Node].Program
	link := program[f.Instruction].Link
	l := &s.Links[link]
	return s.Components[l.Provider].Node == f.Node && s.Components[l.User].Node != f.Node &&
		slices.ContainsFunc(program[:f.Instruction], func(in model.Instruction) bool { return in.Op == model.Disconnect && in.Link == link })
}

// Outcome is "deadlock", "possible deadlock", "fails" or "possible failure".
func (d *Deadlock) Outcome() string {
	switch {
	case d.Fails && d.Possible:
		return "possible failure"
	case d.Fails:
		return "fails"
	case d.Possible:
		return "possible deadlock"
	}
	return "deadlock"
}

// Brief is the outcome in a word or two for a user, where Outcome is for a program: it does not
// speak of a deadlock where all that is known is that none is excluded.
func (d *Deadlock) Brief() string {
	if d.Unproved {
		return "not proved to end"
	}
	return d.Outcome()
}

// Reason is what a program waits for that never comes, or a summary where that is not
// known.
func (d *Deadlock) Reason() string {
	if len(d.Waits) > 0 {
		return d.Waits[0].Text
	}
	return d.Summary()
}

// Summary says in one line what becomes of the plan.
func (d *Deadlock) Summary() string {
	switch {
	case d.Unproved:
		return "it is not proved that the plan ends in every order of its races"
	case d.Fails && d.Exits:
		return "failure: a node may ask a component that is deleted, which ends the node's process"
	case d.Fails && d.Possible:
		return "failure: in one order of its races an instruction cannot be executed, and the process of its node ends" + d.whether()
	case d.Fails:
		return "failure: an instruction cannot be executed, and the process of its node ends"
	case d.Exits:
		return "deadlock: the plan may never end, because processes of nodes end"
	case d.Possible:
		return "deadlock: in one order of its races the plan never ends" + d.whether()
	}
	return "deadlock: the plan never ends"
}

// whether says that there are no bounds, where there are none.
func (d *Deadlock) whether() string {
	if d.Possible && d.OneOrder {
		return "; whether and when it ends in others is not known"
	}
	return ""
}

// describeExits tells of a plan that ends unless the process of a node ends too
// early, or fails as it asks a component that is deleted; nil where none can.
func describeExits(s *model.Scenario, missed, deleted []waits.Wait) *Deadlock {
	if len(missed)+len(deleted) == 0 {
		return nil
	}
	d := describeWaits(s, append(slices.Clip(deleted), missed...))
	d.Possible, d.Exits, d.Fails = true, true, len(deleted) > 0
	return d
}

func describeWaits(s *model.Scenario, waits []waits.Wait) *Deadlock {
	d := &Deadlock{Pos: s.Pos}
	for i, w := range waits {
		out := Waiting{Component: w.Component, Node: w.Node, On: w.On, OnNode: w.OnNode}
		out.Who = "the program of node " + s.Nodes[w.Node].Name
		if w.Instruction >= 0 {
			out.Pos = s.Nodes[w.Node].Program[w.Instruction].Pos
		}
		if w.Component >= 0 {
			out.Who = s.Components[w.Component].Name
			out.Pos = s.Components[w.Component].Pos
		}
		out.Text = out.Who + " " + waitText(s, w)
		if i == 0 && out.Pos.Line > 0 {
			d.Pos = out.Pos
		}
		d.Waits = append(d.Waits, out)
	}
	d.Cycle = findCycle(d.Waits)
	return d
}

// waitText says what somebody waits for.
func waitText(s *model.Scenario, w waits.Wait) string {
	on, port, place, in := "", "", "", ""
	if w.On >= 0 {
		on = s.Components[w.On].Name
		if w.Port >= 0 {
			port = s.PortName(w.On, w.Port)
		}
	}
	move := "" // what it cannot do
	switch {
	case w.Component < 0 || w.Element < 0:
	case w.Starts:
		move = "start " + s.TypeOf(w.Component).Transitions[w.Element].Name
	default:
		place = s.TypeOf(w.Component).Places[w.Element].Name
		move = "enter " + place
	}
	if w.Instruction >= 0 {
		in = s.Text(s.Nodes[w.Node].Program[w.Instruction])
	}
	onNode := ""
	if w.OnNode >= 0 {
		onNode = s.Nodes[w.OnNode].Name
	}
	switch w.Reason {
	case waits.NotIdle:
		if on == "" {
			return fmt.Sprintf("stands at %q: node %s never becomes idle", in, onNode)
		}
		return fmt.Sprintf("stands at %q: %s never becomes idle", in, on)
	case waits.NotAsked:
		return fmt.Sprintf("stands at %q: node %s never asks it, in a wait all or a wait for one of its components, whether it is idle", in, onNode)
	case waits.Exited:
		stands := ""
		if in != "" {
			stands = fmt.Sprintf(" at %q", in)
		}
		return fmt.Sprintf("may wait%s for ever: the process of node %s may have ended before node %s has seen what it waits for", stands, onNode, s.Nodes[w.Node].Name)
	case waits.Holding:
		return fmt.Sprintf("stands at %q: %s is idle, but node %s shows it busy while it holds", in, on, onNode)
	case waits.InUse:
		return fmt.Sprintf("cannot leave %s: %s stays in use", place, port)
	case waits.NotServed:
		return fmt.Sprintf("cannot %s: %s is not active", move, port)
	case waits.Refused:
		return fmt.Sprintf("cannot %s: %s refuses", move, port)
	case waits.NoProvider:
		return fmt.Sprintf("cannot %s: %s is connected to no provider", move, s.PortName(w.Component, w.Port))
	case waits.JoinOpen:
		return fmt.Sprintf("cannot enter %s: some of the transitions that it joins have ended, the others never come", place)
	case waits.NothingPushed:
		return fmt.Sprintf("is idle: the program of node %s has not come to its next push", onNode)
	case waits.NoPushLeft:
		return "is idle, and no program pushes it again"
	case waits.Deleted:
		return fmt.Sprintf("may ask %s, to %s, when %s is deleted", port, move, on)
	case waits.StillUsed:
		return fmt.Sprintf("stands at %q: %s stays in use", in, port)
	}
	if w.Reason == waits.StillConnected {
		return fmt.Sprintf("stands at %q: %s is still connected, and no instruction disconnects it", in, on)
	}
	return fmt.Sprintf("stands at %q, and nothing can end that", in)
}

// findCycle returns the waits that form a circle, if any do. In the graph that it looks at
// arcs lead from a wait to whom it waits for, and from there to what that waits for.
func findCycle(waits []Waiting) []int {
	number := map[[2]int]int{} // of components and programs
	of := func(component, node int) int {
		who := [2]int{component, node}
		if component >= 0 {
			who[1] = -1
		}
		if _, ok := number[who]; !ok {
			number[who] = len(waits) + len(number)
		}
		return number[who]
	}
	cycle := graph.Cycle(graph.New(3*len(waits), func(yield func(i, j int) bool) {
		for i, w := range waits {
			on := w.On
			if w.OnNode >= 0 {
				on = -1
			}
			if !yield(i, of(on, w.OnNode)) || !yield(of(w.Component, w.Node), i) {
				return
			}
		}
	}))
	return slices.DeleteFunc(cycle, func(i int) bool { return i >= len(waits) })
}

// Witness says how an execution comes to a possible deadlock, or that none of those that were
// looked at does; "" where none was.
func (d *Deadlock) Witness() string {
	what := "hangs"
	if d.Fails {
		what = "fails"
	}
	switch {
	case d.Shown != "":
		return fmt.Sprintf("an execution of the simulator %s: %s", what, d.Shown)
	case d.Simulated > 0:
		return fmt.Sprintf("none of %d simulated executions %s", d.Simulated, what)
	}
	return ""
}

func (d *Deadlock) diagnostic() diag.Diagnostic {
	out := diag.Diagnostic{Severity: diag.Error, Summary: d.Summary(), Subject: d.Pos, Detail: "the chain of waits, to what never comes"}
	if d.Fails {
		out.Detail = ""
	}
	if w := d.Witness(); w != "" {
		out.Related = append(out.Related, diag.Related{Pos: d.Pos, Text: w})
	}
	if d.Unproved {
		out.Detail = "the bounds are those of the executions that end"
		if len(d.Waits) > 0 {
			out.Detail += "; the chain of waits of an order that is not excluded"
		}
	} else if n := len(d.Cycle); n > 0 {
		out.Detail = fmt.Sprintf("%d of these wait for one another in a circle", n)
	}
	waits := d.Waits[:min(len(d.Waits), maxRelated)]
	if len(waits) < len(d.Waits) {
		out.Detail += fmt.Sprintf(" (the first %d of %d)", len(waits), len(d.Waits))
	}
	for _, w := range waits {
		out.Related = append(out.Related, diag.Related{Pos: w.Pos, Text: w.Text})
	}
	return out
}

// maxRelated is how many waits of a deadlock a diagnostic lists.
const maxRelated = 20
