package dsl

import (
	"adagio/dsl/diag"
	"adagio/dsl/model"
)

// suggestion is the "did you mean" for a name out of the keys of a map.
func suggestion[V any](name string, known map[string]V) string {
	const most = 5000
	if len(known) > most {
		return ""
	}
	return diag.DidYouMean(name, sortedKeys(known))
}

// choose runs the function for the word that a statement begins with.
func (p *parser) choose(where string, by map[string]func()) {
	t := p.peek()
	if f, ok := by[t.text]; ok && t.kind == word {
		p.at++
		f()
		return
	}
	detail := ""
	if t.kind == word {
		detail = suggestion(t.text, by)
	}
	p.expected("a statement of "+where, detail)
}

// top reads the declarations of a file.
func (p *parser) top() {
	f := p.file
	for {
		for p.peek().kind == newline {
			p.at++
		}
		if p.peek().kind == end {
			return
		}
		p.broken = &f.broken
		if p.peek().is("}") {
			p.report(p.span(p.next()), "a } without a {", "")
			continue
		}
		p.guard(func() {
			p.choose("a file", map[string]func(){
				"semantics": p.semantics,
				"component": p.component,
				"assembly":  p.assembly,
				"plan":      p.plan,
				"timings":   p.timings,
				"network":   p.network,
			})
		})
	}
}

func (p *parser) semantics() {
	from := p.at
	n := p.name("ballet or concerto-d")
	if p.got("-") {
		n.Text += "-" + p.name("d").Text
		p.file.canon[p.index[from]] = n.Text
		p.file.canon[p.index[from+1]] = ""
		p.file.canon[p.index[from+2]] = ""
	}
	n.Span = p.since(from)
	if n.Text != "ballet" && n.Text != "concerto-d" {
		p.report(n.Span, "there are no semantics "+shorten(n.Text), "write ballet or concerto-d")
		return
	}
	if p.file.Semantics != nil {
		p.report(n.Span, "the semantics are given twice", "remove one", diag.Related{Pos: p.file.Semantics.Pos, Text: "first given here"})
		return
	}
	p.file.Semantics = &n
}

func (p *parser) component() {
	c := &Component{Name: p.name("a name for the component type")}
	p.file.Components = append(p.file.Components, c)
	p.broken = &c.broken
	behavior := func() {
		c.Behaviours = append(c.Behaviours, Behaviour{Name: p.name("a name for the behavior")})
		b := &c.Behaviours[len(c.Behaviours)-1]
		p.block(func() { b.Transitions = append(b.Transitions, p.transition()) })
	}
	port := func(k model.PortKind) func() {
		return func() {
			port := Port{Name: p.name("a name for the port"), Kind: k}
			p.wantWord("at", "a port is bound to places, groups or transitions: "+k.String()+" "+port.Name.Text+" at …")
			port.Bound = p.names("a place, a group or a transition")
			c.Ports = append(c.Ports, port)
		}
	}
	by := map[string]func(){
		"places":  func() { c.Places = append(c.Places, p.names("a name for a place")...) },
		"initial": func() { c.Initial = append(c.Initial, p.name("a place")) },
		"running": func() { c.Running = append(c.Running, p.name("a place")) },
		"group": func() {
			g := Group{Name: p.name("a name for the group")}
			p.want("=", "a group is written group name = place, place")
			g.Places = p.names("a place")
			c.Groups = append(c.Groups, g)
		},
		"behavior": behavior,
		"behaviour": func() {
			p.file.canon[p.index[p.at-1]] = "behavior"
			behavior()
		},
		"use":     port(model.Use),
		"provide": port(model.Provide),
		"data": func() {
			switch {
			case p.gotWord("use"):
				port(model.DataUse)()
			case p.gotWord("provide"):
				port(model.DataProvide)()
			default:
				p.expected("use or provide", "")
			}
		},
	}
	p.block(func() { p.choose("a component", by) })
}

func (p *parser) transition() Transition {
	t := Transition{Name: p.name("a name for the transition")}
	p.want(":", "a transition is written name: source -> destination for 3s")
	p.file.cells[p.index[p.at]] = true
	t.Src = p.name("a place")
	p.want("->", "a transition is written name: source -> destination for 3s")
	t.Dst = p.name("a place")
	p.file.cells[p.index[p.at]] = p.isWord("for") || p.isWord("dock")
	for {
		switch {
		case p.isWord("for") && t.Duration == nil:
			p.at++
			t.Duration = p.delay()
		case p.isWord("dock") && t.Dock == nil:
			p.at++
			t.Dock = p.expr()
		default:
			return t
		}
	}
}

func (p *parser) assembly() {
	a := &Assembly{Name: p.name("a name for the assembly")}
	p.file.Assemblies = append(p.file.Assemblies, a)
	p.broken = &a.broken
	p.header(func() {
		if !p.got("(") || p.got(")") {
			return
		}
		a.Parameters = append(a.Parameters, p.parameter())
		for p.got(",") {
			a.Parameters = append(a.Parameters, p.parameter())
		}
		p.want(")", "parameters are written (sites = 1 in 1 .. 100, depth = 2)")
	})
	a.Body = p.assemblyBody()
}

func (p *parser) parameter() Parameter {
	x := Parameter{Name: p.name("a name for the parameter")}
	p.want("=", "every parameter has a default: "+x.Name.Text+" = 1")
	x.Default = p.expr()
	if p.gotWord("in") {
		b := p.bounds()
		x.Within = &b
	}
	return x
}

func (p *parser) assemblyBody() []AssemblyStmt {
	var body []AssemblyStmt
	add := func(s AssemblyStmt) { body = append(body, s) }
	neighbours := func() {
		list := []Ref{p.ref("a node")}
		for p.got(",") {
			list = append(list, p.ref("a node"))
		}
		add(AssemblyStmt{Neighbours: list})
	}
	by := map[string]func(){
		"node": func() {
			n := &Node{Ref: p.ref("a name for the node")}
			if p.gotWord("on") {
				host := p.ref("a host")
				n.Host = &host
			}
			n.Body = p.nodeBody()
			add(AssemblyStmt{Node: n})
		},
		"connect": func() {
			c := p.connection()
			if p.gotWord("by") {
				r := p.ref("a component")
				c.By = &r
			}
			add(AssemblyStmt{Connect: &c})
		},
		"neighbours": neighbours,
		"neighbors": func() {
			p.file.canon[p.index[p.at-1]] = "neighbours"
			neighbours()
		},
		"for": func() {
			p.at--
			f := p.forHead()
			add(AssemblyStmt{For: f, Body: p.assemblyBody()})
		},
	}
	p.block(func() { p.choose("an assembly", by) })
	return body
}

func (p *parser) nodeBody() []NodeStmt {
	var body []NodeStmt
	p.block(func() {
		if p.isFor() {
			f := p.forHead()
			body = append(body, NodeStmt{For: f, Body: p.nodeBody()})
			return
		}
		s := NodeStmt{Instance: p.ref("a name for a component")}
		p.want(":", "a component on a node is written name: Type")
		s.Type = p.name("a component type")
		body = append(body, s)
	})
	return body
}

func (p *parser) plan() {
	x := &Plan{Name: p.name("a name for the plan")}
	p.file.Plans = append(p.file.Plans, x)
	p.broken = &x.broken
	p.header(func() {
		p.wantWord("of", "a plan names its assembly: plan "+x.Name.Text+" of …")
		x.Of = p.name("an assembly")
	})
	x.Body = p.planBody(x)
}

func (p *parser) planBody(x *Plan) []PlanStmt {
	var body []PlanStmt
	by := map[string]func(){
		"from": func() { x.From = append(x.From, p.from()) },
		"on": func() {
			s := PlanStmt{On: p.ref("a node")}
			s.Program = p.program()
			body = append(body, s)
		},
		"for": func() {
			p.at--
			f := p.forHead()
			body = append(body, PlanStmt{For: f, Body: p.planBody(x)})
		},
	}
	p.block(func() { p.choose("a plan", by) })
	return body
}

// from reads the state that a plan starts in; the word from has been read.
func (p *parser) from() From {
	begin := p.at - 1
	f := From{}
	switch {
	case p.gotWord("nothing"):
	case p.gotWord("running"):
		f.Kind = FromRunning
	case p.gotWord("after"):
		f.Kind = FromAfter
		f.After = p.name("a plan")
	case p.peek().is("{"):
		f.Kind = FromStates
		p.block(func() {
			s := State{Component: p.ref("a component")}
			p.want(":", "a state is written component: place, place")
			s.Places = p.names("a place")
			f.States = append(f.States, s)
		})
	default:
		p.expected("a state", "write from nothing, from running, from after PLAN or from { component: place; … }")
	}
	f.Span = p.since(begin)
	return f
}

// program reads the instructions of a node.
func (p *parser) program() []Instruction {
	var body []Instruction
	by := map[string]func(){}
	simple := func(op model.Op, rest func(in *Instruction)) {
		by[op.String()] = func() {
			in := Instruction{Op: op}
			begin := p.at - 1
			rest(&in)
			in.Span = p.since(begin)
			body = append(body, in)
		}
	}
	component := func(in *Instruction) { in.Component = p.ref("a component") }
	connection := func(in *Instruction) { in.Connection = p.connection() }
	simple(model.Add, component)
	simple(model.Delete, component)
	simple(model.Connect, connection)
	simple(model.Disconnect, connection)
	simple(model.Push, func(in *Instruction) {
		component(in)
		in.Behaviours = p.names("a behavior")
	})
	simple(model.Wait, p.wait)
	simple(model.Pause, func(in *Instruction) { in.Duration = p.delay() })
	by["for"] = func() {
		p.at--
		begin := p.at
		f := p.forHead()
		in := Instruction{For: f, Span: p.since(begin)}
		in.Body = p.program()
		body = append(body, in)
	}
	p.block(func() { p.choose("a program", by) })
	return body
}

// wait reads what follows the word wait.
func (p *parser) wait(in *Instruction) {
	if p.isWord("all") && !p.second().is("[") {
		p.at++
		in.Op = model.WaitAll
		return
	}
	in.Component = p.ref("a component, or all")
	if k := p.peek().kind; (k == word || k == quoted) && !p.isWord("holding") {
		in.Behaviours = []Name{p.name("a behavior")}
	}
	in.Holding = p.gotWord("holding")
}

func (p *parser) timings() {
	t := &Timings{Name: p.name("a name for the timings")}
	p.file.Timings = append(p.file.Timings, t)
	p.broken = &t.broken
	t.Body = p.timingsBody()
}

func (p *parser) timingsBody() []TimingStmt {
	var body []TimingStmt
	p.block(func() {
		if p.isFor() {
			f := p.forHead()
			body = append(body, TimingStmt{For: f, Body: p.timingsBody()})
			return
		}
		const form = "a timing is written type.behavior.transition = 3s or component.behavior.transition = 3s"
		begin := p.at
		s := TimingStmt{Component: p.ref("a component type or a component")}
		p.want(".", form)
		s.Behaviour = p.name("a behavior")
		p.want(".", form)
		s.Transition = p.name("a transition")
		s.Span = p.since(begin)
		p.want("=", form)
		s.Duration = p.delay()
		body = append(body, s)
	})
	return body
}

func (p *parser) network() {
	n := &Network{Name: p.name("a name for the network")}
	p.file.Networks = append(p.file.Networks, n)
	p.broken = &n.broken
	by := p.platformStatements(&n.Platform)
	by["executor"] = func() { n.Executor = append(n.Executor, p.executor()) }
	by["latency"] = func() { n.Latency = append(n.Latency, p.latency()) }
	by["awake"] = func() { n.Awake = append(n.Awake, p.awake()) }
	by["power"] = func() { n.Power = append(n.Power, p.power()) }
	p.block(func() { p.choose("a network", by) })
}

func (p *parser) executor() Executor {
	e := Executor{Kind: p.name("ballet, push, broker, ideal or a name")}
	if p.peek().is("{") {
		p.block(func() { e.Settings = append(e.Settings, p.setting()) })
	}
	return e
}

func (p *parser) setting() Setting {
	s := Setting{Name: p.name("a setting of the executor")}
	switch s.Name.Text {
	case "message":
		s.Sizes = p.sizes()
		return s
	case "facts":
		s.Word = p.name("poll, push or broker")
		return s
	case "setup", "exchanges":
		s.Word = p.amount("a number", "a number is written "+s.Name.Text+" 1")
		return s
	case "host":
		r := p.ref("the host of the broker")
		s.Node = &r
		return s
	}
	if !p.isDelay() {
		if s.Name.Text != "start" {
			p.expected("a duration", "a setting is written "+s.Name.Text+" 300ms")
		}
		r := p.ref("a node or a duration")
		s.Node = &r
	}
	s.Delay = p.delay()
	return s
}

// sizes reads one size of messages, or the smallest and the greatest.
func (p *parser) sizes() []Name {
	const form = "the size of messages is written message 0B .. 1500B"
	list := []Name{p.amount("a size", form)}
	if p.got("..") {
		list = append(list, p.amount("a size", form))
	}
	return list
}

func (p *parser) latency() Latency {
	begin := p.at - 1
	l := Latency{}
	if !p.isDelay() {
		from := p.ref("a node or a duration")
		if l.Both = p.got("<->"); !l.Both {
			p.want("->", "a latency is written latency 1ms, latency a -> b 1ms, or latency a <-> b 1ms")
		}
		to := p.ref("a node")
		l.From, l.To = &from, &to
	}
	l.Span = p.since(begin)
	l.Delay = p.delay()
	return l
}
