package montecarlo

import (
	"math"
	"slices"
	"time"

	"adagio/analysis"
	"adagio/analysis/parallel"
	"adagio/analysis/simulate"
	"adagio/dsl/model"
)

// Run samples the duration of a scenario's plan. It fails with an [EngineError] where the
// engine that is asked for cannot sample it.
func Run(s *model.Scenario, opts Options) (*Result, error) {
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
	engine engine
	causes *causality // nil without bounds

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

// slot is one replication, reduced by the worker that ran it.
type slot struct {
	trace    *simulate.Trace // only if it is asked for
	outcome  simulate.Outcome
	open     bool // a closing wait all does not end
	makespan time.Duration
	// quiescence and outlasting are there where behaviours run when the programs end.
	quiescence time.Duration
	outlasting []Behaviour
	events     int
	usage      []simulate.Usage
}

// chunk is what one worker samples at a time: some replications, one after another, and in
// how many of them each transition was critical, of how many that are explained.
type chunk struct {
	first     int // index of the first replication
	slots     []slot
	critical  []int
	explained int
}

func newExperiment(s *model.Scenario, opts Options) (*experiment, error) {
	opts, err := opts.complete()
	if err != nil {
		return nil, err
	}
	runner, err := simulate.NewRunner(s)
	if err != nil {
		return nil, err
	}
	e := &experiment{opts: opts, out: Result{
		Scenario: s, Seed: opts.Seed, Confidence: opts.Confidence, FirstDeadlock: -1, FirstFailure: -1, FirstOpen: -1, Even: even(s, runner),
	}}
	if e.out.Engine, e.out.Why, err = opts.choose(s); err != nil {
		return nil, err
	}
	e.usages = newUsages(s, opts)
	if opts.Bounds != nil {
		e.out.Comparison = &Comparison{}
	}
	if opts.Bounds != nil && !s.Sleeps() {
		e.causes = newCausality(opts.Bounds)
		e.critical = make([]int, e.causes.transitions())
	}
	if e.out.Engine == Graph {
		e.engine, err = newGraphEngine(e)
	} else {
		e.engine = &executorEngine{e, runner}
	}
	if err != nil {
		return nil, err
	}
	e.quantiles, err = newQuantiles(opts.KeepSamples)
	return e, err
}

// run samples batches until enough is known. Unless a half width may end the experiment,
// each batch is gathered while the next is sampled.
func (e *experiment) run() (err error) {
	batch := e.opts.Batch
	if e.opts.HalfWidth == 0 {
		batch = max(batch, e.engine.batch())
	}
	var ready, spare []*chunk
	for sampled := 0; err == nil && !e.out.Precise && e.out.Replications < e.opts.N; {
		n := min(batch, e.opts.N-sampled)
		next := e.chunks(spare, sampled, n)
		sampled += n
		err = e.sample(next, ready)
		if ready, spare = next, ready; e.opts.HalfWidth > 0 {
			err = e.gather(ready)
			ready = nil
		}
	}
	if e.opts.HalfWidth == 0 {
		e.out.Precise = true
	}
	return err
}

// chunks cuts n replications into chunks, in the memory of others if there are enough.
func (e *experiment) chunks(spare []*chunk, first, n int) (list []*chunk) {
	for size := e.engine.chunk(); n > 0; n -= size {
		c := &chunk{critical: make([]int, len(e.critical))}
		if len(spare) > len(list) {
			c = spare[len(list)]
			clear(c.critical)
		}
		*c = chunk{first, slices.Grow(c.slots[:0], size)[:min(size, n)], c.critical, 0}
		list = append(list, c)
		first += size
	}
	return list
}

// sample samples chunks, several at a time, and meanwhile gathers those that are ready.
// Which worker samples which is left to chance, and changes nothing.
func (e *experiment) sample(next, ready []*chunk) (err error) {
	gathering := min(len(ready), 1)
	parallel.EachWith(len(next)+gathering, e.opts.Workers, func() func(int) {
		sample := e.engine.worker()
		return func(i int) {
			if i < gathering {
				err = e.gather(ready)
			} else {
				sample(next[i-gathering])
			}
		}
	}, nil)
	return err
}

// gather adds the replications of a batch to what is known, in their order.
func (e *experiment) gather(batch []*chunk) error {
	for _, c := range batch {
		for i := range c.slots {
			if err := e.add(&c.slots[i]); err != nil {
				return err
			}
			if e.out.Replications%e.opts.Batch == 0 {
				e.layHistogram()
			}
		}
		e.explained += c.explained
		for t, n := range c.critical {
			e.critical[t] += n
		}
	}
	half := e.moments.halfWidth(e.opts.Confidence)
	e.out.Precise = e.opts.HalfWidth > 0 && half <= float64(e.opts.HalfWidth)
	if e.opts.Progress != nil {
		e.opts.Progress(e.out.Replications, duration(half))
	}
	return nil
}

// add adds a replication to what is known.
func (e *experiment) add(s *slot) error {
	index := e.out.Replications
	e.out.Replications++
	e.out.Events += s.events
	if e.opts.Visit != nil {
		if err := e.opts.Visit(Replication{index, s.outcome, s.makespan, s.trace}); err != nil {
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
	return e.quantiles.add(s.makespan)
}

// layHistogram lays the bins over what there is of the pilot.
func (e *experiment) layHistogram() {
	if e.histogram == nil && len(e.pilot) > 0 {
		e.histogram, e.pilot = newHistogram(e.pilot), nil
	}
}

// compare compares a replication with the bounds.
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
	if !b.Bounded() {
		return true
	}
	date := b.Done().Bound()
	mayHang := b.Deadlock != nil && s.quiescence == model.Never
	return b.Makespan.Lower <= s.makespan && s.makespan <= b.Makespan.Upper && (mayHang || date.Lower <= s.quiescence && s.quiescence <= date.Upper)
}

// result is what is known in the end.
func (e *experiment) result() *Result {
	e.layHistogram()
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

// duration rounds a number of nanoseconds; infinity is [model.Never].
func duration(x float64) time.Duration {
	if math.IsInf(x, 1) {
		return model.Never
	}
	return time.Duration(math.Round(x))
}
