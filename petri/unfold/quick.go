package unfold

import (
	"slices"

	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/cover"
	"adagio/petri/precedence"
)

// polls says whether nodes look at each other in loops.
func (c *coverer) polls() bool { return c.net.Scenario.Network.Profile.Kind == model.Polling }

// quicken says of the events whose delays contain looks that they are quick once the nodes
// looked at are at rest (petri/cover/README.md, "Looks"). A node is at rest from the end
// of its last transition that may begin before the event on, and the step after it.
func (c *coverer) quicken(first *cover.Cover) {
	q := &quickening{coverer: c, first: first, ends: make([][]cover.Event, len(c.net.Scenario.Nodes)), known: map[restKey]cover.Moment{}}
	q.own = make([][]cover.Event, len(q.ends))
	for e, t := range c.out.events {
		if o := c.net.Transitions[t].Origin; o.Kind == petri.Fire {
			q.ends[o.Node] = append(q.ends[o.Node], cover.Event(e))
		}
		if k := precedence.Owner(c.net, t); k < len(c.net.Scenario.Components) {
			n := c.net.Scenario.Components[k].Node
			q.own[n] = append(q.own[n], cover.Event(e))
		}
	}
	follower := c.followers(first)
	for e, id := range c.out.events {
		t, e := &c.net.Transitions[id], cover.Event(e)
		q.whenAlone(e, t)
		if _, hi := c.system.Delay(e); len(t.Peers) == 0 || hi <= t.AtRest || len(c.system.Clauses(e)) > 0 {
			continue
		}
		until := e
		if noted, ok := c.noted[e]; ok {
			until = noted
		}
		if f := follower[until]; len(t.Peers) > manyPeers && f != cover.None {
			until = f
		}
		look := c.net.LookTime[t.Node()]
		c.system.Quicken(e, cover.Quick{Since: q.resting(until, t.Peers), Until: until, Hi: t.AtRest, Slow: look.Any, Fast: look.AtRest})
	}
}

// manyPeers is the number of nodes looked at beyond which the events of a node that one event
// waits for are not told apart.
const manyPeers = 16

// followers holds for each event one that certainly waits for it, or None.
func (c *coverer) followers(first *cover.Cover) []cover.Event {
	out := make([]cover.Event, c.system.Len())
	for e := range out {
		out[e] = cover.None
	}
	for e := range out {
		for _, p := range first.Certain(cover.Event(e)) {
			if out[p] == cover.None {
				out[p] = cover.Event(e)
			}
		}
	}
	return out
}

type quickening struct {
	*coverer
	first *cover.Cover
	ends  [][]cover.Event // of the transitions of each node
	own   [][]cover.Event // of the components of each node
	known map[restKey]cover.Moment
}

// whenAlone says of news that a wait of a program looks for that they are quick once the
// components of its own node ask nothing any more: then the wait looks after each sleep.
func (q *quickening) whenAlone(e cover.Event, t *petri.Transition) {
	f, n, network := t.Origin.Fact, t.Node(), &q.net.Scenario.Network
	if t.Origin.Kind != petri.Network || f.Kind != petri.Idle || f.Component < 0 || t.Origin.Ceases || !q.polls() || len(q.system.Clauses(e)) > 0 {
		return
	}
	look := q.net.LookTime[n].Any
	if q.atRest[e] {
		look = q.net.LookTime[n].AtRest
	}
	alone := max(network.Between(f.Node, n).Hi, network.Profile.Poll.Hi+2*look)
	if _, hi := q.system.Delay(e); hi <= alone {
		return
	}
	until := e
	if noted, ok := q.noted[e]; ok {
		until = noted
	}
	q.system.Quicken(e, cover.Quick{Since: q.system.Moment(0, q.notAfter(until, nil, q.own[n])), Until: until, Hi: alone})
}

// restKey is an event and a list of nodes, which many events share.
type restKey struct {
	until cover.Event
	nodes *int
}

// resting is from when on some nodes are at rest until an event: all their transitions that do
// not begin after it have ended.
func (q *quickening) resting(until cover.Event, nodes []int) cover.Moment {
	key := restKey{until, &nodes[0]}
	if since, ok := q.known[key]; ok {
		return since
	}
	var ends []cover.Event
	for _, m := range nodes {
		ends = q.notAfter(until, ends, q.ends[m])
	}
	q.known[key] = q.system.Moment(q.net.Scenario.Network.Profile.Step.Hi, ends)
	return q.known[key]
}

// notAfter appends those of some events that do not certainly begin after another.
func (q *quickening) notAfter(until cover.Event, out, events []cover.Event) []cover.Event {
	for _, e := range events {
		if !slices.ContainsFunc(q.system.Causes(e), func(begin cover.Event) bool { return begin == until || q.first.Precedes(until, begin) }) {
			out = append(out, e)
		}
	}
	return out
}
