package main

import (
	"fmt"
	"strings"

	"adagio/analysis"
	"adagio/analysis/formula"
	reportformula "adagio/analysis/report/formula"

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
			r, _, err := in.analyse(cmd, args)
			if err != nil {
				return err
			}
			s := r.Scenario
			durations, err := parseAt(cmd, s, at)
			if err != nil {
				return err
			}
			if wider := widen(s, durations); wider != s {
				if r, err = a.analyse(wider, nil, analysis.Options{}); err != nil {
					return err
				}
			}
			f, err := formulaOf(r)
			if err != nil {
				return err
			}
			makespan, err := evaluate(cmd, s, f, durations)
			if err != nil {
				return err
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

// formulaOf makes the formula of a plan that has one.
func formulaOf(r *analysis.Result) (*formula.Formula, error) {
	switch {
	case r.Deadlock != nil:
		return nil, noAnswer(r, "there is no formula of a plan that may not end")
	case len(r.Runs) > 1:
		return nil, noAnswer(r, fmt.Sprintf("the plan has races, and each of their %d orders its own formula; adagio explain looks for an instruction that orders them", len(r.Runs)))
	case r.Runs[0].Graph.Covered():
		return nil, noAnswer(r, "the orders of the plan's events are covered, not explored, which has no formula; adagio explain looks for an instruction that orders them")
	}
	f, err := formula.Of(r.Runs[0].Graph)
	if err != nil {
		return nil, noAnswer(r, err.Error())
	}
	return f, nil
}
