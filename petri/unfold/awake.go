package unfold

import (
	"slices"
	"time"

	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/sleep"
)

// constant says whether every delay is one value.
func constant(n *petri.Net) bool {
	kind := n.Scenario.Network.Profile.Kind
	return kind != model.Concertod && kind != model.Polling && n.Scenario.Network.Profile.Step.IsConstant() && !slices.ContainsFunc(n.Transitions, func(t petri.Transition) bool { return !t.Delay.IsConstant() })
}

// wakefulness is what the player knows of a node that sleeps.
type wakefulness struct {
	running int           // transitions
	until   time.Duration // end of the step after the last one
}

// sleeps says whether the node of a transition that waits for it sleeps at a date.
func (p *player) sleeps(t petri.TransitionID, at time.Duration) bool {
	return p.net.Wakes[t] && p.nextAwake(t, at) != at
}

// nextAwake is the next date at which the node of a transition is awake, and that which it
// looks at.
func (p *player) nextAwake(t petri.TransitionID, at time.Duration) time.Duration {
	for range sleep.MaxMeetings {
		next := at
		for _, n := range [2]int{p.net.Transitions[t].Node(), p.net.AlsoAwake(t)} {
			if n >= 0 && p.net.Scenario.Nodes[n].Uptime != nil && p.awake[n].running == 0 && p.awake[n].until < at {
				next = max(next, sleep.Next(p.net, n, at))
			}
		}
		if next == at || next == model.Never {
			return next
		}
		at = next
	}
	return model.Never
}

// runs notes that a transition has become enabled or not any more: a component's
// transition runs as long as it is.
func (p *player) runs(t petri.TransitionID, change int) {
	if tr := &p.net.Transitions[t]; tr.Kind == petri.Fire {
		p.awake[tr.Node()].running += change
	}
}

// postpone schedules what is due on a node that sleeps for its next window. No
// transition can start on the node before.
func (p *player) postpone(next pending, at time.Duration) error {
	node := p.net.Transitions[next.transition].Node()
	if next.date = p.nextAwake(next.transition, at); next.date == model.Never {
		return sleep.ForEver(p.net, node)
	}
	p.queue.Push(next)
	return nil
}
