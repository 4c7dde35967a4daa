package petri

import (
	"fmt"

	"adagio/dsl/model"
)

// With model.Rules.Fails an instruction that cannot be executed ends the process of its
// node: the token of the program moves to a place of its own and stays there.
//
//	○pc ─▭ fails ─→ ○failed
//	     ┆ what is in the way

// Failure is the end of a node's process with an instruction.
type Failure struct {
	Node, Instruction int
	Why               Refusal
}

// Refusal says why an instruction cannot be executed.
type Refusal uint8

// The reasons.
const (
	NotIdleYet       Refusal = iota // delete: the component is not idle
	Connected                       // delete: the component has a connection
	AlreadyConnected                // connect: the connection is there
	NotConnected                    // disconnect: the connection is not there
)

// Failures lists the instructions that have ended processes in the run.
func (g *EventGraph) Failures() (out []Failure) {
	for _, f := range g.Net.fails {
		if g.marking[f.place] {
			out = append(out, f.Failure)
		}
	}
	return out
}

// MayFail says whether the net has instructions that may end a process.
func (n *Net) MayFail() bool { return len(n.fails) > 0 }

type failing struct {
	Failure
	place PlaceID
}

// fails says whether instructions fail that cannot be executed.
func (p *step) fails() bool { return p.s.Rules.Fails }

// fail makes the instruction fail for a reason while any of some places is marked, or
// always if there is none.
func (p *step) fail(why Refusal, when []PlaceID) {
	var each [][]PlaceID
	for _, place := range when {
		each = append(each, []PlaceID{place})
	}
	p.failWhile(why, each)
}

// failWhile is fail, while all the places of one of several cases are marked.
func (p *step) failWhile(why Refusal, when [][]PlaceID) {
	name := fmt.Sprintf("%s fails (%d)", p.name(), why)
	failed := p.place(name, false, true, p.o)
	p.net.fails = append(p.net.fails, failing{Failure{p.n, p.i, why}, failed})
	t := Transition{Name: name, In: []PlaceID{p.from}, Out: []PlaceID{failed}, Origin: p.o}
	if len(when) == 0 {
		p.compiler.add(t)
		return
	}
	if len(when) > 1 {
		t.Choice = p.choice()
	}
	for i, places := range when {
		t.Name, t.Read = fmt.Sprintf("%s by %d", name, i), places
		p.compiler.add(t)
	}
}

// failDelete makes the deletion of a component fail while it is busy or is to be, and
// while it is connected.
func (p *step) failDelete() {
	k := &p.components[p.in.Component]
	working := []PlaceID{k.busy}
	for push := k.existences[k.existing(p.i)].first; push < p.pushed[p.in.Component]; push++ {
		working = append(working, k.queued[push])
	}
	p.fail(NotIdleYet, working)
	var linked []PlaceID
	always := false // connected
	for i, l := range p.s.Links {
		for _, s := range [...]struct {
			component int
			side      side
		}{{l.User, p.links[i].user}, {l.Provider, p.links[i].provider}} {
			switch {
			case s.component != p.in.Component:
			case s.side.state == sideMoves:
				linked = append(linked, s.side.linked)
			case s.side.state == sideFixed:
				connect := p.linking[[2]int{p.n, i}]
				always = always || !connect.connects || connect.first < p.i
			}
		}
	}
	if always {
		p.fail(Connected, nil)
	} else if len(linked) > 0 {
		p.fail(Connected, linked)
	}
}

// connected says whether the sides of the instruction's link that are on its node, and
// do not move, exist when the program comes to it.
func (p *step) connected() bool {
	l := p.s.Links[p.in.Link]
	user, provider := p.s.Sides(p.n, p.in.Link)
	there := user && l.UserSide || provider && l.ProviderSide
	for _, in := range p.s.Nodes[p.n].Program[:p.i] {
		if (in.Op == model.Connect || in.Op == model.Disconnect) && in.Link == p.in.Link {
			there = in.Op == model.Connect
		}
	}
	return there
}

// failConnecting makes a connect fail where a side of the connection is there already,
// or a disconnect where none is, and says whether it can be executed otherwise.
func (p *step) failConnecting(connect bool) (possible bool) {
	var linked, unlinked []PlaceID
	for _, s := range p.moving() {
		linked, unlinked = append(linked, s.linked), append(unlinked, s.unlinked)
	}
	switch {
	case len(linked) > 0 && connect:
		p.fail(AlreadyConnected, linked)
	case len(linked) > 0:
		p.failWhile(NotConnected, [][]PlaceID{unlinked})
	case p.connected() && connect:
		p.fail(AlreadyConnected, nil)
		return false
	case !p.connected() && !connect:
		p.fail(NotConnected, nil)
		return false
	}
	return true
}
