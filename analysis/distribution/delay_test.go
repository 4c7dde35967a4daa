package distribution

import (
	"math"
	"testing"
	"time"

	"adagio/dsl/model"
)

// The distribution functions of the delays are as accurate as is assumed: they
// are compared with the integral of the density.
func TestAccuracy(t *testing.T) {
	for _, d := range []model.Delay{
		{Kind: model.Normal, Lo: 8 * s, Hi: 12 * s, A: 10 * s, B: s},
		{Kind: model.Normal, Lo: 0, Hi: 12 * s, A: 10 * s, B: 100 * ms},
		{Kind: model.LogNormal, Lo: 8 * s, Hi: 14 * s, A: 10 * s, B: s},
		{Kind: model.Exponential, Lo: 0, Hi: 30 * s, A: 10 * s},
		{Kind: model.Gamma, Lo: 1 * s, Hi: 30 * s, A: 10 * s, B: 7 * s},
		{Kind: model.Gamma, Lo: 8 * s, Hi: 12 * s, A: 10 * s, B: s},
		{Kind: model.Gamma, Lo: 9500 * ms, Hi: 10500 * ms, A: 10 * s, B: 100 * ms},
		{Kind: model.Gamma, Lo: 9950 * ms, Hi: 10050 * ms, A: 10 * s, B: 10 * ms},
	} {
		mean, sd := d.A.Seconds(), d.B.Seconds()
		var logDensity func(x float64) float64
		switch d.Kind {
		case model.Normal:
			logDensity = func(x float64) float64 { return -(x - mean) * (x - mean) / (2 * sd * sd) }
		case model.LogNormal:
			v := math.Log1p(sd * sd / (mean * mean))
			mu := math.Log(mean) - v/2
			logDensity = func(x float64) float64 { y := math.Log(x) - mu; return -y*y/(2*v) - y }
		case model.Exponential:
			logDensity = func(x float64) float64 { return -x / mean }
		case model.Gamma:
			shape, rate := mean*mean/(sd*sd), mean/(sd*sd)
			logDensity = func(x float64) float64 { return (shape-1)*math.Log(x/mean) - rate*(x-mean) }
		}
		const parts = 1000 // intervals of Simpson's rule, between two of which the CDF is compared
		const points = 21
		h := (d.Hi - d.Lo).Seconds() / (points - 1) / parts
		integral := make([]float64, points)
		for k := 1; k < points; k++ {
			from := d.Lo.Seconds() + float64((k-1)*parts)*h
			sum := 0.0
			for i := range parts {
				x := from + float64(i)*h
				sum += math.Exp(logDensity(x)) + 4*math.Exp(logDensity(x+h/2)) + math.Exp(logDensity(x+h))
			}
			integral[k] = integral[k-1] + sum*h/6
		}
		for k, v := range integral {
			x := d.Lo + (d.Hi-d.Lo)*time.Duration(k)/(points-1)
			if got, want := d.CDF(x), v/integral[points-1]; math.Abs(got-want) > accuracy/4 {
				t.Errorf("%v: P(≤ %v) = %v, by integration %v, off by %g", d, x, got, want, got-want)
			}
		}
	}
}

// A support far out in a tail is all that is used of a delay.
func TestTails(t *testing.T) {
	for _, c := range []struct {
		d    model.Delay
		tail bool
	}{
		{model.Delay{Kind: model.Normal, Lo: 8 * s, Hi: 12 * s, A: 10 * s, B: s}, false},
		{model.Delay{Kind: model.Normal, Lo: 10 * s, Hi: 10001 * ms, A: 10 * s, B: s}, true},
		{model.Delay{Kind: model.Normal, Lo: 16 * s, Hi: 20 * s, A: 10 * s, B: s}, true},
		{model.Delay{Kind: model.Uniform, Lo: 16 * s, Hi: 20 * s}, false},
		{model.Delay{Kind: model.Exponential, Lo: 20 * s, Hi: 30 * s, A: s}, true},
	} {
		if isTail(c.d) != c.tail {
			t.Errorf("%v: tail %v, mass %g", c.d, !c.tail, supportMass(c.d))
		}
	}
	r, err := BoundsOfRuns(runsOf(t, load(t, single("x: waited -> end for normal(10s, 1s) in 16s .. 20s"))), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if q := r.Quantile(0.5); r.Exact || q.Lower != 16*s || q.Upper != 20*s {
		t.Errorf("exact %v, median %v: %q", r.Exact, q, r.Notes)
	}
}
