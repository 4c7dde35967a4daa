package model

import "slices"

// Peers lists, for each node, the nodes that it asks for facts: those at the
// other ends of its connections, those of the components that its program waits
// for, and its neighbours. What it asks itself does not count.
func (s *Scenario) Peers() [][]int {
	out := make([][]int, len(s.Nodes))
	ask := func(a, b int) {
		if a != b {
			out[a] = append(out[a], b)
		}
	}
	for _, l := range s.Links {
		u, p := s.Components[l.User].Node, s.Components[l.Provider].Node
		ask(u, p)
		ask(p, u)
	}
	for n := range s.Nodes {
		for _, in := range s.Nodes[n].Program {
			if in.Op == Wait {
				ask(n, s.Components[in.Component].Node)
			}
		}
		out[n] = append(out[n], s.Nodes[n].Neighbours...)
		slices.Sort(out[n])
		out[n] = slices.Compact(out[n])
	}
	return out
}

// Asked lists the nodes that an instruction of node n asks before it is over: that of a
// component elsewhere that it waits for, all neighbours, or that of a user elsewhere of what
// it disconnects (SEMANTICS.md, section 5). It must not be changed.
func (s *Scenario) Asked(n int, in Instruction) []int {
	other := n
	switch in.Op {
	case WaitAll:
		return s.Nodes[n].Neighbours
	case Wait:
		other = s.Components[in.Component].Node
	case Disconnect:
		other = s.Components[s.Links[in.Link].User].Node
	}
	if other == n {
		return nil
	}
	return []int{other}
}

// Confirms says whether an instruction of node n asks whether node m, or a component of
// it, is idle, and returns only when it is.
func (s *Scenario) Confirms(n int, in Instruction, m int) bool {
	return in.Op != Disconnect && slices.Contains(s.Asked(n, in), m)
}
