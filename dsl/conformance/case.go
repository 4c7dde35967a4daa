package conformance

import (
	"slices"
	"time"

	"adagio/dsl/model"
)

// Case is a scenario with its runs.
type Case struct {
	Folder, Name string // "conformance-rules", "a6_group_min"
	Phases       []Phase
	Runs         []Run

	assembly model.Scenario // without programs, starts and places
}

// Phase is one plan of a case, which the next one follows.
type Phase struct {
	Name     string
	Delays   []time.Duration // by node: how long its start was put off on purpose
	Programs [][]model.Instruction
}

// Begin is the scenario of a phase that begins in a state; the zero state is that
// before the first. The executor is [model.Polling] with its defaults and rules, and
// nodes start at 0. A wait all listens to the nodes that the file names, and to
// those at the other end of the connections of all phases, whichever side makes them.
func (c *Case) Begin(phase int, from model.State) *model.Scenario {
	s := c.assembly
	s.Name += ", " + c.Phases[phase].Name
	s.Components = slices.Clone(s.Components)
	for i := range s.Components {
		if from.Active != nil {
			s.Components[i].Active, s.Components[i].Past = from.Active[i], from.Past[i]
		}
	}
	if s.Links = slices.Clone(s.Links); from.Links != nil {
		s.Links = slices.Clone(from.Links)
	}
	s.Nodes = slices.Clone(s.Nodes)
	for n := range s.Nodes {
		node := &s.Nodes[n]
		node.Program = c.Phases[phase].Programs[n]
		node.Neighbours = slices.Clone(node.Neighbours)
		for _, l := range s.Links {
			switch user, provider := s.Components[l.User].Node, s.Components[l.Provider].Node; {
			case user == provider:
			case user == n:
				node.Neighbours = append(node.Neighbours, provider)
			case provider == n:
				node.Neighbours = append(node.Neighbours, user)
			}
		}
	}
	for n := range s.Nodes {
		slices.Sort(s.Nodes[n].Neighbours)
		s.Nodes[n].Neighbours = slices.Compact(s.Nodes[n].Neighbours)
	}
	return &s
}
