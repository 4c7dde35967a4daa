package page

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"path/filepath"
	"strings"
	"time"

	"adagio/analysis"
	"adagio/analysis/report"
	"adagio/analysis/report/gantt"
	"adagio/analysis/schedule"
	"adagio/dsl/diag"
)

//go:embed diff.html
var diffHTML string

var parsedDiff = template.Must(template.New("diff").Parse(diffHTML + headHTML))

// Diff is what a page about two plans shows.
type Diff struct {
	Before, After *analysis.Result
	Changes       []string // that make the second from the first, if it was made so
	Made          string   // by which program and command
}

// mostRows is how many rows a chart of the page about two plans has; more are too many to
// be compared by eye.
const mostRows = 200

// diffView is what the template shows, in words.
type diffView struct {
	head
	Sides               []*diffSide
	Changes             string
	Verdict, Difference string
	Basis               string // what the difference is of
	Badges              []badge
	Instructions        []report.InstructionsDiff
	Changed, Unit, Same string
	Critical, Nodes     []diffRow
	Defs                template.HTML
	Charts              []diffChart
	NoCharts, Made      string
}

// diffSide is one of the plans.
type diffSide struct {
	Name, Title, Where, Done, Verdict string
	Waits                             items // of a deadlock
}

// diffRow is what a table has before and after.
type diffRow struct{ Name, What, Before, After, Difference string }

type diffChart struct {
	Name string
	SVG  template.HTML
}

// WriteDiff writes a page that puts two plans side by side: bounds, instructions, the
// critical paths, and both executions at the upper bound on one axis.
func WriteDiff(w io.Writer, in Diff) error {
	doc := report.NewDiff(in.Before, in.After)
	units := report.UnitsFor(max(in.Before.Span.Upper, in.After.Span.Upper))
	before, after := newSide("before", in.Before), newSide("after", in.After)
	v := &diffView{head: head{Title: before.Title + " and " + after.Title, Style: template.CSS(style())}, Sides: []*diffSide{before, after}, Changes: strings.Join(in.Changes, "; "),
		Instructions: doc.Instructions, Changed: diag.Count(len(doc.Instructions), "node"), Unit: units.Name(), Made: in.Made}
	if before.Title == after.Title {
		v.Title = before.Title + ", before and after"
	}
	v.verdict(in)
	v.critical(doc.Critical, units)
	v.nodes(in, units)
	if err := v.charts(in); err != nil {
		return err
	}
	return parsedDiff.Execute(w, v)
}

func newSide(name string, r *analysis.Result) *diffSide {
	s := r.Scenario
	side := &diffSide{Name: name, Title: fmt.Sprintf("plan %s of %s", s.Name, s.Assembly), Where: fmt.Sprintf("%s:%d", filepath.Base(s.Pos.File), s.Pos.Line), Done: "never"}
	if d := r.Deadlock; d != nil {
		side.Verdict = d.Summary()
		for _, w := range d.Waits {
			side.Waits.add(item{Text: w.Text, At: place{File: -1}})
		}
	}
	if r.Bounded() {
		side.Done = report.Durations{}.Dates(r.Done())
	}
	return side
}

// unending says what a plan without bounds does.
func unending(r *analysis.Result) string {
	if r.Deadlock.Possible {
		return "is not known to end"
	}
	return "never ends"
}

// verdict says which plan is done earlier, and what else differs.
func (v *diffView) verdict(in Diff) {
	before, after := in.Before.Done(), in.After.Done()
	b, a := before.Bound(), after.Bound()
	switch {
	case !in.Before.Bounded() && !in.After.Bounded():
		if v.Verdict, v.Difference = "Neither plan ends", "never"; in.Before.Deadlock.Possible || in.After.Deadlock.Possible {
			v.Verdict, v.Difference = "Neither plan is known to end", "no bounds"
		}
	case !in.After.Bounded():
		v.Verdict, v.Difference = "The second plan "+unending(in.After), "no bounds"
	case !in.Before.Bounded():
		v.Verdict, v.Difference = "The first plan "+unending(in.Before), v.Sides[1].Done
	case before.Upper.IsNever() || after.Upper.IsNever():
		v.Verdict, v.Difference = "Something may never become idle", v.Sides[1].Done
	default:
		v.Verdict, v.Difference = later(a.Upper-b.Upper), signed(a.Upper-b.Upper)
		v.Basis = fmt.Sprintf("the upper bounds differ by this, the lower bounds by %s", signed(a.Lower-b.Lower))
		switch {
		case a.Upper < b.Lower:
			v.Verdict, v.Basis = "The second plan is done earlier", v.Basis+"; every execution of the second is done earlier than any of the first"
		case b.Upper < a.Lower:
			v.Verdict, v.Basis = "The second plan is done later", v.Basis+"; every execution of the first is done earlier than any of the second"
		}
	}
	add := func(what string, before, after int) {
		kind := ""
		switch {
		case after > before:
			kind = "warning"
		case after == 0:
			kind = "fine"
		}
		v.Badges = append(v.Badges, badge{kind, fmt.Sprintf("%s: %d, then %d", what, before, after), ""})
	}
	add("races", len(in.Before.Races), len(in.After.Races))
	add("hazards", len(in.Before.Hazards), len(in.After.Hazards))
	if len(v.Instructions) == 0 {
		v.Badges = append(v.Badges, badge{"", "the same instructions", ""})
	} else {
		v.Badges = append(v.Badges, badge{"", "instructions of " + v.Changed + " differ", "instructions"})
	}
}

func later(d time.Duration) string {
	switch {
	case d < 0:
		return "The second plan has the earlier upper bound"
	case d > 0:
		return "The second plan has the later upper bound"
	}
	return "Both plans have the same upper bound"
}

func signed(d time.Duration) string {
	if d > 0 {
		return "+" + report.Durations{}.Nearest(d)
	} else if d < 0 {
		return "−" + report.Durations{}.Nearest(-d)
	}
	return "0s"
}

// critical lists the work that is on one critical path only, or lasts another time there.
func (v *diffView) critical(list []report.CriticalDiff, units report.Units) {
	same := 0
	text := func(ns *int64) string {
		if ns == nil {
			return "not critical"
		}
		return units.Number(time.Duration(*ns))
	}
	for _, d := range list {
		if d.BeforeNS != nil && d.AfterNS != nil && *d.BeforeNS == *d.AfterNS {
			same++
			continue
		}
		v.Critical = append(v.Critical, diffRow{What: d.Text, Before: text(d.BeforeNS), After: text(d.AfterNS)})
	}
	if same > 0 {
		v.Same = diag.Count(same, "step")
	}
}

// nodes lists the nodes that both plans have and whose programs end at another date.
func (v *diffView) nodes(in Diff, units report.Units) {
	was := map[string]*analysis.NodeBound{}
	for n := range in.Before.Nodes {
		was[in.Before.Scenario.Nodes[n].Name] = &in.Before.Nodes[n]
	}
	for _, n := range in.After.Nodes {
		name := in.After.Scenario.Nodes[n.Node].Name
		if o := was[name]; o != nil && o.Ends && n.Ends && o.End != n.End {
			v.Nodes = append(v.Nodes, diffRow{Name: name, Before: units.Bound(o.End), After: units.Bound(n.End), Difference: signed(n.End.Upper - o.End.Upper)})
		}
	}
}

// charts draws both executions on one axis.
func (v *diffView) charts(in Diff) error {
	var laid []*schedule.Schedule
	end, rows := time.Duration(0), 0
	for _, r := range []*analysis.Result{in.Before, in.After} {
		s, err := schedule.Of(r, analysis.AtUpper)
		if err != nil {
			return err
		}
		laid, end, rows = append(laid, s), max(end, s.End), max(rows, len(s.Rows))
	}
	if rows > mostRows {
		v.NoCharts = fmt.Sprintf("Not drawn: charts of %d rows. adagio explain --html has one of each plan that folds.", rows)
		return nil
	}
	v.Defs = template.HTML(gantt.Defs)
	for i, s := range laid {
		var b strings.Builder
		if err := gantt.Part(&b, s, end, v.Sides[i].Name+": "+v.Sides[i].Title); err != nil {
			return err
		}
		v.Charts = append(v.Charts, diffChart{v.Sides[i].Name, template.HTML(b.String())})
	}
	return nil
}
