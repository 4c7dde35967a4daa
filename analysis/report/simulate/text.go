package simulate

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"adagio/analysis/montecarlo"
	"adagio/analysis/report"
	"adagio/dsl/diag"
	"adagio/dsl/model"
)

// Options says how the text is laid out.
type Options struct {
	All   bool // whether to show every transition that was ever critical
	Width int  // of the terminal in cells; 0 is 100
	Color bool // whether to use the colours of a terminal
}

// text writes the parts of an answer.
type text struct {
	*bufio.Writer
	*Answer
	r     *montecarlo.Result
	opts  Options
	units report.Units
}

// Text writes an answer for people: moments and quantiles of the makespan beside its bounds,
// a histogram, and what was critical.
func Text(w io.Writer, a *Answer, opts Options) error {
	longest := a.Result.Max
	if q := a.Result.Quiescence; q != nil {
		longest = max(longest, q.Max)
	}
	if opts.Width == 0 {
		opts.Width = 100
	}
	t := &text{bufio.NewWriter(w), a, a.Result, opts, report.UnitsFor(longest)}
	t.write()
	return t.Flush()
}

func (t *text) write() {
	r, s := t.r, t.r.Scenario
	fmt.Fprintln(t, t.bold(fmt.Sprintf("plan %s of %s (%s:%d): %s, %s; executor %s, semantics %s", s.Name, s.Assembly, s.Pos.File, s.Pos.Line,
		diag.Count(len(s.Nodes), "node"), diag.Count(len(s.Components), "component"), &s.Network.Profile, s.Semantics)))
	fmt.Fprintf(t, "%s of seed %d", diag.Count(r.Replications, "replication"), r.Seed)
	if r.Deadlocks > 0 {
		fmt.Fprintf(t, ", %d of them deadlock", r.Deadlocks)
	}
	if r.Failures > 0 {
		fmt.Fprintf(t, ", %d of them fail", r.Failures)
	}
	fmt.Fprintln(t)
	fmt.Fprintf(t, "sampled by the engine %v: %s\n", r.Engine, r.Why)
	if r.Even > 0 {
		fmt.Fprintf(t, "%s without a distribution: drawn evenly between their ends\n", diag.Count(r.Even, "delay"))
	}
	if r.Completed > 0 {
		t.moments()
		t.compare()
		t.quiescence()
		t.quantiles()
		t.histogram()
	} else {
		fmt.Fprintln(t)
		t.compare()
	}
	t.criticality()
	t.usage()
}

// usage writes what the plan asks of the nodes.
func (t *text) usage() {
	r, s := t.r, t.r.Scenario
	if r.Usage == nil {
		return
	}
	t.title("What it asks of the nodes (means, up to the end of the last program, in %s)", t.units.Name())
	width := len("node")
	for _, n := range s.Nodes {
		width = max(width, utf8.RuneCountInString(n.Name))
	}
	fmt.Fprintf(t, "  %-*s  %8s  %12s  %12s  %12s", width, "node", "wake-ups", "awake", "kept waiting", "computing")
	if r.Energy != nil {
		fmt.Fprintf(t, "  %12s", "energy in J")
	}
	fmt.Fprintln(t)
	for _, u := range r.Usage {
		fmt.Fprintf(t, "  %-*s  %8.1f  %12s  %12s  %12s", width, s.Nodes[u.Node].Name, u.Wakeups, t.units.Number(u.Awake), t.units.Number(u.Waiting), t.units.Number(u.Computing))
		if r.Energy != nil {
			fmt.Fprintf(t, "  %12.3f", u.Energy)
		}
		fmt.Fprintln(t)
	}
	if e := r.Energy; e != nil {
		fmt.Fprintf(t, "  energy of all nodes: mean %.3f J, sd %.3f J, range %.3f .. %.3f J\n", e.Mean, e.SD, e.Min, e.Max)
		for _, q := range e.Quantiles {
			fmt.Fprintf(t, "  %6s  %.3f J\n", share(q.P), q.Value)
		}
	}
}

// moments writes mean, standard deviation and range.
func (t *text) moments() {
	r := t.r
	mean := fmt.Sprintf("\n  mean      %s", t.units.Number(r.Mean))
	if r.HalfWidth != model.Never {
		mean += fmt.Sprintf(" ± %s %s   %s confidence", t.units.Up(r.HalfWidth), t.units.Name(), share(r.Confidence))
	} else {
		mean += " " + t.units.Name()
	}
	if !r.Precise {
		mean += ", less precise than asked for"
	}
	fmt.Fprintln(t, mean)
	fmt.Fprintf(t, "  sd        %s %s\n", t.units.Number(r.SD), t.units.Name())
	fmt.Fprintf(t, "  range     %s .. %s %s\n", t.units.Number(r.Min), t.units.Number(r.Max), t.units.Name())
}

// compare writes the bounds and whether all replications are inside.
func (t *text) compare() {
	switch {
	case t.Refusal != nil:
		fmt.Fprintf(t, "  %v\n", t.Refusal)
	case !t.Bounds.Bounded() && t.Bounds.Deadlock.Possible:
		fmt.Fprintln(t, "  bounds    none: no order of its races is known in which the plan ends")
	case !t.Bounds.Bounded():
		fmt.Fprintln(t, "  bounds    none: the plan never ends")
	default:
		b := t.Bounds.Makespan
		inside := fmt.Sprintf("%d replications outside", t.r.Comparison.Outside)
		if t.r.Comparison.Outside == 0 {
			inside = "all replications inside"
		}
		fmt.Fprintf(t, "  bounds    %s .. %s %s   %s\n", t.units.Down(b.Lower), t.units.Up(b.Upper), t.units.Name(), inside)
	}
}

// quiescence writes what was still running when the programs had ended, and until when.
func (t *text) quiescence() {
	q := t.r.Quiescence
	if q == nil {
		return
	}
	t.title("Quiescence (the date at which all programs have ended and every component is idle with an empty queue)")
	fmt.Fprintf(t, "  in %s behaviours are still running when the programs end", diag.Count(q.Replications, "replication"))
	if q.Endless > 0 {
		fmt.Fprintf(t, "; in %d of them a component never becomes idle", q.Endless)
	}
	fmt.Fprintln(t)
	if q.Endless < t.r.Completed {
		fmt.Fprintf(t, "  mean %s, range %s .. %s %s", t.units.Number(q.Mean), t.units.Number(q.Min), t.units.Number(q.Max), t.units.Name())
		if t.Bounds != nil && t.Bounds.Quiescence != nil {
			fmt.Fprintf(t, ", bounds %s", report.Durations{}.Dates(t.Bounds.Quiescence.Date))
		}
		fmt.Fprintln(t)
	}
	s := t.r.Scenario
	for i, b := range q.Behaviours {
		if i == criticalRows && len(q.Behaviours) > i+1 && !t.opts.All {
			fmt.Fprintf(t, "  and %d more: --all shows them\n", len(q.Behaviours)-i)
			break
		}
		what := "is being added"
		if b.Behaviour.Behaviour >= 0 {
			what = s.TypeOf(b.Component).Behaviours[b.Behaviour.Behaviour].Name
		}
		fmt.Fprintf(t, "  %7s  %s %s\n", report.Share(float64(b.Count)/float64(t.r.Completed)), s.Components[b.Component].Name, what)
	}
}

// quantiles writes the quantiles with their intervals.
func (t *text) quantiles() {
	how := "exact, from the samples"
	for _, q := range t.r.Quantiles {
		if q.RankError > 0 {
			how = "from a sketch, whose error the intervals contain"
		}
	}
	t.title("Quantiles (in %s, with %s confidence intervals; %s)", t.units.Name(), share(t.r.Confidence), how)
	width := len(t.units.Number(t.r.Max))
	for _, q := range t.r.Quantiles {
		ends := [2]string{"?", "?"}
		if q.Lower != model.Never {
			ends[0] = t.units.Down(q.Lower)
		}
		if q.Upper != model.Never {
			ends[1] = t.units.Up(q.Upper)
		}
		fmt.Fprintf(t, "  %6s  %*s   %*s .. %s\n", share(q.P), width, t.units.Number(q.Value), width, ends[0], ends[1])
	}
}

// histogram draws a bar for each bin from the first that is not empty to the
// last.
func (t *text) histogram() {
	h := t.r.Histogram
	first, last, most := len(h.Counts), -1, max(h.Under, h.Above)
	for i, n := range h.Counts {
		if n > 0 {
			first, last = min(first, i), i
		}
		most = max(most, n)
	}
	t.title("Histogram (makespan in %s, replications)", t.units.Name())
	edge := func(i int) string { return t.edge(h.From + time.Duration(i)*h.Width) }
	end := edge(len(h.Counts))
	row := func(label string, n int) {
		digits := len(fmt.Sprint(most))
		room := max(t.opts.Width-len(end)-digits-8, 10)
		fmt.Fprintf(t, "  %*s  %*d  %s\n", len(end)+2, label, digits, n, strings.TrimRight(bar(n, most, min(room, 60)), " "))
	}
	if h.Under > 0 {
		row("< "+edge(0), h.Under)
	}
	for i := first; i <= last; i++ {
		row(edge(i), h.Counts[i])
	}
	if h.Above > 0 {
		row("≥ "+end, h.Above)
	}
}

// edge is where a bin begins, with as many decimals as the width of bins has.
func (t *text) edge(d time.Duration) string {
	decimals, grain := 0, t.units.Unit()
	for ; grain > 1 && t.r.Histogram.Width%grain != 0; grain /= 10 {
		decimals++
	}
	text := fmt.Sprint(int64(d / t.units.Unit()))
	if decimals > 0 {
		text += fmt.Sprintf(".%0*d", decimals, d%t.units.Unit()/grain)
	}
	return text
}

// bar is a bar of up to width characters, in eighths of one.
func bar(n, most, width int) string {
	eighths := (n*width*8 + most - 1) / most
	out := strings.Repeat("█", eighths/8)
	if rest := eighths % 8; rest > 0 {
		out += string([]rune("▏▎▍▌▋▊▉")[rest-1])
	}
	return out
}

// criticality lists the transitions that were critical most often.
func (t *text) criticality() {
	k := t.r.Criticality
	if k == nil || t.r.Completed == 0 {
		return
	}
	t.title("Critical transitions (share of the replications in which each was on the critical path)")
	if k.Covered {
		fmt.Fprintf(t, "  unknown: the orders of events are covered, or more than %d\n", montecarlo.MaxOrders)
		return
	}
	if k.Explained < t.r.Completed {
		fmt.Fprintf(t, "  of %d replications; no order of the plan's events explains the other %d\n", k.Explained, t.r.Completed-k.Explained)
	}
	var rows [][2]string
	width, hidden := 0, 0
	for _, tr := range k.Transitions {
		if tr.Count == 0 {
			break
		}
		if len(rows) == criticalRows && !t.opts.All {
			hidden++
			continue
		}
		s := t.r.Scenario
		row := [2]string{s.TransitionName(tr.Component, tr.Transition), tr.Pos.String()}
		width = max(width, utf8.RuneCountInString(row[0]))
		rows = append(rows, row)
	}
	for i, row := range rows {
		fmt.Fprintf(t, "  %7s  %-*s  %s\n", report.Share(k.Transitions[i].Share), width, row[0], row[1])
	}
	if len(rows) == 0 {
		fmt.Fprintln(t, "  none")
	}
	if hidden > 0 {
		fmt.Fprintf(t, "  and %d more: --all shows them\n", hidden)
	}
}

// criticalRows is how many critical transitions are shown unless all are.
const criticalRows = 10

func (t *text) title(format string, args ...any) {
	fmt.Fprintf(t, "\n%s\n", t.bold(fmt.Sprintf(format, args...)))
}

func (t *text) bold(text string) string {
	if !t.opts.Color {
		return text
	}
	return "\x1b[1m" + text + "\x1b[0m"
}

// share is a probability in percent, with the digits that it has: 95 %, 99.9 %.
func share(p float64) string { return fmt.Sprintf("%.6g %%", 100*p) }
