package main

import (
	"fmt"
	"strings"

	"adagio/analysis"

	"github.com/spf13/cobra"
)

// deadlinesOf reads the option --deadline of "adagio explain"; nil if it is not given.
func deadlinesOf(cmd *cobra.Command, texts []string) (out []analysis.Deadline, err error) {
	for _, text := range texts {
		d := analysis.Deadline{}
		date := text
		if i := strings.LastIndexByte(text, '='); i >= 0 {
			d.Of, date = strings.TrimSpace(text[:i]), strings.TrimSpace(text[i+1:])
			if d.Of == "" {
				return nil, usage(cmd, "--deadline "+text+" names nothing", "write NAME = DATE, or a date alone for everything")
			}
		}
		if d.By, err = durationOption(cmd, "deadline", date, "8min, or 'nova[0] = 5min'"); err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, nil
}

// meet compares the plan with deadlines.
func meet(cmd *cobra.Command, r *analysis.Result, deadlines []analysis.Deadline) (out []analysis.Timing, err error) {
	for _, d := range deadlines {
		t, err := r.Meet(d)
		if err != nil {
			return nil, usageOf(cmd, fmt.Errorf("--deadline: %w", err))
		}
		out = append(out, t)
	}
	return out, nil
}

// late says whether a deadline may be missed.
func late(timings []analysis.Timing) bool {
	for _, t := range timings {
		if t.Verdict() != "met" {
			return true
		}
	}
	return false
}
