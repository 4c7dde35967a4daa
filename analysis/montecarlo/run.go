package montecarlo

import (
	"math"
	"time"

	"adagio/analysis"
	"adagio/analysis/parallel"
	"adagio/analysis/simulate"
	"adagio/dsl/model"
)

// Run samples the duration of a scenario's plan.
func Run(s *model.Scenario, opts Options) (*Result, error) {
	opts, err := opts.complete()
	if err != nil {
		return nil, err
	}
	e, err := newExperiment(s, opts)
	if err != nil {
		return nil, err
	}
	if err := e.run(); err != nil {
		return nil, err
	}
	return e.result(), nil
}

// experiment is an experiment under way.
type experiment struct {
	opts   Options
	run1   func(i int) *simulate.Trace
	causes *causality // nil without bounds
	slots  []slot     // of the batch under way

	out       Result
	moments   moments
	quantiles *quantiles
	pilot     []time.Duration
	histogram *Histogram
	critical  []int // by transition, see causality
	explained int
	usages    *usages // nil where nobody asks
	rest      rest
}

// slot is one replication of a batch, reduced by the worker that ran it.
type slot struct {
	trace    *simulate.Trace // only if somebody visits it
	outcome  simulate.Outcome
	open     bool // a closing wait all does not end
	makespan time.Duration
	// quiescence and outlasting are there where behaviours run when the programs end.
	quiescence time.Duration
	outlasting []Behaviour
	events     int
	cause      explanation
	usage      []simulate.Usage
}

func newExperiment(s *model.Scenario, opts Options) (*experiment, error) {
	runner, err := simulate.NewRunner(s)
	if err != nil {
		return nil, err
	}
	e := &experiment{opts: opts, slots: make([]slot, min(opts.Batch, opts.N)), out: Result{
		Scenario: s, Seed: opts.Seed, Confidence: opts.Confidence, FirstDeadlock: -1, FirstFailure: -1, FirstOpen: -1, Even: even(s, runner),
	}}
	e.run1 = func(i int) *simulate.Trace {
		return runner.Run(simulate.Options{Seed: opts.Seed, Index: uint64(i), Uptimes: opts.Uptimes})
	}
	e.usages = newUsages(s, opts)
	if opts.Bounds != nil {
		e.out.Comparison = &Comparison{}
	}
	if opts.Bounds != nil && !s.Sleeps() {
		e.causes = newCausality(opts.Bounds)
		e.critical = make([]int, e.causes.transitions())
	}
	e.quantiles, err = newQuantiles(opts.KeepSamples)
	return e, err
}

// run runs batches until enough is known.
func (e *experiment) run() error {
	for e.out.Replications < e.opts.N && !e.out.Precise {
		n := min(e.opts.Batch, e.opts.N-e.out.Replications)
		e.batch(n)
		for i := range n {
			if err := e.gather(&e.slots[i]); err != nil {
				return err
			}
		}
		if e.histogram == nil && len(e.pilot) > 0 {
			e.histogram, e.pilot = newHistogram(e.pilot), nil
		}
		half := e.moments.halfWidth(e.opts.Confidence)
		e.out.Precise = e.opts.HalfWidth > 0 && half <= float64(e.opts.HalfWidth)
		if e.opts.Progress != nil {
			e.opts.Progress(e.out.Replications, duration(half))
		}
	}
	if e.opts.HalfWidth == 0 {
		e.out.Precise = true
	}
	return nil
}

// batch runs n replications, several at a time. Which worker runs which is left
// to chance, and changes nothing.
func (e *experiment) batch(n int) {
	parallel.EachWith(n, e.opts.Workers, func() func(int) {
		walk := e.causes.newWalk()
		return func(i int) { e.replicate(e.out.Replications+i, &e.slots[i], walk) }
	}, nil)
}

// replicate runs a replication and keeps what is to be gathered of it.
func (e *experiment) replicate(index int, to *slot, walk *walk) {
	t := e.run1(index)
	to.outcome, to.makespan, to.events, to.open = t.Outcome, t.Makespan, t.Events, t.Open()
	if walk != nil && t.Outcome == simulate.Completed {
		walk.explain(t, &to.cause)
	}
	to.usage = e.usages.of(t)
	to.quiescence, to.outlasting = t.Quiescence, outlasting(t, to.outlasting[:0])
	if e.opts.Visit != nil {
		to.trace = t
	}
}

// gather adds a replication to what is known.
func (e *experiment) gather(s *slot) error {
	index := e.out.Replications
	e.out.Replications++
	e.out.Events += s.events
	if e.opts.Visit != nil {
		if err := e.opts.Visit(index, s.trace); err != nil {
			return err
		}
		s.trace = nil
	}
	e.compare(index, s)
	tally := func(count, first *int) {
		if *count++; *first < 0 {
			*first = index
		}
	}
	switch s.outcome {
	case simulate.Deadlock:
		tally(&e.out.Deadlocks, &e.out.FirstDeadlock)
		return nil
	case simulate.Failed:
		tally(&e.out.Failures, &e.out.FirstFailure)
		return nil
	}
	if s.open {
		tally(&e.out.Open, &e.out.FirstOpen)
	}
	e.out.Completed++
	e.usages.add(s.usage)
	e.rest.add(s)
	e.moments.add(float64(s.makespan))
	if e.histogram != nil {
		e.histogram.add(s.makespan)
	} else {
		e.pilot = append(e.pilot, s.makespan)
	}
	if e.causes != nil && s.cause.found {
		e.explained++
		for _, t := range s.cause.transitions {
			e.critical[t]++
		}
	}
	return e.quantiles.add(s.makespan)
}

// compare holds a replication against the bounds.
func (e *experiment) compare(index int, s *slot) {
	if e.opts.Bounds == nil || agrees(e.opts.Bounds, s) {
		return
	}
	c := e.out.Comparison
	if c.Outside++; c.First == nil {
		c.First = &Stray{e.opts.Seed, index, s.makespan, s.quiescence}
	}
}

func agrees(b *analysis.Result, s *slot) bool {
	if s.outcome != simulate.Completed {
		return b.Deadlock != nil
	}
	if b.Deadlock != nil && !b.Deadlock.Possible {
		return false
	}
	date := b.Span
	if b.Quiescence != nil {
		date = b.Quiescence.Date
	}
	mayHang := b.Deadlock != nil && s.quiescence == simulate.Never
	return b.Makespan.Lower <= s.makespan && s.makespan <= b.Makespan.Upper && (mayHang || date.Lower <= s.quiescence && s.quiescence <= date.Upper)
}

// result is what is known in the end.
func (e *experiment) result() *Result {
	r := &e.out
	r.Histogram = e.histogram
	r.HalfWidth = duration(e.moments.halfWidth(r.Confidence))
	r.Mean, r.SD = duration(e.moments.mean), duration(e.moments.sd())
	r.Min, r.Max = duration(e.moments.min), duration(e.moments.max)
	r.Quantiles = e.quantiles.estimate(e.opts.Quantiles, r.Confidence)
	e.usages.result(r, e.opts.Quantiles)
	r.Quiescence = e.rest.result()
	if e.causes != nil {
		r.Criticality = e.causes.indices(e.critical, e.explained)
	}
	return r
}

// duration rounds a number of nanoseconds; infinity is [simulate.Never].
func duration(x float64) time.Duration {
	if math.IsInf(x, 1) {
		return simulate.Never
	}
	return time.Duration(math.Round(x))
}
