package calibrate

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"adagio/dsl/model"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Fitted tells of a distribution that was fitted by maximum likelihood.
type Fitted struct {
	Family string
	AIC    float64
	// Distance is that of Kolmogorov and Smirnov between the sample and the
	// distribution, and P how probable a greater one is for samples of the fitted
	// distribution, to which it is fitted anew (parametric bootstrap).
	Distance, P float64
	// Others are the families that were fitted besides, the better ones first.
	Others []string
}

// law is a distribution of seconds.
type law interface {
	CDF(x float64) float64
	LogProb(x float64) float64
	Rand() float64
}

// candidate is a family of the language. Its fit to a sample is nil where it is
// none of use.
type candidate struct {
	name string
	fit  func(xs []float64, src rand.Source) law
	kind model.DelayKind
}

// candidates are the families with a scale and a location to fit. Uniform and
// triangular ones are not among them: their likelihood knows no end beyond the
// sample. The exponential is a gamma distribution.
var candidates = []candidate{
	{"normal", func(xs []float64, src rand.Source) law {
		mean, sd := stat.PopMeanStdDev(xs, nil)
		return distuv.Normal{Mu: mean, Sigma: sd, Src: src}
	}, model.Normal},
	{"lognormal", func(xs []float64, src rand.Source) law {
		logs := make([]float64, len(xs))
		for i, x := range xs {
			logs[i] = math.Log(x)
		}
		mean, sd := stat.PopMeanStdDev(logs, nil)
		return distuv.LogNormal{Mu: mean, Sigma: sd, Src: src}
	}, model.LogNormal},
	{"gamma", func(xs []float64, src rand.Source) law {
		alpha, beta := gamma(xs)
		if alpha > mostAlpha {
			return nil
		}
		return distuv.Gamma{Alpha: alpha, Beta: beta, Src: src}
	}, model.Gamma},
}

// mostAlpha is the greatest shape of a gamma distribution that is fitted: beyond
// it is a normal one, and its quantiles lose digits.
const mostAlpha = 1e6

// gamma fits shape and rate by maximum likelihood: Newton's method on
// log α - ψ(α) = log mean - mean log (Minka 2002).
func gamma(xs []float64) (alpha, beta float64) {
	mean, logs := stat.Mean(xs, nil), 0.0
	for _, x := range xs {
		logs += math.Log(x) / float64(len(xs))
	}
	s := max(math.Log(mean)-logs, 1e-15)
	alpha = (3 - s + math.Sqrt((s-3)*(s-3)+24*s)) / (12 * s)
	for range 20 {
		const h = 1e-4
		f := math.Log(alpha) - mathext.Digamma(alpha) - s
		slope := 1/alpha - (mathext.Digamma(alpha*(1+h))-mathext.Digamma(alpha*(1-h)))/(2*h*alpha)
		next := alpha - f/slope
		if !(next > 0) || math.Abs(next-alpha) < 1e-9*alpha {
			break
		}
		alpha = next
	}
	return alpha, alpha / mean
}

// rejected is how improbable a sample must be for a fit that is called poor.
const rejected = 0.05

// few is how many observations a distribution is fitted to at least.
const few = 5

// normality is how probable a sample is that lies farther from its normal
// distribution than this one; 1 if there are too few observations to tell.
func (d *Duration) normality() float64 {
	if d.N < few || d.Sample[0] == d.Sample[d.N-1] {
		return 1
	}
	xs := secondsOf(d.Sample)
	return goodness(candidates[0], xs, distance(xs, candidates[0].fit(xs, nil)))
}

// fit chooses the family with the least AIC. The support is the tolerance
// interval, which holds the sample: bounds need one, and no sample tells where a
// distribution ends.
func (d *Duration) fit(opts Options) {
	d.tolerance(opts)
	if d.N < few || d.Sample[0] == d.Sample[d.N-1] || d.Sample[0] <= 0 {
		d.Method = "nothing to fit to: an interval, " + d.Method
		return
	}
	xs := secondsOf(d.Sample)
	type result struct {
		candidate
		law law
		aic float64
	}
	var results []result
	for _, c := range candidates {
		l := c.fit(xs, nil)
		if l == nil {
			continue
		}
		aic := 4.0 // two parameters
		for _, x := range xs {
			aic -= 2 * l.LogProb(x)
		}
		if !math.IsNaN(aic) && !math.IsInf(aic, 0) {
			results = append(results, result{c, l, aic})
		}
	}
	if len(results) == 0 {
		d.Method = "no family fits: an interval, " + d.Method
		return
	}
	slices.SortStableFunc(results, func(a, b result) int { return cmp.Compare(a.aic, b.aic) })
	best := results[0]
	d.Fit = &Fitted{Family: best.name, AIC: best.aic, Distance: distance(xs, best.law)}
	d.Fit.P = goodness(best.candidate, xs, d.Fit.Distance)
	for _, r := range results[1:] {
		d.Fit.Others = append(d.Fit.Others, fmt.Sprintf("%s %+.1f", r.name, r.aic-best.aic))
	}
	mean, sd := momentsOf(best.law)
	d.Delay = model.Delay{Kind: best.kind, Lo: d.Delay.Lo, Hi: d.Delay.Hi, A: durationOf(mean), B: max(durationOf(sd), 1)}
	d.Method = fmt.Sprintf("AIC %.1f, KS %.2f, p = %.2f", best.aic, d.Fit.Distance, d.Fit.P)
	if d.Fit.P < rejected {
		d.Method += ", a poor fit"
	}
}

func momentsOf(l law) (mean, sd float64) {
	m := l.(interface{ Mean() float64 }).Mean()
	v := l.(interface{ Variance() float64 }).Variance()
	return m, math.Sqrt(v)
}

// distance is that of Kolmogorov and Smirnov; the sample is sorted.
func distance(xs []float64, l law) float64 {
	most, n := 0.0, float64(len(xs))
	for i, x := range xs {
		f := l.CDF(x)
		most = max(most, f-float64(i)/n, float64(i+1)/n-f)
	}
	return most
}

// resamples is how many samples the bootstrap draws.
const resamples = 200

// goodness is the share of samples of the fitted distribution that lie farther
// from their own fit. The seed is fixed: the same sample gives the same share.
func goodness(c candidate, xs []float64, d float64) float64 {
	src := rand.NewPCG(1, uint64(len(xs)))
	l := c.fit(xs, src)
	beyond := 0
	ys := make([]float64, len(xs))
	for range resamples {
		for i := range ys {
			ys[i] = max(l.Rand(), math.SmallestNonzeroFloat64) // a duration
		}
		slices.Sort(ys)
		if again := c.fit(ys, nil); again == nil || distance(ys, again) >= d {
			beyond++
		}
	}
	return float64(beyond+1) / (resamples + 1)
}
