package calibrate

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// Trend is a duration that drifts with something, so that one delay for all runs
// is questionable.
type Trend struct {
	Of   string // the transition
	With string // "the number of sites" or "the order of the runs"
	// Rho is Spearman's rank correlation of the runs' medians, P its probability if
	// there is no drift.
	Rho, P float64
	// From and To are the means of the runs' medians in the first and the last third.
	From, To time.Duration
}

// String is the trend in a line.
func (t Trend) String() string {
	return fmt.Sprintf("%s drifts with %s: from %s to %s, Spearman's rho %.2f, %s", t.Of, t.With, short(t.From), short(t.To), t.Rho, probability(t.P))
}

// enough is how many runs a trend is looked for in at least.
const enough = 8

// trends tests each duration for a drift, with Spearman's rank correlation of the
// medians of the runs, at the level divided by the number of tests. A drift of
// less than a percent and less than 10 ms does not matter.
func trends(ds []Duration) []Trend {
	var out []Trend
	tests := 2 * len(ds)
	for i := range ds {
		medians, sites, runs := perRun(ds[i].order)
		if len(medians) < enough {
			continue
		}
		for _, with := range []struct {
			name string
			x    []float64
		}{{"the number of sites", sites}, {"the order of the runs", runs}} {
			rho, p := spearman(with.x, secondsOf(medians))
			if p >= level/float64(tests) {
				continue
			}
			from, to := thirds(with.x, medians)
			if d := (to - from).Abs(); d >= 10*time.Millisecond || float64(d) >= relevant*float64(from) {
				out = append(out, Trend{ds[i].Name(), with.name, rho, p, from, to})
			}
		}
	}
	return out
}

// perRun returns the median of each run, with its sites and place in the order.
func perRun(os []observation) (medians []time.Duration, sites, runs []float64) {
	by := map[int][]observation{}
	for _, o := range os {
		by[o.run] = append(by[o.run], o)
	}
	order := make([]int, 0, len(by))
	for run := range by {
		order = append(order, run)
	}
	slices.Sort(order)
	for _, run := range order {
		medians = append(medians, median(sample(by[run])))
		sites = append(sites, float64(by[run][0].sites))
		runs = append(runs, float64(run))
	}
	return medians, sites, runs
}

// thirds returns the mean of those with the least and with the greatest x.
func thirds(xs []float64, ys []time.Duration) (first, last time.Duration) {
	r, _ := ranks(xs)
	n := float64(len(xs))
	var sums [2]float64
	var counts [2]float64
	for i, rank := range r {
		switch {
		case rank <= math.Ceil(n/3) || rank == slices.Min(r):
			sums[0], counts[0] = sums[0]+ys[i].Seconds(), counts[0]+1
		case rank > n-math.Ceil(n/3) || rank == slices.Max(r):
			sums[1], counts[1] = sums[1]+ys[i].Seconds(), counts[1]+1
		}
	}
	return durationOf(sums[0] / counts[0]), durationOf(sums[1] / counts[1])
}
