package verify

import (
	"slices"

	"adagio/dsl/model"
	"adagio/petri"
)

// form is a predicate over elements, with the negations at the elements: one of them, a
// conjunction or disjunction, or that at least so many of the parts hold.
type form struct {
	kind    formKind
	element *element
	on      bool
	parts   []form
	least   int
}

type formKind uint8

const (
	isElement formKind = iota
	isAll
	isAny
	isCount
)

// not is the contrary of a form.
func not(f form) form {
	switch f.kind {
	case isElement:
		f.on = !f.on
	case isAll:
		f.kind = isAny
	case isAny:
		f.kind = isAll
	case isCount:
		f.least = len(f.parts) - f.least + 1
	}
	parts := make([]form, len(f.parts))
	for i, p := range f.parts {
		parts[i] = not(p)
	}
	f.parts = parts
	return f
}

// predicate is the form of a predicate.
func (x *run) predicate(p *model.Predicate) (form, error) {
	if p.Kind == model.Holds {
		return x.atom(p.Atom)
	}
	f := form{parts: make([]form, len(p.Parts))}
	for i := range p.Parts {
		var err error
		if f.parts[i], err = x.predicate(&p.Parts[i]); err != nil {
			return f, err
		}
	}
	switch p.Kind {
	case model.Not:
		return not(f.parts[0]), nil
	case model.And:
		f.kind = isAll
	case model.Or:
		f.kind = isAny
	case model.Counting:
		return counting(f.parts, p.Op, p.Than), nil
	}
	return f, nil
}

// counting is that the number of forms that hold compares with another.
func counting(parts []form, op model.Comparison, than int64) form {
	n := int64(len(parts))
	atLeast := func(k int64) form {
		switch {
		case k <= 0:
			return form{kind: isAll}
		case k > n:
			return form{kind: isAny}
		}
		return form{kind: isCount, parts: parts, least: int(k)}
	}
	// Beyond n+1 and below 0 all numbers are alike.
	than = min(max(than, -1), n+1)
	switch op {
	case model.AtLeast:
		return atLeast(than)
	case model.More:
		return atLeast(than + 1)
	case model.Less:
		return not(atLeast(than))
	case model.AtMost:
		return not(atLeast(than + 1))
	case model.Equal:
		return form{kind: isAll, parts: []form{atLeast(than), not(atLeast(than + 1))}}
	}
	return form{kind: isAny, parts: []form{not(atLeast(than)), atLeast(than + 1)}}
}

func single(e *element) form { return form{element: e, on: true} }

func anyOf(list ...*element) form {
	f := form{kind: isAny}
	for _, e := range list {
		f.parts = append(f.parts, single(e))
	}
	return f
}

// atom is the form of an atom.
func (x *run) atom(a model.Atom) (form, error) {
	if a.Kind == model.Programs {
		e := &element{switches: []petri.EventID{x.g.Starts[a.Node]}}
		if end := x.g.Ends[a.Node]; end >= 0 {
			e.switches = append(e.switches, end)
		}
		return single(e), nil
	}
	if a.Kind == model.Served {
		return x.served(a)
	}
	k, err := x.component(a.Component)
	if err != nil {
		return form{}, err
	}
	t := x.s.TypeOf(a.Component)
	switch a.Kind {
	case model.AtPlace:
		return single(k.places[a.Element]), nil
	case model.InGroup:
		return anyOf(k.inGroup(t, t.Groups[a.Element].Places)...), x.noDockSets(t, t.Groups[a.Element].Places)
	case model.Behaves:
		return single(k.behaves[a.Element]), nil
	case model.Fires:
		return single(k.fires[a.Element]), nil
	case model.PortOn:
		return x.port(a, k)
	}
	return form{kind: isAll, parts: []form{single(k.exists), not(anyOf(k.pushes...))}}, nil
}

// inGroup lists the places of a group and the transitions inside.
func (k *component) inGroup(t *model.Type, places []int) (out []*element) {
	for _, p := range places {
		out = append(out, k.places[p])
	}
	for i, tr := range t.Transitions {
		if slices.Contains(places, tr.Src) && slices.Contains(places, tr.Dst) {
			out = append(out, k.tokens[i])
		}
	}
	return out
}

// noDockSets refuses places that can be entered from several dock sets.
func (x *run) noDockSets(t *model.Type, places []int) error {
	for _, p := range places {
		if t.HasDockSets(p) {
			return unclear("place %s of component type %s has several dock sets", t.Places[p].Name, t.Name)
		}
	}
	return nil
}

// port is the form of a port that is active, or in use.
func (x *run) port(a model.Atom, k *component) (form, error) {
	s, t := x.s, x.s.TypeOf(a.Component)
	p := &t.Ports[a.Element]
	past := &s.Components[a.Component].Past
	if len(past.Ended)+len(past.Doubled) > 0 {
		return form{}, unclear("%s has kept something of plans before this one", model.Reference(s.Components[a.Component].Name))
	}
	var all []int // the places of a port that is one group
	f := form{kind: isAny}
	for _, b := range p.Bound {
		switch b.Kind {
		case model.ToPlace:
			all = append(all, b.Index)
			f.parts = append(f.parts, single(k.places[b.Index]))
		case model.ToGroup:
			places := t.Groups[b.Index].Places
			all = append(all, places...)
			elements := k.inGroup(t, places)
			if err := x.byMoves(a.Component, places, elements); err != nil {
				return f, err
			}
			f.parts = append(f.parts, anyOf(elements...).parts...)
		case model.ToTransition:
			if s.Network.Profile.Kind == model.Polling {
				return f, unclear("%s is bound to a transition, of which a loop that polls notices the end late", s.PortName(a.Component, a.Element))
			}
			f.parts = append(f.parts, single(k.fires[b.Index]))
		}
	}
	if err := x.noDockSets(t, all); err != nil {
		return f, err
	}
	if s.Semantics == model.ConcertoD {
		f.parts = append(f.parts, anyOf(k.inGroup(t, all)...).parts...)
	}
	if p.Kind == model.DataProvide && s.Rules.DataStays {
		return x.stays(a, k, f), nil
	}
	return f, nil
}

// stays is the form of a data port that stays active once it was.
func (x *run) stays(a model.Atom, k *component, f form) form {
	if slices.Contains(x.s.Components[a.Component].Past.Provided, a.Element) {
		return single(k.exists)
	}
	out := form{kind: isAny}
	for _, p := range f.parts {
		for _, s := range p.element.spans(true) {
			e := &element{initially: len(s.on) == 0, switches: s.on}
			// Until the component is deleted.
			for _, off := range k.exists.spans(true) {
				if len(off.off) > 0 && (len(s.on) == 0 || off.off[0] > s.on[0]) {
					e.switches = append(slices.Clone(s.on), off.off[0])
					break
				}
			}
			out.parts = append(out.parts, single(e))
		}
	}
	return out
}

// byMoves refuses a group which counts the moves that begin and end it (see
// [model.Rules]) where one of its places may be left to outside while another is
// active.
func (x *run) byMoves(c int, places []int, elements []*element) error {
	if !x.s.Rules.GroupsByMoves {
		return nil
	}
	t := x.s.TypeOf(c)
	for _, m := range x.record.Components[c].Moves {
		if m.Entered || !slices.Contains(places, m.Place) {
			continue
		}
		e := m.At
		inside := slices.ContainsFunc(t.Transitions, func(tr model.Transition) bool {
			return tr.Behaviour == m.Behaviour && tr.Src == m.Place && slices.Contains(places, tr.Dst)
		})
		if inside {
			continue
		}
		for _, el := range elements {
			for _, s := range el.spans(true) {
				over := len(s.off) > 0 && x.order.lower(s.off[0], e) >= 0
				later := len(s.on) > 0 && x.order.lower(e, s.on[0]) >= 0
				if !over && !later {
					return unclear("a group of %s may be left while another of its places is active", model.Reference(x.s.Components[c].Name))
				}
			}
		}
	}
	return nil
}

// served is the form of a use port that some provider serves.
func (x *run) served(a model.Atom) (form, error) {
	f := form{kind: isAny}
	for l, link := range x.s.Links {
		if link.User != a.Component || link.UsePort != a.Element {
			continue
		}
		there, err := x.link(l)
		if err != nil {
			return f, err
		}
		active, err := x.atom(model.Atom{Kind: model.PortOn, Component: link.Provider, Element: link.ProvidePort, Node: -1})
		if err != nil {
			return f, err
		}
		f.parts = append(f.parts, form{kind: isAll, parts: []form{single(there), active}})
	}
	return f, nil
}

// link is the user's side of a link.
func (x *run) link(l int) (*element, error) {
	link := &x.s.Links[l]
	e := &element{initially: link.UserSide}
	node := x.s.Components[link.User].Node
	for i, in := range x.s.Nodes[node].Program {
		if in.Op != model.Connect && in.Op != model.Disconnect || in.Link != l {
			continue
		}
		if in.Op == model.Disconnect && x.s.Semantics == model.Ballet {
			return nil, unclear("it depends on when a port is used whether %q has an effect", x.s.Text(in))
		}
		if by := x.record.Nodes[node].Instructions[i].End; by != petri.NoEvent && e.on() != (in.Op == model.Connect) {
			e.switches = append(e.switches, by)
			x.order.watch(by)
		}
	}
	return e, nil
}
