package main

import (
	"encoding/json"

	"adagio/analysis"
	"adagio/analysis/report"
	"adagio/analysis/report/bound"
	"adagio/dsl/model"

	"github.com/spf13/cobra"
)

// boundColumns are what the table of a sweep of "adagio bound" has of a point, in seconds.
var boundColumns = []string{"makespan_lower_s", "makespan_upper_s", "span_lower_s", "span_upper_s", "deadline"}

// boundSweep bounds each point of a grid.
func (a *app) boundSweep(cmd *cobra.Command, in *input, axes *sweepFlags, share *shardFlags, fail *failOn, document func(*analysis.Result) (*bound.Document, int, error)) *sweeping {
	answer := func(s *model.Scenario) (any, int, error) {
		r, err := analyse(s, nil, analysis.Options{Strict: in.strict})
		if err != nil {
			return nil, exitBad, fail.refusal(err)
		}
		return document(r)
	}
	return &sweeping{input: in, sweepFlags: axes, shardFlags: share, cmd: cmd, answer: answer, columns: boundColumns, cells: boundCells}
}

func boundCells(answer json.RawMessage) ([]string, error) {
	var doc bound.Document
	if err := json.Unmarshal(answer, &doc); err != nil {
		return nil, err
	}
	cells := make([]string, len(boundColumns))
	for i, b := range []*report.Interval{doc.Makespan, doc.Span} {
		if b != nil {
			cells[2*i], cells[2*i+1] = secondsOf(b.LowerNS), secondsOf(b.UpperNS)
		}
	}
	if doc.Deadline != nil {
		cells[4] = doc.Deadline.Verdict
	}
	return cells, nil
}
