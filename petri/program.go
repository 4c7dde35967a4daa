package petri

import (
	"fmt"
	"slices"

	"adagio/dsl/model"
)

// A program is a chain of places, one before each instruction; an instruction
// moves the token on:
//
//	push c b          ○pc ─▭─→ ○pc'  and ○queued
//	wait c  (local)   ○pc ─▭─→ ○pc'  reading ○noticed: all pushes so far have ended
//	wait c  (remote)  ○pc ─▭ begin ─→ ○waiting ─▭ look ─→ ○looked ─▭─→ ○pc'  reading ○knows: c idle
//	wait c holding    begin takes ○not holding and marks ○holding, the return undoes it
//	pause d           ○pc ─▭ d ─→ ○pc'
//
// begin and look exist only where the wait holds or the profile polls.

// compileProgram writes down the net of a node's program.
func (c *compiler) compileProgram(n int) {
	pushed := make([]int, len(c.s.Components)) // pushes so far
	waits := map[[2]int]int{}                  // waits for a behaviour so far
	for i, in := range c.s.Nodes[n].Program {
		p := &step{compiler: c, n: n, i: i, in: in, o: c.instructionOrigin(ProgramStep, n, i),
			from: c.nodes[n].pc[i], to: c.nodes[n].pc[i+1], pushed: pushed}
		switch in.Op {
		case model.Add:
			p.add()
		case model.Delete:
			p.delete()
		case model.Connect:
			p.connect()
		case model.Disconnect:
			p.disconnect()
		case model.Push:
			p.push()
			pushed[in.Component]++
		case model.Wait:
			key := [2]int{in.Component, in.Behaviour}
			p.wait(waits[key])
			waits[key]++
		case model.WaitAll:
			p.waitAll()
		case model.Pause:
			p.pause()
		}
	}
}

// step is one instruction under compilation.
type step struct {
	*compiler
	n, i     int
	in       model.Instruction
	o        Origin
	from, to PlaceID
	pushed   []int
}

func (p *step) name() string {
	return fmt.Sprintf("node %s: %d %s", p.s.Nodes[p.n].Name, p.i, p.s.Text(p.in))
}

// move makes the transition that executes the instruction.
func (p *step) move(variant string, in, read, out []PlaceID) {
	p.compiler.add(Transition{
		Name: p.name() + variant, In: append([]PlaceID{p.from}, in...), Read: slices.Compact(slices.Sorted(slices.Values(read))),
		Out: append([]PlaceID{p.to}, out...), Origin: p.o,
	})
}

func (p *step) add() {
	k := &p.components[p.in.Component]
	o := p.o
	o.Kind = ComponentAdd
	k.addedPlace = p.place(p.s.Components[p.in.Component].Name+": added", false, false, o)
	p.move("", []PlaceID{k.gone, k.idle}, nil, []PlaceID{k.addedPlace, k.busy})
}

func (p *step) delete() {
	k := p.components[p.in.Component]
	var read []PlaceID
	for i, l := range p.s.Links {
		for _, s := range [...]struct {
			component int
			side      side
		}{{l.User, p.links[i].user}, {l.Provider, p.links[i].provider}} {
			if s.component != p.in.Component {
				continue
			}
			switch s.side.state {
			case sideMoves:
				read = append(read, s.side.unlinked)
			case sideFixed:
				read = append(read, p.stuckPlace(p.s.Components[p.in.Component].Name+" unconnected (it never is)"))
			}
		}
	}
	p.move("", []PlaceID{k.exists}, append(read, k.idle), []PlaceID{k.gone})
}

// stuckPlace is a place of that name that nothing marks.
func (p *step) stuckPlace(name string) PlaceID {
	if id, ok := p.compiler.named[name]; ok {
		return id
	}
	return p.place(name, false, true, p.o)
}

// moving lists the sides of the instruction's link that are on this node and
// that programs make or remove while components run.
func (p *step) moving() []side {
	user, provider := p.s.Sides(p.n, p.in.Link)
	k := p.links[p.in.Link]
	var out []side
	if user && k.user.state == sideMoves {
		out = append(out, k.user)
	}
	if provider && k.provider.state == sideMoves {
		out = append(out, k.provider)
	}
	return out
}

// eachState calls make for every combination of what the sides may be: what the
// instruction has to take and to mark to bring all sides to linked or unlinked,
// and what it reads of those that are there already.
func eachState(sides []side, linked bool, make func(variant int, in, read, out []PlaceID)) {
	for variant := range 1 << len(sides) {
		var in, read, out []PlaceID
		for i, s := range sides {
			from, to := s.unlinked, s.linked
			if !linked {
				from, to = to, from
			}
			if variant>>i&1 == 0 {
				in, out = append(in, from), append(out, to)
			} else {
				read = append(read, to)
			}
		}
		make(variant, in, read, out)
	}
}

func (p *step) connect() {
	eachState(p.moving(), true, func(variant int, in, read, out []PlaceID) {
		p.move(variantName(variant), in, read, out)
	})
}

func variantName(variant int) string {
	if variant == 0 {
		return ""
	}
	return fmt.Sprintf(" (variant %d)", variant)
}

// disconnect asks whether its sides are in use. A polling executor looks at a
// remote user before it decides, and in semantics ballet no component advances
// meanwhile.
func (p *step) disconnect() {
	l := p.s.Links[p.in.Link]
	sides := p.moving()
	var back []PlaceID
	if p.looksAtUser(p.n, p.in) {
		back = p.lookAtUser()
	}
	eachState(sides, false, func(variant int, in, read, out []PlaceID) {
		out = append(out, back...)
		if len(in) == 0 || mutated("disconnect-always-works") {
			p.move(variantName(variant), in, read, out)
			return
		}
		no, yes := p.asks(p.portFact(Free, l.User, l.UsePort), p.n, p.unsettled(1))
		p.move(variantName(variant), in, append(read, yes), out)
		if p.s.Semantics == model.Ballet {
			p.move(variantName(variant)+" (without effect: in use)", nil, append(slices.Concat(read, in), no), back)
		}
	})
}

// lookAtUser makes the look of a disconnect, after which the instruction goes on,
// and returns what is to be given back then.
func (p *step) lookAtUser() (back []PlaceID) {
	o := p.o
	o.Kind = WaitBegin
	asking := p.place(p.name()+": asking", false, false, o)
	begin := Transition{Name: p.name() + ": begin", In: []PlaceID{p.from}, Out: []PlaceID{asking}, Origin: o}
	take, back := p.keepFromAdvancing()
	begin.In = append(begin.In, take...)
	p.compiler.add(begin)
	o.Kind = Look
	p.from = p.place(p.name()+": asked", false, false, o)
	p.compiler.add(Transition{Name: p.name() + ": look", In: []PlaceID{asking}, Out: []PlaceID{p.from}, Delay: model.Interval(0, p.nodes[p.n].look), Origin: o})
	return back
}

func (p *step) push() {
	k := p.components[p.in.Component]
	o := p.o
	o.Kind = BehaviourRun
	o.Push = p.pushed[p.in.Component]
	queued := p.place(fmt.Sprintf("%s: queued push %d", p.s.Components[p.in.Component].Name, o.Push), false, false, o)
	p.components[p.in.Component].queued = append(k.queued, queued)
	p.move("", nil, nil, []PlaceID{queued})
}

func (p *step) wait(nth int) {
	component := p.in.Component
	if !p.components[component].present {
		p.await("", p.in.Holding, []PlaceID{p.stuckPlace(p.s.Components[component].Name + " idle (it never exists)")}, false)
		return
	}
	byName := p.s.Semantics == model.ConcertoD && p.in.Behaviour >= 0
	local := p.s.Components[component].Node == p.n
	switch {
	case byName:
		if push, ok := p.named(nth); ok {
			p.await("", p.in.Holding, []PlaceID{p.seenEnded(component, push)}, !local)
		} else {
			p.move("", nil, nil, nil) // neither queued nor still to come
		}
	case local && mutated("wait-forgets-the-last-push"):
		p.await("", p.in.Holding, []PlaceID{p.components[component].turn[max(0, p.pushed[component]-1)]}, false)
	case local:
		p.await("", p.in.Holding, []PlaceID{p.components[component].noticed[p.pushed[component]]}, false)
	default:
		f := p.idleFact(component)
		p.observe(f, p.n)
		_, yes := p.asks(f, p.n, p.unsettled(p.looksDuring(p.n, p.i)+2))
		p.await("", p.in.Holding, []PlaceID{yes}, true)
	}
}

// unsettled is that a change is seen within some looks after a poll.
func (p *step) unsettled(looks int) lateness {
	d := p.lookingTime(p.n, looks)
	return lateness{d, d}
}

// seenEnded is the place that tells the node's program that a push has ended; on
// the component's own node, not before it wakes from the sleep that may follow.
func (p *step) seenEnded(component, push int) PlaceID {
	k := p.components[component]
	if seen := k.noticed[push+1]; p.s.Components[component].Node == p.n && seen != k.turn[push+1] {
		return seen
	}
	f := p.endedFact(component, push)
	p.observe(f, p.n)
	_, yes := p.asks(f, p.n, p.unsettled(p.looksDuring(p.n, p.i)+2))
	return yes
}

// named finds the push that a "wait c b" of semantics concerto-d names: the last
// one so far in its own program, the n-th in another's, or the last there is.
func (p *step) named(nth int) (int, bool) {
	if p.s.Components[p.in.Component].Node == p.n {
		return p.lastPush(p.in, p.i)
	}
	all := p.pushesOf(p.in)
	if len(all) == 0 {
		return 0, false
	}
	return all[min(nth, len(all)-1)], true
}

// pushesOf lists the pushes of the behaviour that a wait by name names.
func (c *compiler) pushesOf(wait model.Instruction) []int {
	var all []int
	for k, push := range c.components[wait.Component].pushes {
		if push.behaviour == wait.Behaviour {
			all = append(all, k)
		}
	}
	return all
}

// lastPush is the last of them that comes before an instruction of its own
// program.
func (c *compiler) lastPush(wait model.Instruction, before int) (int, bool) {
	last, ok := 0, false
	for _, k := range c.pushesOf(wait) {
		if c.components[wait.Component].pushes[k].instruction < before {
			last, ok = k, true
		}
	}
	return last, ok
}

// await makes a wait that returns when all of read are marked.
func (p *step) await(variant string, holding bool, read []PlaceID, remote bool) {
	n := p.nodes[p.n]
	from := p.from
	polling := remote && p.compiler.polling()
	if holding || polling {
		o := p.o
		o.Kind = WaitBegin
		waiting := p.place(p.name()+": waiting", false, false, o)
		t := Transition{Name: p.name() + ": begin", In: []PlaceID{from}, Out: []PlaceID{waiting}, Origin: o}
		if holding {
			t.In, t.Out = append(t.In, n.nothold), append(t.Out, n.holding)
		}
		p.compiler.add(t)
		from = waiting
		if polling {
			o.Kind = Look
			looked := p.place(p.name()+": looked", false, false, o)
			p.compiler.add(Transition{Name: p.name() + ": look", In: []PlaceID{from}, Out: []PlaceID{looked}, Delay: model.Interval(n.leastLook, n.look), Origin: o})
			from = looked
		}
	}
	if remote && mutated("wait-returns-at-once") {
		read = nil
	}
	in, out := []PlaceID{from}, []PlaceID{p.to}
	if holding {
		in, out = append(in, n.holding), append(out, n.nothold)
	}
	p.compiler.add(Transition{Name: p.name() + variant, In: in, Out: out, Read: read, Origin: p.o})
}

// waitAll waits until every component of the node is idle and every neighbour is
// known to be. In the ballet profile the first look may come a period late.
func (p *step) waitAll() {
	var local, remote []PlaceID
	for i := range p.components {
		if k := p.components[i]; p.s.Components[i].Node == p.n && k.present && (k.add < 0 || k.add < p.i) {
			local = append(local, k.noticed[p.pushed[i]])
		}
	}
	for _, m := range p.s.Nodes[p.n].Neighbours {
		if mutated("wait-all-alone") {
			break
		}
		f := p.quietFact(m)
		p.observe(f, p.n)
		_, yes := p.asks(f, p.n, p.unsettled(2*len(p.s.Nodes[p.n].Neighbours)))
		remote = append(remote, yes)
	}
	if !p.compiler.polling() || len(remote) == 0 {
		p.move("", nil, append(local, remote...), nil)
		return
	}
	o := p.o
	o.Kind = WaitBegin
	idle := p.place(p.name()+": idle here", false, false, o)
	looked := p.place(p.name()+": looked", false, false, o)
	p.compiler.add(Transition{Name: p.name() + ": begin", In: []PlaceID{p.from}, Read: local, Out: []PlaceID{idle}, Origin: o})
	o.Kind = Look
	late := p.s.Network.Profile.Poll.Hi + p.lookingTime(p.n, len(remote))
	p.compiler.add(Transition{Name: p.name() + ": look", In: []PlaceID{idle}, Out: []PlaceID{looked}, Delay: model.Interval(p.nodes[p.n].leastLook, late), Origin: o})
	p.compiler.add(Transition{Name: p.name(), In: []PlaceID{looked}, Out: []PlaceID{p.to}, Read: remote, Origin: p.o})
}

func (p *step) pause() {
	take, back := p.keepFromAdvancing()
	if !p.keepsFromAdvancing(p.n, p.in) {
		p.compiler.add(Transition{Name: p.name(), In: []PlaceID{p.from}, Out: []PlaceID{p.to}, Delay: p.in.Duration, Origin: p.o})
		return
	}
	o := p.o
	o.Kind = PauseBegin
	pausing := p.place(p.name()+": pausing", false, false, o)
	p.compiler.add(Transition{Name: p.name() + ": begin", In: append(take, p.from), Out: []PlaceID{pausing}, Origin: o})
	p.compiler.add(Transition{Name: p.name(), In: []PlaceID{pausing}, Out: append(back, p.to), Delay: p.in.Duration, Origin: p.o})
}

// looksAtUser says whether an instruction of node n is a disconnect for which a
// polling executor looks at a user on another node.
func (c *compiler) looksAtUser(n int, in model.Instruction) bool {
	if in.Op != model.Disconnect || !c.polling() {
		return false
	}
	_, provider := c.s.Sides(n, in.Link)
	return provider && c.s.Components[c.s.Links[in.Link].User].Node != n
}

// keepsFromAdvancing says whether an instruction of node n takes time in which no
// component of the node advances, though it is no wait.
func (c *compiler) keepsFromAdvancing(n int, in model.Instruction) bool {
	return c.polling() && in.Op == model.Pause || c.s.Semantics == model.Ballet && c.looksAtUser(n, in)
}

// keepFromAdvancing returns what such an instruction takes and gives back: the
// first after a wait takes the place that lets components advance, which is not
// marked yet before the first wait, and the last before a wait marks it again.
func (p *step) keepFromAdvancing() (take, back []PlaceID) {
	if !p.keepsFromAdvancing(p.n, p.in) {
		return nil, nil
	}
	a, program := []PlaceID{p.nodes[p.n].advancing}, p.s.Nodes[p.n].Program
	if p.i >= p.firstWait(p.n) && !p.another(program, -1) {
		take = a
	}
	if !p.another(program, 1) {
		back = a
	}
	return take, back
}

// firstWait is the first instruction of node n in which components advance, or
// the length of its program.
func (c *compiler) firstWait(n int) int {
	program := c.s.Nodes[n].Program
	if i := slices.IndexFunc(program, c.letsAdvance); i >= 0 {
		return i
	}
	return len(program)
}

// letsAdvance says whether components advance in an instruction of a polling
// executor: where it waits.
func (c *compiler) letsAdvance(in model.Instruction) bool {
	switch in.Op {
	case model.Wait, model.WaitAll, model.Delete:
		return true
	case model.Disconnect:
		return c.s.Semantics == model.ConcertoD
	}
	return false
}

// another says whether another instruction that keeps components from
// advancing comes before the next wait, in that direction.
func (p *step) another(program []model.Instruction, direction int) bool {
	for i := p.i + direction; i >= 0 && i < len(program); i += direction {
		if p.letsAdvance(program[i]) {
			return false
		}
		if p.keepsFromAdvancing(p.n, program[i]) {
			return true
		}
	}
	return false
}
