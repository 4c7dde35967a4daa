package main

import (
	"encoding/json"
	"slices"
	"time"

	"adagio/analysis"
	"adagio/analysis/montecarlo"
	"adagio/analysis/report"
	"adagio/analysis/simulate"
)

// simulateDocument is what "adagio simulate --format json" writes. What depends
// on completed replications is null where there are none.
type simulateDocument struct {
	Schema string      `json:"schema"` // "adagio/simulate/1"
	Plan   report.Plan `json:"plan"`
	// Engine is what sampled: "graph" or "executor"; Why is the reason for the choice.
	Engine       string `json:"engine"`
	Why          string `json:"engine_reason"`
	Seed         uint64 `json:"seed"`
	Replications int    `json:"replications"`
	Completed    int    `json:"completed"`
	Deadlocks    int    `json:"deadlocks"`
	// Deadlock describes the first replication that deadlocks; null if none does.
	Deadlock *simulatedDeadlock `json:"deadlock"`
	// Failure describes the first replication that fails, Open the first that ends with
	// a process that hangs in its closing wait all; null if none does.
	Failures   int                `json:"failures"`
	Failure    *simulatedFailure  `json:"failure"`
	Unclosed   int                `json:"open"`
	Open       *simulatedDeadlock `json:"first_open"`
	Confidence float64            `json:"confidence"` // of all intervals
	Precise    bool               `json:"precise"`    // the half width that was asked for was reached
	EvenDelays int                `json:"even_delays"`
	Makespan   *simulatedMakespan `json:"makespan"`
	// Quiescence is left out unless behaviours were still running when the programs ended.
	Quiescence *simulatedQuiescence `json:"quiescence,omitempty"`
	// Bounds is null if none can be proved; Refusal then says why.
	Bounds      *simulatedBounds      `json:"bounds"`
	Refusal     string                `json:"refusal,omitempty"`
	Criticality *simulatedCriticality `json:"criticality"`
	// Usage and EnergyJ are left out where no node sleeps and no power is known.
	Usage   []simulatedUsage `json:"usage,omitempty"`
	EnergyJ *simulatedEnergy `json:"energy_j,omitempty"`
}

// simulatedUsage is what the plan asks of a node, in the mean.
type simulatedUsage struct {
	Node      string        `json:"node"`
	Wakeups   float64       `json:"wakeups"`
	Awake     simulatedTime `json:"awake"`
	Computing simulatedTime `json:"computing"`
	Waiting   simulatedTime `json:"waiting"`
	EnergyJ   float64       `json:"energy_j"`
}

// simulatedEnergy is the energy of all nodes.
type simulatedEnergy struct {
	Mean      float64                   `json:"mean"`
	SD        float64                   `json:"sd"`
	Min       float64                   `json:"min"`
	Max       float64                   `json:"max"`
	Quantiles []simulatedEnergyQuantile `json:"quantiles"`
}

type simulatedEnergyQuantile struct {
	P     float64 `json:"p"`
	Value float64 `json:"value"`
}

type simulatedDeadlock struct {
	Replication int      `json:"replication"`
	Waits       []string `json:"waits"`
}

type simulatedFailure struct {
	Replication int      `json:"replication"`
	Failures    []string `json:"failures"`
	Waits       []string `json:"waits"`
}

// span is a duration in nanoseconds and again in seconds.
type simulatedTime struct {
	NS int64   `json:"ns"`
	S  float64 `json:"s"`
}

type simulatedMakespan struct {
	Mean      simulatedTime       `json:"mean"`
	HalfWidth *simulatedTime      `json:"half_width"` // of the confidence interval of the mean
	SD        simulatedTime       `json:"sd"`
	Min       simulatedTime       `json:"min"`
	Max       simulatedTime       `json:"max"`
	Quantiles []simulatedQuantile `json:"quantiles"`
	Histogram simulatedHistogram  `json:"histogram"`
}

// simulatedQuiescence tells of the date at which all programs have ended and every
// component is idle with an empty queue. Mean, Min and Max are of the replications that
// came to it, and null if none did.
type simulatedQuiescence struct {
	Replications int                   `json:"replications"` // with behaviours running at the end
	Endless      int                   `json:"endless"`      // in which some component never became idle
	Mean         *simulatedTime        `json:"mean"`
	Min          *simulatedTime        `json:"min"`
	Max          *simulatedTime        `json:"max"`
	Bounds       *report.OpenInterval  `json:"bounds"`
	Running      []simulatedOutlasting `json:"running"`
}

// simulatedOutlasting is a behaviour that was still running; null stands for the
// addition of the component.
type simulatedOutlasting struct {
	Component string  `json:"component"`
	Behaviour *string `json:"behaviour"`
	Count     int     `json:"count"`
}

// simulatedQuantile is a quantile with its interval, whose ends are null where
// there are too few replications for them.
type simulatedQuantile struct {
	P         float64        `json:"p"`
	Value     simulatedTime  `json:"value"`
	Lower     *simulatedTime `json:"lower"`
	Upper     *simulatedTime `json:"upper"`
	RankError float64        `json:"rank_error"` // 0 if exact, otherwise of the sketch
}

type simulatedHistogram struct {
	From   simulatedTime `json:"from"`
	Width  simulatedTime `json:"width"`
	Counts []int         `json:"counts"`
	Under  int           `json:"under"`
	Above  int           `json:"above"`
}

type simulatedBounds struct {
	Makespan *report.Interval `json:"makespan"` // null if the plan never ends
	Outside  int              `json:"outside"`  // replications that contradict the bounds
	First    *simulatedStray  `json:"first_outside"`
}

type simulatedStray struct {
	Seed        uint64         `json:"seed"`
	Replication int            `json:"replication"`
	Makespan    *simulatedTime `json:"makespan"` // null if it deadlocks
	Quiescence  *simulatedTime `json:"quiescence"`
}

type simulatedCriticality struct {
	Explained   int                   `json:"explained"` // replications that the shares are of
	Transitions []simulatedTransition `json:"transitions"`
}

type simulatedTransition struct {
	Component  string  `json:"component"`
	Transition string  `json:"transition"`
	Count      int     `json:"count"`
	Share      float64 `json:"share"`
	report.Position
}

func newSimulateDocument(r *montecarlo.Result, bounds *analysis.Result, refusal error, uptimes *simulate.RandomUptimes) *simulateDocument {
	s := r.Scenario
	doc := &simulateDocument{
		Schema: "adagio/simulate/1", Plan: report.Summarise(&analysis.Result{Scenario: s}).Plan,
		Engine: r.Engine.String(), Why: r.Why, Seed: r.Seed, Replications: r.Replications, Completed: r.Completed, Deadlocks: r.Deadlocks, Failures: r.Failures, Unclosed: r.Open,
		Confidence: r.Confidence, Precise: r.Precise, EvenDelays: r.Even,
	}
	if r.Deadlocks > 0 {
		_, waits := waitsOf(r, r.FirstDeadlock, uptimes)
		doc.Deadlock = &simulatedDeadlock{r.FirstDeadlock, waits}
	}
	if r.Failures > 0 {
		failures, waits := waitsOf(r, r.FirstFailure, uptimes)
		doc.Failure = &simulatedFailure{r.FirstFailure, failures, waits}
	}
	if r.Open > 0 {
		_, waits := waitsOf(r, r.FirstOpen, uptimes)
		doc.Open = &simulatedDeadlock{r.FirstOpen, waits}
	}
	if r.Completed > 0 {
		doc.Makespan = newSimulatedMakespan(r)
	}
	doc.Quiescence = newSimulatedQuiescence(r, bounds)
	for _, u := range r.Usage {
		doc.Usage = append(doc.Usage, simulatedUsage{s.Nodes[u.Node].Name, u.Wakeups, newTime(u.Awake), newTime(u.Computing), newTime(u.Waiting), u.Energy})
	}
	if e := r.Energy; e != nil {
		doc.EnergyJ = &simulatedEnergy{Mean: e.Mean, SD: e.SD, Min: e.Min, Max: e.Max}
		for _, q := range e.Quantiles {
			doc.EnergyJ.Quantiles = append(doc.EnergyJ.Quantiles, simulatedEnergyQuantile(q))
		}
	}
	if refusal != nil {
		doc.Refusal = refusal.Error()
		return doc
	}
	doc.Bounds = &simulatedBounds{Makespan: report.Summarise(bounds).Makespan, Outside: r.Comparison.Outside}
	if f := r.Comparison.First; f != nil {
		doc.Bounds.First = &simulatedStray{f.Seed, f.Index, optionalTime(f.Makespan), optionalTime(f.Quiescence)}
	}
	if r.Criticality == nil {
		return doc
	}
	doc.Criticality = &simulatedCriticality{Explained: r.Criticality.Explained, Transitions: []simulatedTransition{}}
	for _, k := range r.Criticality.Transitions {
		doc.Criticality.Transitions = append(doc.Criticality.Transitions, simulatedTransition{
			s.Components[k.Component].Name, s.TypeOf(k.Component).Transitions[k.Transition].Name, k.Count, k.Share,
			report.Position{File: k.Pos.File, Line: k.Pos.Line, Column: k.Pos.Column},
		})
	}
	return doc
}

func newSimulatedQuiescence(r *montecarlo.Result, bounds *analysis.Result) *simulatedQuiescence {
	q, s := r.Quiescence, r.Scenario
	if q == nil {
		return nil
	}
	out := &simulatedQuiescence{Replications: q.Replications, Endless: q.Endless, Running: []simulatedOutlasting{}}
	if q.Endless < r.Completed {
		out.Mean, out.Min, out.Max = optionalTime(q.Mean), optionalTime(q.Min), optionalTime(q.Max)
	}
	if bounds != nil {
		if b := report.QuiescenceOf(bounds); b != nil {
			out.Bounds = &b.OpenInterval
		}
	}
	for _, b := range q.Behaviours {
		k := simulatedOutlasting{Component: s.Components[b.Component].Name, Count: b.Count}
		if b.Behaviour.Behaviour >= 0 {
			k.Behaviour = &s.TypeOf(b.Component).Behaviours[b.Behaviour.Behaviour].Name
		}
		out.Running = append(out.Running, k)
	}
	return out
}

func newSimulatedMakespan(r *montecarlo.Result) *simulatedMakespan {
	h := r.Histogram
	m := &simulatedMakespan{
		Mean: newTime(r.Mean), HalfWidth: optionalTime(r.HalfWidth), SD: newTime(r.SD), Min: newTime(r.Min), Max: newTime(r.Max),
		Histogram: simulatedHistogram{newTime(h.From), newTime(h.Width), h.Counts, h.Under, h.Above},
	}
	for _, q := range r.Quantiles {
		m.Quantiles = append(m.Quantiles, simulatedQuantile{q.P, newTime(q.Value), optionalTime(q.Lower), optionalTime(q.Upper), q.RankError})
	}
	return m
}

func newTime(d time.Duration) simulatedTime { return simulatedTime{int64(d), d.Seconds()} }

func optionalTime(d time.Duration) *simulatedTime {
	if d == simulate.Never {
		return nil
	}
	t := newTime(d)
	return &t
}

// simulateCells are those of a point of a sweep, in seconds.
func simulateCells(answer json.RawMessage) ([]string, error) {
	var doc simulateDocument
	if err := json.Unmarshal(answer, &doc); err != nil {
		return nil, err
	}
	cells := make([]string, 8, 9)
	if m := doc.Makespan; m != nil {
		times := []*simulatedTime{&m.Mean, m.HalfWidth, &m.SD, &m.Min, nil, nil, nil, &m.Max}
		for _, q := range m.Quantiles {
			if i := slices.Index([]float64{0.05, 0.5, 0.95}, q.P); i >= 0 {
				times[4+i] = &q.Value
			}
		}
		for i, t := range times {
			if t != nil {
				cells[i] = secondsOf(t.NS)
			}
		}
	}
	return append(cells, doc.Engine), nil
}
