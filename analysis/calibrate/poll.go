package calibrate

import (
	"fmt"
	"math"
	"time"

	"adagio/dsl/model"

	"gonum.org/v1/gonum/stat"
)

// poll is the sleep between two looks, taken to be the same always.
//
// A wait for a component that becomes idle returns at the first look after: with
// the phases of the looks uniform, the delay is uniform between 0 and poll + look,
// and at most poll + 2 looks. So poll is at least max - 2 looks; with the given
// confidence poll + look is at most max / (1 - confidence)^(1/n).
//
// A departure that one remote user locks happens k sleeps after the begin of the
// behaviour, with k + 1 looks and a pass: each such delay whose k is certain
// bounds the sleep from both sides. The user may run transitions meanwhile.
func (x *samples) poll(request, busy, pass *Estimate, confidence float64) Estimate {
	e := Estimate{Setting: "poll"}
	switch {
	case len(x.idles) == 0:
		e.Method = "not determined: no log shows a wait for a component that becomes idle, nothing else going on at the node"
		return e
	case !request.Determined():
		e.Method = "not determined: only the sum of poll and request shows"
		return e
	}
	longest := time.Duration(0)
	for _, m := range x.idles {
		longest = max(longest, m.delay)
	}
	n := len(x.idles)
	factor := math.Pow(1-confidence, -1/float64(n))
	e.N = n
	e.Lo = max(0, longest-2*request.Hi)
	e.Hi = max(e.Lo, time.Duration(float64(longest)*factor)-request.Lo)
	e.Method = "delays of waits for what becomes idle"
	used, look := 0, model.Interval(request.Lo, request.Hi)
	if busy.Determined() {
		look = model.Interval(min(look.Lo, busy.Lo), max(look.Hi, busy.Hi))
	}
	lo, hi := e.Lo, e.Hi
	var likely []float64
	for _, m := range x.locked {
		k, ok := turns(m.delay, e.Lo+look.Lo, e.Hi+2*look.Hi+pass.Hi)
		if !ok {
			continue
		}
		used++
		likely = append(likely, ((m.delay - (k+1)*request.Mean - pass.Mean) / k).Seconds())
		lo = max(lo, (m.delay-(k+1)*look.Hi-pass.Hi)/k)
		hi = min(hi, (m.delay-(k+1)*look.Lo)/k)
	}
	if used > 0 && lo <= hi {
		e.N, e.Lo, e.Hi = n+used, lo, hi
		e.Method += fmt.Sprintf(" (%d), and of departures that one user locks (%d)", n, used)
	}
	e.within(longest, likely, request, confidence)
	return e
}

// within estimates the sleep with looks of their mean length instead of the least
// and greatest. It is at least the longest delay of an idle component but for two
// looks. Departures that one user locks give a value each, with looks as at nodes
// at rest: the user may compute meanwhile, so that their mean is no less than the
// sleep. Between the two all is alike, and half of it counts as two deviations.
func (e *Estimate) within(longest time.Duration, likely []float64, request *Estimate, confidence float64) {
	lo, hi := e.Lo, e.Hi
	if request.HalfWidth < longest {
		lo = max(lo, longest-2*(request.Mean+request.HalfWidth))
		if half := halfWidth(likely, confidence); !math.IsInf(half, 1) {
			// k + 1 looks are at most two for each sleep.
			hi = min(hi, durationOf(stat.Mean(likely, nil)+half)+2*request.HalfWidth)
		}
	}
	if lo > hi {
		lo, hi = e.Lo, e.Hi
	}
	e.Mean, e.HalfWidth = lo+(hi-lo)/2, (hi-lo)/2
	e.Deviation = e.HalfWidth / 2
}

// turns is the number of turns of a loop in a delay, if only one number is
// possible for turns between lo and hi.
func turns(delay, lo, hi time.Duration) (time.Duration, bool) {
	if lo <= 0 {
		return 0, false
	}
	least, most := (delay+hi-1)/hi, delay/lo
	return most, least == most && most >= 1
}
