package unfold

import (
	"slices"

	"adagio/dsl/model"
	"adagio/petri"
)

// Events of one date: which come first is settled by their classes, mostly. This table says
// where it is not: what waits may go before, or after, an event of the same date that takes
// what it waits for.
//
//	executor  what waits                        the event             since
//	ballet    steps, looks, adding a component, any                   the loops have an order inside an instant, that of
//	          moves, starts, ends of behaviours                       their passes: one component may see what another is
//	                                                                  only for a moment
//	any       a departure                       an entry or start     of what is possible in an instant places are left
//	                                            that others serve     first, and entered afterwards
//	any       all but arrivals                  news in no time       who asks in that instant may still find what was
//	any       what does not follow from news    what follows from     what is ready in that instant without the news may
//	          in no time                        that news at once     go before (followsOtherNews)
//	any       a program that goes on            what a component does it finds its components as they were
//	any       a component enters or leaves      it leaves or enters   an entry ends a refusal, a departure begins one
//	any       a transition                      its variant           they are one event, by the state of its component
func (r *run) openBeside(t petri.TransitionID, j petri.EventID) bool {
	a, b := &r.Net.Transitions[t], &r.Net.Transitions[r.p.events[j].transition]
	polls := r.Net.Scenario.Network.Profile.Kind == model.Polling
	switch {
	case polls && seesMoments(a):
	case a.Class == petri.Departure && r.followsEntry(j):
	case a.Class != petri.Arrival && r.arrivesAtOnce(j):
	case a.Origin.Kind == petri.ProgramStep && (b.Class == petri.Inner || b.Class == petri.Departure) && b.Origin.Kind != petri.ProgramStep:
	case a.Origin.Component == b.Origin.Component && a.Class == petri.Inner && b.Class == petri.Inner && (enters(a) && leaves(b) || leaves(a) && enters(b)):
	default:
		return r.isVariant(t, j)
	}
	return true
}

// seesMoments says whether a transition is of those that a loop makes in its passes.
func seesMoments(t *petri.Transition) bool {
	switch t.Origin.Kind {
	case petri.Step, petri.Look, petri.ComponentAdd, petri.Enter, petri.Leave, petri.Fire, petri.BehaviourEnd:
		return true
	}
	return t.Class == petri.Departure || t.Class == petri.Entry
}

// arrivesAtOnce says whether an event brings news that may take no time, of what had held
// for some time: who asks for that in the very instant may still find what was before.
func (r *run) arrivesAtOnce(j petri.EventID) bool {
	f := &r.p.events[j]
	t := &r.Net.Transitions[f.transition]
	if t.Class != petri.Arrival || r.Net.Scenario.Network.Profile.Kind == model.Polling || r.Net.Scenario.Network.Between(t.Origin.Fact.Node, t.Node()).Lo > 0 {
		return false
	}
	return !slices.ContainsFunc(f.taken, func(k int32) bool {
		c := &r.p.conditions[k]
		return c.producer >= 0 && slices.Contains(r.Net.Known[t.Origin.Fact], c.place) && r.order.Ahead(r.id[c.producer], r.id[j]) <= 0
	})
}

// followsOtherNews says whether an event may follow at once from news in no time that a
// virtual event does not follow from.
func (r *run) followsOtherNews(j petri.EventID, v *virtual) bool {
	if r.Net.Scenario.Network.Profile.Kind == model.Polling {
		return false
	}
	if r.news == nil {
		r.findNews()
	}
	follows := func(such func(p petri.EventID) bool) bool {
		return slices.ContainsFunc(v.conditions, func(c int32) bool {
			p := r.p.conditions[c].producer
			return p >= 0 && such(p)
		})
	}
	return slices.ContainsFunc(r.news[j], func(n petri.EventID) bool {
		return n == anyNews || !follows(func(p petri.EventID) bool { return slices.Contains(r.news[p], n) }) &&
			!follows(func(p petri.EventID) bool { return r.order.Causes(r.id[n], r.id[p]) })
	})
}

// anyNews stands for more than maxNews news.
const (
	anyNews = petri.EventID(-1)
	maxNews = 8
)

// findNews lists for each event the news in no time that it is, or may follow from at once.
func (r *run) findNews() {
	r.news = make([][]petri.EventID, len(r.p.events))
	for e := range r.news {
		if r.arrivesAtOnce(petri.EventID(e)) {
			r.news[e] = []petri.EventID{petri.EventID(e)}
			continue
		}
		for _, p := range r.alternatives[e] {
			if len(r.news[p]) == 0 || r.order.Ahead(r.id[p], r.id[e]) > 0 {
				continue
			}
			if r.news[e] = distinct(slices.Concat(r.news[e], r.news[p])); len(r.news[e]) > maxNews || r.news[p][0] == anyNews {
				r.news[e] = []petri.EventID{anyNews}
				break
			}
		}
	}
}

// followsEntry says whether an event is an entry or start that others serve, or a
// condition that may follow from one at once.
func (r *run) followsEntry(j petri.EventID) bool {
	switch r.Net.Transitions[r.p.events[j].transition].Class {
	case petri.Entry:
		return true
	case petri.Condition:
		return slices.ContainsFunc(r.alternatives[j], r.followsEntry)
	}
	return false
}

// precedes says whether an event is certainly before all that follows from some
// others: it is one of them or a cause of one, or, being a condition, follows at
// once from such.
func (r *run) precedes(j petri.EventID, others ...petri.EventID) bool {
	e := r.id[j]
	if slices.ContainsFunc(others, func(p petri.EventID) bool { return p == e || r.order.Causes(e, p) }) {
		return true
	}
	return r.Net.Transitions[r.p.events[j].transition].Class == petri.Condition && !slices.ContainsFunc(r.alternatives[j], func(q petri.EventID) bool {
		earlier := slices.ContainsFunc(others, func(p petri.EventID) bool { return r.order.Ahead(r.id[q], p) > 0 })
		return !earlier && !r.precedes(q, others...)
	})
}

func enters(t *petri.Transition) bool { return t.Origin.Kind == petri.Enter }
func leaves(t *petri.Transition) bool {
	return t.Origin.Kind == petri.Leave || t.Origin.Kind == petri.LeaveTry
}

// isVariant says whether an event is the one that a transition stands for, under
// another state of its component.
func (r *run) isVariant(t petri.TransitionID, j petri.EventID) bool {
	v := r.Net.Transitions[t].Variant
	return v != 0 && v == r.Net.Transitions[r.p.events[j].transition].Variant
}

// certainlyBefore says whether an event that reads a condition is certainly before
// the one that takes it. What follows from others at once does so before anything
// else in its instant.
func (r *run) certainlyBefore(reader, consumer petri.EventID) bool {
	e, j := r.id[reader], r.id[consumer]
	ahead := r.order.Ahead(e, j)
	derived := r.Net.Transitions[r.p.events[reader].transition].Class == petri.Condition
	return ahead > 0 || ahead == 0 && derived || r.order.Causes(e, j)
}
