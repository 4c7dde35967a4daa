package compile

import (
	"slices"
	"time"

	"adagio/petri"
)

// The waits of a program; the pattern is drawn in program.go.

func (p *instruction) wait(nth int) {
	component := p.in.Component
	local := p.s.Components[component].Node == p.n
	switch {
	case p.WaitsByName(p.in):
		if push, ok := p.named(nth); ok {
			p.await([]petri.PlaceID{p.seenEnded(component, push)}, !local)
		} else {
			p.move("", nil, nil, nil) // neither queued nor still to come
		}
	case local:
		p.await([]petri.PlaceID{p.components[component].noticed[p.pushesEnded(component)]}, false)
	default:
		f := p.idleFact(component)
		_, yes := p.asks(f, p.n, p.Waiting(p.n, p.LooksDuring(p.n, p.i)+2, f.Node))
		p.await([]petri.PlaceID{yes}, true)
	}
}

// pushesEnded is the index in noticed of: all that a component of the node has been
// pushed so far has ended.
func (p *instruction) pushesEnded(component int) int {
	k := &p.components[component]
	return k.turnOf(k.Existing(p.i), p.pushed[component])
}

// seenEnded is the place that tells the node's program that a push has ended; on
// the component's own node, not before it wakes from the sleep that may follow.
func (p *instruction) seenEnded(component, push int) petri.PlaceID {
	k := p.components[component]
	turn := k.turnOf(k.Pushes[push].Existence, push+1)
	if seen := k.noticed[turn]; p.s.Components[component].Node == p.n && seen != k.turn[turn] {
		return seen
	}
	f := p.endedFact(component, push)
	_, yes := p.asks(f, p.n, p.Waiting(p.n, p.LooksDuring(p.n, p.i)+2, f.Node))
	return yes
}

// named finds the push that a "wait c b" of semantics concerto-d names: the last
// one so far in its own program, the n-th in another's, or the last there is.
func (p *instruction) named(nth int) (int, bool) {
	if p.s.Components[p.in.Component].Node == p.n {
		return p.LastPush(p.in, p.i)
	}
	all := p.PushesOf(p.in)
	if len(all) == 0 {
		return 0, false
	}
	return all[min(nth, len(all)-1)], true
}

// await makes a wait that returns when all of read are marked.
func (p *instruction) await(read []petri.PlaceID, remote bool) {
	from, looks := p.from, remote && p.Polling()
	peer, least := p.s.Components[p.in.Component].Node, time.Duration(0)
	var asked, unasked []petri.PlaceID
	if looks {
		if asked, unasked = p.confirm(peer, p.n, p.name()); asked == nil {
			least = p.Looks[p.n].Least
		}
	}
	if p.in.Holding || looks {
		from = p.begin()
	}
	if looks {
		o := p.o
		o.Kind = petri.Look
		looked := p.place(p.name()+": looked", false, false, o)
		p.compiler.add(transition{Name: p.name() + ": look", In: []petri.PlaceID{from}, Out: []petri.PlaceID{looked}, Delay: p.LooksAt(p.n, least, 1, peer), Origin: o})
		from = looked
	}
	in, out := p.release(append([]petri.PlaceID{from}, unasked...), append(asked, p.to))
	p.compiler.add(transition{Name: p.name(), In: in, Out: out, Read: read, Origin: p.o})
}

// begin makes the transition that begins a wait, and returns the place after it.
func (p *instruction) begin() petri.PlaceID {
	n, o := p.nodes[p.n], p.o
	o.Kind = petri.WaitBegin
	waiting := p.place(p.name()+": waiting", false, false, o)
	t := transition{Name: p.name() + ": begin", In: []petri.PlaceID{p.from}, Out: []petri.PlaceID{waiting}, Origin: o}
	if p.in.Holding {
		t.In, t.Out = append(t.In, n.nothold), append(t.Out, n.holding)
	}
	p.compiler.add(t)
	return waiting
}

// release adds what a wait that holds takes and marks when it returns.
func (p *instruction) release(in, out []petri.PlaceID) (_, _ []petri.PlaceID) {
	if !p.in.Holding {
		return in, out
	}
	return append(slices.Clip(in), p.nodes[p.n].holding), append(slices.Clip(out), p.nodes[p.n].nothold)
}

// waitAll waits until every component of the node is idle and every neighbour is
// known to be. In the ballet profile the first look may come a period late. Where
// confirmations count (confirm.go) the node asks with its looks, and a neighbour may
// count it as soon as the first look is on its way.
func (p *instruction) waitAll() {
	var local, remote []petri.PlaceID
	var known [][2]petri.PlaceID
	for _, i := range p.Nodes[p.n].Components {
		if k := &p.components[i]; k.Existing(p.i) >= 0 {
			local = append(local, k.noticed[p.pushesEnded(i)])
		}
	}
	neighbours := p.s.Nodes[p.n].Neighbours
	for _, m := range neighbours {
		f := p.nodeIdleFact(m)
		no, yes := p.asks(f, p.n, p.Waiting(p.n, 2*len(neighbours), neighbours...))
		remote, known = append(remote, yes), append(known, [2]petri.PlaceID{no, yes})
	}
	if p.in.Holding {
		p.from = p.begin()
	}
	if !p.Polling() || len(remote) == 0 {
		p.confirmed(p.n, p.i, func(variant int, in, read, out []petri.PlaceID) {
			in, out = p.release(in, out)
			p.move(variantName(variant), in, slices.Concat(local, remote, read), out)
		})
		return
	}
	o := p.o
	o.Kind = petri.WaitBegin
	idle := p.place(p.name()+": idle here", false, false, o)
	looked := p.place(p.name()+": looked", false, false, o)
	p.compiler.add(transition{Name: p.name() + ": begin", In: []petri.PlaceID{p.from}, Read: local, Out: []petri.PlaceID{idle}, Origin: o})
	took := []petri.PlaceID{looked}
	remote = remote[:0]
	for i, k := range known {
		if asked := p.asking(p.name(), p.n, neighbours[i], looked, k, p.o); asked != nil {
			took = append(took, asked...)
		} else {
			remote = append(remote, k[1])
		}
	}
	least := p.Looks[p.n].Least
	if len(took) > 1 {
		least = 0
	}
	o.Kind = petri.Look
	p.compiler.add(transition{Name: p.name() + ": look", In: []petri.PlaceID{idle}, Out: []petri.PlaceID{looked}, Delay: p.LooksAround(p.n, least, 1), Origin: o})
	p.confirmed(p.n, p.i, func(variant int, in, read, out []petri.PlaceID) {
		in, out = p.release(in, out)
		p.compiler.add(transition{Name: p.name() + variantName(variant), In: slices.Concat(took, in), Out: append(out, p.to), Read: slices.Concat(remote, read), Origin: p.o})
	})
}
