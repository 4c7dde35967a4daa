package verify

import (
	"slices"
	"time"

	"adagio/petri"
)

// chain is the delays on a path from its last event backwards; nil has none. Paths share
// their beginnings.
type chain struct {
	before *chain
	event  petri.EventID
}

// chains are the paths to an event, or why they are not known.
type chains struct {
	list []*chain
	err  error
}

// paths lists the paths from an event, or from the origin, to another. Those that are
// never longer than others are left out.
func (w *whenRun) paths(from, to petri.EventID) ([]path, error) {
	known := w.known
	if from != origin {
		known = map[petri.EventID]chains{}
	}
	found := w.chains(from, to, known)
	var out []path
	for _, c := range found.list {
		out = append(out, w.path(c))
	}
	return out, found.err
}

// chains lists the paths from one event to another. What is known of events between them
// is used and added to.
func (w *whenRun) chains(from, to petri.EventID, known map[petri.EventID]chains) chains {
	if from == to {
		return chains{list: []*chain{nil}}
	}
	if c, ok := known[to]; ok {
		return c
	}
	c := w.joined(from, to, known)
	if w.g.Delay(to).Hi > 0 && w.work.take(4*len(c.list)) {
		list := make([]*chain, len(c.list))
		for i, before := range c.list {
			list[i] = &chain{before, to}
		}
		c.list = list
	}
	if w.work.left >= 0 { // else another share may suffice
		known[to] = c
	}
	return c
}

// joined lists the paths from one event to the causes of another.
func (w *whenRun) joined(from, to petri.EventID, known map[petri.EventID]chains) chains {
	if !w.work.take(1) {
		return chains{err: ErrSpent}
	}
	if w.g.FirstAlternative[to+1]-w.g.FirstAlternative[to] > 1 {
		return chains{err: errChoice}
	}
	causes := w.g.Causes(to)
	if len(causes) == 0 {
		return chains{list: []*chain{nil}}
	}
	var out chains
	for i, p := range causes {
		c := w.chains(from, p, known)
		if c.err != nil {
			return chains{err: c.err}
		}
		if i == 0 {
			out.list = c.list
		} else {
			out.list = w.longest(out.list, c.list)
		}
		if len(out.list) > maxSums {
			return chains{err: errSums}
		}
	}
	return out
}

// longest adds paths to others, without those that are never longer than one of the other
// list. In each of the lists none is.
func (w *whenRun) longest(list, more []*chain) []*chain {
	var added []*chain
	list = slices.Clone(list)
	for _, p := range more {
		if !slices.ContainsFunc(list, func(q *chain) bool { return w.neverLonger(p, q) }) {
			list = slices.DeleteFunc(list, func(q *chain) bool { return w.neverLonger(q, p) })
			added = append(added, p)
		}
	}
	return append(list, added...)
}

// neverLonger says whether a path is no longer than another whatever the delays are. The
// events of a path are in the order of their numbers.
func (w *whenRun) neverLonger(p, q *chain) bool {
	more := time.Duration(0) // that the one may have
	steps := 0
	for p != q {
		steps++
		switch {
		case q == nil || p != nil && p.event > q.event:
			if w.names[p.event] != "" {
				w.work.take(steps)
				return false
			}
			more, p = more+w.g.Delay(p.event).Hi, p.before
		case p == nil || q.event > p.event:
			if w.names[q.event] == "" {
				more -= w.g.Delay(q.event).Lo
			}
			q = q.before
		default:
			p, q = p.before, q.before
		}
	}
	w.work.take(steps)
	return more <= 0
}

// firing is the nth firing of a transition.
type firing struct {
	transition petri.TransitionID
	nth        int32
}

// step is a delay on a path.
type step struct {
	firing
	name   string // "" for what has none
	lo, hi time.Duration
}

// path is the delays from one event to another. Paths of several event graphs of a net
// can be compared.
type path struct {
	steps []step
	has   map[firing]bool
}

func (w *whenRun) path(c *chain) path {
	p := path{has: map[firing]bool{}}
	for ; c != nil; c = c.before {
		d := w.g.Delay(c.event)
		f := firing{w.g.Transition[c.event], w.g.Nth[c.event]}
		p.steps, p.has[f] = append(p.steps, step{f, w.names[c.event], d.Lo, d.Hi}), true
	}
	slices.Reverse(p.steps)
	w.work.take(len(p.steps))
	return p
}

// besides lists the steps of a path that another does not have.
func (p path) besides(q path) (out []step) {
	for _, s := range p.steps {
		if !q.has[s.firing] {
			out = append(out, s)
		}
	}
	return out
}

// compare is that one path, and more, is not longer than another whatever the delays
// without a name are. What they share counts on neither side. Varies says whether some
// delay without a name that only one of the two has may differ.
func compare(p, q path, strict bool, more time.Duration) (i Inequality, varies bool) {
	i = Inequality{Left: Sum{More: more}, Strict: strict}
	add := func(to *Sum, steps []step, worst func(s step) time.Duration) {
		for _, s := range steps {
			if s.name != "" {
				to.Names = append(to.Names, s.name)
				continue
			}
			to.More += worst(s)
			varies = varies || s.lo != s.hi
		}
	}
	add(&i.Left, p.besides(q), func(s step) time.Duration { return s.hi })
	add(&i.Right, q.besides(p), func(s step) time.Duration { return s.lo })
	both := min(i.Left.More, i.Right.More)
	i.Left.More, i.Right.More = i.Left.More-both, i.Right.More-both
	return i, varies
}

// noLater is the condition that the longest of some paths, and more, is no longer than
// the longest of others.
func (b *budget) noLater(list, others []path, strict bool, more time.Duration) *Condition {
	c := &Condition{Exact: true}
	for _, p := range list {
		var clause []Inequality
		for _, q := range others {
			if !b.take(len(p.steps) + len(q.steps)) {
				return c
			}
			i, varies := compare(p, q, strict, more)
			clause = append(clause, i)
			c.Exact = c.Exact && (len(others) == 1 || !varies)
		}
		b.add(c, clause)
	}
	return c
}
