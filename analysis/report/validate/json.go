// Package validate renders a validation: the answer of "adagio validate", as a document, as a
// table of every date, and for people.
//
//	validate.Text(os.Stdout, report, validate.Options{})
package validate

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"time"

	"adagio/analysis"
	"adagio/analysis/measure"
	"adagio/analysis/report"
	"adagio/analysis/validate"
)

// Document is what "adagio validate --format json" writes.
type Document struct {
	Schema    string           `json:"schema"`    // "adagio/validate/1"
	Durations string           `json:"durations"` // "own", "others" or "nominal"
	Inside    bool             `json:"inside"`    // everything measured is inside of its bounds, nothing was skipped, and of each plan a makespan was measured
	Total     summary          `json:"total"`
	Plans     []summary        `json:"plans"`
	Delays    []delay          `json:"delays"`
	Runs      []run            `json:"runs"`
	Problems  []report.Problem `json:"problems"`
}

// key names a plan: of the total it is empty.
type key struct {
	Case      string `json:"case"`              // the case study
	Sites     int    `json:"sites"`             // how many it has
	Operation string `json:"operation"`         // as the logs name the plan
	Variant   string `json:"variant,omitempty"` // what the tables tell beside
}

type summary struct {
	key
	Runs      int        `json:"runs"`
	Refused   int        `json:"refused"`
	Deadlocks int        `json:"deadlocks"`
	Makespans statistics `json:"makespans"`
	Forecasts forecasts  `json:"forecasts"`
	NodeEnds  statistics `json:"node_ends"`
	Dates     statistics `json:"dates"`
	Singles   []single   `json:"singles"` // of all else that tables of nodes that sleep tell
	Width     []width    `json:"width"`
	Hazards   hazards    `json:"hazards"`
}

// single is the statistics of the dates of rows of one kind.
type single struct {
	Kind string `json:"kind"`
	Rows int    `json:"rows"`
	statistics
}

// hazards are what waits might see though it lasts no time in the model.
type hazards struct {
	Count  int            `json:"count"`
	Chance *report.Chance `json:"chance"` // that at least one strikes in an execution; null where nothing is known of it
	Runs   int            `json:"runs"`   // with an early return
	Strict int            `json:"inside_strict"`
}

// forecasts are the statistics of the forecasts of makespans.
type forecasts struct {
	Count      int    `json:"count"`
	Inside     int    `json:"inside"` // in the interval from 5 % to 95 %
	WidthNS    int64  `json:"mean_width_ns"`
	CRPSNS     int64  `json:"crps_ns"`
	BaselineNS *int64 `json:"other_runs_crps_ns"` // null without other runs
}

// forecast is what the simulation says of a run.
type forecast struct {
	LowerNS    int64  `json:"lower_ns"`
	UpperNS    int64  `json:"upper_ns"`
	Inside     bool   `json:"inside"`
	CRPSNS     int64  `json:"crps_ns"`
	BaselineNS *int64 `json:"other_runs_crps_ns"`
}

type width struct {
	What    string `json:"what"`
	WidthNS int64  `json:"width_ns"`
}

// statistics are those of a kind of dates. The relative ones are those
// of makespans, null otherwise.
type statistics struct {
	Count         int      `json:"count"`
	Inside        int      `json:"inside"`
	MeanErrorNS   int64    `json:"mean_error_ns"`
	MedianErrorNS int64    `json:"median_error_ns"`
	MaxErrorNS    int64    `json:"max_error_ns"`
	BiasNS        int64    `json:"bias_ns"`
	MeanWidthNS   int64    `json:"mean_width_ns"`
	MeanError     *float64 `json:"mean_error"`
	MeanWidth     *float64 `json:"mean_width"`
}

type delay struct {
	What         string `json:"what"`
	Count        int    `json:"count"`
	TooEarly     int    `json:"too_early"`
	TooLate      int    `json:"too_late"`
	MeanNS       int64  `json:"mean_ns"`
	SDNS         int64  `json:"sd_ns"`
	LeastNS      int64  `json:"least_ns"`
	P95NS        int64  `json:"p95_ns"`
	GreatestNS   int64  `json:"greatest_ns"`
	ModelLowerNS int64  `json:"model_lower_ns"`
	ModelUpperNS int64  `json:"model_upper_ns"`
}

type run struct {
	key
	Run      string    `json:"run"`
	Path     string    `json:"path"`
	Deadlock bool      `json:"deadlock"` // the model says that the plan cannot end
	Refused  bool      `json:"refused"`  // there are no bounds
	Lacking  []string  `json:"lacking"`
	Makespan *date     `json:"makespan"` // null if a node's log is missing
	Forecast *forecast `json:"forecast"` // null likewise
	NodeEnds []date    `json:"node_ends"`
	Dates    []date    `json:"dates"` // those outside only, unless --all is given
	Parting  *parting  `json:"parting"`
	Early    []early   `json:"early_returns"`
	Strict   *strict   `json:"strict"` // null without early returns
}

type early struct {
	Wait    string `json:"wait"`
	Node    string `json:"node"`
	AtNS    int64  `json:"at_ns"`
	EarlyNS int64  `json:"early_ns"`
	Hazard  bool   `json:"hazard"` // of the plan
}

// strict are the bounds that cover hazards.
type strict struct {
	Makespan report.Interval `json:"makespan"`
	Inside   bool            `json:"inside"`  // the makespan and all ends of nodes
	Refused  string          `json:"refused"` // why there are none, or ""
}

type date struct {
	What        string          `json:"what"` // "makespan", "node end", "start" or "end"
	Node        string          `json:"node,omitempty"`
	Component   string          `json:"component,omitempty"`
	Transition  string          `json:"transition,omitempty"`
	Item        string          `json:"item,omitempty"` // of what else a table tells: its kind and name
	MeasuredNS  int64           `json:"measured_ns"`
	PredictedNS int64           `json:"predicted_ns"`
	ErrorNS     int64           `json:"error_ns"`
	Bounds      report.Interval `json:"bounds"`
	Inside      bool            `json:"inside"`
}

type parting struct {
	AtNS     int64  `json:"at_ns"`
	Node     string `json:"node"`
	BeyondNS int64  `json:"beyond_ns"`
	Reason   string `json:"reason"`
}

// New makes the document of a validation; unread is what could not be read, all has every date
// in it and not those outside only.
func New(r *validate.Report, unread []measure.Problem, all bool) Document {
	d := Document{Schema: "adagio/validate/1", Durations: r.Durations.String(), Inside: !r.Outside() && len(r.Unmeasured())+len(r.Problems) == 0, Total: newSummary(&r.Total),
		Plans: []summary{}, Delays: []delay{}, Runs: []run{}, Problems: []report.Problem{}}
	for i := range r.Groups {
		d.Plans = append(d.Plans, newSummary(&r.Groups[i]))
	}
	for _, x := range r.Delays {
		d.Delays = append(d.Delays, delay{x.What, x.Count, x.Early, x.Late, int64(x.Mean), int64(x.SD), int64(x.Least), int64(x.P95), int64(x.Most), int64(x.ModelLower), int64(x.ModelUpper)})
	}
	for i := range r.Runs {
		d.Runs = append(d.Runs, newRun(&r.Runs[i], all))
	}
	for _, p := range unread {
		d.Problems = append(d.Problems, report.Problem{Path: p.Path, Line: p.Line, Reason: p.Reason})
	}
	for _, p := range r.Problems {
		d.Problems = append(d.Problems, report.Problem{Path: p.Path, Reason: p.Run + ": " + p.Reason})
	}
	return d
}

func newSummary(s *validate.Summary) summary {
	out := summary{key: key{s.Case, s.Sites, s.Operation, s.Variant}, Runs: s.Runs, Refused: s.Refused, Deadlocks: s.Deadlocks, Makespans: newStatistics(&s.Makespan),
		Forecasts: forecasts{s.Forecasts.Count, s.Forecasts.Inside, int64(s.Forecasts.Width), int64(s.Forecasts.CRPS), nil},
		NodeEnds:  newStatistics(&s.Ends), Dates: newStatistics(&s.Dates), Singles: []single{}, Width: []width{}}
	for i := range s.Singles {
		out.Singles = append(out.Singles, single{s.Singles[i].Kind, s.Singles[i].Rows, newStatistics(&s.Singles[i].Statistics)})
	}
	out.Makespans.MeanError, out.Makespans.MeanWidth = &s.Makespan.MeanRelative, &s.Makespan.Width
	if s.Forecasts.Compared > 0 {
		baseline := int64(s.Forecasts.Baseline)
		out.Forecasts.BaselineNS = &baseline
	}
	h := &s.Hazards
	if out.Hazards = (hazards{h.Count, nil, h.Struck, h.HeldByStrict}); h.Known && h.Count > 0 {
		out.Hazards.Chance = &report.Chance{Least: h.LeastChance, Greatest: h.GreatestChance}
	}
	for _, w := range s.Width {
		out.Width = append(out.Width, width{w.What, int64(w.Width)})
	}
	return out
}

func newStatistics(s *validate.Statistics) statistics {
	return statistics{Count: s.Count, Inside: s.Inside, MeanErrorNS: int64(s.MeanError), MedianErrorNS: int64(s.MedianError),
		MaxErrorNS: int64(s.MaxError), BiasNS: int64(s.Bias), MeanWidthNS: int64(s.MeanWidth)}
}

func newRun(r *validate.Run, all bool) run {
	out := run{key: key{r.Case, r.Sites, r.Operation, r.Variant}, Run: r.ID, Path: r.Path, Deadlock: r.Deadlock, Refused: r.Refused,
		Lacking: append([]string{}, r.Lacking...), NodeEnds: []date{}, Dates: []date{}, Early: []early{}}
	if r.Makespan != nil {
		m := newDate(r.Makespan)
		out.Makespan = &m
	}
	if f := r.Forecast; f != nil {
		out.Forecast = &forecast{int64(f.Lower), int64(f.Upper), f.Holds(r.Makespan.Measured), int64(f.CRPS), nil}
		if baseline := int64(f.Baseline); baseline >= 0 {
			out.Forecast.BaselineNS = &baseline
		}
	}
	for i := range r.Ends {
		out.NodeEnds = append(out.NodeEnds, newDate(&r.Ends[i]))
	}
	for _, d := range r.Single() {
		if all || !d.Inside() {
			out.Dates = append(out.Dates, newDate(d))
		}
	}
	if p := r.Parting; p != nil {
		out.Parting = &parting{int64(p.At), p.Node, int64(p.Beyond), p.Reason}
	}
	for _, e := range r.Early {
		out.Early = append(out.Early, early{e.Wait, e.Node, int64(e.At), int64(e.By), e.Hazard})
	}
	if s := r.Strict; s != nil {
		out.Strict = &strict{Makespan: interval(s.Makespan), Inside: s.Holds}
		if s.Refused != nil {
			out.Strict.Refused = s.Refused.Error()
		}
	}
	return out
}

func interval(b analysis.Bound) report.Interval {
	return report.Interval{LowerNS: int64(b.Lower), UpperNS: int64(b.Upper), LowerS: b.Lower.Seconds(), UpperS: b.Upper.Seconds()}
}

func newDate(d *validate.Date) date {
	return date{d.What, d.Node, d.Component, d.Transition, d.Item, int64(d.Measured), int64(d.Predicted), int64(d.Error()), interval(d.Bound), d.Inside()}
}

// CSV writes a row for everything that was compared.
func CSV(w io.Writer, r *validate.Report) error {
	out := csv.NewWriter(w)
	out.Write([]string{"case", "sites", "run", "operation", "what", "node", "component", "transition", "measured_s", "lower_s", "upper_s", "predicted_s", "error_s", "inside"})
	for i := range r.Runs {
		x := &r.Runs[i]
		row := func(d *validate.Date) {
			what := d.What
			if d.Item != "" {
				what += " of " + d.Item
			}
			out.Write([]string{x.Case, strconv.Itoa(x.Sites), x.ID, x.Operation, what, d.Node, d.Component, d.Transition,
				decimal(d.Measured), decimal(d.Bound.Lower), decimal(d.Bound.Upper), decimal(d.Predicted), decimal(d.Error()), strconv.FormatBool(d.Inside())})
		}
		if x.Makespan != nil {
			row(x.Makespan)
		}
		for i := range x.Ends {
			row(&x.Ends[i])
		}
		for _, d := range x.Single() {
			row(d)
		}
	}
	out.Flush()
	return out.Error()
}

// decimal is a duration in seconds with all its digits.
func decimal(d time.Duration) string {
	sign := ""
	if d < 0 {
		sign, d = "-", -d
	}
	return fmt.Sprintf("%s%d.%09d", sign, d/time.Second, d%time.Second)
}
