package unfold

import (
	"slices"
	"time"

	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/sleep"
)

// dismiss notes a fact of which it is irrelevant whether it was published, and says whether
// it is.
func (r *run) dismiss(t petri.TransitionID, rivals []petri.EventID, from time.Duration) bool {
	if !r.irrelevant(t, rivals, from) {
		return false
	}
	if fact := r.Net.Transitions[t].Origin.Fact; !slices.Contains(r.graph.Unasked, fact) {
		r.graph.Unasked = append(r.graph.Unasked, fact)
	}
	return true
}

// irrelevant says whether it makes no difference that a fact was or was not
// published, from a date on, before one of rivals ended it: nobody who asks for the
// fact can do so before that is known, too. Where nothing is noted before a node has heard
// of another, both changes that have arrived by then are noted in one instant, which nobody sees.
func (r *run) irrelevant(t petri.TransitionID, rivals []petri.EventID, from time.Duration) bool {
	tr := &r.Net.Transitions[t]
	if tr.Class < petri.Summary || r.Net.LookedAt != nil {
		return false
	}
	last := time.Duration(0)
	for _, j := range rivals {
		last = max(last, r.order.Hi[r.id[j]])
	}
	for _, place := range r.Net.Known[tr.Origin.Fact] {
		horizon := last
		for range 2 {
			if horizon = sleep.Known(r.Net, r.Net.Places[place].Node(), model.Plus(horizon, r.Net.Travel[tr.Origin.Fact])); horizon == model.Never {
				return false
			}
		}
		for _, asker := range r.Net.Readers.Of(place) {
			if r.p.fired[asker] == 0 || r.mayAsk(asker, place, from, horizon) {
				return false
			}
		}
	}
	return true
}

// mayAsk says whether a transition may ask for a place between two dates: of all
// else that it needs there may be a token then. It need not be the one that it fires
// with as played: what it waits for may only come after the rivals. Of other facts
// there may always be one, published together with this one.
func (r *run) mayAsk(t petri.TransitionID, place petri.PlaceID, from, to time.Duration) bool {
	tr := &r.Net.Transitions[t]
	for _, other := range tr.Tests() {
		if other != place && r.Net.Places[other].Origin.Kind != petri.Derived && !slices.ContainsFunc(r.p.byPlace.Of(other), func(c int32) bool {
			producer, consumer := r.p.conditions[c].producer, r.p.conditions[c].consumer
			return (producer < 0 || r.order.Lo[r.id[producer]] <= to) && (consumer < 0 || r.order.Hi[r.id[consumer]] >= from)
		}) {
			return false
		}
	}
	return true
}
