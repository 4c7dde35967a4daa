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
