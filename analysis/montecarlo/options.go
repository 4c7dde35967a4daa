package montecarlo

import (
	"fmt"
	"runtime"
	"time"

	"adagio/analysis"
	"adagio/analysis/simulate"
)

// Defaults of [Options].
const (
	DefaultN          = 1000
	DefaultLimit      = 1_000_000
	DefaultConfidence = 0.95
	DefaultBatch      = 256
)

// Options say what experiment to do. The zero value runs [DefaultN]
// replications of seed 0.
type Options struct {
	Seed uint64
	// N is the number of replications. With HalfWidth it is their greatest
	// number; 0 is [DefaultN], or [DefaultLimit] with HalfWidth.
	N int
	// HalfWidth, if positive, stops the experiment at the end of the first batch
	// after which the confidence interval of the mean is no wider on either side.
	HalfWidth time.Duration
	// Confidence is that of all intervals; 0 is [DefaultConfidence].
	Confidence float64
	// Batch is how many replications are run between two looks at the stopping
	// rule; 0 is [DefaultBatch]. It is also the size of the histogram's pilot.
	Batch int
	// Workers is the number of replications that run at a time; 0 is one for each
	// processor. It does not change the result.
	Workers int
	// Quantiles are the shares to estimate; nil is 1, 5, 25, 50, 75, 95 and 99 %.
	Quantiles []float64
	// KeepSamples keeps every sample, so that quantiles are exact however many
	// there are.
	KeepSamples bool
	// Bounds is what the analysis of the same scenario says. If it is nil nothing
	// is compared with the bounds, there is no criticality, and the executor samples.
	Bounds *analysis.Result
	// Uptimes, if not nil, draws for each replication when nodes are awake; there can
	// be no Bounds then.
	Uptimes *simulate.RandomUptimes
	// Engine samples; [Auto] chooses.
	Engine Engine
	// Visit, if not nil, gets every replication in the order of the indices. An error
	// ends the experiment.
	Visit func(Replication) error
	// Traces has Visit get what happened; only the executor tells that.
	Traces bool
	// Progress, if not nil, is told how many replications are done after each
	// batch, and how far the mean is known by then.
	Progress func(done int, halfWidth time.Duration)
}

// Replication is one sample.
type Replication struct {
	Index    int
	Outcome  simulate.Outcome
	Makespan time.Duration   // [model.Never] unless it completed
	Trace    *simulate.Trace // nil without Options.Traces
}

// complete checks options and puts the defaults in.
func (o Options) complete() (Options, error) {
	if o.N == 0 {
		o.N = DefaultN
		if o.HalfWidth > 0 {
			o.N = DefaultLimit
		}
	}
	if o.Confidence == 0 {
		o.Confidence = DefaultConfidence
	}
	if o.Batch == 0 {
		o.Batch = DefaultBatch
	}
	if o.Workers == 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if o.Quantiles == nil {
		o.Quantiles = []float64{0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99}
	}
	for _, p := range append([]float64{o.Confidence}, o.Quantiles...) {
		if !(p > 0 && p < 1) {
			return o, fmt.Errorf("%v is not a share between 0 and 1", p)
		}
	}
	if o.Uptimes != nil && o.Bounds != nil {
		return o, fmt.Errorf("bounds of other uptimes than those that are simulated")
	}
	if o.Uptimes != nil {
		if err := o.Uptimes.Validate(); err != nil {
			return o, err
		}
	}
	if o.N < 0 || o.Batch < 0 || o.Workers < 0 || o.HalfWidth < 0 {
		return o, fmt.Errorf("a number of replications, of workers or a half width is negative")
	}
	return o, nil
}
