package montecarlo

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// moments are the count, mean, variance and range of a stream of numbers, by
// Welford's recurrence (Note on a method for calculating corrected sums of
// squares and products, 1962), which loses no digits to cancellation.
type moments struct {
	n        int
	mean, m2 float64
	min, max float64
}

func (m *moments) add(x float64) {
	if m.n++; m.n == 1 {
		m.min, m.max = x, x
	}
	m.min, m.max = min(m.min, x), max(m.max, x)
	d := x - m.mean
	m.mean += d / float64(m.n)
	m.m2 += d * (x - m.mean)
}

// variance is the unbiased estimate; 0 for fewer than two numbers.
func (m *moments) variance() float64 {
	if m.n < 2 {
		return 0
	}
	return m.m2 / float64(m.n-1)
}

func (m *moments) sd() float64 { return math.Sqrt(m.variance()) }

// halfWidth is that of the confidence interval of the mean; infinite for fewer
// than two numbers.
func (m *moments) halfWidth(confidence float64) float64 {
	if m.n < 2 {
		return math.Inf(1)
	}
	t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(m.n - 1)}
	return t.Quantile(0.5+confidence/2) * m.sd() / math.Sqrt(float64(m.n))
}
