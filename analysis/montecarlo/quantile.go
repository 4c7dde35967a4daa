package montecarlo

import (
	"math"
	"slices"
	"time"

	"github.com/caio/go-tdigest/v4"

	"adagio/dsl/model"
)

// KeptSamples is how many samples are kept whether asked for or not: up to here
// quantiles are exact order statistics. They take half a megabyte.
const KeptSamples = 1 << 16

// compression is the accuracy of the sketch: no centroid near the quantile q
// stands for more than the share 4q(1-q)/compression of the samples.
const compression = 200

// Quantile is an estimated quantile of the makespan.
type Quantile struct {
	P     float64
	Value time.Duration
	// Lower and Upper contain the quantile with at least the confidence of the
	// experiment, whatever the distribution. They are [model.Never] where
	// there are too few samples for that end.
	Lower, Upper time.Duration
	// RankError is 0 where the quantile is an order statistic of the samples, and
	// otherwise the error of the sketch that the interval has been widened by, as
	// a share of the samples: half of the largest centroid there. The t-digest
	// keeps to it up to the overlap of neighbouring centroids, which is small but
	// not bounded.
	RankError float64
}

// quantiles collects samples for quantiles.
type quantiles struct {
	keepAll bool
	n       int
	samples []time.Duration // all of them, or nil once there are too many
	sketch  *tdigest.TDigest
	least   time.Duration
	most    time.Duration
}

func newQuantiles(keepAll bool) (*quantiles, error) {
	// The generator of the sketch decides which of several equal centroids takes a
	// sample. Its own seed makes it the same in every run.
	sketch, err := tdigest.New(tdigest.Compression(compression), tdigest.LocalRandomNumberGenerator(1))
	return &quantiles{keepAll: keepAll, sketch: sketch}, err
}

func (q *quantiles) add(x time.Duration) error {
	if q.n++; q.n == 1 {
		q.least, q.most = x, x
	}
	q.least, q.most = min(q.least, x), max(q.most, x)
	if q.keepAll || q.n <= KeptSamples {
		q.samples = append(q.samples, x)
	} else {
		q.samples = nil
	}
	if q.keepAll {
		return nil
	}
	return q.sketch.Add(float64(x))
}

// estimate returns the quantiles of the given shares.
func (q *quantiles) estimate(shares []float64, confidence float64) []Quantile {
	if q.n == 0 {
		return nil
	}
	sorted := slices.Sorted(slices.Values(q.samples))
	var out []Quantile
	for _, p := range shares {
		l, u := interval(q.n, p, confidence)
		e := Quantile{P: p}
		if sorted == nil {
			e.RankError = 2 * p * (1 - p) / compression
			ranks := int(math.Ceil(e.RankError * float64(q.n)))
			l, u = max(l-ranks, 0), min(u+ranks, q.n+1)
		}
		e.Value, e.Lower, e.Upper = q.at(sorted, rank(q.n, p)), q.at(sorted, l), q.at(sorted, u)
		out = append(out, e)
	}
	return out
}

// at is the sample of a rank, or never.
func (q *quantiles) at(sorted []time.Duration, rank int) time.Duration {
	switch {
	case rank < 1 || rank > q.n:
		return model.Never
	case sorted != nil:
		return sorted[rank-1]
	case rank == 1:
		return q.least
	case rank == q.n:
		return q.most
	}
	x := time.Duration(math.Round(q.sketch.Quantile(float64(rank-1) / float64(q.n-1))))
	return min(max(x, q.least), q.most)
}
