// Package simulate renders samples of executions, the answer of "adagio simulate": as text,
// as JSON, and a row of CSV for each replication.
//
//	answer := &simulate.Answer{Result: sampled, Bounds: result}
//	simulate.Text(os.Stdout, answer, simulate.Options{Width: 100})
//	report.JSON(os.Stdout, simulate.New(answer))
package simulate

import (
	"fmt"
	"io"
	"strings"

	"adagio/analysis"
	"adagio/analysis/montecarlo"
	"adagio/analysis/report"
	"adagio/analysis/simulate"
	"adagio/dsl/diag"
	"adagio/dsl/model"
)

// Answer is a sample of a plan beside its bounds.
type Answer struct {
	Result *montecarlo.Result
	// Bounds are those of the plan; where there are none Refusal says why.
	Bounds  *analysis.Result
	Refusal error
	// Uptimes are how the replications drew when nodes are awake, or nil.
	Uptimes *simulate.RandomUptimes
}

// Negative says whether a replication deadlocks, fails or lies outside the bounds.
func (a *Answer) Negative() bool {
	r := a.Result
	return r.Deadlocks > 0 || r.Failures > 0 || r.Comparison != nil && r.Comparison.Outside > 0
}

// Diagnostics are what is wrong: replications that deadlock, that fail, that are outside the
// bounds, and, as a warning, those of which a process never exits.
func (a *Answer) Diagnostics() (list diag.List) {
	r := a.Result
	if r.Deadlocks > 0 {
		list = append(list, a.describe(r.Deadlocks, r.FirstDeadlock, "deadlock"))
	}
	if r.Failures > 0 {
		list = append(list, a.describe(r.Failures, r.FirstFailure, "fail"))
	}
	if c := r.Comparison; c != nil && c.Outside > 0 {
		list = append(list, a.stray())
	}
	if r.Open > 0 {
		d := a.describe(r.Open, r.FirstOpen, "end with a process that never exits")
		d.Severity = diag.Warning
		list = append(list, d)
	}
	return list
}

// describe says how many replications do something, and what fails and who waits for what
// in the first of them.
func (a *Answer) describe(n, first int, what string) diag.Diagnostic {
	failures, waits := a.waits(first)
	return diag.Diagnostic{Severity: diag.Error, Subject: a.Result.Scenario.Pos,
		Summary: fmt.Sprintf("%d of %s %s", n, diag.Count(a.Result.Replications, "replication"), what),
		Detail:  fmt.Sprintf("in replication %d: %s", first, strings.Join(append(failures, waits...), "; "))}
}

// waits repeats a replication: what fails, and who waits for what.
func (a *Answer) waits(replication int) (failures, waits []string) {
	s := a.Result.Scenario
	failures, waits = []string{}, []string{}
	t, err := simulate.Run(s, simulate.Options{Seed: a.Result.Seed, Index: uint64(replication), Uptimes: a.Uptimes})
	if err != nil {
		return failures, waits
	}
	for _, f := range t.Failures {
		failures = append(failures, f.Text(s))
	}
	for _, w := range t.Waits {
		waits = append(waits, w.Text(s))
	}
	return failures, waits
}

// stray says that the simulator and the analysis contradict each other.
func (a *Answer) stray() diag.Diagnostic {
	r, first := a.Result, a.Result.Comparison.First
	what := "it deadlocks, and the analysis says that it cannot"
	if first.Makespan != model.Never {
		what = fmt.Sprintf("it takes %s", model.FormatDuration(first.Makespan))
		if m := a.Bounds.Makespan; m.Lower <= first.Makespan && first.Makespan <= m.Upper {
			what += ", and comes to quiescence"
			if first.Quiescence == model.Never {
				what += " never"
			} else {
				what += " at " + model.FormatDuration(first.Quiescence)
			}
		}
	}
	why := "This is a fault of the program: please report it with the model and these two numbers"
	if text := report.NotCovered(a.Bounds); text != "" {
		why = fmt.Sprintf("The bounds do not cover %s (adagio check --hazards lists them)", text)
	}
	return diag.Diagnostic{Severity: diag.Error, Subject: r.Scenario.Pos,
		Summary: fmt.Sprintf("%d of %s outside the bounds", r.Comparison.Outside, diag.Count(r.Replications, "replication")),
		Detail:  fmt.Sprintf("the first is replication %d of seed %d: %s. %s", first.Index, first.Seed, what, why)}
}

// CSVHeader names the columns of [WriteCSV].
const CSVHeader = "replication,outcome,makespan_s\n"

// WriteCSV writes the row of a replication; the makespan is left out where there is none.
func WriteCSV(w io.Writer, r montecarlo.Replication) error {
	makespan := ""
	if r.Outcome == simulate.Completed {
		makespan = fmt.Sprintf("%d.%09d", r.Makespan/1e9, r.Makespan%1e9)
	}
	_, err := fmt.Fprintf(w, "%d,%s,%s\n", r.Index, r.Outcome, makespan)
	return err
}
