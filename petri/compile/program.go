package compile

import (
	"fmt"
	"slices"

	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/component"
	"adagio/petri/survey"
)

// A program is a chain of places, one before each instruction; an instruction
// moves the token on:
//
//	push c b          ○pc ─▭─→ ○pc'  and ○queued
//	wait c  (local)   ○pc ─▭─→ ○pc'  reading ○noticed: all pushes so far have ended
//	wait c  (remote)  ○pc ─▭ begin ─→ ○waiting ─▭ look ─→ ○looked ─▭─→ ○pc'  reading ○knows: c idle
//	wait c holding    begin takes ○not holding and marks ○holding, the return undoes it
//	pause d           ○pc ─▭ d ─→ ○pc'
//	limit k of cs     ○pc ─▭─→ ○pc'  reading ○noticed of all cs but k - 1: a choice of all sets of so many
//
// begin and look exist only where the wait holds or the profile polls.

// compileProgram writes down the net of a node's program.
func (c *compiler) compileProgram(n int) {
	pushed := map[int]int{}   // pushes so far, by component
	waits := map[[2]int]int{} // waits for a behaviour so far
	for i, in := range c.s.Nodes[n].Program {
		p := &instruction{compiler: c, n: n, i: i, in: in, o: c.instructionOrigin(petri.ProgramStep, n, i),
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
		case model.Wait:
			key := [2]int{in.Component, in.Behaviour}
			p.wait(waits[key])
			waits[key]++
		case model.WaitAll:
			p.waitAll()
		case model.Pause:
			p.pause()
		case model.Limit:
			p.limit()
		}
	}
}

// instruction is one instruction under compilation.
type instruction struct {
	*compiler
	n, i     int
	in       model.Instruction
	o        petri.Origin
	from, to petri.PlaceID
	pushed   map[int]int
}

func (p *instruction) name() string {
	if p.names == nil {
		return ""
	}
	return fmt.Sprintf("%s: %d %s", p.nodeName(p.n), p.i, p.s.Text(p.in))
}

// move makes the transition that executes the instruction.
func (p *instruction) move(variant string, in, read, out []petri.PlaceID) {
	p.compiler.add(transition{
		Name: p.name() + variant, In: append([]petri.PlaceID{p.from}, in...), Read: slices.Compact(slices.Sorted(slices.Values(read))),
		Out: append([]petri.PlaceID{p.to}, out...), Origin: p.o,
	})
}

func (p *instruction) add() {
	k := &p.components[p.in.Component]
	e := slices.IndexFunc(k.Existences, func(x survey.Existence) bool { return x.Add == p.i })
	o := p.o
	o.Kind = petri.ComponentAdd
	added := p.place(p.componentName(p.in.Component)+": added"+again(e), false, false, o)
	k.beingAdded[e] = added
	p.move("", []petri.PlaceID{k.gone, k.idle}, nil, []petri.PlaceID{added, k.busy})
}

func (p *instruction) delete() {
	k := &p.components[p.in.Component]
	e := slices.IndexFunc(k.Existences, func(x survey.Existence) bool { return x.Delete == p.i })
	ended := p.pushesEnded(p.in.Component)
	read := []petri.PlaceID{k.idle, k.noticed[ended]} // idle, and nothing queued
	if p.fails() {
		read[1] = k.turn[ended] // it does not wait
		p.failDelete()
	}
	for _, s := range p.sidesOf(p.in.Component) {
		switch s.State {
		case survey.Moves:
			read = append(read, s.unlinked)
		case survey.Fixed:
			read = append(read, p.once(sharedKey{neverUnconnected, p.in.Component, -1}, func() petri.PlaceID {
				return p.place(p.componentName(p.in.Component)+" unconnected (it never is)", false, true, p.o)
			}))
		}
	}
	deletion := k.Space.ByKey[component.EventKey{Kind: petri.ProgramStep, Behaviour: -1, Element: -1, DockSet: e, With: 0}]
	if deletion == nil { // a push before it never ends
		p.move("", []petri.PlaceID{k.exists}, read, []petri.PlaceID{k.gone})
		return
	}
	b := p.instance(p.in.Component)
	in, out := []petri.PlaceID{p.from, k.exists}, []petri.PlaceID{p.to, k.gone}
	for _, place := range k.Space.Left(e, p.s.Components[p.in.Component].Active) {
		in = append(in, k.at[place])
		if k.occupied[place] >= 0 {
			out = append(out, k.occupied[place])
		}
	}
	variant := int32(0)
	if len(deletion.Variants) > 1 {
		variant = p.choice()
	}
	for n, v := range deletion.Variants {
		t := transition{Name: p.name() + variantName(n), In: slices.Clone(in), Out: slices.Clone(out), Read: slices.Clone(read), Variant: variant, Origin: p.o}
		b.applyRegisters(&t, v)
		b.applyEffect(&t, deletion, v.Effect)
		p.compiler.add(t)
	}
}

// moving lists the sides of the instruction's link that are on this node and
// that programs make or remove while components run.
func (p *instruction) moving() []side {
	user, provider := p.s.Sides(p.n, p.in.Link)
	k := p.links[p.in.Link]
	var out []side
	if user && k.user.State == survey.Moves {
		out = append(out, k.user)
	}
	if provider && k.provider.State == survey.Moves {
		out = append(out, k.provider)
	}
	return out
}

// eachState calls make for every combination of what the sides may be: what the
// instruction has to take and to mark to bring all sides to linked or unlinked,
// and what it reads of those that are there already.
func eachState(sides []side, linked bool, make func(variant int, in, read, out []petri.PlaceID)) {
	for variant := range 1 << len(sides) {
		var in, read, out []petri.PlaceID
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

func (p *instruction) connect() {
	if p.fails() && !p.failConnecting(true) {
		return
	}
	eachState(p.moving(), true, func(variant int, in, read, out []petri.PlaceID) {
		if p.fails() && len(read) > 0 {
			return
		}
		p.move(variantName(variant), in, read, out)
	})
}

func variantName(variant int) string {
	if variant == 0 {
		return ""
	}
	return fmt.Sprintf(" (variant %d)", variant)
}

func (p *instruction) push() {
	k := &p.components[p.in.Component]
	o := p.o
	o.Kind = petri.BehaviourRun
	o.Push = p.pushed[p.in.Component]
	p.pushed[p.in.Component]++
	queued := p.place(p.text("%s: queued push %d", p.componentName(p.in.Component), o.Push), false, false, o)
	k.queued = append(k.queued, queued)
	p.move("", nil, nil, []petri.PlaceID{queued})
}
