package petri_test

import (
	"fmt"
	"slices"

	"adagio/dsl/model"
	"adagio/petri"
	"adagio/proofs/nets"
)

// unaccounted says which token of work is left, or missing, at the end of a game
// beyond what belongs to somebody who waits for ever. Exactly this is left:
//
//   - of a program that has not ended: its counter, at a blocking instruction;
//     and that it holds, if that is a wait holding;
//   - of a component with pushes that have not ended: that it is busy, the first
//     of these pushes with tokens of its behaviour, and the others in the queue;
//   - of a component that cannot enter its initial place: that it is busy, its
//     addition, and its whole queue.
//
// A component that the program of its node has waited for after a push is not in
// that push any more.
func unaccounted(net *petri.Net, game *nets.Game) string {
	s := net.Scenario
	a := account{holding: make([]bool, len(s.Nodes)), counters: make([][]petri.Origin, len(s.Nodes)), components: make([]leftWork, len(s.Components))}
	for _, p := range game.Left() {
		a.enter(*net.Places[p].Origin)
	}
	for n := range s.Nodes {
		if why := a.program(s.Nodes[n].Program, n, game.Marked(net.Ends[n])); why != "" {
			return fmt.Sprintf("node %s: %s", s.Nodes[n].Name, why)
		}
	}
	for c := range s.Components {
		if why := a.component(s, c); why != "" {
			return fmt.Sprintf("%s: %s", s.Components[c].Name, why)
		}
	}
	return ""
}

// account sorts the tokens that are left by whom they belong to.
type account struct {
	holding    []bool           // by node
	counters   [][]petri.Origin // by node
	components []leftWork
}

type leftWork struct {
	busy, added   bool
	begun, queued []int // pushes
	behaviours    []int // of the tokens of behaviours
}

// enter books one token.
func (a *account) enter(o petri.Origin) {
	switch {
	case o.Kind == petri.NodeStart:
		a.holding[o.Node] = true
	case o.Kind == petri.BehaviourEnd:
		a.components[o.Component].busy = true
	case o.Kind == petri.ComponentAdd:
		a.components[o.Component].added = true
	case o.Kind == petri.Step && o.Behaviour < 0:
		a.components[o.Component].added = true
	case o.Kind == petri.BehaviourRun && o.Behaviour < 0:
		a.components[o.Component].queued = append(a.components[o.Component].queued, o.Push)
	case o.Kind == petri.BehaviourRun:
		a.components[o.Component].begun = append(a.components[o.Component].begun, o.Push)
	case o.Behaviour >= 0:
		a.components[o.Component].behaviours = append(a.components[o.Component].behaviours, o.Behaviour)
	default:
		a.counters[o.Node] = append(a.counters[o.Node], o)
	}
}

func (a *account) program(program []model.Instruction, n int, ended bool) string {
	counters := a.counters[n]
	switch {
	case ended && (len(counters) > 0 || a.holding[n]):
		return "the program has ended and goes on"
	case ended:
		return ""
	case len(counters) != 1:
		return fmt.Sprintf("the program is in %d places", len(counters))
	}
	in := program[counters[0].Instruction]
	switch in.Op {
	case model.Wait, model.WaitAll, model.Disconnect, model.Delete, model.Limit:
	default:
		return fmt.Sprintf("the program stands at a %v", in.Op)
	}
	if a.holding[n] != in.Holding {
		return fmt.Sprintf("the program holds: %v", a.holding[n])
	}
	return ""
}

func (a *account) component(s *model.Scenario, c int) string {
	left := a.components[c]
	program := s.Nodes[s.Components[c].Node].Program
	if counters := a.counters[s.Components[c].Node]; len(counters) == 1 {
		program = program[:counters[0].Instruction]
	}
	var pushes []int // as instructions
	for i, in := range program {
		if in.Op == model.Push && in.Component == c {
			pushes = append(pushes, i)
		}
	}
	next := len(pushes) // the first push in the queue
	switch {
	case len(left.begun) > 1:
		return fmt.Sprintf("in pushes %v at once", left.begun)
	case len(left.begun) == 1:
		push := left.begun[0]
		next = push + 1
		if why := left.inPush(s, program[pushes[push]:], c); why != "" {
			return fmt.Sprintf("push %d: %s", push, why)
		}
	case len(left.behaviours) > 0:
		return "work is left of a push that has ended"
	case left.added:
		next = 0
	case left.busy:
		return "busy with nothing"
	}
	slices.Sort(left.queued)
	var queue []int
	for k := next; k < len(pushes); k++ {
		queue = append(queue, k)
	}
	if !slices.Equal(left.queued, queue) {
		return fmt.Sprintf("pushes %v are queued, not %v", left.queued, queue)
	}
	return ""
}

// inPush checks what is left of a push that has begun; after is the program from
// the push on.
func (w leftWork) inPush(s *model.Scenario, after []model.Instruction, c int) string {
	if !w.busy || w.added || len(w.behaviours) == 0 {
		return "it has no work, but has not ended"
	}
	for _, b := range w.behaviours {
		if b != after[0].Behaviour {
			return "it has work of another behaviour"
		}
	}
	for _, in := range after {
		local := in.Op == model.Wait && in.Component == c && (in.Behaviour < 0 || s.Semantics == model.Ballet)
		if local || in.Op == model.WaitAll {
			return "the program has waited for it"
		}
	}
	return ""
}
