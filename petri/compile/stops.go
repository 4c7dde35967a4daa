package compile

import (
	"slices"

	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/executor"
)

// Instructions that take time without waiting: a polling executor lets no component
// advance in a pause, nor, in semantics ballet, while it looks before a disconnect.

// disconnect asks whether its sides are in use. A polling executor looks at a
// remote user before it decides, and in semantics ballet no component advances
// meanwhile.
func (p *instruction) disconnect() {
	l := p.s.Links[p.in.Link]
	sides := p.moving()
	var back []petri.PlaceID
	if p.LooksAtUser(p.n, p.in) {
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
		no, yes := p.asks(p.portFact(petri.Free, l.User, l.UsePort), p.n, p.Waiting(p.n, 1, p.s.Components[l.User].Node))
		p.move(variantName(variant), in, append(read, yes), out)
		if p.s.Semantics == model.Ballet {
			p.move(variantName(variant)+" (without effect: in use)", nil, append(slices.Concat(read, in), no), back)
		}
	})
}

// lookAtUser makes the look of a disconnect, after which the instruction goes on,
// and returns what is to be given back then.
func (p *instruction) lookAtUser() (back []petri.PlaceID) {
	o := p.o
	o.Kind = petri.WaitBegin
	asking := p.place(p.name()+": asking", false, false, o)
	begin := transition{Name: p.name() + ": begin", In: []petri.PlaceID{p.from}, Out: []petri.PlaceID{asking}, Origin: o}
	take, back := p.keepFromAdvancing()
	begin.In = append(begin.In, take...)
	p.compiler.add(begin)
	o.Kind = petri.Look
	p.from = p.place(p.name()+": asked", false, false, o)
	p.compiler.add(transition{Name: p.name() + ": look", In: []petri.PlaceID{asking}, Out: []petri.PlaceID{p.from}, Delay: p.LooksAt(p.n, 0, 1, p.s.Asked(p.n, p.in)...), Origin: o})
	return back
}

func (p *instruction) pause() {
	take, back := p.keepFromAdvancing()
	if !p.KeepsFromAdvancing(p.n, p.in) {
		p.compiler.add(transition{Name: p.name(), In: []petri.PlaceID{p.from}, Out: []petri.PlaceID{p.to}, Delay: executor.Plain(p.in.Duration), Origin: p.o})
		return
	}
	o := p.o
	o.Kind = petri.PauseBegin
	pausing := p.place(p.name()+": pausing", false, false, o)
	p.compiler.add(transition{Name: p.name() + ": begin", In: append(take, p.from), Out: []petri.PlaceID{pausing}, Origin: o})
	p.compiler.add(transition{Name: p.name(), In: []petri.PlaceID{pausing}, Out: append(back, p.to), Delay: executor.Plain(p.in.Duration), Origin: p.o})
}

// keepFromAdvancing returns what an instruction takes and gives back that keeps components from
// advancing: the first after a wait takes the place that lets them, which is not
// marked yet before the first wait, and the last before a wait marks it again.
func (p *instruction) keepFromAdvancing() (take, back []petri.PlaceID) {
	if !p.KeepsFromAdvancing(p.n, p.in) {
		return nil, nil
	}
	a := []petri.PlaceID{p.nodes[p.n].advancing}
	before, after := p.StopsBeside(p.n, p.i)
	if p.i >= p.FirstAdvance(p.n) && !before {
		take = a
	}
	if !after {
		back = a
	}
	return take, back
}
