package calibrate

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"adagio/dsl"
	"adagio/dsl/diag"
	"adagio/dsl/model"
)

// Ballet is the calibration as a file of the language: a block of durations and
// a network, for --timings and --network.
func (r *Result) Ballet() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "// Written by adagio calibrate from %s.\n", diag.Count(r.Runs, "measured reconfiguration"))
	for _, n := range r.Notes {
		fmt.Fprintf(&b, "// Note: %s.\n", n)
	}
	for _, t := range r.Trends {
		fmt.Fprintf(&b, "// Warning: %s.\n", t)
	}
	if r.Options.Durations != Nominal {
		r.writeTimings(&b)
	}
	r.writeNetwork(&b)
	f, list := dsl.Parse("calibrated", b.Bytes())
	if list.HasErrors() {
		panic("calibrate wrote what cannot be read: " + list.Error())
	}
	return dsl.Format(f)
}

// meaning says what the durations are.
func (o *Options) meaning() string {
	confidence := percent(o.Confidence) + " %"
	switch o.Durations {
	case Constant:
		return "Durations are medians of n observations."
	case Tolerance:
		return "Durations are intervals that hold the given share of what is to come, with a confidence of " + confidence + "."
	case Fit:
		return "Durations are distributions, of those of the language the one with the least AIC; KS and p tell how well it fits.\n// Their supports hold " + percent(o.Coverage) + " % of what is to come, with a confidence of " + confidence + ", if durations are normal."
	case Empirical:
		return "Durations are all n observations."
	}
	return "Durations are the ranges of n observations. With a confidence of " + confidence + " they hold the given share of what is to come."
}

func (r *Result) writeTimings(b *bytes.Buffer) {
	fmt.Fprintf(b, "\n// %s\ntimings calibrated {\n", r.Options.meaning())
	for _, text := range r.Differ {
		fmt.Fprintf(b, "  // By component: %s.\n", text)
	}
	if f := r.Factor; f != nil {
		fmt.Fprintf(b, "  factor %s = %g // of %s that each of %s has, in the order of the runs\n\n", model.Quote(f.Name), f.Share, diag.Count(r.Common, "duration"), diag.Count(r.Runs, "run"))
	}
	last := ""
	for i := range r.Durations {
		d := &r.Durations[i]
		if d.Component != last && (i > 0 || len(r.Differ) > 0) {
			b.WriteString("\n")
		}
		last = d.Component
		fmt.Fprintf(b, "  %s = %s // n = %d", d.Name(), d.Delay, d.N)
		if d.Holds > 0 {
			fmt.Fprintf(b, ", holds %s %%", percent(d.Holds))
		}
		if r.Options.Durations == Tolerance || r.Options.Durations == Fit {
			fmt.Fprintf(b, ", %s", d.Method)
		}
		b.WriteString("\n")
	}
	if len(r.Unobserved) > 0 {
		b.WriteString("\n")
	}
	for _, name := range r.Unobserved {
		fmt.Fprintf(b, "  // %s was not observed.\n", name)
	}
	b.WriteString("}\n")
}

func (r *Result) writeNetwork(b *bytes.Buffer) {
	b.WriteString("\nnetwork calibrated {\n  executor ballet {\n")
	for _, e := range r.Profile {
		r.writeSetting(b, &e)
	}
	b.WriteString("  }\n}\n")
}

// writeSetting writes one setting of the executor, if it is determined.
func (r *Result) writeSetting(b *bytes.Buffer, e *Estimate) {
	switch {
	case r.Options.Durations != Nominal && (e.Setting == "overhead" || e.Setting == "drift"):
		fmt.Fprintf(b, "    %s 0s // it is in the durations above\n", e.Setting)
	case e.Setting == "busy" && !e.Determined() && r.Estimate("request").Determined():
		fmt.Fprintf(b, "    busy %s // the language's own: it is %s\n", model.DefaultBallet().Busy, e.Method)
	case e.Setting == "busy" && e.Determined() && !r.Options.Busy:
		fmt.Fprintf(b, "    busy %s // the language's own: observed within %s, n = %d (--busy writes that)\n", r.Written(e), outward(e.Lo, e.Hi), e.N)
	case !e.Determined():
		fmt.Fprintf(b, "    // %s is %s.\n", e.Setting, e.Method)
	case e.Lo < 0:
		fmt.Fprintf(b, "    // %s would be %s .. %s: some transitions were faster than nominal.\n", e.Setting, e.Lo, e.Hi)
	case e.Setting == "start":
		fmt.Fprintf(b, "    // start %s // n = %d, of %s nodes; for other numbers of nodes it is not known\n", r.Written(e), e.N, numbers(r.Nodes))
	default:
		fmt.Fprintf(b, "    %s %s // n = %d\n", e.Setting, r.Written(e), e.N)
	}
}

// Written is the delay that stands for a setting in the file: all that was
// observed, with the distribution that the logs tell where values drawn evenly would
// have another mean (README.md); or the language's own for looks at busy nodes
// (Options.Busy).
func (r *Result) Written(e *Estimate) model.Delay {
	lo, hi := e.Lo, e.Hi
	if r.Options.Durations != Nominal && (e.Setting == "overhead" || e.Setting == "drift") {
		return model.Constant(0) // it is in the durations
	}
	if e.Setting == "busy" && !r.Options.Busy {
		return model.DefaultBallet().Busy
	}
	if e.Setting == "drift" { // of a second; microseconds would be coarse
		return model.Interval(lo, hi)
	}
	d := outward(lo, hi)
	if !d.IsConstant() && e.Deviation > 0 && (e.Setting == "poll" || !e.even() && (e.Setting == "request" || e.Setting == "step")) {
		d.Kind, d.A, d.B = model.Normal, e.Mean.Round(time.Microsecond), max(time.Microsecond, e.Deviation.Round(time.Microsecond))
	}
	return d
}

func numbers(ns []int) string {
	var out []string
	for _, n := range ns {
		out = append(out, fmt.Sprint(n))
	}
	return strings.Join(out, ", ")
}

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.2f ms", float64(d)/float64(time.Millisecond))
}
