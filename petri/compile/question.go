package compile

import (
	"slices"
	"time"

	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/component"
)

// A question is what the executor asks before an event: one look after another at
// the nodes of its providers or users, up to the answer. This file bounds how long
// that takes.
//
// A look at a peer that runs a transition takes longer than one at a peer at rest
// (model.Profile, Busy and Request). That a peer is at rest is certain in two cases:
// a provider has become active for the last time, by the last entry of the last
// behaviour that is pushed on its node, which is common, or none is pushed there.

// question bounds a question by the time that is left of it after an answer in the
// negative, and by that of the next, which is granted.
type question struct{ refused, granted time.Duration }

// responseTime is how long after a poll a change is seen at most: any change, the
// last one of a provider that is at rest from then on, and where all nodes that are
// asked are at rest.
type responseTime struct {
	any, settled, atRest time.Duration
	// age is how long before an event an answer that it needs may have been given: the
	// looks of the question after it. allowed is that of the answer that a provider does not
	// refuse, which comes after the one that it serves.
	age, allowed time.Duration
	peers        []int
}

// question bounds the question of an event with an effect, when all that it asks
// for has come true. A refused one asks up to three times whether a port is served,
// or stops at the first user that locks; a granted one asks twice for each port of
// a place, served and allowed, or looks at every user. The answer in the negative
// may still come from a busy peer. settled is a link whose provider is at rest by
// now, or -1.
func (b *body) question(ev *component.Event, e component.Effect, settled int) question {
	look := b.node().look
	if b.sleeps { // it asks all in each pass, whatever the answers
		all := time.Duration(ev.Own) * look
		return question{all, all}
	}
	q := question{granted: time.Duration(b.k.space.Locked(ev.EventKey, e)) * look}
	if q.granted > 0 {
		q.refused = look
	}
	for _, p := range e.Checks {
		sets := len(b.k.space.Sets(ev.EventKey))
		looks, asked, remote := 2*b.k.space.Bindings(p, ev.Element)*sets, 3*sets, b.k.space.Remote[p]
		if ev.Kind == petri.Start {
			looks, asked = 1, 1
		}
		if remote == 0 {
			continue
		}
		next := b.portLook(p, settled)
		q.refused = max(q.refused, look+time.Duration(asked*remote-1)*next)
		q.granted += time.Duration(looks*remote) * next
	}
	return q
}

// longest bounds the question of an event whatever it finds.
func (b *body) longest(ev *component.Event) question {
	var longest question
	for _, v := range ev.Variants {
		q := b.question(ev, v.Effect, -1)
		longest = question{max(longest.refused, q.refused), max(longest.granted, q.granted)}
	}
	return longest
}

// leastChecks counts the remote facts that an event has looked at in any case.
func (b *body) leastChecks(ev *component.Event) int {
	least := b.remoteChecks(ev.Variants[0].Effect)
	for _, v := range ev.Variants[1:] {
		least = min(least, b.remoteChecks(v.Effect))
	}
	return least
}

// portLook is one look for a use port that is served (petri/README.md, "Looks at providers").
func (b *body) portLook(port, settled int) time.Duration {
	resting := b.restsOnceServed(port)
	if settled >= 0 {
		resting = b.s.Components[b.s.Links[settled].Provider].Node
	}
	for _, l := range b.k.links[port] {
		if m, looked := b.farEnd(b.i, l); looked && m != resting && b.nodes[m].running > 0 {
			return b.node().look
		}
	}
	return b.node().restLook
}

// restsOnceServed is a node that is at rest whenever a use port is served: that of the only
// provider that may serve it. It is -1 if none is known.
func (b *body) restsOnceServed(port int) int {
	only := -1
	for _, l := range b.k.links[port] {
		if !b.sides[l][0] || !b.mayServe(l) {
			continue
		}
		if only >= 0 {
			return -1
		}
		only = l
	}
	if only < 0 || !b.settledOnce(only) {
		return -1
	}
	return b.s.Components[b.s.Links[only].Provider].Node
}

// late bounds how long after a poll an event sees a change of one of the links
// that it asks for: the rest of the pass, in which the question was just refused,
// and the next pass, in which it is granted. Instead of the poll, there may be
// questions for docks that were filled before and the step of the last end.
func (b *body) late(ev *component.Event, e component.Effect, link int) responseTime {
	if !b.polling() {
		return responseTime{}
	}
	after := func(settled int) time.Duration {
		q := b.question(ev, e, settled)
		return b.lookingTime(b.s.Components[b.i].Node, 2*b.othersBeside(ev)) + q.refused + q.granted
	}
	n := b.s.Components[b.i].Node
	r := responseTime{any: after(-1), settled: after(link), atRest: b.whileAtRest(n, func() time.Duration { return after(-1) }), peers: b.asked(b.i, ev.Behaviour)}
	r.age, r.allowed = b.age(ev, e, link)
	return r
}

// age bounds how long before an event an answer about a link that it needs may have been
// given: the question that is granted, but for the look that got this answer, and for
// allowed the one that the port is served, which is asked before.
func (b *body) age(ev *component.Event, e component.Effect, link int) (any, allowed time.Duration) {
	granted, look := b.question(ev, e, -1).granted, b.node().look
	for _, p := range e.Checks {
		if slices.Contains(b.k.links[p], link) {
			look = b.portLook(p, -1)
		}
	}
	return max(0, granted-look), max(0, granted-2*look)
}

// mayServe says whether the provider of a link is active at some time.
func (c *compiler) mayServe(link int) bool {
	l := c.s.Links[link]
	f := c.portFact(petri.Active, l.Provider, l.ProvidePort)
	return f.initial || f.changes > 0
}

// settledOnce says whether the provider of a link is at rest whenever it is known
// to be active: it becomes active only once.
func (c *compiler) settledOnce(link int) bool {
	l := c.s.Links[link]
	f := c.portFact(petri.Active, l.Provider, l.ProvidePort)
	if !f.atRest.known {
		f.atRest.known, f.atRest.holds = true, !f.initial && f.changes == 1 && c.settles(f)
	}
	return f.atRest.holds
}

// settles says whether a provide port becomes active, or ceases to refuse, by the
// last entry of the last push of its component, and nothing else runs on its node.
func (c *compiler) settles(f *fact) bool {
	if f.Kind != petri.Active && f.Kind != petri.Accepting {
		return false
	}
	l := c.components[f.Component].space
	last := len(l.Modes) - 1
	if last < 0 || c.nodes[f.Node].running > 1 || !l.Modes[last].Reached {
		return false
	}
	changes := 0
	for _, ev := range l.EventsOf[f.Index] {
		if len(ev.Counts) <= last || ev.Counts[last] == 0 || !favours(ev, f) {
			continue
		}
		if changes++; ev.Kind != petri.Enter || !l.Modes[last].EndsWith(ev.Element) {
			return false
		}
	}
	return changes == 1
}

// favours says whether an event may change the fact about a provide port in favour
// of its users.
func favours(ev *component.Event, f *fact) bool {
	for _, o := range ev.Observed {
		ports := o.Effect.Activate
		if f.Kind == petri.Accepting {
			ports = o.Effect.Relent
		}
		if slices.Contains(ports, f.Index) {
			return true
		}
	}
	return false
}

// timeLooks computes the time of one look from each node, at most: at any peer, and
// at one at rest; and at least.
func (c *compiler) timeLooks() {
	p := c.s.Network.Profile
	asked, askers := make([][]int, len(c.nodes)), make([]int, len(c.nodes))
	c.net.Look = make([]struct{ Any, AtRest time.Duration }, len(c.nodes))
	for n := range c.nodes {
		var awaited []int // that the program may look at before it ends
		for _, in := range c.s.Nodes[n].Program {
			awaited = append(awaited, c.s.Asked(n, in)...)
		}
		for _, m := range awaited {
			c.net.Awaiting[[2]int{n, m}] = true
		}
		asked[n] = c.askedWhileAt(n, append(awaited, c.s.Nodes[n].Neighbours...)...)
		for _, m := range asked[n] {
			askers[m]++
		}
	}
	for n, peers := range c.s.Peers() {
		trips := time.Duration(p.RoundTrips())
		fastest, slowest := c.roundTrips(n, peers)
		k := &c.nodes[n]
		longest := p.Look().Hi
		for _, m := range asked[n] {
			longest = max(longest, p.Shared(p.Busy.Hi, askers[m]-1))
		}
		k.look, k.restLook = longest+trips*slowest, p.Request.Hi+trips*slowest
		k.leastLook = p.Look().Lo + trips*fastest
		c.net.Look[n].Any, c.net.Look[n].AtRest = k.look, k.restLook
	}
}

// eventStep is the step before an entry, with the looks that it takes: its own
// question in the pass in which it is made, and those of others in that one and in
// the pass in which the last end is seen. An executor asks for an entry only once
// all docks are filled.
func (b *body) eventStep(ev *component.Event) model.Delay {
	p := b.s.Network.Profile
	if !b.polling() {
		return p.Step
	}
	lo := time.Duration(b.leastChecks(ev)) * b.node().leastLook
	if !b.pausesWithin(ev.Behaviour) {
		lo += p.Step.Lo
	}
	others := b.lookingTime(b.s.Components[b.i].Node, 2*b.othersBeside(ev))
	return model.Interval(lo, max(lo, p.Step.Hi+others+b.longest(ev).granted))
}

// peer is a node that a component of another looks at for some event: by says which one, or
// that several do.
type peer struct{ node, by int }

const several = -1

// peers lists the nodes that the components of a node look at, in order.
func (c *compiler) peers(n int) []peer {
	k := &c.nodes[n]
	if k.peers != nil {
		return k.peers
	}
	var all []peer
	for _, i := range k.components {
		for _, m := range c.peersOf(nil, i, func(*component.Event) bool { return true }) {
			all = append(all, peer{m, i})
		}
	}
	slices.SortStableFunc(all, func(a, b peer) int { return a.node - b.node })
	k.peers = []peer{}
	for _, p := range all {
		if last := len(k.peers) - 1; last < 0 || k.peers[last].node != p.node {
			k.peers = append(k.peers, p)
		} else if k.peers[last].by != p.by {
			k.peers[last].by = several
		}
	}
	return k.peers
}
