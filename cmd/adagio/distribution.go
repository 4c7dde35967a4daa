package main

import (
	"fmt"
	"strconv"
	"time"

	"adagio/analysis"
	"adagio/analysis/distribution"
	"adagio/analysis/report"
	"adagio/dsl/model"

	"github.com/spf13/cobra"
)

// distributionFlags are the flags of "adagio bound" about the distribution of the
// makespan.
type distributionFlags struct {
	quantiles []string
	whole     bool
	grid      string
}

func (f *distributionFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&f.quantiles, "quantile", nil, "bound the `p`-quantile of the makespan, 0 < p < 1, for independent delays (may be repeated)")
	cmd.Flags().BoolVar(&f.whole, "distribution", false, "bound the mean and the usual quantiles of the makespan")
	cmd.Flags().StringVar(&f.grid, "grid-error", "10ms", "how far the `duration` grid of the distribution may displace a quantile")
}

// usualQuantiles are those that --distribution reports.
var usualQuantiles = []float64{0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99}

// distributionDocument is the distribution of the makespan in "adagio/bound/1".
type distributionDocument struct {
	Mean      report.Interval    `json:"mean"`
	Quantiles []quantileDocument `json:"quantiles"`
	Exact     bool               `json:"exact"`    // the bounds differ by the grid only
	ErrorNS   int64              `json:"error_ns"` // what the grid displaces a quantile by at most
	Notes     []string           `json:"notes"`    // what the bounds stand on
}

// quantileDocument is a guaranteed interval of a quantile.
type quantileDocument struct {
	P float64 `json:"p"`
	report.Interval
}

// bound computes what the flags ask for; nil if they ask for nothing.
func (f *distributionFlags) bound(cmd *cobra.Command, r *analysis.Result) (*distributionDocument, error) {
	probabilities, err := f.probabilities(cmd)
	if err != nil || len(probabilities) == 0 {
		return nil, err
	}
	grid, err := durationOption(cmd, "grid-error", f.grid, "10ms")
	if err != nil {
		return nil, err
	}
	if grid == 0 {
		return nil, usage(cmd, "--grid-error 0 would take an endless grid", "")
	}
	if r.Scenario.Sleeps() {
		return nil, usage(cmd, "the distribution of the makespan cannot be bounded for nodes that sleep", "a date is no sum of delays there; adagio simulate samples it")
	}
	if r.Runs[0].Graph.Covered() {
		return nil, noAnswer(r, "the plan has so many races that their orders are covered, which bounds no distribution; adagio simulate samples it")
	}
	d, err := distribution.BoundsOfRuns(r.Runs, distribution.Options{Target: distribution.Makespan, Error: grid})
	if err != nil {
		return nil, err
	}
	doc := &distributionDocument{Mean: within(d.Mean, r.Makespan), Exact: d.Exact, ErrorNS: int64(d.Error), Notes: d.Notes}
	for _, p := range probabilities {
		doc.Quantiles = append(doc.Quantiles, quantileDocument{p, within(d.Quantile(p), r.Makespan)})
	}
	return doc, nil
}

// within is a bound cut to the makespan's, which holds every execution.
func within(b, makespan analysis.Bound) report.Interval {
	return report.NewInterval(analysis.Bound{Lower: max(b.Lower, makespan.Lower), Upper: min(b.Upper, makespan.Upper)})
}

func (f *distributionFlags) probabilities(cmd *cobra.Command) ([]float64, error) {
	var out []float64
	if f.whole {
		out = append(out, usualQuantiles...)
	}
	for _, text := range f.quantiles {
		p, err := strconv.ParseFloat(text, 64)
		if err != nil || !(p > 0 && p < 1) {
			return nil, usage(cmd, fmt.Sprintf("--quantile %s is not a probability", text), "write a number between 0 and 1, such as 0.95")
		}
		out = append(out, p)
	}
	return out, nil
}

// writeDistribution writes the distribution as text, a line for each answer.
func (a *app) writeDistribution(d *distributionDocument) {
	interval := func(i report.Interval) string {
		return model.FormatDuration(time.Duration(i.LowerNS)) + " .. " + model.FormatDuration(time.Duration(i.UpperNS))
	}
	fmt.Fprintf(a.out, "mean %s\n", interval(d.Mean))
	for _, q := range d.Quantiles {
		fmt.Fprintf(a.out, "quantile %v %s\n", q.P, interval(q.Interval))
	}
	for _, note := range d.Notes {
		fmt.Fprintf(a.out, "note: %s\n", note)
	}
}
