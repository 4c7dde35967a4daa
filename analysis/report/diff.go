package report

import (
	"fmt"
	"io"
	"slices"
	"time"

	"adagio/analysis"
	"adagio/dsl/diag"
	"adagio/petri"

	"github.com/pmezard/go-difflib/difflib"
)

// DiffDocument is "adagio/diff/1": two plans side by side.
type DiffDocument struct {
	Schema       string             `json:"schema"`
	Before       *Explanation       `json:"before"`
	After        *Explanation       `json:"after"`
	Instructions []InstructionsDiff `json:"instructions"`
	Critical     []CriticalDiff     `json:"critical"`
}

// InstructionsDiff is what of a node's program is not the same.
type InstructionsDiff struct {
	Node    string   `json:"node"`
	Removed []string `json:"removed"` // in order, as the language writes them
	Added   []string `json:"added"`
}

// CriticalDiff is a step of work or a pause on a critical path to the upper end of Done,
// with how long it lasts there; null where it is not on the path.
type CriticalDiff struct {
	Text     string `json:"text"`
	Node     string `json:"node"`
	BeforeNS *int64 `json:"before_ns"`
	AfterNS  *int64 `json:"after_ns"`
}

// NewDiff makes the document of two results.
func NewDiff(before, after *analysis.Result) DiffDocument {
	return DiffDocument{"adagio/diff/1", Explain(before), Explain(after), instructionsDiff(before, after), criticalDiff(before, after)}
}

// Diff puts two plans side by side: bounds, instructions, nodes and what is on the critical
// paths.
func Diff(w io.Writer, before, after *analysis.Result, opts Options) error {
	t := newText(w, after, opts)
	if longest := max(before.Span.Upper, after.Span.Upper); longest > 0 {
		t.scale = scaleFor(longest)
	}
	for _, k := range []struct {
		label string
		r     *analysis.Result
	}{{"before", before}, {"after ", after}} {
		s := k.r.Scenario
		t.paragraph(bold, 0, fmt.Sprintf("%s: plan %s of %s (%s)", k.label, s.Name, s.Assembly, t.where(s.Pos)))
	}
	t.line("")
	changed := instructionsDiff(before, after)
	if t.boundsBeside(before, after) {
		t.nodesBeside(before, after)
	}
	t.instructions(changed)
	t.criticalBeside(criticalDiff(before, after))
	if t.r.Deadlock != nil {
		t.deadlock()
	}
	if len(changed) == 0 && before.Done() == after.Done() && before.Makespan == after.Makespan {
		t.line("")
		t.line("  The programs are the same, and so are the bounds.")
	}
	return t.flush()
}

// boundsBeside compares the bounds, and says whether both plans have some.
func (t *text) boundsBeside(before, after *analysis.Result) bool {
	if !before.Bounded() || !after.Bounded() {
		t.line("  before: %s; after: %s", ending(before), ending(after))
		return false
	}
	rows := [][]cell{t.doneBeside(before, after), t.beside("longest program", before.Makespan, after.Makespan),
		counts("races", len(before.Races), len(after.Races)), counts("hazards", len(before.Hazards), len(after.Hazards))}
	if before.Deadlock != nil || after.Deadlock != nil {
		rows = append(rows, []cell{{text: "outcome"}, {text: ending(before)}, {text: ending(after)}, {}})
	}
	t.table(besideColumns(t.scale.name, ""), rows)
	return true
}

// programs are the instructions of each node, as text, by its name.
func programs(r *analysis.Result) map[string][]string {
	out := map[string][]string{}
	for _, n := range r.Scenario.Nodes {
		out[n.Name] = []string{}
		for _, in := range n.Program {
			out[n.Name] = append(out[n.Name], r.Scenario.Text(in))
		}
	}
	return out
}

func instructionsDiff(before, after *analysis.Result) []InstructionsDiff {
	out := []InstructionsDiff{}
	old, now := programs(before), programs(after)
	var names []string
	for _, r := range []*analysis.Result{before, after} {
		for _, n := range r.Scenario.Nodes {
			if !slices.Contains(names, n.Name) {
				names = append(names, n.Name)
			}
		}
	}
	for _, name := range names {
		d := InstructionsDiff{Node: name, Removed: []string{}, Added: []string{}}
		for _, c := range difflib.NewMatcher(old[name], now[name]).GetOpCodes() {
			if c.Tag != 'e' {
				d.Removed = append(d.Removed, old[name][c.I1:c.I2]...)
				d.Added = append(d.Added, now[name][c.J1:c.J2]...)
			}
		}
		if len(d.Removed)+len(d.Added) > 0 {
			out = append(out, d)
		}
	}
	return out
}

// instructions writes what of the programs is not the same.
func (t *text) instructions(list []InstructionsDiff) {
	if len(list) == 0 {
		return
	}
	t.title("Instructions of %s", diag.Count(len(list), "node"))
	for i, d := range list {
		if i == cut && !t.opts.All {
			t.more(len(list)-cut, "nodes", "--all")
			break
		}
		t.line("  %s", t.paint(bold, d.Node))
		for _, text := range d.Removed {
			t.line("    %s", t.paint(red, "- "+text))
		}
		for _, text := range d.Added {
			t.line("    %s", t.paint(green, "+ "+text))
		}
	}
}

func criticalDiff(before, after *analysis.Result) []CriticalDiff {
	out := []CriticalDiff{}
	index := map[string]int{}
	for i, r := range []*analysis.Result{before, after} {
		if !r.Bounded() {
			continue
		}
		for _, s := range r.DonePath(petri.Latest).Steps {
			if s.Category != petri.Work && s.Category != petri.Pausing {
				continue
			}
			k, ok := index[s.Text]
			if !ok {
				k = len(out)
				index[s.Text] = k
				out = append(out, CriticalDiff{Text: s.Text, Node: r.Scenario.Nodes[s.Node].Name})
			}
			last := &out[k].BeforeNS
			if i == 1 {
				last = &out[k].AfterNS
			}
			d := int64(s.Duration)
			if *last != nil {
				d += **last
			}
			*last = &d
		}
	}
	return out
}

// criticalBeside writes the work that is on one critical path only, or lasts another time.
func (t *text) criticalBeside(list []CriticalDiff) {
	var rows [][]cell
	same := 0
	for _, d := range list {
		if d.BeforeNS != nil && d.AfterNS != nil && *d.BeforeNS == *d.AfterNS {
			same++
			continue
		}
		row := []cell{{text: d.Text}, {text: "not critical", color: dim}, {text: "not critical", color: dim}}
		for i, ns := range []*int64{d.BeforeNS, d.AfterNS} {
			if ns != nil {
				row[i+1] = cell{text: t.scale.number(time.Duration(*ns), nearest)}
			}
		}
		rows = append(rows, row)
	}
	if len(rows) == 0 {
		return
	}
	t.title("Work on the critical paths to the upper bound (in %s)", t.scale.name)
	shown := rows
	if len(rows) > 2*cut && !t.opts.All {
		shown = rows[:2*cut]
	}
	t.table([]column{{title: "what", shrink: true}, {title: "before", right: true}, {title: "after", right: true}}, shown)
	t.more(len(rows)-len(shown), "steps", "--all")
	if same > 0 {
		t.line("  %s", t.paint(dim, "and "+diag.Count(same, "step")+" on both, as long as before"))
	}
}
