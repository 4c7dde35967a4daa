// Package formula writes the makespan of a plan as a (max,+) expression over
// named durations:
//
//	x1 = max(a.configure0, a.configure1)
//	x2 = x1 + a.start + [0s .. 80ms]
//	makespan = max(x2, b.go + [2ms .. 1.2s])
//
// The dates of an event graph are maxima of sums of delays; multiplied out there
// are as many sums as paths, which doubles with each fork. So what is used more
// than once has a name, as have all maxima: the formula is as large as the graph
// at most, and is made in one pass over it.
//
// How long transitions last, pauses and the starts of nodes are variables.
// All other delays, those of the network and the executor, are free values in
// intervals, each on its own; those that follow one another are summed up. A term
// that can never be the greatest, whatever the delays are in their intervals, is
// left out: the formula is exact for all delays inside, and for those only.
package formula

import (
	"errors"
	"fmt"
	"time"

	"adagio/analysis"
	"adagio/dsl/model"
	"adagio/petri"
)

// Variable is a named delay.
type Variable struct {
	Name   string // COMPONENT.TRANSITION, with #2 for the second time; "start NODE"; "pause NODE"
	Delay  model.Delay
	Origin petri.Origin
}

// Op is what a definition does with its terms.
type Op uint8

// The operations.
const (
	Max Op = iota
	Min    // where any of several providers suffices
)

// String is the operation as it is written.
func (o Op) String() string { return [...]string{"max", "min"}[o] }

// Term is a sum: a definition, variables, and the free delays in between.
type Term struct {
	Ref       int   // index of a definition; -1 for none
	Variables []int // indices
	Free      analysis.Bound
}

// Definition is a named part of the formula: Op over Terms.
type Definition struct {
	Op    Op
	Terms []Term
}

// End is the end of a node's program; its duration counts from the node's start.
type End struct {
	Node  int
	Start int // index of the variable, or -1 where the start takes no time
	Term  Term
}

// Formula is the makespan: the greatest, over Ends, of the term less the start.
// A definition refers to earlier ones only.
type Formula struct {
	Scenario    *model.Scenario
	Variables   []Variable
	Definitions []Definition
	Ends        []End
	// Pruned is how many terms were left out because they never matter.
	Pruned int
}

// OfPlan makes the formula of a plan that has one.
func OfPlan(r *analysis.Result) (*Formula, error) {
	switch {
	case r.Deadlock != nil:
		return nil, errors.New("there is no formula of a plan that may not end")
	case len(r.Runs) > 1:
		return nil, fmt.Errorf("the plan has races, and each of their %d orders its own formula; adagio explain looks for an instruction that orders them", len(r.Runs))
	case r.Runs[0].Graph.Covered():
		return nil, errors.New("the orders of the plan's events are covered, not explored, which has no formula; adagio explain looks for an instruction that orders them")
	}
	return Of(r.Runs[0].Graph)
}

// Of makes the formula of an event graph in which every program ends.
func Of(g *petri.EventGraph) (*Formula, error) {
	if !g.Complete {
		return nil, fmt.Errorf("a plan that never ends has no formula")
	}
	b := &builder{EventGraph: g, out: &Formula{Scenario: g.Net.Scenario}, variable: make([]int, g.Len()), names: g.DelayNames()}
	var err error
	if b.lo, err = g.Dates(g.Delays(petri.Earliest)); err != nil {
		return nil, err
	}
	if b.hi, err = g.Dates(g.Delays(petri.Latest)); err != nil {
		return nil, err
	}
	b.prune()
	b.count()
	b.build()
	return b.out, nil
}

// Evaluate bounds the makespan for given delays of the variables, which must lie
// in their intervals; nil leaves a variable as it is.
func (f *Formula) Evaluate(at func(v *Variable) *model.Delay) (analysis.Bound, error) {
	delays := make([]model.Delay, len(f.Variables))
	for i := range f.Variables {
		v := &f.Variables[i]
		delays[i] = v.Delay
		if at == nil {
			continue
		}
		if d := at(v); d != nil {
			if d.Lo < v.Delay.Lo || d.Hi > v.Delay.Hi {
				return analysis.Bound{}, fmt.Errorf("%s must lie in %s .. %s: other terms may matter outside", v.Name, model.FormatDuration(v.Delay.Lo), model.FormatDuration(v.Delay.Hi))
			}
			delays[i] = *d
		}
	}
	return analysis.Bound{Lower: f.extreme(delays, petri.Earliest), Upper: f.extreme(delays, petri.Latest)}, nil
}

// extreme evaluates the formula with all delays at one end. The own start of each
// node is at the other: its program takes longest if it starts early and all
// others late. Definitions are evaluated anew for each end whose start varies.
func (f *Formula) extreme(delays []model.Delay, end petri.End) time.Duration {
	values := make([]time.Duration, len(delays))
	for i, d := range delays {
		values[i] = end.Of(d)
	}
	best := time.Duration(0)
	definitions := make([]time.Duration, len(f.Definitions))
	for _, e := range f.Ends {
		start := time.Duration(0)
		if e.Start >= 0 {
			start = (!end).Of(delays[e.Start])
			values[e.Start] = start
		}
		f.define(definitions, values, end)
		best = max(best, f.sum(e.Term, definitions, values, end)-start)
		if e.Start >= 0 {
			values[e.Start] = end.Of(delays[e.Start])
		}
	}
	return best
}

func (f *Formula) define(definitions, values []time.Duration, end petri.End) {
	for i, d := range f.Definitions {
		v := f.sum(d.Terms[0], definitions, values, end)
		for _, t := range d.Terms[1:] {
			if d.Op == Max {
				v = max(v, f.sum(t, definitions, values, end))
			} else {
				v = min(v, f.sum(t, definitions, values, end))
			}
		}
		definitions[i] = v
	}
}

func (f *Formula) sum(t Term, definitions, values []time.Duration, end petri.End) time.Duration {
	v := t.Free.Lower
	if end == petri.Latest {
		v = t.Free.Upper
	}
	if t.Ref >= 0 {
		v += definitions[t.Ref]
	}
	for _, i := range t.Variables {
		v += values[i]
	}
	return v
}

// Size is the number of names and operations in the formula.
func (f *Formula) Size() int {
	n := len(f.Ends)
	for _, d := range f.Definitions {
		for _, t := range d.Terms {
			n += 1 + len(t.Variables)
		}
	}
	for _, e := range f.Ends {
		n += len(e.Term.Variables)
	}
	return n
}
