package dsl

import (
	"adagio/dsl/diag"
	"adagio/dsl/model"

	"github.com/alecthomas/participle/v2/lexer"
)

// top reads the declarations of a file.
func (p *parser) top() {
	f := p.file
	for {
		p.newlines()
		t := *p.lex.Peek()
		if t.EOF() {
			return
		}
		p.broken = &f.broken
		if is(t, "}") {
			p.lex.Next()
			f.broken = everything
			p.report(t, "a } without a {", "")
			continue
		}
		readStatement(p, &fileBlock, f)
	}
}

// A declaration is kept, with what could be read of it, where its name is known.
func (c *Component) salvage() bool { return c.Name.Text != "" }
func (x *Plan) salvage() bool      { return x.Name.Text != "" }
func (t *Timings) salvage() bool   { return t.Name.Text != "" }
func (n *Network) salvage() bool   { return n.Name.Text != "" }
func (x *Property) salvage() bool  { return x.Name.Text != "" }

// salvage keeps the parameters; the value of the last one is uncertain.
func (a *Assembly) salvage() bool {
	if n := len(a.Parameters); n > 0 {
		a.Parameters[n-1].Default, a.Parameters[n-1].Within = nil, nil
	}
	return a.Name.Text != ""
}

// The blocks of the language, with the statements that may stand in each.
var (
	fileBlock      = block[File]{name: "File", where: "a file"}
	componentBlock = block[Component]{name: "ComponentBlock", where: "a component"}
	behaviorBlock  = block[Behaviour]{name: "BehaviorBlock", where: "a behavior"}
	assemblyBlock  = block[[]AssemblyStmt]{name: "AssemblyBlock", where: "an assembly"}
	nodeBlock      = block[[]NodeStmt]{name: "NodeBlock", where: "a node"}
	planBlock      = block[[]PlanStmt]{name: "PlanBlock", where: "a plan"}
	stateBlock     = block[From]{name: "StateBlock", where: "a state"}
	programBlock   = block[[]Instruction]{name: "Program", where: "a program"}
	timingsBlock   = block[[]TimingStmt]{name: "TimingsBlock", where: "timings"}
	networkBlock   = block[Network]{name: "NetworkBlock", where: "a network"}
	executorBlock  = block[Executor]{name: "ExecutorBlock", where: "an executor"}
	hostBlock      = block[Hosts]{name: "HostBlock", where: "a host"}
	zoneBlock      = block[[]PlatformStmt]{name: "PlatformBlock", where: "a platform"}
	propertyBlock  = block[[]ClaimStmt]{name: "PropertyBlock", where: "a property"}
)

func init() {
	fileBlock.words = map[string]*statement[File]{
		"semantics": head("semantics", "write semantics ballet or semantics concerto-d", ofNothing, (*parser).semantics),
		"let":       head("the constant", "a constant is written let name = 3", ofConstants, func(_ *parser, f *File, s *Let) { f.Constants = append(f.Constants, s) }),
		"component": headed("the component type", "a component type is written component Name { places …; initial … }", ofTypes, &componentBlock, func(p *parser, f *File, c *Component) *Component {
			f.Components = append(f.Components, c)
			p.broken = &c.broken
			return c
		}),
		"assembly": headed("the assembly", "every parameter has a default: assembly s(sites = 1 in 1 .. 100, depth = 2)", ofAssemblies|ofParameters, &assemblyBlock, func(p *parser, f *File, a *Assembly) *[]AssemblyStmt {
			f.Assemblies = append(f.Assemblies, a)
			p.broken = &a.broken
			return &a.Body
		}),
		"plan": headed("the plan", "a plan names its assembly: plan NAME of ASSEMBLY { … }", ofPlans, &planBlock, func(p *parser, f *File, x *Plan) *[]PlanStmt {
			f.Plans = append(f.Plans, x)
			p.broken = &x.broken
			p.plan = x
			return &x.Body
		}),
		"timings": headed("the timings", "", ofTimings, &timingsBlock, func(p *parser, f *File, t *Timings) *[]TimingStmt {
			f.Timings = append(f.Timings, t)
			p.broken = &t.broken
			return &t.Body
		}),
		"network": headed("the network", "", ofNetworks, &networkBlock, func(p *parser, f *File, n *Network) *Network {
			f.Networks = append(f.Networks, n)
			p.broken = &n.broken
			return n
		}),
		"property": headed("the property", "a property names its plan: property NAME of PLAN { … }", ofNothing, &propertyBlock, func(p *parser, f *File, x *Property) *[]ClaimStmt {
			f.Properties = append(f.Properties, x)
			p.broken = &x.broken
			return &x.Body
		}),
	}
	componentStatements()
	assemblyStatements()
	planStatements()
	programStatements()
	networkStatements()
	repeats(&propertyBlock, func(f *For) ClaimStmt { return ClaimStmt{For: f} }, func(s *ClaimStmt) *[]ClaimStmt { return &s.Body })
	propertyBlock.other = item("", claimForm, ofNothing, func(s *ClaimStmt) ClaimStmt { return *s })
	zoneBlock.words = platformStatements(func(body *[]PlatformStmt) *[]PlatformStmt { return body })
}

func (p *parser) semantics(f *File, s *Semantics) {
	n := s.Name.Name
	if s.Suffix != nil {
		// concerto-d is three tokens, which Format writes without space.
		n.Text += "-" + s.Suffix.Text
		n.Length = s.Suffix.Column + s.Suffix.Length - n.Column
		first := true
		for i := p.begin; i < int(p.lex.RawCursor()); i++ {
			if t := f.tokens[i]; t.Type == comment || t.Type == blank || t.Value == "semantics" {
				continue
			}
			f.canon[i] = ""
			if first {
				f.canon[i] = n.Text
			}
			first = false
		}
	}
	at := lexer.Token{Pos: lexer.Position{Filename: n.File, Line: n.Line, Column: n.Column}, Value: n.Text}
	switch {
	case n.Text != "ballet" && n.Text != "concerto-d":
		p.report(at, "there are no semantics "+shorten(n.Text), "write ballet or concerto-d")
	case f.Semantics != nil:
		p.report(at, "the semantics are given twice", "remove one", diag.Related{Pos: f.Semantics.Pos, Text: "first given here"})
	default:
		f.Semantics = &n
	}
}

// canon notes that the statement begins with a word that Format writes otherwise.
func (p *parser) canon(word, canonical string) {
	if p.file.tokens[p.begin].Value == word {
		p.file.canon[p.begin] = canonical
	}
}

func componentStatements() {
	behavior := headed("the behavior", "", ofBehaviors|ofTransitions, &behaviorBlock, func(p *parser, c *Component, b *Behaviour) *Behaviour {
		c.Behaviours = append(c.Behaviours, b)
		p.canon("behaviour", "behavior")
		return b
	})
	port := head("the port", "a port is bound to places, groups or transitions: use NAME at PLACE, or data provide NAME at PLACE", ofPorts, func(p *parser, c *Component, x *Port) {
		switch {
		case x.Data && x.Use:
			x.Kind = model.DataUse
		case x.Data:
			x.Kind = model.DataProvide
		case x.Use:
			x.Kind = model.Use
		default:
			x.Kind = model.Provide
		}
		c.Ports = append(c.Ports, x)
	})
	componentBlock.words = map[string]*statement[Component]{
		"places":    head("a place", "places are written places first, second", ofPlaces, func(_ *parser, c *Component, s *Places) { c.Places = append(c.Places, s.Names...) }),
		"initial":   head("", "write initial PLACE", ofInitial, func(_ *parser, c *Component, s *Initial) { c.Initial = append(c.Initial, s.Place) }),
		"running":   head("", "write running PLACE", ofRunning, func(_ *parser, c *Component, s *Running) { c.Running = append(c.Running, s.Place) }),
		"group":     head("the group", "a group is written group name = place, place", ofGroups, func(_ *parser, c *Component, g *Group) { c.Groups = append(c.Groups, g) }),
		"behavior":  behavior,
		"behaviour": behavior,
		"use":       port,
		"provide":   port,
		"data":      port,
	}
	behaviorBlock.other = head("the transition", "a transition is written name: source -> destination for 3s", ofTransitions, (*parser).transition)
}

func (p *parser) transition(b *Behaviour, t *Transition) {
	b.Transitions = append(b.Transitions, t)
	// The source, and what follows the destination, begin columns of their own.
	var last lexer.Token
	after := 0
	for i := p.begin; i < int(p.lex.RawCursor()) && after < 2; i++ {
		token := p.file.tokens[i]
		if token.Type == comment || token.Type == blank {
			continue
		}
		if is(last, ":") {
			p.file.cells[i] = true
		}
		if after == 1 {
			p.file.cells[i] = true
			after++
		}
		if is(last, "->") {
			after++
		}
		last = token
	}
	if len(t.Durations) > 1 {
		p.again(t.Durations[1].Tokens)
	}
	if len(t.Docks) > 1 {
		p.again(t.Docks[1].Tokens)
	}
}

// again reports a part of a statement that is there a second time, at the word
// before it.
func (p *parser) again(part []lexer.Token) {
	var last lexer.Token
	for _, t := range p.file.tokens[p.begin:] {
		if t.Pos == part[0].Pos {
			break
		}
		if t.Type == word {
			last = t
		}
	}
	p.doubted()
	p.unexpected(last, []string{"the end of the statement"}, "each part of a transition is given once: name: source -> destination for 3s dock 1")
}

// loops adds to the statements of a block their replication: for, and if.
func loops[P, B any](words map[string]*statement[P], body *block[B], add func(p *parser, into *P, f *For) *B) {
	words["for"] = headed("", "a replication is written for i in 0 ..< n { … }", everything, body, add)
	words["if"] = headed("", "a condition is written if i >= 3 and n != 2 { … }", everything, body, func(p *parser, into *P, s *If) *B { return add(p, into, &For{If: s}) })
}

// repeats is [loops] for a block that is a list.
func repeats[T any](list *block[[]T], replication func(*For) T, body func(*T) *[]T) {
	if list.words == nil {
		list.words = map[string]*statement[[]T]{}
	}
	loops(list.words, list, func(_ *parser, into *[]T, f *For) *[]T { return body(added(into, replication(f))) })
}

// item makes a statement of a list.
func item[S, T any](noun, form string, doubt doubts, element func(*S) T) *statement[[]T] {
	return head(noun, form, doubt, func(_ *parser, into *[]T, s *S) { added(into, element(s)) })
}

// instruction makes a statement of a program.
func instruction[S any, P interface {
	*S
	Span() Span
}](form string, doubt doubts, of func(*S) Instruction) *statement[[]Instruction] {
	return item("", form, doubt, func(s *S) Instruction {
		in := of(s)
		in.Span = P(s).Span()
		return in
	})
}

// added appends an element to a list and returns where it is.
func added[T any](list *[]T, element T) *T {
	*list = append(*list, element)
	return &(*list)[len(*list)-1]
}

func assemblyStatements() {
	neighbours := head("", "neighbours are written neighbours node, node", ofNothing, func(p *parser, body *[]AssemblyStmt, n *Neighbours) {
		p.canon("neighbors", "neighbours")
		*body = append(*body, AssemblyStmt{Neighbours: n})
	})
	assemblyBlock.words = map[string]*statement[[]AssemblyStmt]{
		"node": headed("the node", "", ofNodes|ofComponents, &nodeBlock, func(_ *parser, body *[]AssemblyStmt, n *Node) *[]NodeStmt {
			*body = append(*body, AssemblyStmt{Node: n})
			return &n.Body
		}),
		"connect":    item("", connectForm, ofLinks, func(c *Connect) AssemblyStmt { return AssemblyStmt{Connect: c} }),
		"neighbours": neighbours,
		"neighbors":  neighbours,
	}
	repeats(&assemblyBlock, func(f *For) AssemblyStmt { return AssemblyStmt{For: f} }, func(s *AssemblyStmt) *[]AssemblyStmt { return &s.Body })
	repeats(&nodeBlock, func(f *For) NodeStmt { return NodeStmt{For: f} }, func(s *NodeStmt) *[]NodeStmt { return &s.Body })
	nodeBlock.other = item("a component", "a component on a node is written name: Type", ofComponents, func(s *NodeStmt) NodeStmt { return *s })
	repeats(&timingsBlock, func(f *For) TimingStmt { return TimingStmt{For: f} }, func(s *TimingStmt) *[]TimingStmt { return &s.Body })
	timingsBlock.words["factor"] = item("the factor", "a factor is written factor NAME = 0.7", ofFactors, func(f *FactorDecl) TimingStmt { return TimingStmt{Factor: f} })
	timingsBlock.other = item("", "a timing is written type.behavior.transition = 3s or component.behavior.transition = 3s", ofDurations, func(s *TimingStmt) TimingStmt { return *s })
}

const claimForm = "write always STATE, never STATE, ends, downtime(c.port) <= 70s, end of NODE <= 7min, start of c at p before end of d.port, …"

const connectForm = "a connection is written provider.port -> user.port"

func planStatements() {
	planBlock.words = map[string]*statement[[]PlanStmt]{
		"from": optional("", fromForm, ofExistence|ofLinks, &stateBlock, func(p *parser, _ *[]PlanStmt, f *From) *From {
			p.plan.From = append(p.plan.From, f)
			if f.Nothing || f.Running || f.After != nil || f.Tokens == nil {
				return nil
			}
			if t := *p.lex.Peek(); !is(t, "{") {
				advice := fromForm
				if near := diag.Nearest(t.Value, []string{"nothing", "running", "after"}); t.Type == word && near != "" {
					advice = "did you mean " + near + "?"
				}
				p.expected("a state", advice)
				p.skip()
			}
			return f
		}),
		"on": headed("", "a program is written on NODE { … }", ofExistence|ofLinks|ofPushes, &programBlock, func(_ *parser, body *[]PlanStmt, s *PlanStmt) *[]Instruction {
			return &added(body, *s).Program
		}),
	}
	repeats(&planBlock, func(f *For) PlanStmt { return PlanStmt{For: f} }, func(s *PlanStmt) *[]PlanStmt { return &s.Body })
	stateBlock.other = head("", "a state is written component: place, place", ofExistence|ofLinks, func(_ *parser, f *From, s *State) { f.States = append(f.States, *s) })
}

const fromForm = "write from nothing, from running, from after PLAN or from { component: place; … }"

func programStatements() {
	link := instruction(connectForm, ofLinks, func(s *Link) Instruction {
		if s.Disconnect {
			return Instruction{Op: model.Disconnect, Connection: s.Connection}
		}
		return Instruction{Op: model.Connect, Connection: s.Connection}
	})
	programBlock.words = map[string]*statement[[]Instruction]{
		"add":        instruction("", ofExistence, func(s *Add) Instruction { return Instruction{Op: model.Add, Component: s.Component} }),
		"delete":     instruction("", ofExistence, func(s *Delete) Instruction { return Instruction{Op: model.Delete, Component: s.Component} }),
		"connect":    link,
		"disconnect": link,
		"push": instruction("behaviors are pushed so: push component behavior, behavior", ofPushes, func(s *Push) Instruction {
			return Instruction{Op: model.Push, Component: s.Component, Behaviours: s.Behaviours}
		}),
		"wait": instruction("write wait COMPONENT, wait COMPONENT BEHAVIOR, or wait all, each perhaps with holding after it", ofNothing, func(s *Wait) Instruction {
			if s.All != nil {
				return Instruction{Op: model.WaitAll, Holding: s.Holding}
			}
			return Instruction{Op: model.Wait, Component: s.Component, Behaviours: s.Behaviour, Holding: s.Holding}
		}),
		"pause": instruction(durationForm, ofNothing, func(s *Pause) Instruction { return Instruction{Op: model.Pause, Duration: s.Duration} }),
		"limit": headed("", "a limit is written limit 2 { push …; push … }", ofPushes, &programBlock, func(_ *parser, body *[]Instruction, s *Limit) *[]Instruction {
			return &added(body, Instruction{Limit: s, Span: s.Span()}).Body
		}),
		"keep": headed("", "instructions are kept so: keep { wait …; push … }", ofPushes, &programBlock, func(_ *parser, body *[]Instruction, s *Keep) *[]Instruction {
			return &added(body, Instruction{Keep: s, Span: s.Span()}).Body
		}),
	}
	repeats(&programBlock, func(f *For) Instruction { return Instruction{For: f} }, func(s *Instruction) *[]Instruction { return &s.Body })
}

const durationForm = "a duration is a number with a unit (" + model.DurationUnits + ") or a distribution: 3.3s, 1s .. 2s, normal(3s, 40ms) in 2s .. 4s"

func networkStatements() {
	networkBlock.words = platformStatements(func(n *Network) *[]PlatformStmt { return &n.Platform })
	networkBlock.words["executor"] = optional("", "", ofNothing, &executorBlock, func(_ *parser, n *Network, e *Executor) *Executor {
		n.Executor = append(n.Executor, e)
		return e
	})
	networkBlock.words["latency"] = head("", "a latency is written latency 1ms, latency a -> b 1ms, or latency a <-> b 1ms", ofNothing, func(_ *parser, n *Network, l *Latency) { n.Latency = append(n.Latency, l) })
	networkBlock.words["awake"] = head("", "write awake NODE 60s every 3600s offset 120s, or awake NODE 0s .. 60s, 1h .. 2h", ofNothing, func(_ *parser, n *Network, a *Awake) { n.Awake = append(n.Awake, a) })
	networkBlock.words["boot"] = head("", "write boot NODE 1s .. 2s, or boot NODE 1s .. 2s first 1s .. 3s", ofNothing, func(_ *parser, n *Network, b *Boot) { n.Boot = append(n.Boot, b) })
	networkBlock.words["power"] = head("", "write power NODE awake 2W computing 3W .. 5W sleeping 10mW sending 1W", ofNothing, func(_ *parser, n *Network, d *PowerDecl) { n.Power = append(n.Power, d) })

	set := func(p *parser, e *Executor, s Setting) {
		if s.Name.Text == "" { // it is the word that the statement begins with
			t := p.file.tokens[p.begin]
			s.Name = Name{t.Value, spanOf(t)}
		}
		e.Settings = append(e.Settings, s)
	}
	count := head("", "a number is written setup 1 or exchanges 2", ofNothing, func(p *parser, e *Executor, s *CountSetting) { set(p, e, Setting{Word: s.Count.Name}) })
	executorBlock.words = map[string]*statement[Executor]{
		"message":   head("", "the size of messages is written message 0B .. 1500B", ofNothing, func(p *parser, e *Executor, s *MessageSetting) { set(p, e, Setting{Sizes: s.Sizes}) }),
		"facts":     head("", "write facts poll, facts push or facts broker", ofNothing, func(p *parser, e *Executor, s *FactsSetting) { set(p, e, Setting{Word: s.Way.Name}) }),
		"setup":     count,
		"exchanges": count,
		"host":      head("", "write host NAME", ofNothing, func(p *parser, e *Executor, s *HostSetting) { set(p, e, Setting{Node: &s.Host.Ref}) }),
		"start": head("", "a start is written start 300ms, or start NODE 300ms", ofNothing, func(p *parser, e *Executor, s *StartSetting) {
			x := Setting{Delay: s.Delay}
			if s.Node != nil {
				x.Node = &s.Node.Ref
			}
			set(p, e, x)
		}),
	}
	for _, rule := range model.AllRules {
		executorBlock.words[rule.Name] = head("", "a rule of the runtime is switched so: "+rule.Name+" off", ofNothing, func(p *parser, e *Executor, s *RuleSetting) {
			set(p, e, Setting{Name: s.Name.Name, Word: s.Switch.Name})
		})
	}
	executorBlock.other = head("", "a setting is written poll 300ms", ofNothing, func(p *parser, e *Executor, s *DelaySetting) {
		x := Setting{Name: s.Name.Name, Delay: s.Delay}
		if s.Switch != nil {
			x.Word = s.Switch.Name
		}
		set(p, e, x)
	})
}

// platformStatements are the statements about a platform, for the blocks that
// have some.
func platformStatements[P any](in func(*P) *[]PlatformStmt) map[string]*statement[P] {
	add := func(p *parser, into *P, s PlatformStmt) *PlatformStmt {
		s.Span = node{p.file.tokens[p.begin:p.lex.RawCursor()]}.Span()
		return added(in(into), s)
	}
	hostBlock.other = head("", "a property is written speed 1Gf", ofNothing, func(_ *parser, h *Hosts, x *HostProp) { h.Props = append(h.Props, *x) })
	words := map[string]*statement[P]{
		"import": head("", `a platform is imported so: import "platform.xml"`, ofPlatform, func(p *parser, into *P, s *Import) { add(p, into, PlatformStmt{Import: s}) }),
		"host": optional("the host", "", ofPlatform, &hostBlock, func(p *parser, into *P, s *Hosts) *Hosts {
			add(p, into, PlatformStmt{Hosts: s})
			return s
		}),
		"router": head("the router", "", ofPlatform, func(p *parser, into *P, s *Routers) { add(p, into, PlatformStmt{Router: s}) }),
		"link": head("the link", "a link is written link wan 100Mbps 10ms, or link wan 100Mbps 10ms splitduplex", ofPlatform, func(p *parser, into *P, s *LinkDecl) {
			add(p, into, PlatformStmt{Link: s})
		}),
		"route": head("", "a route is written route a -> b over link, link, or route zone at gateway <-> b over link up", ofPlatform, func(p *parser, into *P, s *RouteDecl) {
			add(p, into, PlatformStmt{Route: s})
		}),
		"node": head("", "a node is put on a host so: node worker[s] on host[s]", ofPlatform, func(p *parser, into *P, s *NodeOn) { add(p, into, PlatformStmt{Node: s}) }),
		"flow": head("", "a constant is written flow latency_factor 13.01", ofNothing, func(p *parser, into *P, s *FlowSetting) { add(p, into, PlatformStmt{Flow: s}) }),
		"zone": headed("the zone", "a zone is written zone NAME full { … }", ofPlatform, &zoneBlock, func(p *parser, into *P, s *ZoneDecl) *[]PlatformStmt {
			return &add(p, into, PlatformStmt{Zone: s}).Body
		}),
	}
	loops(words, &zoneBlock, func(p *parser, into *P, f *For) *[]PlatformStmt { return &add(p, into, PlatformStmt{For: f}).Body })
	return words
}
