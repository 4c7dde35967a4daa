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
	v := f.Quantile(lo+p*(hi-lo)) * float64(time.Second)
	if !(v > float64(d.Lo)) { // also not a number
		return d.Lo
	}
	return min(time.Duration(math.Round(min(v, float64(d.Hi)))), d.Hi)
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
