package main

import (
	"adagio/analysis"
	"adagio/analysis/report/bound"
	"adagio/dsl/model"

	"github.com/spf13/cobra"
)

// boundSweep bounds each point of a grid.
func (a *app) boundSweep(cmd *cobra.Command, in *input, axes *sweepFlags, share *shardFlags, fail *failOn, document func(*analysis.Result) (*bound.Document, int, error)) *sweeping {
	answer := func(s *model.Scenario) (any, int, error) {
		r, err := analyse(s, nil, analysis.Options{Strict: in.strict, BoundsOnly: true})
		if err != nil {
			return nil, exitBad, fail.refusal(err)
		}
		return document(r)
	}
	return &sweeping{input: in, sweepFlags: axes, shardFlags: share, cmd: cmd, answer: answer, columns: bound.Columns, cells: cellsOf(func(doc *bound.Document) []string { return doc.Cells() })}
}
