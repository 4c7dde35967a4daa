package montecarlo

import (
	"cmp"
	"slices"
	"time"

	"adagio/analysis/simulate"
	"adagio/dsl/model"
)

// Quiescence tells of behaviours that were still running when the programs had ended,
// and of the date from which on every component was idle with an empty queue.
type Quiescence struct {
	// Replications is in how many completed ones something was running; in Endless of
	// them some component never became idle.
	Replications, Endless int
	// Mean, Min and Max are of the date, over the replications that came to it, whether
	// something outlasted the programs or not; 0 if none did.
	Mean, Min, Max time.Duration
	// Behaviours counts, for each behaviour that was running in some replication, in how
	// many it was, by component and behaviour.
	Behaviours []Outlasting
}

// Behaviour is a behaviour of a component; none (-1) stands for its addition.
type Behaviour struct{ Component, Behaviour int }

// Outlasting is a behaviour with in how many replications it outlasted the programs.
type Outlasting struct {
	Behaviour
	Count int
}

// outlasting appends what was running when the programs of a completed run ended.
func outlasting(t *simulate.Trace, to []Behaviour) []Behaviour {
	if t.Outcome != simulate.Completed || t.Quiescence == t.Span() {
		return to
	}
	for c := range t.Components {
		k, before := &t.Components[c], len(to)
		for _, b := range k.Behaviours {
			if one := (Behaviour{c, b.Behaviour}); t.Outlasts(b) && !slices.Contains(to, one) {
				to = append(to, one)
			}
		}
		// Where no behaviour does, what enters a place then is the component itself.
		if before == len(to) && slices.ContainsFunc(k.Moves, func(m model.Move[time.Duration]) bool { return m.At > t.Span() }) {
			to = append(to, Behaviour{c, -1})
		}
	}
	return to
}

// rest gathers what a [Quiescence] tells.
type rest struct {
	running, endless int
	moments          moments
	counts           map[Behaviour]int
}

func (r *rest) add(s *slot) {
	if s.quiescence == model.Never {
		r.running++
		r.endless++
	} else {
		r.moments.add(float64(s.quiescence))
		if len(s.outlasting) > 0 {
			r.running++
		}
	}
	if r.counts == nil {
		r.counts = map[Behaviour]int{}
	}
	for _, b := range s.outlasting {
		r.counts[b]++
	}
}

func (r *rest) result() *Quiescence {
	if r.running == 0 {
		return nil
	}
	q := &Quiescence{Replications: r.running, Endless: r.endless}
	if r.moments.n > 0 {
		q.Mean, q.Min, q.Max = duration(r.moments.mean), duration(r.moments.min), duration(r.moments.max)
	}
	for b, n := range r.counts {
		q.Behaviours = append(q.Behaviours, Outlasting{b, n})
	}
	slices.SortFunc(q.Behaviours, func(a, b Outlasting) int {
		return cmp.Or(cmp.Compare(a.Component, b.Component), cmp.Compare(a.Behaviour.Behaviour, b.Behaviour.Behaviour))
	})
	return q
}
