package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"adagio/analysis"
	"adagio/analysis/montecarlo"
	"adagio/analysis/whatif"
	"adagio/dsl/diag"
	"adagio/dsl/model"
	"adagio/petri"
)

// WhatIf puts a plan beside the same plan with changes, and shows the critical
// path of the second.
func WhatIf(w io.Writer, before, after *analysis.Result, changes []string, opts Options) error {
	t := newText(w, after, opts)
	if longest := max(before.Span.Upper, after.Span.Upper); longest > 0 {
		t.scale = scaleFor(longest)
	}
	t.paragraph(bold, 0, "What if "+strings.Join(changes, "; "))
	t.line("")
	if !t.boundsBeside(before, after) {
		if after.Deadlock != nil {
			t.deadlock()
		}
		return t.flush()
	}
	t.nodesBeside(before, after)
	if after.Deadlock != nil {
		t.deadlock()
	}
	if path := t.path(); path.Node >= 0 {
		t.criticalPath(path)
	}
	return t.flush()
}

func besideColumns(unit, what string) []column {
	return []column{{title: what, shrink: true}, {title: "before (" + unit + ")", right: true}, {title: "after", right: true}, {title: "difference", right: true}}
}

func ending(r *analysis.Result) string {
	switch {
	case r.Deadlock == nil:
		return "always ends"
	case !r.Bounded() && r.Deadlock.Possible, r.Deadlock.Unproved:
		return "not known to end"
	case r.Deadlock.Fails && r.Deadlock.Possible:
		return "may fail"
	case r.Deadlock.Possible:
		return "may deadlock"
	}
	return r.Deadlock.Outcome()
}

func counts(what string, before, after int) []cell {
	return []cell{{text: what}, {text: fmt.Sprint(before)}, {text: fmt.Sprint(after)}, {text: fmt.Sprintf("%+d", after-before)}}
}

// beside is a row that compares two bounds, end by end.
func (t *text) beside(what string, before, after analysis.Bound) []cell {
	return []cell{{text: what}, {text: t.scale.bound(before)}, {text: t.scale.bound(after)}, {text: t.differences(after.Lower-before.Lower, after.Upper-before.Upper)}}
}

// doneBeside compares the dates by which everything is done, of which one may never come.
func (t *text) doneBeside(before, after *analysis.Result) []cell {
	b, a := before.Done(), after.Done()
	if !a.Upper.IsNever() && !b.Upper.IsNever() {
		return t.beside("done", b.Bound(), a.Bound())
	}
	return []cell{{text: "done"}, {text: t.opts.Dates(b)}, {text: t.opts.Dates(a)}, {}}
}

// differences are those of the two ends; once where they are the same.
func (t *text) differences(lower, upper time.Duration) string {
	signed := func(d time.Duration) string {
		if d > 0 {
			return "+" + t.scale.number(d, nearest)
		}
		return t.scale.number(d, nearest)
	}
	if lower == upper {
		return signed(lower)
	}
	return signed(lower) + ", " + signed(upper)
}

// nodesBeside lists the nodes whose programs take another time, the greatest
// difference first.
func (t *text) nodesBeside(before, after *analysis.Result) {
	was := map[string]*analysis.NodeBound{} // another parameter has other nodes
	for n := range before.Nodes {
		was[before.Scenario.Nodes[n].Name] = &before.Nodes[n]
	}
	old := func(n int) *analysis.NodeBound { return was[after.Scenario.Nodes[n].Name] }
	change := func(n int) time.Duration { return after.Nodes[n].Duration.Upper - old(n).Duration.Upper }
	var changed []int
	for n := range after.Nodes {
		if o := old(n); o != nil && o.Ends && after.Nodes[n].Ends && o.Duration != after.Nodes[n].Duration {
			changed = append(changed, n)
		}
	}
	if len(changed) == 0 {
		return
	}
	slices.SortStableFunc(changed, func(a, b int) int { return cmp.Compare(change(b).Abs(), change(a).Abs()) })
	t.title("Nodes whose programs take another time")
	var rows [][]cell
	for _, n := range t.head(changed) {
		rows = append(rows, t.beside(t.r.Scenario.Nodes[n].Name, old(n).Duration, after.Nodes[n].Duration))
	}
	t.table(besideColumns(t.scale.name, "node"), rows)
	t.more(len(changed)-len(rows), "nodes", "--all")
}

// head is what is shown of a long list.
func (t *text) head(list []int) []int {
	if len(list) > cut && !t.opts.All {
		return list[:cut]
	}
	return list
}

// DragsUntriedText says of how many delays the drag is not known.
func DragsUntriedText(n int) string {
	return "the plan is too large for the drag of " + diag.Count(n, "more delay") + ", not tried: first come the critical path and its longest delays"
}

// Drags tells what each delay costs, and how many were not tried. The shares of a simulation
// are put beside if there are some.
func Drags(w io.Writer, r *analysis.Result, drags []whatif.Drag, untried int, simulated *montecarlo.Result, opts Options) error {
	t := newText(w, r, opts)
	t.paragraph(bold, 0, fmt.Sprintf("Drag (in %s): how much shorter the makespan gets if a delay were zero, by another analysis", t.scale.name))
	share := shares(simulated)
	columns := []column{{title: "at upper", right: true}, {title: "at lower", right: true}, {title: "slack", right: true}, {title: "critical", right: true}, {title: "delay", right: true}, {title: "of", shrink: true}, {title: "where"}}
	var rows [][]cell
	hidden := 0
	for _, d := range drags {
		if len(rows) >= cut && !t.opts.All {
			hidden++
			continue
		}
		row := []cell{{text: t.scale.number(d.Upper, nearest)}, {text: t.scale.number(d.Lower, nearest)}, {}, {},
			{text: t.scale.delay(d.Targets[0].Delay(r.Scenario))}, {text: d.Name}, {pos: d.Targets[0].Pos(r.Scenario), color: dim}}
		if len(d.Targets) == 1 {
			row[3].text = share[d.Targets[0]]
		}
		if d.Slack != nil {
			row[2].text = t.scale.margin(*d.Slack)
		}
		if d.Err != nil {
			row[0], row[1], row[5].text = cell{}, cell{}, row[5].text+": "+d.Err.Error()
		}
		rows = append(rows, row)
	}
	if len(share) == 0 {
		columns = slices.Delete(columns, 3, 4)
		for i := range rows {
			rows[i] = slices.Delete(rows[i], 3, 4)
		}
	}
	t.table(columns, rows)
	t.more(hidden, "delays with less drag", "--all")
	if untried > 0 {
		t.paragraph(yellow, 2, DragsUntriedText(untried))
	}
	if len(rows) > 0 {
		t.paragraph(dim, 2, "slack: how much longer a delay may take until everything is done later; drag is of the longest program alone")
	}
	if simulated != nil && simulated.Criticality != nil && simulated.Criticality.Explained > 0 { // there is none where nodes sleep
		t.paragraph(dim, 2, fmt.Sprintf("critical: the share of %s in which a transition was on a critical path", diag.Count(simulated.Criticality.Explained, "simulated execution")))
	}
	return t.flush()
}

// shares are the criticality indices of transitions.
func shares(simulated *montecarlo.Result) map[whatif.Target]string {
	out := map[whatif.Target]string{}
	if simulated == nil || simulated.Criticality == nil {
		return out
	}
	for _, c := range simulated.Criticality.Transitions {
		out[whatif.Target{Kind: whatif.TransitionDuration, Component: c.Component, Element: c.Transition}] = fmt.Sprintf("%.1f %%", 100*c.Share)
	}
	return out
}

// Response tells how the makespan follows one duration.
func Response(w io.Writer, r *analysis.Result, x *whatif.Response, opts Options) error {
	t := newText(w, r, opts)
	name := x.Target.Name(r.Scenario)
	end, atEnd, rounding := "upper", "most", up
	if x.End == petri.Earliest {
		end, atEnd, rounding = "lower", "least", down
	}
	t.paragraph(bold, 0, fmt.Sprintf("The %s bound of the makespan by how long %s lasts", end, name))
	lasts := func(d time.Duration) string { return model.FormatDuration(x.Lasts(r.Scenario, d)) }
	now := x.Target.Delay(r.Scenario)
	t.paragraph(dim, 2, fmt.Sprintf("now it lasts %s, which with what the executor adds is up to %s", now, lasts(x.End.Of(now))))
	if h := x.Harmless; h != nil {
		t.paragraph(unpainted, 2, fmt.Sprintf("the upper bound stays %s where it lasts anything up to %s: of %s the greatest that keeps it, each by another analysis", t.opts.write(r.Makespan.Upper, up), lasts(h.Most), diag.Count(h.Tried+1, "value")))
	}
	var rows [][]cell
	for _, p := range x.Parts {
		if p.Err != nil {
			why := p.Err.Error()
			if p.Bound != nil {
				why = fmt.Sprintf("at %s %s; %s", atEnd, t.opts.write(*p.Bound, rounding), why)
			}
			rows = append(rows, []cell{{text: lasts(p.From)}, {text: lasts(p.To)}, {text: why, color: yellow}})
			continue
		}
		for i, k := range p.Makespan.Pieces {
			to := p.Makespan.To
			if i+1 < len(p.Makespan.Pieces) {
				to = p.Makespan.Pieces[i+1].From
			}
			rows = append(rows, []cell{{text: model.FormatDuration(k.From)}, {text: model.FormatDuration(to)}, {text: line(k, Durations{Precise: true})}})
		}
	}
	t.table([]column{{title: "from", right: true}, {title: "to", right: true}, {title: "makespan", shrink: true}}, rows)
	return t.flush()
}

// line is a linear piece as a formula.
func line(p whatif.Piece, w Durations) string {
	switch p.Slope {
	case 0:
		return w.Nearest(p.Value)
	case 1:
		return fmt.Sprintf("%s + (duration - %s)", w.Nearest(p.Value), w.Nearest(p.From))
	}
	return fmt.Sprintf("%s + %d (duration - %s)", w.Nearest(p.Value), p.Slope, w.Nearest(p.From))
}

// Advice tells what can be relaxed, and what would be faster but must not be.
func Advice(w io.Writer, r *analysis.Result, c *whatif.Counsel, opts Options) error {
	t := newText(w, r, opts)
	t.paragraph(bold, 0, "Advice: what can be relaxed without a new race, a deadlock or another final state, each proved by another analysis")
	var rows [][]cell
	for i, a := range c.Advice {
		rows = append(rows, t.advice(fmt.Sprint(i+1), a))
	}
	if c.Together != nil {
		rows = append(rows, t.advice("all", *c.Together))
	}
	if len(rows) == 0 {
		t.line("  nothing: no wait and no order of instructions that may be given up makes the plan faster")
	} else {
		t.table([]column{{right: true}, {title: "saves (" + t.scale.name + ")", right: true}, {title: "makespan", right: true}, {title: "hazards", right: true}, {title: "where"}}, rows)
		t.line("")
	}
	for i, a := range c.Advice {
		t.paragraph(unpainted, 2, fmt.Sprintf("%d: %s%s", i+1, changes(a.Changes), undoes(r, a)))
	}
	if c.Together != nil {
		t.paragraph(unpainted, 2, "all: what goes together of these: "+changes(c.Together.Changes))
	}
	if len(rows) > 0 {
		t.line("")
		t.paragraph(dim, 2, "A wait may be there for a reason that no port states: keep { … } around it in the plan protects it. --what-if 'CHANGE' shows what a change does.")
	}
	if len(c.Rejected) > 0 {
		t.title("Faster, but no advice")
		for _, x := range c.Rejected {
			t.paragraph(unpainted, 2, fmt.Sprintf("%s (%s): %s", changes(x.Changes), t.where(x.Pos), x.Err))
		}
	}
	return t.flush()
}

// undoes says which order of components an advice gives up.
func undoes(r *analysis.Result, a whatif.Advice) string {
	if len(a.Undoes) == 0 {
		return ""
	}
	first := a.Undoes[0]
	name := func(c int) string { return r.Scenario.Components[c].Name }
	more := ""
	if n := len(a.Undoes) - 1; n > 0 {
		more = fmt.Sprintf(" (and %d more)", n)
	}
	return fmt.Sprintf("; then %s no longer waits until %s has ended%s, which may be what the plan is for", name(first[1]), name(first[0]), more)
}

func (t *text) advice(number string, a whatif.Advice) []cell {
	return []cell{{text: number}, {text: t.saved(&a), color: green}, {text: t.scale.bound(a.After.Makespan)}, {text: hazards(t.r, a.After)}, {pos: a.Pos, color: dim}}
}

func (t *text) saved(a *whatif.Advice) string {
	return t.scale.bound(analysis.Bound{Lower: min(a.Lower, a.Upper), Upper: max(a.Lower, a.Upper)})
}

func hazards(before, after *analysis.Result) string {
	return fmt.Sprintf("%+d", len(after.Hazards)-len(before.Hazards))
}

func changes(list []whatif.Change) string {
	var out []string
	for _, c := range list {
		out = append(out, c.String())
	}
	return strings.Join(out, "; ")
}
