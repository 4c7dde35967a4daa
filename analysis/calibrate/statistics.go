package calibrate

import (
	"cmp"
	"math"
	"slices"
	"time"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// secondsOf turns durations into numbers.
func secondsOf(xs []time.Duration) []float64 {
	out := make([]float64, len(xs))
	for i, x := range xs {
		out[i] = x.Seconds()
	}
	return out
}

func durationOf(x float64) time.Duration { return time.Duration(math.Round(x * float64(time.Second))) }

// median of a sample, which is sorted: the mean of the two in the middle where
// their number is even.
func median(sorted []time.Duration) time.Duration {
	n := len(sorted)
	a, b := sorted[(n-1)/2], sorted[n/2]
	return a + (b-a)/2
}

// coverage is the share of what is to come that lies between the least and the
// greatest of n independent observations, with the given confidence, whatever
// the distribution (Wilks 1941): the quantile of Beta(n-1, 2).
func coverage(n int, confidence float64) float64 {
	if n < 2 {
		return 0
	}
	return mathext.InvRegIncBeta(float64(n-1), 2, 1-confidence)
}

// toleranceFactor is how many standard deviations to either side of the mean of
// n observations of a normal distribution hold a share of what is to come, with
// the given confidence (Howe 1969).
func toleranceFactor(n int, share, confidence float64) float64 {
	nu := float64(n - 1)
	z := distuv.UnitNormal.Quantile((1 + share) / 2)
	chi := distuv.ChiSquared{K: nu}.Quantile(1 - confidence)
	return z * math.Sqrt(nu*(1+1/float64(n))/chi)
}

// halfWidth is half of the confidence interval of a mean (Student).
func halfWidth(xs []float64, confidence float64) float64 {
	if len(xs) < 2 {
		return math.Inf(1)
	}
	t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(len(xs) - 1)}.Quantile((1 + confidence) / 2)
	return t * stat.StdDev(xs, nil) / math.Sqrt(float64(len(xs)))
}

// ranks of a sample, from 1; equal values have their mean rank. ties is the sum of
// t³ - t over groups of t equal values.
func ranks(xs []float64) (out []float64, ties float64) {
	order := make([]int, len(xs))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(xs[a], xs[b]) })
	out = make([]float64, len(xs))
	for i := 0; i < len(order); {
		j := i
		for j < len(order) && xs[order[j]] == xs[order[i]] {
			j++
		}
		for k := i; k < j; k++ {
			out[order[k]] = float64(i+j+1) / 2
		}
		t := float64(j - i)
		ties += t*t*t - t
		i = j
	}
	return out, ties
}

// kruskalWallis is the probability of groups that differ so much, if all are of
// one distribution (Kruskal, Wallis 1952, by the chi-squared approximation).
func kruskalWallis(groups [][]float64) float64 {
	var all []float64
	for _, g := range groups {
		all = append(all, g...)
	}
	n := float64(len(all))
	r, ties := ranks(all)
	correction := 1 - ties/(n*n*n-n)
	if correction <= 0 {
		return 1 // all are equal
	}
	h, at := 0.0, 0
	for _, g := range groups {
		sum := 0.0
		for _, x := range r[at : at+len(g)] {
			sum += x
		}
		h += sum * sum / float64(len(g))
		at += len(g)
	}
	h = (12/(n*(n+1))*h - 3*(n+1)) / correction
	return distuv.ChiSquared{K: float64(len(groups) - 1)}.Survival(max(h, 0))
}

// spearman is the rank correlation of two samples, and the probability of one so
// far from zero if they are independent (by the t approximation).
func spearman(xs, ys []float64) (rho, p float64) {
	rx, _ := ranks(xs)
	ry, _ := ranks(ys)
	rho = stat.Correlation(rx, ry, nil)
	n := float64(len(xs))
	switch {
	case math.IsNaN(rho) || n < 3:
		return 0, 1
	case math.Abs(rho) >= 1:
		return rho, 0
	}
	t := math.Abs(rho) * math.Sqrt((n-2)/(1-rho*rho))
	return rho, 2 * distuv.StudentsT{Mu: 0, Sigma: 1, Nu: n - 2}.Survival(t)
}

// halfWidthOf is half of a confidence interval, by a standard error with some
// degrees of freedom.
func halfWidthOf(scale float64, freedom int, confidence float64) float64 {
	return scale * distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(freedom)}.Quantile((1+confidence)/2)
}
