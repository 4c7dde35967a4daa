package main

import (
	"fmt"
	"slices"
	"time"

	"adagio/dsl/model"
)

// The kinds of event that the scenario demands.
const (
	nodeStart, programStep, behaviourRun, behaviourEnd, leave, fire, enter = 0, 1, 5, 6, 8, 10, 11
)

// key is what an event stands for: its kind, the component or node, the behaviour, and
// the transition, place, push or instruction.
type key struct{ kind, of, behaviour, element int }

// against says whether the system has the events that a scenario demands: the programs,
// instruction by instruction; what each behaviour that is pushed does, place by place; and
// the durations. What follows from what must be so by causes.
func against(s *model.Scenario, sys *system, nodes []node) error {
	events, used := map[key][]int{}, map[key]int{}
	for e, l := range sys.label {
		k := key{l[0], l[3], l[4], l[6]}
		switch l[0] {
		case nodeStart:
			k = key{l[0], l[1], 0, 0}
		case programStep:
			k = key{l[0], l[1], 0, l[2]}
		case behaviourRun, behaviourEnd:
			k.element = l[5]
		}
		events[k] = append(events[k], e)
	}
	// next is the next event of a key, after some others.
	next := func(k key, what string, after ...int) (int, error) {
		i := used[k]
		if used[k]++; i >= len(events[k]) {
			return 0, fmt.Errorf("the system has no event for %s", what)
		}
		for _, a := range after {
			if e := events[k][i]; !sys.follows(a, e) {
				return 0, fmt.Errorf("in the system %s (event %d) does not follow from event %d", what, e, a)
			}
		}
		return events[k][i], nil
	}
	lasts := func(e int, d model.Delay, what string) error {
		if time.Duration(sys.lo[e]) > d.Lo || time.Duration(sys.hi[e]) < d.Hi {
			return fmt.Errorf("in the system %s lasts %v .. %v, not %v", what, time.Duration(sys.lo[e]), time.Duration(sys.hi[e]), d)
		}
		return nil
	}
	if len(nodes) != len(s.Nodes) {
		return fmt.Errorf("the certificate is of %d nodes, the scenario has %d", len(nodes), len(s.Nodes))
	}
	pushes := make([][][2]int, len(s.Components)) // by component: behaviour, or -1 where it is added; event
	for n, node := range s.Nodes {
		last, err := next(key{nodeStart, n, 0, 0}, "the start of node "+node.Name)
		if err == nil {
			err = lasts(last, node.Start, "the start of node "+node.Name)
		}
		if err != nil {
			return err
		}
		if nodes[n].start != last {
			return fmt.Errorf("node %s does not start with event %d", node.Name, nodes[n].start)
		}
		for i, in := range node.Program {
			if last, err = next(key{programStep, n, 0, i}, fmt.Sprintf("instruction %d of node %s", i, node.Name), last); err != nil {
				return err
			}
			switch in.Op {
			case model.Push:
				pushes[in.Component] = append(pushes[in.Component], [2]int{in.Behaviour, last})
			case model.Add:
				pushes[in.Component] = append(pushes[in.Component], [2]int{-1, last})
			case model.Pause:
				if err := lasts(last, in.Duration, "a pause of node "+node.Name); err != nil {
					return err
				}
			}
		}
		if !sys.follows(last, nodes[n].end) {
			return fmt.Errorf("the program of node %s does not end with event %d", node.Name, nodes[n].end)
		}
	}
	for c, comp := range s.Components {
		active, end, k := slices.Clone(comp.Active), none, -1
		for _, push := range pushes[c] {
			b := push[0]
			if b < 0 {
				active, end = []int{s.Types[comp.Type].Initial}, none
				continue
			}
			k++
			after := []int{push[1]}
			if end != none {
				after = append(after, end)
			}
			run, err := next(key{behaviourRun, c, b, k}, "behaviour of "+comp.Name, after...)
			if err != nil {
				return err
			}
			if active, end, err = live(s, c, b, k, run, active, next, lasts); err != nil {
				return err
			}
		}
	}
	return nil
}

// live follows one behaviour of a component from its active places: each is left, its
// transitions run, and a place is entered when all of one dock set have arrived. It
// returns the active places, and the event that ends the behaviour.
func live(s *model.Scenario, c, b, push, run int, active []int, next func(key, string, ...int) (int, error), lasts func(int, model.Delay, string) error) (after []int, end int, err error) {
	t, comp := s.TypeOf(c), s.Components[c]
	entered, visited, docks, last := map[int]int{}, map[int]bool{}, map[[2]int][]int{}, []int{run}
	for _, p := range active {
		entered[p] = run
	}
	for moved := true; moved; {
		moved = false
		for p, since := range entered {
			if visited[p] || !slices.ContainsFunc(t.Transitions, func(tr model.Transition) bool { return tr.Behaviour == b && tr.Src == p }) {
				continue
			}
			moved, visited[p] = true, true
			delete(entered, p)
			left, err := next(key{leave, c, b, p}, fmt.Sprintf("%s leaves %s", comp.Name, t.Places[p].Name), since)
			if err != nil {
				return nil, 0, err
			}
			last = append(last, left)
			for i, tr := range t.Transitions {
				if tr.Behaviour != b || tr.Src != p {
					continue
				}
				what := comp.Name + "." + tr.Name
				e, err := next(key{fire, c, b, i}, what, left)
				if err == nil {
					err = lasts(e, s.Network.Profile.Lasts(comp.Durations[i]), what)
				}
				if err != nil {
					return nil, 0, err
				}
				dock := [2]int{tr.Dst, tr.DockSet}
				docks[dock] = append(docks[dock], e)
			}
		}
		for dock, arrived := range docks {
			all := 0
			for _, tr := range t.Transitions {
				if tr.Behaviour == b && tr.Dst == dock[0] && tr.DockSet == dock[1] {
					all++
				}
			}
			if _, there := entered[dock[0]]; there || len(arrived) < all {
				continue
			}
			e, err := next(key{enter, c, b, dock[0]}, fmt.Sprintf("%s enters %s", comp.Name, t.Places[dock[0]].Name), arrived...)
			if err != nil {
				return nil, 0, err
			}
			moved, entered[dock[0]], last = true, e, append(last, e)
			delete(docks, dock)
		}
	}
	for p := range entered {
		after = append(after, p)
	}
	end, err = next(key{behaviourEnd, c, b, push}, "the end of a behaviour of "+comp.Name, last...)
	return after, end, err
}

// follows says whether b is a, or comes after it by causes.
func (s *system) follows(a, b int) bool {
	seen, open := map[int]bool{b: true}, []int{b}
	for len(open) > 0 {
		e := open[len(open)-1]
		if open = open[:len(open)-1]; e == a {
			return true
		}
		for _, p := range s.causes[e] {
			if p >= a && !seen[p] {
				seen[p] = true
				open = append(open, p)
			}
		}
	}
	return false
}

// completes says whether the system has no circle of waits, whatever the dates: then every
// execution is complete. An event waits for its causes and for each phase of its clauses
// that may still begin, the first that its causes do not rule out and later ones, up to
// one that the event itself keeps on.
func (s *system) completes() bool {
	waits := make([][]int, len(s.lo))
	for e := range s.lo {
		waits[e] = slices.Clone(s.causes[e])
		for _, clause := range s.clauses[e] {
			for _, g := range clause {
				phases, k := s.phases[g], 0
				for k < len(phases)-1 && phases[k][1] != none && phases[k][1] != e && s.follows(phases[k][1], e) {
					k++
				}
				kept := false
				for ; k < len(phases) && !kept; k++ {
					if on := phases[k][0]; on != none {
						waits[e] = append(waits[e], on)
					}
					off := phases[k][1]
					kept = off == none || s.follows(e, off)
				}
				if !kept {
					return false // it may come after the last phase
				}
			}
		}
	}
	state := make([]int8, len(s.lo))
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
