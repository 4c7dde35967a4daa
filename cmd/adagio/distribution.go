package main

import (
	"errors"
	"fmt"
	"strconv"

	"adagio/analysis"
	"adagio/analysis/distribution"
	"adagio/analysis/report/bound"

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

// bound computes what the flags ask for; nil if they ask for nothing.
func (f *distributionFlags) bound(cmd *cobra.Command, r *analysis.Result) (*bound.Distribution, error) {
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
		return nil, usage(cmd, "the distribution of the makespan cannot be bounded for nodes that sleep", "a date is not a sum of delays there; adagio simulate samples it")
	}
	if r.Runs[0].Graph.Covered() {
		return nil, noAnswer(r, errors.New("the orders of the plan's events are covered, not explored, which bounds no distribution; adagio simulate samples it"))
	}
	d, err := distribution.BoundsOfRuns(r.Runs, distribution.Options{Target: distribution.Makespan, Error: grid})
	if err != nil {
		return nil, err
	}
	return bound.Distribute(d, probabilities, r.Makespan), nil
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
