package unfold

import (
	"slices"

	"adagio/petri"
)

// The orders that are imposed on a play.

// firingID names a firing across runs.
type firingID struct {
	transition petri.TransitionID
	nth        int32
}

// ordering keeps a firing back until another has taken place: the second of its
// transition by that number, or whatever takes its turn where the transition is one
// of several for one event.
type ordering struct {
	first, second firingID
	turn          int32 // of the group of second
	alone         bool  // only second itself is kept back: another may take its turn
}

// group is what a transition has in common with those that may fire in its place:
// the alternatives of its choice. 0 is none.
func group(n *petri.Net, t petri.TransitionID) int32 { return n.Transitions[t].Choice }

// isSecond says whether the next firing of t is the second of an ordering.
func (p *player) isSecond(o ordering, t petri.TransitionID) bool {
	if o.second == (firingID{t, p.fired[t]}) {
		return true
	}
	g := group(p.net, t)
	return g != 0 && !o.alone && g == group(p.net, o.second.transition) && p.turns[g] == o.turn
}

// keptBack says whether an ordering keeps the next firing of t back.
func (p *player) keptBack(t petri.TransitionID) bool {
	return slices.ContainsFunc(p.forced, func(o ordering) bool {
		return p.isSecond(o, t) && p.fired[o.first.transition] <= o.first.nth
	})
}

// find returns the event of a firing that has taken place, or -1.
func (p *player) find(id firingID) petri.EventID {
	return petri.EventID(slices.IndexFunc(p.events, func(f firing) bool { return firingID{f.transition, f.nth} == id }))
}
