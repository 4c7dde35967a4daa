package calibrate

import (
	"fmt"
	"io"
	"strings"

	"adagio/analysis/calibrate"
	"adagio/analysis/report"
	"adagio/dsl/diag"
	"adagio/dsl/model"
)

// Text writes what the logs tell as text.
func Text(w io.Writer, r *calibrate.Result) {
	fmt.Fprintf(w, "fitted to %s; confidence %v\n", diag.Count(r.Runs, "measured reconfiguration"), r.Options.Confidence)
	if r.Options.Durations != calibrate.Nominal {
		durations(w, r)
	}
	fmt.Fprintf(w, "\nThe executor\n  %-10s %5s  %-24s %-9s %s\n", "setting", "n", "mean, ms", "holds", "written")
	for i := range r.Profile {
		e := &r.Profile[i]
		if !e.Determined() {
			fmt.Fprintf(w, "  %-10s %5d  %s\n", e.Setting, e.N, e.Method)
			continue
		}
		mean, holds := spread(e), ""
		if e.Setting == "drift" {
			mean += " for each s"
		}
		if e.Coverage > 0 {
			holds = report.Share(e.Coverage)
		}
		fmt.Fprintf(w, "  %-10s %5d  %-24s %-9s %s\n", e.Setting, e.N, mean, holds, r.Written(e))
	}
	fmt.Fprintln(w)
	for _, t := range r.Trends {
		fmt.Fprintf(w, "warning: %s\n", t)
	}
	if len(r.Unobserved) > 0 {
		fmt.Fprintf(w, "note: not observed: %s\n", strings.Join(r.Unobserved, ", "))
	}
	for _, n := range r.Notes {
		fmt.Fprintf(w, "note: %s\n", n)
	}
}

func durations(w io.Writer, r *calibrate.Result) {
	widest := 0
	for i := range r.Durations {
		widest = max(widest, len(r.Durations[i].Name()))
	}
	fmt.Fprintf(w, "\n  %-*s %5s %12s  %-9s %s\n", widest, "transition", "n", "median", "holds", r.Options.Durations)
	for i := range r.Durations {
		d := &r.Durations[i]
		holds := ""
		if d.Holds > 0 {
			holds = report.Share(d.Holds)
		}
		fmt.Fprintf(w, "  %-*s %5d %12s  %-9s %s\n", widest, d.Name(), d.N, fmt.Sprintf("%.6fs", d.Median.Seconds()), holds, shown(d.Delay))
	}
	for _, text := range r.Differ {
		fmt.Fprintf(w, "  by component: %s\n", text)
	}
	if f := r.Factor; f != nil {
		fmt.Fprintf(w, "\n  factor %s: %s that each run has vary together, with a share of %g\n", f.Name, diag.Count(r.Common, "duration"), f.Share)
	}
}

// shown is a delay as the language writes it; of observations only how many.
func shown(d model.Delay) string {
	if d.Kind == model.Empirical {
		return fmt.Sprintf("%s from %s to %s", diag.Count(len(d.Sample), "value"), model.FormatDuration(d.Lo), model.FormatDuration(d.Hi))
	}
	return d.String()
}

func spread(e *calibrate.Estimate) string {
	mean := fmt.Sprintf("%.3f", 1e3*e.Mean.Seconds())
	if e.N < 2 {
		return mean
	}
	return mean + fmt.Sprintf(" ± %.3f", 1e3*e.HalfWidth.Seconds())
}
