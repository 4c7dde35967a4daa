package distribution

import (
	"time"

	"adagio/dsl/model"
	"adagio/petri"
)

// lasting is how long an event lasts: a random part plus something between low
// and high of which nothing is known but that. The random part is independent of
// everything else; the rest need not be.
type lasting struct {
	random    model.Delay // a constant 0 if there is none
	low, high time.Duration
}

// lastingOf tells how long an event lasts. A delay with a distribution is
// random. An interval is not, except that a component transition is compiled
// into its duration plus the executor's overhead, as one interval: if the
// duration alone has a distribution, that is the random part.
func lastingOf(g *petri.EventGraph, e petri.EventID) lasting {
	d := g.Delay(e)
	switch {
	case d.IsConstant():
		return lasting{low: d.Lo, high: d.Hi}
	case d.Kind != model.Range:
		if isTail(d) {
			break
		}
		return lasting{random: d}
	}
	o := g.Origin(e)
	if o.Category() == petri.Work {
		own := g.Net.Scenario.Components[o.Component].Durations[o.Element]
		profile := &g.Net.Scenario.Network.Profile
		lasts := profile.Lasts(own)
		if own.Kind != model.Range && !own.IsConstant() && !isTail(own) && d.Lo == lasts.Lo && d.Hi == lasts.Hi {
			return lasting{own, lasts.Lo - own.Lo, lasts.Hi - own.Hi}
		}
	}
	return lasting{low: d.Lo, high: d.Hi}
}

// accuracy bounds the absolute error of the distribution functions that
// [model.Delay] is made of, before truncation; they are good to about 1e-12.
const accuracy = 1e-9

// leastMass is the least probability of the support under the distribution
// before truncation for which the truncated one is trusted.
const leastMass = 1e-3

// supportMass bounds from below the probability that the support of a delay has
// before truncation. It asks the delay with its support widened to everything
// from 0 on; of that the distribution gives at least half, as its mean is not
// negative.
func supportMass(d model.Delay) float64 {
	switch d.Kind {
	case model.Normal, model.LogNormal, model.Exponential, model.Gamma:
	default:
		return 1
	}
	wide := d
	wide.Lo, wide.Hi = 0, model.MaxDelay
	return min(wide.CDF(d.Hi)-wide.CDF(d.Lo)-4*accuracy, 1) / 2
}

// isTail says whether the support of a delay lies so far in a tail of its
// distribution that the truncated distribution is known too badly: then all that
// is used is the support.
func isTail(d model.Delay) bool { return supportMass(d) < leastMass }

// delayKey is what tells delays with different laws apart.
type delayKey struct {
	kind         model.DelayKind
	lo, hi, a, b time.Duration
	sample       *time.Duration
	n            int
}

// ofDelay is the law of a delay on the grid: every value rounded to the grid
// that begins at the delay's least value, up or down by the side, and every
// value of the distribution function the other way by what it may be wrong.
func (e *evaluator) ofDelay(d model.Delay) law {
	key := delayKey{kind: d.Kind, lo: d.Lo, hi: d.Hi, a: d.A, b: d.B, n: len(d.Sample)}
	if len(d.Sample) > 0 {
		key.sample = &d.Sample[0]
	}
	c := e.delays[key]
	if c == nil {
		c = e.discretise(d)
		e.delays[key] = c
	}
	return law{c, 0}
}

func (e *evaluator) discretise(d model.Delay) *shape {
	last := (d.Hi - d.Lo) / e.step
	if e.side == dominating && d.Lo+last*e.step < d.Hi {
		last++
	}
	if !e.spend(int(last) + 1) {
		return e.zero
	}
	slack := accuracy / supportMass(d)
	if d.Kind == model.Empirical {
		slack = 2 * unit
	}
	c := &shape{lo: d.Lo, hi: d.Hi, start: d.Lo, cells: make([]float64, last+1), rounds: 1}
	cdf := cdfOf(d)
	for k := range c.cells {
		t := d.Lo + duration(k)*e.step
		if e.side == dominating {
			c.cells[k] = max(cdf(t)-slack, 0)
			continue
		}
		// All that lies before the next cell is rounded down to this one. A
		// sample is known exactly: what is at the next cell stays there.
		t += e.step
		if d.Kind == model.Empirical {
			t--
		}
		c.cells[k] = min(cdf(t)+slack, 1)
	}
	e.keep(c, slack)
	return c
}

// cdfOf is d.CDF for growing arguments, which a sample answers by one sweep.
func cdfOf(d model.Delay) func(time.Duration) float64 {
	if d.Kind != model.Empirical {
		return d.CDF
	}
	n := 0
	return func(t time.Duration) float64 {
		for n < len(d.Sample) && d.Sample[n] <= t {
			n++
		}
		return float64(n) / float64(len(d.Sample))
	}
}
