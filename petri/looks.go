package petri

import (
	"slices"

	"adagio/dsl/model"
)

// looks computes LookedAt.
func (n *Net) looks() [][]int {
	if n.Scenario.Network.Profile.Kind != model.Polling || !n.Scenario.Sleeps() {
		return nil
	}
	out := make([][]int, len(n.Transitions))
	for pair, list := range n.ComponentLooks {
		for _, t := range list {
			out[t] = append(out[t], pair[1])
		}
	}
	for t := range n.Transitions {
		slices.Sort(out[t])
		out[t] = append(out[t], n.programLooks(TransitionID(t))...)
	}
	return out
}

// programLooks lists the nodes that a program looks at before a transition.
func (n *Net) programLooks(t TransitionID) []int {
	tr, s := &n.Transitions[t], n.Scenario
	o := tr.Origin
	for _, p := range tr.In() { // a wait all that asks one of them
		if of := n.Places[p].Origin; o.Kind == Derived && of.Kind == Look && of.Fact.Kind == NodeIdle {
			return []int{of.Fact.Node}
		}
	}
	if o.Kind != ProgramStep || o.Instruction < 0 {
		return nil
	}
	return s.Asked(o.Node, s.Nodes[o.Node].Program[o.Instruction])
}

// AlsoAwake is the node that has to be awake, too, for a firing of a transition: where nodes
// sleep and look at each other, that which a fact is about when it becomes known; else -1.
func (n *Net) AlsoAwake(t TransitionID) int {
	o := n.Transitions[t].Origin
	if n.LookedAt == nil || o.Kind != Network || o.Fact.Kind == Asked || n.Places[n.Transitions[t].In()[0]].Origin.Kind != Published ||
		n.Scenario.Nodes[o.Fact.Node].Uptime == nil && n.Scenario.Nodes[o.Node].Uptime == nil {
		return -1
	}
	return o.Fact.Node
}
