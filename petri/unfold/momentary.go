package unfold

import (
	"slices"

	"adagio/petri"
	"adagio/petri/cover"
)

// fleet says of the phases of all signals when they last no time (rule R9 of package cover):
// of those that another node is told of, what a node shows at the end of an instant does not
// have them; of others, that what ends them goes first (petri.Class). In the passes of a loop
// that polls a component may see what another is only for a moment.
func (c *coverer) fleet() {
	askers := make([]petri.Class, len(c.system.Signals())) // the least class of who asks
	for g := range askers {
		askers[g] = petri.Summary
	}
	for e := range cover.Event(c.system.Len()) {
		for _, clause := range c.system.Clauses(e) {
			for _, g := range clause {
				askers[g] = min(askers[g], c.class(e))
			}
		}
	}
	for k, g := range c.signals {
		if k.node >= 0 {
			from := c.net.Sources[k.fact]
			if k.not || from.Presumed || awaitedByHazards(k.fact) && c.strict(k.node, k.fact) {
				continue
			}
			askers[g] = petri.Summary
		} else if c.polls() {
			continue
		}
		for i, p := range c.system.Signals()[g] {
			if p.On == cover.None || p.Off == cover.None {
				continue
			}
			if m, ok := c.momentary(c.system.Origin(p.On), c.system.Origin(p.Off), askers[g]); ok {
				c.system.Fleet(g, i, m)
			}
		}
	}
}

func (c *coverer) class(e cover.Event) petri.Class { return c.net.Transitions[c.out.events[e]].Class }

// momentary says when an event follows in the instant of another, before anything of a class
// from some one on fires: all that it waits for and that comes later takes no time, and asks
// for nothing that is not there.
func (c *coverer) momentary(on, off cover.Event, below petri.Class) (cover.Momentary, bool) {
	w := &instant{coverer: c, m: cover.Momentary{On: on}, below: below, seen: map[cover.Event]bool{on: true}}
	if !w.followBack(off) {
		return w.m, false
	}
	for _, e := range w.ends {
		if c.class(e) > w.top && !c.polls() {
			w.m.After = append(w.m.After, e)
		} else {
			w.m.Later = append(w.m.Later, e)
		}
	}
	return w.m, true
}

// instant is what a chain of events without a delay asks for.
type instant struct {
	*coverer
	m     cover.Momentary
	below petri.Class
	top   petri.Class // the greatest of the chain
	seen  map[cover.Event]bool
	ends  []cover.Event // of what the chain asks for
}

// maxInstant bounds the events that are followed back.
const maxInstant = 50

// followBack collects what an event follows from in that instant, and says whether all of it
// belongs to the instant.
func (w *instant) followBack(e cover.Event) bool {
	if w.seen[e] {
		return true
	}
	w.seen[e] = true
	if e < w.m.On {
		w.m.Before = append(w.m.Before, e)
		return true
	}
	_, hi := w.system.Delay(e)
	t, on := &w.net.Transitions[w.out.events[e]], &w.net.Transitions[w.out.events[w.m.On]]
	if hi > 0 || t.Class < petri.Inner || t.Class >= w.below || t.Node() != on.Node() || len(w.seen) > maxInstant || w.unmet[e] || w.exits != nil && t.Choice != 0 {
		return false
	}
	w.top = max(w.top, t.Class)
	for _, p := range w.system.Causes(e) {
		if !w.followBack(p) {
			return false
		}
	}
	return !slices.ContainsFunc(w.system.Clauses(e), func(clause []cover.Signal) bool { return !w.followClause(e, clause) })
}

// followClause follows back what a clause holds by in that instant, the phase that is on in the
// played execution, and says whether there is one and it belongs to the instant.
func (w *instant) followClause(e cover.Event, clause []cover.Signal) bool {
	for _, g := range clause {
		if slices.ContainsFunc(w.doubtful, func(d cover.Doubt) bool { return d.Signal == g }) {
			return false
		}
		for _, p := range w.system.Signals()[g] {
			if p.On != cover.None && w.system.Origin(p.On) >= e || p.Off != cover.None && w.system.Origin(p.Off) < e {
				continue
			}
			if p.On != cover.None && w.arrives(p.On) {
				w.m.Before = append(w.m.Before, p.On)
			} else if p.On != cover.None && !w.followBack(p.On) {
				return false
			}
			if p.Off != cover.None && !w.seen[p.Off] { // else it follows
				w.ends = append(w.ends, p.Off)
			}
			return true
		}
	}
	return false
}

func (w *instant) arrives(e cover.Event) bool { return w.system.Origin(e) != e }
