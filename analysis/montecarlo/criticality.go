package montecarlo

import (
	"cmp"
	"slices"

	"adagio/analysis"
	"adagio/dsl/model"
	"adagio/petri"
)

// Criticality tells, for every transition, in how many replications it was on a
// critical path.
//
// A critical path of a replication is a chain of events that leads back from the
// end of the program that took longest, at each event to the last thing that the
// event needed. What an event needs is what the event graph of package petri
// says; when it happened is what the trace of the replication says. What the
// trace does not show, such as the arrival of a message, is dated from its own
// causes with the least delay that it can have. Where several things came last
// at the same date, the paths through all of them are critical.
//
// With the executor ideal and constant latencies all dates are exact and the
// statement is the classical one: a transition was critical if, and only if, the
// makespan would have been longer had the transition taken any longer. (A test
// holds it to that, to the nanosecond, on random scenarios without ties. Where any
// of several providers suffices, only "if longer, then critical" is true.) With
// latencies that vary, the arrival that an event waited for is told from others up
// to the width of the latency's interval. With the executor ballet a fact counts
// from when it became true: that a loop saw one fact or another first, because of
// the phase of its polls, is not counted as a cause.
//
// A replication is explained by the first order of the plan's races that it does
// not contradict; one that contradicts all, by happening earlier than its causes
// allow, is left out, and Explained says how many are not.
type Criticality struct {
	Explained   int // the replications that the shares are of
	Transitions []CriticalTransition
	// Covered says that the orders of the plan's events are covered, or more than
	// [MaxOrders], so that none can be looked for that explains a replication.
	Covered bool
}

// CriticalTransition is a transition with the number of replications in which it
// was on a critical path.
type CriticalTransition struct {
	Component, Transition int
	Count                 int
	Share                 float64 // of the explained replications
	Pos                   model.Pos
}

// MaxOrders is how many orders of races are tried on one replication.
const MaxOrders = 64

// causality explains replications by the event graphs of an analysis.
type causality struct {
	scenario *model.Scenario
	first    []int // by component: the number of its first transition
	graphs   []*graph
	covered  bool
}

func newCausality(r *analysis.Result) *causality {
	c := &causality{scenario: r.Scenario, first: make([]int, len(r.Scenario.Components)+1)}
	for i := range r.Scenario.Components {
		c.first[i+1] = c.first[i] + len(r.Scenario.TypeOf(i).Transitions)
	}
	if c.covered = len(r.Runs) > MaxOrders || r.Cover != nil && r.Cover.Open > 0; c.covered {
		return c
	}
	for _, run := range r.Runs {
		if run.Graph.Complete {
			c.graphs = append(c.graphs, newGraph(run.Graph))
		}
	}
	return c
}

// transitions is how many transitions the components have in all.
func (c *causality) transitions() int { return c.first[len(c.first)-1] }

// indices turns counts into shares, the greatest first, without transitions that
// never run or take no time.
func (c *causality) indices(counts []int, explained int) *Criticality {
	out := &Criticality{Explained: explained, Covered: c.covered}
	runs := make([]bool, len(counts))
	for _, g := range c.graphs {
		for e := range g.Transition {
			if o := g.Origin(petri.EventID(e)); o.Category() == petri.Work && g.Delay(petri.EventID(e)).Hi > 0 {
				runs[c.first[o.Component]+o.Element] = true
			}
		}
	}
	for i := range c.scenario.Components {
		for t, tr := range c.scenario.TypeOf(i).Transitions {
			if k := c.first[i] + t; runs[k] && explained > 0 {
				out.Transitions = append(out.Transitions, CriticalTransition{i, t, counts[k], float64(counts[k]) / float64(explained), tr.Pos})
			}
		}
	}
	slices.SortStableFunc(out.Transitions, func(a, b CriticalTransition) int { return cmp.Compare(b.Count, a.Count) })
	return out
}
