package simulate

import (
	"slices"
	"time"

	"adagio/analysis/montecarlo"
	"adagio/analysis/report"
	"adagio/dsl/model"
)

// Document is what "adagio simulate --format json" writes. What depends
// on completed replications is null where there are none.
type Document struct {
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
	Deadlock *Waits `json:"deadlock"`
	// Failure describes the first replication that fails, Open the first that ends with
	// a process that hangs in its closing wait all; null if none does.
	Failures   int       `json:"failures"`
	Failure    *Failure  `json:"failure"`
	Unclosed   int       `json:"open"`
	Open       *Waits    `json:"first_open"`
	Confidence float64   `json:"confidence"` // of all intervals
	Precise    bool      `json:"precise"`    // the half width that was asked for was reached
	EvenDelays int       `json:"even_delays"`
	Makespan   *Makespan `json:"makespan"`
	// Quiescence is left out unless behaviours were still running when the programs ended.
	Quiescence *Quiescence `json:"quiescence,omitempty"`
	// Bounds is null if none can be proved; Refusal then says why.
	Bounds      *Bounds      `json:"bounds"`
	Refusal     string       `json:"refusal,omitempty"`
	Criticality *Criticality `json:"criticality"`
	// Usage and EnergyJ are left out where no node sleeps and no power is known.
	Usage   []Usage `json:"usage,omitempty"`
	EnergyJ *Energy `json:"energy_j,omitempty"`
}

// Usage is what the plan asks of a node, in the mean.
type Usage struct {
	Node      string  `json:"node"`
	Wakeups   float64 `json:"wakeups"`
	Awake     Time    `json:"awake"`
	Computing Time    `json:"computing"`
	Waiting   Time    `json:"waiting"`
	EnergyJ   float64 `json:"energy_j"`
}

// Energy is the energy of all nodes.
type Energy struct {
	Mean      float64          `json:"mean"`
	SD        float64          `json:"sd"`
	Min       float64          `json:"min"`
	Max       float64          `json:"max"`
	Quantiles []EnergyQuantile `json:"quantiles"`
}

type EnergyQuantile struct {
	P     float64 `json:"p"`
	Value float64 `json:"value"`
}

// Waits is who waits for what in a replication.
type Waits struct {
	Replication int      `json:"replication"`
	Waits       []string `json:"waits"`
}

// Failure is what cannot be executed in a replication, and who waits then.
type Failure struct {
	Replication int      `json:"replication"`
	Failures    []string `json:"failures"`
	Waits       []string `json:"waits"`
}

// Time is a duration in nanoseconds and again in seconds.
type Time struct {
	NS int64   `json:"ns"`
	S  float64 `json:"s"`
}

type Makespan struct {
	Mean      Time       `json:"mean"`
	HalfWidth *Time      `json:"half_width"` // of the confidence interval of the mean
	SD        Time       `json:"sd"`
	Min       Time       `json:"min"`
	Max       Time       `json:"max"`
	Quantiles []Quantile `json:"quantiles"`
	Histogram Histogram  `json:"histogram"`
}

// Quiescence tells of the date at which all programs have ended and every
// component is idle with an empty queue. Mean, Min and Max are of the replications that
// came to it, and null if none did.
type Quiescence struct {
	Replications int                  `json:"replications"` // with behaviours running at the end
	Endless      int                  `json:"endless"`      // in which some component never became idle
	Mean         *Time                `json:"mean"`
	Min          *Time                `json:"min"`
	Max          *Time                `json:"max"`
	Bounds       *report.OpenInterval `json:"bounds"`
	Running      []Outlasting         `json:"running"`
}

// Outlasting is a behaviour that was still running; null stands for the
// addition of the component.
type Outlasting struct {
	Component string  `json:"component"`
	Behaviour *string `json:"behaviour"`
	Count     int     `json:"count"`
}

// Quantile is a quantile with its interval, whose ends are null where
// there are too few replications for them.
type Quantile struct {
	P         float64 `json:"p"`
	Value     Time    `json:"value"`
	Lower     *Time   `json:"lower"`
	Upper     *Time   `json:"upper"`
	RankError float64 `json:"rank_error"` // 0 if exact, otherwise of the sketch
}

type Histogram struct {
	From   Time  `json:"from"`
	Width  Time  `json:"width"`
	Counts []int `json:"counts"`
	Under  int   `json:"under"`
	Above  int   `json:"above"`
}

type Bounds struct {
	Makespan *report.Interval `json:"makespan"` // null if the plan never ends
	Outside  int              `json:"outside"`  // replications that contradict the bounds
	First    *Stray           `json:"first_outside"`
}

type Stray struct {
	Seed        uint64 `json:"seed"`
	Replication int    `json:"replication"`
	Makespan    *Time  `json:"makespan"` // null if it deadlocks
	Quiescence  *Time  `json:"quiescence"`
}

type Criticality struct {
	Explained   int          `json:"explained"` // replications that the shares are of
	Transitions []Transition `json:"transitions"`
}

type Transition struct {
	Component  string  `json:"component"`
	Transition string  `json:"transition"`
	Count      int     `json:"count"`
	Share      float64 `json:"share"`
	report.Position
}

// New makes the document of an answer.
func New(a *Answer) *Document {
	r, s := a.Result, a.Result.Scenario
	doc := &Document{
		Schema: "adagio/simulate/1", Plan: report.NewPlan(s),
		Engine: r.Engine.String(), Why: r.Why, Seed: r.Seed, Replications: r.Replications, Completed: r.Completed, Deadlocks: r.Deadlocks, Failures: r.Failures, Unclosed: r.Open,
		Confidence: r.Confidence, Precise: r.Precise, EvenDelays: r.Even, Quiescence: newQuiescence(a),
	}
	if r.Deadlocks > 0 {
		_, waits := a.waits(r.FirstDeadlock)
		doc.Deadlock = &Waits{r.FirstDeadlock, waits}
	}
	if r.Failures > 0 {
		failures, waits := a.waits(r.FirstFailure)
		doc.Failure = &Failure{r.FirstFailure, failures, waits}
	}
	if r.Open > 0 {
		_, waits := a.waits(r.FirstOpen)
		doc.Open = &Waits{r.FirstOpen, waits}
	}
	if r.Completed > 0 {
		doc.Makespan = newMakespan(r)
	}
	for _, u := range r.Usage {
		doc.Usage = append(doc.Usage, Usage{s.Nodes[u.Node].Name, u.Wakeups, newTime(u.Awake), newTime(u.Computing), newTime(u.Waiting), u.Energy})
	}
	if e := r.Energy; e != nil {
		doc.EnergyJ = &Energy{Mean: e.Mean, SD: e.SD, Min: e.Min, Max: e.Max}
		for _, q := range e.Quantiles {
			doc.EnergyJ.Quantiles = append(doc.EnergyJ.Quantiles, EnergyQuantile(q))
		}
	}
	if a.Refusal != nil {
		doc.Refusal = a.Refusal.Error()
		return doc
	}
	doc.Bounds = &Bounds{Makespan: report.Summarise(a.Bounds).Makespan, Outside: r.Comparison.Outside}
	if f := r.Comparison.First; f != nil {
		doc.Bounds.First = &Stray{f.Seed, f.Index, optionalTime(f.Makespan), optionalTime(f.Quiescence)}
	}
	doc.Criticality = newCriticality(r)
	return doc
}

func newCriticality(r *montecarlo.Result) *Criticality {
	if r.Criticality == nil {
		return nil
	}
	s, out := r.Scenario, &Criticality{Explained: r.Criticality.Explained, Transitions: []Transition{}}
	for _, k := range r.Criticality.Transitions {
		out.Transitions = append(out.Transitions, Transition{
			s.Components[k.Component].Name, s.TypeOf(k.Component).Transitions[k.Transition].Name, k.Count, k.Share, report.NewPosition(k.Pos),
		})
	}
	return out
}

func newQuiescence(a *Answer) *Quiescence {
	r := a.Result
	q, s := r.Quiescence, r.Scenario
	if q == nil {
		return nil
	}
	out := &Quiescence{Replications: q.Replications, Endless: q.Endless, Running: []Outlasting{}}
	if q.Endless < r.Completed {
		out.Mean, out.Min, out.Max = optionalTime(q.Mean), optionalTime(q.Min), optionalTime(q.Max)
	}
	if a.Bounds != nil {
		if b := report.QuiescenceOf(a.Bounds); b != nil {
			out.Bounds = &b.OpenInterval
		}
	}
	for _, b := range q.Behaviours {
		k := Outlasting{Component: s.Components[b.Component].Name, Count: b.Count}
		if b.Behaviour.Behaviour >= 0 {
			k.Behaviour = &s.TypeOf(b.Component).Behaviours[b.Behaviour.Behaviour].Name
		}
		out.Running = append(out.Running, k)
	}
	return out
}

func newMakespan(r *montecarlo.Result) *Makespan {
	h := r.Histogram
	m := &Makespan{
		Mean: newTime(r.Mean), HalfWidth: optionalTime(r.HalfWidth), SD: newTime(r.SD), Min: newTime(r.Min), Max: newTime(r.Max),
		Histogram: Histogram{newTime(h.From), newTime(h.Width), h.Counts, h.Under, h.Above},
	}
	for _, q := range r.Quantiles {
		m.Quantiles = append(m.Quantiles, Quantile{q.P, newTime(q.Value), optionalTime(q.Lower), optionalTime(q.Upper), q.RankError})
	}
	return m
}

func newTime(d time.Duration) Time { return Time{int64(d), d.Seconds()} }

func optionalTime(d time.Duration) *Time {
	if d == model.Never {
		return nil
	}
	t := newTime(d)
	return &t
}

// Columns are what a table of a sweep has of a point, in seconds, and Cells the values.
var Columns = []string{"mean_s", "half_width_s", "sd_s", "min_s", "p5_s", "p50_s", "p95_s", "max_s", "engine"}

// Cells are the values of [Columns] in a document; "" is what it does not have.
func (doc *Document) Cells() []string {
	cells := make([]string, 8, 9)
	if m := doc.Makespan; m != nil {
		times := []*Time{&m.Mean, m.HalfWidth, &m.SD, &m.Min, nil, nil, nil, &m.Max}
		for _, q := range m.Quantiles {
			if i := slices.Index([]float64{0.05, 0.5, 0.95}, q.P); i >= 0 {
				times[4+i] = &q.Value
			}
		}
		for i, t := range times {
			if t != nil {
				cells[i] = report.Seconds(t.NS)
			}
		}
	}
	return append(cells, doc.Engine)
}
