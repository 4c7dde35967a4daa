// Package calibrate turns measured executions into what a model needs: the
// durations of its transitions, and the profile of its executor.
//
//	runs, problems, err := measure.Read([]string{"logs"}, measure.Options{})
//	models := &measure.Models{Options: dsl.Options{Files: []string{"model.ballet"}}}
//	result, err := calibrate.Calibrate(runs, models, calibrate.Options{})
//	os.WriteFile("timings.ballet", result.Ballet(), 0o666)
//
// What the logs do not determine is said, and never guessed. README.md tells the
// methods.
package calibrate

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"adagio/analysis/measure"
	"adagio/dsl/model"
)

// Options says how to calibrate.
type Options struct {
	// Durations says as what durations are written.
	Durations Choice
	// Coverage is the share of what is to come that a tolerance interval holds,
	// Confidence how certain that is, and all other intervals: 0.95 if they are 0.
	Coverage, Confidence float64
	// Busy writes what the logs tell of looks at busy nodes, which is wide, instead
	// of the language's own.
	Busy bool
	// Factor is the name of a factor that is estimated of what durations vary by together,
	// if they are [Empirical]; none is if it is empty.
	Factor string
}

// Result is what the logs tell.
type Result struct {
	Options Options
	Runs    int // operations of runs that were used
	Nodes   []int
	// LeftOut tells which runs do not fit the model, and why.
	LeftOut   []measure.Problem
	Durations []Duration
	// Factor is what the durations have in common, which is estimated from Common of them, or
	// nil.
	Factor *model.Factor
	Common int
	// Differ tells of which transitions the components of a type differ, and why.
	Differ []string
	// Unobserved are the transitions of the model that no log shows.
	Unobserved []string
	// Profile is the executor: poll, request, busy, step, pass, overhead, drift, start.
	Profile []Estimate
	Trends  []Trend
	// Notes say what the logs do not tell.
	Notes []string
}

// Estimate returns the estimate of a setting of the profile.
func (r *Result) Estimate(setting string) *Estimate {
	i := slices.IndexFunc(r.Profile, func(e Estimate) bool { return e.Setting == setting })
	return &r.Profile[i]
}

// errNothing says that no run fits the model.
var errNothing = errors.New("no run that was read fits the model")

// errNothingTold says that there is nothing to write.
var errNothingTold = errors.New("the runs tell nothing: no transition of the model was measured, and no delay of the executor can be told")

// Calibrate estimates durations and profile from all runs that the model has a
// plan for.
func Calibrate(runs []measure.Run, models *measure.Models, opts Options) (*Result, error) {
	opts.Coverage, opts.Confidence = cmp.Or(opts.Coverage, 0.95), cmp.Or(opts.Confidence, 0.95)
	r := &Result{Options: opts}
	var times table
	var local samples
	var nominal, measured []time.Duration
	for i, run := range inOrder(runs) {
		m, err := models.For(run)
		var h *history
		if err == nil {
			times.declare(m.Scenario())
			h, err = newHistory(run, m)
		}
		if err != nil {
			r.LeftOut = append(r.LeftOut, measure.Problem{Path: run.Path, Reason: fmt.Sprintf("%s is left out: %v", run, err)})
			continue
		}
		r.Runs++
		if n := len(run.Nodes) + len(run.Missing); !slices.Contains(r.Nodes, n) {
			r.Nodes = append(r.Nodes, n)
		}
		r.notes(h)
		times.firings(h, i)
		local.collect(h)
	}
	if r.Runs == 0 {
		return r, errNothing
	}
	slices.Sort(r.Nodes)
	for _, k := range times.order {
		for _, o := range times.of[k] {
			if o.nominal > 0 {
				nominal, measured = append(nominal, o.nominal), append(measured, o.lasted)
			}
		}
		if len(times.of[k]) == 0 {
			r.Unobserved = append(r.Unobserved, k.String())
		}
	}
	r.Durations, r.Differ = times.durations(opts)
	if opts.Factor != "" {
		r.factor()
	}
	r.Trends = trends(r.Durations)
	r.profile(&local, nominal, measured)
	if len(r.Durations) == 0 && !slices.ContainsFunc(r.Profile, func(e Estimate) bool { return e.Determined() }) {
		return r, errNothingTold
	}
	return r, nil
}

// inOrder returns the runs in the order of their dates.
func inOrder(runs []measure.Run) []*measure.Run {
	var out []*measure.Run
	for i := range runs {
		out = append(out, &runs[i])
	}
	slices.SortStableFunc(out, func(a, b *measure.Run) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Operation, b.Operation))
	})
	return out
}

// notes says which programs are not the model's.
func (r *Result) notes(h *history) {
	for n := range h.nodes {
		if odd := h.nodes[n].odd; odd != nil {
			note := fmt.Sprintf("the executor's delays of this node are not used: %v", odd)
			if !slices.Contains(r.Notes, note) {
				r.Notes = append(r.Notes, note)
			}
		}
	}
}

// profile estimates the executor.
func (r *Result) profile(x *samples, nominal, measured []time.Duration) {
	c := r.Options.Confidence
	step, pass := x.step(c), x.pass(c)
	request, busy := x.look("request", resting, &step, c), x.look("busy", running, &step, c)
	poll := x.poll(&request, &busy, &pass, c)
	overhead, drift := beyond(nominal, measured, c)
	r.Profile = []Estimate{poll, request, busy, step, pass, overhead, drift, x.start(c)}
	var open []string
	for _, e := range r.Profile {
		if !e.Determined() && (r.Options.Durations == Nominal || e.Setting != "overhead" && e.Setting != "drift") {
			open = append(open, e.Setting)
		}
	}
	if len(open) > 0 {
		r.Notes = append(r.Notes, "the logs do not determine "+strings.Join(open, ", ")+": the model's or the language's own values stay")
	}
	r.Notes = append(r.Notes, "the logs do not tell the latency between nodes from the time of a request: request contains it, and latency is 0")
}
