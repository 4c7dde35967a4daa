package dsl

import (
	"fmt"
	"slices"
	"strings"

	"adagio/dsl/graph"
	"adagio/dsl/model"
)

// typeInfo is a component type with what is needed to resolve names in it.
type typeInfo struct {
	decl   *Component
	faulty bool // there are mistakes in it
	index  int
	typ    *model.Type

	places, groups, behaviours, transitions, ports map[string]int
	// durations holds the duration of each transition, as far as it is known.
	durations []delayValue
	inType    []delayValue // as the type itself gives them, see original
}

func (r *resolver) resolveType(info *typeInfo) {
	c := info.decl
	before := r.failures
	defer func() { info.faulty = c.broken != ofNothing || r.failures > before }()
	t := &model.Type{Name: c.Name.Text, Initial: -1, Running: -1, Pos: c.Name.Pos}
	info.typ = t
	if r.tooBig(c) {
		c.broken = everything
		return
	}
	info.places = map[string]int{}
	info.groups = map[string]int{}
	info.behaviours = map[string]int{}
	info.transitions = map[string]int{}
	info.ports = map[string]int{}
	for _, p := range c.Places {
		if define(r, info.places, p, len(t.Places), "place", func(i int) model.Pos { return t.Places[i].Pos }) {
			t.Places = append(t.Places, model.Named{Name: p.Text, Pos: p.Pos})
		}
	}
	t.Initial = r.single(info, c.Initial, "initial")
	t.Running = r.single(info, c.Running, "running")
	if len(c.Places) == 0 && !c.broken.of(ofPlaces) {
		r.fail(c.Name.Span, fmt.Sprintf("component type %s has no places", t.Name), "list them: places first, second")
	} else if len(c.Initial) == 0 && len(c.Places) > 0 && !c.broken.of(ofInitial) {
		r.fail(c.Name.Span, fmt.Sprintf("component type %s has no initial place", t.Name), "add: initial "+c.Places[0].Text)
	}
	r.groups(info)
	r.behaviours(info)
	r.ports(info)
	if !c.broken.of(ofPlaces | ofInitial | ofBehaviors | ofTransitions) {
		r.reachable(info)
	}
}

func (r *resolver) tooBig(c *Component) bool {
	transitions := 0
	for _, b := range c.Behaviours {
		transitions += len(b.Transitions)
	}
	if n := max(len(c.Places), transitions, len(c.Behaviours), len(c.Groups), len(c.Ports)); n > maxElements {
		r.fail(c.Name.Span, fmt.Sprintf("component type %s is too large: it has %d elements of one sort, the most is %d", c.Name.Text, n, maxElements), "split it")
		return true
	}
	return false
}

// place resolves the name of a place, -1 where there is none.
func (r *resolver) place(info *typeInfo, n Name) int {
	if i, ok := info.places[n.Text]; ok {
		return i
	}
	unknown(r, n, "place", "component type "+info.typ.Name, info.places, info.decl.broken.of(ofPlaces))
	return -1
}

// single resolves `initial` and `running`, which are given at most once.
func (r *resolver) single(info *typeInfo, names []placeName, what string) int {
	if len(names) == 0 {
		return -1
	}
	if len(names) > 1 {
		r.fail(names[1].Span, fmt.Sprintf("component type %s has two %s places", info.typ.Name, what), "remove one", related(names[0].Pos, "first given here"))
	}
	return r.place(info, names[0].Name)
}

func (r *resolver) groups(info *typeInfo) {
	t := info.typ
	for _, g := range info.decl.Groups {
		group := model.Group{Name: g.Name.Text, Pos: g.Name.Pos}
		if p, ok := info.places[g.Name.Text]; ok {
			r.fail(g.Name.Span, fmt.Sprintf("group %s has the name of a place", g.Name.Text), "rename one", related(t.Places[p].Pos, "the place"))
		}
		for _, n := range g.Places {
			p := r.place(info, n.Name)
			if slices.Contains(group.Places, p) && p >= 0 {
				r.fail(n.Span, fmt.Sprintf("place %s is twice in group %s", n.Text, g.Name.Text), "remove one")
			} else if p >= 0 {
				group.Places = append(group.Places, p)
			}
		}
		slices.Sort(group.Places)
		if define(r, info.groups, g.Name, len(t.Groups), "group", func(i int) model.Pos { return t.Groups[i].Pos }) {
			t.Groups = append(t.Groups, group)
		}
	}
}

func (r *resolver) behaviours(info *typeInfo) {
	t := info.typ
	for _, b := range info.decl.Behaviours {
		index := len(t.Behaviours)
		if !define(r, info.behaviours, b.Name, index, "behavior", func(i int) model.Pos { return t.Behaviours[i].Pos }) {
			continue
		}
		t.Behaviours = append(t.Behaviours, model.Named{Name: b.Name.Text, Pos: b.Name.Pos})
		first := len(t.Transitions)
		for _, tr := range b.Transitions {
			r.transition(info, index, tr)
		}
		r.acyclic(info, b, t.Transitions[first:])
	}
}

func (r *resolver) transition(info *typeInfo, behaviour int, tr *Transition) {
	t := info.typ
	out := model.Transition{Name: tr.Name.Text, Behaviour: behaviour, Src: r.place(info, tr.Src.Name), Dst: r.place(info, tr.Dst.Name), Pos: tr.Name.Pos}
	if len(tr.Docks) > 0 {
		set, ok := r.eval(tr.Docks[0], r.constants)
		if ok && (set < 0 || set > maxElements) {
			r.fail(tr.Docks[0].Span(), fmt.Sprintf("dock set %d is out of range", set), fmt.Sprintf("dock sets are numbered from 0 to at most %d", maxElements))
		}
		out.DockSet = int(set)
	}
	if out.Src == out.Dst && out.Src >= 0 {
		r.fail(tr.Dst.Span, fmt.Sprintf("transition %s ends in the place that it begins in", tr.Name.Text), "a behavior must not be cyclic: add a place, or a second behavior")
	}
	duration := delayValue{}
	if len(tr.Durations) > 0 {
		duration = r.delay(tr.Durations[0])
	}
	if define(r, info.transitions, tr.Name, len(t.Transitions), "transition", func(i int) model.Pos { return t.Transitions[i].Pos }) {
		t.Transitions = append(t.Transitions, out)
		info.durations = append(info.durations, duration)
	}
}

// acyclic reports a cycle of the transitions of one behaviour.
func (r *resolver) acyclic(info *typeInfo, b *Behaviour, transitions []model.Transition) {
	t := info.typ
	by := map[[2]int]model.Transition{}
	for _, tr := range slices.Backward(transitions) {
		if tr.Src >= 0 && tr.Dst >= 0 && tr.Src != tr.Dst {
			by[[2]int{tr.Src, tr.Dst}] = tr
		}
	}
	cycle := graph.Cycle(graph.New(len(t.Places), func(yield func(src, dst int) bool) {
		for _, tr := range transitions {
			if by[[2]int{tr.Src, tr.Dst}].Name == tr.Name && !yield(tr.Src, tr.Dst) {
				return
			}
		}
	}))
	if cycle == nil {
		return
	}
	text := t.Places[cycle[0]].Name
	var last model.Transition
	for i, p := range cycle {
		next := cycle[(i+1)%len(cycle)]
		if last = by[[2]int{p, next}]; i < 20 {
			text += fmt.Sprintf(" -%s-> %s", last.Name, t.Places[next].Name)
		}
	}
	r.fail(b.Name.Span, fmt.Sprintf("behavior %s of component type %s is cyclic", b.Name.Text, t.Name),
		text+"\nmove one of these transitions to another behavior",
		related(last.Pos, "this transition closes the cycle"))
}

func (r *resolver) ports(info *typeInfo) {
	t := info.typ
	for _, p := range info.decl.Ports {
		port := model.Port{Name: p.Name.Text, Kind: p.Kind, Pos: p.Name.Pos}
		for _, n := range p.Bound {
			b, ok := r.binding(info, p, n.Name)
			if ok && slices.Contains(port.Bound, b) {
				r.fail(n.Span, fmt.Sprintf("port %s is bound to %s twice", p.Name.Text, n.Text), "remove one")
			} else if ok {
				port.Bound = append(port.Bound, b)
			}
		}
		if define(r, info.ports, p.Name, len(t.Ports), "port", func(i int) model.Pos { return t.Ports[i].Pos }) {
			t.Ports = append(t.Ports, port)
		}
	}
}

// binding resolves the name of what a port is bound to.
func (r *resolver) binding(info *typeInfo, p *Port, n Name) (model.Binding, bool) {
	place, isPlace := info.places[n.Text]
	group, isGroup := info.groups[n.Text]
	transition, isTransition := info.transitions[n.Text]
	switch {
	case isPlace && isTransition:
		r.fail(n.Span, fmt.Sprintf("%s is both a place and a transition", n.Text), "rename one", related(info.typ.Places[place].Pos, "the place"), related(info.typ.Transitions[transition].Pos, "the transition"))
		return model.Binding{}, false
	case isGroup && isTransition:
		r.fail(n.Span, fmt.Sprintf("%s is both a group and a transition", n.Text), "rename one", related(info.typ.Groups[group].Pos, "the group"), related(info.typ.Transitions[transition].Pos, "the transition"))
		return model.Binding{}, false
	case isPlace:
		return model.Binding{Kind: model.ToPlace, Index: place}, true
	case isGroup:
		return model.Binding{Kind: model.ToGroup, Index: group}, true
	case isTransition && !p.Kind.IsUse():
		r.fail(n.Span, fmt.Sprintf("a %v port cannot be bound to a transition", p.Kind), fmt.Sprintf("%s is a transition; bind the port to places or a group", n.Text), related(info.typ.Transitions[transition].Pos, "the transition"))
		return model.Binding{}, false
	case isTransition:
		return model.Binding{Kind: model.ToTransition, Index: transition}, true
	}
	known := map[string]bool{}
	for _, m := range []map[string]int{info.places, info.groups, info.transitions} {
		for k := range m {
			if !p.Kind.IsUse() && isKey(info.transitions, k) {
				continue
			}
			known[k] = true
		}
	}
	what := "place, group or transition"
	if !p.Kind.IsUse() {
		what = "place or group"
	}
	unknown(r, n, what, "component type "+info.typ.Name, known, info.decl.broken.of(ofPlaces|ofGroups|ofTransitions))
	return model.Binding{}, false
}

func isKey(m map[string]int, k string) bool { _, ok := m[k]; return ok }

// reachable warns of places that no transition leads to.
func (r *resolver) reachable(info *typeInfo) {
	t := info.typ
	if t.Initial < 0 {
		return
	}
	leaving := map[int][]int{}
	for _, tr := range t.Transitions {
		if tr.Src < 0 || tr.Dst < 0 {
			return
		}
		leaving[tr.Src] = append(leaving[tr.Src], tr.Dst)
	}
	reached := make([]bool, len(t.Places))
	reached[t.Initial] = true
	for todo := []int{t.Initial}; len(todo) > 0; {
		p := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, q := range leaving[p] {
			if !reached[q] {
				reached[q] = true
				todo = append(todo, q)
			}
		}
	}
	var lost []string
	first := -1
	for p, ok := range reached {
		if !ok {
			lost = append(lost, t.Places[p].Name)
			if first < 0 {
				first = p
			}
		}
	}
	if first < 0 {
		return
	}
	summary := fmt.Sprintf("place %s of component type %s is never reached", lost[0], t.Name)
	if n := len(lost); n > 1 {
		summary = fmt.Sprintf("places of component type %s that are never reached: %s", t.Name, strings.Join(lost[:min(n, 20)], ", "))
	}
	at := Span{t.Places[first].Pos, len([]rune(t.Places[first].Name))}
	r.warn(at, summary, fmt.Sprintf("no chain of transitions leads there from the initial place %s", t.Places[t.Initial].Name))
}
