package survey

import (
	"slices"

	"adagio/dsl/model"
)

// What is asked of the instructions of a program between two of them is answered from
// sorted lists of those that matter, not by reading what is between: a program of n
// instructions would be read n times.

// mark notes an instruction in the lists.
func (v *Survey) mark(n, i int, in model.Instruction) {
	k := &v.Nodes[n]
	switch local := in.Op == model.Wait && v.Scenario.Components[in.Component].Node == n; {
	case in.Op == model.WaitAll:
		k.waitsAll = append(k.waitsAll, i)
	case local:
		c := &v.Components[in.Component]
		c.waits = append(c.waits, i)
	case in.Op == model.Wait, v.LooksAtUser(n, in):
		k.looking = append(k.looking, i)
	}
	if v.letsAdvance(in) {
		k.advances = append(k.advances, i)
	}
	if v.KeepsFromAdvancing(n, in) {
		k.Stops = append(k.Stops, i)
	}
}

// next is the first of some instructions that does not come before another, or none.
func next(list []int, from, none int) int {
	if i, _ := slices.BinarySearch(list, from); i < len(list) {
		return list[i]
	}
	return none
}

// Polling says whether the executor looks at other nodes, again and again.
func (v *Survey) Polling() bool { return v.Scenario.Network.Profile.Kind == model.Polling }

// LooksAtUser says whether an instruction of node n is a disconnect for which a
// polling executor looks at a user on another node.
func (v *Survey) LooksAtUser(n int, in model.Instruction) bool {
	return in.Op == model.Disconnect && v.Polling() && len(v.Scenario.Asked(n, in)) > 0
}

// KeepsFromAdvancing says whether an instruction of node n takes time in which no
// component of the node advances, though it is no wait: a polling executor lets none advance in a
// pause, nor, in semantics ballet, while it looks before a disconnect.
func (v *Survey) KeepsFromAdvancing(n int, in model.Instruction) bool {
	return v.Polling() && in.Op == model.Pause || v.Scenario.Semantics == model.Ballet && v.LooksAtUser(n, in)
}

// letsAdvance says whether components advance in an instruction of a polling
// executor: where it waits.
func (v *Survey) letsAdvance(in model.Instruction) bool {
	switch in.Op {
	case model.Wait, model.WaitAll, model.Delete, model.Limit:
		return true
	case model.Disconnect:
		return v.Scenario.Semantics == model.ConcertoD
	}
	return false
}

// FirstAdvance is the first instruction of node n in which components advance, or
// the length of its program.
func (v *Survey) FirstAdvance(n int) int {
	return next(v.Nodes[n].advances, 0, len(v.Scenario.Nodes[n].Program))
}

// FirstComputing is the first instruction of a node, or the end of its program, in which
// components advance and no other node is looked at in each pass.
func (v *Survey) FirstComputing(n int) int {
	program := v.Scenario.Nodes[n].Program
	for _, i := range v.Nodes[n].advances {
		if in := &program[i]; in.Op != model.Wait || v.Scenario.Components[in.Component].Node == n {
			return i
		}
	}
	return len(program)
}

// StopsBeside says whether another instruction that keeps components from advancing comes before
// one of node n, and after it, with no instruction in between in which they advance.
func (v *Survey) StopsBeside(n, i int) (before, after bool) {
	k := &v.Nodes[n]
	at, _ := slices.BinarySearch(k.Stops, i)
	before = at > 0 && next(k.advances, k.Stops[at-1], i) >= i
	after = at+1 < len(k.Stops) && next(k.advances, i, k.Stops[at+1]) >= k.Stops[at+1]
	return before, after
}

// StopsWithin says whether the program may keep components from advancing after a component
// has begun a behaviour and before that has ended.
func (v *Survey) StopsWithin(component, behaviour int) bool {
	n := &v.Nodes[v.Scenario.Components[component].Node]
	return len(n.Stops) > 0 && slices.ContainsFunc(v.Components[component].Pushes, func(p Push) bool {
		return p.Behaviour == behaviour && next(n.Stops, next(n.advances, p.Instruction, p.ended), p.ended) < p.ended
	})
}

// findEnds finds the instructions after which what the pushes of a component and
// its being added have begun has certainly ended.
func (v *Survey) findEnds(component int) {
	k := &v.Components[component]
	for e := range k.Existences {
		k.Existences[e].added = v.endOf(component, -1, k.Existences[e].Add)
	}
	for p := range k.Pushes {
		k.Pushes[p].ended = v.endOf(component, p, k.Pushes[p].Instruction)
	}
}

// endOf is the first wait after an instruction of a program that cannot return
// before the push that it makes (-1: the component's being added) has ended, or the
// end of the program.
func (v *Survey) endOf(component, push, from int) int {
	n := v.Scenario.Components[component].Node
	program, waits := v.Scenario.Nodes[n].Program, v.Components[component].waits
	end := next(v.Nodes[n].waitsAll, from+1, len(program))
	for i, _ := slices.BinarySearch(waits, from+1); i < len(waits) && waits[i] < end; i++ {
		if v.awaits(program[waits[i]], waits[i], push) {
			return waits[i]
		}
	}
	return end
}

// awaits says whether a wait of a component's own node cannot return before one
// of its pushes has ended: it waits for the component, or by name for that push or a later one.
func (v *Survey) awaits(in model.Instruction, at, push int) bool {
	if !v.WaitsByName(in) {
		return true
	}
	named, ok := v.LastPush(in, at)
	return ok && named >= push
}

// WaitsByName says whether a wait names a behaviour (semantics concerto-d).
func (v *Survey) WaitsByName(in model.Instruction) bool {
	return v.Scenario.Semantics == model.ConcertoD && in.Behaviour >= 0
}

// PushesOf lists the pushes of the behaviour that a wait names.
func (v *Survey) PushesOf(wait model.Instruction) (all []int) {
	for p, push := range v.Components[wait.Component].Pushes {
		if push.Behaviour == wait.Behaviour {
			all = append(all, p)
		}
	}
	return all
}

// LastPush is the last of them that comes before an instruction of its own program.
func (v *Survey) LastPush(wait model.Instruction, before int) (last int, ok bool) {
	for _, p := range v.PushesOf(wait) {
		if v.Components[wait.Component].Pushes[p].Instruction < before {
			last, ok = p, true
		}
	}
	return last, ok
}
