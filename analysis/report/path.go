package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"adagio/analysis"
	"adagio/dsl/model"
	"adagio/petri"
)

var categoryColors = map[analysis.Category]color{
	analysis.Work: green, analysis.Transfer: yellow, analysis.Executor: blue, analysis.Pausing: magenta, analysis.Starting: magenta,
}

// criticalPath writes the path line by line, with a heading where it changes
// node.
func (t *text) criticalPath(p analysis.Path) {
	end := "upper"
	if t.opts.Lower {
		end = "lower"
	}
	nodes := t.r.Scenario.Nodes
	t.title("Critical path to the %s bound, %s %s: why the program of %s does not end earlier", end, t.scale.number(p.Length, nearest), t.scale.name, nodes[p.Node].Name)
	var rows [][]cell
	lines, folded := t.lines(p)
	for i, l := range lines {
		if i == 0 || l.Node != lines[i-1].Node {
			heading := nodes[l.Node].Name
			if i > 0 {
				heading += " waits for " + nodes[lines[i-1].Node].Name
			}
			rows = append(rows, []cell{{}, {}, {}, {text: heading, color: bold}, {}})
		}
		rows = append(rows, t.step(l))
	}
	t.table([]column{{title: "total", right: true}, {title: "own", right: true}, {title: "kind"}, {title: "what", shrink: true}, {title: "where"}}, rows)
	t.more(folded, "moments that take no time", "--all")
}

// pathLine is one or more steps of a path that share a line.
type pathLine struct {
	analysis.Step
	steps int
}

// lines folds the moments that take no time and are no synchronisation, and puts
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
	return l.Category == analysis.Executor && next.Category == analysis.Executor && l.Node == next.Node && l.Component == next.Component
}

// step is the row of a line of the path.
func (t *text) step(l pathLine) []cell {
	own := cell{text: t.scale.number(l.Duration, nearest)}
	kind := cell{text: l.Category.String(), color: categoryColors[l.Category]}
	if l.Category == analysis.Moment {
		own, kind = cell{}, cell{}
	}
	what := "  " + t.what(l.Step)
	if l.steps > 1 {
		what += fmt.Sprintf(" (%d steps)", l.steps)
	}
	return []cell{{text: t.scale.number(l.Total, nearest)}, own, kind, {text: what}, {pos: l.Position, color: dim}}
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
	switch o := step.Origin; o.Kind {
	case petri.Network, petri.NodeStart:
		return i == 0 || step.Node != steps[i-1].Node
	case petri.ProgramStep:
		return s.Nodes[o.Node].Program[o.Instruction].Op.Blocking()
	case petri.Enter, petri.Leave, petri.Start:
		return moved(steps[:i], o.Component)
	}
	return false
}

// moved says whether what came last before a step of a component was another
// component, not counting what only passes facts on.
func moved(before []analysis.Step, component int) bool {
	for _, step := range slices.Backward(before) {
		switch o := step.Origin; o.Kind {
		case petri.Published, petri.Derived, petri.Shown:
		case petri.Network:
			return true
		case petri.Fire, petri.Step, petri.Enter, petri.Leave, petri.LeaveTry, petri.Start, petri.BehaviourEnd:
			return o.Component != component
		default:
			return false
		}
	}
	return false
}

var meanings = [...]string{
	analysis.Work:     "component transitions",
	analysis.Transfer: "facts on their way to another node, polls included",
	analysis.Executor: "the executor's own steps and first looks",
	analysis.Pausing:  "pauses of programs",
	analysis.Starting: "the start of nodes",
}

// sums says where the time of a path goes: by kind, and by node if it visits
// several.
func (t *text) sums(p analysis.Path) {
	if p.Length == 0 {
		return
	}
	t.title("Where the time goes")
	var rows [][]cell
	for c := analysis.Work; c <= analysis.Starting; c++ {
		if d, ok := p.Sums[c]; ok {
			rows = append(rows, []cell{{text: c.String(), color: categoryColors[c]}, {text: t.scale.number(d, nearest)}, {text: percent(d, p.Length)}, {text: meanings[c], color: dim}})
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
		if s.Category != analysis.Starting {
			sums[s.Node] += s.Duration
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

// slack says what runs beside the critical path.
func (t *text) slack() {
	onPath := map[petri.EventID]bool{}
	for _, s := range t.r.Upper.Steps {
		onPath[s.Event] = true
	}
	var rows [][]cell
	hidden := 0
	for _, s := range t.r.Slack {
		switch {
		case onPath[s.Event]:
		case len(rows) == cut && !t.opts.All:
			hidden++
		default:
			rows = append(rows, []cell{{text: t.scale.number(s.Slack, down)}, {text: t.scale.number(s.Duration, nearest)}, {text: t.scale.number(s.Total, nearest)}, {text: t.onNode(s.Step)}, {pos: s.Position, color: dim}})
		}
	}
	if len(rows) == 0 {
		return
	}
	t.title("Off the critical path: slack is how much longer each may take at the upper bound before the span grows")
	t.table([]column{{title: "slack", right: true}, {title: "own", right: true}, {title: "ends", right: true}, {title: "what", shrink: true}, {title: "where"}}, rows)
	t.more(hidden, "with more slack", "--all")
}
