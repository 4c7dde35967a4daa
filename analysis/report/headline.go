package report

import (
	"cmp"
	"fmt"
	"slices"

	"adagio/analysis"
	"adagio/dsl/diag"
	"adagio/petri"
)

// headline says what was analysed and what came out.
func (t *text) headline() {
	r, s := t.r, t.r.Scenario
	t.paragraph(bold, 0, fmt.Sprintf("plan %s of %s (%s): %s, %s; executor %s, semantics %s", s.Name, s.Assembly, t.where(s.Pos),
		diag.Count(len(s.Nodes), "node"), diag.Count(len(s.Components), "component"), &s.Network.Profile, s.Semantics))
	t.line("")
	switch {
	case !r.Bounded():
		t.line("  %s", t.paint(red, r.Deadlock.Summary()))
		if text := hangNotCovered(r); text != "" {
			t.paragraph(yellow, 2, text)
		}
	default:
		if r.Deadlock != nil && r.Deadlock.Unproved {
			t.paragraph(red, 2, r.Deadlock.Summary()+"; the bounds are of the executions that end")
		} else if r.Deadlock != nil {
			t.paragraph(red, 2, r.Deadlock.Summary()+"; the bounds are of what ends")
		}
		t.done()
		t.cover()
		t.notCovered()
	}
}

// cover says how the orders of races were covered.
func (t *text) cover() {
	c := t.r.Cover
	if c == nil {
		return
	}
	how := "the orders of the races are too many to explore; the bounds cover all of them"
	if t.r.Strict {
		how = "the bounds cover hazards, too, and all orders of events that they leave open"
	}
	switch {
	case c.Open == 0 && t.r.Strict:
		how = "the bounds cover hazards, too, which leave no order of events open"
	case c.Open == 0:
		how = "exploring the orders of events was given up; a cover shows that none of them is open"
	case c.Exact:
		how += fmt.Sprintf(": %s open, none of them on the way to the upper bound", diag.Count(c.Open, "question"))
	default:
		how += fmt.Sprintf(": %s open, %s of them; the upper bound need not be reached", diag.Count(c.Open, "question"), diag.Count(c.Evaluations, "evaluation"))
	}
	t.paragraph(dim, 12, how)
}

// done leads: the date by which everything is done, and beside it the longest program.
func (t *text) done() {
	done := t.r.Done()
	text := "  done      " + t.paint(green, t.opts.Dates(done))
	switch b := done.Bound(); {
	case done.Upper.IsNever():
	case b.Width() == 0:
		text += "   exactly"
	default:
		text += "   ± " + percent(b.Width()/2, b.Middle())
	}
	t.line("%s", text)
	t.paragraph(dim, 12, "from the first start of a node until every program has ended and every component is idle")
	if q := t.r.Quiescence; q != nil {
		t.paragraph(yellow, 12, fmt.Sprintf("the last program ends at %s; %s", t.opts.Bound(t.r.Span), q.Text(t.r.Scenario, t.opts.All)))
		for _, w := range q.Waits {
			t.waiting("          ", w)
		}
	}
	t.paragraph(dim, 12, fmt.Sprintf("longest program of a node, from its own start: %s, the makespan of Ballet's authors", t.opts.Bound(t.r.Makespan)))
}

// notCovered says beside the bounds what they leave out.
func (t *text) notCovered() {
	if text := NotCovered(t.r); text != "" {
		t.paragraph(yellow, 12, "not covered: "+text+" (--hazards lists them, --strict covers them)")
	}
	if u := t.r.Unclosed; u != nil {
		if t.opts.All {
			t.paragraph(yellow, 12, u.Text(t.r.Scenario, true))
			for _, w := range u.Waits {
				t.waiting("          ", w)
			}
		} else {
			t.paragraph(yellow, 12, u.Text(t.r.Scenario, false)+" (--all says why)")
		}
	}
}

// Unending says what is known of the end of a program that is not known to end.
func Unending(r *analysis.Result, n analysis.NodeBound) string {
	switch {
	case n.Open:
		return "not known"
	case r.Deadlock.Possible:
		return "possibly never"
	}
	return "never"
}

// nodes says when the program of each node ends.
func (t *text) nodes() {
	nodes := slices.Clone(t.r.Nodes)
	title := "Nodes"
	if len(nodes) > cut && !t.opts.All {
		slices.SortStableFunc(nodes, func(a, b analysis.NodeBound) int {
			return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(b.End.Upper, a.End.Upper))
		})
		title, nodes = "Nodes that end last", nodes[:cut]
	}
	t.title("%s (in %s, counted from the first start)", title, t.scale.name)
	var rows [][]cell
	for _, n := range nodes {
		name := t.r.Scenario.Nodes[n.Node].Name
		row := []cell{{text: name}, {text: t.scale.bound(n.Start)}, {text: t.scale.bound(n.End)}, {text: t.scale.bound(n.Duration)}}
		if !n.Ends {
			row[2], row[3] = cell{text: Unending(t.r, n), color: red}, cell{}
		}
		rows = append(rows, row)
	}
	t.table([]column{{title: "node", shrink: true}, {title: "program starts", right: true}, {title: "ends", right: true}, {title: "takes", right: true}}, rows)
	t.more(len(t.r.Nodes)-len(nodes), "nodes", "--all")
}

// rank puts the nodes whose programs never end first.
func rank(n analysis.NodeBound) int {
	if n.Ends {
		return 1
	}
	return 0
}

// path is the critical path that the report is about.
func (t *text) path() analysis.Path {
	return t.r.DonePath(petri.End(!t.opts.Lower))
}
