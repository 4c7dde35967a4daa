package distribution

import (
	"math"
	"sort"
	"time"
)

// CDF is the distribution function of a duration: a step function. It is
// immutable.
type CDF struct {
	law  law
	step time.Duration
	mean time.Duration
}

// At is P(duration ≤ t).
func (c *CDF) At(t time.Duration) float64 { return c.law.at(t, c.step) }

// Quantile is the least t with At(t) ≥ p; for p ≤ 0 the least value, for p ≥ 1
// the greatest.
func (c *CDF) Quantile(p float64) time.Duration {
	l := c.law
	switch {
	case p <= 0 || math.IsNaN(p) || p <= l.before:
		return l.shift + l.lo
	case p >= 1:
		return l.shift + l.hi
	}
	k := sort.SearchFloat64s(l.cells, p)
	if k == len(l.cells) {
		return l.shift + l.hi
	}
	t := l.start + time.Duration(k)*c.step
	return l.shift + min(max(t, l.lo), l.hi)
}

// Mean is the expected value, rounded outward.
func (c *CDF) Mean() time.Duration { return c.mean }

// Support is the least and the greatest value that the duration can have.
func (c *CDF) Support() (least, greatest time.Duration) {
	return c.law.shift + c.law.lo, c.law.shift + c.law.hi
}

// Point is one step of a distribution function.
type Point struct {
	Date        time.Duration
	Probability float64 // P(duration ≤ Date)
}

// Points returns the distribution function as at most n points of about equal
// distance in time, n ≥ 2, from just before its first step to its last: what a
// plot needs.
func (c *CDF) Points(n int) []Point {
	first, last := c.Quantile(1e-6)-c.step, c.Quantile(1-1e-6)
	n = max(n, 2)
	out := make([]Point, 0, n)
	for i := range n {
		t := first + time.Duration(float64(last-first)*float64(i)/float64(n-1))
		if i == n-1 {
			t = last
		}
		out = append(out, Point{t, c.At(t)})
	}
	return out
}
