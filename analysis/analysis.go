// Package analysis answers how long a plan takes: lower and upper bounds of its
// duration that hold for every execution, the critical path to either, and the
// slack of what is off it.
//
//	result, err := analysis.Analyse(scenario, analysis.Options{})
//	fmt.Println(result.Makespan) // 6m54.7s .. 7m2.1s
//	for _, step := range result.Upper.Steps { … }
//
// The dates are those of the event graphs that package petri unfolds. With all
// delays at one end of their intervals they are the least and the greatest that
// any execution can have, because every date is a monotone function of every
// delay (petri/README.md, section 2; Baccelli, Cohen, Olsder, Quadrat,
// Synchronization and Linearity, 1992, chapter 2).
package analysis

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"adagio/dsl/diag"
	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/compile"
	"adagio/petri/unfold"
)

// Options says how to analyse.
type Options struct {
	// Limit is the number of orders of races that are explored before the
	// analysis covers them instead, and the work that this may take; the zero value
	// has limits that suit the size of the plan.
	Limit unfold.Limit
	// Cache, if not nil, is shared by the analyses of plans of one model.
	Cache *compile.Cache
	// Strict has the bounds cover hazards, too: the executions in which a wait sees what
	// lasts no time in the model.
	Strict bool
	// BoundsOnly leaves out of the result what explains its bounds: the critical paths, and the
	// words of hazards (which are counted).
	BoundsOnly bool
}

// Bound is an interval that contains a duration or a date in every execution;
// both ends are reached unless Result.Races says otherwise.
type Bound struct{ Lower, Upper time.Duration }

// String renders the bound, or the value where both ends are the same.
func (b Bound) String() string {
	if b.Lower == b.Upper {
		return model.FormatDuration(b.Lower)
	}
	return model.FormatDuration(b.Lower) + " .. " + model.FormatDuration(b.Upper)
}

// Width is the difference of the two ends.
func (b Bound) Width() time.Duration { return b.Upper - b.Lower }

// Middle is half way between the two ends.
func (b Bound) Middle() time.Duration { return b.Lower + b.Width()/2 }

func (b Bound) join(c Bound) Bound { return Bound{min(b.Lower, c.Lower), max(b.Upper, c.Upper)} }

// Result is what the analysis of a scenario found. If Deadlock is not nil the
// plan never ends, and there are bounds only of what does; or it does not end in
// some order of its races (Deadlock.Possible), and the bounds are those of the
// executions that end, if they are known (Bounded).
type Result struct {
	Scenario *model.Scenario
	Net      *petri.Net
	// Runs are the event graphs, one for each order of the races.
	Runs []unfold.Run

	// Makespan is the greatest, over the nodes, of the duration of the node's
	// own program from the node's own start: what Ballet's authors report.
	Makespan Bound
	// Span is the time from the common origin, the earliest that a node can
	// start, to the end of the last program.
	Span  Bound
	Nodes []NodeBound // by node
	// Usage is what the plan asks of each node; nil where no node sleeps and the
	// power of none is known.
	Usage []Usage

	// Lower and Upper are the critical paths to the two ends of Makespan.
	Lower, Upper Path

	Races []Race
	// Hazards are what a wait might see though it lasts no time in the model; Strict says
	// that the bounds cover them.
	Hazards  []Hazard
	Strict   bool
	Deadlock *Deadlock
	// Cover tells how the orders of the races were covered; nil where each of them was
	// explored.
	Cover *Cover
	// Premature are waits that wait for nothing.
	Premature []Premature
	// Quiescence tells what outlasts the programs; nil if every component is certainly
	// idle when they have ended, or some program never ends.
	Quiescence *Quiescence
	// Unclosed tells which processes may never exit; nil if all do, or where no closing
	// wait all is looked at.
	Unclosed *Unclosed

	programs, rests ends // the critical paths to the last end of a program, and to that or the last component at rest

	covering *unfold.Covering // of Cover

	boundsOnly bool // see [Options.BoundsOnly]

	unended []bool         // nodes whose program does not end in some run
	exits   bool           // the ends of processes may make a difference
	slack   func() []Slack // see [Result.Slack]
	room    func() []Slack // see [Result.LeastSlack]
}

// Bounded says whether there are bounds of the executions that end: not if the plan never
// ends, or is not known to end in any order of its races.
func (r *Result) Bounded() bool {
	return r.Deadlock == nil || r.Deadlock.Possible && !r.Deadlock.OneOrder
}

// Free gives back the memory of the net and its event graphs to a cache that reuses it
// ([compile.Cache]): nobody may use the result any more.
func (r *Result) Free() {
	if free := r.Net.Free; free != nil {
		*r = Result{} // whoever uses it all the same is found out
		free()
	}
}

// NodeBound is when a node starts and when its program ends, as dates from the
// common origin, and how long its program takes. Ends is false if it never does
// in some run, or, with Open, if that is not known of a plan that has no bounds.
type NodeBound struct {
	Node       int
	Start      Bound
	End        Bound
	Duration   Bound
	Ends, Open bool
}

// RefusedError says why no bound can be proved for an input.
type RefusedError struct {
	Reason string
	Cause  error // that Reason tells of, or nil; an [unfold.LimitError] if a limit gave out
	Races  []Race
}

func (e *RefusedError) Error() string { return "no bound can be proved: " + e.Reason }

// Unwrap is the cause.
func (e *RefusedError) Unwrap() error { return e.Cause }

// Refuse is a refusal for the reason that an error tells.
func Refuse(err error) *RefusedError { return &RefusedError{Reason: err.Error(), Cause: err} }

// Analyse bounds the duration of a scenario's plan. A scenario for which no
// bound can be proved is refused with a [RefusedError]. The scenario must be
// valid.
func Analyse(s *model.Scenario, opts Options) (*Result, error) {
	r, err := analyse(s, opts)
	if err != nil || !opts.Strict {
		return r, err
	}
	return r.strictly()
}

func analyse(s *model.Scenario, opts Options) (*Result, error) {
	cache := opts.Cache
	if cache == nil {
		cache = new(compile.Cache)
	}
	limit := opts.Limit
	if limit == (unfold.Limit{}) {
		limit = quick(s)
	}
	net, x, err := explore(cache, s, limit)
	if unexplored(err) {
		r, refused := coverOf(net, err, opts.BoundsOnly)
		known := refused == nil && (r.Bounded() || !r.Deadlock.Possible)
		if known || limit == opts.Limit || err == unfold.ErrChoice {
			return r, refused
		}
		// What cannot be covered is explored for as long as that takes.
		if net, x, err = explore(cache, s, unfold.Limit{}); err != nil {
			if uncovered, ok := errors.AsType[*unfold.UncoveredError](refused); ok && unexplored(err) {
				return nil, refuseBoth(net, err, uncovered)
			}
			return r, refused
		}
	} else if err != nil {
		return nil, err
	}
	r := &Result{Scenario: s, Net: net, Runs: x.Runs, boundsOnly: opts.BoundsOnly}
	makespans, err := r.bound()
	if err != nil {
		return nil, Refuse(err)
	}
	if r.Deadlock != nil && r.Deadlock.Possible && !r.Deadlock.Fails { // orders that are explored need not be those of executions
		if stuck, ends := unfold.Stuck(net); ends != nil {
			return notEnding(net, stuck, ends, false)
		}
	}
	r.Races = describeRaces(net, x.Races, byOrder(x.Runs, makespans))
	r.Hazards = r.describeHazards(x.Hazards)
	r.exits = len(x.Missed) > 0 || len(x.Stale) > 0
	if r.Deadlock == nil {
		r.Deadlock = describeExits(s, x.Missed, x.Deleted)
	}
	if r.Premature, err = premature(net, x.Runs); err != nil {
		return nil, Refuse(err)
	}
	if r.Quiescence, err = quiescence(s, x.Runs); err != nil {
		return nil, Refuse(err)
	}
	r.Unclosed = describeUnclosed(s, x.Unclosed)
	r.slack, r.room = r.slackOf(x, limit)
	return r, nil
}

// quick is how many orders of races are explored before they are covered instead, and
// with how much work for a plan of that size: what takes a fraction of a second. Where nodes
// sleep it is more: a cover may be much wider there.
func quick(s *model.Scenario) unfold.Limit {
	if s.Sleeps() {
		return unfold.Limit{Orders: 256}
	}
	instructions := 0
	for _, n := range s.Nodes {
		instructions += len(n.Program)
	}
	return unfold.Limit{Orders: 32, Steps: 500_000 + 2_000*instructions}
}

// unexplored says whether the orders of races cannot be explored, but perhaps covered.
func unexplored(err error) bool {
	_, tooMany := errors.AsType[*unfold.LimitError](err)
	return tooMany || err == unfold.ErrChoice
}

// explore unfolds a scenario for its plan. Where something may go on with what a node
// knows of a process that has ended, it does so again with that.
func explore(cache *compile.Cache, s *model.Scenario, limit unfold.Limit) (*petri.Net, *unfold.Exploration, error) {
	var stale []petri.Observation
	for {
		net, err := compile.ScenarioWith(cache, s, stale)
		if err != nil {
			return nil, nil, Refuse(err)
		}
		x, err := unfold.Explore(net, limit)
		if unexplored(err) {
			return net, nil, err
		} else if err != nil {
			return nil, nil, Refuse(err)
		}
		more := len(stale)
		for _, o := range x.Stale {
			if !slices.Contains(stale, o) {
				stale = append(stale, o)
			}
		}
		if more == len(stale) {
			x.Stale = stale
			return net, x, nil
		}
	}
}

// bound computes the bounds over all runs, and returns the makespan of each: nil
// for one that does not end.
func (r *Result) bound() ([]*Bound, error) {
	if len(r.Runs) == 0 {
		return nil, fmt.Errorf("no order of the plan's races is possible")
	}
	makespans := make([]*Bound, len(r.Runs))
	ends := slices.ContainsFunc(r.Runs, func(run unfold.Run) bool { return run.Graph.Complete })
	first := true
	for i, run := range r.Runs {
		if d := describeStuck(r.Net, run.Graph, ends); d != nil && (r.Deadlock == nil || d.Fails && !r.Deadlock.Fails) {
			r.Deadlock = d
		}
		if !run.Graph.Complete && ends {
			r.markUnended(run.Graph)
			continue // the bounds are those of the runs that end
		}
		e, err := newEvaluation(run.Graph)
		if err != nil {
			return nil, err
		}
		makespan, err := r.include(e, first)
		e.free()
		if err != nil {
			return nil, err
		}
		if run.Graph.Complete {
			makespans[i] = &makespan
		}
		first = false
	}
	for n, unended := range r.unended {
		r.Nodes[n].Ends = r.Nodes[n].Ends && !unended
	}
	for n := range r.Nodes {
		r.Nodes[n].Open = !r.Bounded() && r.Deadlock.Possible && !r.Nodes[n].Ends
	}
	return makespans, nil
}

// markUnended notes the nodes whose program does not end in a run.
func (r *Result) markUnended(g *petri.EventGraph) {
	if r.unended == nil {
		r.unended = make([]bool, len(g.Ends))
	}
	for n, end := range g.Ends {
		r.unended[n] = r.unended[n] || end < 0
	}
}

// include widens the bounds by one run, and returns its makespan.
func (r *Result) include(e *evaluation, first bool) (Bound, error) {
	nodes := e.nodeBounds()
	lower, err := e.extreme(petri.Earliest, !r.boundsOnly)
	if err != nil {
		return Bound{}, err
	}
	upper, err := e.extreme(petri.Latest, !r.boundsOnly)
	if err != nil {
		return Bound{}, err
	}
	bound := Bound{lower.Length, upper.Length}
	span := Bound{}
	for n := range nodes {
		span.Lower, span.Upper = max(span.Lower, nodes[n].End.Lower), max(span.Upper, nodes[n].End.Upper)
		nodes[n].Duration = e.nodeDuration(n)
	}
	if e.g.Covered() { // the path to the lower end knows less than the nodes' own programs
		for n := range nodes {
			bound.Lower = max(bound.Lower, nodes[n].Duration.Lower)
		}
	}
	usage := e.usage(nodes, span)
	if !r.boundsOnly {
		r.includeEnds(e, first)
	}
	if first {
		r.Makespan, r.Span, r.Nodes, r.Usage = bound, span, nodes, usage
	} else {
		for n := range usage {
			r.Usage[n] = r.Usage[n].join(usage[n])
		}
		r.Makespan, r.Span = r.Makespan.join(bound), r.Span.join(span)
		for n := range nodes {
			k := &r.Nodes[n]
			k.End, k.Duration, k.Ends = k.End.join(nodes[n].End), k.Duration.join(nodes[n].Duration), k.Ends && nodes[n].Ends
		}
	}
	if first || lower.Length < r.Lower.Length {
		r.Lower = lower
	}
	if first || upper.Length > r.Upper.Length {
		r.Upper = upper
	}
	return bound, nil
}

// Diagnostics renders what the user should know beside the bounds in the one
// form that every message of the program has: deadlock (error), waits that wait
// for nothing, what outlasts the programs, and races (warnings), hazards (notes).
func (r *Result) Diagnostics() diag.List {
	var list diag.List
	if r.Deadlock != nil {
		list = append(list, r.Deadlock.diagnostic())
	}
	list = append(list, prematureDiagnostics(r.Scenario, r.Premature)...)
	if r.Quiescence != nil {
		list = append(list, r.Quiescence.diagnostic(r.Scenario))
	}
	if r.Unclosed != nil {
		list = append(list, r.Unclosed.diagnostic(r.Scenario))
	}
	for _, g := range r.RaceGroups() {
		list = append(list, g.diagnostic())
	}
	for _, h := range r.Hazards {
		list = append(list, h.diagnostic(r.Strict))
	}
	return slices.Clip(list)
}
