package dsl

import "adagio/dsl/model"

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
