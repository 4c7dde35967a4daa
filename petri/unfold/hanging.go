package unfold

import (
	"adagio/petri"
	"adagio/petri/cover"
)

// hanging looks for an execution in which an event waits for ever for what another has
// switched off: one in which the node of that one is fast and all others are slow, or the
// node of the event is slow and all others are fast. The delays are constants inside their
// intervals, so that what is played is an execution of the net.
func (c *coverer) hanging(h cover.Hang) *petri.EventGraph {
	if h.Event == cover.None || h.Off == cover.None {
		return nil
	}
	node := func(e cover.Event) int { return c.net.Transitions[c.out.events[c.system.Origin(e)]].Node() }
	waits, gone := node(h.Event), node(h.Off)
	for _, late := range []func(int) bool{func(n int) bool { return n != gone }, func(n int) bool { return n == waits }} {
		if g := hangingWhere(c.net, late); g != nil {
			return g
		}
	}
	return nil
}

// hangingWhere is what happens where some nodes are slow and all others fast, or nil if all
// programs end then.
func hangingWhere(net *petri.Net, slow func(node int) bool) *petri.EventGraph {
	r := runs.Get().(*run)
	defer r.free()
	unending, err := r.p.play(net, ends(net, slow))
	if err != nil || unending < 0 {
		return nil
	}
	r.list(newExplorer(net, Limit{}), decisions{})
	if r.link(r.nodes) != nil {
		return nil
	}
	return r.graph
}
