package main

import (
	"errors"
	"fmt"
	"strings"

	"adagio/analysis"
	"adagio/analysis/formula"
	reportformula "adagio/analysis/report/formula"
	"adagio/analysis/whatif"

	"github.com/spf13/cobra"
)

// formula is the command "adagio formula".
func (a *app) formula() *cobra.Command {
	in := &input{app: a}
	var at []string
	cmd := &cobra.Command{
		Use:   "formula FILE...",
		Short: "Write the makespan as a formula over the durations",
		Long: `Formula writes the makespan of a plan as an expression of maxima and sums over the
durations of its transitions and pauses and the starts of its nodes, with a name
for what is used more than once. What the network and the executor add is written
as a free value in an interval, [0s .. 80ms]. Terms that never matter as long as
all delays are in their intervals are left out; the formula is exact there.

A transition counts with what the executor adds to it. --at evaluates the formula
with other durations; it is made for intervals that hold them, too.`,
		Example: `  adagio formula testdata/cps.ballet --network ideal
  adagio formula model.ballet --format latex
  adagio formula model.ballet --at 'nova.deploy = 125s'`,
		RunE: func(cmd *cobra.Command, args []string) error {
			format := in.format
			if err := oneOf(cmd, "--format", format, "text", "latex", "json"); err != nil {
				return err
			}
			if format == "latex" {
				in.format = "text"
			}
			r, _, err := in.analyse(cmd, args, analysis.Options{})
			if err != nil {
				return err
			}
			durations, err := formula.ParseAt(r.Scenario, at)
			if wrong, ok := errors.AsType[*whatif.SyntaxError](err); ok {
				return unread(wrong)
			} else if err != nil {
				return usageOf(cmd, err)
			}
			if wider := durations.Widened(); wider != r.Scenario {
				if r, err = a.analyse(wider, nil, analysis.Options{}); err != nil {
					return err
				}
			}
			f, err := formula.OfPlan(r)
			if err != nil {
				return noAnswer(r, err)
			}
			makespan, err := f.At(durations)
			if err != nil {
				return usageOf(cmd, err)
			}
			switch format {
			case "json":
				return a.json(reportformula.New(f, at, makespan))
			case "latex":
				return f.LaTeX(a.out)
			}
			if err := f.Text(a.out); err != nil {
				return err
			}
			if len(at) > 0 {
				fmt.Fprintf(a.out, "at %s: %v\n", strings.Join(at, "; "), makespan)
			}
			return nil
		},
	}
	in.addFlags(cmd)
	cmd.Flags().Lookup("format").Usage = "text, latex or json"
	cmd.Flags().StringArrayVar(&at, "at", nil, "evaluate with a `duration` such as 'nova[0].deploy = 125s'; repeatable")
	return cmd
}
