package unfold

import (
	"slices"
	"time"

	"adagio/dsl/model"
	"adagio/petri"
)

// Hazard is an interval that has no length in the model: Shown would be
// published by Ends at Date if it lasted, and Wait reads it.
type Hazard struct {
	Fact   petri.Fact
	Begins petri.TransitionID // whose firing begins the interval
	Ends   petri.TransitionID // whose firing ends it in the same instant
	Wait   petri.TransitionID // the remote wait that would return early
	Earliest,
	Latest time.Duration // date of the interval
	Returns time.Duration // latest date at which the wait returns otherwise
}

// awaitedByHazards says whether a fact is of those that a wait may see hold for no time.
func awaitedByHazards(f petri.Fact) bool { return f.Kind == petri.Idle || f.Kind == petri.NodeIdle }

// hazardKey identifies a hazard.
type hazardKey struct {
	fact               petri.Fact
	wait, begins, ends petri.TransitionID
}

// hazardKeys are those of the hazards of a list.
type hazardKeys map[hazardKey]bool

// add appends a hazard to the list, if it is not there.
func (k hazardKeys) add(list []Hazard, h Hazard) []Hazard {
	key := hazardKey{h.Fact, h.Wait, h.Begins, h.Ends}
	if k[key] {
		return list
	}
	k[key] = true
	return append(list, h)
}

// noteHazards lists the facts about idleness that begin and end in one instant
// while somebody waits for them.
func (x *explorer) noteHazards(r *run) {
	for _, t := range x.contended {
		tr := &x.Net.Transitions[t]
		if tr.Class != petri.Publish || tr.Origin.Ceases || !awaitedByHazards(tr.Origin.Fact) || !r.everMarked(t) {
			continue
		}
		for _, read := range r.readings(t) {
			v := r.virtual(t, read)
			if ends, ok := r.instantaneous(v); ok {
				x.noteHazard(r, v, ends)
			}
		}
	}
}

// instantaneous says whether all conditions of a virtual event hold together
// for no time at all, and which event ends that.
func (r *run) instantaneous(v *virtual) (petri.EventID, bool) {
	for _, c := range v.conditions {
		for _, d := range v.conditions {
			if c == d {
				continue
			}
			j, p := r.p.conditions[c].consumer, r.p.conditions[d].producer
			if j >= 0 && p >= 0 && (j == p || r.order.Lo[r.id[p]] > r.order.Hi[r.id[j]] || r.order.Causes(r.id[j], r.id[p])) {
				return 0, false // not even together
			}
		}
	}
	for _, c := range v.conditions {
		if j := r.p.conditions[c].consumer; j >= 0 && r.aheadOf(r.id[j], v) >= 0 {
			return r.id[j], true
		}
	}
	return 0, false
}

func (x *explorer) noteHazard(r *run, v *virtual, ends petri.EventID) {
	fact := x.Net.Transitions[v.transition].Origin.Fact
	for _, w := range waitsFor(x.Net, fact) {
		begins, returns, ok := r.waiting(w)
		if !ok || begins > r.latest(v) || returns <= r.earliest(v) {
			continue
		}
		latest := petri.EventID(0)
		for _, p := range v.producers {
			if r.order.Lo[p] >= r.order.Lo[latest] {
				latest = p
			}
		}
		x.Hazards = x.hazards.add(x.Hazards, Hazard{Fact: fact, Begins: r.graph.Transition[latest], Ends: r.graph.Transition[ends], Wait: w,
			Earliest: r.earliest(v), Latest: r.latest(v), Returns: returns})
	}
}

// noteMoments remembers when a fact that an observer may wait for holds, if that ends:
// when all of some places are marked, whose stays are given.
func (c *coverer) noteMoments(by observer, all [][]stay) {
	certainlyBefore := func(s, t stay) bool {
		return s.off >= 0 && (s.off == t.on || t.on > s.off && c.precedesAnywhere(s.off, t.on))
	}
	together := slices.Clone(all[0])
	for _, stays := range all[1:] {
		var both []stay
		for _, s := range together {
			for _, t := range stays {
				if certainlyBefore(s, t) || certainlyBefore(t, s) {
					continue
				}
				u := stay{max(s.on, t.on), s.off}
				if s.off < 0 || t.off >= 0 && t.off < s.off {
					u.off = t.off
				}
				both = append(both, u)
			}
		}
		together = both
	}
	c.moments[by] = slices.DeleteFunc(together, func(s stay) bool { return s.off < 0 })
}

// passes says whether what holds in a stay at a node lasts no time, by its causes or its dates.
// A stay that is over before it begins is none: what it is made of never holds together.
func (c *coverer) passes(s stay, node int) bool {
	begin := c.begin(s, node)
	on, off := c.event[begin], c.event[s.off]
	if c.out.Cover.Precedes(off, on) {
		return false
	}
	m, ok := c.momentary(on, off, petri.Summary)
	return c.over(s, begin) || ok && on < off && c.out.Cover.Passes(m)
}

// noteHazards lists the intervals of no length that a wait might see: those that may
// come while it waits.
func (c *coverer) noteHazards() {
	r := c.out.Refined
	found := hazardKeys{}
	for by, stays := range c.moments {
		c.moments[by] = slices.DeleteFunc(stays, func(s stay) bool { return !c.passes(s, by.fact.Node) })
	}
	for e := range c.p.events {
		f := &c.p.events[e]
		if c.net.Transitions[f.transition].Origin.Kind != petri.ProgramStep {
			continue
		}
		waits := c.event[c.p.conditions[f.taken[0]].producer]
		for _, k := range f.read {
			place := c.p.conditions[k].place
			t, ok := c.net.Told[place]
			if !ok || !t.Value {
				continue
			}
			for _, s := range c.moments[observer{node: c.net.Places[place].Node(), fact: t.Fact}] {
				on := c.begin(s, t.Fact.Node)
				h := Hazard{Fact: t.Fact, Begins: c.p.events[on].transition, Ends: c.p.events[s.off].transition, Wait: f.transition,
					Earliest: r.Earliest(c.event[on]), Latest: r.Latest(c.event[on]), Returns: r.Latest(c.event[e])}
				if h.Latest >= r.Earliest(waits) && h.Earliest < h.Returns {
					c.out.Hazards = found.add(c.out.Hazards, h)
				}
			}
		}
	}
}

// waitsFor lists the instructions of other nodes that wait for a fact.
func waitsFor(n *petri.Net, f petri.Fact) []petri.TransitionID {
	var out []petri.TransitionID
	for _, p := range n.Known[f] {
		for _, t := range n.Readers.Of(p) {
			if n.Transitions[t].Origin.Kind == petri.ProgramStep {
				out = append(out, t)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// waiting returns when a wait may begin at the earliest and when it has returned
// at the latest; it lasts for ever where it does not return.
func (r *run) waiting(w petri.TransitionID) (begins, returns time.Duration, ok bool) {
	for _, e := range r.fired.Of(w) {
		p := r.p.conditions[r.p.events[e].taken[0]].producer
		return r.order.Lo[r.id[p]], r.order.Hi[r.id[e]], true
	}
	place := r.Net.Transitions[w].In()[0]
	if c := r.p.marked[place]; c >= 0 {
		return r.order.Lo[r.id[r.p.conditions[c].producer]], model.Never, true
	}
	return 0, 0, false
}
