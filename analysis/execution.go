package analysis

import (
	"time"

	"adagio/dsl/model"
	"adagio/petri"
)

// At chooses one execution of a plan among all that the intervals of its delays
// allow.
type At uint8

// The executions that [Result.Execution] can show.
const (
	AtUpper   At = iota // the one whose makespan is the upper bound
	AtLower             // the one whose makespan is the lower bound
	AtTypical           // every delay has its mean, or the middle of its interval
)

// String is the word that the command line uses.
func (a At) String() string { return [...]string{"upper", "lower", "typical"}[a] }

// Execution is one execution of a plan: every event of its graph with its date,
// counted from the common origin.
type Execution struct {
	At    At
	Graph *petri.EventGraph
	Dates []time.Duration // by event
	// Path is the critical path of this execution. Its Node is -1 if no program
	// ends.
	Path Path
}

// Execution dates the events of one execution. At a bound it is the execution that
// reaches that end of [Result.Done]: all delays at that end of their intervals. Where a
// plan has races it follows the order that the bound comes from, and for [AtTypical] the
// order that takes longest. Orders that deadlock are shown only if none is known that ends.
func (r *Result) Execution(at At) (*Execution, error) {
	var best *Execution
	for _, run := range r.Runs {
		if !run.Graph.Complete && r.Bounded() {
			continue
		}
		x, err := r.execute(run.Graph, at)
		if err != nil {
			return nil, err
		}
		if best == nil || at != AtLower && x.Path.Length > best.Path.Length || at == AtLower && x.Path.Length < best.Path.Length {
			best = x
		}
	}
	return best, nil
}

// execute dates the events of one graph.
func (r *Result) execute(g *petri.EventGraph, at At) (*Execution, error) {
	e, end := &evaluation{g: g}, petri.Latest
	x := &Execution{At: at, Graph: g, Path: Path{Node: -1}}
	var err error
	if at == AtTypical {
		delays := make([]time.Duration, g.Len())
		for i := range delays {
			delays[i] = typical(g, petri.EventID(i))
		}
		x.Dates, err = g.Dates(delays)
	} else {
		if at == AtLower {
			end = petri.Earliest
		}
		e, err = newEvaluation(g)
		x.Dates = e.dates(end)
	}
	if err != nil {
		return nil, err
	}
	program, rest := e.last(x.Dates)
	if r.Quiescence == nil {
		rest = program
	}
	if rest >= 0 {
		x.Path = e.pathTo(rest, g.Origin(rest).Node, end, x.Dates, 0)
	}
	return x, nil
}

// typical is the mean of an event's delay. That of a component transition is the
// mean of its duration and the middle of what the executor adds.
func typical(g *petri.EventGraph, e petri.EventID) time.Duration {
	d, o := g.Delay(e), g.Origin(e)
	if d.Kind != model.Range || o.Category() != petri.Work {
		return d.Mean()
	}
	own := g.Net.Scenario.Components[o.Component].Durations[o.Element]
	added := model.Interval(d.Lo-own.Lo, max(d.Hi-own.Hi, d.Lo-own.Lo))
	return min(max(own.Mean()+added.Mean(), d.Lo), d.Hi)
}

// Step puts an event into the user's words. Its Duration is the time from when
// the last of its causes was there, its Total the event's date.
func (x *Execution) Step(e petri.EventID) Step {
	s := describe(x.Graph, e)
	_, ready := LastCause(x.Graph, e, x.Dates)
	s.Duration, s.Total = x.Dates[e]-ready, x.Dates[e]
	return s
}

// LastCause is the event that an event waited for; -1 for an event of the origin.
func (x *Execution) LastCause(e petri.EventID) petri.EventID {
	cause, _ := LastCause(x.Graph, e, x.Dates)
	return cause
}
