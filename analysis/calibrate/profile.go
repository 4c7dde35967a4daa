package calibrate

import (
	"math"
	"slices"
	"time"

	"gonum.org/v1/gonum/stat"

	"adagio/dsl/model"
)

// Estimate is what the logs tell of one setting of the executor profile.
type Estimate struct {
	// Setting is the word of the language: "poll", "request", "busy", "step", "pass",
	// "overhead", "drift" or "start".
	Setting string
	// N is the number of observations; 0 if the logs do not determine the setting.
	N int
	// Lo and Hi hold all that was observed; for "poll" and "drift", of which only
	// one value is assumed, they are the confidence interval of it.
	Lo, Hi time.Duration
	// Mean and HalfWidth are the mean and half of its confidence interval.
	Mean, HalfWidth time.Duration
	// Deviation is what single values differ by from the mean, as a standard
	// deviation, or if that is more, how uncertain the mean is, as a standard error;
	// 0 if it is not known. For "poll", of which only one value is assumed, it is the
	// uncertainty alone.
	Deviation time.Duration
	// Coverage is the share of what is to come that lies between Lo and Hi, with
	// the confidence of the options and without any assumption on the
	// distribution; 0 where that makes no sense.
	Coverage float64
	// Method says how it was estimated, or why it could not be.
	Method string
}

// Determined says whether the logs tell anything.
func (e *Estimate) Determined() bool { return e.N > 0 }

// ranged is the estimate of a setting that was observed itself.
func ranged(setting string, ms []moment, confidence float64, method string) Estimate {
	e := Estimate{Setting: setting, N: len(ms), Method: method}
	if e.N == 0 {
		e.Method = "not determined: no log shows " + method
		return e
	}
	xs := make([]float64, len(ms))
	e.Lo, e.Hi = model.Never, 0
	for i, m := range ms {
		xs[i] = m.delay.Seconds()
		e.Lo, e.Hi = min(e.Lo, m.delay), max(e.Hi, m.delay)
	}
	e.mean(xs, confidence)
	e.Coverage = coverage(e.N, confidence)
	if e.N > 1 {
		e.Deviation = durationOf(stat.StdDev(xs, nil))
	}
	return e
}

func (e *Estimate) mean(xs []float64, confidence float64) {
	e.Mean, e.HalfWidth = durationOf(stat.Mean(xs, nil)), model.Never
	if half := halfWidth(xs, confidence); !math.IsInf(half, 1) {
		e.HalfWidth = durationOf(half)
	}
}

// widen adds the uncertainty of the mean step, of which there is so much in the
// sum of the observations.
func (e *Estimate) widen(step *Estimate, part float64) {
	if part > 0 && e.HalfWidth != model.Never {
		e.HalfWidth = durationOf(math.Hypot(e.HalfWidth.Seconds(), step.HalfWidth.Seconds()*part/float64(e.N)))
	}
}

// even says whether values drawn evenly from what was observed have the mean that
// was observed, as far as that is certain. Otherwise the range alone misleads.
func (e *Estimate) even() bool {
	return (e.Lo + (e.Hi-e.Lo)/2 - e.Mean).Abs() <= e.HalfWidth
}

// step is observed directly.
func (x *samples) step(confidence float64) Estimate {
	return ranged("step", x.steps, confidence, "from the end of a transition to the next start, or to the end of the behavior, where no other node is asked")
}

// pass is observed directly.
func (x *samples) pass(confidence float64) Estimate {
	return ranged("pass", x.begins, confidence, "from the begin of a behavior to its first start, where no other node is asked")
}

// looks are observations of one kind of look.
type looks struct {
	n      int
	lo, hi time.Duration
	means  []float64
	parts  float64 // how much of the mean step is in the means, summed
	noise  float64 // how much of the variance of the step is in them, summed
}

// deviation is what looks differ by, beyond what the steps in the observations
// do; or how uncertain their mean is, if that is more.
func (l *looks) deviation(step, halfWidth time.Duration, confidence float64) time.Duration {
	if l.n < 2 {
		return 0
	}
	n := float64(l.n)
	variance := stat.Variance(l.means, nil) - step.Seconds()*step.Seconds()*l.noise/n
	return durationOf(max(math.Sqrt(max(0, variance)), halfWidth.Seconds()/halfWidthOf(1, l.n-1, confidence)))
}

func (l *looks) add(lo, hi time.Duration, mean, part float64) {
	if l.n == 0 {
		l.lo = model.Never
	}
	l.n++
	l.lo, l.hi = min(l.lo, max(0, lo)), max(l.hi, hi)
	l.means, l.parts, l.noise = append(l.means, mean), l.parts+part, l.noise+part*part
}

// look is the time of one look at peers that do one thing.
//
// A wait for a component that has long been idle takes one look. A step with k
// questions to other nodes, all of which have long been answered, takes one step
// and k looks: the k-th part of what is left lies between (delay - greatest step)/k
// and (delay - least step)/k.
//
// Where no such look shows, there may be steps with no question, made while the
// program looks at another node again and again: see beside.
func (x *samples) look(setting string, peers doing, step *Estimate, confidence float64) Estimate {
	e := Estimate{Setting: setting, Method: "waits for what has long been idle, and steps with questions that have long been answered"}
	var l looks
	for _, m := range x.answers {
		if m.peers == peers {
			l.add(m.delay, m.delay, m.delay.Seconds(), 0)
		}
	}
	for _, m := range x.entries {
		if k := time.Duration(m.looks); m.peers == peers && step.Determined() {
			l.add((m.delay-step.Hi)/k, max(0, m.delay-step.Lo)/k, (m.delay-step.Mean).Seconds()/float64(m.looks), 1/float64(m.looks))
		}
	}
	switch {
	case l.n > 0:
		e.N, e.Lo, e.Hi = l.n, l.lo, l.hi
		e.mean(l.means, confidence)
		e.widen(step, l.parts)
		e.Deviation = l.deviation(step.Deviation, e.HalfWidth, confidence)
	case !x.beside(&e, peers, step, confidence):
		e.Method = "not determined: no log shows " + e.Method + " at nodes that certainly " + map[doing]string{resting: "rest", running: "run a transition"}[peers]
	}
	return e
}

// beside estimates a look from steps that are made while the program looks at a
// peer. The transition ends at any time in one look, its end is seen after it, and
// what follows comes after another look, or after those that are made until the
// step is over. So no whole look lasted longer than the delay, and the mean of the
// two looks is at least (delay - greatest step)/2. The mean look is between the mean
// delay, if the log has the end when it is seen, and (mean delay - mean step)/1.5, if
// it has it when it happens, the first look being half over in the mean.
func (x *samples) beside(e *Estimate, peers doing, step *Estimate, confidence float64) bool {
	var l looks
	certain := time.Duration(0)
	for _, m := range x.watched {
		if m.peers == peers && step.Determined() {
			half := (m.delay - step.Hi) / 2
			certain = max(certain, half)
			l.add(half, m.delay, m.delay.Seconds(), 0)
		}
	}
	if l.n == 0 {
		return false
	}
	e.N, e.Lo, e.Hi = l.n, l.lo, l.hi
	e.mean(l.means, confidence)
	greatest := e.Mean
	least := max(0, greatest-step.Mean-step.HalfWidth) * 2 / 3
	e.Mean = (least + greatest) / 2
	if e.HalfWidth != model.Never {
		e.HalfWidth += (greatest - least) / 2
	}
	e.Method = "steps beside a wait for another node, of one to two looks each: one look lasted " + milliseconds(certain) + " or more"
	return true
}

// start is by how much nodes start later than the first of them.
func (x *samples) start(confidence float64) Estimate {
	e := Estimate{Setting: "start", Method: "the start of each node's program, from the first of its run"}
	var spreads []float64
	for _, nodes := range x.starts {
		if len(nodes) < 2 {
			continue
		}
		spread := slices.Max(nodes)
		e.Hi = max(e.Hi, spread)
		spreads = append(spreads, spread.Seconds())
	}
	e.N = len(spreads)
	if e.N == 0 {
		e.Method = "not determined: no log is of several nodes"
		return e
	}
	e.mean(spreads, confidence)
	// The greatest of n is exceeded by at most this share of what is to come.
	e.Coverage = math.Pow(1-confidence, 1/float64(e.N))
	return e
}
