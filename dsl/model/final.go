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
	order := s.orders()
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
				after, ok := t.after(order(in.Component, in.Behaviour), active[in.Component], in.Behaviour, make([]int, len(t.Places)))
				if !ok {
					return nil, nil, fmt.Errorf("behaviour %s of %s can never end", t.Behaviours[in.Behaviour].Name, s.Components[in.Component].Name)
				}
				active[in.Component] = after
			}
		}
	}
	return active, links, nil
}

// Provided returns, for each component, the data provide ports that have been active
// when the plan has ended, besides those bound to a place that is active then: what
// [Rules.DataStays] keeps for a later plan. It follows the programs as [Scenario.Final]
// does, whose error it does not repeat.
func (s *Scenario) Provided() [][]int {
	provided := make([][]int, len(s.Components))
	order := s.orders()
	for c := range s.Components {
		t := s.TypeOf(c)
		active, been, before := s.Components[c].Active, make([]int, len(t.Places)), s.Components[c].Past.Provided
		for _, p := range active {
			been[p]++
		}
		for _, in := range s.Nodes[s.Components[c].Node].Program {
			switch {
			case in.Component != c:
			case in.Op == Add:
				active = []int{t.Initial}
				been[t.Initial]++
			case in.Op == Delete:
				active, before = nil, nil
				clear(been)
			case in.Op == Push:
				active, _ = t.after(order(c, in.Behaviour), active, in.Behaviour, been)
			}
		}
		for i, port := range t.Ports {
			if port.Kind != DataProvide || active == nil {
				continue
			}
			if !t.at(&port, func(p int) bool { return slices.Contains(active, p) }) && (slices.Contains(before, i) || t.at(&port, func(p int) bool { return been[p] > 0 })) {
				provided[c] = append(provided[c], i)
			}
		}
	}
	return provided
}

// at says whether a port is bound to one of the places, by itself or in a group.
func (t *Type) at(port *Port, is func(place int) bool) bool {
	return slices.ContainsFunc(port.Bound, func(b Binding) bool {
		return b.Kind == ToPlace && is(b.Index) || b.Kind == ToGroup && slices.ContainsFunc(t.Groups[b.Index].Places, is)
	})
}

// orders returns a function that is [Type.Order] by component and behaviour, computed
// once for each type.
func (s *Scenario) orders() func(c, b int) []int {
	known := map[[2]int][]int{}
	return func(c, b int) []int {
		key := [2]int{s.Components[c].Type, b}
		if _, ok := known[key]; !ok {
			known[key], _ = s.TypeOf(c).Order(b)
		}
		return known[key]
	}
}

// After returns the places that are active, sorted, when behaviour b has run to
// its end from the given active places (SEMANTICS.md, section 2), and whether it
// ends at all: it does not where a place is waited for by some but not all of
// the input docks of its dock sets.
func (t *Type) After(active []int, b int) (after []int, ok bool) {
	order, _ := t.Order(b)
	return t.after(order, active, b, make([]int, len(t.Places)))
}

// after is After with the order of the places, and counts how often each is entered.
func (t *Type) after(order, active []int, b int, entries []int) (after []int, ok bool) {
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
			if entered {
				entries[p]++
			}
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
