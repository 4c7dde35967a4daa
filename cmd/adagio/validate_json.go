package main

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

// validateDocument is what "adagio validate --format json" writes.
type validateDocument struct {
	Schema    string            `json:"schema"`    // "adagio/validate/1"
	Durations string            `json:"durations"` // "own", "others" or "nominal"
	Inside    bool              `json:"inside"`    // everything measured is inside of its bounds, nothing was skipped, and of each plan a makespan was measured
	Total     validateSummary   `json:"total"`
	Plans     []validateSummary `json:"plans"`
	Delays    []validateDelay   `json:"delays"`
	Runs      []validateRun     `json:"runs"`
	Problems  []validateProblem `json:"problems"`
}

type validateProblem struct {
	Path   string `json:"path"`
	Line   int    `json:"line"`
	Reason string `json:"reason"`
}

// validateKey names a plan: of the total it is empty.
type validateKey struct {
	Case      string `json:"case"`
	Sites     int    `json:"sites"`
	Operation string `json:"operation"`
	Variant   string `json:"variant,omitempty"` // what the tables tell beside
}

type validateSummary struct {
	validateKey
	Runs      int                `json:"runs"`
	Refused   int                `json:"refused"`
	Deadlocks int                `json:"deadlocks"`
	Makespans validateStatistics `json:"makespans"`
	Forecasts validateForecasts  `json:"forecasts"`
	NodeEnds  validateStatistics `json:"node_ends"`
	Dates     validateStatistics `json:"dates"`
	Width     []validateWidth    `json:"width"`
	Hazards   validateHazards    `json:"hazards"`
}

// validateHazards are what waits might see though it lasts no time in the model.
type validateHazards struct {
	Count  int            `json:"count"`
	Chance *report.Chance `json:"chance"` // that at least one strikes in an execution; null where nothing is known of it
	Runs   int            `json:"runs"`   // with an early return
	Strict int            `json:"inside_strict"`
}

// validateForecasts are the statistics of the forecasts of makespans.
type validateForecasts struct {
	Count      int    `json:"count"`
	Inside     int    `json:"inside"` // in the interval from 5 % to 95 %
	WidthNS    int64  `json:"mean_width_ns"`
	CRPSNS     int64  `json:"crps_ns"`
	BaselineNS *int64 `json:"other_runs_crps_ns"` // null without other runs
}

// validateForecast is what the simulation says of a run.
type validateForecast struct {
	LowerNS    int64  `json:"lower_ns"`
	UpperNS    int64  `json:"upper_ns"`
	Inside     bool   `json:"inside"`
	CRPSNS     int64  `json:"crps_ns"`
	BaselineNS *int64 `json:"other_runs_crps_ns"`
}

type validateWidth struct {
	What    string `json:"what"`
	WidthNS int64  `json:"width_ns"`
}

// validateStatistics are those of a kind of dates. The relative ones are those
// of makespans, null otherwise.
type validateStatistics struct {
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

type validateDelay struct {
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

type validateRun struct {
	validateKey
	Run      string            `json:"run"`
	Path     string            `json:"path"`
	Deadlock bool              `json:"deadlock"` // the model says that the plan cannot end
	Refused  bool              `json:"refused"`  // there are no bounds
	Lacking  []string          `json:"lacking"`
	Makespan *validateDate     `json:"makespan"` // null if a node's log is missing
	Forecast *validateForecast `json:"forecast"` // null likewise
	NodeEnds []validateDate    `json:"node_ends"`
	Dates    []validateDate    `json:"dates"` // those outside only, unless --all is given
	Parting  *validateParting  `json:"parting"`
	Early    []validateEarly   `json:"early_returns"`
	Strict   *validateStrict   `json:"strict"` // null without early returns
}

type validateEarly struct {
	Wait    string `json:"wait"`
	Node    string `json:"node"`
	AtNS    int64  `json:"at_ns"`
	EarlyNS int64  `json:"early_ns"`
	Hazard  bool   `json:"hazard"` // of the plan
}

// validateStrict are the bounds that cover hazards.
type validateStrict struct {
	Makespan report.Interval `json:"makespan"`
	Inside   bool            `json:"inside"`  // the makespan and all ends of nodes
	Refused  string          `json:"refused"` // why there are none, or ""
}

type validateDate struct {
	What        string          `json:"what"` // "makespan", "node end", "start" or "end"
	Node        string          `json:"node,omitempty"`
	Component   string          `json:"component,omitempty"`
	Transition  string          `json:"transition,omitempty"`
	MeasuredNS  int64           `json:"measured_ns"`
	PredictedNS int64           `json:"predicted_ns"`
	ErrorNS     int64           `json:"error_ns"`
	Bounds      report.Interval `json:"bounds"`
	Inside      bool            `json:"inside"`
}

type validateParting struct {
	AtNS     int64  `json:"at_ns"`
	Node     string `json:"node"`
	BeyondNS int64  `json:"beyond_ns"`
	Reason   string `json:"reason"`
}

func newValidateDocument(r *validate.Report, unread []measure.Problem, all bool) validateDocument {
	d := validateDocument{Schema: "adagio/validate/1", Durations: r.Durations.String(), Inside: !r.Outside() && len(r.Unmeasured())+len(r.Problems) == 0, Total: newValidateSummary(&r.Total),
		Plans: []validateSummary{}, Delays: []validateDelay{}, Runs: []validateRun{}, Problems: []validateProblem{}}
	for i := range r.Groups {
		d.Plans = append(d.Plans, newValidateSummary(&r.Groups[i]))
	}
	for _, x := range r.Delays {
		d.Delays = append(d.Delays, validateDelay{x.What, x.Count, x.Early, x.Late, int64(x.Mean), int64(x.SD), int64(x.Least), int64(x.P95), int64(x.Most), int64(x.ModelLower), int64(x.ModelUpper)})
	}
	for i := range r.Runs {
		d.Runs = append(d.Runs, newValidateRun(&r.Runs[i], all))
	}
	for _, p := range unread {
		d.Problems = append(d.Problems, validateProblem{p.Path, p.Line, p.Reason})
	}
	for _, p := range r.Problems {
		d.Problems = append(d.Problems, validateProblem{p.Path, 0, p.Run + ": " + p.Reason})
	}
	return d
}

func newValidateSummary(s *validate.Summary) validateSummary {
	out := validateSummary{validateKey: validateKey{s.Case, s.Sites, s.Operation, s.Variant}, Runs: s.Runs, Refused: s.Refused, Deadlocks: s.Deadlocks, Makespans: newValidateStatistics(&s.Makespan),
		Forecasts: validateForecasts{s.Forecasts.Count, s.Forecasts.Inside, int64(s.Forecasts.Width), int64(s.Forecasts.CRPS), nil},
		NodeEnds:  newValidateStatistics(&s.Ends), Dates: newValidateStatistics(&s.Dates), Width: []validateWidth{}}
	out.Makespans.MeanError, out.Makespans.MeanWidth = &s.Makespan.MeanRelative, &s.Makespan.Width
	if s.Forecasts.Compared > 0 {
		baseline := int64(s.Forecasts.Baseline)
		out.Forecasts.BaselineNS = &baseline
	}
	h := &s.Hazards
	if out.Hazards = (validateHazards{h.Count, nil, h.Struck, h.HeldByStrict}); h.Known && h.Count > 0 {
		out.Hazards.Chance = &report.Chance{Least: h.LeastChance, Greatest: h.GreatestChance}
	}
	for _, w := range s.Width {
		out.Width = append(out.Width, validateWidth{w.What, int64(w.Width)})
	}
	return out
}

func newValidateStatistics(s *validate.Statistics) validateStatistics {
	return validateStatistics{Count: s.Count, Inside: s.Inside, MeanErrorNS: int64(s.MeanError), MedianErrorNS: int64(s.MedianError),
		MaxErrorNS: int64(s.MaxError), BiasNS: int64(s.Bias), MeanWidthNS: int64(s.MeanWidth)}
}

func newValidateRun(r *validate.Run, all bool) validateRun {
	out := validateRun{validateKey: validateKey{r.Case, r.Sites, r.Operation, r.Variant}, Run: r.ID, Path: r.Path, Deadlock: r.Deadlock, Refused: r.Refused,
		Lacking: append([]string{}, r.Lacking...), NodeEnds: []validateDate{}, Dates: []validateDate{}, Early: []validateEarly{}}
	if r.Makespan != nil {
		m := newValidateDate(r.Makespan)
		out.Makespan = &m
	}
	if f := r.Forecast; f != nil {
		out.Forecast = &validateForecast{int64(f.Lower), int64(f.Upper), f.Holds(r.Makespan.Measured), int64(f.CRPS), nil}
		if baseline := int64(f.Baseline); baseline >= 0 {
			out.Forecast.BaselineNS = &baseline
		}
	}
	for i := range r.Ends {
		out.NodeEnds = append(out.NodeEnds, newValidateDate(&r.Ends[i]))
	}
	for i := range r.Dates {
		if all || !r.Dates[i].Inside() {
			out.Dates = append(out.Dates, newValidateDate(&r.Dates[i]))
		}
	}
	if p := r.Parting; p != nil {
		out.Parting = &validateParting{int64(p.At), p.Node, int64(p.Beyond), p.Reason}
	}
	for _, e := range r.Early {
		out.Early = append(out.Early, validateEarly{e.Wait, e.Node, int64(e.At), int64(e.By), e.Hazard})
	}
	if s := r.Strict; s != nil {
		out.Strict = &validateStrict{validateInterval(s.Makespan), s.Holds, s.Refused}
	}
	return out
}

func validateInterval(b analysis.Bound) report.Interval {
	return report.Interval{LowerNS: int64(b.Lower), UpperNS: int64(b.Upper), LowerS: b.Lower.Seconds(), UpperS: b.Upper.Seconds()}
}

func newValidateDate(d *validate.Date) validateDate {
	return validateDate{d.What, d.Node, d.Component, d.Transition, int64(d.Measured), int64(d.Predicted), int64(d.Error()), validateInterval(d.Bound), d.Inside()}
}

// writeValidateCSV writes a row for everything that was compared.
func writeValidateCSV(w io.Writer, r *validate.Report) error {
	out := csv.NewWriter(w)
	out.Write([]string{"case", "sites", "run", "operation", "what", "node", "component", "transition", "measured_s", "lower_s", "upper_s", "predicted_s", "error_s", "inside"})
	for i := range r.Runs {
		x := &r.Runs[i]
		row := func(d *validate.Date) {
			out.Write([]string{x.Case, strconv.Itoa(x.Sites), x.ID, x.Operation, d.What, d.Node, d.Component, d.Transition,
				decimal(d.Measured), decimal(d.Bound.Lower), decimal(d.Bound.Upper), decimal(d.Predicted), decimal(d.Error()), strconv.FormatBool(d.Inside())})
		}
		if x.Makespan != nil {
			row(x.Makespan)
		}
		for i := range x.Ends {
			row(&x.Ends[i])
		}
		for i := range x.Dates {
			row(&x.Dates[i])
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
