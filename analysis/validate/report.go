package validate

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"adagio/analysis"
)

// Date is one date or duration that was compared.
type Date struct {
	What       string // "makespan" ("span" where nodes sleep), "node end", "start" or "end" of a transition
	Node       string
	Component  string // or ""
	Transition string // or ""
	Item       string // of what else a table tells: its kind and name; or ""
	Measured   time.Duration
	Bound      analysis.Bound
	Predicted  time.Duration
}

// Inside says whether the bounds contain what was measured.
func (d *Date) Inside() bool { return inside(d.Measured, d.Bound) }

func inside(d time.Duration, b analysis.Bound) bool { return b.Lower <= d && d <= b.Upper }

// Error is the prediction less what was measured.
func (d *Date) Error() time.Duration { return d.Predicted - d.Measured }

// Run is one run beside the model.
type Run struct {
	Key
	ID, Path string
	// Makespan is nil if the logs do not tell it: a node is missing.
	Makespan *Date
	Forecast *Forecast // of the makespan; nil likewise
	Ends     []Date    // of the nodes
	Dates    []Date    // of the transitions
	Singles  []Single  // of all else that tables of nodes that sleep tell
	// Lacking says in words what the logs lack, or the model.
	Lacking []string
	// Deadlock says that in the model the plan never ends; Refused
	// that the analysis has no bounds for it, and nothing else is known.
	Deadlock, Refused bool
	// Parting is where model and measurement part, if anything is outside.
	Parting *Parting
	// Width is what the width of the makespan's bounds is made of.
	Width []Width
	// Early are the waits that returned before they could, and Strict, if there are any, is
	// what bounds say that cover hazards.
	Early   []Early
	Strict  *Strict
	Hazards Hazards // of the plan
}

// Outside says whether anything of the run is outside of its bounds, or the
// model says that it cannot end.
func (r *Run) Outside() bool {
	return r.Deadlock || r.Refused || r.Makespan != nil && !r.Makespan.Inside() || slices.ContainsFunc(r.Ends, func(d Date) bool { return !d.Inside() }) ||
		slices.ContainsFunc(r.Single(), func(d *Date) bool { return !d.Inside() })
}

// Single lists the single dates: those of transitions, and all else that a table tells.
func (r *Run) Single() (list []*Date) {
	for i := range r.Dates {
		list = append(list, &r.Dates[i])
	}
	for _, s := range r.Singles {
		for i := range s.Dates {
			list = append(list, &s.Dates[i])
		}
	}
	return list
}

// start is a run without anything compared.
func (m *member) start() Run {
	return Run{Key: m.key, ID: m.run.ID, Path: m.run.Path, Lacking: slices.Clone(m.lacking)}
}

// compare puts the measured dates beside the model's.
func (m *member) compare(j *judged) Run {
	r, s := m.start(), j.scenario
	for n := range s.Nodes {
		at := m.nodes[n]
		if at.end < 0 {
			continue
		}
		r.Ends = append(r.Ends, Date{What: "node end", Node: s.Nodes[n].Name, Measured: at.end, Bound: j.end(n), Predicted: j.dates.mean(moment{stops, n, 0, 0})})
	}
	if m.complete() {
		d := j.headline(m.sleeps)
		d.Measured = m.headline()
		r.Makespan, r.Forecast = &d, m.forecast(j)
	}
	for c := range s.Components {
		for t := range s.TypeOf(c).Transitions {
			measured, fired := m.firings[c][t], occurrences(j.dates.bounds, c, t)
			if len(measured) != fired || fired != occurrences(j.dates.count, c, t) {
				if m.nodes[s.Components[c].Node].end != absent && len(m.run.Lasted) == 0 {
					r.Lacking = append(r.Lacking, fmt.Sprintf("%s.%s is not compared: it was measured %d times, and fires %d times in the model",
						s.Components[c].Name, s.TypeOf(c).Transitions[t].Name, len(measured), fired))
				}
				continue
			}
			for i, at := range measured {
				add := func(what string, at time.Duration, k moment) {
					r.Dates = append(r.Dates, Date{What: what, Node: s.Nodes[s.Components[c].Node].Name, Component: s.Components[c].Name, Transition: s.TypeOf(c).Transitions[t].Name,
						Measured: at, Bound: j.dates.bounds[k], Predicted: j.dates.mean(k)})
				}
				add("start", at.start, moment{starts, c, t, i})
				add("end", at.end, moment{fires, c, t, i})
			}
		}
	}
	slices.SortStableFunc(r.Dates, func(a, b Date) int { return cmp.Compare(a.Measured, b.Measured) })
	var lacking []string
	r.Singles, lacking = m.singles(j)
	r.Lacking = append(r.Lacking, lacking...)
	r.Width = j.widths()
	r.Hazards.Count = len(j.result.Hazards)
	r.Hazards.LeastChance, r.Hazards.GreatestChance, r.Hazards.Known = j.result.Chance()
	return r
}

// Width is a part of the width of the bounds and where it comes from.
type Width struct {
	What  string
	Width time.Duration
}

// widths splits the width of the makespan's bounds by cause: what each delay on
// the critical path to the upper end may vary by. Where the lower end has another
// path the sum is more than the width.
func (j *judged) widths() []Width {
	by := map[string]time.Duration{}
	for _, step := range j.result.Upper.Steps {
		for _, w := range j.ends {
			if int(step.Event) >= w.g.Len() || *w.g.Origin(step.Event) != step.Origin {
				continue
			}
			d := w.g.Delay(step.Event)
			by[kindOfDelay(w.g, step.Event)] += d.Hi - d.Lo
			break
		}
	}
	return byWidth(by)
}

// byWidth sorts the greatest first.
func byWidth(by map[string]time.Duration) []Width {
	var out []Width
	for what, d := range by {
		if d > 0 {
			out = append(out, Width{what, d})
		}
	}
	slices.SortFunc(out, func(a, b Width) int { return cmp.Or(cmp.Compare(b.Width, a.Width), cmp.Compare(a.What, b.What)) })
	return out
}

// Statistics sums up comparisons.
type Statistics struct {
	Count, Inside int
	// Errors of the prediction, absolute: mean, median, greatest.
	MeanError, MedianError, MaxError time.Duration
	// MeanRelative is the mean of the error over what was measured, and Width that
	// of the width of the bounds; only for makespans.
	MeanRelative, Width float64
	MeanWidth           time.Duration
	// Bias is the mean of the errors with their signs.
	Bias time.Duration
}

func statistics(dates []*Date) Statistics {
	s := Statistics{Count: len(dates)}
	if s.Count == 0 {
		return s
	}
	var errors []time.Duration
	for _, d := range dates {
		e := d.Error()
		s.Bias += e
		e = max(e, -e)
		errors = append(errors, e)
		s.MeanError += e
		s.MeanWidth += d.Bound.Width()
		s.MaxError = max(s.MaxError, e)
		if d.Inside() {
			s.Inside++
		}
		if m := d.Measured.Seconds(); m > 0 {
			s.MeanRelative += math.Abs(d.Error().Seconds()) / m
			s.Width += d.Bound.Width().Seconds() / m
		}
	}
	slices.Sort(errors)
	n := time.Duration(s.Count)
	s.MedianError = (errors[(s.Count-1)/2] + errors[s.Count/2]) / 2
	s.MeanError, s.MeanWidth, s.Bias = s.MeanError/n, s.MeanWidth/n, s.Bias/n
	s.MeanRelative, s.Width = s.MeanRelative/float64(s.Count), s.Width/float64(s.Count)
	return s
}

// Summary sums up the runs of a key, or all.
type Summary struct {
	Key
	Runs, Refused, Deadlocks int
	Makespan, Ends, Dates    Statistics
	Singles                  []SingleStatistics // by kind
	Forecasts                ForecastStatistics
	Width                    []Width // means over the runs
	Hazards                  Hazards
}

// SingleStatistics sums up the dates of the rows of a kind.
type SingleStatistics struct {
	Kind string
	Rows int
	Statistics
}

// singles sums up those of runs.
func singles(runs []*Run) (list []SingleStatistics) {
	var dates [][]*Date
	for _, r := range runs {
		for i := range r.Singles {
			of := &r.Singles[i]
			k := slices.IndexFunc(list, func(s SingleStatistics) bool { return s.Kind == of.Kind })
			if k < 0 {
				k, list, dates = len(list), append(list, SingleStatistics{Kind: of.Kind}), append(dates, nil)
			}
			list[k].Rows += of.Rows
			for d := range of.Dates {
				dates[k] = append(dates[k], &of.Dates[d])
			}
		}
	}
	for k := range list {
		list[k].Statistics = statistics(dates[k])
	}
	return list
}

func summarise(k Key, runs []*Run) Summary {
	s := Summary{Key: k, Runs: len(runs)}
	var makespans, ends, dates []*Date
	widths, compared := map[string]time.Duration{}, 0
	for _, r := range runs {
		s.Hazards.add(r)
		switch {
		case r.Refused:
			s.Refused++
		case r.Deadlock:
			s.Deadlocks++
		default:
			compared++
		}
		if r.Makespan != nil {
			makespans = append(makespans, r.Makespan)
		}
		for i := range r.Ends {
			ends = append(ends, &r.Ends[i])
		}
		for i := range r.Dates {
			dates = append(dates, &r.Dates[i])
		}
		for _, w := range r.Width {
			widths[w.What] += w.Width
		}
	}
	for what := range widths {
		widths[what] /= time.Duration(max(1, compared))
	}
	s.Width = byWidth(widths)
	s.Forecasts, s.Singles = forecasts(runs), singles(runs)
	s.Makespan, s.Ends, s.Dates = statistics(makespans), statistics(ends), statistics(dates)
	return s
}

// Report is the outcome of a validation.
type Report struct {
	Durations Durations
	Runs      []Run // by case, sites, operation and name
	Groups    []Summary
	Total     Summary
	Delays    []DelayClass
	Problems  []Problem
}

// Outside says whether anything is outside of its bounds.
func (r *Report) Outside() bool {
	return slices.ContainsFunc(r.Runs, func(x Run) bool { return x.Outside() })
}

// Unmeasured lists the plans of whose makespan nothing was compared although the
// model has bounds for it: in each of their runs some node's log is missing; and those of
// which all runs were skipped. That nothing is outside means nothing for them.
func (r *Report) Unmeasured() []Key {
	var keys []Key
	for i := range r.Groups {
		if g := &r.Groups[i]; g.Makespan.Count == 0 && g.Runs > g.Refused+g.Deadlocks {
			keys = append(keys, g.Key)
		}
	}
	for _, p := range r.Problems {
		compared := slices.ContainsFunc(r.Groups, func(g Summary) bool { return g.Key == p.Key })
		if !compared && !slices.Contains(keys, p.Key) {
			keys = append(keys, p.Key)
		}
	}
	return keys
}

// Lacking counts the runs of which the logs, or the model, lack something.
func (r *Report) Lacking() int {
	n := 0
	for i := range r.Runs {
		if len(r.Runs[i].Lacking) > 0 {
			n++
		}
	}
	return n
}

func (v *validation) report(out []outcome) *Report {
	r := &Report{Durations: v.opts.Durations, Problems: v.problems}
	var gaps []Gap
	for i := range out {
		if out[i].problem != nil {
			r.Problems = append(r.Problems, *out[i].problem)
			continue
		}
		r.Runs = append(r.Runs, out[i].run)
		gaps = append(gaps, out[i].gaps...)
	}
	var all, group []*Run
	for i := range r.Runs {
		all, group = append(all, &r.Runs[i]), append(group, &r.Runs[i])
		if i+1 == len(r.Runs) || r.Runs[i+1].Key != r.Runs[i].Key {
			r.Groups = append(r.Groups, summarise(r.Runs[i].Key, group))
			group = nil
		}
	}
	r.Total = summarise(Key{}, all)
	r.Delays = classify(gaps)
	return r
}
