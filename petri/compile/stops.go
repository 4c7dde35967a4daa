package compile

import (
	"slices"

	"adagio/dsl/model"
	"adagio/petri"
)

// Instructions that take time without waiting: a polling executor lets no component
// advance in a pause, nor, in semantics ballet, while it looks before a disconnect.

// disconnect asks whether its sides are in use. A polling executor looks at a
// remote user before it decides, and in semantics ballet no component advances
// meanwhile.
func (p *step) disconnect() {
	l := p.s.Links[p.in.Link]
	sides := p.moving()
	var back []petri.PlaceID
	if p.looksAtUser(p.n, p.in) {
		back = p.lookAtUser()
	}
	if p.fails() && !p.failConnecting(false) {
		return
	}
	eachState(sides, false, func(variant int, in, read, out []petri.PlaceID) {
		if p.fails() && len(in) == 0 && len(read) > 0 {
			return
		}
		out = append(out, back...)
		if len(in) == 0 {
			p.move(variantName(variant), in, read, out)
			return
		}
		no, yes := p.asks(p.portFact(petri.Free, l.User, l.UsePort), p.n, p.unsettled(p.n, 1, p.s.Components[l.User].Node))
		p.move(variantName(variant), in, append(read, yes), out)
		if p.s.Semantics == model.Ballet {
			p.move(variantName(variant)+" (without effect: in use)", nil, append(slices.Concat(read, in), no), back)
		}
	})
}

// lookAtUser makes the look of a disconnect, after which the instruction goes on,
// and returns what is to be given back then.
func (p *step) lookAtUser() (back []petri.PlaceID) {
	o := p.o
	o.Kind = petri.WaitBegin
	asking := p.place(p.name()+": asking", false, false, o)
	begin := transition{Name: p.name() + ": begin", In: []petri.PlaceID{p.from}, Out: []petri.PlaceID{asking}, Origin: o}
	take, back := p.keepFromAdvancing()
	begin.In = append(begin.In, take...)
	p.compiler.add(begin)
	o.Kind = petri.Look
	p.from = p.place(p.name()+": asked", false, false, o)
	p.compiler.add(p.looking(transition{Name: p.name() + ": look", In: []petri.PlaceID{asking}, Out: []petri.PlaceID{p.from}, Origin: o}, p.n,
		p.s.Asked(p.n, p.in), func() model.Delay { return model.Interval(0, p.lookingTime(p.n, 1)) }))
	return back
}

func (p *step) pause() {
	take, back := p.keepFromAdvancing()
	if !p.keepsFromAdvancing(p.n, p.in) {
		p.compiler.add(transition{Name: p.name(), In: []petri.PlaceID{p.from}, Out: []petri.PlaceID{p.to}, Delay: p.in.Duration, Origin: p.o})
		return
	}
	o := p.o
	o.Kind = petri.PauseBegin
	pausing := p.place(p.name()+": pausing", false, false, o)
	p.compiler.add(transition{Name: p.name() + ": begin", In: append(take, p.from), Out: []petri.PlaceID{pausing}, Origin: o})
	p.compiler.add(transition{Name: p.name(), In: []petri.PlaceID{pausing}, Out: append(back, p.to), Delay: p.in.Duration, Origin: p.o})
}

// looksAtUser says whether an instruction of node n is a disconnect for which a
// polling executor looks at a user on another node.
func (c *compiler) looksAtUser(n int, in model.Instruction) bool {
	return in.Op == model.Disconnect && c.polling() && len(c.s.Asked(n, in)) > 0
}

// keepsFromAdvancing says whether an instruction of node n takes time in which no
// component of the node advances, though it is no wait.
func (c *compiler) keepsFromAdvancing(n int, in model.Instruction) bool {
	return c.polling() && in.Op == model.Pause || c.s.Semantics == model.Ballet && c.looksAtUser(n, in)
}

// pausesWithin says whether the program may keep components from advancing after one
// has begun a behaviour and before that has ended.
func (b *body) pausesWithin(behaviour int) bool {
	m := &b.node().marks
	return len(m.stops) > 0 && slices.ContainsFunc(b.k.pushes, func(p push) bool {
		return p.behaviour == behaviour && next(m.stops, next(m.advances, p.instruction, p.ended), p.ended) < p.ended
	})
}

// keepFromAdvancing returns what such an instruction takes and gives back: the
// first after a wait takes the place that lets components advance, which is not
// marked yet before the first wait, and the last before a wait marks it again.
func (p *step) keepFromAdvancing() (take, back []petri.PlaceID) {
	if !p.keepsFromAdvancing(p.n, p.in) {
		return nil, nil
	}
	a, program := []petri.PlaceID{p.nodes[p.n].advancing}, p.s.Nodes[p.n].Program
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
	return next(c.nodes[n].marks.advances, 0, len(c.s.Nodes[n].Program))
}

// letsAdvance says whether components advance in an instruction of a polling
// executor: where it waits.
func (c *compiler) letsAdvance(in model.Instruction) bool {
	switch in.Op {
	case model.Wait, model.WaitAll, model.Delete, model.Limit:
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
