package unfold

import (
	"slices"

	"adagio/petri"
	"adagio/petri/cover"
	"adagio/petri/precedence"
	"adagio/petri/sleep"
)

// noPlace stands for what always holds.
const noPlace petri.PlaceID = -1

// stay is one stay of a token in a place, from an event of the player to another; -1 is
// none.
type stay struct{ on, off petri.EventID }

// stays lists those of a place. It fails where their order is not certain.
func (c *coverer) stays(place petri.PlaceID) (out []stay, err error) {
	if place == noPlace {
		return []stay{{-1, -1}}, nil
	}
	last := petri.EventID(-1)
	for _, i := range c.p.byPlace.Of(place) {
		s := stay{c.p.conditions[i].producer, c.p.conditions[i].consumer}
		for _, e := range [2]petri.EventID{s.on, s.off} {
			switch {
			case e < 0:
				continue
			case c.event[e] == cover.None:
				return nil, uncovered("%q is switched by a message", c.net.PlaceName(place))
			case last >= 0 && last != e && !c.precedes(last, e):
				return nil, uncovered("the order in which %q is switched is open", c.net.PlaceName(place))
			}
			last = e
		}
		out = append(out, s)
	}
	return out, nil
}

// begin is the event with which a stay begins to be shown by a node.
func (c *coverer) begin(s stay, node int) petri.EventID {
	if s.on < 0 {
		return c.starts[node]
	}
	return s.on
}

// over says whether a stay is over in the instant in which all of some others have begun.
func (c *coverer) over(s stay, begins ...petri.EventID) bool {
	return s.off >= 0 && c.follows(s.off, begins)
}

// visible leaves out of the stays of some places, all of which a fact needs, those that
// last no time, or are together with none of another place for any time: what holds only
// inside an instant is seen by nobody (SEMANTICS.md, rule 3.7).
func (c *coverer) visible(node int, all [][]stay) {
	begin := func(s stay) petri.EventID { return c.begin(s, node) }
	together := func(s, t stay) bool { return !c.over(s, begin(s), begin(t)) && !c.over(t, begin(s), begin(t)) }
	for {
		removed := false
		for i := range all {
			all[i] = slices.DeleteFunc(all[i], func(s stay) bool {
				for j := range all {
					if i != j && !slices.ContainsFunc(all[j], func(t stay) bool { return together(s, t) }) {
						removed = true
						return true
					}
				}
				if c.over(s, begin(s)) {
					removed = true
					return true
				}
				return false
			})
		}
		if !removed {
			break
		}
	}
	for i := range all { // moments without the fact are seen by nobody, either
		var merged []stay
		for _, s := range all[i] {
			if n := len(merged); n > 0 && len(all) == 1 && merged[n-1].off >= 0 && c.follows(s.on, []petri.EventID{merged[n-1].off}) {
				merged[n-1].off = s.off
				continue
			}
			merged = append(merged, s)
		}
		all[i] = merged
	}
}

// follows says whether an event certainly occurs in the instant of the last of some
// others, or before: it takes no time and asks nothing, and each of its causes is no
// later than one of them.
func (c *coverer) follows(e petri.EventID, others []petri.EventID) bool {
	return c.noLater(e, others, 0)
}

// maxMoments bounds how many events without a delay are followed back.
const maxMoments = 200

func (c *coverer) noLater(e petri.EventID, others []petri.EventID, depth int) bool {
	for _, other := range others {
		if e == other || e < other && c.precedesAnywhere(e, other) {
			return true
		}
	}
	f := &c.p.events[e]
	if waits, _ := sleep.Waits(c.net, f.transition); depth > maxMoments || len(f.unmet) > 0 || c.net.Transitions[f.transition].Delay.Hi+waits > 0 {
		return false
	}
	caused := false
	for i, k := range slices.Concat(f.taken, f.read) {
		if i >= len(f.taken) && !c.certain(f, k) {
			return false
		}
		if p := c.p.conditions[k].producer; p >= 0 {
			caused = true
			if !c.noLater(p, others, depth+1) {
				return false
			}
		}
	}
	return caused
}

// precedesAnywhere says whether an event follows from another by tokens, whosever they
// are; it looks at a bounded number of events.
func (c *coverer) precedesAnywhere(a, b petri.EventID) bool {
	seen := map[petri.EventID]bool{b: true}
	open := []petri.EventID{b}
	for len(open) > 0 && len(seen) < 4*maxMoments {
		f := &c.p.events[open[len(open)-1]]
		open = open[:len(open)-1]
		for i, k := range slices.Concat(f.taken, f.read) {
			if i >= len(f.taken) && !c.certain(f, k) {
				continue
			}
			p := c.p.conditions[k].producer
			if p == a {
				return true
			}
			if p > a && !seen[p] {
				seen[p] = true
				open = append(open, p)
			}
		}
	}
	return false
}

// precedes says whether an event follows from another by tokens of one component or
// program.
func (c *coverer) precedes(a, b petri.EventID) bool {
	owner := precedence.Owner(c.net, c.p.events[b].transition)
	seen := map[petri.EventID]bool{}
	open := []petri.EventID{b}
	for len(open) > 0 {
		e := open[len(open)-1]
		open = open[:len(open)-1]
		f := &c.p.events[e]
		for _, k := range f.taken {
			p := c.p.conditions[k].producer
			if p == a {
				return true
			}
			if p > a && !seen[p] && (precedence.Owner(c.net, c.p.events[p].transition) == owner || precedence.Owner(c.net, c.p.events[a].transition) != owner) {
				seen[p] = true
				open = append(open, p)
			}
		}
	}
	return false
}
