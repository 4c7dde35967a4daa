package validate

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"adagio/analysis/report"
	"adagio/analysis/validate"
	"adagio/dsl/diag"
)

// Options say how a validation is written for people.
type Options struct {
	// All shows every run, and all that is outside.
	All bool
	// Color has headings in bold.
	Color bool
}

// text writes a validation for people.
type text struct {
	io.Writer
	r          *validate.Report
	all, color bool
}

// Text writes a validation for people.
func Text(w io.Writer, r *validate.Report, o Options) error {
	return (&text{w, r, o.All, o.Color}).write()
}

func (t *text) write() error {
	s := &t.r.Total
	fmt.Fprintf(t, "%s of %s, durations: %s; predicted is the mean of simulated executions\n", diag.Count(s.Runs, "execution"), diag.Count(len(t.r.Groups), "plan"), t.r.Durations)
	if s.Refused > 0 {
		fmt.Fprintf(t, "%d of them have no bounds\n", s.Refused)
	}
	if s.Deadlocks > 0 {
		fmt.Fprintf(t, "%d of them end, and not in the model\n", s.Deadlocks)
	}
	t.table("Makespans", func(s *validate.Summary) *validate.Statistics { return &s.Makespan })
	t.forecasts()
	t.hazards()
	t.table("Ends of nodes", func(s *validate.Summary) *validate.Statistics { return &s.Ends })
	t.table("Starts and ends of transitions", func(s *validate.Summary) *validate.Statistics { return &s.Dates })
	t.singles()
	t.widths()
	t.delays()
	if t.all {
		t.runs()
	}
	return t.outside()
}

// heading starts a section.
func (t *text) heading(text string) {
	if t.color {
		text = "\x1b[1m" + text + "\x1b[0m"
	}
	fmt.Fprintf(t, "\n%s\n", text)
}

// table writes one kind of statistics, a line for each plan.
func (t *text) table(title string, of func(*validate.Summary) *validate.Statistics) {
	makespans := title == "Makespans"
	head := []string{"plan", "sites", "inside", "error: mean", "median", "greatest", "bias", "width"}
	if makespans {
		head = append(head, "error", "width")
	}
	rows := [][]string{head}
	line := func(s *validate.Summary, name, sites string) {
		x := of(s)
		row := []string{name, sites, fmt.Sprintf("%d of %d", x.Inside, x.Count), milli(x.MeanError), milli(x.MedianError), milli(x.MaxError), milli(x.Bias), milli(x.MeanWidth)}
		if makespans {
			row = append(row, fmt.Sprintf("%.3f %%", 100*x.MeanRelative), fmt.Sprintf("%.2f %%", 100*x.Width))
		}
		if x.Count == 0 { // nothing to tell of nothing
			clear(row[3:])
		}
		rows = append(rows, row)
	}
	for i := range t.r.Groups {
		g := &t.r.Groups[i]
		line(g, planName(g.Key), sites(g.Key))
	}
	line(&t.r.Total, "all", "")
	t.heading(title + " (in s)")
	t.align(rows, 1)
}

// singles writes what else tables tell, a line for each kind of rows.
func (t *text) singles() {
	rows := [][]string{{"kind", "rows", "dates", "inside", "error: mean", "median", "greatest", "width"}}
	for _, x := range t.r.Total.Singles {
		rows = append(rows, []string{x.Kind, fmt.Sprint(x.Rows), fmt.Sprint(x.Count), fmt.Sprint(x.Inside), milli(x.MeanError), milli(x.MedianError), milli(x.MaxError), milli(x.MeanWidth)})
	}
	if len(rows) > 1 {
		t.heading("All other rows of the tables, by kind (in s)")
		t.align(rows, 1)
	}
}

// forecasts writes how the simulation forecasts the makespans, a line for each plan.
func (t *text) forecasts() {
	rows := [][]string{{"plan", "sites", "inside", "share", "width", "of the bounds", "CRPS", "of the other runs"}}
	line := func(s *validate.Summary, name, sites string) {
		f := &s.Forecasts
		row := []string{name, sites, fmt.Sprintf("%d of %d", f.Inside, f.Count), "", "", "", "", ""}
		if f.Count > 0 {
			row = append(row[:3], fmt.Sprintf("%.0f %%", 100*float64(f.Inside)/float64(f.Count)), milli(f.Width), milli(s.Makespan.MeanWidth), milli(f.CRPS), "")
		}
		if f.Compared > 0 {
			row[7] = milli(f.Baseline)
		}
		rows = append(rows, row)
	}
	for i := range t.r.Groups {
		g := &t.r.Groups[i]
		line(g, planName(g.Key), sites(g.Key))
	}
	line(&t.r.Total, "all", "")
	t.heading("Forecasts: makespans in the 5 % .. 95 % interval of the simulated ones (in s)")
	t.align(rows, 1)
}

// hazards writes how probable early returns of waits are, and which were measured, a line
// for each plan that has hazards.
func (t *text) hazards() {
	rows := [][]string{{"plan", "sites", "hazards", "at least one strikes in", "runs with an early return", "inside of strict bounds"}}
	for i := range t.r.Groups {
		g := &t.r.Groups[i]
		h := &g.Hazards
		if h.Count == 0 && h.Struck == 0 {
			continue
		}
		chance := "not known"
		if h.Known {
			chance = fmt.Sprintf("%.2g .. %.2g %%", 100*h.LeastChance, 100*h.GreatestChance)
		}
		row := []string{planName(g.Key), sites(g.Key), fmt.Sprint(h.Count), chance, fmt.Sprintf("%d of %d", h.Struck, g.Runs), ""}
		if h.Struck > 0 {
			row[5] = fmt.Sprintf("%d of %d", h.HeldByStrict, h.Struck-h.Unasked)
		}
		rows = append(rows, row)
	}
	if len(rows) > 1 {
		t.heading("Hazards: a wait returns early if it looks within a window of under a millisecond, which the bounds do not cover")
		t.align(rows, 1)
	}
}

// early writes the early returns of a run, and what strict bounds make of it.
func (t *text) early(r *validate.Run) {
	for _, e := range r.Early {
		known := "a hazard of the plan"
		if !e.Hazard {
			known = "no hazard of the plan"
		}
		fmt.Fprintf(t, "    %s returned %s s early at %s s on %s: %s\n", e.Wait, milli(e.By), milli(e.At), e.Node, known)
	}
	switch s := r.Strict; {
	case s == nil:
	case s.Refused != nil:
		fmt.Fprintf(t, "    strict bounds: %v\n", s.Refused)
	case s.Holds:
		fmt.Fprintf(t, "    strict bounds hold it: makespan %s\n", report.Rounded(s.Makespan))
	default:
		fmt.Fprintf(t, "    strict bounds do not hold it: makespan %s\n", report.Rounded(s.Makespan))
	}
}

// align writes rows in columns, the first ones to the left.
func (t *text) align(rows [][]string, left int) {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], len([]rune(cell)))
		}
	}
	for _, row := range rows {
		var b strings.Builder
		for i, cell := range row {
			pad := strings.Repeat(" ", widths[i]-len([]rune(cell)))
			if i < left {
				cell += pad
			} else {
				cell = pad + cell
			}
			b.WriteString("  " + cell)
		}
		fmt.Fprintln(t, strings.TrimRight(b.String(), " "))
	}
}

// widths says what the width of the bounds comes from.
func (t *text) widths() {
	rows := [][]string{{"cause", "mean"}}
	for _, w := range t.r.Total.Width {
		rows = append(rows, []string{w.What, milli(w.Width)})
	}
	if len(rows) > 1 {
		t.heading("What the width of the makespan is made of: delays on the critical path to the upper end (in s)")
		t.align(rows, 1)
	}
}

// delays writes the delays between measured dates.
func (t *text) delays() {
	rows := [][]string{{"delay", "count", "too early", "too late", "mean", "95 %", "greatest", "model: from", "to"}}
	for _, d := range t.r.Delays {
		rows = append(rows, []string{d.What, fmt.Sprint(d.Count), fmt.Sprint(d.Early), fmt.Sprint(d.Late), milli(d.Mean), milli(d.P95), milli(d.Most), milli(d.ModelLower), milli(d.ModelUpper)})
	}
	if len(rows) > 1 {
		t.heading("Each delay alone, all dates before it as measured (in s; the model's are means)")
		t.align(rows, 1)
	}
}

// runs writes every run.
func (t *text) runs() {
	rows := [][]string{{"run", "plan", "sites", "measured", "bounds", "predicted", "error"}}
	for i := range t.r.Runs {
		r := &t.r.Runs[i]
		row := []string{r.ID, planName(r.Key), sites(r.Key), "?", "", "", ""}
		if m := r.Makespan; m != nil {
			row = append(row[:3], milli(m.Measured), report.Rounded(m.Bound), milli(m.Predicted), milli(m.Error()))
		}
		rows = append(rows, row)
	}
	t.heading("Runs (in s)")
	t.align(rows, 2)
}

// outside lists what is outside of its bounds, and where the model parts from the
// measurement.
func (t *text) outside() error {
	const few = 5
	var bad []*validate.Run
	for i := range t.r.Runs {
		if t.r.Runs[i].Outside() || len(t.r.Runs[i].Early) > 0 {
			bad = append(bad, &t.r.Runs[i])
		}
	}
	if len(bad) == 0 {
		text := "Everything measured is inside of its bounds."
		if n, skipped := t.r.Lacking(), len(t.r.Problems); n > 0 || skipped > 0 {
			text = "What was compared is inside of its bounds."
			if n > 0 {
				text += fmt.Sprintf(" Of %s of %d something could not be compared.", diag.Count(n, "execution"), len(t.r.Runs))
			}
			if skipped > 0 {
				text += fmt.Sprintf(" Skipped: %s.", diag.Count(skipped, "execution"))
			}
		}
		_, err := fmt.Fprintln(t, "\n"+text)
		return err
	}
	what := "Outside"
	if slices.ContainsFunc(bad, func(r *validate.Run) bool { return !r.Outside() }) {
		what += ", or with an early return"
	}
	t.heading(fmt.Sprintf("%s: %s of %d", what, diag.Count(len(bad), "execution"), len(t.r.Runs)))
	shown := bad
	if !t.all {
		shown = bad[:min(len(bad), 4*few)]
	}
	for _, r := range shown {
		t.stray(r, few)
	}
	if more := len(bad) - len(shown); more > 0 {
		fmt.Fprintf(t, "  … and %s more (--all shows all)\n", diag.Count(more, "execution"))
	}
	return nil
}

// stray writes what is outside of one run.
func (t *text) stray(r *validate.Run, few int) {
	fmt.Fprintf(t, "  %v, run %s\n", r.Key, r.ID)
	if p := r.Parting; p != nil && p.Node != "" {
		fmt.Fprintf(t, "    they part at %s s on %s: %s\n", milli(p.At), p.Node, p.Reason)
	} else if p != nil {
		fmt.Fprintf(t, "    %s\n", p.Reason)
	}
	t.early(r)
	var dates []*validate.Date
	if r.Makespan != nil {
		dates = append(dates, r.Makespan)
	}
	for i := range r.Ends {
		dates = append(dates, &r.Ends[i])
	}
	dates = append(dates, r.Single()...)
	dates = slices.DeleteFunc(dates, func(d *validate.Date) bool { return d.Inside() })
	for i, d := range dates {
		if i == few && !t.all {
			fmt.Fprintf(t, "    … and %s more (--all shows all)\n", diag.Count(len(dates)-i, "date"))
			break
		}
		fmt.Fprintf(t, "    %s: %s s, bounds %s\n", dateName(d), milli(d.Measured), report.Rounded(d.Bound))
	}
}

// dateName is a date in words.
func dateName(d *validate.Date) string {
	switch {
	case d.Item != "":
		return fmt.Sprintf("%s of %s on %s", d.What, d.Item, d.Node)
	case d.Component != "":
		return fmt.Sprintf("%s of %s.%s", d.What, d.Component, d.Transition)
	case d.Node != "":
		return "end of node " + d.Node
	}
	return d.What
}

// milli is a duration in seconds with three decimals.
func milli(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }

// planName names a plan without its sites.
func planName(k validate.Key) string {
	return strings.Join(strings.Fields(k.Case+" "+k.Variant+" "+k.Operation), " ")
}

// sites is the number of sites of a plan, if it is known.
func sites(k validate.Key) string {
	if k.Sites == 0 {
		return ""
	}
	return fmt.Sprint(k.Sites)
}
