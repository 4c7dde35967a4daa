package analysis

import (
	"fmt"

	"adagio/dsl/model"
	"adagio/petri"
)

// Describe puts an event into the user's words: "db.boot", "wait db holding".
func Describe(g *petri.EventGraph, e petri.EventID) string {
	return describeOrigin(g.Net.Scenario, g.Origin(e))
}

// describeStep puts an event into the user's words.
func describeStep(g *petri.EventGraph, e petri.EventID) Step {
	o := g.Origin(e)
	s := Step{Event: e, Origin: *o, Node: o.Node, Position: *o.Pos, Category: category(o.Kind)}
	if g.Delay(e).Hi == 0 {
		s.Category = Moment
	}
	sc := g.Net.Scenario
	if o.Component >= 0 {
		s.Component = sc.Components[o.Component].Name
		if o.Behaviour >= 0 {
			s.Behaviour = sc.TypeOf(o.Component).Behaviours[o.Behaviour].Name
		}
	}
	if s.Text = describeOrigin(sc, o); g.Leg(e) == petri.ToBroker {
		s.Text = "on the broker: " + factWords(sc, o.Fact, !o.Ceases)
		if o.Fact.Kind == petri.Present {
			s.Text = sc.Nodes[o.Node].Name + " is about to read the broker"
		}
	}
	return s
}

func category(k petri.Kind) Category {
	switch k {
	case petri.Fire:
		return Work
	case petri.Network:
		return Transfer
	case petri.Step, petri.Look, petri.BehaviourEnd, petri.Closing:
		return Executor
	case petri.ProgramStep:
		return Pausing
	case petri.NodeStart:
		return Starting
	}
	return Moment
}

// describeOrigin puts an element of the net into the user's words.
func describeOrigin(s *model.Scenario, o *petri.Origin) string {
	switch o.Kind {
	case petri.NodeStart:
		return fmt.Sprintf("node %s starts", s.Nodes[o.Node].Name)
	case petri.ProgramStep, petri.WaitBegin, petri.PauseBegin:
		return s.Text(s.Nodes[o.Node].Program[o.Instruction])
	case petri.Network:
		return factText(s, o)
	case petri.Published:
		return "others can see: " + factWords(s, o.Fact, !o.Ceases)
	case petri.Look:
		if o.Component < 0 || o.Element < 0 {
			return "first look at " + s.Text(s.Nodes[o.Node].Program[o.Instruction])
		}
	}
	return describeLocal(s, o)
}

func describeLocal(s *model.Scenario, o *petri.Origin) string {
	if o.Component < 0 {
		return o.Kind.String()
	}
	t := s.TypeOf(o.Component)
	name := s.Components[o.Component].Name
	switch o.Kind {
	case petri.BehaviourRun, petri.BehaviourEnd:
		return fmt.Sprintf("%s: %s %s", name, o.Kind, t.Behaviours[o.Behaviour].Name)
	case petri.Start, petri.Fire:
		return s.TransitionName(o.Component, o.Element)
	case petri.Enter, petri.ComponentAdd:
		return fmt.Sprintf("%s enters %s", name, t.Places[o.Element].Name)
	case petri.Leave:
		return fmt.Sprintf("%s leaves %s", name, t.Places[o.Element].Name)
	case petri.LeaveTry:
		return fmt.Sprintf("%s is about to leave %s", name, t.Places[o.Element].Name)
	case petri.Step:
		if o.Element >= 0 {
			return fmt.Sprintf("%s: step to %s", name, t.Places[o.Element].Name)
		}
		return fmt.Sprintf("%s: step into %s", name, t.Behaviours[o.Behaviour].Name)
	case petri.Look:
		return fmt.Sprintf("%s: first look", name)
	}
	return name + ": " + o.Kind.String()
}

// factText says that a fact is known to the node of an origin.
func factText(s *model.Scenario, o *petri.Origin) string {
	if o.Fact.Kind == petri.Present && o.Fact.Node == o.Node {
		return "first reading of the broker by " + s.Nodes[o.Node].Name
	}
	return fmt.Sprintf("%s learns: %s", s.Nodes[o.Node].Name, factWords(s, o.Fact, !o.Ceases))
}

// factWords says that a fact holds, or that it does not.
func factWords(s *model.Scenario, f petri.Fact, holds bool) string {
	of, words := "", [2]string{} // where it does not, where it does
	switch f.Kind {
	case petri.Active:
		of, words = s.PortName(f.Component, f.Index), [2]string{"is inactive", "is active"}
	case petri.Accepting:
		of, words = s.PortName(f.Component, f.Index), [2]string{"refuses", "does not refuse"}
	case petri.Free:
		of, words = s.PortName(f.Component, f.Index), [2]string{"is in use", "is not in use"}
	case petri.Idle:
		of, words = s.Components[f.Component].Name, [2]string{"is not idle", "is idle"}
	case petri.Ended:
		of, words = fmt.Sprintf("push %d of %s", f.Index+1, s.Components[f.Component].Name), [2]string{"has not ended", "has ended"}
	case petri.NodeIdle:
		of, words = "node "+s.Nodes[f.Node].Name, [2]string{"is not idle", "is idle"}
	case petri.Asked:
		of, words = "node "+s.Nodes[f.Node].Name, [2]string{"has not asked", "has asked"}
	case petri.Present:
		of, words = "node "+s.Nodes[f.Node].Name, [2]string{"is not there", "is there"}
	default:
		return "a condition"
	}
	if holds {
		return of + " " + words[1]
	}
	return of + " " + words[0]
}
