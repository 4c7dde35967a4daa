package survey

import (
	"slices"

	"adagio/dsl/model"
	"adagio/petri/component"
)

// peer is a node that a component of another looks at for some event: by says which one, or
// that several do.
type peer struct{ node, by int }

const several = -1

// findPeers lists the nodes that the components of a node look at, in order.
func (v *Survey) findPeers(n int) {
	var all []peer
	for _, i := range v.Nodes[n].Components {
		for _, m := range v.peersOf(nil, i, func(*component.Event) bool { return true }) {
			all = append(all, peer{m, i})
		}
	}
	slices.SortStableFunc(all, func(a, b peer) int { return a.node - b.node })
	var peers []peer
	for _, p := range all {
		if last := len(peers) - 1; last < 0 || peers[last].node != p.node {
			peers = append(peers, p)
		} else if peers[last].by != p.by {
			peers[last].by = several
		}
	}
	v.Nodes[n].peers = peers
}

// peersOf appends the nodes that a component looks at for some of its events.
func (v *Survey) peersOf(out []int, comp int, of func(*component.Event) bool) []int {
	for _, ev := range v.Components[comp].Space.Events {
		if of(ev) {
			for _, o := range ev.Observed {
				out = v.asks(out, comp, o.Effect)
			}
		}
	}
	return out
}

// Asks lists the nodes that a component looks at for an event with an effect, each as often as
// it has links there.
func (v *Survey) Asks(comp int, e component.Effect) []int { return v.asks(nil, comp, e) }

func (v *Survey) asks(out []int, comp int, e component.Effect) []int {
	for _, ports := range [2][]int{e.Checks, e.Locked} {
		for _, port := range ports {
			for _, l := range v.Components[comp].Links[port] {
				if m, ok := v.FarEnd(comp, l); ok {
					out = append(out, m)
				}
			}
		}
	}
	return out
}

// Company is what a node may do in one pass in which a component executes a behaviour.
type Company struct {
	Looks int   // looks besides those of the component, at most: of others, and of the wait that the program may be in
	Peers []int // nodes that are looked at, those of the component included; sorted
}

// Company returns that of a component that executes a behaviour (-1: is being added).
func (v *Survey) Company(comp, behaviour int) Company {
	key := [2]int{comp, behaviour}
	if known, ok := v.company[key]; ok {
		return known
	}
	n, k := v.Scenario.Components[comp].Node, &v.Components[comp]
	var peers []int
	for _, p := range v.Nodes[n].peers {
		if p.by != comp {
			peers = append(peers, p.node)
		}
	}
	peers = v.peersOf(peers, comp, func(ev *component.Event) bool { return ev.Behaviour == behaviour })
	waits := 0
	begun := func(push, instruction int) {
		waits = max(waits, v.waitLooks(n, comp, push, instruction+1))
		peers = v.waitsFor(peers, n, comp, instruction+1)
	}
	for i, p := range k.Pushes {
		if p.Behaviour == behaviour || behaviour < 0 {
			begun(i, p.Instruction)
		}
	}
	for _, x := range k.Existences {
		if behaviour < 0 {
			begun(-1, x.Add)
		}
	}
	slices.Sort(peers)
	all := Company{v.Nodes[n].Looks - k.Space.MaxLooks + waits, slices.Compact(peers)}
	v.company[key] = all
	return all
}

// waitLooks bounds the looks of the waits that a program may be in from an
// instruction on, until it waits for a push of the component (-1: for its being
// added) to have ended.
func (v *Survey) waitLooks(n, component, push, from int) int {
	program := v.Scenario.Nodes[n].Program
	end := v.endOf(component, push, from-1)
	looks := one(next(v.Nodes[n].looking, from, end) < end)
	if end < len(program) && program[end].Op == model.Wait {
		return looks
	}
	return max(looks, len(v.Scenario.Nodes[n].Neighbours)) // of the wait all there, or at the end
}

// waitsFor appends the nodes that a program may look at from an instruction on,
// until it waits for a component of its own.
func (v *Survey) waitsFor(out []int, n, component, from int) []int {
	program, looking := v.Scenario.Nodes[n].Program, v.Nodes[n].looking
	end := len(program)
	if v.Scenario.Semantics != model.ConcertoD {
		end = next(v.Components[component].waits, from, end)
	}
	for i, _ := slices.BinarySearch(looking, from); i < len(looking) && looking[i] < end; i++ {
		out = append(out, v.Scenario.Asked(n, program[looking[i]])...)
	}
	if end < len(program) {
		return out
	}
	return append(out, v.Scenario.Nodes[n].Neighbours...)
}

// Awaited lists the nodes that the program of a node looks at, each as often as it does.
func (v *Survey) Awaited(n int) (out []int) {
	for _, in := range v.Scenario.Nodes[n].Program {
		out = append(out, v.Scenario.Asked(n, in)...)
	}
	return out
}

// AskedWhileAt lists the nodes that a node may look at in a pass while its program
// looks at the given ones.
func (v *Survey) AskedWhileAt(n int, others ...int) []int {
	out := slices.Clone(others)
	for _, p := range v.Nodes[n].peers {
		out = append(out, p.node)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// LooksDuring bounds the looks that the components of a node make in one pass
// while its program is at an instruction: those of the pushes before it that no
// wait before it was for.
func (v *Survey) LooksDuring(n, at int) int {
	looks := 0
	for _, i := range v.Nodes[n].Components {
		k := &v.Components[i]
		own := 0
		for _, x := range k.Existences {
			if x.Add >= 0 && x.Add < at && at <= x.added {
				own = k.Space.AddLooks
			}
		}
		for p, push := range k.Pushes {
			if push.Instruction < at && at <= push.ended {
				own = max(own, k.Space.Executions[p].Looks)
			}
		}
		looks += own
	}
	return looks
}
