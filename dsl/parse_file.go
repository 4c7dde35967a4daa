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
