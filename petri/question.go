package petri

import (
	"slices"

	"adagio/dsl/model"
)

// A question is what the executor asks before an event: one look after another at
// the nodes of its providers or users, up to the answer. This file bounds how long
// that takes.
//
// A look at a peer that runs a transition takes longer than one at a peer at rest
// (model.Profile, Busy and Request). That a peer is at rest is certain in one case,
// which is common: a provider has become active for the last time, by the last
// entry of the last behaviour that is pushed on its node.

// question bounds a question by the time that is left of it after an answer in the
// negative, and by that of the next, which is granted.
type question struct{ refused, granted duration }

// lateness is how long after a poll a change is seen at most: any change, and the
// last one of a provider that is at rest from then on.
type lateness struct{ any, settled duration }

// question bounds the question of an event with an effect, when all that it asks
// for has come true. A refused one asks up to three times whether a port is served,
// or stops at the first user that locks; a granted one asks twice for each port of
// a place, served and allowed, or looks at every user. The answer in the negative
// may still come from a busy peer. settled is a link whose provider is at rest by
// now, or -1.
func (b *body) question(ev *event, e effect, settled int) question {
	look := b.node().look
	q := question{granted: duration(b.k.life.locked(ev.eventKey, e)) * look}
	if q.granted > 0 {
		q.refused = look
	}
	for _, p := range e.checks {
		looks, asked, remote := 2*b.k.life.bindings(p, ev.element), 3, b.k.life.remote[p]
		if ev.kind == Start {
			looks, asked = 1, 1
		}
		if remote == 0 {
			continue
		}
		next := b.portLook(p, settled)
		q.refused = max(q.refused, look+duration(asked*remote-1)*next)
		q.granted += duration(looks*remote) * next
	}
	return q
}

// longest bounds the question of an event whatever it finds.
func (b *body) longest(ev *event) question {
	var longest question
	for _, v := range ev.variants {
		q := b.question(ev, v.effect, -1)
		longest = question{max(longest.refused, q.refused), max(longest.granted, q.granted)}
	}
	return longest
}

// leastChecks counts the remote facts that an event has looked at in any case.
func (b *body) leastChecks(ev *event) int {
	least := b.remoteChecks(ev.variants[0].effect)
	for _, v := range ev.variants[1:] {
		least = min(least, b.remoteChecks(v.effect))
	}
	return least
}

// portLook is one look for a use port that is served.
func (b *body) portLook(port, settled int) duration {
	for _, l := range b.k.links[port] {
		p := b.s.Links[l]
		if remote := b.s.Components[p.Provider].Node != b.s.Components[b.i].Node; remote && l != settled && !b.settledOnce(l) {
			return b.node().look
		}
	}
	return b.node().restLook
}

// inVain bounds the looks of an entry in the pass in which the last end that it
// joins is seen: one question for each dock that was filled before, of which the
// first may just have been refused.
func (b *body) inVain(ev *event, q question) duration {
	n := b.earlierDocks(ev)
	if n == 0 {
		return 0
	}
	return duration(n-1)*q.granted + max(q.refused, q.granted)
}

// late bounds how long after a poll an event sees a change of one of the links
// that it asks for: the rest of the pass, in which the question was just refused,
// and the next pass, in which it is granted. Instead of the poll, there may be
// questions for docks that were filled before and the step of the last end.
func (b *body) late(ev *event, e effect, link int) lateness {
	after := func(settled int) duration {
		q, p := b.question(ev, e, settled), b.s.Network.Profile
		others := b.lookingTime(b.s.Components[b.i].Node, 2*b.othersBeside(ev))
		vain := p.Step.Hi + duration(b.earlierDocks(ev))*q.granted
		return others + q.refused + q.granted + max(0, vain-p.Poll.Hi)
	}
	return lateness{any: after(-1), settled: after(link)}
}

// settledOnce says whether the provider of a link is at rest whenever it is known
// to be active: it becomes active only once.
func (c *compiler) settledOnce(link int) bool {
	l := c.s.Links[link]
	f := c.portFact(Active, l.Provider, l.ProvidePort)
	return !f.initial && f.changes == 1 && c.settles(f)
}

// settles says whether a provide port becomes active, or ceases to refuse, by the
// last entry of the last push of its component, and nothing else runs on its node.
func (c *compiler) settles(f *fact) bool {
	if f.Kind != Active && f.Kind != Willing {
		return false
	}
	l := c.components[f.Component].life
	last := len(l.modes) - 1
	if last < 0 || c.nodes[f.Node].running > 1 || !l.modes[last].reached {
		return false
	}
	changes := 0
	for _, ev := range l.events {
		if len(ev.counts) <= last || ev.counts[last] == 0 || !ev.favours(f) {
			continue
		}
		if changes++; ev.kind != Enter || !l.modes[last].endsWith(ev.element) {
			return false
		}
	}
	return changes == 1
}

// favours says whether an event may change the fact about a provide port in favour
// of its users.
func (ev *event) favours(f *fact) bool {
	for _, o := range ev.observed {
		ports := o.effect.activate
		if f.Kind == Willing {
			ports = o.effect.relent
		}
		if slices.Contains(ports, f.Index) {
			return true
		}
	}
	return false
}

// endsWith says whether nothing runs in a push any more when a place is entered:
// it is the only one that is active at the end, and entered once.
func (m *mode) endsWith(place int) bool {
	entries := 0
	for _, a := range m.arrivals {
		if a[0] == place {
			entries++
		}
	}
	return m.stuck < 0 && entries == 1 && slices.Equal(m.after, []int{place}) && !slices.Contains(m.leaves, place)
}

// timeLooks computes the time of one look from each node, at most: at any peer, and
// at one at rest; and at least.
func (c *compiler) timeLooks() {
	p := c.s.Network.Profile
	for n, asked := range c.s.Peers() {
		trips := duration(p.RoundTrips())
		fastest, slowest := c.roundTrips(n, asked)
		k := &c.nodes[n]
		k.look, k.restLook = p.Look().Hi+trips*slowest, p.Request.Hi+trips*slowest
		k.leastLook = p.Look().Lo + trips*fastest
	}
}

// earlierDocks counts the docks of an entry that are filled before the last.
func (b *body) earlierDocks(ev *event) int {
	return max(0, len(b.k.life.docks(ev.behaviour, ev.element, ev.dockSet))-1)
}

// eventStep is the step before an entry, with the looks that it takes: its own
// question in the pass in which it is made, those for the docks that were filled
// before in the pass in which the last end is seen, and those of others in both.
// The look for a dock that was filled before may go on while the last end takes its
// step.
func (b *body) eventStep(ev *event) model.Delay {
	p := b.s.Network.Profile
	if !b.polling() {
		return p.Step
	}
	asking := duration(b.leastChecks(ev)) * b.node().leastLook
	lo := p.Step.Lo + asking
	if b.earlierDocks(ev) > 0 {
		lo = max(p.Step.Lo, asking)
	}
	q := b.longest(ev)
	others := b.lookingTime(b.s.Components[b.i].Node, 2*b.othersBeside(ev))
	return model.Interval(lo, max(lo, p.Step.Hi+others+b.inVain(ev, q)+q.granted))
}
