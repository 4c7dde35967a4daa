package unfold

import (
	"slices"
	"time"

	"adagio/petri"
)

// Hazard is an interval that has no length in the model: Shown would be
// published by Ends at Date if it lasted, and Wait reads it.
type Hazard struct {
	Fact   petri.Fact
	Begins petri.TransitionID // whose firing begins the interval
	Ends   petri.TransitionID // whose firing ends it in the same instant
	Wait   petri.TransitionID // the remote wait that would return early
	Earliest,
	Latest time.Duration // date of the interval
	Returns time.Duration // latest date at which the wait returns otherwise
}

// hazardKey identifies a hazard.
type hazardKey struct {
	fact               petri.Fact
	wait, begins, ends petri.TransitionID
}

// noteHazards lists the facts about idleness that begin and end in one instant
// while somebody waits for them.
func (x *explorer) noteHazards(r *run) {
	for _, t := range x.contended {
		tr := &x.Net.Transitions[t]
		if tr.Class != petri.Publish || tr.Origin.Ceases || tr.Origin.Fact.Kind != petri.Idle && tr.Origin.Fact.Kind != petri.Quiet {
			continue
		}
		for _, read := range r.readings(t) {
			v := r.virtual(t, read)
			if ends, ok := r.instantaneous(v); ok {
				x.noteHazard(r, v, ends)
			}
		}
	}
}

// instantaneous says whether all conditions of a virtual event hold together
// for no time at all, and which event ends that.
func (r *run) instantaneous(v *virtual) (petri.EventID, bool) {
	for _, c := range v.conditions {
		for _, d := range v.conditions {
			if c == d {
				continue
			}
			j, p := r.p.conditions[c].consumer, r.p.conditions[d].producer
			if j >= 0 && p >= 0 && (j == p || r.order.lo[r.id[p]] > r.order.hi[r.id[j]] || r.order.causes(r.id[j], r.id[p])) {
				return 0, false // not even together
			}
		}
	}
	for _, c := range v.conditions {
		if j := r.p.conditions[c].consumer; j >= 0 && r.order.aheadOf(r.id[j], v) >= 0 && r.order.lo[r.id[j]] <= r.order.latest(v) && r.order.hi[r.id[j]] >= r.order.earliest(v) {
			return r.id[j], true
		}
	}
	return 0, false
}

func (x *explorer) noteHazard(r *run, v *virtual, ends petri.EventID) {
	fact := x.Net.Transitions[v.transition].Origin.Fact
	for _, w := range waitsFor(x.Net, fact) {
		begins, returns, ok := r.waiting(w)
		if !ok || begins > r.order.latest(v) || returns <= r.order.earliest(v) {
			continue
		}
		latest := petri.EventID(0)
		for _, p := range v.producers {
			if r.order.lo[p] >= r.order.lo[latest] {
				latest = p
			}
		}
		key := hazardKey{fact, w, r.graph.Transition[latest], r.graph.Transition[ends]}
		if x.hazards[key] {
			continue
		}
		x.hazards[key] = true
		x.Hazards = append(x.Hazards, Hazard{Fact: fact, Begins: r.graph.Transition[latest], Ends: r.graph.Transition[ends], Wait: w,
			Earliest: r.order.earliest(v), Latest: r.order.latest(v), Returns: returns})
	}
}

// waitsFor lists the instructions of other nodes that wait for a fact.
func waitsFor(n *petri.Net, f petri.Fact) []petri.TransitionID {
	var out []petri.TransitionID
	for _, p := range n.Known[f] {
		for _, t := range n.Readers[p] {
			if n.Transitions[t].Origin.Kind == petri.ProgramStep {
				out = append(out, t)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// waiting returns when a wait may begin at the earliest and when it has returned
// at the latest; it lasts for ever where it does not return.
func (r *run) waiting(w petri.TransitionID) (begins, returns time.Duration, ok bool) {
	for _, e := range r.fired[w] {
		p := r.p.conditions[r.p.events[e].taken[0]].producer
		return r.order.lo[r.id[p]], r.order.hi[r.id[e]], true
	}
	place := r.Net.Transitions[w].In[0]
	if c := r.p.marked[place]; c >= 0 {
		return r.order.lo[r.id[r.p.conditions[c].producer]], petri.Never, true
	}
	return 0, 0, false
}
