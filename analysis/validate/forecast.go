package validate

import (
	"math"
	"slices"
	"time"
)

// Forecast is what the simulated executions say of the makespan of one run that was
// not looked at.
type Forecast struct {
	// Lower and Upper are the ends of the 90 % interval: what a further execution of the
	// simulation would be below with 5 %, and with 95 %.
	Lower, Upper time.Duration
	// CRPS is the continuous ranked probability score of the simulation, and Baseline that
	// of the empirical distribution of the makespans measured in the other runs of the plan;
	// the less the better. For a single value it is the absolute error. Baseline is negative where there
	// are not two other runs.
	CRPS, Baseline time.Duration
}

// Holds says whether a makespan is inside the interval.
func (f *Forecast) Holds(makespan time.Duration) bool {
	return f.Lower <= makespan && makespan <= f.Upper
}

// quantile is the value that a further draw is below with probability p, estimated from
// a sorted sample: between the order statistics around p·(n + 1) (Weibull). Beyond the
// sample it is the end of it.
func quantile(sorted []time.Duration, p float64) time.Duration {
	at := p*float64(len(sorted)+1) - 1
	i := int(math.Floor(at))
	switch {
	case i < 0:
		return sorted[0]
	case i+1 >= len(sorted):
		return sorted[len(sorted)-1]
	}
	return sorted[i] + time.Duration((at-float64(i))*float64(sorted[i+1]-sorted[i]))
}

// crps is the continuous ranked probability score of a forecast for what was observed:
// E|X - y| - E|X - X'|/2. The forecast is the sorted sample itself, each value equally
// likely, or what the sample was drawn from: then the second mean is over all pairs of
// different draws, which does not depend on the size of the sample (Ferro, Quarterly
// Journal of the Royal Meteorological Society 140, 2014).
func crps(sorted []time.Duration, observed time.Duration, drawn bool) time.Duration {
	n := float64(len(sorted))
	var error, spread float64
	for i, x := range sorted {
		error += math.Abs(float64(x - observed))
		spread += (2*float64(i) - n + 1) * float64(x) // the sum of all differences
	}
	pairs := n * n
	if drawn {
		pairs = max(1, n*(n-1))
	}
	return time.Duration(error/n - spread/pairs)
}

// forecast is that of a run, from simulated makespans and those of the other runs.
func (m *member) forecast(j *judged) *Forecast {
	simulated := j.sample(m.sleeps)
	f := &Forecast{quantile(simulated, 0.05), quantile(simulated, 0.95), crps(simulated, m.headline(), true), -1}
	var others []time.Duration
	for _, o := range m.others() {
		if o.complete() {
			others = append(others, o.headline())
		}
	}
	if slices.Sort(others); len(others) > 1 {
		f.Baseline = crps(others, m.headline(), false)
	}
	return f
}

// complete says whether the logs of all nodes are there.
func (o *observed) complete() bool {
	return o.span > 0 || !slices.ContainsFunc(o.nodes, func(s span) bool { return s.end == absent })
}

// headline is the makespan of a run: the longest program of a node. Where nodes sleep it
// is the span, from the common origin to the last end, as boots before a program count, too.
func (o *observed) headline() time.Duration {
	longest := o.span
	for _, at := range o.nodes {
		if o.sleeps {
			at.start = 0
		}
		longest = max(longest, at.length())
	}
	return longest
}

// ForecastStatistics sums up forecasts.
type ForecastStatistics struct {
	Count, Inside int
	Width         time.Duration // mean
	// CRPS and Baseline are means over the runs that have both, or of CRPS over all where
	// none has a baseline.
	CRPS, Baseline time.Duration
	Compared       int // have a baseline
}

func forecasts(runs []*Run) (s ForecastStatistics) {
	var all, with time.Duration
	for _, r := range runs {
		f := r.Forecast
		if f == nil {
			continue
		}
		s.Count++
		s.Width += f.Upper - f.Lower
		all += f.CRPS
		if f.Holds(r.Makespan.Measured) {
			s.Inside++
		}
		if f.Baseline >= 0 {
			s.Compared++
			with += f.CRPS
			s.Baseline += f.Baseline
		}
	}
	if s.Count == 0 {
		return s
	}
	s.Width /= time.Duration(s.Count)
	if s.CRPS = all / time.Duration(s.Count); s.Compared > 0 {
		s.CRPS, s.Baseline = with/time.Duration(s.Compared), s.Baseline/time.Duration(s.Compared)
	}
	return s
}
