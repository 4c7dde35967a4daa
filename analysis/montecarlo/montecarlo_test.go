package montecarlo

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"gonum.org/v1/gonum/stat"
)

// TestMoments compares Welford's recurrence with two passes over the data, also
// where the mean is large against the deviation.
func TestMoments(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, offset := range []float64{0, 4e11} {
		var m moments
		var xs []float64
		for range 10_000 {
			x := offset + r.NormFloat64()*1e8
			xs = append(xs, x)
			m.add(x)
		}
		mean, variance := stat.MeanVariance(xs, nil)
		if near(m.mean, mean) > 1e-12 || near(m.variance(), variance) > 1e-9 || m.min != slices.Min(xs) || m.max != slices.Max(xs) {
			t.Errorf("mean %v, variance %v, range %v .. %v; want %v, %v", m.mean, m.variance(), m.min, m.max, mean, variance)
		}
		// 1.96 is the normal quantile; Student's t of 9999 degrees of freedom is
		// hardly greater.
		if want := 1.96 * math.Sqrt(variance/10_000); near(m.halfWidth(0.95), want) > 1e-3 {
			t.Errorf("half width %v, want about %v", m.halfWidth(0.95), want)
		}
	}
}

func near(x, want float64) float64 { return math.Abs(x-want) / math.Max(math.Abs(want), 1) }

// TestInterval compares the ranks of order statistics with the sum of the
// binomial probabilities, term by term.
func TestInterval(t *testing.T) {
	for _, n := range []int{1, 2, 5, 10, 59, 100, 300} {
		for _, p := range []float64{0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99} {
			for _, confidence := range []float64{0.8, 0.95, 0.99} {
				l, u := interval(n, p, confidence)
				tail := (1 - confidence) / 2
				// One rank further in would be too much, on either side.
				if probability(n, p, 0, l-1) > tail || l < n && probability(n, p, 0, l) <= tail {
					t.Errorf("n=%d p=%v: lower rank %d", n, p, l)
				}
				if probability(n, p, u, n) > tail || u > 0 && probability(n, p, u-1, n) <= tail {
					t.Errorf("n=%d p=%v: upper rank %d", n, p, u)
				}
				if covered := probability(n, p, l, u-1); covered < confidence-1e-12 {
					t.Errorf("n=%d p=%v: covers %v only", n, p, covered)
				}
			}
		}
	}
}

// probability is P(from ≤ B ≤ to) for a binomial B.
func probability(n int, p float64, from, to int) float64 {
	sum := 0.0
	for k := max(from, 0); k <= to; k++ {
		choose := 1.0
		for i := range k {
			choose *= float64(n-i) / float64(k-i)
		}
		sum += choose * math.Pow(p, float64(k)) * math.Pow(1-p, float64(n-k))
	}
	return sum
}

// TestIntervalCovers draws many samples of a known distribution: its median is in
// the interval as often as the confidence says.
func TestIntervalCovers(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	const n, rounds = 100, 4000
	l, u := interval(n, 0.5, 0.95)
	inside := 0
	for range rounds {
		xs := make([]float64, n)
		for i := range xs {
			xs[i] = r.Float64()
		}
		slices.Sort(xs)
		if xs[l-1] <= 0.5 && 0.5 <= xs[u-1] {
			inside++
		}
	}
	if share := float64(inside) / rounds; share < 0.94 || share > 0.98 {
		t.Errorf("covered in %v", share)
	}
}

// TestSketch compares the quantiles of the sketch with the exact ones: within
// the error in rank that is stated, with room for the overlap of centroids.
func TestSketch(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 3))
	shares := []float64{0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99}
	for name, draw := range map[string]func() float64{
		"normal":  func() float64 { return 1e11 + 1e9*r.NormFloat64() },
		"bimodal": func() float64 { return 1e11 + 1e9*r.Float64() + 5e10*float64(r.IntN(2)) },
		"atom":    func() float64 { return 1e11 + 1e9*math.Max(0, r.NormFloat64()) },
	} {
		kept, _ := newQuantiles(true)
		sketched, _ := newQuantiles(false)
		for range 2 * KeptSamples {
			x := duration(draw())
			if kept.add(x) != nil || sketched.add(x) != nil {
				t.Fatal(name)
			}
		}
		if sketched.samples != nil {
			t.Fatalf("%s: %d samples are kept", name, len(sketched.samples))
		}
		sorted := slices.Sorted(slices.Values(kept.samples))
		exact := kept.estimate(shares, 0.95)
		for i, q := range sketched.estimate(shares, 0.95) {
			lo, _ := slices.BinarySearch(sorted, q.Value)
			hi, _ := slices.BinarySearch(sorted, q.Value+1)
			n, room := float64(len(sorted)), 1.5*q.RankError+1/float64(len(sorted))
			if q.P < float64(lo)/n-room || q.P > float64(hi)/n+room {
				t.Errorf("%s: %v is %v, of rank %v .. %v; exactly %v", name, q.P, q.Value, float64(lo)/n, float64(hi)/n, exact[i].Value)
			}
			if q.Lower > exact[i].Value || q.Upper < exact[i].Value || q.RankError == 0 || exact[i].RankError != 0 {
				t.Errorf("%s: %+v, exactly %+v", name, q, exact[i])
			}
		}
	}
}

// TestHistogram checks that every sample is counted once.
func TestHistogram(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 4))
	for _, spread := range []float64{0, 1, 1e6, 1e9} {
		var h *Histogram
		for i := range 5000 {
			x := duration(1e10 + spread*r.NormFloat64())
			switch {
			case i == 0:
				h = newHistogram(slices.Repeat([]time.Duration{x, x + duration(spread)}, 1))
			default:
				h.add(x)
			}
		}
		sum := h.Under + h.Above
		for _, n := range h.Counts {
			sum += n
		}
		if sum != 5001 || len(h.Counts) > 3*bins/2+3 {
			t.Errorf("spread %v: %d samples in %d bins", spread, sum, len(h.Counts))
		}
	}
}

// TestRank has quantiles of few samples: the first that at least the share p of them does
// not exceed.
func TestRank(t *testing.T) {
	for _, c := range []struct {
		n    int
		p    float64
		want int
	}{{1, 0.01, 1}, {4, 0.5, 2}, {3, 0.5, 2}, {10, 0.25, 3}, {10, 0.95, 10}, {10, 1, 10}, {100, 0.05, 5}} {
		if got := rank(c.n, c.p); got != c.want {
			t.Errorf("the %v-quantile of %d samples is the %d-th, not the %d-th", c.p, c.n, c.want, got)
		}
	}
}
