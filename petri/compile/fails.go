package compile

import (
	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/survey"
)

// With model.Rules.Fails an instruction that cannot be executed ends the process of its
// node: the token of the program moves to a place of its own and stays there.
//
//	○pc ─▭ fails ─→ ○failed
//	     ┆ what is in the way

// fails says whether instructions fail that cannot be executed.
func (p *instruction) fails() bool { return p.s.Rules.Fails }

// fail makes the instruction fail for a reason while any of some places is marked, or
// always if there is none.
func (p *instruction) fail(why petri.Refusal, when []petri.PlaceID) {
	var each [][]petri.PlaceID
	for _, place := range when {
		each = append(each, []petri.PlaceID{place})
	}
	p.failWhile(why, each)
}

// failWhile is fail, while all the places of one of several cases are marked.
func (p *instruction) failWhile(why petri.Refusal, when [][]petri.PlaceID) {
	name := p.text("%s fails (%d)", p.name(), why)
	failed := p.place(name, false, true, p.o)
	p.net.Fails = append(p.net.Fails, petri.Failing{Failure: petri.Failure{Node: p.n, Instruction: p.i, Why: why}, Place: failed})
	t := transition{Name: name, In: []petri.PlaceID{p.from}, Out: []petri.PlaceID{failed}, Origin: p.o}
	if len(when) == 0 {
		p.compiler.add(t)
		return
	}
	if len(when) > 1 {
		t.Choice = p.choice()
	}
	for i, places := range when {
		t.Name, t.Read = p.text("%s by %d", name, i), places
		p.compiler.add(t)
	}
}

// failDelete makes the deletion of a component fail while it is busy or is to be, and
// while it is connected.
func (p *instruction) failDelete() {
	k := &p.components[p.in.Component]
	working := []petri.PlaceID{k.busy}
	for push := k.Existences[k.Existing(p.i)].First; push < p.pushed[p.in.Component]; push++ {
		working = append(working, k.queued[push])
	}
	p.fail(petri.NotIdleYet, working)
	var linked []petri.PlaceID
	always := false // connected
	for _, s := range p.sidesOf(p.in.Component) {
		switch s.State {
		case survey.Moves:
			linked = append(linked, s.linked)
		case survey.Fixed:
			always = always || s.First < p.i
		}
	}
	if always {
		p.fail(petri.Connected, nil)
	} else if len(linked) > 0 {
		p.fail(petri.Connected, linked)
	}
}

// connected says whether the sides of the instruction's link that are on its node, and
// do not move, exist when the program comes to it.
func (p *instruction) connected() bool {
	l, k := p.s.Links[p.in.Link], p.links[p.in.Link]
	user, provider := p.s.Sides(p.n, p.in.Link)
	user, provider = user && k.user.State != survey.Moves, provider && k.provider.State != survey.Moves
	if !user && !provider {
		return false
	}
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
func (p *instruction) failConnecting(connect bool) (possible bool) {
	var linked, unlinked []petri.PlaceID
	for _, s := range p.moving() {
		linked, unlinked = append(linked, s.linked), append(unlinked, s.unlinked)
	}
	switch {
	case p.connected() && connect:
		p.fail(petri.AlreadyConnected, nil)
		return false
	case len(linked) > 0 && connect:
		p.fail(petri.AlreadyConnected, linked)
	case len(linked) > 0:
		p.failWhile(petri.NotConnected, [][]petri.PlaceID{unlinked})
	case !p.connected() && !connect:
		p.fail(petri.NotConnected, nil)
		return false
	}
	return true
}
