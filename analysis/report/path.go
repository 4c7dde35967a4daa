package report

import (
	"fmt"
	"strings"

	"adagio/analysis"
	"adagio/dsl/model"
	"adagio/petri"
)

var categoryColors = map[analysis.Category]color{
	analysis.Work: green, analysis.Transfer: yellow, analysis.Executor: blue, analysis.Pausing: magenta, analysis.Starting: magenta,
}

// criticalPath writes the path line by line.
func (t *text) criticalPath(p analysis.Path) {
	end := "upper"
	if t.opts.End == petri.Earliest {
		end = "lower"
	}
	s := t.r.Scenario
	t.title("Critical path to the %s bound, %s s: why the program of %s does not end earlier", end, t.scale.seconds(p.Length, nearest), s.Nodes[p.Node].Name)
	var rows [][]cell
	folded := 0
	for i, step := range p.Steps {
		if i == 0 || step.Node != p.Steps[i-1].Node {
			heading := s.Nodes[step.Node].Name
			if i > 0 {
				heading += " waits for " + s.Nodes[p.Steps[i-1].Node].Name
			}
			rows = append(rows, []cell{{}, {}, {}, {text: heading, color: bold}, {}})
		}
		if !t.opts.All && !shown(s, p.Steps, i) {
			folded++
			continue
		}
		rows = append(rows, t.step(step))
	}
	t.table([]column{{title: "total", right: true}, {title: "own", right: true}, {title: "kind"}, {title: "what", shrink: true}, {title: "where"}}, rows)
	t.more(folded, "moments that take no time", "--all")
}

// step is the row of one step.
func (t *text) step(step analysis.Step) []cell {
	own := cell{text: t.scale.seconds(step.Duration, nearest)}
	kind := cell{text: step.Category.String(), color: categoryColors[step.Category]}
	if step.Category == analysis.Moment {
		own, kind = cell{}, cell{}
	}
	return []cell{{text: t.scale.seconds(step.Total, nearest)}, own, kind, {text: "  " + t.what(step)}, {pos: step.Position, color: dim}}
}

// what says what a step is, without the node that the heading names.
func (t *text) what(s analysis.Step) string {
	return strings.TrimPrefix(s.Text, t.r.Scenario.Nodes[s.Node].Name+" learns: ")
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
	case petri.Network:
		return true
	case petri.NodeStart:
		return i == 0
	case petri.ProgramStep:
		return s.Nodes[o.Node].Program[o.Instruction].Op.Blocking()
	case petri.Enter, petri.Leave, petri.Start:
		return i > 0 && moved(steps[:i], o.Component)
	}
	return false
}

// moved says whether what came last before a step of a component was another
// component, not counting what only passes facts on.
func moved(before []analysis.Step, component int) bool {
	for i := len(before) - 1; i >= 0; i-- {
		switch o := before[i].Origin; o.Kind {
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

// sums says where the time of a path goes.
func (t *text) sums(p analysis.Path) {
	t.title("Where the time goes")
	meaning := map[analysis.Category]string{
		analysis.Work:     "component transitions",
		analysis.Transfer: "facts on their way to another node, polls included",
		analysis.Executor: "the executor's own steps and first looks",
		analysis.Pausing:  "pauses of programs",
		analysis.Starting: "the start of nodes",
	}
	var rows [][]cell
	for c := analysis.Work; c <= analysis.Starting; c++ {
		if d, ok := p.Sums[c]; ok {
			count := 0
			for _, s := range p.Steps {
				if s.Category == c && s.Duration > 0 {
					count++
				}
			}
			rows = append(rows, []cell{{text: c.String(), color: categoryColors[c]}, {text: t.scale.seconds(d, nearest)}, {text: percent(d, p.Length)}, {text: fmt.Sprint(count)}, {text: meaning[c], color: dim}})
		}
	}
	t.table([]column{{title: "kind"}, {title: "s", right: true}, {title: "share", right: true}, {title: "times", right: true}, {title: "", shrink: true}}, rows)
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
			rows = append(rows, []cell{{text: t.scale.seconds(s.Slack, down)}, {text: t.scale.seconds(s.Duration, nearest)}, {text: t.scale.seconds(s.Total, nearest)}, {text: t.what(s.Step)}, {pos: s.Position, color: dim}})
		}
	}
	if len(rows) == 0 {
		return
	}
	t.title("Off the critical path: slack is how much longer each may take at the upper bound before the span grows")
	t.table([]column{{title: "slack", right: true}, {title: "own", right: true}, {title: "ends", right: true}, {title: "what", shrink: true}, {title: "where"}}, rows)
	t.more(hidden, "with more slack", "--all")
}
