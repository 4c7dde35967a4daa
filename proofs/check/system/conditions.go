package system

import (
	"fmt"
	"slices"

	"adagio/dsl/model"
)

// condition is what an event may wait for besides what comes before it by causes.
type condition int

const (
	served  condition = iota // a provider of a use port is active
	allowed                  // none of these refuses
	unused                   // nobody uses a provide port
	there                    // a place is active
	idle                     // a component is, and its node says so
	ended                    // a behavior has
)

// need is a condition of a component's port or place; of idle, it is the phase that is
// meant at least, or none if it is as others see it; of ended, the event.
type need struct {
	condition
	component, of int
}

// demand is what an event waits for: what comes before it, what must hold then, and what
// holds anyhow.
type demand struct {
	what      string
	after     []int
	needs     []need
	may       []need
	clauses   []clause
	undecided bool // some phases are not known
}

// clause is a set of signals of which one must hold, each with its phases.
type clause struct {
	signals []phases
	needed  func(phase int) bool // which must not be left out; nil: all
	holds   bool                 // it holds anyhow
	local   bool                 // it is asked at once
}

// unfollowed says what of a scenario is not followed here.
func unfollowed(s *model.Scenario) string {
	for n := range s.Nodes {
		if s.Nodes[n].Uptime != nil {
			return "what nodes that sleep know of others"
		}
		for _, in := range s.Nodes[n].Program {
			switch in.Op {
			case model.Disconnect, model.Delete:
				return "what components and connections that go change"
			}
		}
	}
	if s.Network.Profile.Kind == model.Polling && slices.ContainsFunc(s.Nodes, func(n model.Node) bool {
		return slices.ContainsFunc(n.Program, func(in model.Instruction) bool { return in.Op == model.Pause })
	}) {
		return "what goes on while a node pauses"
	}
	if s.Network.Profile.Kind == model.Concertod {
		return "what a broker knows"
	}
	return ""
}

// conditions checks the clauses of all events, and that these come after nothing else.
func (c *checker) conditions() error {
	for n := range c.s.Nodes {
		for i := range c.s.Nodes[n].Program {
			c.waits(n, i)
		}
	}
	for e, clauses := range c.sys.Clauses {
		l := c.sys.Labels[e]
		all := l[0] == waitBegin && c.s.Nodes[l[1]].Program[l[2]].Op == model.WaitAll // which is taken as given
		if c.demand[e] == nil && len(clauses) > 0 && !all {
			return fmt.Errorf("event %d of the system, which nothing demands, waits for something", e)
		}
	}
	for e := range c.sys.Lo {
		d := c.demand[e]
		if d == nil {
			continue
		}
		for _, x := range d.needs {
			c.resolve(e, x, true)
		}
		for _, x := range d.may {
			c.resolve(e, x, false)
		}
		if d.undecided {
			continue
		}
		if err := c.match(e, d, c.sys.Clauses[e]); err != nil {
			return err
		}
	}
	return nil
}

// waits notes what an instruction waits for.
func (c *checker) waits(n, i int) {
	in := c.s.Nodes[n].Program[i]
	d, k := c.demand[c.steps[n][i]], in.Component
	switch {
	case in.Op == model.Limit || in.Op == model.WaitAll:
		d.undecided, c.given = true, fmt.Sprintf("what a %q waits for", in.Op)
		return
	case in.Op != model.Wait:
		return
	case in.Behaviour >= 0 && c.s.Semantics == model.ConcertoD:
		if nth := c.awaited(n, i); nth > 0 {
			d.needs = append(d.needs, need{ended, k, c.lives[k].ends[[2]int{in.Behaviour, nth}]})
		}
		return
	}
	if c.s.Components[k].Node != n {
		d.needs = append(d.needs, need{idle, k, none})
		return
	}
	pushed := 0
	for _, before := range c.s.Nodes[n].Program[:i] {
		if before.Op == model.Push && before.Component == k {
			pushed++
		}
	}
	d.needs = append(d.needs, need{idle, k, pushed})
}

// awaited is for which end of a behaviour an instruction waits, from 1: of the last push
// before it, or on another node of the next one that it has not waited for.
func (c *checker) awaited(n, i int) (count int) {
	program := c.s.Nodes[n].Program
	op := model.Push
	if c.s.Components[program[i].Component].Node != n {
		op = model.Wait
	}
	for _, in := range program[:i+1] {
		if in.Op == op && in.Component == program[i].Component && in.Behaviour == program[i].Behaviour {
			count++
		}
	}
	return count
}

// resolve turns a need into clauses.
func (c *checker) resolve(e int, x need, must bool) {
	d, k := c.demand[e], c.s.Components[x.component].Node
	add := func(ps ...phases) {
		ps = slices.DeleteFunc(slices.Clone(ps), func(p phases) bool { return len(p) == 0 })
		holds := slices.ContainsFunc(ps, func(p phases) bool { return p[len(p)-1] == [2]int{none, none} })
		d.clauses = append(d.clauses, clause{signals: ps, holds: holds || !must})
	}
	if x.condition == idle {
		c.idles(d, x)
		return
	} else if x.condition == ended {
		add(phases{{x.of, none}})
		return
	} else if x.condition == there {
		add(c.lives[x.component].stays[x.of])
		return
	}
	var any []phases
	for i := range c.s.Links {
		link := &c.s.Links[i]
		provider, user := c.lives[link.Provider], c.lives[link.User]
		ofUser := link.User == x.component && link.UsePort == x.of && c.joined(e, i, k, link.UserSide)
		ofProvider := link.Provider == x.component && link.ProvidePort == x.of && c.joined(e, i, k, link.ProviderSide)
		if ofUser && !provider.plain(link.ProvidePort) || ofProvider && !user.plain(link.UsePort) {
			d.undecided = true
			c.given = fmt.Sprintf("in which order %s and others do what is not ordered", user.comp.Name+" and "+provider.comp.Name)
		}
		switch {
		case x.condition == served && ofUser:
			any = append(any, c.seen(provider.active[link.ProvidePort], provider.comp.Node, k))
		case x.condition == allowed && ofUser && c.s.AsksRefusal(i):
			if p := provider.accepting[link.ProvidePort]; c.s.Semantics == model.ConcertoD {
				add(c.seen(p, provider.comp.Node, k)) // what cannot be asked refuses
			} else {
				add(p)
			}
		case x.condition == unused && ofProvider:
			add(c.seen(user.active[link.UsePort].not(), user.comp.Node, k))
		}
	}
	if x.condition == served {
		add(any...)
	}
}

// joined says whether a node has its side of a link when an event occurs.
func (c *checker) joined(e, link, node int, before bool) bool {
	for i, in := range c.s.Nodes[node].Program {
		if before || in.Op != model.Connect || in.Link != link {
			continue
		}
		connect := c.steps[node][i]
		if before = c.follows(connect, e); !before && !c.follows(e, connect) {
			c.demand[e].undecided = true
			c.given = "which connections there are when " + c.demand[e].what
		}
	}
	return before
}

// seen are the phases of a fact in favour as another node sees them: none before the node
// that it is about has started.
func (c *checker) seen(p phases, node, from int) phases {
	if node == from || len(p) == 0 || p[0][0] != none || c.s.Network.Profile.Kind == model.Ideal && c.s.Nodes[node].Start.Hi == 0 {
		return p
	}
	out := slices.Clone(p)
	out[0][0] = c.starts[node]
	return out
}

// idles adds the clauses of a wait for a component: that it is idle, and if its node has
// waits that hold, that it is at none.
func (c *checker) idles(d *demand, x need) {
	l := c.lives[x.component]
	if x.of != none { // on its own node, after so many pushes
		d.clauses = append(d.clauses, clause{[]phases{l.rest}, func(k int) bool { return k == x.of }, x.of == 0 && len(l.rest) > 0 && l.rest[0][0] == none, true})
		return
	}
	program := c.s.Nodes[l.comp.Node].Program
	var pushes []int
	since := 0 // the component is there
	for i, in := range program {
		if in.Op == model.Push && in.Component == x.component {
			pushes = append(pushes, i)
		} else if in.Op == model.Add && in.Component == x.component {
			since = i + 1
		}
	}
	shown, held := c.shown(l.comp.Node)
	there, exists := phases{{none, none}}, phases{{none, none}}
	if since > 0 {
		exists = phases{{l.rest[0][0], none}}
	}
	not := none // before that no other part of the condition holds
	for _, y := range []*stretches{
		{l.rest, l.comp.Node, pushes, since, func(i int) bool {
			return program[i].Holding || program[i].Op == model.Wait && program[i].Component == x.component || c.returns(l.comp.Node, i)
		}},
		{shown, l.comp.Node, held, since, func(i int) bool { return c.returns(l.comp.Node, i) }},
		{there, 0, nil, 0, nil},
		{exists, 0, nil, 0, nil},
	} {
		y.phases = slices.Clone(y.phases)
		if len(y.phases) > 0 && y.phases[0][0] == none { // nothing before the node has started
			y.phases[0][0] = c.starts[l.comp.Node]
		}
		needed := func(k int) bool { return c.mayLast(y, k, not) }
		for k, p := range y.phases {
			if not == none && needed(k) {
				not = p[0]
			}
		}
		d.clauses = append(d.clauses, clause{[]phases{y.phases}, needed, y.ends == nil && len(held)+len(pushes)+since > 0, false})
	}
}

// stretches are phases that end with instructions of a node, from one of its instructions
// on, some of which end at once in what holds between.
type stretches struct {
	phases
	node   int
	ends   []int
	since  int
	hidden func(instruction int) bool
}

// mayLast says whether time may pass in a stretch while others see it: after some event.
func (c *checker) mayLast(y *stretches, k, after int) bool {
	if k == len(y.ends) {
		return true
	}
	from := y.since
	if k > 0 {
		from = y.ends[k-1] + 1
	}
	for i := from; i < y.ends[k]; i++ {
		if c.s.Nodes[y.node].Program[i].Op.Blocking() && !y.hidden(i) && (after == none || !c.noLater(y.phases[k][1], after)) {
			return true
		}
	}
	return false
}

// shown are the phases in which a node says that its components are idle: not in waits that
// hold, which are listed, too.
func (c *checker) shown(n int) (shown phases, held []int) {
	last := none
	for i, in := range c.s.Nodes[n].Program {
		if in.Holding {
			begin := c.starts[n]
			if i > 0 {
				begin = c.steps[n][i-1]
			}
			shown, last, held = append(shown, [2]int{last, begin}), c.steps[n][i], append(held, i)
		}
	}
	return append(shown, [2]int{last, none}), held
}

// returns says whether an instruction waits for a component of its node that is idle still.
func (c *checker) returns(n, i int) bool {
	program := c.s.Nodes[n].Program
	return program[i].Op == model.Wait && c.s.Components[program[i].Component].Node == n &&
		!slices.ContainsFunc(program[:i], func(in model.Instruction) bool { return in.Op == model.Push && in.Component == program[i].Component })
}
