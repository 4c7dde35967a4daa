package index

import (
	"strings"

	"adagio/dsl"
	"adagio/dsl/model"
)

// builder fills an index.
type builder struct {
	*Index
}

// command is an instruction of a program.
type command struct {
	plan, node *Symbol
	on         string // the node as the program names it
	component  *Symbol
	in         *dsl.Instruction
}

// scope holds the loop variables that are bound.
type scope struct {
	outer *scope
	name  string
	is    *Symbol
}

func (s *scope) lookup(name string) *Symbol {
	for ; s != nil; s = s.outer {
		if s.name == name {
			return s.is
		}
	}
	return nil
}

// add declares a symbol, once more if it is there.
func (b *builder) add(parent *Symbol, kind Kind, n dsl.Name, fact string) *Symbol {
	if n.Text == "" {
		return &Symbol{Kind: kind, Parent: parent}
	}
	around := parent
	if around == nil {
		around = &b.root
	}
	s := around.child(n.Text, kind)
	if s == nil {
		s = &Symbol{Kind: kind, Name: n.Text, Parent: parent}
		around.Children = append(around.Children, s)
		if around.named == nil {
			around.named = map[string][]*Symbol{}
		}
		around.named[n.Text] = append(around.named[n.Text], s)
	}
	b.mark(n, s, true)
	if fact != "" {
		s.facts = append(s.facts, fact)
	}
	return s
}

func (b *builder) mark(n dsl.Name, s *Symbol, declares bool) {
	if declares {
		s.Decls = append(s.Decls, n.Span)
	} else {
		s.Uses = append(s.Uses, n.Span)
	}
	b.marks[n.File] = append(b.marks[n.File], Mark{n.Span, s})
}

// use notes that a name means a symbol, if it does.
func (b *builder) use(n dsl.Name, s *Symbol) *Symbol {
	if s != nil && n.Text != "" {
		b.mark(n, s, false)
	}
	return s
}

func (b *builder) top(kind Kind, name string) *Symbol { return b.root.child(name, kind) }

func (b *builder) say(at dsl.Span, about func() string) {
	b.statements[at.File] = append(b.statements[at.File], statement{at, about})
}

// declare enters what a file declares.
func (b *builder) declare(f *dsl.File) {
	for _, c := range f.Constants {
		b.add(nil, Constant, c.Name, "let "+c.Name.Text+" = "+source(c.Value))
	}
	for _, c := range f.Components {
		b.component(c)
	}
	for _, a := range f.Assemblies {
		b.assembly(a)
	}
	for _, p := range f.Plans {
		b.add(nil, Plan, p.Name, "plan "+p.Name.Text+" of "+p.Of.Text)
	}
	for _, t := range f.Timings {
		b.factors(b.add(nil, Timings, t.Name, "timings "+t.Name.Text), t.Body)
	}
	for _, p := range f.Properties {
		b.add(nil, Property, p.Name, "property "+p.Name.Text+" of "+p.Of.Text)
	}
	for _, n := range f.Networks {
		s := b.add(nil, Network, n.Name, "network "+n.Name.Text)
		b.members(s, n.Platform)
	}
}

func (b *builder) component(c *dsl.Component) {
	t := b.add(nil, Type, c.Name, "component "+c.Name.Text)
	for _, p := range c.Places {
		b.add(t, Place, p, "")
	}
	for _, g := range c.Groups {
		b.add(t, Group, g.Name, "group "+g.Name.Text+" = "+names(g.Places, func(i int) string { return g.Places[i].Text }))
	}
	for _, v := range c.Behaviours {
		behaviour := b.add(t, Behaviour, v.Name, "")
		for _, tr := range v.Transitions {
			s := b.add(t, Transition, tr.Name, tr.Src.Text+" -> "+tr.Dst.Text)
			s.on = behaviour
			for _, d := range tr.Durations {
				s.times = append(s.times, timing{source(d), "", "", tr.Name.Pos})
			}
		}
	}
	for _, p := range c.Ports {
		b.add(t, Port, p.Name, p.Kind.String()+" "+p.Name.Text+" at "+names(p.Bound, func(i int) string { return p.Bound[i].Text }))
	}
}

func names[T any](list []T, name func(i int) string) string {
	var out []string
	for i := range list {
		out = append(out, name(i))
	}
	return strings.Join(out, ", ")
}

func (b *builder) assembly(a *dsl.Assembly) {
	s := b.add(nil, Assembly, a.Name, "assembly "+a.Name.Text)
	for _, p := range a.Parameters {
		fact := p.Name.Text
		if p.Default != nil {
			fact += " = " + source(p.Default)
		}
		if p.Within != nil {
			fact += " in " + source(p.Within)
		}
		b.add(s, Parameter, p.Name.Name, fact)
	}
	b.nodes(s, a.Body)
}

func (b *builder) nodes(assembly *Symbol, body []dsl.AssemblyStmt) {
	for _, s := range body {
		if s.Node != nil {
			fact := "node " + s.Node.Ref.String()
			if s.Node.Host != nil {
				fact += " on " + s.Node.Host.String()
			}
			b.instances(assembly, b.add(assembly, Node, s.Node.Ref.Name, fact), s.Node.Body)
		}
		b.nodes(assembly, s.Body)
	}
}

func (b *builder) instances(assembly, node *Symbol, body []dsl.NodeStmt) {
	for _, s := range body {
		if s.For == nil {
			c := b.add(assembly, Component, s.Instance.Name, s.Instance.String()+": "+s.Type.Text)
			c.on = node
			if t := b.top(Type, s.Type.Text); t != nil {
				c.types = append(c.types, t)
			}
		}
		b.instances(assembly, node, s.Body)
	}
}

// factors enters the factors of a block of timings.
func (b *builder) factors(timings *Symbol, body []dsl.TimingStmt) {
	for _, s := range body {
		if s.Factor != nil {
			b.add(timings, Factor, s.Factor.Name, "factor "+s.Factor.Name.Text+" = "+s.Factor.Share.Text)
		}
		b.factors(timings, s.Body)
	}
}

// members enters the hosts, routers, zones and links of a platform.
func (b *builder) members(network *Symbol, body []dsl.PlatformStmt) {
	for _, s := range body {
		switch {
		case s.Hosts != nil:
			for _, r := range s.Hosts.Refs {
				b.add(network, Host, r.Name, "host "+r.String())
			}
		case s.Router != nil:
			for _, r := range s.Router.Refs {
				b.add(network, Host, r.Name, "router "+r.String())
			}
		case s.Link != nil:
			b.add(network, Link, s.Link.Ref.Name, "link "+s.Link.Ref.String()+" "+s.Link.Bandwidth.Text)
		case s.Zone != nil:
			b.add(network, Host, s.Zone.Ref.Name, "zone "+s.Zone.Ref.String()+" "+s.Zone.Routing.Text)
		}
		b.members(network, s.Body)
	}
}

// resolve finds what the names of a file mean.
func (b *builder) resolve(f *dsl.File) {
	for _, c := range f.Constants {
		b.expr(c.Value, nil, nil)
	}
	for _, c := range f.Components {
		b.inType(c)
	}
	for _, a := range f.Assemblies {
		s := b.top(Assembly, a.Name.Text)
		for _, p := range a.Parameters {
			b.expr(p.Default, s, nil)
			if p.Within != nil {
				b.bounds(*p.Within, s, nil)
			}
		}
		b.inAssembly(s, a.Body, nil)
	}
	for _, p := range f.Plans {
		b.plan(p)
	}
	for _, t := range f.Timings {
		b.timings(t.Name.Text, t.Body, nil)
	}
	for _, n := range f.Networks {
		b.network(n)
	}
	for _, p := range f.Properties {
		plan := b.use(p.Of.Name, b.top(Plan, p.Of.Text))
		var a *Symbol
		if plan != nil {
			a = b.assemblyOf(plan)
		}
		b.claims(a, p.Body, nil)
	}
}

func (b *builder) inType(c *dsl.Component) {
	t := b.top(Type, c.Name.Text)
	place := func(n dsl.Name) { b.use(n, t.child(n.Text, Place)) }
	for _, p := range c.Initial {
		place(p.Name)
	}
	for _, p := range c.Running {
		place(p.Name)
	}
	for _, g := range c.Groups {
		for _, p := range g.Places {
			place(p.Name)
		}
	}
	for _, v := range c.Behaviours {
		for _, tr := range v.Transitions {
			place(tr.Src.Name)
			place(tr.Dst.Name)
			for _, e := range tr.Docks {
				b.expr(e, nil, nil)
			}
		}
	}
	for _, p := range c.Ports {
		for _, n := range p.Bound {
			b.use(n.Name, t.child(n.Text, Place, Group, Transition))
		}
	}
}

// expr resolves the names of an expression.
func (b *builder) expr(e *dsl.Expr, assembly *Symbol, in *scope) {
	if e == nil {
		return
	}
	b.term(e.First, assembly, in)
	for _, a := range e.Rest {
		b.term(a.Term, assembly, in)
	}
}

func (b *builder) term(t *dsl.Term, assembly *Symbol, in *scope) {
	if t == nil {
		return
	}
	b.factor(t.First, assembly, in)
	for _, s := range t.Rest {
		b.factor(s.Factor, assembly, in)
	}
}

func (b *builder) factor(f *dsl.Factor, assembly *Symbol, in *scope) {
	switch {
	case f == nil:
	case f.Name != nil:
		b.use(f.Name.Name, b.variable(f.Name.Text, assembly, in))
	default:
		b.factor(f.Negated, assembly, in)
		b.expr(f.Sum, assembly, in)
	}
}

// variable finds what an integer is called.
func (b *builder) variable(name string, assembly *Symbol, in *scope) *Symbol {
	if s := in.lookup(name); s != nil {
		return s
	}
	if s := assembly.child(name, Parameter); s != nil {
		return s
	}
	if s := b.top(Constant, name); s != nil || assembly != nil {
		return s
	}
	return b.inAny(name, Parameter) // of the assembly that the durations or the network are for
}

func (b *builder) bounds(x dsl.Bounds, assembly *Symbol, in *scope) {
	b.expr(x.Lo, assembly, in)
	b.expr(x.Hi, assembly, in)
}

// indices resolves the indices of a reference.
func (b *builder) indices(r dsl.Ref, assembly *Symbol, in *scope) {
	for _, e := range r.Index {
		b.expr(e, assembly, in)
	}
}

// free resolves the indices of a reference that may range over all instances: a
// name that is not bound is a variable from there on.
func (b *builder) free(r dsl.Ref, assembly *Symbol, in *scope) *scope {
	for _, e := range r.Index {
		if n, ok := bare(e); ok && b.variable(n.Text, assembly, in) == nil {
			in = b.bind(n, "any "+r.String(), in)
			continue
		}
		b.expr(e, assembly, in)
	}
	return in
}

// bare is the name that an expression is, if it is nothing else.
func bare(e *dsl.Expr) (dsl.Name, bool) {
	if e == nil || len(e.Rest) > 0 || e.First == nil || len(e.First.Rest) > 0 || e.First.First == nil || e.First.First.Name == nil {
		return dsl.Name{}, false
	}
	return e.First.First.Name.Name, true
}

// bind declares a loop variable.
func (b *builder) bind(n dsl.Name, fact string, in *scope) *scope {
	s := &Symbol{Kind: Variable, Name: n.Text, facts: []string{fact}}
	b.mark(n, s, true)
	return &scope{in, n.Text, s}
}

// loop resolves the head of a replication.
func (b *builder) loop(f *dsl.For, assembly *Symbol, in *scope) *scope {
	if f.If != nil {
		for _, c := range f.If.Conditions {
			b.expr(c.X, assembly, in)
			b.expr(c.Y, assembly, in)
		}
		return in
	}
	b.bounds(f.Range, assembly, in)
	return b.bind(f.Var.Name, "for "+f.Var.Text+" in "+source(&f.Range), in)
}

func (b *builder) inAssembly(a *Symbol, body []dsl.AssemblyStmt, in *scope) {
	for i := range body {
		switch s := &body[i]; {
		case s.For != nil:
			b.inAssembly(a, s.Body, b.loop(s.For, a, in))
		case s.Node != nil:
			b.indices(s.Node.Ref, a, in)
			if s.Node.Host != nil {
				b.indices(s.Node.Host.Ref, a, in)
				b.use(s.Node.Host.Name, b.inAny(s.Node.Host.Name.Text, Host))
			}
			b.inNode(a, s.Node.Body, in)
		case s.Connect != nil:
			l := b.connection(s.Connect.Connection, a, in)
			if l != nil {
				b.join(l)
				b.say(s.Connect.Span(), l.describe)
			}
			if s.Connect.By != nil {
				b.componentRef(s.Connect.By.Ref, a, in)
			}
		case s.Neighbours != nil:
			for _, n := range s.Neighbours.Nodes {
				b.free(n.Ref, a, in)
				b.use(n.Name, a.child(n.Name.Text, Node))
			}
		}
	}
}

func (b *builder) inNode(a *Symbol, body []dsl.NodeStmt, in *scope) {
	for i := range body {
		s := &body[i]
		if s.For != nil {
			b.inNode(a, s.Body, b.loop(s.For, a, in))
			continue
		}
		b.indices(s.Instance, a, in)
		b.use(s.Type.Name, b.top(Type, s.Type.Text))
	}
}

func (b *builder) componentRef(r dsl.Ref, a *Symbol, in *scope) *Symbol {
	b.indices(r, a, in)
	return b.use(r.Name, a.child(r.Name.Text, Component))
}

// connection resolves both ends of a connection.
func (b *builder) connection(c *dsl.Connection, a *Symbol, in *scope) *link {
	if c == nil {
		return nil
	}
	l := &link{from: b.end(c.From, a, in), to: b.end(c.To, a, in), at: c.From.Component.Name.Pos}
	l.text = c.From.Component.String() + "." + c.From.Port.Text + " -> " + c.To.Component.String() + "." + c.To.Port.Text
	return l
}

func (b *builder) end(p dsl.PortRef, a *Symbol, in *scope) *end {
	e := &end{component: b.componentRef(p.Component.Ref, a, in)}
	e.port = b.use(p.Port.Name, e.component.inTypes(p.Port.Text, Port))
	return e
}

// join notes a connection of an assembly at its ends.
func (b *builder) join(l *link) {
	for _, e := range []*end{l.from, l.to} {
		if e.component != nil {
			e.component.links = append(e.component.links, l)
		}
		if e.port != nil {
			e.port.links = append(e.port.links, l)
		}
	}
}

// inTypes finds what the types of a component declare, or what a type does.
func (s *Symbol) inTypes(name string, kind Kind) *Symbol {
	if s == nil {
		return nil
	}
	if s.Kind == Type {
		return s.child(name, kind)
	}
	for _, t := range s.types {
		if c := t.child(name, kind); c != nil {
			return c
		}
	}
	return nil
}

func (b *builder) plan(p *dsl.Plan) {
	a := b.use(p.Of.Name, b.top(Assembly, p.Of.Text))
	s := b.top(Plan, p.Name.Text)
	for _, f := range p.From {
		if f.After != nil {
			b.use(f.After.Name, b.top(Plan, f.After.Text))
		}
		for _, st := range f.States {
			b.free(st.Component.Ref, a, nil)
			c := b.use(st.Component.Name, a.child(st.Component.Name.Text, Component))
			for _, n := range st.Places {
				b.use(n.Name, c.inTypes(n.Text, Place))
			}
		}
	}
	b.programs(s, a, p.Body, nil)
}

func (b *builder) programs(plan, a *Symbol, body []dsl.PlanStmt, in *scope) {
	for i := range body {
		s := &body[i]
		if s.For != nil {
			b.programs(plan, a, s.Body, b.loop(s.For, a, in))
			continue
		}
		inner := b.free(s.On.Ref, a, in)
		node := b.use(s.On.Name, a.child(s.On.Name.Text, Node))
		b.program(command{plan: plan, node: node, on: s.On.String()}, a, s.Program, inner)
	}
}

// program resolves the instructions of a program, which the command says whose it
// is.
func (b *builder) program(of command, a *Symbol, body []dsl.Instruction, in *scope) {
	for i := range body {
		s := &body[i]
		if s.For != nil {
			b.program(of, a, s.Body, b.loop(s.For, a, in))
			continue
		}
		if s.Limit != nil {
			b.expr(s.Limit.Most, a, in)
			most := source(s.Limit.Most)
			b.say(s.Limit.Span(), func() string {
				return "no more than `" + most + "` of the components that are pushed to in the block are busy at once"
			})
			b.program(of, a, s.Body, in)
			continue
		}
		if s.Keep != nil {
			b.say(s.Keep.Span(), func() string {
				return "no change of the plan removes or moves what is in the block, nor moves anything across it"
			})
			b.program(of, a, s.Body, in)
			continue
		}
		c := of
		c.in = s
		switch s.Op {
		case model.Connect, model.Disconnect:
			if l := b.connection(s.Connection, a, in); l != nil {
				b.say(s.Span, l.describe)
			}
			continue
		case model.WaitAll, model.Pause:
		default:
			c.component = b.componentRef(s.Component.Ref, a, in)
			for _, n := range s.Behaviours {
				b.use(n.Name, c.component.inTypes(n.Text, Behaviour))
			}
		}
		b.commands = append(b.commands, c)
		b.say(s.Span, func() string { return b.aboutCommand(c) })
	}
}

// claims resolves the names of the claims of a property.
func (b *builder) claims(a *Symbol, body []dsl.ClaimStmt, in *scope) {
	for i := range body {
		s := &body[i]
		if s.For != nil {
			b.claims(a, s.Body, b.loop(s.For, a, in))
			continue
		}
		inner := in
		s.Walk(func(x *dsl.Atom) { inner = b.atom(x, a, inner) }, func(n *dsl.Count) { b.expr(n.Than, a, inner) })
	}
}

func (b *builder) atom(x *dsl.Atom, a *Symbol, in *scope) *scope {
	ref, _ := x.Ref.Ref()
	in = b.free(ref, a, in)
	if x.Program() {
		b.use(ref.Name, a.child(ref.Name.Text, Node))
		return in
	}
	c := b.use(ref.Name, a.child(ref.Name.Text, Component))
	if x.Port != nil {
		b.use(x.Port.Name, c.inTypes(x.Port.Text, Port))
	}
	if x.At != nil {
		place := c.inTypes(x.At.Text, Place)
		if place == nil {
			place = c.inTypes(x.At.Text, Group)
		}
		b.use(x.At.Name, place)
	}
	if x.Runs != nil {
		b.use(x.Runs.Name, c.inTypes(x.Runs.Text, Behaviour))
	}
	if x.Transition != nil {
		b.use(x.Transition.Name, c.inTypes(x.Transition.Text, Transition))
	}
	return in
}

func (b *builder) timings(block string, body []dsl.TimingStmt, in *scope) {
	for i := range body {
		s := &body[i]
		if s.For != nil {
			b.timings(block, s.Body, b.loop(s.For, nil, in))
			continue
		}
		if s.Factor != nil {
			continue
		}
		what := b.top(Type, s.Component.Name.Text)
		who := ""
		if what == nil || len(s.Component.Index) > 0 {
			who = s.Component.String()
			what = b.inAny(s.Component.Name.Text, Component)
		}
		b.free(s.Component.Ref, what.parent(), in)
		b.use(s.Component.Name, what)
		b.use(s.Behaviour.Name, what.inTypes(s.Behaviour.Text, Behaviour))
		if tr := b.use(s.Transition.Name, what.inTypes(s.Transition.Text, Transition)); tr != nil {
			tr.times = append(tr.times, timing{source(s.Duration), block, who, s.Transition.Pos})
		}
		if s.With != nil {
			b.use(s.With.Name, b.top(Timings, block).child(s.With.Text, Factor))
		}
	}
}

func (s *Symbol) parent() *Symbol {
	if s == nil {
		return nil
	}
	return s.Parent
}

// inAny finds a node or a component of some assembly, or a member of some
// platform.
func (b *builder) inAny(name string, kind Kind) *Symbol {
	for _, s := range b.root.Children {
		if c := s.child(name, kind); c != nil {
			return c
		}
	}
	return nil
}

func (b *builder) network(n *dsl.Network) {
	s := b.top(Network, n.Name.Text)
	node := func(r dsl.Ref, in *scope) *scope {
		is := b.inAny(r.Name.Text, Node)
		in = b.free(r, is.parent(), in)
		b.use(r.Name, is)
		return in
	}
	for _, e := range n.Executor {
		for _, x := range e.Settings {
			if x.Node == nil {
				continue
			}
			if x.Name.Text == "host" {
				b.free(*x.Node, nil, nil)
				h := s.child(x.Node.Name.Text, Host)
				if h == nil {
					h = b.inAny(x.Node.Name.Text, Node)
				}
				b.use(x.Node.Name, h)
				continue
			}
			node(*x.Node, nil)
		}
	}
	for _, l := range n.Latency {
		if l.From != nil && l.To != nil {
			node(l.To.Ref, node(l.From.Ref, nil))
		}
	}
	for _, w := range n.Awake {
		node(w.Node.Ref, nil)
	}
	for _, p := range n.Power {
		node(p.Node.Ref, nil)
	}
	b.platform(s, n.Platform, nil, node)
}

func (b *builder) platform(s *Symbol, body []dsl.PlatformStmt, in *scope, node func(dsl.Ref, *scope) *scope) {
	refs := func(list ...dsl.Ref) {
		for _, r := range list {
			b.indices(r, nil, in)
		}
	}
	for i := range body {
		inner := in
		switch x := &body[i]; {
		case x.For != nil:
			inner = b.loop(x.For, nil, in)
		case x.Hosts != nil:
			refs(x.Hosts.Refs...)
		case x.Router != nil:
			refs(x.Router.Refs...)
		case x.Link != nil:
			refs(x.Link.Ref)
		case x.Zone != nil:
			refs(x.Zone.Ref)
		case x.Route != nil:
			for _, e := range []dsl.RouteEnd{x.Route.From, x.Route.To} {
				if e.Member != nil {
					refs(e.Member.Ref)
					b.use(e.Member.Name, s.child(e.Member.Name.Text, Host))
				}
				if e.Gateway != nil {
					refs(e.Gateway.Ref)
					b.use(e.Gateway.Name, s.child(e.Gateway.Name.Text, Host))
				}
			}
			for _, h := range x.Route.Hops {
				refs(h.Link.Ref)
				b.use(h.Link.Name, s.child(h.Link.Name.Text, Link))
			}
		case x.Node != nil:
			bound := node(x.Node.Node.Ref, in)
			b.indices(x.Node.Host.Ref, nil, bound)
			b.use(x.Node.Host.Name, s.child(x.Node.Host.Name.Text, Host))
		}
		b.platform(s, body[i].Body, inner, node)
	}
}
