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

// State is what a phase leaves to the next one.
type State struct {
	Active [][]int      // by component: its active places
	Past   []model.Past // by component
	Links  []model.Link // as those of the scenario, with the sides that exist
}

// Begin is the scenario of a phase that begins in a state; the zero State is that
// before the first. The executor is [model.Polling] with its defaults and rules, and
// nodes start at 0. A wait all listens to the nodes that the file names, and to
// those at the other end of connections, whichever of the two has made its side.
func (c *Case) Begin(phase int, from State) *model.Scenario {
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
	}
	for i, l := range s.Links {
		user, provider := s.Components[l.User].Node, s.Components[l.Provider].Node
		if made := slices.ContainsFunc(s.Nodes, func(n model.Node) bool {
			return slices.ContainsFunc(n.Program, func(in model.Instruction) bool { return in.Op == model.Connect && in.Link == i })
		}); user != provider && (l.UserSide || l.ProviderSide || made) {
			s.Nodes[user].Neighbours = append(s.Nodes[user].Neighbours, provider)
			s.Nodes[provider].Neighbours = append(s.Nodes[provider].Neighbours, user)
		}
	}
	for n := range s.Nodes {
		slices.Sort(s.Nodes[n].Neighbours)
		s.Nodes[n].Neighbours = slices.Compact(s.Nodes[n].Neighbours)
	}
	return &s
}
