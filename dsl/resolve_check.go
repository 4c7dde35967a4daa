package dsl

import (
	"fmt"
	"slices"

	"adagio/dsl/diag"
	"adagio/dsl/model"
)

func runningMissing(from *From, info *typeInfo, component string) diag.Diagnostic {
	return diag.Diagnostic{
		Summary: fmt.Sprintf("component type %s has no running place, which %s would start in", info.typ.Name, component),
		Detail:  "add to the type: running PLACE; or give the state of each component: from { component: place }",
		Subject: info.decl.Name.Pos, Length: info.decl.Name.Length,
		Related: []diag.Related{{Pos: from.Span().Pos, Text: "from running"}},
	}
}

// check follows every program and reports what cannot be: a component that is
// used before it exists, a connection that is removed and never made.
func (p *planner) check() {
	p.checkGates()
	p.checkBuilds()
	ever := make([]bool, len(p.x.compList)) // exists at some time
	for c := range ever {
		ever[c] = len(p.active[c]) > 0
	}
	for _, pr := range p.programs {
		for _, in := range pr.code {
			if in.Op == model.Add {
				ever[in.Component] = true
			}
		}
	}
	exists := make([]bool, len(p.x.compList)) // now, as its own node sees it
	for c := range exists {
		exists[c] = len(p.active[c]) > 0
	}
	f := follower{p, ever, exists, map[int]bool{}, map[int]model.Pos{}, make([]sides, len(p.links.list)), map[int]bool{}}
	for i, l := range p.links.list {
		f.sides[i] = sides{l.UserSide, l.ProviderSide}
	}
	for n := range p.programs {
		for i, in := range p.programs[n].code {
			f.step(n, in, p.programs[n].spans[i])
		}
	}
}

// checkBuilds warns of component types that Ballet refuses to build.
func (p *planner) checkBuilds() {
	if p.meaning() != model.Ballet {
		return
	}
	seen := map[int]bool{}
	for i, c := range p.x.compList {
		if info, ok := p.typeOf(p.x, i); !ok || info.faulty || seen[c.Type] {
			continue
		}
		seen[c.Type] = true
		t := p.model[c.Type]
		for _, g := range t.Groups {
			if slices.Contains(g.Places, t.Initial) {
				p.warn(Span{g.Pos, length(g.Name)}, fmt.Sprintf("Ballet does not build %s: its initial place %s is in group %s", t.Name, t.Places[t.Initial].Name, g.Name),
					"start in a place of its own, with a transition into the group; what follows is for a runtime that allows it")
			}
		}
		for _, port := range t.Ports {
			to, elements := model.ToTransition, "transitions"
			switch port.Kind {
			case model.DataProvide:
				to, elements = model.ToPlace, "places"
			case model.DataUse:
			default:
				continue
			}
			if slices.ContainsFunc(port.Bound, func(b model.Binding) bool { return b.Kind != to }) {
				p.warn(Span{port.Pos, length(port.Name)}, fmt.Sprintf("Ballet does not build %s: a %v port is bound to %s only, and %s is not", t.Name, port.Kind, elements, port.Name),
					fmt.Sprintf("bind it to %s; what follows is for a runtime that allows it", elements))
			}
		}
	}
}

func length(name string) int { return len([]rune(name)) }

// checkGates warns of use ports at transitions where the semantics do not ask for a
// provider when a transition starts.
func (p *planner) checkGates() {
	if p.meaning() != model.ConcertoD {
		return
	}
	for _, c := range p.x.compList {
		t := p.model[c.Type]
		for _, port := range t.Ports {
			for _, b := range port.Bound {
				if b.Kind != model.ToTransition || !port.Kind.IsUse() {
					continue
				}
				p.warn(Span{port.Pos, length(port.Name)}, fmt.Sprintf("semantics concerto-d does not gate the start of a transition: %s does not wait for a provider of %s", t.Transitions[b.Index].Name, port.Name),
					"the formal model has no such rule, and the runtimes do: use semantics ballet, or bind the port to the place where the transition ends")
			}
		}
	}
}

// follower follows programs without time.
type follower struct {
	*planner
	ever, exists []bool
	reported     map[int]bool      // components whose absence has been reported
	changed      map[int]model.Pos // the last add or delete of a component
	sides        []sides           // of each link, now, each as its own node sees it
	parted       map[int]bool      // links that some disconnect has tried to remove
}

// sides says which sides of a link exist.
type sides struct{ user, provider bool }

func (f *follower) step(node int, in model.Instruction, at Span) {
	switch in.Op {
	case model.Connect, model.Disconnect:
		f.link(node, in, at)
		return
	case model.WaitAll, model.Pause, model.Limit:
		return
	}
	c := in.Component
	name := f.x.compList[c].Name
	var history []diag.Related
	if pos, ok := f.changed[c]; ok {
		text := "deleted here"
		if f.exists[c] {
			text = "added here"
		}
		history = append(history, related(pos, text))
	}
	switch {
	case in.Op == model.Add:
		if f.exists[c] {
			detail := "remove this instruction"
			if len(history) == 0 {
				detail = "it is there when the plan starts: remove this instruction, or change from"
			}
			f.fail(at, fmt.Sprintf("%s exists already", name), detail, history...)
		}
		f.exists[c] = true
		f.changed[c] = at.Pos
		f.reported[c] = false
	case f.refuseAbsent(node, c, at, history...):
	case in.Op == model.Delete:
		f.exists[c] = false
		f.changed[c] = at.Pos
		f.reported[c] = false
	case in.Op == model.Wait && in.Behaviour >= 0 && !f.doubt.of(ofPushes) && !f.st.pushed[[2]int{c, in.Behaviour}]:
		f.warn(at, fmt.Sprintf("nobody pushes %s to %s in this plan", f.model[f.x.compList[c].Type].Behaviours[in.Behaviour].Name, name), "this wait is for something that never happens")
	}
}

// refuseAbsent reports, once, a component that is not there, as far as the node knows, and says
// whether it is so.
func (f *follower) refuseAbsent(node, c int, at Span, history ...diag.Related) bool {
	summary := ""
	switch comp := f.x.compList[c]; {
	case !f.ever[c]:
		summary = comp.Name + " never exists"
		history = append(history, related(comp.Pos, "declared here"))
	case comp.Node == node && !f.exists[c]:
		summary = comp.Name + " does not exist here"
	default:
		return false
	}
	if !f.reported[c] {
		f.fail(at, summary, f.howToExist(c), history...)
	}
	f.reported[c] = true
	return true
}

// howToExist says how a component comes to exist.
func (f *follower) howToExist(c int) string {
	return fmt.Sprintf("add it before, on node %s: add %s; or let the plan start from a state in which it exists", f.x.nodeList[f.x.compList[c].Node].Name, f.x.compList[c].Name)
}

func (f *follower) link(node int, in model.Instruction, at Span) {
	if f.doubt.of(ofLinks) {
		return
	}
	l := &f.links.list[in.Link]
	for _, c := range []int{l.User, l.Provider} {
		if f.refuseAbsent(node, c, at) {
			return
		}
	}
	user, provider := f.x.compList[l.User].Node == node, f.x.compList[l.Provider].Node == node
	s := f.sides[in.Link]
	made := (!user || s.user) && (!provider || s.provider)
	none := (!user || !s.user) && (!provider || !s.provider)
	switch {
	case in.Op == model.Connect && made:
		f.warn(at, "this is connected already", "the instruction has no effect")
	case in.Op == model.Disconnect && none && f.parted[in.Link]:
		// The disconnect before may have had no effect: the connection was in use.
	case in.Op == model.Disconnect && none:
		f.fail(at, "there is no such connection here", "connect it before, or let the plan start from a state in which it exists")
	}
	now := in.Op == model.Connect
	f.parted[in.Link] = f.parted[in.Link] || !now
	if user {
		s.user = now
	}
	if provider {
		s.provider = now
	}
	f.sides[in.Link] = s
}
