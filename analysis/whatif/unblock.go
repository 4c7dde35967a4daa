package whatif

import (
	"slices"

	"adagio/analysis"
	"adagio/dsl/model"
)

// mostUnblocking is how many changes are tried to make a plan end, half of either kind.
const mostUnblocking = 40

// Unblock looks for one instruction to add or to remove by which a plan that does not end
// does, and all components become idle, in every order of its races, as another analysis shows: a push to a component that
// the chain of waits comes to, or a wait in it that is left out; that first where there is a
// circle. Of several the one of the first kind with the least upper bound of [analysis.Result.Done] is taken; nil is none.
// tried is how many were looked at, 0 where a plan of this size leaves no time for it.
func Unblock(r *analysis.Result) (best *Remedy, tried int) {
	pushes, removals := unblocking(r)
	kinds := [][]candidate{pushes, removals}
	if len(r.Deadlock.Cycle) > 0 { // it is broken by a wait that is left out
		slices.Reverse(kinds)
	}
	of := min(tries(r), mostUnblocking) / len(kinds)
	for _, candidates := range kinds {
		for _, c := range candidates[:min(len(candidates), of)] {
			tried++
			after, err := Apply(r.Scenario, c.Changes...)
			if err != nil {
				continue
			}
			x, err := analysis.Analyse(after, analysis.Options{Strict: r.Strict})
			if err == nil && x.Deadlock == nil && !x.Done().Upper.IsNever() && (best == nil || x.Done().Upper < best.After.Done().Upper) {
				best = &Remedy{c.Changes, c.Pos, x}
			}
		}
		if best != nil {
			break
		}
	}
	return best, tried
}

// unblocking lists pushes to the components in a chain of waits, those at its end first, and
// the removals of the waits at which programs stand. A program that stands comes to nothing
// that is added at its end: there a push is put before the wait.
func unblocking(r *analysis.Result) (pushes, removals []candidate) {
	s, stands := r.Scenario, map[int]int{}
	for _, w := range r.Deadlock.Waits {
		i := slices.IndexFunc(s.Nodes[w.Node].Program, func(in model.Instruction) bool { return in.Pos == w.Pos })
		if w.Component >= 0 || i < 0 || s.Nodes[w.Node].Program[i].Op == model.Limit { // a limit has no text to be named by
			continue
		}
		stands[w.Node] = i
		if op := s.Nodes[w.Node].Program[i].Op; op == model.Wait || op == model.WaitAll {
			removals = append(removals, candidate{[]Change{written("remove " + selectorOf(s, w.Node, i))}, w.Pos})
		}
	}
	for _, w := range slices.Backward(r.Deadlock.Waits) {
		if w.Component < 0 {
			continue
		}
		n, where, pos := s.Components[w.Component].Node, "", w.Pos
		if i, standing := stands[n]; standing {
			where, pos = " before "+selectorOf(s, n, i), s.Nodes[n].Program[i].Pos
		}
		for b := range s.TypeOf(w.Component).Behaviours {
			push := model.Instruction{Op: model.Push, Component: w.Component, Behaviour: b}
			pushes = append(pushes, candidate{[]Change{written("add " + as(s, n, push) + where)}, pos})
		}
	}
	return pushes, removals
}
