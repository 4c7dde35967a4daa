package gen

import (
	"fmt"
	"slices"

	"adagio/dsl/model"
)

// Runtime adds what only the rules of the real runtime ([model.Rules]) make
// interesting, each by a knob of its own. The zero value adds nothing.
type Runtime struct {
	// Rules are those that a scenario has, as far as its semantics and its executor
	// have them.
	Rules model.Rules
	// Again: components that are deleted, are added and deployed again.
	Again bool
	// Fails: programs with an instruction that cannot be executed.
	Fails bool
	// Twice: types with a second token, in a place beside, and groups that hold both.
	Twice bool
	// Data: data provide ports at places that are left again.
	Data bool
	// DockSets: places with two dock sets that fill about together.
	DockSets bool
	// Starts: nodes that start within ranges.
	Starts bool
	// Strangers: remote waits, more of them, and for components of nodes that are no
	// neighbours.
	Strangers bool
	// WaitAlls: programs with wait alls in the middle.
	WaitAlls bool
}

// Everything has all rules, and turns every knob.
var Everything = Runtime{
	Rules: model.RulesOf(model.Ballet, model.Polling),
	Again: true, Fails: true, Twice: true, Data: true, DockSets: true, Starts: true, Strangers: true, WaitAlls: true,
}

// rules sets the rules of the scenario.
func (b *builder) rules() {
	has := model.RulesOf(b.s.Semantics, b.s.Network.Profile.Kind)
	for _, rule := range model.AllRules {
		*rule.In(&b.s.Rules) = *rule.In(&has) && *rule.In(&b.Runtime.Rules)
	}
}

// starts has nodes start within ranges.
func (b *builder) starts() {
	for n := range b.s.Nodes {
		if b.Runtime.Starts && b.chance(60) {
			from := b.duration().Lo
			b.s.Nodes[n].Start = b.upTo(from)
			if !b.Constant {
				b.s.Nodes[n].Start = model.Interval(from, from+b.duration().Hi)
			}
		}
	}
}

// beside adds a place that deployment fills from the initial place besides all others,
// and that is emptied by stopping only, with a group that holds it and the last places.
func (b *builder) beside(t *model.Type) {
	if !b.Runtime.Twice || !b.chance(20) {
		return
	}
	side, last := len(t.Places), len(t.Places)-1
	t.Places = append(t.Places, model.Named{Name: fmt.Sprintf("p%d", side)})
	add := func(behaviour, src, dst int) {
		t.Transitions = append(t.Transitions, model.Transition{Name: fmt.Sprintf("t%d", len(t.Transitions)), Behaviour: behaviour, Src: src, Dst: dst})
	}
	back := 0
	for _, tr := range t.Transitions {
		if tr.Behaviour == stop { // the last one goes where stopping ends
			back = tr.Dst
		}
	}
	add(deploy, 0, side)
	add(stop, side, back)
	group := model.Group{Name: fmt.Sprintf("g%d", len(t.Groups)), Places: []int{last, side}}
	if last > 1 && b.chance(50) {
		group.Places = []int{last - 1, last, side}
	}
	t.Groups = append(t.Groups, group)
}

// sets puts the transitions into a place into two dock sets, which fill together.
func (b *builder) sets(t *model.Type) {
	if !b.Runtime.DockSets || b.Benign || !b.chance(9) {
		return
	}
	dst := b.between(1, t.Running)
	t.Transitions = append(t.Transitions, model.Transition{Name: fmt.Sprintf("t%d", len(t.Transitions)), Behaviour: deploy, Src: dst - 1, Dst: dst, DockSet: 1})
}

// passing binds a data provide port to a place that deployment only passes.
func (b *builder) passing(t *model.Type, p *model.Port) bool {
	if !b.Runtime.Data || p.Kind != model.DataProvide || t.Running < 2 || !b.chance(40) {
		return false
	}
	p.Bound = []model.Binding{{Kind: model.ToPlace, Index: b.between(1, t.Running-1)}}
	return true
}

// again adds a component that has been deleted, connects it and deploys it.
func (w *writer) again(c int) {
	if !w.Runtime.Again || !w.chance(60) {
		return
	}
	if w.chance(30) {
		w.write(model.Instruction{Op: model.Pause, Duration: w.duration()})
	}
	w.write(model.Instruction{Op: model.Add, Component: c})
	for i, l := range w.s.Links {
		if l.User == c && w.makes(i) {
			w.write(model.Instruction{Op: model.Connect, Link: i})
		}
	}
	w.write(model.Instruction{Op: model.Push, Component: c, Behaviour: deploy})
	if w.chance(75) {
		w.write(model.Instruction{Op: model.Wait, Component: c, Behaviour: -1})
	}
}

// mistake writes an instruction that fails where the runtime does.
func (w *writer) mistake() {
	if !w.Runtime.Fails || !w.chance(6) {
		return
	}
	var mine, links []int
	for c := range w.s.Components {
		if w.local(c) && !w.deleted[c] {
			mine = append(mine, c)
		}
	}
	for i := range w.s.Links {
		if w.makes(i) {
			links = append(links, i)
		}
	}
	switch kind := w.chooser(3); {
	case len(mine) == 0:
	case kind == 0 || len(links) == 0: // while it is active, or connected
		c := mine[w.chooser(len(mine))]
		w.write(model.Instruction{Op: model.Push, Component: c, Behaviour: stop})
		if w.chance(50) {
			w.write(model.Instruction{Op: model.Wait, Component: c, Behaviour: -1})
		}
		w.write(model.Instruction{Op: model.Delete, Component: c})
		w.write(model.Instruction{Op: model.Add, Component: c}) // what follows may name it
	case kind == 1:
		w.write(model.Instruction{Op: model.Connect, Link: links[w.chooser(len(links))]})
	default:
		link := links[w.chooser(len(links))]
		for range 2 { // the first one may be refused
			w.write(model.Instruction{Op: model.Disconnect, Link: link})
		}
	}
}

// strangers waits for a component of a node that is no neighbour, if there is one, or
// of another node.
func (w *writer) strangers() {
	if !w.Runtime.Strangers || w.NoRemote || !w.chance(8) {
		return
	}
	var strange, others []int
	for c, comp := range w.s.Components {
		switch {
		case w.local(c) || w.deleted[c]:
		case slices.Contains(w.s.Nodes[w.node].Neighbours, comp.Node):
			others = append(others, c)
		default:
			strange = append(strange, c)
		}
	}
	if len(strange) == 0 {
		strange = others
	}
	if len(strange) > 0 {
		w.write(model.Instruction{Op: model.Wait, Component: strange[w.chooser(len(strange))], Behaviour: -1})
	}
}
