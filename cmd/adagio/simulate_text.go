package main

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"adagio/analysis"
	"adagio/analysis/montecarlo"
	"adagio/analysis/report"
	"adagio/analysis/simulate"
)

// simulateText writes the result of a simulation for people.
type simulateText struct {
	io.Writer
	r       *montecarlo.Result
	bounds  *analysis.Result
	refusal error
	all     bool
	width   int
	color   bool
	unit    time.Duration
	name    string // of the unit
}

func newSimulateText(a *app, r *montecarlo.Result, bounds *analysis.Result, refusal error, all bool) *simulateText {
	t := &simulateText{Writer: a.out, r: r, bounds: bounds, refusal: refusal, all: all, unit: time.Second, name: "s"}
	t.width, t.color = a.terminal(a.stdout)
	if t.width == 0 {
		t.width = 100
	}
	longest := r.Max
	if r.Quiescence != nil {
		longest = max(longest, r.Quiescence.Max)
	}
	switch {
	case longest >= time.Second || longest == 0:
	case longest >= time.Millisecond:
		t.unit, t.name = time.Millisecond, "ms"
	default:
		t.unit, t.name = time.Microsecond, "µs"
	}
	return t
}

func (t *simulateText) write() {
	r, s := t.r, t.r.Scenario
	fmt.Fprintln(t, t.bold(fmt.Sprintf("plan %s of %s (%s:%d): %s, %s; executor %s, semantics %s", s.Name, s.Assembly, s.Pos.File, s.Pos.Line,
		count(len(s.Nodes), "node"), count(len(s.Components), "component"), &s.Network.Profile, s.Semantics)))
	fmt.Fprintf(t, "%s of seed %d", count(r.Replications, "replication"), r.Seed)
	if r.Deadlocks > 0 {
		fmt.Fprintf(t, ", %d of them deadlock", r.Deadlocks)
	}
	if r.Failures > 0 {
		fmt.Fprintf(t, ", %d of them fail", r.Failures)
	}
	fmt.Fprintln(t)
	fmt.Fprintf(t, "sampled by the engine %v: %s\n", r.Engine, r.Why)
	if r.Even > 0 {
		fmt.Fprintf(t, "%s without a distribution: drawn evenly between their ends\n", count(r.Even, "delay"))
	}
	if r.Completed > 0 {
		t.makespan()
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
func (t *simulateText) usage() {
	r, s := t.r, t.r.Scenario
	if r.Usage == nil {
		return
	}
	t.title("What it asks of the nodes (means, up to the end of the last program, in %s)", t.name)
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
		fmt.Fprintf(t, "  %-*s  %8.1f  %12s  %12s  %12s", width, s.Nodes[u.Node].Name, u.Wakeups, t.number(u.Awake, 0), t.number(u.Waiting, 0), t.number(u.Computing, 0))
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

// makespan writes the moments.
func (t *simulateText) makespan() {
	r := t.r
	mean := fmt.Sprintf("\n  mean      %s", t.number(r.Mean, 0))
	if r.HalfWidth != simulate.Never {
		mean += fmt.Sprintf(" ± %s %s   %s confidence", t.number(r.HalfWidth, 1), t.name, share(r.Confidence))
	} else {
		mean += " " + t.name
	}
	if !r.Precise {
		mean += ", less precise than asked for"
	}
	fmt.Fprintln(t, mean)
	fmt.Fprintf(t, "  sd        %s %s\n", t.number(r.SD, 0), t.name)
	fmt.Fprintf(t, "  range     %s .. %s %s\n", t.number(r.Min, 0), t.number(r.Max, 0), t.name)
}

// compare writes the bounds and whether all replications are inside.
func (t *simulateText) compare() {
	switch {
	case t.refusal != nil:
		fmt.Fprintf(t, "  %v\n", t.refusal)
	case t.bounds.Deadlock != nil && !t.bounds.Deadlock.Possible:
		fmt.Fprintln(t, "  bounds    none: the plan never ends")
	default:
		b := t.bounds.Makespan
		inside := fmt.Sprintf("%d replications outside", t.r.Comparison.Outside)
		if t.r.Comparison.Outside == 0 {
			inside = "all replications inside"
		}
		fmt.Fprintf(t, "  bounds    %s .. %s %s   %s\n", t.number(b.Lower, -1), t.number(b.Upper, 1), t.name, inside)
	}
}

// quiescence writes what was still running when the programs had ended, and until when.
func (t *simulateText) quiescence() {
	q := t.r.Quiescence
	if q == nil {
		return
	}
	t.title("Quiescence (the date at which all programs have ended and every component is idle with an empty queue)")
	fmt.Fprintf(t, "  in %s behaviours are still running when the programs end", count(q.Replications, "replication"))
	if q.Endless > 0 {
		fmt.Fprintf(t, "; in %d of them a component never becomes idle", q.Endless)
	}
	fmt.Fprintln(t)
	if q.Endless < t.r.Completed {
		fmt.Fprintf(t, "  mean %s, range %s .. %s %s", t.number(q.Mean, 0), t.number(q.Min, 0), t.number(q.Max, 0), t.name)
		if t.bounds != nil && t.bounds.Quiescence != nil {
			fmt.Fprintf(t, ", bounds %s", report.RoundedQuiescence(t.bounds.Quiescence))
		}
		fmt.Fprintln(t)
	}
	s := t.r.Scenario
	for i, b := range q.Behaviours {
		if i == criticalRows && len(q.Behaviours) > i+1 && !t.all {
			fmt.Fprintf(t, "  and %d more: --all shows them\n", len(q.Behaviours)-i)
			break
		}
		what := "is being added"
		if b.Behaviour.Behaviour >= 0 {
			what = s.TypeOf(b.Component).Behaviours[b.Behaviour.Behaviour].Name
		}
		fmt.Fprintf(t, "  %7s  %s %s\n", percentage(float64(b.Count)/float64(t.r.Completed)), s.Components[b.Component].Name, what)
	}
}

// quantiles writes the quantiles with their intervals.
func (t *simulateText) quantiles() {
	how := "exact, from the samples"
	for _, q := range t.r.Quantiles {
		if q.RankError > 0 {
			how = "from a sketch, whose error the intervals contain"
		}
	}
	t.title("Quantiles (in %s, with %s confidence intervals; %s)", t.name, share(t.r.Confidence), how)
	width := len(t.number(t.r.Max, 0))
	for _, q := range t.r.Quantiles {
		ends := [2]string{"?", "?"}
		if q.Lower != simulate.Never {
			ends[0] = t.number(q.Lower, -1)
		}
		if q.Upper != simulate.Never {
			ends[1] = t.number(q.Upper, 1)
		}
		fmt.Fprintf(t, "  %6s  %*s   %*s .. %s\n", share(q.P), width, t.number(q.Value, 0), width, ends[0], ends[1])
	}
}

// histogram draws a bar for each bin from the first that is not empty to the
// last.
func (t *simulateText) histogram() {
	h := t.r.Histogram
	first, last, most := len(h.Counts), -1, max(h.Under, h.Above)
	for i, n := range h.Counts {
		if n > 0 {
			first, last = min(first, i), i
		}
		most = max(most, n)
	}
	t.title("Histogram (makespan in %s, replications)", t.name)
	edge := func(i int) string { return t.edge(h.From + time.Duration(i)*h.Width) }
	end := edge(len(h.Counts))
	row := func(label string, n int) {
		digits := len(fmt.Sprint(most))
		room := max(t.width-len(end)-digits-8, 10)
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
func (t *simulateText) edge(d time.Duration) string {
	decimals, grain := 0, t.unit
	for ; grain > 1 && t.r.Histogram.Width%grain != 0; grain /= 10 {
		decimals++
	}
	text := fmt.Sprint(int64(d / t.unit))
	if decimals > 0 {
		text += fmt.Sprintf(".%0*d", decimals, d%t.unit/grain)
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
func (t *simulateText) criticality() {
	k := t.r.Criticality
	if k == nil || t.r.Completed == 0 {
		return
	}
	t.title("Critical transitions (share of the replications in which each was on the critical path)")
	if k.TooManyOrders {
		fmt.Fprintln(t, "  unknown: the races of the plan have too many orders")
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
		if len(rows) == criticalRows && !t.all {
			hidden++
			continue
		}
		s := t.r.Scenario
		row := [2]string{s.TransitionName(tr.Component, tr.Transition), tr.Pos.String()}
		width = max(width, utf8.RuneCountInString(row[0]))
		rows = append(rows, row)
	}
	for i, row := range rows {
		fmt.Fprintf(t, "  %7s  %-*s  %s\n", percentage(k.Transitions[i].Share), width, row[0], row[1])
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

func (t *simulateText) title(format string, args ...any) {
	fmt.Fprintf(t, "\n%s\n", t.bold(fmt.Sprintf(format, args...)))
}

func (t *simulateText) bold(text string) string {
	if !t.color {
		return text
	}
	return "\x1b[1m" + text + "\x1b[0m"
}

// number is a duration in the unit of the report with three decimals, rounded
// down, to the nearest or up by the sign of the direction.
func (t *simulateText) number(d time.Duration, direction int) string {
	grain := t.unit / 1000
	switch rest := d % grain; {
	case rest == 0:
	case direction < 0:
		d -= rest
	case direction > 0:
		d += grain - rest
	default:
		d = d.Round(grain)
	}
	return fmt.Sprintf("%d.%03d", d/t.unit, d%t.unit/grain)
}

// share is a probability in percent, with the digits that it has: 95 %, 99.9 %.
func share(p float64) string { return fmt.Sprintf("%.6g %%", 100*p) }

// percentage is a measured share in percent with one decimal. What is not all is
// never shown as 100 %, nor what is not nothing as 0 %.
func percentage(p float64) string {
	switch {
	case p < 1 && p > 0.9995:
		return "> 99.9 %"
	case p > 0 && p < 0.0005:
		return "< 0.1 %"
	}
	return fmt.Sprintf("%.1f %%", 100*p)
}
