package calibrate

import (
	"fmt"
	"math"
	"time"

	"adagio/dsl/model"

	"gonum.org/v1/gonum/stat"
)

// Together estimates how far durations vary together: the share of a factor that they have
// in common, if each is the list of what it lasted in the same runs, in their order. Where
// the factor is, all of them are those of one run; two of them are both there with
// probability share², and have the correlations of the sample times that. By how much
// these are to be shrunk is estimated as Schäfer and Strimmer do (A shrinkage approach to
// large-scale covariance matrix estimation, Statistical Applications in Genetics and
// Molecular Biology 4, 2005): by λ = Σ Var(r) / Σ r², over all pairs, and share² is 1 - λ.
// It is 0 where less than three runs or two durations vary.
func Together(durations [][]float64) float64 {
	var z [][]float64
	for _, d := range durations {
		mean, sd := stat.MeanStdDev(d, nil)
		if len(d) < 3 || sd == 0 {
			continue
		}
		scores := make([]float64, len(d))
		for i, x := range d {
			scores[i] = (x - mean) / sd
		}
		z = append(z, scores)
	}
	var variance, squares float64
	for i := range z {
		n := float64(len(z[i]))
		for j := range i {
			mean := 0.0
			for k := range z[i] {
				mean += z[i][k] * z[j][k] / n
			}
			r := n / (n - 1) * mean
			squares += r * r
			for k := range z[i] {
				variance += n / math.Pow(n-1, 3) * (z[i][k]*z[j][k] - mean) * (z[i][k]*z[j][k] - mean)
			}
		}
	}
	if squares <= variance {
		return 0
	}
	return math.Sqrt(1 - variance/squares)
}

// factor gives the durations that every run has, equally often, a factor of the share that
// they tell.
func (r *Result) factor() {
	var common []*Duration
	var means [][]float64
	for i := range r.Durations {
		d := &r.Durations[i]
		if d.Runs < r.Runs || d.N%r.Runs != 0 {
			continue
		}
		often := d.N / r.Runs
		mean, equal := make([]float64, r.Runs), true
		for k, o := range d.order {
			equal = equal && o.run == d.order[k/often*often].run
			mean[k/often] += o.lasted.Seconds() / float64(often)
		}
		if equal {
			common, means = append(common, d), append(means, mean)
		}
	}
	share := math.Round(1000*Together(means)) / 1000
	if share == 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("no factor is written: that durations vary together cannot be told from chance (%d durations that each of %d runs has)", len(common), r.Runs))
		return
	}
	r.Factor = &model.Factor{Name: r.Options.Factor, Share: share}
	for _, d := range common {
		d.Delay.Factor = r.Factor
	}
	r.Common = len(common)
}

// lasted is the durations of observations in their order.
func lasted(os []observation) (list []time.Duration) {
	for _, o := range os {
		list = append(list, o.lasted)
	}
	return list
}
