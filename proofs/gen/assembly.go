package gen

import (
	"fmt"
	"slices"

	"adagio/dsl/model"
)

// The behaviours of every type.
const (
	deploy  = iota // from the initial place to the last
	stop           // from the last place to the initial one or another
	update         // from the last place a little back
	nothing        // no transition at all
)

// componentType makes a type. The first has both kinds of provide port and uses
// nothing, so that every other finds a provider.
func (b *builder) componentType(i int) *model.Type {
	n := b.between(2, 5)
	t := &model.Type{Name: "Type" + letter(i), Running: n - 1}
	for p := range n {
		t.Places = append(t.Places, model.Named{Name: fmt.Sprintf("p%d", p)})
	}
	for _, name := range []string{"deploy", "stop", "update", "nothing"} {
		t.Behaviours = append(t.Behaviours, model.Named{Name: name})
	}
	b.transitions(t)
	b.sets(t)
	for g := range b.chooser(3) {
		lo := b.between(1, n-1)
		hi := n - 1
		if b.chance(15) {
			hi = max(lo, n-2)
		}
		group := model.Group{Name: fmt.Sprintf("g%d", g)}
		for p := lo; p <= hi; p++ {
			group.Places = append(group.Places, p)
		}
		t.Groups = append(t.Groups, group)
	}
	b.beside(t)
	if i == 0 {
		b.port(t, model.Provide)
		b.port(t, model.DataProvide)
		return t
	}
	for range 1 + b.chooser(2) {
		b.port(t, model.PortKind(b.choose(int(model.Use), int(model.Use), int(model.DataUse))))
	}
	if b.chance(60) {
		b.port(t, model.PortKind(b.choose(int(model.Provide), int(model.Provide), int(model.DataProvide))))
	}
	return t
}

func (b *builder) transitions(t *model.Type) {
	last := len(t.Places) - 1
	add := func(behaviour, src, dst, set int) {
		t.Transitions = append(t.Transitions, model.Transition{
			Name: fmt.Sprintf("t%d", len(t.Transitions)), Behaviour: behaviour, Src: src, Dst: dst, DockSet: set,
		})
	}
	for p := range last {
		add(deploy, p, p+1, 0)
		if b.chance(20) { // fork and join between the same ends
			add(deploy, p, p+1, 0)
		}
		if p+2 <= last && b.chance(18) { // fork here, join further on
			set := 0
			if !b.Benign && b.chance(20) { // or arrive there twice
				set = 1
			}
			add(deploy, p, b.between(p+2, last), set)
		}
	}
	back := 0
	if last > 1 && !b.Benign && b.chance(15) {
		back = b.resume(t, b.between(1, last-1))
	}
	if last > 1 && b.chance(25) { // by an intermediate place
		mid := b.between(1, last-1)
		add(stop, last, mid, 0)
		if mid > 0 {
			add(stop, mid, 0, 0)
		}
	} else {
		add(stop, last, back, 0)
		if b.chance(25) {
			add(stop, last, back, 0)
		}
	}
	if last > 1 {
		add(update, last, b.resume(t, b.between(max(1, last-2), last-1)), 0)
	} else {
		add(update, last, 0, 0)
	}
}

// resume returns a place from which a deployment can go on: p, or one before
// it, as far as no transition that starts before it ends after it, in a join
// that would never be complete. Rarely it does not mind.
func (b *builder) resume(t *model.Type, p int) int {
	if !b.Benign && b.chance(6) {
		return p
	}
	for ; p > 0; p-- {
		if !slices.ContainsFunc(t.Transitions, func(tr model.Transition) bool {
			return tr.Behaviour == deploy && tr.Src < p && tr.Dst > p
		}) {
			break
		}
	}
	return p
}

// port adds a port of the given kind, bound somewhere.
func (b *builder) port(t *model.Type, kind model.PortKind) {
	last := t.Running
	p := model.Port{Name: fmt.Sprintf("port%d", len(t.Ports)), Kind: kind}
	place := func(i int) model.Binding { return model.Binding{Kind: model.ToPlace, Index: i} }
	shape := b.chooser(100)
	switch {
	case b.passing(t, &p):
	case shape >= 75 && len(t.Groups) > 0:
		p.Bound = []model.Binding{{Kind: model.ToGroup, Index: b.chooser(len(t.Groups))}}
	case shape >= 55 && last > 1:
		p.Bound = []model.Binding{place(last - 1), place(last)}
	case shape >= 30 && kind.IsUse():
		p.Bound = []model.Binding{{Kind: model.ToTransition, Index: b.chooser(len(t.Transitions) / 2)}}
	case shape >= 20 && last > 1 && (kind.IsUse() || b.chance(30)):
		p.Bound = []model.Binding{place(b.between(1, last))}
	case shape >= 17 && len(t.Groups) > 0:
		p.Bound = []model.Binding{place(last), {Kind: model.ToGroup, Index: 0}}
	case shape == 16 && kind.IsUse():
		p.Bound = []model.Binding{place(0)}
	default:
		p.Bound = []model.Binding{place(last)}
	}
	t.Ports = append(t.Ports, p)
}

// assembly makes types, components and links.
func (b *builder) assembly() {
	s := b.s
	components := b.between(1, b.Components)
	types := 1
	if components > 1 && b.chance(85) {
		types = b.between(2, 3)
	}
	for i := range types {
		s.Types = append(s.Types, b.componentType(i))
	}
	for c := range components {
		t := 0
		if c > 0 && types > 1 && b.chance(80) {
			t = b.between(1, types-1)
		}
		comp := model.Component{Name: "c" + letter(c), Type: t, Node: b.chooser(len(s.Nodes))}
		for range s.Types[t].Transitions {
			comp.Durations = append(comp.Durations, b.duration())
		}
		s.Components = append(s.Components, comp)
	}
	for c := range components {
		for p, port := range s.TypeOf(c).Ports {
			if port.Kind.IsUse() {
				b.links(c, p, port.Kind+1)
			}
		}
	}
	b.neighbours()
}

// links connects a use port with one provider, sometimes two or three, rarely
// none; providers come before their users, rarely after.
func (b *builder) links(user, usePort int, kind model.PortKind) {
	var before, after []model.Link
	for c := range b.s.Components {
		if c == user || b.NoRemote && b.s.Components[c].Node != b.s.Components[user].Node {
			continue
		}
		for p, port := range b.s.TypeOf(c).Ports {
			l := model.Link{User: user, UsePort: usePort, Provider: c, ProvidePort: p}
			switch {
			case port.Kind != kind:
			case c < user:
				before = append(before, l)
			default:
				after = append(after, l)
			}
		}
	}
	candidates := before
	if !b.Benign && b.chance(3) {
		candidates = append(candidates, after...)
	}
	n := 1
	k := b.chooser(100)
	if b.Racing.Shared && k < 99 {
		k = 60 + k/3 // most have two
	}
	switch {
	case k >= 99 && !b.Benign:
		n = 0
	case k >= 92:
		n = 3
	case k >= 72:
		n = 2
	}
	for ; n > 0 && len(candidates) > 0; n-- {
		i := b.chooser(len(candidates))
		link := len(b.s.Links)
		b.s.Links = append(b.s.Links, candidates[i])
		candidates = slices.Delete(slices.Clone(candidates), i, i+1)
		if b.chance(8) {
			b.missing[[2]int{link, 1}] = true
		} else if !b.Benign && b.chance(1) {
			b.missing[[2]int{link, 0}] = true
		}
	}
}

func (b *builder) neighbours() {
	s := b.s
	join := func(i, j int) {
		if i == j || slices.Contains(s.Nodes[i].Neighbours, j) {
			return
		}
		for _, pair := range [][2]int{{i, j}, {j, i}} {
			n := &s.Nodes[pair[0]]
			n.Neighbours = append(n.Neighbours, pair[1])
			slices.Sort(n.Neighbours)
		}
	}
	for _, l := range s.Links {
		join(s.Components[l.User].Node, s.Components[l.Provider].Node)
	}
	for i := range s.Nodes {
		if !b.NoRemote && b.chance(10) {
			join(i, b.chooser(len(s.Nodes)))
		}
	}
}

// state chooses which components exist when the plan starts, and in which
// places: where a deployment leaves them.
func (b *builder) state() {
	s := b.s
	mode := b.choose(0, 0, 0, 1, 1, 2) // nothing, running, some of each
	for c := range s.Components {
		if mode == 0 || mode == 2 && b.chance(50) {
			continue
		}
		t := s.TypeOf(c)
		active, ok := t.After([]int{t.Initial}, deploy)
		if !ok {
			active = []int{t.Running}
		}
		s.Components[c].Active = active
	}
	for i := range s.Links {
		l := &s.Links[i]
		if b.exists(l.User) && b.exists(l.Provider) {
			l.UserSide, l.ProviderSide = !b.missing[[2]int{i, 0}], !b.missing[[2]int{i, 1}]
		}
	}
}

// exists says whether a component exists when the plan starts.
func (b *builder) exists(c int) bool { return len(b.s.Components[c].Active) > 0 }
