package survey

import (
	"slices"

	"adagio/dsl/model"
	"adagio/petri"
)

// Link is what is known of a link.
type Link struct{ User, Provider Side }

// Side says when a side of a link exists.
type Side struct {
	State SideState
	First int // the first instruction that makes it; -1 if it is there from the start
	// Exists says whether it does at some time, be its component there or not.
	Exists bool
}

// SideState says whether a side of a link exists when its component may ask for it.
type SideState uint8

// The states.
const (
	Never SideState = iota
	Fixed           // from before anybody asks to the end
	Moves           // made or removed while components run
)

// linking is what the program of a node does to a link, and which instruction is
// the first to make it; by node and link.
type linking map[[2]int]struct {
	connects, disconnects bool
	first                 int
}

// surveyLinks finds out what programs do to the links, and which sides exist at some time.
func (v *Survey) surveyLinks() linking {
	s, made := v.Scenario, linking{}
	for n, node := range s.Nodes {
		for i, in := range node.Program {
			if in.Op != model.Connect && in.Op != model.Disconnect {
				continue
			}
			k := made[[2]int{n, in.Link}]
			if in.Op == model.Connect && !k.connects {
				k.connects, k.first = true, i
			}
			k.disconnects = k.disconnects || in.Op == model.Disconnect
			made[[2]int{n, in.Link}] = k
		}
	}
	v.Links = make([]Link, len(s.Links))
	for i, l := range s.Links {
		user, provider := s.Components[l.User].Node, s.Components[l.Provider].Node
		v.Links[i].User.Exists = l.UserSide || made[[2]int{user, i}].connects
		v.Links[i].Provider.Exists = l.ProviderSide || made[[2]int{provider, i}].connects
		add := func(component, port int) {
			k := &v.Components[component]
			k.Links[port] = append(k.Links[port], i)
		}
		add(l.User, l.UsePort)
		add(l.Provider, l.ProvidePort)
	}
	return made
}

// classifySides finds out which sides are fixed: those that exist before the component on them
// can ask for them, and are never removed.
func (v *Survey) classifySides(made linking) {
	for i, l := range v.Scenario.Links {
		classify := func(side *Side, component int, initial bool) {
			k, does := &v.Components[component], made[[2]int{v.Scenario.Components[component].Node, i}]
			if side.First = does.first; initial {
				side.First = -1
			}
			early := does.connects && len(k.Existences) == 1 && (len(k.Pushes) == 0 || does.first < k.Pushes[0].Instruction) && !v.asksWhenAdded(component)
			switch {
			case !k.Present() || !side.Exists:
			case !does.disconnects && (initial || early):
				side.State = Fixed
			default:
				side.State = Moves
			}
		}
		classify(&v.Links[i].User, l.User, l.UserSide)
		classify(&v.Links[i].Provider, l.Provider, l.ProviderSide)
	}
}

// asksWhenAdded says whether a component asks for a port when it is added.
func (v *Survey) asksWhenAdded(component int) bool {
	for _, ev := range v.Components[component].Space.Events {
		if ev.Kind == petri.ComponentAdd {
			for _, o := range ev.Observed {
				if len(o.Effect.Checks) > 0 {
					return true
				}
			}
		}
	}
	return false
}

// LinksOf lists the links of a component, in order.
func (v *Survey) LinksOf(component int) []int {
	links := slices.Concat(v.Components[component].Links...)
	slices.Sort(links)
	return slices.Compact(links)
}

// FarEnd is the other node that a component may look at for a link of one of its
// ports, if there is one: its own side of the link exists at some time.
func (v *Survey) FarEnd(component, link int) (node int, ok bool) {
	l := v.Scenario.Links[link]
	user, provider := v.Scenario.Components[l.User].Node, v.Scenario.Components[l.Provider].Node
	if l.User == component {
		return provider, provider != user && v.Links[link].User.Exists
	}
	return user, provider != user && v.Links[link].Provider.Exists
}

// Within says whether both ends of a link are on one node.
func (v *Survey) Within(link int) bool {
	l := v.Scenario.Links[link]
	return v.Scenario.Components[l.User].Node == v.Scenario.Components[l.Provider].Node
}
