package petri

import (
	"fmt"
	"strings"

	"adagio/dsl/model"
)

// Category says what a stretch of time is spent on.
type Category uint8

// The categories.
const (
	Work      Category = iota // a component transition runs
	Transfer                  // a fact travels to another node: network, and the poll until it is seen
	Executor                  // the executor's own steps and first looks
	Pausing                   // a program pauses
	Starting                  // a node has not started yet
	Asleep                    // a node sleeps
	Undecided                 // an order is open: the event may wait for something else
	Moment                    // no time: an instant worth a line
)

// Timed lists the categories of what takes time.
var Timed = [...]Category{Work, Transfer, Executor, Pausing, Starting, Asleep, Undecided}

// Meaning says of a category in [Timed] what its time goes to.
func (c Category) Meaning() string {
	return [...]string{"component transitions", "facts on their way to another node, polls included", "the executor's own steps and first looks",
		"pauses of programs", "the start of nodes", "waits for a node to wake up", "orders of races that are open"}[c]
}

// String is the category in a word.
func (c Category) String() string {
	return [...]string{"work", "network", "executor", "pause", "start", "asleep", "open", "moment"}[c]
}

// Category says what the delay goes to of what has this origin: [Work] if it is the
// transition Element of Component, [Pausing] if the instruction; [Moment] if it has none.
func (o *Origin) Category() Category {
	switch o.Kind {
	case Fire:
		return Work
	case Network:
		return Transfer
	case Step, Look, BehaviourEnd, Closing:
		return Executor
	case ProgramStep:
		return Pausing
	case NodeStart:
		return Starting
	}
	return Moment
}

// Category is that of an event's origin.
func (g *EventGraph) Category(e EventID) Category {
	return g.Net.Transitions[g.Transition[e]].Origin.Category()
}

// Carries says whether it only carries a fact on to who asks for it.
func (o *Origin) Carries() bool {
	return o.Kind == Network || o.Kind == Published || o.Kind == Derived || o.Kind == Shown
}

// Carries says of an event's origin whether it only carries a fact on.
func (g *EventGraph) Carries(e EventID) bool {
	return g.Net.Transitions[g.Transition[e]].Origin.Carries()
}

// OfProgram says whether it belongs to a program or to the node, not to a component.
func (o *Origin) OfProgram() bool {
	switch o.Kind {
	case NodeStart, ProgramStep, WaitBegin, PauseBegin:
		return true
	case Look:
		return o.Instruction >= 0
	}
	return o.Component < 0
}

// Moves says whether a place is entered or left with it, or a transition started.
func (o *Origin) Moves() bool { return o.Kind == Enter || o.Kind == Leave || o.Kind == Start }

// Transition is the transition of the component that starts or ends with it; -1 if none does.
func (o *Origin) Transition() int {
	if o.Kind == Start || o.Kind == Fire {
		return o.Element
	}
	return -1
}

// DelayName is what the delay is called in formulas and conditions; "" if it is one of the
// network or of the executor.
func (o *Origin) DelayName(s *model.Scenario) string {
	switch {
	case o.Kind == NodeStart:
		return "start " + model.Reference(s.Nodes[o.Node].Name)
	case o.Kind == Fire:
		return s.TransitionName(o.Component, o.Element)
	case o.Kind == ProgramStep && s.Nodes[o.Node].Program[o.Instruction].Op == model.Pause:
		return "pause " + model.Reference(s.Nodes[o.Node].Name)
	}
	return ""
}

// DelayNames gives names to the delays of all events that have one and take time; of several
// of one name all but the first have a number.
func (g *EventGraph) DelayNames() []string {
	names, times := make([]string, g.Len()), map[string]int{}
	for e := range names {
		t := &g.Net.Transitions[g.Transition[e]]
		name := t.Origin.DelayName(g.Net.Scenario)
		if name == "" || t.Delay.Hi == 0 {
			continue
		}
		if times[name]++; times[name] > 1 {
			name += fmt.Sprintf("#%d", times[name])
		}
		names[e] = name
	}
	return names
}

// Text puts an event into the user's words: "db.boot", "wait db holding".
func (g *EventGraph) Text(e EventID) string {
	s, o := g.Net.Scenario, g.Origin(e)
	switch {
	case g.Leg(e) != ToBroker:
		return o.Text(s)
	case o.Fact.Kind == Present:
		return s.Nodes[o.Node].Name + " is about to read the broker"
	}
	return "on the broker: " + o.Fact.Text(s, !o.Ceases)
}

// StartsTransition says whether an event is the start of a transition that waits for ports.
func (g *EventGraph) StartsTransition(e EventID) bool {
	return g.Net.Transitions[g.Transition[e]].Origin.Kind == Start
}

// StartText is [EventGraph.Text] of an event that starts a transition, and says so.
func (g *EventGraph) StartText(e EventID) string {
	if g.StartsTransition(e) {
		return "the start of " + g.Text(e)
	}
	return g.Text(e)
}

// Text is the firing of a transition in the user's words, which tell the start and the end of
// a component's transition apart. What follows from facts at once has no origin of its own to
// speak of: the net's name says it.
func (n *Net) Text(t TransitionID) string {
	switch o := n.Transitions[t].Origin; o.Kind {
	case Start:
		return "the start of " + o.Text(n.Scenario)
	case Fire:
		return "the end of " + o.Text(n.Scenario)
	case Derived:
	default:
		return o.Text(n.Scenario)
	}
	name, _, _ := strings.Cut(n.TransitionName(t), " (")
	return name
}

// Text puts an element of the net into the user's words.
func (o *Origin) Text(s *model.Scenario) string {
	switch o.Kind {
	case NodeStart:
		return fmt.Sprintf("node %s starts", s.Nodes[o.Node].Name)
	case ProgramStep, WaitBegin, PauseBegin:
		return s.Text(s.Nodes[o.Node].Program[o.Instruction])
	case Network:
		return o.factText(s)
	case Published:
		return "others can see: " + o.Fact.Text(s, !o.Ceases)
	case Shown:
		if o.Ceases {
			return fmt.Sprintf("a component of node %s is busy", s.Nodes[o.Node].Name)
		}
		return fmt.Sprintf("every component of node %s is idle", s.Nodes[o.Node].Name)
	case Look:
		if o.Component < 0 || o.Element < 0 {
			return "first look at " + s.Text(s.Nodes[o.Node].Program[o.Instruction])
		}
	}
	return o.localText(s)
}

func (o *Origin) localText(s *model.Scenario) string {
	if o.Component < 0 {
		return o.Kind.String()
	}
	t := s.TypeOf(o.Component)
	name := s.Components[o.Component].Name
	switch o.Kind {
	case BehaviourRun, BehaviourEnd:
		return fmt.Sprintf("%s: %s %s", name, o.Kind, t.Behaviours[o.Behaviour].Name)
	case Start, Fire:
		return s.TransitionName(o.Component, o.Element)
	case Enter, ComponentAdd:
		return fmt.Sprintf("%s enters %s", name, t.Places[o.Element].Name)
	case Leave:
		return fmt.Sprintf("%s leaves %s", name, t.Places[o.Element].Name)
	case LeaveTry:
		return fmt.Sprintf("%s is about to leave %s", name, t.Places[o.Element].Name)
	case Step:
		if o.Element >= 0 {
			return fmt.Sprintf("%s: step to %s", name, t.Places[o.Element].Name)
		}
		return fmt.Sprintf("%s: step into %s", name, t.Behaviours[o.Behaviour].Name)
	case Look:
		return fmt.Sprintf("%s: first look", name)
	}
	return name + ": " + o.Kind.String()
}

// factText says that a fact is known to the node of an origin.
func (o *Origin) factText(s *model.Scenario) string {
	if o.Fact.Kind == Present && o.Fact.Node == o.Node {
		return "first reading of the broker by " + s.Nodes[o.Node].Name
	}
	return fmt.Sprintf("%s learns: %s", s.Nodes[o.Node].Name, o.Fact.Text(s, !o.Ceases))
}

// Text says that a fact holds, or that it does not.
func (f Fact) Text(s *model.Scenario, holds bool) string {
	of, words := "", [2]string{} // where it does not, where it does
	switch f.Kind {
	case Active:
		of, words = s.PortName(f.Component, f.Index), [2]string{"is inactive", "is active"}
	case Accepting:
		of, words = s.PortName(f.Component, f.Index), [2]string{"refuses", "does not refuse"}
	case Free:
		of, words = s.PortName(f.Component, f.Index), [2]string{"is in use", "is not in use"}
	case Idle:
		of, words = s.Components[f.Component].Name, [2]string{"is not idle", "is idle"}
	case Ended:
		of, words = fmt.Sprintf("push %d of %s", f.Index+1, s.Components[f.Component].Name), [2]string{"has not ended", "has ended"}
	case NodeIdle:
		of, words = "node "+s.Nodes[f.Node].Name, [2]string{"is not idle", "is idle"}
	case Asked:
		of, words = "node "+s.Nodes[f.Node].Name, [2]string{"has not asked", "has asked"}
	case Present:
		of, words = "node "+s.Nodes[f.Node].Name, [2]string{"is not there", "is there"}
	default:
		return "a condition"
	}
	if holds {
		return of + " " + words[1]
	}
	return of + " " + words[0]
}

// Sentence says what happens with an event: "db begins boot", "db.boot ends".
func (g *EventGraph) Sentence(e EventID) string {
	o, s := g.Origin(e), g.Net.Scenario
	name := ""
	if o.Component >= 0 {
		name = model.Reference(s.Components[o.Component].Name)
	}
	switch o.Kind {
	case NodeStart:
		return "node " + model.Reference(s.Nodes[o.Node].Name) + " starts"
	case ProgramStep:
		return fmt.Sprintf("%q on node %s", s.Text(s.Nodes[o.Node].Program[o.Instruction]), model.Reference(s.Nodes[o.Node].Name))
	case ComponentAdd:
		return name + " is there"
	case BehaviourRun:
		return fmt.Sprintf("%s begins %s", name, s.TypeOf(o.Component).Behaviours[o.Behaviour].Name)
	case BehaviourEnd:
		return fmt.Sprintf("%s ends %s", name, s.TypeOf(o.Component).Behaviours[o.Behaviour].Name)
	case Leave:
		return fmt.Sprintf("%s leaves %s", name, s.TypeOf(o.Component).Places[o.Element].Name)
	case Enter:
		return fmt.Sprintf("%s enters %s", name, s.TypeOf(o.Component).Places[o.Element].Name)
	case Start:
		return s.TransitionName(o.Component, o.Element) + " starts"
	case Fire:
		return s.TransitionName(o.Component, o.Element) + " ends"
	}
	return g.Name(e)
}
