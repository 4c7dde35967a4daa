package calibrate

import (
	"slices"
	"time"

	"adagio/dsl/model"
)

// moment is one local delay: something ended, and what follows it began.
type moment struct {
	delay time.Duration
	// looks is the number of questions to other nodes in between, all of them
	// answered in favour at once.
	looks int
	// peers is what the nodes that were asked did meanwhile.
	peers doing
}

// samples are the delays from which the executor profile is estimated.
type samples struct {
	// steps: from the end of a transition to what follows, while the program
	// waits for nothing remote and no other node is asked.
	steps []moment
	// entries: the same with questions to other nodes.
	entries []moment
	// watched: as steps, but while the program looks at a remote component.
	watched []moment
	// begins: from the begin of a behaviour to its first departure, nothing asked.
	begins []moment
	// answers: how long a wait for an idle remote component takes: one look.
	answers []moment
	// idles: from when a remote component is idle to when the wait for it
	// returns, nothing else going on at the node.
	idles []moment
	// locked: from the begin of a behaviour to its first departure, one node
	// having been asked again and again.
	locked []moment
	// starts: by run, how much later than the first each node started.
	starts [][]time.Duration
}

// collect adds the delays of a run.
func (x *samples) collect(h *history) {
	for c := range h.components {
		for i := range h.components[c].behaviours {
			b := &h.components[c].behaviours[i]
			if len(b.firings) == 0 || h.nodes[h.s.Components[c].Node].odd != nil {
				continue
			}
			x.first(h, c, b)
			x.passages(h, c, b)
		}
	}
	for n := range h.nodes {
		for i := range h.nodes[n].waits {
			x.wait(h, n, &h.nodes[n].waits[i])
		}
	}
	x.offsets(h)
}

// passages collects what lies between the transitions of a behaviour, and
// between the last one and its end.
func (x *samples) passages(h *history, c int, b *behaviourRun) {
	t := h.s.TypeOf(c)
	seen := map[int]bool{}
	for _, f := range b.firings {
		p := t.Transitions[f.transition].Dst
		if seen[p] {
			continue
		}
		seen[p] = true
		from, docks := time.Duration(0), 0
		var out []int
		to := model.Never
		for _, g := range b.firings {
			if t.Transitions[g.transition].Dst == p {
				from, docks = max(from, g.end), docks+1
			}
			if t.Transitions[g.transition].Src == p {
				to, out = min(to, g.start), append(out, g.transition)
			}
		}
		if len(out) == 0 {
			if slices.ContainsFunc(b.firings, func(g firing) bool { return g.end > from }) {
				continue // the behaviour ends later, for another reason
			}
			to = b.end
		}
		x.passage(h, c, b, p, out, docks, from, to)
	}
}

// passage collects one step: place p is entered, its transitions having ended at
// from, and left by others at to, or the behaviour ends then.
func (x *samples) passage(h *history, c int, b *behaviourRun, p int, out []int, docks int, from, to time.Duration) {
	if to < from-rounding || !h.alone(c, from, to) {
		return
	}
	node := h.s.Components[c].Node
	w := h.waiting(node, from, to)
	var q questions
	h.entry(&q, c, p, b, from, to)
	if len(out) > 0 {
		h.departure(&q, c, p, out, from, to)
		h.starts(&q, c, out, from, to)
	}
	m := moment{delay: max(0, to-from), looks: q.count, peers: h.doing(q.peers, from, to)}
	switch {
	case w == nil || q.open:
	case q.count == 0 && h.local(node, w):
		x.steps = append(x.steps, m)
	case q.count == 0:
		m.peers = h.doing([]int{h.s.Components[w.in.Component].Node}, from, to)
		x.watched = append(x.watched, m)
	case h.local(node, w) && docks == 1:
		x.entries = append(x.entries, m)
	}
}

// first collects the delay from the begin of a behaviour to its first departure.
func (x *samples) first(h *history, c int, b *behaviourRun) {
	t := h.s.TypeOf(c)
	node := h.s.Components[c].Node
	p, to := t.Transitions[b.firings[0].transition].Src, b.firings[0].start
	// The program pushes the behaviour an instant before it waits.
	if !b.before[p] || !h.alone(c, b.begin, to) || !h.local(node, h.waiting(node, b.begin+margin, max(to, b.begin+margin))) {
		return
	}
	var out []int
	for _, f := range b.firings {
		if t.Transitions[f.transition].Src == p {
			out = append(out, f.transition)
		}
	}
	var asked, gates questions
	locks := h.departure(&asked, c, p, out, b.begin, to)
	h.starts(&gates, c, out, b.begin, to)
	m := moment{delay: max(0, to-b.begin), looks: asked.count}
	switch {
	case gates.count > 0 || gates.open:
	case !locks:
		x.begins = append(x.begins, m)
	case asked.count == 1:
		x.locked = append(x.locked, m)
	}
}

// wait collects what a wait for a component of another node tells.
func (x *samples) wait(h *history, node int, w *wait) {
	o := w.in.Component
	peer := h.s.Components[o].Node
	if peer == node || !h.nodes[peer].seen || h.nodes[node].odd != nil || h.nodes[peer].odd != nil {
		return
	}
	for c := range h.s.Components {
		if h.s.Components[c].Node == node && h.resting(c, max(w.start, w.end-time.Second), w.end) == nil {
			return // it looks at something else, too
		}
	}
	idle := h.shown(o, w.end)
	m := moment{looks: 1, peers: h.doing([]int{peer}, max(w.start, idle), w.end)}
	switch {
	case idle == model.Never: // it returned early: SEMANTICS.md, section 5
	case idle+margin <= w.start:
		m.delay = w.end - w.start
		x.answers = append(x.answers, m)
	case idle >= w.start+time.Second:
		m.delay = w.end - idle
		x.idles = append(x.idles, m)
	}
}

// shown returns since when, at the given date, a component has shown itself idle
// to others: it rests, and its node does not hold. It is never if it does not.
func (h *history) shown(c int, date time.Duration) time.Duration {
	n := &h.nodes[h.s.Components[c].Node]
	for _, r := range h.components[c].rests {
		if r.from > date || date > r.to {
			continue
		}
		since := r.from
		for _, w := range n.waits {
			if w.in.Holding && w.start <= date && w.end > since {
				since = w.end
			}
		}
		if since <= date {
			return since
		}
	}
	return model.Never
}

// offsets collects how much later than the first each node started.
func (x *samples) offsets(h *history) {
	if len(h.run.Missing) > 0 {
		return
	}
	first := model.Never
	for _, n := range h.nodes {
		if n.seen {
			first = min(first, n.start)
		}
	}
	var all []time.Duration
	for _, n := range h.nodes {
		if n.seen {
			all = append(all, n.start-first)
		}
	}
	x.starts = append(x.starts, all)
}
