package replay

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"adagio/dsl/model"
)

const none = -1

// step is something that happens in an execution, by its letter: node what starts (n), or
// executes its instruction of number what (i); component of begins (b) or ends (z) a
// behaviour, leaves (o) or enters (e) a place, starts (f) or ends (a) a transition, or takes note of the
// end (t).
type step struct {
	letter   string
	of, what int
}

// machine is the state of a component (SEMANTICS.md, section 1).
type machine struct {
	*model.Component
	t                        *model.Type
	spans                    []span
	exists, entering         bool
	together                 bool // dock sets that are full are emptied together (rule 7.5)
	behaviour                int  // -1: none
	queue, ended             []int
	at, visited, kept, flags []bool // by place, and by port: data that stays, a stored refusal
	dock                     []byte // of each transition: left, running or full
	since                    []time.Duration
}

const (
	left byte = iota + 1
	running
	ended
	arrived
)

// replay is an execution that is followed step by step.
type replay struct {
	s          *model.Scenario
	now        time.Duration
	machines   []machine
	next       []int // instruction of each node; -1 before its start
	done       []time.Duration
	sides      [][2]bool // of links: the user's, the provider's
	links      [][]int   // by component
	open       []map[step]time.Duration
	holds      map[fact]bool
	last       map[fact]time.Duration // when it was so in the end of a date, or ceased to be
	late, aged time.Duration          // the longest that a step was possible, and that what it rests on was not so any more
}

func newReplay(s *model.Scenario) (*replay, error) {
	r := &replay{s: s, holds: map[fact]bool{}, last: map[fact]time.Duration{}}
	for i := range s.Nodes {
		if s.Nodes[i].Uptime != nil {
			return nil, fmt.Errorf("node %s sleeps: such executions are not followed", s.Nodes[i].Name)
		}
		r.next, r.done = append(r.next, -1), append(r.done, 0)
	}
	r.open, r.links = make([]map[step]time.Duration, len(s.Nodes)+len(s.Components)), make([][]int, len(s.Components))
	for l, link := range s.Links {
		r.sides = append(r.sides, [2]bool{link.UserSide, link.ProviderSide})
		r.links[link.User], r.links[link.Provider] = append(r.links[link.User], l), append(r.links[link.Provider], l)
	}
	for c := range s.Components {
		r.machines = append(r.machines, newMachine(s, c))
	}
	for c := range r.machines {
		r.keepData(c)
	}
	for _, link := range s.Links { // also for users that are still to connect
		if provider := &r.machines[link.Provider]; r.there(provider.Node) && provider.holdsPort(link.ProvidePort) {
			r.last[fact{'s', link.User, link.UsePort, whole}] = 0
		}
	}
	return r, nil
}

// newMachine is a component as it is in the beginning.
func newMachine(s *model.Scenario, c int) machine {
	comp, t := &s.Components[c], s.TypeOf(c)
	m := machine{
		Component: comp, t: t, together: s.Rules.DockSetsTogether, exists: len(comp.Active) > 0, behaviour: none, ended: make([]int, len(t.Behaviours)),
		at: make([]bool, len(t.Places)), visited: make([]bool, len(t.Places)), kept: make([]bool, len(t.Ports)), flags: make([]bool, len(t.Ports)),
		dock: make([]byte, len(t.Transitions)), since: make([]time.Duration, len(t.Transitions)),
	}
	for p, port := range t.Ports {
		var all []int
		for _, b := range port.Bound {
			places := []int{b.Index}
			if b.Kind == model.ToTransition {
				continue
			} else if b.Kind == model.ToGroup {
				places = t.Groups[b.Index].Places
			}
			if all = append(all, places...); s.Semantics == model.Ballet {
				m.spans = append(m.spans, initial(comp, p, places, b, s.Rules.GroupsByMoves && b.Kind == model.ToGroup))
			}
		}
		if s.Semantics == model.ConcertoD { // a port is bound to a group, always
			m.spans = append(m.spans, span{port: p, places: all})
		}
		m.kept[p], m.flags[p] = slices.Contains(comp.Past.Provided, p), slices.Contains(comp.Past.Refusing, p)
	}
	for _, p := range comp.Active {
		m.at[p] = true
	}
	return m
}

func (r *replay) keepData(c int) {
	m := &r.machines[c]
	for p := range m.kept {
		m.kept[p] = m.kept[p] || r.s.Rules.DataStays && m.t.Ports[p].Kind == model.DataProvide && m.holdsPort(p)
	}
}

func (m *machine) idle() bool {
	return m.exists && !m.entering && m.behaviour < 0 && len(m.queue) == 0
}

// due says whether a place is to be left.
func (m *machine) due(p int) bool {
	return m.behaviour >= 0 && m.at[p] && !m.visited[p] && slices.ContainsFunc(m.t.Transitions, func(t model.Transition) bool { return t.Behaviour == m.behaviour && t.Src == p })
}

// docked are the dock sets of a place that are full, in order: their transitions.
func (m *machine) docked(p int) (full [][]int) {
	sets := map[int][]int{}
	for i, t := range m.t.Transitions {
		if t.Behaviour == m.behaviour && t.Dst == p {
			sets[t.DockSet] = append(sets[t.DockSet], i)
		}
	}
	for _, number := range slices.Sorted(maps.Keys(sets)) {
		if !slices.ContainsFunc(sets[number], func(i int) bool { return m.dock[i] != arrived }) {
			full = append(full, sets[number])
		}
	}
	return full
}

// may says whether the one whose step it is lets it happen, and on what of others it
// rests. A component waits while its node is at no wait, if the executor is Ballet's.
func (r *replay) may(x step) (rests []fact, ok bool) {
	if x.letter == "n" {
		d := r.s.Nodes[x.of].Start
		return nil, r.next[x.of] < 0 && r.now >= d.Lo && r.now <= d.Hi
	} else if x.letter == "i" {
		return r.mayExecute(x.of, x.what)
	}
	m := &r.machines[x.of]
	node := &r.s.Nodes[m.Node]
	if n := r.next[m.Node]; n < 0 || r.s.Network.Profile.Kind == model.Polling && x.letter != "a" && !(m.entering && r.s.Semantics == model.ConcertoD) && n < len(node.Program) && node.Program[n].Op == model.Pause {
		return nil, false
	}
	switch x.letter {
	case "b":
		ok = m.behaviour < 0 && m.exists && !m.entering && len(m.queue) > 0 && m.queue[0] == x.what
	case "o":
		for _, port := range m.locks(x.what) {
			rests = append(rests, fact{'u', x.of, port, whole})
		}
		ok = m.due(x.what)
	case "f":
		for p, port := range m.t.Ports {
			if r.s.Semantics == model.Ballet && slices.Contains(port.Bound, model.Binding{Kind: model.ToTransition, Index: x.what}) {
				rests = append(rests, fact{'s', x.of, p, whole})
			}
		}
		ok = m.dock[x.what] == left
	case "a":
		d, lasted := r.s.Network.Profile.Lasts(m.Durations[x.what]), r.now-m.since[x.what]
		ok = m.dock[x.what] == running && lasted >= d.Lo && lasted <= d.Hi
	case "t":
		ok = m.dock[x.what] == ended
	case "e":
		var set []int
		if full := m.docked(x.what); len(full) > 0 {
			set = full[0]
		}
		for i := range m.spans {
			y := &m.spans[i]
			kind := m.t.Ports[y.port].Kind
			if !kind.IsUse() || !m.begins(y, x.what, set) || m.entering && r.s.Semantics == model.ConcertoD {
				continue
			}
			if rests = append(rests, fact{'s', x.of, y.port, whole}); kind == model.Use {
				rests = append(rests, fact{'w', x.of, y.port, whole})
			}
		}
		ok = !m.at[x.what] && (m.entering && x.what == m.t.Initial || !m.entering && set != nil)
	case "z":
		ok = m.behaviour >= 0 && !slices.ContainsFunc(m.dock, func(d byte) bool { return d != 0 })
		for p := range m.at {
			ok = ok && !m.due(p)
		}
	}
	return rests, ok
}

// mayExecute is may of the instructions of programs.
func (r *replay) mayExecute(n, i int) (rests []fact, ok bool) {
	node := &r.s.Nodes[n]
	if r.next[n] != i || i >= len(node.Program) {
		return nil, false
	}
	ok = true
	idle := func(c int) { // what is on the node itself is known at once
		if m := &r.machines[c]; m.Node == n {
			ok = ok && m.idle()
		} else {
			rests = append(rests, fact{'c', c, 0, whole})
		}
	}
	switch in := node.Program[i]; in.Op {
	case model.Pause:
		ok = r.now-r.done[n] >= in.Duration.Lo && r.now-r.done[n] <= in.Duration.Hi
	case model.Wait:
		if in.Behaviour >= 0 && r.s.Semantics == model.ConcertoD {
			return nil, r.machines[in.Component].ended[in.Behaviour] >= r.awaited(n, i)
		}
		idle(in.Component)
	case model.WaitAll:
		for c := range r.machines {
			if m := &r.machines[c]; m.Node == n && m.exists {
				idle(c)
			}
		}
		for _, m := range node.Neighbours {
			rests = append(rests, fact{'n', m, 0, whole})
		}
	case model.Limit:
		busy := 0
		for _, c := range in.Of {
			if r.machines[c].exists && !r.machines[c].idle() {
				busy++
			}
		}
		ok = busy < in.Most
	case model.Disconnect:
		if user := r.s.Links[in.Link].User; r.s.Semantics == model.ConcertoD && r.machines[user].Node == n {
			ok = !r.used(in.Link)
		} else if r.s.Semantics == model.ConcertoD {
			rests = append(rests, fact{'d', user, in.Link, whole})
		}
	case model.Delete:
		m := &r.machines[in.Component]
		ok = !m.exists || m.idle() && !slices.ContainsFunc(r.links[in.Component], func(l int) bool {
			link := &r.s.Links[l]
			return link.User == in.Component && r.sides[l][0] || link.Provider == in.Component && r.sides[l][1]
		})
	}
	return rests, ok
}

// awaited is for which end of a behaviour an instruction waits: of the last push before it,
// or on another node of the next one that it has not waited for.
func (r *replay) awaited(n, i int) (count int) {
	program := r.s.Nodes[n].Program
	op := model.Push
	if r.machines[program[i].Component].Node != n {
		op = model.Wait
	}
	for _, in := range program[:i+1] {
		if in.Op == op && in.Component == program[i].Component && in.Behaviour == program[i].Behaviour {
			count++
		}
	}
	return count
}

// do has a step happen.
func (r *replay) do(x step) {
	switch x.letter {
	case "n":
		r.next[x.of], r.done[x.of] = 0, r.now
	case "i":
		r.next[x.of], r.done[x.of] = x.what+1, r.now
		r.execute(x.of, &r.s.Nodes[x.of].Program[x.what])
	default:
		r.machines[x.of].do(x, r.now)
	}
}

// execute has a node execute an instruction.
func (r *replay) execute(n int, in *model.Instruction) {
	m := &r.machines[in.Component]
	switch in.Op {
	case model.Push:
		m.queue = append(m.queue, in.Behaviour)
	case model.Add:
		m.exists, m.entering = true, true
	case model.Delete:
		m.exists = false
		clear(m.at)
		clear(m.kept)
		clear(m.flags)
		for i := range m.spans {
			m.spans[i].count = 0
		}
	case model.Connect, model.Disconnect:
		user, provider := r.s.Sides(n, in.Link)
		if on, sides := in.Op == model.Connect, &r.sides[in.Link]; on || r.s.Semantics == model.ConcertoD || !r.used(in.Link) {
			sides[0], sides[1] = sides[0] && !user || user && on, sides[1] && !provider || provider && on
		}
	}
}

// do has a component do a step.
func (m *machine) do(x step, now time.Duration) {
	switch x.letter {
	case "b":
		m.behaviour, m.queue = x.what, m.queue[1:]
		clear(m.visited)
	case "o":
		for _, port := range m.locks(x.what) {
			m.flags[port] = true
		}
		for i := range m.spans {
			y := &m.spans[i]
			if (y.alone || y.moves) && slices.Contains(y.places, x.what) && m.ends(y, x.what) {
				y.count--
			}
		}
		m.at[x.what], m.visited[x.what] = false, true
		for _, i := range m.leaving(x.what) {
			m.dock[i] = left
		}
	case "f":
		m.dock[x.what], m.since[x.what] = running, now
	case "a":
		m.dock[x.what] = ended
	case "t":
		m.dock[x.what] = arrived
	case "e":
		full := m.docked(x.what)
		if m.entering {
			full = [][]int{nil}
		} else if !m.together {
			full = full[:1]
		}
		for _, set := range full {
			for i := range m.spans {
				if y := &m.spans[i]; m.begins(y, x.what, set) { // a group that goes on refuses on
					m.flags[y.port] = false
					y.count++
				}
			}
			for _, i := range set {
				m.dock[i] = 0
			}
			m.at[x.what] = true
		}
		m.entering = false
	case "z":
		m.ended[m.behaviour]++
		m.behaviour = none
	}
}
