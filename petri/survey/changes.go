package survey

import (
	"slices"

	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/component"
)

// switched lists the ports of which an effect makes a fact hold, and of which it ends it.
func switched(kind petri.FactKind, e component.Effect) (on, off []int) {
	switch kind {
	case petri.Active:
		return e.Activate, e.Disable
	case petri.Accepting:
		return e.Relent, e.Refuse
	}
	return e.Release, e.Take // Free
}

// Holds says whether a fact about a port holds when the plan starts.
func (v *Survey) Holds(f petri.Fact) bool {
	space := v.Components[f.Component].Space
	switch f.Kind {
	case petri.Active:
		return space.Held[f.Index]
	case petri.Accepting:
		return !space.Refusing[f.Index]
	}
	return !space.Held[f.Index] // Free
}

// Changes bounds how often a fact about a port changes, from the state
// space of its component.
func (v *Survey) Changes(f petri.Fact) (n int) {
	for _, ev := range v.Components[f.Component].Space.EventsOf[f.Index] {
		flips := false
		for _, o := range ev.Observed {
			on, off := switched(f.Kind, o.Effect)
			flips = flips || slices.Contains(on, f.Index) || slices.Contains(off, f.Index)
		}
		if !flips {
			continue
		}
		n += one(ev.Kind == petri.ComponentAdd || ev.Kind == petri.ProgramStep)
		for _, times := range ev.Counts {
			n += times
		}
	}
	return n
}

// Settles says whether a provide port becomes active, or ceases to refuse, by the
// last entry of the last push of its component, and nothing else runs on its node.
func (v *Survey) Settles(f petri.Fact) bool {
	if f.Kind != petri.Active && f.Kind != petri.Accepting {
		return false
	}
	space := v.Components[f.Component].Space
	last := len(space.Executions) - 1
	if last < 0 || v.Nodes[f.Node].Running > 1 || !space.Executions[last].Reached {
		return false
	}
	changes := 0
	for _, ev := range space.EventsOf[f.Index] {
		if len(ev.Counts) <= last || ev.Counts[last] == 0 || !favours(ev, f) {
			continue
		}
		if changes++; ev.Kind != petri.Enter || !space.Executions[last].EndsWith(ev.Element) {
			return false
		}
	}
	return changes == 1
}

// favours says whether an event may make a fact about a port hold.
func favours(ev *component.Event, f petri.Fact) bool {
	for _, o := range ev.Observed {
		if on, _ := switched(f.Kind, o.Effect); slices.Contains(on, f.Index) {
			return true
		}
	}
	return false
}

// What a provide port is when its node starts may last no time: its program pushes a
// behaviour that leaves the port's place, and in that instant the port begins to refuse
// (SEMANTICS.md, rules 2.1 and 3.7). Whoever asks then finds that it refuses: a look asks first
// whether it serves, and a node that does not look gets what holds in one message, or in
// messages that take as long. A broker may bring one before the other, and under the executor
// ideal what is told in one instant has no order.

// RefusesAtOnce says whether a port begins to refuse in the instant in which its node starts, and
// no user sees it before. Users with another provider are left out: it would refuse them
// before it has started.
func (v *Survey) RefusesAtOnce(i, port int) bool {
	k := &v.Components[i]
	kind := v.Scenario.Network.Profile.Kind
	inOrder := kind == model.Pushing || kind == model.Polling
	if !inOrder || v.Scenario.Sleeps() || len(k.Pushes) == 0 || k.Added() || !v.beginsAtOnce(i) {
		return false
	}
	for _, l := range k.Links[port] {
		if link := &v.Scenario.Links[l]; len(v.Components[link.User].Links[link.UsePort]) > 1 {
			return false
		}
	}
	behaviour := k.Pushes[0].Behaviour
	return slices.ContainsFunc(v.Scenario.Components[i].Active, func(place int) bool {
		ev := k.Space.ByKey[component.EventKey{Kind: petri.LeaveTry, Behaviour: behaviour, Element: place}]
		return ev != nil && !slices.ContainsFunc(ev.Variants, func(v component.Variant) bool { return !slices.Contains(v.Effect.Refuse, port) })
	})
}

// beginsAtOnce says whether the first push of a component begins in the instant in which its
// node starts: nothing before it takes time. A loop advances in the first wait, if it looks at
// nobody before.
func (v *Survey) beginsAtOnce(i int) bool {
	n := v.Scenario.Components[i].Node
	pushed := map[int]bool{}
	for _, in := range v.Scenario.Nodes[n].Program {
		switch {
		case in.Op == model.Push:
			if pushed[in.Component] = true; in.Component == i && !v.Polling() {
				return true
			}
		case in.Op == model.Wait:
			return v.Polling() && pushed[i] && pushed[in.Component] && v.Nodes[n].Looks == v.Components[i].Space.MaxLooks
		case in.Op != model.Connect && in.Op != model.Add:
			return false
		}
	}
	return false
}
