package system

import (
	"slices"

	"adagio/dsl/model"
	"adagio/proofs/check/derivation"
)

// Completes says whether every execution of a system ends: it has no circle of waits,
// whatever the dates. An event waits for its causes and for each phase of its clauses that
// may still begin, the first that its causes do not rule out and later ones, up to one that
// the event itself keeps on. Of processes that end before their peers have seen all of them,
// and of instructions that cannot be executed, a system says nothing.
func Completes(s *model.Scenario, sys *derivation.System) bool {
	for _, n := range s.Nodes {
		for _, in := range n.Program {
			if in.Op == model.Add || in.Op == model.Connect || in.Op == model.Disconnect || in.Op == model.Delete {
				return false
			}
		}
	}
	if s.Rules.Exits && s.Network.Profile.Kind == model.Polling {
		return false
	}
	c := &checker{sys: sys, reached: map[[2]int]bool{}}
	waits := make([][]int, len(sys.Lo))
	for e := range sys.Lo {
		waits[e] = slices.Clone(sys.Causes[e])
		for _, clause := range sys.Clauses[e] {
			for _, g := range clause {
				ons, kept := c.begin(e, sys.Phases[g])
				if !kept {
					return false
				}
				waits[e] = append(waits[e], ons...)
			}
		}
	}
	return acyclic(waits)
}

// begin lists what may begin the phase of a signal that an event takes; kept says whether
// none comes too late for it.
func (c *checker) begin(e int, phases [][2]int) (ons []int, kept bool) {
	k := 0
	for k < len(phases)-1 && phases[k][1] != none && phases[k][1] != e && c.follows(phases[k][1], e) {
		k++
	}
	for ; k < len(phases) && !kept; k++ {
		if on := phases[k][0]; on != none {
			ons = append(ons, on)
		}
		off := phases[k][1]
		kept = off == none || c.follows(e, off)
	}
	return ons, kept
}

// acyclic says whether nobody waits for itself.
func acyclic(waits [][]int) bool {
	state := make([]int8, len(waits))
	var free func(e int) bool
	free = func(e int) bool {
		if state[e] != 0 {
			return state[e] == 2
		}
		state[e] = 1
		for _, p := range waits[e] {
			if !free(p) {
				return false
			}
		}
		state[e] = 2
		return true
	}
	for e := range waits {
		if !free(e) {
			return false
		}
	}
	return true
}
