package calibrate

import (
	"slices"
	"time"

	"adagio/dsl/model"
)

// questions counts what a component asks other nodes in one pass, as far as the
// answers are certain from the log.
type questions struct {
	count int
	// peers are the nodes that are asked.
	peers []int
	// open: an answer is not certain, so that the component may have waited.
	open bool
}

func (q *questions) ask(node, peer int) {
	if node != peer {
		q.count++
		q.peers = append(q.peers, peer)
	}
}

// entry is what entering a place asks, its last transitions having ended at from
// and something having followed at to.
func (h *history) entry(q *questions, c, p int, run *behaviourRun, from, to time.Duration) {
	t := h.s.TypeOf(c)
	for i, port := range t.Ports {
		if !port.Kind.IsUse() {
			continue
		}
		for _, b := range port.Bound {
			switch {
			case b.Kind == model.ToPlace && b.Index == p:
			case b.Kind == model.ToGroup && slices.Contains(t.Groups[b.Index].Places, p):
				switch inside, beside := within(t, t.Groups[b.Index].Places, p, run, from); {
				case inside:
					continue // the group is active already
				case beside:
					q.open = true
					continue
				}
			default:
				continue
			}
			h.provided(q, c, i, port.Kind == model.Use, from, to)
		}
	}
}

// within says whether a transition into p comes from inside a group, which is
// active then, and whether another token may keep the group active.
func within(t *model.Type, group []int, p int, run *behaviourRun, from time.Duration) (inside, beside bool) {
	for _, q := range group {
		beside = beside || run.before[q]
	}
	for _, f := range run.firings {
		tr := t.Transitions[f.transition]
		if tr.Dst == p {
			inside = inside || slices.Contains(group, tr.Src)
		} else if f.start < from && slices.Contains(group, tr.Dst) {
			beside = true
		}
	}
	return inside, beside
}

// provided is what a use port asks: whether it is served and, for an entry,
// whether it is allowed.
func (h *history) provided(q *questions, c, port int, allowed bool, from, to time.Duration) {
	node := h.s.Components[c].Node
	links := 0
	for l, link := range h.s.Links {
		if link.User != c || link.UsePort != port {
			continue
		}
		if made, sure := h.joined(node, l, link.UserSide); !made || !sure {
			q.open = q.open || !sure
			continue
		}
		links++
		places := h.resting(link.Provider, from-margin, to)
		if places == nil || !bound(h.s.TypeOf(link.Provider), link.ProvidePort, places) {
			q.open = true
		}
		peer := h.s.Components[link.Provider].Node
		q.ask(node, peer)
		if allowed {
			q.ask(node, peer)
		}
	}
	if links != 1 { // nobody provides it, or which provider is asked depends
		q.open = true
	}
}

// departure is what leaving a place by some transitions asks: whether the provide
// ports that this empties are in use. It says whether there are any questions.
func (h *history) departure(q *questions, c, p int, by []int, from, to time.Duration) (locks bool) {
	t := h.s.TypeOf(c)
	node := h.s.Components[c].Node
	for i, port := range t.Ports {
		if port.Kind != model.Provide || !slices.ContainsFunc(port.Bound, func(b model.Binding) bool {
			return b.Kind == model.ToPlace && b.Index == p || b.Kind == model.ToGroup && emptied(t, t.Groups[b.Index].Places, p, by)
		}) {
			continue
		}
		for l, link := range h.s.Links {
			if link.Provider != c || link.ProvidePort != i {
				continue
			}
			if made, sure := h.joined(node, l, link.ProviderSide); !made || !sure {
				q.open = q.open || !sure
				continue
			}
			locks = true
			places := h.resting(link.User, from-margin, to)
			if places == nil || bound(h.s.TypeOf(link.User), link.UsePort, places) {
				q.open = true
			}
			q.ask(node, h.s.Components[link.User].Node)
		}
	}
	return locks
}

// emptied says whether leaving p by some transitions can empty a group.
func emptied(t *model.Type, group []int, p int, by []int) bool {
	return slices.Contains(group, p) && !slices.ContainsFunc(by, func(i int) bool { return slices.Contains(group, t.Transitions[i].Dst) })
}

// starts is what the starts of transitions ask.
func (h *history) starts(q *questions, c int, transitions []int, from, to time.Duration) {
	for i, port := range h.s.TypeOf(c).Ports {
		if port.Kind.IsUse() && slices.ContainsFunc(port.Bound, func(b model.Binding) bool {
			return b.Kind == model.ToTransition && slices.Contains(transitions, b.Index)
		}) {
			h.provided(q, c, i, false, from, to)
			q.open = q.open || len(transitions) > 1 // which of them starts first depends
		}
	}
}

// joined says whether a node has its side of a link, and whether that is sure.
func (h *history) joined(node, link int, before bool) (made, sure bool) {
	for _, in := range h.s.Nodes[node].Program {
		if in.Link == link && in.Op == model.Connect {
			before = true
		}
		if in.Link == link && in.Op == model.Disconnect {
			return false, false
		}
	}
	return before, true
}

// bound says whether a port of a type is active in some places.
func bound(t *model.Type, port int, places map[int]bool) bool {
	return slices.ContainsFunc(t.Ports[port].Bound, func(b model.Binding) bool {
		switch b.Kind {
		case model.ToPlace:
			return places[b.Index]
		case model.ToGroup:
			return slices.ContainsFunc(t.Groups[b.Index].Places, func(p int) bool { return places[p] })
		}
		return false
	})
}
