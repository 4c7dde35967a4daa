package petri

import "adagio/dsl/model"

// Actions are the events of a graph by what happens in them: who does what, and with which
// event. It is what a trace of an execution shows, too; what only carries a fact on, or is
// the executor's own time, is not among them. Lists of events are in order of occurrence.
type Actions struct {
	graph *EventGraph
	// Fires are the ends of transitions, by component and transition, and Starts their
	// starts where these wait for ports.
	Fires, Starts [][][]EventID
	// Enters and Leaves are by component and place. The entry with which a component is
	// added is -1, since its trace may show it before what it waits for.
	Enters, Leaves [][][]EventID
	// Begins and Ends are those of behaviours, by component and push; -1 where there is none.
	Begins, Ends [][]EventID
	// Steps are the ends of instructions and Pauses the beginnings of pauses, by node and
	// instruction; -1 where there is none.
	Steps, Pauses [][]EventID
	// Shown says of each event whether it is one of the above, or starts a node.
	Shown []bool
}

// Actions finds them.
func (g *EventGraph) Actions() *Actions {
	s := g.Net.Scenario
	transitions := func(t *model.Type) int { return len(t.Transitions) }
	places := func(t *model.Type) int { return len(t.Places) }
	table := func(width func(*model.Type) int) [][][]EventID {
		out := make([][][]EventID, len(s.Components))
		for c := range out {
			out[c] = make([][]EventID, width(s.TypeOf(c)))
		}
		return out
	}
	lists := func(n int) [][]EventID { return make([][]EventID, n) }
	a := &Actions{graph: g, Fires: table(transitions), Starts: table(transitions), Enters: table(places), Leaves: table(places),
		Begins: lists(len(s.Components)), Ends: lists(len(s.Components)), Steps: lists(len(s.Nodes)), Pauses: lists(len(s.Nodes)), Shown: make([]bool, g.Len())}
	for e := range a.Shown {
		a.Shown[e] = a.add(EventID(e), *g.Origin(EventID(e)))
	}
	return a
}

// add sorts an event to where it belongs, and says whether it belongs anywhere.
func (a *Actions) add(e EventID, o Origin) bool {
	add := func(to [][][]EventID, e EventID) { to[o.Component][o.Element] = append(to[o.Component][o.Element], e) }
	set := func(to [][]EventID, i, k int) bool {
		for len(to[i]) <= k {
			to[i] = append(to[i], -1)
		}
		if to[i][k] >= 0 {
			return false // the executor's own time after it
		}
		to[i][k] = e
		return true
	}
	switch o.Kind {
	case NodeStart:
	case Start:
		add(a.Starts, e)
	case Fire:
		add(a.Fires, e)
	case Enter:
		add(a.Enters, e)
	case Leave:
		add(a.Leaves, e)
	case ComponentAdd:
		add(a.Enters, -1)
		return false
	case BehaviourRun:
		return set(a.Begins, o.Component, o.Push)
	case BehaviourEnd:
		return set(a.Ends, o.Component, o.Push)
	case ProgramStep:
		return set(a.Steps, o.Node, o.Instruction)
	case PauseBegin:
		return set(a.Pauses, o.Node, o.Instruction)
	default:
		return false
	}
	return true
}

// StartOf is the event that starts a transition: its own start where it waits for ports,
// otherwise the departure from its place, which starts all that leave it; -1 if there is none.
func (a *Actions) StartOf(fire EventID) EventID {
	of := a.graph.Origin(fire).Component
	for _, e := range a.graph.Causes(fire) {
		if o := a.graph.Origin(e); o.Component == of && (o.Kind == Leave || o.Kind == Start) {
			return e
		}
	}
	return -1
}

// Step is the event that ends an instruction; -1 if there is none.
func (a *Actions) Step(node, instruction int) EventID {
	if instruction < len(a.Steps[node]) {
		return a.Steps[node][instruction]
	}
	return -1
}
