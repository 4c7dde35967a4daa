package main

import (
	"fmt"
	"time"

	"adagio/analysis"
	"adagio/analysis/report"
	"adagio/dsl/diag"
	"adagio/dsl/model"

	"github.com/spf13/cobra"
)

// boundDocument is what "adagio bound --format json" writes.
type boundDocument struct {
	Schema string `json:"schema"` // "adagio/bound/1"
	report.Summary
	Races    int               `json:"races"`
	Hazards  int               `json:"hazards"`
	Deadlock *report.Deadlock  `json:"deadlock"`
	Deadline *deadlineDocument `json:"deadline"` // null if none was given
	// Distribution is null unless a quantile or the distribution was asked for.
	Distribution *distributionDocument `json:"distribution"`
}

// deadlineDocument says whether a deadline is kept in every execution.
type deadlineDocument struct {
	DeadlineNS int64  `json:"deadline_ns"`
	Verdict    string `json:"verdict"` // "met", "open" or "missed"
}

// bound is the command "adagio bound".
func (a *app) bound() *cobra.Command {
	in := &input{app: a}
	deadline := ""
	var spread distributionFlags
	cmd := &cobra.Command{
		Use:   "bound FILE...",
		Short: "Bound how long a plan takes",
		Long: `Bound answers in a line each: the makespan, which is the longest program of a
node from the node's own start, and the span, from the first start to the last
end. Every execution lies between the two values. Where behaviours may still run
when the programs end, a third line has the date of quiescence, at which all
programs have ended and every component is idle with an empty queue. It exits with 1 if the plan can
deadlock, or if a deadline is given that not every execution keeps.

With --quantile or --distribution it also bounds the distribution of the makespan
without sampling, for delays that are independent: each quantile certainly lies
in the interval that is printed. A delay that is an interval without a
distribution may take any value in it.`,
		Example: `  adagio bound testdata/openstack.ballet
  adagio bound testdata/openstack.ballet --plan deploy --set sites=5 --format json
  adagio bound model.ballet --deadline 5min || echo too slow
  adagio bound model.ballet --quantile 0.95`,
		RunE: func(cmd *cobra.Command, args []string) error {
			limit, err := deadlineOf(cmd, deadline)
			if err != nil {
				return err
			}
			r, sources, err := in.analyse(cmd, args)
			if err != nil {
				return err
			}
			doc := boundDocument{Schema: "adagio/bound/1", Summary: report.Summarise(r), Races: len(r.Races), Hazards: len(r.Hazards), Deadlock: report.ExplainDeadlock(r)}
			missed := false
			if limit >= 0 {
				doc.Deadline = judge(r, limit)
				missed = doc.Deadline.Verdict != "met"
			}
			if doc.Distribution, err = spread.bound(cmd, r); err != nil {
				return err
			}
			if in.format == "json" {
				err = a.json(doc)
			} else {
				err = a.writeBound(r, &doc, sources)
			}
			if err == nil && (missed || r.Deadlock != nil) {
				return errNegative
			}
			return err
		},
	}
	in.addFlags(cmd)
	spread.add(cmd)
	cmd.Flags().StringVar(&deadline, "deadline", "", "a `duration` such as 5min that no execution may exceed; exit with 1 if one may")
	return cmd
}

// writeBound writes the answer as text, and a deadlock and what outlasts the programs to
// stderr.
func (a *app) writeBound(r *analysis.Result, doc *boundDocument, sources diag.Sources) error {
	if err := report.Short(a.out, r); err != nil {
		return err
	}
	if d := doc.Deadline; d != nil {
		fmt.Fprintf(a.out, "deadline %s %s\n", model.FormatDuration(time.Duration(d.DeadlineNS)), d.Verdict)
	}
	if doc.Distribution != nil {
		a.writeDistribution(doc.Distribution)
	}
	if r.Deadlock != nil || r.Quiescence != nil {
		a.diagnose((&analysis.Result{Scenario: r.Scenario, Deadlock: r.Deadlock, Quiescence: r.Quiescence}).Diagnostics(), sources)
	}
	var notes diag.List
	for _, b := range r.Because() {
		notes = append(notes, b.Diagnostic(r))
	}
	if len(notes) > 0 {
		a.diagnose(notes, sources)
	}
	return nil
}

// judge compares the makespan with a deadline.
func judge(r *analysis.Result, deadline time.Duration) *deadlineDocument {
	verdict := "met"
	switch {
	case r.Deadlock != nil && !r.Deadlock.Possible, r.Makespan.Lower > deadline:
		verdict = "missed"
	case r.Deadlock != nil, r.Makespan.Upper > deadline:
		verdict = "open"
	}
	return &deadlineDocument{int64(deadline), verdict}
}

// deadlineOf reads the option --deadline; -1 is none.
func deadlineOf(cmd *cobra.Command, text string) (time.Duration, error) {
	if !cmd.Flags().Changed("deadline") {
		return -1, nil
	}
	return durationOption(cmd, "deadline", text, "90s, 5min or 1m30s")
}
