package sleep

import (
	"time"

	"adagio/dsl/model"
	"adagio/petri"
)

// Awake bounds when the events of a graph occur whose nodes sleep, each by the dates of its
// causes, whatever these follow from. It is for executors with which nodes do not look at each other.
type Awake struct{ b *bracket }

// AwakeIn takes bounds of the dates of all events of a graph, from which it knows when transitions
// keep nodes awake. If they are nil it knows of windows only, and what it says holds in every execution.
func AwakeIn(g *petri.EventGraph, earliest, latest []time.Duration) *Awake {
	b := newBracket(g)
	if latest == nil {
		return &Awake{b}
	}
	b.x = [2][]time.Duration{earliest, latest}
	for e := range g.Transition {
		for _, p := range g.Causes(petri.EventID(e)) {
			b.ready[0][e] = max(b.ready[0][e], earliest[p])
		}
		b.ready[1][e] = latest[e] - g.Delay(petri.EventID(e)).Lo
	}
	b.collect()
	return &Awake{b}
}

// Earliest is the earliest date of an event that takes d at least, and whose causes have not all
// occurred before a date.
func (a *Awake) Earliest(e petri.EventID, ready, d time.Duration) time.Duration {
	if a.b.fires == nil {
		return model.Plus(ready, d)
	}
	return a.b.date(0, e, ready, d, a.b.possibly)
}

// Latest is the latest date of an event that takes d at most, and whose causes have occurred by a
// date; [model.Never] if its node may have gone to sleep for ever then.
func (a *Awake) Latest(e petri.EventID, ready, d time.Duration) time.Duration {
	return a.b.date(1, e, ready, d, a.b.surely)
}

// Waits is the longest that a firing of a transition may be put off until its node is awake; and
// whether there may come a date from which on the node sleeps for ever.
func Waits(n *petri.Net, t petri.TransitionID) (longest time.Duration, ends bool) {
	tr := &n.Transitions[t]
	if !n.Wakes[t] || n.TakesNote(t) || n.Scenario.Nodes[tr.Node()].Uptime == nil {
		return 0, false
	}
	w := windowsOf(n, tr.Node())
	longest = w.surely(0, unknownWay)
	for i := range windowsUntilAlike(w.uptime) {
		at, _ := w.uptime.Nth(i)
		over, _ := w.ends(i, at, unknownWay)
		if next := w.surely(over, unknownWay); next != model.Never {
			longest = max(longest, next-over)
		}
	}
	if n.Scenario.Network.Profile.Kind == model.Concertod && beginsAwake(tr.Origin.Kind) { // it may be put off twice
		longest *= 2
	}
	return longest, w.uptime.Period == 0
}

// windowsUntilAlike is how many windows there are, or how many of periodic ones differ: the first
// boot may take another time than later ones, and those may last into the window after the next.
func windowsUntilAlike(u *model.Uptime) int {
	if u.Period == 0 {
		return len(u.Windows)
	}
	return 4
}
