package unfold

import (
	"time"

	"adagio/petri"
	"adagio/petri/cover"
)

// stuck plays a net with some delays, and says whether a program does not end then; the
// graph of the run has what happened.
func (r *run) stuck(x *explorer, delay func(petri.TransitionID) time.Duration) bool {
	r.p.begin(x.Net, delay, nil)
	return r.p.run() == nil && r.p.unending() >= 0 && r.begin(x, decisions{}) == nil
}

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
		r := runs.Get().(*run)
		defer r.free()
		if r.stuck(&explorer{Exploration: Exploration{Net: c.net}}, func(t petri.TransitionID) time.Duration {
			if tr := &c.net.Transitions[t]; late(tr.Node()) {
				return tr.Delay.Hi
			}
			return c.net.Transitions[t].Delay.Lo
		}) {
			return r.graph
		}
	}
	return nil
}
