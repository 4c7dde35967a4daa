package unfold

import (
	"slices"

	"adagio/dsl/model"
	"adagio/petri"
)

// Events of one date: which come first is settled by their classes, mostly. This
// file says where it is not.

// openBeside says whether a transition may go before an event of the same date, or
// after it.
func (r *run) openBeside(t petri.TransitionID, j petri.EventID) bool {
	return r.seesMoments(t) || r.firstAtTie(t, j) || r.isVariant(t, j)
}

// firstAtTie says whether a transition may go before an event of the same date
// although that is after what the transition waits for. Of what is possible in an
// instant places are left first, and entered and transitions started afterwards.
// Whether a component first enters one place, which ends a refusal, or first leaves
// another, which begins it, is open. A program that goes on finds its components as they
// were before that instant.
func (r *run) firstAtTie(t petri.TransitionID, j petri.EventID) bool {
	a, b := &r.Net.Transitions[t], &r.Net.Transitions[r.p.events[j].transition]
	if a.Class == petri.Departure && r.followsEntry(j) || a.Class != petri.Arrival && r.arrivesAtOnce(j) {
		return true
	}
	if a.Origin.Kind == petri.ProgramStep && (b.Class == petri.Inner || b.Class == petri.Departure) && b.Origin.Kind != petri.ProgramStep {
		return true
	}
	return a.Origin.Component == b.Origin.Component && a.Class == petri.Inner && b.Class == petri.Inner && (enters(a) && leaves(b) || leaves(a) && enters(b))
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

// followsEntry says whether an event is an entry or start that others serve, or a
// condition that may follow from one at once.
func (r *run) followsEntry(j petri.EventID) bool {
	switch f := &r.p.events[j]; r.Net.Transitions[f.transition].Class {
	case petri.Entry:
		return true
	case petri.Condition:
		return slices.ContainsFunc(r.p.causes(f), r.followsEntry)
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
	f := &r.p.events[j]
	return r.Net.Transitions[f.transition].Class == petri.Condition && !slices.ContainsFunc(r.p.causes(f), func(q petri.EventID) bool {
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

// seesMoments says whether a transition may see what holds only inside an
// instant. In general nobody does; but a polling executor has an order inside an
// instant, that of its passes, and there one component may well see what another
// is only for a moment, or goes on just before its program keeps all from advancing.
func (r *run) seesMoments(t petri.TransitionID) bool {
	if r.Net.Scenario.Network.Profile.Kind != model.Polling {
		return false
	}
	tr := &r.Net.Transitions[t]
	switch tr.Origin.Kind {
	case petri.Step, petri.Look, petri.ComponentAdd, petri.Enter, petri.Leave, petri.Fire, petri.BehaviourEnd:
		return true
	}
	return tr.Class == petri.Departure || tr.Class == petri.Entry
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
