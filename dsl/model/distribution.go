package model

import (
	"math"
	"time"

	"gonum.org/v1/gonum/integrate/quad"
	"gonum.org/v1/gonum/stat/distuv"
)

// family is an untruncated distribution of seconds.
type family interface {
	CDF(x float64) float64
	Quantile(p float64) float64
}

// family returns the distribution of the delay in seconds before truncation to
// its support; nil for the kinds that have none (Fixed, Empirical). A [Range]
// has no distribution: where one is asked for, it is taken as uniform.
func (d Delay) family() family {
	mean, sd := d.A.Seconds(), d.B.Seconds()
	switch d.Kind {
	case Range, Uniform:
		return distuv.Uniform{Min: d.Lo.Seconds(), Max: d.Hi.Seconds()}
	case Normal:
		return distuv.Normal{Mu: mean, Sigma: sd}
	case LogNormal:
		sigma2 := math.Log1p(sd * sd / (mean * mean))
		return distuv.LogNormal{Mu: math.Log(mean) - sigma2/2, Sigma: math.Sqrt(sigma2)}
	case Exponential:
		return distuv.Exponential{Rate: 1 / mean}
	case Triangular:
		return distuv.NewTriangle(d.Lo.Seconds(), d.Hi.Seconds(), mean, nil)
	case Gamma:
		return distuv.Gamma{Alpha: mean * mean / (sd * sd), Beta: mean / (sd * sd)}
	}
	return nil
}

// CDF is P(delay ≤ x), to the precision of floating point.
func (d Delay) CDF(x time.Duration) float64 {
	switch {
	case x < d.Lo:
		return 0
	case x >= d.Hi:
		return 1
	case d.Kind == Empirical:
		n := 0
		for _, v := range d.Sample {
			if v <= x {
				n++
			}
		}
		return float64(n) / float64(len(d.Sample))
	}
	f := d.family()
	lo, hi := f.CDF(d.Lo.Seconds()), f.CDF(d.Hi.Seconds())
	if hi <= lo {
		// The support lies so far in a tail that floating point cannot see into
		// it: what is known is the support.
		return float64(x-d.Lo) / float64(d.Hi-d.Lo)
	}
	return min(max((f.CDF(x.Seconds())-lo)/(hi-lo), 0), 1)
}

// Quantile is the smallest value v of the support with P(delay ≤ v) ≥ p, to the
// precision of floating point, clamped to the support. For a [Range], which has
// no distribution, it takes the uniform one.
func (d Delay) Quantile(p float64) time.Duration {
	p = min(max(p, 0), 1)
	switch {
	case d.Lo == d.Hi:
		return d.Lo
	case d.Kind == Empirical:
		return d.Sample[max(int(math.Ceil(p*float64(len(d.Sample))))-1, 0)]
	}
	f := d.family()
	lo, hi := f.CDF(d.Lo.Seconds()), f.CDF(d.Hi.Seconds())
	if hi <= lo {
		return d.Lo + time.Duration(p*float64(d.Hi-d.Lo))
	}
	return time.Duration(math.Round(inverse(f, lo+p*(hi-lo), float64(d.Lo), float64(d.Hi))))
}

// Truncated is the distribution of a delay before it is rounded to whole nanoseconds:
// a family, given that the value lies in the support. Arguments and values are
// nanoseconds.
type Truncated struct {
	f           unimodal
	lo, hi      float64 // the support
	below, upTo float64 // probability of the family below lo, and up to hi
}

// unimodal is a family whose density grows up to a mode and falls from there on.
type unimodal interface {
	family
	Prob(x float64) float64
	Mode() float64
}

// Truncated returns the distribution of a delay that has a density of one family; not
// that of constants, samples and intervals, nor of a delay whose support lies so far in a
// tail that floating point cannot see into it.
func (d Delay) Truncated() (t Truncated, ok bool) {
	f, ok := d.family().(unimodal)
	if !ok || d.IsConstant() {
		return t, false
	}
	t = Truncated{f, float64(d.Lo), float64(d.Hi), f.CDF(d.Lo.Seconds()), f.CDF(d.Hi.Seconds())}
	return t, t.upTo > t.below
}

// CDF is the probability of a value up to x.
func (t Truncated) CDF(x float64) float64 {
	switch {
	case x <= t.lo:
		return 0
	case x >= t.hi:
		return 1
	}
	return min(max((t.f.CDF(x/float64(time.Second))-t.below)/(t.upTo-t.below), 0), 1)
}

// Density is the derivative of the CDF inside the support.
func (t Truncated) Density(x float64) float64 {
	return t.f.Prob(x/float64(time.Second)) / float64(time.Second) / (t.upTo - t.below)
}

// Mode is where the density changes from growing to falling; it may lie outside the
// support. Without a mode the density falls everywhere.
func (t Truncated) Mode() float64 {
	if m := t.f.Mode() * float64(time.Second); !math.IsNaN(m) {
		return m
	}
	return 0
}

// Quantile is the inverse of the CDF, clamped to the support.
func (t Truncated) Quantile(p float64) float64 {
	return inverse(t.f, t.below+p*(t.upTo-t.below), t.lo, t.hi)
}

// inverse is the value of a family in nanoseconds, clamped to a support.
func inverse(f family, p, lo, hi float64) float64 {
	v := f.Quantile(p) * float64(time.Second)
	if !(v > lo) { // also not a number
		return lo
	}
	return min(v, hi)
}

// Mean is the expected value, by numerical integration where the family is
// truncated. For a [Range] it is the middle.
func (d Delay) Mean() time.Duration {
	switch d.Kind {
	case Fixed:
		return d.Lo
	case Range, Uniform:
		return d.Lo + (d.Hi-d.Lo)/2
	case Empirical:
		sum := 0.0
		for _, v := range d.Sample {
			sum += float64(v) / float64(len(d.Sample))
		}
		return time.Duration(math.Round(sum))
	}
	tail := func(x float64) float64 { return 1 - d.CDF(time.Duration(x)) }
	area := quad.Fixed(tail, float64(d.Lo), float64(d.Hi), 400, quad.Legendre{}, 0)
	return d.Lo + time.Duration(math.Round(area))
}
