package montecarlo

import (
	"math"
	"sort"

	"gonum.org/v1/gonum/stat/distuv"
)

// rank is the position, from 1, of the p-quantile among n sorted samples: the
// first that at least the share p of them does not exceed.
func rank(n int, p float64) int {
	return min(max(int(math.Ceil(p*float64(n))), 1), n)
}

// interval returns the ranks l and u, from 1, of the order statistics between
// which the p-quantile of the distribution lies with at least the given
// confidence, each tail having at most half of the rest. The number B of n
// samples below the quantile is binomial, and the quantile is above the l-th
// sample unless B < l, and below the u-th unless B ≥ u. Where n is too small for
// an end, l is 0 or u is n+1.
func interval(n int, p, confidence float64) (l, u int) {
	tail := (1 - confidence) / 2
	b := distuv.Binomial{N: float64(n), P: p}
	// The greatest l with P(B ≤ l-1) ≤ tail, the least u with P(B ≥ u) ≤ tail.
	l = sort.Search(n, func(l int) bool { return b.CDF(float64(l)) > tail })
	u = sort.Search(n+1, func(u int) bool { return 1-below(b, u) <= tail })
	return l, u
}

// below is P(B < k).
func below(b distuv.Binomial, k int) float64 {
	if k <= 0 {
		return 0
	}
	return b.CDF(float64(k - 1))
}
