package model

import (
	"fmt"
	"slices"
)

// State is what a plan leaves to the next one, by component and by link.
type State struct {
	Active [][]int
	Past   []Past
	Links  []Link // as those of the scenario, with the sides that exist
}

// Final returns, for each component, the places that are active when the plan
// has ended, and for each link which sides exist then: what a later plan starts
// from. It follows every program without time, as if nothing ever had to wait,
// which gives the same places and connections as any run that completes: places
// depend on the behaviours and their order only, and those are the program's.
// A behaviour that can never end (a join that cannot be filled) is an error.
func (s *Scenario) Final() (active [][]int, links []Link, err error) {
	active = make([][]int, len(s.Components))
	for c := range s.Components {
		active[c] = s.Components[c].Active
	}
	links = slices.Clone(s.Links)
	for n, node := range s.Nodes {
		for _, in := range node.Program {
			switch in.Op {
			case Add:
				active[in.Component] = []int{s.TypeOf(in.Component).Initial}
			case Delete:
				active[in.Component] = nil
			case Connect, Disconnect:
				user, provider := s.Sides(n, in.Link)
				if user {
					links[in.Link].UserSide = in.Op == Connect
				}
				if provider {
					links[in.Link].ProviderSide = in.Op == Connect
				}
			case Push:
				t := s.TypeOf(in.Component)
				after, ok := t.After(active[in.Component], in.Behaviour)
				if !ok {
					return nil, nil, fmt.Errorf("behaviour %s of %s can never end", t.Behaviours[in.Behaviour].Name, s.Components[in.Component].Name)
				}
				active[in.Component] = after
			}
		}
	}
	return active, links, nil
}

// After returns the places that are active, sorted, when behaviour b has run to
// its end from the given active places (SEMANTICS.md, section 2), and whether it
// ends at all: it does not where a place is waited for by some but not all of
// the input docks of its dock sets.
func (t *Type) After(active []int, b int) (after []int, ok bool) {
	order, _ := t.Order(b)
	marked := make([]bool, len(t.Places))
	for _, p := range active {
		marked[p] = true
	}
	docked := make([]bool, len(t.Transitions))
	visited := make([]bool, len(t.Places))
	for _, p := range order {
		for {
			entered := !marked[p] && t.fill(p, b, docked)
			marked[p] = marked[p] || entered
			left := marked[p] && !visited[p] && t.leave(p, b, docked)
			if left {
				marked[p], visited[p] = false, true
			}
			if !entered && !left {
				break
			}
		}
	}
	for i, tr := range t.Transitions {
		if docked[i] && tr.Behaviour == b {
			return nil, false
		}
	}
	for p := range marked {
		if marked[p] {
			after = append(after, p)
		}
	}
	return after, true
}

// fill empties the first complete dock set of b at place p and says whether
// there was one.
func (t *Type) fill(p, b int, docked []bool) bool {
	for set := 0; ; set++ {
		known, complete, greater := false, true, false
		for i, tr := range t.Transitions {
			if tr.Behaviour != b || tr.Dst != p {
				continue
			}
			greater = greater || tr.DockSet > set
			if tr.DockSet == set {
				known = true
				complete = complete && docked[i]
			}
		}
		if known && complete {
			for i, tr := range t.Transitions {
				if tr.Behaviour == b && tr.Dst == p && tr.DockSet == set {
					docked[i] = false
				}
			}
			return true
		}
		if !greater {
			return false
		}
	}
}

// leave marks the input docks of all transitions of b that leave p and says
// whether there are any.
func (t *Type) leave(p, b int, docked []bool) bool {
	any := false
	for i, tr := range t.Transitions {
		if tr.Behaviour == b && tr.Src == p {
			docked[i], any = true, true
		}
	}
	return any
}
