package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"adagio/analysis"
	"adagio/dsl/diag"
	"adagio/dsl/model"
	"adagio/petri"
)

var categoryColors = map[petri.Category]color{
	petri.Work: green, petri.Transfer: yellow, petri.Executor: blue, petri.Pausing: magenta, petri.Starting: magenta, petri.Asleep: magenta,
}

// Fields are the columns that paths can have.
var Fields = []string{"required", "total", "own", "kind", "slack", "node", "component", "what", "where"}

// usualFields are those that paths have unless others are asked for.
var usualFields = []string{"total", "own", "kind", "what", "where"}

var pathColumns = map[string]column{
	"required": {right: true}, "total": {right: true}, "own": {right: true}, "kind": {}, "slack": {right: true}, "node": {}, "component": {}, "what": {shrink: true}, "where": {},
}

// criticalPath writes the path line by line.
func (t *text) criticalPath(p analysis.Path) {
	end := "upper"
	if t.opts.Lower {
		end = "lower"
	}
	t.title("Critical path to the %s bound, %s: why not everything is done earlier", end, t.opts.Nearest(p.Length))
	t.pathTable(p)
}

// paths writes the paths that were asked for, the longest first.
func (t *text) paths() {
	longest := t.opts.Paths[0].Length
	for i, p := range t.opts.Paths {
		less := ""
		if i > 0 {
			less = fmt.Sprintf(", %s less than the first", t.opts.Nearest(longest-p.Length))
		}
		t.title("Path %d of %d, %s%s: %s", i+1, len(t.opts.Paths), t.opts.Nearest(p.Length), less, t.goal(p))
		t.pathTable(p)
	}
}

// goal says where a path ends.
func (t *text) goal(p analysis.Path) string {
	last := p.Steps[len(p.Steps)-1]
	return fmt.Sprintf("to %q on %s", last.Text, t.r.Scenario.Nodes[last.Node].Name)
}

// pathTable writes a path with a heading where it changes node.
func (t *text) pathTable(p analysis.Path) {
	nodes := t.r.Scenario.Nodes
	fields := t.opts.Fields
	if fields == nil {
		fields = usualFields
	}
	var columns []column
	for _, f := range fields {
		c := pathColumns[f]
		c.title = f
		columns = append(columns, c)
	}
	var rows [][]cell
	hidden, last := 0, -1
	lines, folded := t.lines(p)
	for _, l := range lines {
		if !t.chosen(t.what(l.Step)) {
			hidden++
			continue
		}
		if l.Node != last && slices.Contains(fields, "what") && !slices.Contains(fields, "node") {
			heading := nodes[l.Node].Name
			if last >= 0 && t.opts.Only == nil && t.opts.Ignore == nil {
				heading += " waits for " + nodes[last].Name
			}
			row := make([]cell, len(fields))
			row[slices.Index(fields, "what")] = cell{text: heading, color: bold}
			rows = append(rows, row)
		}
		last = l.Node
		rows = append(rows, t.step(l, fields))
	}
	t.table(columns, rows)
	t.more(folded, "zero-length events", "--all")
	if hidden > 0 {
		t.line("  %s", t.paint(dim, diag.Count(hidden, "line")+" not shown (--only, --ignore)"))
	}
}

// chosen says whether a line with the given words is to be shown.
func (t *text) chosen(words string) bool {
	return (t.opts.Only == nil || t.opts.Only.MatchString(words)) && (t.opts.Ignore == nil || !t.opts.Ignore.MatchString(words))
}

// pathLine is one or more steps of a path that share a line.
type pathLine struct {
	analysis.Step
	steps int
}

// lines folds the zero-length events that are no synchronisation, and puts
// the executor's own steps in a row, which are many and short, in one line.
func (t *text) lines(p analysis.Path) (lines []pathLine, folded int) {
	for i, step := range p.Steps {
		switch {
		case t.opts.All:
			lines = append(lines, pathLine{step, 1})
		case !shown(t.r.Scenario, p.Steps, i):
			folded++
		case len(lines) > 0 && lines[len(lines)-1].continues(step):
			last := &lines[len(lines)-1]
			step.Duration += last.Duration
			*last = pathLine{step, last.steps + 1}
		default:
			lines = append(lines, pathLine{step, 1})
		}
	}
	return lines, folded
}

// continues says whether a step can share the line.
func (l pathLine) continues(next analysis.Step) bool {
	return l.Category == petri.Executor && next.Category == petri.Executor && l.Node == next.Node && l.Component == next.Component
}

// step is the row of a line of the path.
func (t *text) step(l pathLine, fields []string) []cell {
	row := make([]cell, len(fields))
	for i, f := range fields {
		row[i] = t.field(l, f)
	}
	return row
}

func (t *text) field(l pathLine, field string) cell {
	moment := l.Category == petri.Moment
	switch field {
	case "required":
		if t.required != nil {
			return cell{text: t.scale.number(l.Total+*t.required, down)}
		}
	case "total":
		return cell{text: t.scale.number(l.Total, nearest)}
	case "own":
		if !moment {
			return cell{text: t.scale.number(l.Duration, nearest)}
		}
	case "kind":
		if !moment {
			return cell{text: l.Category.String(), color: categoryColors[l.Category]}
		}
	case "slack":
		for _, k := range t.r.Slack() {
			if k.Event == l.Event {
				return cell{text: t.scale.margin(k.Margin)}
			}
		}
	case "node":
		return cell{text: t.r.Scenario.Nodes[l.Node].Name}
	case "component":
		return cell{text: l.Component}
	case "what":
		what := "  " + t.what(l.Step)
		if l.steps > 1 {
			what += fmt.Sprintf(" (%d steps)", l.steps)
		}
		return cell{text: what}
	case "where":
		return cell{pos: l.Position, color: dim}
	}
	return cell{}
}

// what says what a step is, without the node that the heading names.
func (t *text) what(s analysis.Step) string {
	return strings.TrimPrefix(s.Text, t.r.Scenario.Nodes[s.Node].Name+" learns: ")
}

// onNode says what a step is where no heading names the node.
func (t *text) onNode(s analysis.Step) string {
	if s.Component == "" {
		return s.Text + " on " + t.r.Scenario.Nodes[s.Node].Name
	}
	return s.Text
}

// shown says whether a step has a line of its own: it takes time, or it is a
// synchronisation: a fact from another node, an instruction that waited, or the
// first move of a component that waited for another.
func shown(s *model.Scenario, steps []analysis.Step, i int) bool {
	step := steps[i]
	if step.Duration > 0 || i == len(steps)-1 {
		return true
	}
	o := &step.Origin
	switch o.Category() {
	case petri.Transfer, petri.Starting:
		return i == 0 || step.Node != steps[i-1].Node
	case petri.Pausing:
		return s.Nodes[o.Node].Program[o.Instruction].Op.Blocking()
	}
	return o.Moves() && moved(steps[:i], o.Component)
}

// moved says whether what came last before a step of a component was another
// component, not counting what only passes facts on.
func moved(before []analysis.Step, component int) bool {
	for _, step := range slices.Backward(before) {
		switch o := &step.Origin; {
		case o.Category() == petri.Transfer:
			return true
		case !o.Carries():
			return !o.OfProgram() && o.Component != component
		}
	}
	return false
}

// sums says where the time of a path goes: by kind, and by node if it visits
// several.
func (t *text) sums(p analysis.Path) {
	if p.Length == 0 {
		return
	}
	t.title("Where the time goes")
	var rows [][]cell
	for _, c := range petri.Timed {
		if d, ok := p.Sums[c]; ok {
			rows = append(rows, []cell{{text: c.String(), color: categoryColors[c]}, {text: t.scale.number(d, nearest)}, {text: percent(d, p.Length)}, {text: c.Meaning(), color: dim}})
		}
	}
	t.table([]column{{title: "kind"}, {title: t.scale.name, right: true}, {title: "share", right: true}, {shrink: true}}, rows)
	t.sumsByNode(p)
}

func (t *text) sumsByNode(p analysis.Path) {
	sums := make([]time.Duration, len(t.r.Scenario.Nodes))
	var order []int
	for _, s := range p.Steps {
		if !slices.Contains(order, s.Node) {
			order = append(order, s.Node)
		}
		if s.Category != petri.Starting {
			sums[s.Node] += min(s.Duration, max(0, s.Total)) // not what lies before the start of the path's node
		}
	}
	if len(order) < 2 {
		return
	}
	slices.SortStableFunc(order, func(a, b int) int { return int(min(max(sums[b]-sums[a], -1), 1)) })
	shownNodes := order
	if len(order) > cut && !t.opts.All {
		shownNodes = order[:cut]
	}
	var rows [][]cell
	for _, n := range shownNodes {
		rows = append(rows, []cell{{text: t.r.Scenario.Nodes[n].Name}, {text: t.scale.number(sums[n], nearest)}, {text: percent(sums[n], p.Length)}})
	}
	t.line("")
	t.table([]column{{title: "node", shrink: true}, {title: t.scale.name, right: true}, {title: "share", right: true}}, rows)
	t.more(len(order)-len(shownNodes), "nodes", "--all")
}

// work sets the work of the plan against the critical path.
func (t *text) work(p analysis.Path) {
	if p.Length == 0 {
		return
	}
	w := t.r.Work(p)
	nodes := t.r.Scenario.Nodes
	t.title("Work and the critical path")
	waited := time.Duration(0)
	for _, d := range w.For {
		waited += d
	}
	other := p.Length - w.OnPath - w.Wire - w.Polling
	row := func(what string, d time.Duration, meaning string) []cell {
		return []cell{{text: what}, {text: t.scale.number(d, nearest)}, {text: percent(d, p.Length)}, {text: meaning, color: dim}}
	}
	t.table([]column{{title: "the critical path", shrink: true}, {title: t.scale.name, right: true}, {title: "share", right: true}, {shrink: true}}, [][]cell{
		row("own work", w.Own, "of "+nodes[p.Node].Name),
		row("waiting for work", waited, t.whom(w)),
		row("network", w.Wire, "latency"),
		row("polling", w.Polling, "until somebody looks, and the look"),
		row("the rest", other, "steps of the executor, pauses, starts"),
	})
	t.line("")
	t.paragraph(unpainted, 2, fmt.Sprintf("All transitions of the plan last %s together, %s of it beside the critical path: %.2f run at a time on average.",
		t.opts.Nearest(w.Total), t.opts.Nearest(w.Beside), w.Parallelism(p.Length)))
}

// whom lists the nodes whose work a path waited for, the most first.
func (t *text) whom(w analysis.WorkSummary) string {
	const few = 4
	var order []int
	for n := range t.r.Scenario.Nodes {
		if w.For[n] > 0 {
			order = append(order, n)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(w.For[b], w.For[a]) })
	var names []string
	for _, n := range order[:min(few, len(order))] {
		names = append(names, fmt.Sprintf("%s %s", t.r.Scenario.Nodes[n].Name, t.scale.number(w.For[n], nearest)))
	}
	if len(order) > few {
		names = append(names, fmt.Sprintf("%d more", len(order)-few))
	}
	return strings.Join(names, ", ")
}

// slack says what runs beside the critical path.
func (t *text) slack() {
	if why := t.r.NoSlack(); why != "" {
		t.title("Off the critical path")
		t.paragraph(dim, 2, "no slack: "+why+"; --drag tells what is gained where a delay of the critical path is cut, --what-if of one change")
		return
	}
	onPath := map[petri.EventID]bool{}
	for _, s := range t.r.DonePath(petri.Latest).Steps {
		onPath[s.Event] = true
	}
	shown := cut
	if t.opts.All {
		shown = math.MaxInt
	}
	var rows [][]cell
	least, hidden := t.r.LeastSlack(shown, func(s analysis.Slack) bool { return !onPath[s.Event] && t.chosen(t.onNode(s.Step)) })
	for _, s := range least {
		rows = append(rows, []cell{{text: t.scale.margin(s.Margin)}, {text: t.scale.number(s.Duration, nearest)}, {text: t.scale.number(s.Total, nearest)}, {text: t.onNode(s.Step)}, {pos: s.Position, color: dim}})
	}
	if len(rows) == 0 {
		return
	}
	t.title("Off the critical path: slack is how much longer each may take until everything is done later or a race opens")
	t.table([]column{{title: "slack", right: true}, {title: "own", right: true}, {title: "ends", right: true}, {title: "what", shrink: true}, {title: "where"}}, rows)
	t.more(hidden, "with more slack", "--all")
}
