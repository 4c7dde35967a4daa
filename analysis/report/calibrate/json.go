// Package calibrate renders a calibration: the answer of "adagio calibrate", as a document and
// for people.
//
//	calibrate.Text(os.Stdout, result)
package calibrate

import (
	"time"

	"adagio/analysis/calibrate"
	"adagio/analysis/measure"
	"adagio/analysis/report"
)

// Document is what "adagio calibrate --format json" writes.
type Document struct {
	Schema     string           `json:"schema"` // "adagio/calibrate/1"
	Runs       int              `json:"runs"`   // operations of runs that were used
	Durations  string           `json:"durations"`
	Coverage   float64          `json:"coverage"`
	Confidence float64          `json:"confidence"`
	Timings    []timing         `json:"timings"`
	Factor     *factor          `json:"factor"` // null if none was asked for, or is told
	Differ     []string         `json:"differ"`
	Unobserved []string         `json:"unobserved"`
	Executor   []setting        `json:"executor"`
	Trends     []trend          `json:"trends"`
	Notes      []string         `json:"notes"`
	Problems   []report.Problem `json:"problems"`
}

// timing is the duration of a transition of a type or component.
type timing struct {
	Component  string   `json:"component"`
	Instance   bool     `json:"instance"`
	Behavior   string   `json:"behavior"`
	Transition string   `json:"transition"`
	N          int      `json:"n"`
	Runs       int      `json:"runs"`
	MedianNS   int64    `json:"median_ns"`
	LeastNS    int64    `json:"least_ns"`
	GreatestNS int64    `json:"greatest_ns"`
	Delay      string   `json:"delay"` // as the language writes it
	Method     string   `json:"method"`
	Holds      *float64 `json:"holds"` // null if nothing is said of it
	Fit        *fit     `json:"fit"`   // null if none was made
}

type fit struct {
	Family   string   `json:"family"`
	AIC      float64  `json:"aic"`
	Distance float64  `json:"distance"`
	P        float64  `json:"p"`
	Others   []string `json:"others"`
}

// setting is a setting of the executor; the dates are null where the logs
// do not determine it.
type setting struct {
	Setting     string   `json:"setting"`
	N           int      `json:"n"`
	LowerNS     *int64   `json:"lower_ns"`
	UpperNS     *int64   `json:"upper_ns"`
	MeanNS      *int64   `json:"mean_ns"`
	HalfWidthNS *int64   `json:"half_width_ns"`
	DeviationNS *int64   `json:"deviation_ns"`
	Holds       *float64 `json:"holds"`
	Method      string   `json:"method"`
}

// factor is what durations vary by together.
type factor struct {
	Name      string  `json:"name"`
	Share     float64 `json:"share"`
	Durations int     `json:"durations"` // from so many it is estimated
}

type trend struct {
	Of     string  `json:"of"`
	With   string  `json:"with"`
	Rho    float64 `json:"rho"`
	P      float64 `json:"p"`
	FromNS int64   `json:"from_ns"`
	ToNS   int64   `json:"to_ns"`
}

// New makes the document of a calibration; problems is what was left out.
func New(r *calibrate.Result, problems []measure.Problem) Document {
	d := Document{
		Schema: "adagio/calibrate/1", Runs: r.Runs, Durations: r.Options.Durations.String(), Coverage: r.Options.Coverage, Confidence: r.Options.Confidence,
		Timings: []timing{}, Differ: all(r.Differ), Unobserved: all(r.Unobserved), Executor: []setting{}, Trends: []trend{}, Notes: all(r.Notes), Problems: []report.Problem{},
	}
	if f := r.Factor; f != nil {
		d.Factor = &factor{f.Name, f.Share, r.Common}
	}
	for i := range r.Durations {
		d.Timings = append(d.Timings, newTiming(&r.Durations[i]))
	}
	for i := range r.Profile {
		d.Executor = append(d.Executor, newSetting(&r.Profile[i]))
	}
	for _, t := range r.Trends {
		d.Trends = append(d.Trends, trend{t.Of, t.With, t.Rho, t.P, int64(t.From), int64(t.To)})
	}
	for _, p := range problems {
		d.Problems = append(d.Problems, report.Problem{Path: p.Path, Line: p.Line, Reason: p.Reason})
	}
	return d
}

func newTiming(x *calibrate.Duration) timing {
	t := timing{
		Component: x.Component, Instance: x.Instance, Behavior: x.Behaviour, Transition: x.Transition, N: x.N, Runs: x.Runs,
		MedianNS: int64(x.Median), LeastNS: int64(x.Sample[0]), GreatestNS: int64(x.Sample[x.N-1]), Delay: x.Delay.String(), Method: x.Method, Holds: known(x.Holds),
	}
	if f := x.Fit; f != nil {
		t.Fit = &fit{f.Family, f.AIC, f.Distance, f.P, all(f.Others)}
	}
	return t
}

func newSetting(e *calibrate.Estimate) setting {
	s := setting{Setting: e.Setting, N: e.N, Method: e.Method, Holds: known(e.Coverage)}
	if e.Determined() {
		s.LowerNS, s.UpperNS, s.MeanNS = nanoseconds(e.Lo), nanoseconds(e.Hi), nanoseconds(e.Mean)
		if e.N > 1 {
			s.HalfWidthNS = nanoseconds(e.HalfWidth)
		}
		if e.Deviation > 0 {
			s.DeviationNS = nanoseconds(e.Deviation)
		}
	}
	return s
}

func nanoseconds(d time.Duration) *int64 {
	n := int64(d)
	return &n
}

// known is a share, or null for 0.
func known(share float64) *float64 {
	if share == 0 {
		return nil
	}
	return &share
}

// all is a list that is not null.
func all(list []string) []string { return append([]string{}, list...) }
