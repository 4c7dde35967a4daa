package dsl

import (
	"fmt"
	"math"
	"slices"

	"adagio/dsl/model"
)

// planState is a plan while it is resolved and afterwards.
type planState struct {
	scenario *model.Scenario // nil while it is resolved, or after a mistake
	busy     bool
	pushed   map[[2]int]bool
}

// plan resolves a plan, once. Scenarios have no durations yet: those are the
// matter of the plan that is asked for.
func (r *resolver) plan(decl *Plan) *planState {
	if st, ok := r.resolved[decl]; ok {
		return st
	}
	st := &planState{busy: true, pushed: map[[2]int]bool{}}
	r.resolved[decl] = st
	defer func() { st.busy = false }()
	a, ok := r.assemblies[decl.Of.Text]
	if !ok && decl.Of.Text == "" {
		return st // reported by the parser
	}
	if !ok {
		unknown(r, decl.Of.Name, "assembly", "", r.assemblies, r.broken.of(ofAssemblies))
		return st
	}
	before := r.failures
	x := r.instantiate(a)
	p := &planner{
		resolver: r, decl: decl, x: x, st: st,
		links:    &links{slices.Clone(x.links.list), map[[4]int32]int{}, x.links.index},
		programs: make([]program, len(x.nodeList)),
		active:   make([][]int, len(x.compList)),
	}
	for i := range p.links.list {
		p.links.list[i].UserSide, p.links.list[i].ProviderSide = false, false
	}
	p.initial()
	p.unclear = p.poisoned
	for c := range x.compList {
		info, ok := r.typeOf(x, c)
		p.poisoned = p.poisoned || !ok || info.faulty
	}
	p.expand(decl.Body, x.scope)
	if p.doubt = decl.broken | a.broken; !p.unclear && !p.doubt.of(ofExistence|ofNodes|ofComponents|ofParameters) {
		p.check()
	}
	if p.doubt != ofNothing || p.poisoned || r.failures > before {
		return st
	}
	st.scenario = p.scenario()
	return st
}

// planner resolves one plan.
type planner struct {
	*resolver
	decl     *Plan
	x        *instance
	st       *planState
	links    *links
	active   [][]int
	past     []model.Past // what an earlier plan has left besides places; nil without one
	programs []program
	limits   []*model.Limiter // around the instruction that is being resolved
	kept     int              // keep blocks around it
	doubt    doubts           // what could not be read of the plan and its assembly
	poisoned bool             // something could not be resolved
	unclear  bool             // … on which it depends what exists
}

// program is the program of a node with the spans of its instructions.
type program struct {
	on    Span // where it is given; zero if it is not
	code  []model.Instruction
	spans []Span
}

// initial computes the state that the plan starts in.
func (p *planner) initial() {
	if len(p.decl.From) == 0 {
		return
	}
	from := p.decl.From[0]
	if len(p.decl.From) > 1 {
		p.fail(p.decl.From[1].Span(), fmt.Sprintf("plan %s says twice what it starts from", p.decl.Name.Text), "remove one", related(from.Span().Pos, "first given here"))
	}
	switch {
	case from.Nothing:
	case from.Running:
		p.fromRunning(from)
	case from.After != nil:
		p.fromAfter(from.After.Name)
	default:
		p.fromStates(from)
	}
}

func (p *planner) fromRunning(from *From) {
	for c, comp := range p.x.compList {
		info, ok := p.typeOf(p.x, c)
		if !ok {
			p.poisoned = true
			continue
		}
		if info.typ.Running < 0 {
			if len(info.decl.Running) == 0 && !info.decl.broken.of(ofRunning) {
				p.add(runningMissing(from, info, comp.Name))
			}
			p.poisoned = true
			continue
		}
		p.active[c] = []int{info.typ.Running}
	}
	p.assemblyLinks()
}

func (p *planner) fromStates(from *From) {
	given := map[int]model.Pos{}
	for _, s := range from.States {
		p.match(p.x.components, s.Component.Ref, 1, p.x.scope, func(c int, _ scope) {
			if first, ok := given[c]; ok {
				p.fail(s.Component.Span(), fmt.Sprintf("the state of %s is given twice", p.x.compList[c].Name), "remove one", related(first, "first given here"))
				return
			}
			given[c] = s.Component.Name.Pos
			info, ok := p.typeOf(p.x, c)
			if !ok {
				p.poisoned = true
				return
			}
			for _, n := range s.Places {
				i := p.place(info, n.Name)
				if i < 0 {
					p.poisoned = true
				} else if !slices.Contains(p.active[c], i) {
					p.active[c] = append(p.active[c], i)
				}
			}
			slices.Sort(p.active[c])
		})
	}
	p.assemblyLinks()
}

// assemblyLinks makes the connections of the assembly between the components
// that exist.
func (p *planner) assemblyLinks() {
	for i, l := range p.x.links.list {
		if len(p.active[l.User]) > 0 && len(p.active[l.Provider]) > 0 {
			p.links.list[i].UserSide, p.links.list[i].ProviderSide = l.UserSide, l.ProviderSide
		}
	}
}

func (p *planner) fromAfter(after Name) {
	base, ok := p.plans[after.Text]
	if !ok {
		unknown(p.resolver, after, "plan", "", p.plans, p.broken.of(ofPlans))
		p.poisoned = true
		return
	}
	if base.Of.Text != p.decl.Of.Text {
		p.fail(after.Span, fmt.Sprintf("plan %s is of another assembly, %s", base.Name.Text, base.Of.Text), "a plan can start after plans of its own assembly only", related(base.Of.Pos, "there"))
		p.poisoned = true
		return
	}
	st := p.plan(base)
	if st.busy {
		p.fail(after.Span, fmt.Sprintf("plan %s starts after itself", base.Name.Text), "plans must not start after one another in a circle", related(base.Name.Pos, "the plan"))
		p.poisoned = true
		return
	}
	if st.scenario == nil {
		p.poisoned = true // reported there
		return
	}
	active, links, err := st.scenario.Final()
	if err != nil {
		p.fail(after.Span, fmt.Sprintf("plan %s does not end: %v", base.Name.Text, err), "no plan can start after it", related(base.Name.Pos, "the plan"))
		p.poisoned = true
		return
	}
	p.active, p.past = active, p.pastOf(st.scenario, after)
	for _, l := range links {
		i := p.links.of(l)
		p.links.list[i].UserSide, p.links.list[i].ProviderSide = l.UserSide, l.ProviderSide
	}
}

// pastOf is what components keep of an earlier plan besides their places. Where that
// depends on the order of a component's own transitions there is a warning.
func (p *planner) pastOf(s *model.Scenario, after Name) []model.Past {
	past := make([]model.Past, len(s.Components))
	provided := s.Provided()
	for c, left := range s.Remains() {
		past[c].Provided = provided[c]
		if s.Semantics != model.Ballet { // it follows from the places
			continue
		}
		past[c].Refusing = left.Refusing
		for _, place := range left.Doubling {
			p.warn(after.Span, fmt.Sprintf("two dock sets enter place %s of %s in plan %s", s.TypeOf(c).Places[place].Name, s.Components[c].Name, s.Name),
				"this plan starts as it is if that does not happen in the same pass")
		}
		for _, port := range left.Open {
			p.warn(after.Span, fmt.Sprintf("%s may or may not refuse its users when plan %s has ended", s.PortName(c, port), s.Name),
				"it depends on the order of the component's transitions; this plan starts without a refusal")
		}
	}
	return past
}

// expand resolves the programs of a body.
func (p *planner) expand(body []PlanStmt, in scope) {
	for i := range body {
		s := &body[i]
		if s.For != nil {
			p.replicate(s.For, len(s.Body), in, func(in scope) { p.expand(s.Body, in) })
			continue
		}
		matched := false
		before := p.failures
		p.match(p.x.nodes, s.On.Ref, len(s.Program), in, func(n int, in scope) {
			matched = true
			if at := p.programs[n].on; at != (Span{}) {
				p.fail(s.On.Span(), fmt.Sprintf("node %s has two programs", p.x.nodeList[n].Name), "put all its instructions in one on", related(at.Pos, "the first one"))
				return
			}
			p.programs[n] = program{s.On.Span(), make([]model.Instruction, 0, len(s.Program)), make([]Span, 0, len(s.Program))}
			p.instructions(n, s.Program, in)
		})
		if !matched && p.failures > before {
			p.poisoned, p.unclear = true, true
		}
	}
}

func (p *planner) instructions(node int, body []Instruction, in scope) {
	for i := range body {
		s := &body[i]
		if s.For != nil {
			p.replicate(s.For, len(s.Body), in, func(in scope) { p.instructions(node, s.Body, in) })
			continue
		}
		if s.Limit != nil {
			p.poisoned = !p.limit(node, s, in) || p.poisoned
			continue
		}
		if s.Keep != nil {
			p.kept++
			p.instructions(node, s.Body, in)
			p.kept--
			continue
		}
		if !p.instruction(node, s, in) {
			p.poisoned = true
			p.unclear = p.unclear || s.Op == model.Add || s.Op == model.Delete || s.Op == model.Connect
		}
	}
}

func (p *planner) emit(node int, in model.Instruction, at Span) {
	in.Pos, in.Keep = at.Pos, p.kept > 0
	pr := &p.programs[node]
	pr.code = append(pr.code, in)
	pr.spans = append(pr.spans, at)
}

// limit resolves the block of a limit and says whether the limit is right.
func (p *planner) limit(node int, s *Instruction, in scope) bool {
	if !p.decl.broken.of(ofPushes) && !pushes(s.Body) {
		p.fail(s.Limit.Span(), "a limit without a push", "a limit is for the pushes in its block: limit 2 { push …; push … }")
		return false
	}
	most, ok := p.eval(s.Limit.Most, in)
	if ok && most < 1 {
		p.fail(s.Limit.Most.Span(), fmt.Sprintf("a limit of %d", most), "a limit is at least 1: nothing could be pushed otherwise")
		ok = false
	}
	p.limits = append(p.limits, &model.Limiter{Most: int(max(1, min(most, math.MaxInt32)))})
	p.instructions(node, s.Body, in)
	p.limits = p.limits[:len(p.limits)-1]
	return ok
}

// pushes says whether a push stands somewhere in a body.
func pushes(body []Instruction) bool {
	return slices.ContainsFunc(body, func(s Instruction) bool {
		return pushes(s.Body) || s.Op == model.Push && s.For == nil && s.Limit == nil && s.Keep == nil
	})
}

// limited emits the waits of the limits around a push to a component.
func (p *planner) limited(node, c int, at Span) {
	for _, l := range p.limits {
		code := p.programs[node].code
		for _, wait := range l.Push(code, c)[len(code):] {
			if p.spend(at, int64(len(wait.Of))) {
				p.emit(node, wait, at)
			}
		}
	}
}

// instruction resolves one statement and says whether it is right.
func (p *planner) instruction(node int, s *Instruction, in scope) bool {
	switch s.Op {
	case model.WaitAll:
		p.emit(node, model.Instruction{Op: s.Op, Holding: s.Holding}, s.Span)
		return true
	case model.Pause:
		d := p.delay(s.Duration)
		p.emit(node, model.Instruction{Op: s.Op, Duration: d.delay}, s.Span)
		return d.ok
	case model.Connect, model.Disconnect:
		return p.linkInstruction(node, s, in)
	}
	c, ok := p.find(p.x.components, s.Component.Ref, in)
	if !ok {
		return false
	}
	comp := p.x.compList[c]
	if s.Op != model.Wait && comp.Node != node {
		p.fail(s.Component.Span(), fmt.Sprintf("%s is on another node, %s", comp.Name, p.x.nodeList[comp.Node].Name),
			fmt.Sprintf("%s it in the program of its own node: on %s { … }", s.Op, p.x.nodeList[comp.Node].Name), related(comp.Pos, "declared here"))
		return false
	}
	info, ok := p.typeOf(p.x, c)
	if !ok {
		return false
	}
	out := model.Instruction{Op: s.Op, Component: c, Holding: s.Holding}
	if s.Op == model.Wait {
		out.Behaviour = -1
	}
	switch s.Op {
	case model.Push:
		p.limited(node, c, s.Span)
	case model.Delete:
		for _, l := range p.limits {
			l.Delete(c)
		}
	}
	if len(s.Behaviours) == 0 {
		p.emit(node, out, s.Span)
	}
	for i, n := range s.Behaviours {
		b, known := info.behaviours[n.Text]
		if !known {
			unknown(p.resolver, n.Name, "behavior", "component type "+info.typ.Name, info.behaviours, info.decl.broken.of(ofBehaviors))
			ok = false
			continue
		}
		out.Behaviour = b
		at := s.Span
		if i > 0 {
			at = n.Span
		}
		if s.Op == model.Push {
			p.st.pushed[[2]int{c, b}] = true
		}
		p.emit(node, out, at)
	}
	return ok
}

func (p *planner) linkInstruction(node int, s *Instruction, in scope) bool {
	link, ok := p.connection(p.x, s.Connection, s.Span, in)
	if !ok {
		return false
	}
	user, provider := p.x.compList[link.User], p.x.compList[link.Provider]
	if user.Node != node && provider.Node != node {
		p.fail(s.Span, fmt.Sprintf("neither %s nor %s is on node %s", user.Name, provider.Name, p.x.nodeList[node].Name),
			"each node makes and removes its own side of a connection: move this to the program of one of them")
		return false
	}
	link.Pos = s.Pos
	p.emit(node, model.Instruction{Op: s.Op, Link: p.links.of(link)}, s.Span)
	return true
}

// scenario puts the resolved plan together.
func (p *planner) scenario() *model.Scenario {
	s := &model.Scenario{
		Name: p.decl.Name.Text, Assembly: p.decl.Of.Text, Types: p.model,
		Nodes: slices.Clone(p.x.nodeList), Components: slices.Clone(p.x.compList), Links: p.links.list,
		Semantics: p.meaning(), Pos: p.decl.Name.Pos,
	}
	for c := range s.Components {
		s.Components[c].Active = p.active[c]
		if p.past != nil {
			s.Components[c].Past = p.past[c]
		}
	}
	neighbours := make([][]int, len(s.Nodes))
	join := func(a, b int) {
		if a != b {
			neighbours[a] = append(neighbours[a], b)
		}
	}
	for pair := range p.x.neighbours {
		join(pair[0], pair[1])
	}
	for _, l := range s.Links {
		u, v := s.Components[l.User].Node, s.Components[l.Provider].Node
		join(u, v)
		join(v, u)
	}
	for n := range s.Nodes {
		s.Nodes[n].Program = p.programs[n].code
		slices.Sort(neighbours[n])
		s.Nodes[n].Neighbours = slices.Compact(neighbours[n])
	}
	return s
}
