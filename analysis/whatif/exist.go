package whatif

import (
	"fmt"

	"adagio/dsl/model"
)

// Exist follows the programs without time, as package dsl does for those that are
// written in a model, and fails if a component is added twice, or used where it
// does not exist: the executor fails there, so such a plan takes no time at all.
func Exist(s *model.Scenario) error {
	ever, now := make([]bool, len(s.Components)), make([]bool, len(s.Components))
	for c := range s.Components {
		now[c] = len(s.Components[c].Active) > 0
		ever[c] = now[c]
	}
	for _, node := range s.Nodes {
		for _, in := range node.Program {
			if in.Op == model.Add {
				ever[in.Component] = true
			}
		}
	}
	for n, node := range s.Nodes {
		for _, in := range node.Program {
			if in.Op == model.Add && now[in.Component] {
				return fmt.Errorf("%q on node %s: it exists already", s.Text(in), node.Name)
			}
			if in.Op == model.Add {
				now[in.Component] = true
			}
			for _, c := range uses(s, in) {
				if !ever[c] || s.Components[c].Node == n && !now[c] {
					return fmt.Errorf("%q on node %s: %s does not exist there", s.Text(in), node.Name, s.Components[c].Name)
				}
			}
			if in.Op == model.Delete {
				now[in.Component] = false
			}
		}
	}
	return nil
}

// uses lists the components that an instruction is about.
func uses(s *model.Scenario, in model.Instruction) []int {
	switch in.Op {
	case model.WaitAll, model.Pause, model.Limit:
		return nil
	case model.Connect, model.Disconnect:
		return []int{s.Links[in.Link].User, s.Links[in.Link].Provider}
	}
	return []int{in.Component}
}
