package dsl

import (
	"fmt"

	"adagio/dsl/model"
)

// state gives a scenario the properties that are stated of its plan.
func (r *resolver) state(s *model.Scenario, x *instance, properties []*Property) {
	s.Properties = nil
	for _, p := range properties {
		c := &claimer{resolver: r, x: x}
		c.body(p.Body, x.scope)
		if len(c.claims) == 0 && !c.wrong && p.broken == ofNothing {
			r.warn(p.Name.Span, fmt.Sprintf("property %s claims nothing", p.Name.Text), "it holds of every execution: "+claimForm)
		}
		s.Properties = append(s.Properties, model.Property{Name: p.Name.Text, Claims: c.claims, Pos: p.Name.Pos})
	}
}

// claimer resolves the claims of one property.
type claimer struct {
	*resolver
	x      *instance
	claims []model.Claim
	wrong  bool // a claim could not be resolved
}

func (c *claimer) body(body []ClaimStmt, in scope) {
	for i := range body {
		s := &body[i]
		if s.For != nil {
			c.replicate(s.For, len(s.Body), in, func(in scope) { c.body(s.Body, in) })
			continue
		}
		var atoms []*Atom
		s.Walk(func(a *Atom) { atoms = append(atoms, a) }, func(*Count) {})
		c.each(atoms, in, func(in scope) {
			claim, ok := c.claim(&s.Claim, in)
			claim.Pos = s.Span().Pos
			if c.wrong = c.wrong || !ok; ok {
				c.claims = append(c.claims, claim)
			}
		})
	}
}

// each calls a function for all values of the free indices of a claim: a name that is
// not bound ranges over all instances of what it is first an index of.
func (c *claimer) each(atoms []*Atom, in scope, f func(in scope)) {
	for i, a := range atoms {
		ref, all := a.Ref.Ref()
		free := false
		for _, e := range ref.Index {
			name, ok := e.variable()
			if _, bound := in.lookup(name); ok && !bound {
				free = true
			}
		}
		if free && !all {
			before := c.failures
			c.match(c.table(a), ref, 1, in, func(_ int, in scope) { c.each(atoms[i+1:], in, f) })
			c.wrong = c.wrong || c.failures > before
			return
		}
	}
	f(in)
}

// table has the components or, for an atom without anything else, the nodes.
func (c *claimer) table(a *Atom) *table {
	if a.Program() {
		return c.x.nodes
	}
	return c.x.components
}

// Program says whether the atom is that of a node.
func (a *Atom) Program() bool { return a.Port == nil && a.At == nil && a.Runs == nil && !a.Idle }

// Ref is a reference without *, and whether there is one.
func (m *ManyRef) Ref() (ref Ref, all bool) {
	ref = Ref{node: m.node, Name: m.Name}
	for _, i := range m.Index {
		if all = all || i.Any; !i.Any {
			ref.Index = append(ref.Index, i.Value)
		}
	}
	return ref, all
}

// Walk calls functions for the atoms of a claim and for its counts, in the order of the
// source; the atom of a count comes before it.
func (s *ClaimStmt) Walk(atom func(*Atom), count func(*Count)) {
	walkClaim(&s.Claim, walker{atom, count})
}

// walker is what is called for the parts of a claim.
type walker struct {
	atom  func(*Atom)
	count func(*Count)
}

func walkClaim(c *Claim, w walker) {
	for i := range c.Any {
		for j := range c.Any[i].All {
			walkTerm(&c.Any[i].All[j], w)
		}
	}
}

func walkTerm(t *ClaimTerm, w walker) {
	switch {
	case t.Not != nil:
		walkTerm(t.Not, w)
	case t.Group != nil:
		walkClaim(t.Group, w)
	case t.Lasting != nil:
		walkPredicate(t.Lasting.Predicate, w)
		walkMoments(w, t.Lasting.From, t.Lasting.Until)
	case t.Measure != nil:
		walkPredicate(t.Measure.Predicate, w)
	case t.Moment != nil:
		walkMoments(w, t.Moment.Moment, t.Moment.Before, t.Moment.Of)
	}
}

func walkMoments(w walker, list ...*Moment) {
	for _, m := range list {
		if m != nil {
			w.atom(&m.Of)
		}
	}
}

func walkPredicate(p *Predicate, w walker) {
	for i := range p.Any {
		for j := range p.Any[i].All {
			walkPredicateTerm(&p.Any[i].All[j], w)
		}
	}
}

func walkPredicateTerm(t *PredicateTerm, w walker) {
	switch {
	case t.Not != nil:
		walkPredicateTerm(t.Not, w)
	case t.Group != nil:
		walkPredicate(t.Group, w)
	case t.Count != nil:
		w.atom(&t.Count.Of)
		w.count(t.Count)
	case t.Atom != nil:
		w.atom(t.Atom)
	}
}

// list resolves the parts of a list; one part stands for itself.
func list[S, T any](parts []S, join func([]T) T, resolve func(*S) (T, bool)) (T, bool) {
	var out []T
	all := true
	for i := range parts {
		t, ok := resolve(&parts[i])
		out, all = append(out, t), all && ok
	}
	if len(out) == 1 {
		return out[0], all
	}
	return join(out), all
}

func (c *claimer) claim(s *Claim, in scope) (model.Claim, bool) {
	of := func(kind model.ClaimKind) func([]model.Claim) model.Claim {
		return func(parts []model.Claim) model.Claim { return model.Claim{Kind: kind, Parts: parts} }
	}
	return list(s.Any, of(model.Any), func(a *ClaimAll) (model.Claim, bool) {
		return list(a.All, of(model.All), func(t *ClaimTerm) (model.Claim, bool) {
			claim, ok := c.term(t, in)
			claim.Pos = t.Span().Pos
			return claim, ok
		})
	})
}

func (c *claimer) term(t *ClaimTerm, in scope) (out model.Claim, ok bool) {
	switch {
	case t.Not != nil:
		part, ok := c.term(t.Not, in)
		return model.Claim{Kind: model.Contra, Parts: []model.Claim{part}}, ok
	case t.Group != nil:
		return c.claim(t.Group, in)
	case t.Ends:
		return model.Claim{Kind: model.Ends}, true
	case t.Lasting != nil:
		return c.lasting(t.Lasting, in)
	case t.Measure != nil:
		return c.measure(t.Measure, in)
	}
	m := t.Moment
	var okFrom, okUntil bool
	if out.From, okFrom = c.moment(m.Moment, in); m.Op == "" {
		out.Kind = model.Before
		until := m.Before
		bound := true
		if m.Within != nil {
			out.Kind, until = model.Within, m.Of
			out.Bound, bound = c.quantity(*m.Within)
		}
		out.Until, okUntil = c.moment(until, in)
		return out, okFrom && okUntil && bound
	}
	out.Kind, out.Op = model.Dated, model.Comparisons[m.Op]
	out.Bound, ok = c.quantity(*m.Bound)
	return out, ok && okFrom
}

func (c *claimer) lasting(l *LastingClaim, in scope) (model.Claim, bool) {
	state, ok := c.during(l.Predicate, in)
	if l.Word == "never" {
		state = contrary(state)
	}
	out := model.Claim{Kind: model.Always, Predicate: state}
	okFrom, okUntil := true, true
	if l.From != nil {
		out.From, okFrom = c.moment(l.From, in)
	}
	if l.Until != nil {
		out.Until, okUntil = c.moment(l.Until, in)
	}
	return out, ok && okFrom && okUntil
}

func contrary(x model.Predicate) model.Predicate {
	return model.Predicate{Kind: model.Not, Parts: []model.Predicate{x}}
}

// measures are the words for what is measured: the longest stretch, or all together, of
// the state or of its contrary, of a provide port, a use port, or anything.
var measures = map[string]struct {
	kind model.ClaimKind
	of   string // the kind of port that it is for
}{
	"time": {model.Total, ""}, "longest": {model.Longest, ""},
	"downtime": {model.Total, "provide"}, "outage": {model.Longest, "provide"}, "unserved": {model.Total, "use"},
}

func (c *claimer) measure(m *MeasureClaim, in scope) (out model.Claim, ok bool) {
	state, okState := c.during(m.Predicate, in)
	word := measures[m.Word]
	out = model.Claim{Kind: word.kind, Predicate: state, Op: model.Comparisons[m.Op]}
	if out.Bound, ok = c.quantity(m.Bound); !okState || word.of == "" {
		return out, ok && okState
	}
	if a := state.Atom; state.Kind != model.Holds || a.Kind != model.PortOn || c.portKind(a).IsUse() != (word.of == "use") {
		c.fail(m.Predicate.Span(), fmt.Sprintf("%s is of a %s port", m.Word, word.of), fmt.Sprintf("write %s(component.port) %s %s; time(STATE) and longest(STATE) are for any state", m.Word, m.Op, m.Bound.Text))
		return out, false
	}
	if word.of == "use" {
		out.Predicate.Atom.Kind = model.Served
	}
	out.Predicate = contrary(out.Predicate)
	return out, ok
}

func (c *claimer) portKind(a model.Atom) model.PortKind {
	info, _ := c.typeOf(c.x, a.Component)
	return info.typ.Ports[a.Element].Kind
}

func (c *claimer) moment(m *Moment, in scope) (*model.Moment, bool) {
	if _, all := m.Of.Ref.Ref(); all {
		c.star(&m.Of)
		return nil, false
	}
	a, ok := c.atom(&m.Of, in)
	return &model.Moment{End: m.Side == "end", Of: a}, ok
}

// star reports a * outside of a count.
func (c *claimer) star(a *Atom) {
	c.fail(a.Ref.Span(), "* stands in a count only", "write count(…[*] …) >= 2, or a name for the index, which ranges over all: app[i]")
}

func (c *claimer) during(d *Predicate, in scope) (model.Predicate, bool) {
	of := func(kind model.PredicateKind) func([]model.Predicate) model.Predicate {
		return func(parts []model.Predicate) model.Predicate { return model.Predicate{Kind: kind, Parts: parts} }
	}
	return list(d.Any, of(model.Or), func(a *PredicateAll) (model.Predicate, bool) {
		return list(a.All, of(model.And), func(t *PredicateTerm) (model.Predicate, bool) { return c.during1(t, in) })
	})
}

func (c *claimer) during1(t *PredicateTerm, in scope) (model.Predicate, bool) {
	switch {
	case t.Not != nil:
		x, ok := c.during1(t.Not, in)
		return contrary(x), ok
	case t.Group != nil:
		return c.during(t.Group, in)
	case t.Count != nil:
		return c.count(t.Count, in)
	}
	if _, all := t.Atom.Ref.Ref(); all {
		c.star(t.Atom)
		return model.Predicate{}, false
	}
	a, ok := c.atom(t.Atom, in)
	return model.Predicate{Atom: a}, ok
}

// count resolves how many of all instances of a reference hold.
func (c *claimer) count(n *Count, in scope) (model.Predicate, bool) {
	out := model.Predicate{Kind: model.Counting, Op: model.Comparisons[n.Op]}
	than, ok := c.eval(n.Than, in)
	out.Than = than
	t := c.table(&n.Of)
	ref := n.Of.Ref.ManyRef
	if !t.declared[ref.Name.Text] {
		c.missing(t, Ref{node: ref.node, Name: ref.Name}, ref.Name.Text)
		return out, false
	}
	fixed := make([]int64, len(ref.Index))
	name := ref.Name.Text
	for i, x := range ref.Index {
		if x.Any {
			name += "[*]"
			continue
		}
		v, okIndex := c.eval(x.Value, in)
		fixed[i], ok = v, ok && okIndex
		name += "[" + itoa(v) + "]"
	}
	if !ok || !c.spend(n.Span(), int64(len(t.families[ref.Name.Text]))) {
		return out, false
	}
	shaped := len(t.families[ref.Name.Text]) == 0
next:
	for _, m := range t.families[ref.Name.Text] {
		if len(m.index) != len(ref.Index) {
			continue
		}
		shaped = true
		for i, x := range ref.Index {
			if !x.Any && m.index[i] != fixed[i] {
				continue next
			}
		}
		a, okAtom := c.of(&n.Of, m.id)
		ok = ok && okAtom
		out.Parts = append(out.Parts, model.Predicate{Atom: a})
	}
	if !shaped {
		c.missing(t, Ref{node: ref.node, Name: ref.Name}, name)
		ok = false
	}
	out.Of = name + n.Of.rest()
	return out, ok
}

// rest is the text of an atom behind its reference.
func (a *Atom) rest() string {
	switch {
	case a.Port != nil && a.Served:
		return "." + a.Port.Text + " served"
	case a.Port != nil:
		return "." + a.Port.Text
	case a.At != nil:
		return " at " + a.At.Text
	case a.Transition != nil:
		return " runs " + a.Runs.Text + "." + a.Transition.Text
	case a.Runs != nil:
		return " runs " + a.Runs.Text
	case a.Idle:
		return " idle"
	}
	return ""
}

func (c *claimer) atom(a *Atom, in scope) (model.Atom, bool) {
	ref, _ := a.Ref.Ref()
	id, ok := c.find(c.table(a), ref, in)
	if !ok {
		return model.Atom{}, false
	}
	return c.of(a, id)
}

// of is an atom of a component, or of a node.
func (c *claimer) of(a *Atom, id int) (model.Atom, bool) {
	if a.Program() {
		return model.Atom{Kind: model.Programs, Component: -1, Element: -1, Node: id}, true
	}
	out := model.Atom{Kind: model.Resting, Component: id, Element: -1, Node: -1}
	info, ok := c.typeOf(c.x, id)
	if !ok {
		return out, false
	}
	inType := "component type " + info.typ.Name
	look := func(kind model.AtomKind, n Name, what string, known map[string]int, sort doubts) bool {
		i, ok := known[n.Text]
		if out.Kind, out.Element = kind, i; !ok {
			unknown(c.resolver, n, what, inType, known, info.decl.broken.of(sort))
		}
		return ok
	}
	switch {
	case a.Port != nil:
		if ok = look(model.PortOn, a.Port.Name, "port", info.ports, ofPorts); ok && a.Served {
			if out.Kind = model.Served; !info.typ.Ports[out.Element].Kind.IsUse() {
				c.fail(a.Port.Span, fmt.Sprintf("%s is a provide port", a.Port.Text), "a use port is served, a provide port is active: leave served out")
				ok = false
			}
		}
	case a.At != nil:
		if g, isGroup := info.groups[a.At.Text]; isGroup {
			out.Kind, out.Element = model.InGroup, g
			return out, true
		}
		known := map[string]int{}
		for n, i := range info.places {
			known[n] = i
		}
		for n := range info.groups {
			known[n] = -1
		}
		ok = look(model.AtPlace, a.At.Name, "place or group", known, ofPlaces|ofGroups)
	case a.Transition != nil:
		tr, found := c.transitionOf(info, a.Runs.Name, a.Transition.Name, a.Ref.String()+" runs ")
		out.Kind, out.Element = model.Fires, tr
		return out, found
	case a.Runs != nil:
		ok = look(model.Behaves, a.Runs.Name, "behavior", info.behaviours, ofBehaviors)
	}
	return out, ok
}
