package verify

import (
	"fmt"
	"slices"
	"time"

	"adagio/analysis"
	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/unfold"
)

// run is one event graph of a plan with what holds of its components and when.
type run struct {
	s       *model.Scenario
	g       *petri.EventGraph
	order   *order
	record  model.Record[petri.EventID]
	history map[int]*component
	// last are the events of which the latest ends the run: those with which programs and
	// behaviours end; end bounds its date. Endless is set where some never come.
	last    []petri.EventID
	end     [2]time.Duration
	endless bool
}

// component is what holds of one component.
type component struct {
	places, tokens, fires, behaves []*element // by place, transition, transition, behaviour
	pushes                         []*element // from each push until the behaviour has ended
	exists                         *element
}

// element is something that is switched on and off by events of which each certainly
// comes before the next.
type element struct {
	initially bool
	switches  []petri.EventID
}

// on says whether it holds after all its switches.
func (e *element) on() bool { return e.initially == (len(e.switches)%2 == 0) }

// spans are the stretches of time in which it holds, or does not.
func (e *element) spans(on bool) (out []span) {
	for i := 0; i <= len(e.switches); i++ {
		if (e.initially == (i%2 == 0)) != on {
			continue
		}
		s := span{}
		if i > 0 {
			s.on = e.switches[i-1 : i]
		}
		if i < len(e.switches) {
			s.off = e.switches[i : i+1]
		}
		out = append(out, s)
	}
	return out
}

// unfollowed says why it cannot be followed what holds of a component.
type unfollowed struct{ reason string }

func (u *unfollowed) Error() string { return u.reason }

func unclear(format string, args ...any) error { return &unfollowed{fmt.Sprintf(format, args...)} }

// newRun follows what the events of a graph do. Atoms lists what will be asked for.
func newRun(r *analysis.Result, g *petri.EventGraph) (*run, error) {
	o, err := newOrder(g)
	if err != nil {
		return nil, err
	}
	s := r.Scenario
	x := &run{s: s, g: g, order: o, record: g.Record(), history: map[int]*component{}}
	for e := range petri.EventID(g.Len()) {
		if g.Rests(e) {
			x.last = append(x.last, e)
		}
	}
	for n, end := range g.Ends {
		o.watch(g.Starts[n])
		if end < 0 {
			x.endless = true
			continue
		}
		x.last = append(x.last, end)
	}
	if left, _ := unfold.Unfinished(g); len(left) > 0 || !g.Complete {
		x.endless = true
	}
	for _, e := range x.last {
		o.watch(e)
		x.end[0], x.end[1] = max(x.end[0], o.lo[e]), max(x.end[1], o.hi[e])
	}
	return x, nil
}

// component follows a component, once.
func (x *run) component(c int) (*component, error) {
	if k, ok := x.history[c]; ok {
		return k, nil
	}
	s, on := x.s, &x.s.Components[c]
	t := s.TypeOf(c)
	many := func(n int) []*element {
		out := make([]*element, n)
		for i := range out {
			out[i] = &element{}
		}
		return out
	}
	k := &component{many(len(t.Places)), many(len(t.Transitions)), many(len(t.Transitions)), many(len(t.Behaviours)), nil, &element{initially: len(on.Active) > 0}}
	for _, p := range on.Active {
		k.places[p].initially = true
	}
	var failed error
	set := func(e *element, on bool, by petri.EventID) {
		if e.on() == on && failed == nil {
			failed = unclear("what %s does cannot be followed", model.Reference(s.Components[c].Name))
		}
		e.switches = append(e.switches, by)
		x.order.watch(by)
	}
	record := &x.record.Components[c]
	deletions := record.Deletions
	for i := range len(record.Moves) + 1 {
		for ; len(deletions) > 0 && deletions[0].Moves == i; deletions = deletions[1:] {
			if !k.exists.on() {
				continue
			}
			for _, e := range append([]*element{k.exists}, k.places...) {
				if e.on() {
					set(e, false, deletions[0].At)
				}
			}
		}
		if i == len(record.Moves) {
			break
		}
		m := record.Moves[i]
		if m.Behaviour < 0 {
			set(k.exists, true, m.At)
		}
		set(k.places[m.Place], m.Entered, m.At)
		for i, tr := range t.Transitions {
			if tr.Behaviour == m.Behaviour && (!m.Entered && tr.Src == m.Place || m.Entered && tr.Dst == m.Place && k.tokens[i].on()) {
				set(k.tokens[i], !m.Entered, m.At)
			}
		}
	}
	for _, f := range record.Firings {
		if (f.Start == petri.NoEvent || gated(s, t, f.Transition) && !x.g.StartsTransition(f.Start)) && failed == nil {
			failed = unclear("when %s starts cannot be followed", s.TransitionName(c, f.Transition))
			break
		}
		set(k.fires[f.Transition], true, f.Start)
		if f.End != petri.NoEvent {
			set(k.fires[f.Transition], false, f.End)
		}
	}
	x.behaviours(c, k, set)
	if failed != nil {
		return nil, failed
	}
	x.history[c] = k
	return k, nil
}

// behaviours follows the behaviours of a component, and what is pushed to it.
func (x *run) behaviours(c int, k *component, set func(e *element, on bool, by petri.EventID)) {
	node := x.s.Components[c].Node
	for i, in := range x.s.Nodes[node].Program {
		if e := x.record.Nodes[node].Instructions[i].End; in.Op == model.Push && in.Component == c && e != petri.NoEvent {
			k.pushes = append(k.pushes, &element{switches: []petri.EventID{e}})
			x.order.watch(e)
		}
	}
	for push, b := range x.record.Components[c].Behaviours {
		if b.Begin != petri.NoEvent {
			set(k.behaves[b.Behaviour], true, b.Begin)
		}
		if b.End != petri.NoEvent {
			set(k.behaves[b.Behaviour], false, b.End)
			if push < len(k.pushes) {
				set(k.pushes[push], false, b.End)
			}
		}
	}
}

// gated says whether the start of a transition waits for its ports.
func gated(s *model.Scenario, t *model.Type, transition int) bool {
	return s.Semantics == model.Ballet && slices.ContainsFunc(t.Ports, func(p model.Port) bool {
		return p.Kind.IsUse() && slices.Contains(p.Bound, model.Binding{Kind: model.ToTransition, Index: transition})
	})
}

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

var (
	truth   = form{kind: isAll}
	falsity = form{kind: isAny}
)

// not is the contrary of a form.
func not(f form) form {
	switch f.kind {
	case isElement:
		f.on = !f.on
		return f
	case isCount:
		f.least = len(f.parts) - f.least + 1
	}
	parts := make([]form, len(f.parts))
	for i, p := range f.parts {
		parts[i] = not(p)
	}
	f.parts = parts
	switch f.kind {
	case isAll:
		f.kind = isAny
	case isAny:
		f.kind = isAll
	}
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
			return truth
		case k > n:
			return falsity
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

func anyOf(list []*element) form {
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
		return anyOf(k.inGroup(t, t.Groups[a.Element].Places)), x.noDockSets(t, t.Groups[a.Element].Places)
	case model.Behaves:
		return single(k.behaves[a.Element]), nil
	case model.Fires:
		return single(k.fires[a.Element]), nil
	case model.PortOn:
		return x.port(a, k)
	}
	return form{kind: isAll, parts: []form{single(k.exists), not(anyOf(k.pushes))}}, nil
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
			f.parts = append(f.parts, anyOf(elements).parts...)
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
		for _, e := range k.inGroup(t, all) {
			f.parts = append(f.parts, single(e))
		}
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
