package distribution

import (
	"fmt"
	"math"
	"time"

	"adagio/analysis"
	"adagio/analysis/parallel"
	"adagio/dsl/diag"
	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/unfold"
)

// Target is the duration whose distribution is bounded.
type Target uint8

const (
	// Makespan is the greatest, over the nodes, of the duration of the node's
	// own program from the node's own start, as in [analysis.Result].
	Makespan Target = iota
	// Span is the time from the common origin to the end of the last program.
	Span
)

// Options says what to bound, and how finely.
type Options struct {
	Target Target
	// Error is by how much the grid may displace a quantile; 0 is 10 ms. It
	// says nothing about the distance of the two bounds where they are not exact.
	Error time.Duration
	// Cells bounds the work: how many cells of distribution functions are
	// computed for each bound; 0 is [DefaultCells]. If they do not suffice the
	// grid is coarser, and Result.Error tells what was reached.
	Cells int
}

// The defaults of [Options].
const (
	DefaultError = 10 * time.Millisecond
	DefaultCells = 1 << 23
)

// Result bounds a distribution from both sides. For every t,
//
//	Upper.At(t) ≤ P(duration ≤ t) ≤ Lower.At(t)
//
// so that Upper is the law of a duration that is stochastically greater, and
// Lower of one that is stochastically less.
type Result struct {
	Upper, Lower *CDF
	// Mean contains the expected value. Its lower end is the greater of the mean
	// of Lower and of Jensen, its upper end the mean of Upper.
	Mean analysis.Bound
	// Jensen is the duration when every delay has its mean, rounded down: at
	// most the mean of the duration. HasJensen is false where that is not so,
	// because a minimum is in it: any of several providers suffices, or the plan
	// has races.
	Jensen    time.Duration
	HasJensen bool

	// Exact says that the two bounds are the same law but for the grid.
	Exact bool
	// Joins counts the places where several dates are waited for, and Exact ones
	// those of them where the dates are independent, in the bound from above.
	Joins, ExactJoins int
	// Pruned counts the causes that can never be the last one.
	Pruned int
	// Random and Intervals count the events whose delay has a distribution and
	// those that have an interval only, or besides.
	Random, Intervals int

	// Step is the distance of the grid, and Error what it displaces a quantile by
	// at most: a step for each time that a value was rounded along the worst path.
	Step, Error time.Duration
	// Notes tells, in words, what the bounds stand on and where they are not
	// exact.
	Notes []string
}

// Quantile contains the p-quantile of the duration: the least t with
// P(duration ≤ t) ≥ p.
func (r *Result) Quantile(p float64) analysis.Bound {
	lower := r.Lower.Quantile(p)
	return analysis.Bound{Lower: lower, Upper: max(lower, r.Upper.Quantile(p))}
}

// Probability contains P(duration ≤ t).
func (r *Result) Probability(t time.Duration) (least, greatest float64) {
	return r.Upper.At(t), r.Lower.At(t)
}

// Bounds bounds the distribution of a run that is the only one.
func Bounds(g *petri.EventGraph, opts Options) (*Result, error) {
	return BoundsOfRuns([]unfold.Run{{Graph: g}}, opts)
}

// BoundsOfRuns bounds the distribution for all orders of a plan's races. Which
// of the runs an execution follows may depend on the delays, so that the
// envelope of the runs' bounds is no bound: the duration is between the least
// and the greatest of the runs' durations. Those are associated, hence
//
//	∏ F(run) ≤ P(duration ≤ t) ≤ 1 - ∏ (1 - F(run)).
//
// A plan that may never end is refused.
func BoundsOfRuns(runs []unfold.Run, opts Options) (*Result, error) {
	if err := check(runs); err != nil {
		return nil, err
	}
	if opts.Error <= 0 {
		opts.Error = DefaultError
	}
	if opts.Cells <= 0 {
		opts.Cells = DefaultCells
	}
	upper := problemOf(runs, dominating, opts.Target)
	lower := problemOf(runs, dominated, opts.Target)
	u, l, step := solve(upper, lower, opts)
	r := &Result{
		Upper: u.cdf, Lower: l.cdf,
		Jensen: l.jensen, HasJensen: l.hasJensen,
		Joins: u.joined.all, ExactJoins: u.joined.exact,
		Step: step, Error: step * roundsOf(u, l),
	}
	for _, t := range upper.targets {
		r.Random, r.Intervals, r.Pruned = max(r.Random, t.random), max(r.Intervals, t.intervals), max(r.Pruned, t.pruned)
	}
	r.Mean = analysis.Bound{Lower: l.mean, Upper: r.Upper.Mean()}
	if r.HasJensen {
		r.Mean.Lower = max(r.Mean.Lower, r.Jensen)
	}
	r.Mean.Upper = max(r.Mean.Upper, r.Mean.Lower)
	shifting := opts.Target == Makespan && startsVary(runs)
	r.Exact = len(runs) == 1 && u.joined.all == u.joined.exact && r.Intervals == 0 && !shifting
	r.Notes = notes(r, len(runs), shifting)
	return r, nil
}

// solve solves both sides on the grid that the options ask for, or on the finest
// that is not too costly.
func solve(upper, lower *problem, opts Options) (u, l *solution, step time.Duration) {
	step = firstGrid(opts, upper, lower)
	u, l = solveBoth(upper, lower, step, opts.Cells)
	tooFine := false
	for u == nil || l == nil {
		tooFine = true
		step = coarser(step)
		if step > max(upper.width(), lower.width()) {
			opts.Cells = math.MaxInt32 // a law has hardly a cell: it does not get cheaper
		}
		u, l = solveBoth(upper, lower, step, opts.Cells)
	}
	// Joins of joins may round more often than was foreseen.
	for rounds := roundsOf(u, l); !tooFine && rounds*step > opts.Error; {
		finer := gridBelow(opts.Error / rounds)
		if finer >= step {
			break
		}
		a, b := solveBoth(upper, lower, finer, opts.Cells)
		if a == nil || b == nil {
			break
		}
		u, l, step, rounds = a, b, finer, roundsOf(a, b)
	}
	return u, l, step
}

// roundsOf is how often a value was rounded along the worst path of either side.
func roundsOf(u, l *solution) time.Duration {
	return time.Duration(max(u.law.rounds, l.law.rounds))
}

// solveBoth solves both sides, each on its own. A side that would cost too much
// is nil.
func solveBoth(upper, lower *problem, step time.Duration, cells int) (u, l *solution) {
	out := [2]*solution{}
	parallel.Each(2, 2, func(i int) { out[i] = [2]*problem{upper, lower}[i].solve(step, cells) }, nil)
	return out[0], out[1]
}

// check says why the distribution of a plan cannot be bounded.
func check(runs []unfold.Run) error {
	if len(runs) == 0 {
		return &analysis.RefusedError{Reason: "no order of the plan's races is possible"}
	}
	if f := shared(runs); f != nil {
		return &analysis.RefusedError{Reason: fmt.Sprintf("durations vary together, by the factor %s: the bounds are of delays that are independent", f.Name)}
	}
	for _, run := range runs {
		g := run.Graph
		if !g.Complete {
			return &analysis.RefusedError{Reason: "the plan deadlocks, in some order of its races at least: its duration has no distribution"}
		}
		if len(g.Ends) == 0 {
			return &analysis.RefusedError{Reason: "the plan has no node"}
		}
		dates, err := g.Dates(g.Delays(petri.Latest))
		if err != nil {
			return analysis.Refuse(err)
		}
		for _, end := range g.Ends {
			if end < 0 {
				return &analysis.RefusedError{Reason: "a program never ends"}
			}
			if dates[end] > latestDate {
				return &analysis.RefusedError{Reason: fmt.Sprintf("the plan may last longer than %v", latestDate)}
			}
		}
	}
	return nil
}

// shared is a factor that several durations of an order of the races have in common, or nil.
func shared(runs []unfold.Run) *model.Factor {
	for _, run := range runs {
		met := map[*model.Factor]bool{}
		for e := range run.Graph.Transition {
			o := run.Graph.Origin(petri.EventID(e))
			if o.Category() != petri.Work {
				continue
			}
			d := &run.Graph.Net.Scenario.Components[o.Component].Durations[o.Element]
			if f := d.Factor; f != nil && f.Share > 0 && !d.IsConstant() {
				if met[f] {
					return f
				}
				met[f] = true
			}
		}
	}
	return nil
}

// latestDate leaves room for sums of two dates.
const latestDate = model.Never / 4

func notes(r *Result, runs int, shifting bool) []string {
	list := []string{"every delay is drawn independently of all others"}
	if r.Intervals > 0 {
		list = append(list, fmt.Sprintf("the delay of %s is, at least in part, an interval without a distribution: the upper bound takes its greatest value, the lower bound its least", diag.Count(r.Intervals, "event")))
	}
	if n := r.Joins - r.ExactJoins; n > 0 {
		list = append(list, fmt.Sprintf("at %d of %d joins the dates that are waited for share random delays: there the bounds differ from the true distribution", n, r.Joins))
	}
	if !r.HasJensen && runs == 1 {
		list = append(list, "a port is served by any of several providers: the duration is not a convex function of the delays, and Jensen's inequality does not bound the mean")
	}
	if runs > 1 {
		list = append(list, fmt.Sprintf("the plan has races: the bounds cover the %d orders of them, whichever is taken when", runs))
	}
	if shifting {
		list = append(list, "the nodes' starts vary: the duration of a program is bounded with its own start at an end of its interval")
	}
	return list
}
