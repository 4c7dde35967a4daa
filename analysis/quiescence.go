package analysis

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"adagio/dsl/diag"
	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/precedence"
	"adagio/petri/unfold"
	"adagio/petri/waits"
)

// Quiescence tells of a plan whose programs may end while behaviours still run. It is
// the date at which all programs have ended and every component is idle with an empty
// queue. For every other plan that is the end of the last program.
type Quiescence struct {
	// Date is never where a component never becomes idle.
	Date Dates
	// Running lists what may still run when the programs end, by component and in order.
	Running []Running
	// Waits tell why, if some component never becomes idle.
	Waits []Waiting
}

// Running is a behaviour that may end after all programs have.
type Running struct {
	Component int
	Behaviour int // -1: the component is being added
	Push      int // counts the pushes to the component from 0; -1 for an addition
	End       Dates
	// Certain says that it ends after the programs in every execution that ends.
	Certain bool
}

// quiescence finds what of a plan outlasts its programs in all runs that end; nil if
// nothing does in any.
func quiescence(s *model.Scenario, runs []unfold.Run) (*Quiescence, error) {
	var out *Quiescence
	ended, pending := 0, false
	found := map[[2]int]int{} // in how many runs it outlasts, by component and push
	for _, run := range runs {
		if !run.Graph.Complete {
			continue
		}
		ended++
		q, err := quiescenceOf(s, run.Graph)
		if err != nil {
			return nil, err
		}
		pending = pending || len(q.Running) > 0
		if out == nil {
			out = &Quiescence{Date: q.Date}
		}
		out.Date = out.Date.join(q.Date)
		for _, k := range q.Running {
			key := [2]int{k.Component, k.Push}
			i := slices.IndexFunc(out.Running, func(r Running) bool { return r.Component == k.Component && r.Push == k.Push })
			if found[key]++; i < 0 {
				out.Running = append(out.Running, k)
			} else {
				r := &out.Running[i]
				r.End, r.Certain = r.End.join(k.End), r.Certain && k.Certain
			}
		}
		if len(out.Waits) == 0 {
			out.Waits = q.Waits
		}
	}
	if !pending {
		return nil, nil
	}
	for i := range out.Running {
		r := &out.Running[i]
		r.Certain = r.Certain && found[[2]int{r.Component, r.Push}] == ended
	}
	slices.SortStableFunc(out.Running, func(a, b Running) int {
		return cmp.Or(cmp.Compare(a.Component, b.Component), cmp.Compare(a.Push, b.Push))
	})
	return out, nil
}

// quiescenceOf is quiescence for one run that ends.
func quiescenceOf(s *model.Scenario, g *petri.EventGraph) (*Quiescence, error) {
	lo, hi, err := g.Bracket()
	if err != nil {
		return nil, err
	}
	q := &Quiescence{}
	include := func(e petri.EventID) {
		if g.MayLack(e) {
			q.Date.Upper = model.Date(model.Never)
			return
		}
		q.Date.Lower, q.Date.Upper = max(q.Date.Lower, model.Date(lo[e])), max(q.Date.Upper, model.Date(hi[e]))
	}
	for _, end := range g.Ends {
		include(end)
	}
	ended := q.Date.Lower
	var late []petri.EventID // may come after the programs, by their dates
	rested := map[[2]int]bool{}
	for i := range g.Len() {
		if e := petri.EventID(i); g.BecomesIdle(e) {
			include(e)
			o := g.Origin(e)
			if rested[[2]int{o.Component, o.Push}] = true; g.MayLack(e) {
				q.Running = append(q.Running, Running{o.Component, o.Behaviour, o.Push, Bound{lo[e], model.Never}.Dates(), false})
			} else if model.Date(hi[e]) > ended {
				late = append(late, e)
			}
		}
	}
	may, certain, err := precedence.Outlasting(g, late)
	if err != nil {
		return nil, err
	}
	for i, e := range late {
		if o := g.Origin(e); may[i] {
			q.Running = append(q.Running, Running{o.Component, o.Behaviour, o.Push, Bound{lo[e], hi[e]}.Dates(), certain[i]})
		}
	}
	components, waits := waits.Unfinished(g)
	never := Bound{model.Never, model.Never}.Dates()
	if g.Covered() { // it is so in one order
		never.Lower = ended
	}
	for _, c := range components {
		q.Date.Lower, q.Date.Upper = max(q.Date.Lower, never.Lower), never.Upper
		q.Running = append(q.Running, unfinished(s, c, rested, never)...)
	}
	q.Waits = describeWaits(s, waits).Waits
	return q, nil
}

// unfinished lists the pushes to a component that never end, or its addition.
func unfinished(s *model.Scenario, component int, rested map[[2]int]bool, end Dates) (out []Running) {
	push := 0
	for _, in := range s.Nodes[s.Components[component].Node].Program {
		if in.Op != model.Push || in.Component != component {
			continue
		}
		if !rested[[2]int{component, push}] {
			out = append(out, Running{component, in.Behaviour, push, end, end.Lower.IsNever()})
		}
		push++
	}
	if len(out) == 0 {
		out = append(out, Running{component, -1, -1, end, end.Lower.IsNever()})
	}
	return out
}

// Text says what still runs when the programs end, with behaviours that are alike in
// groups; of many only some are named unless all are asked for.
func (q *Quiescence) Text(s *model.Scenario, all bool) string {
	var kinds [3][]Running // certain, possible, endless
	for _, r := range q.Running {
		switch {
		case r.End.Lower.IsNever():
			kinds[2] = append(kinds[2], r)
		case r.Certain:
			kinds[0] = append(kinds[0], r)
		default:
			kinds[1] = append(kinds[1], r)
		}
	}
	var out []string
	for i, verb := range [...][2]string{{"is still running when the programs end", "are still running when the programs end"},
		{"may still be running when the programs end", "may still be running when the programs end"}, {"never ends", "never end"}} {
		if n := len(kinds[i]); n == 1 {
			out = append(out, fmt.Sprintf("1 behaviour %s: %s", verb[0], names(s, kinds[i], all)))
		} else if n > 1 {
			out = append(out, fmt.Sprintf("%d behaviours %s: %s", n, verb[1], names(s, kinds[i], all)))
		}
	}
	return strings.Join(out, ". ")
}

// fewNames is how many components, and how many behaviours, are named of many.
const fewNames = 4

// names lists behaviours, each with its components.
func names(s *model.Scenario, running []Running, all bool) string {
	var order []string
	components := map[string][]string{}
	for _, r := range running {
		what := "the addition"
		if r.Behaviour >= 0 {
			what = s.TypeOf(r.Component).Behaviours[r.Behaviour].Name
		}
		if components[what] == nil {
			order = append(order, what)
		}
		components[what] = append(components[what], s.Components[r.Component].Name)
	}
	var out []string
	for _, what := range order {
		out = append(out, what+" of "+some(components[what], ", ", all))
	}
	return some(out, "; ", all)
}

// some lists the first of many.
func some(list []string, separator string, all bool) string {
	if more := len(list) - fewNames; more > 1 && !all {
		return fmt.Sprintf("%s and %d more", strings.Join(list[:fewNames], separator), more)
	}
	return strings.Join(list, separator)
}

func (q *Quiescence) diagnostic(s *model.Scenario) diag.Diagnostic {
	d := diag.Diagnostic{
		Severity: diag.Warning, Subject: s.Pos, Summary: q.Text(s, false),
		Detail: fmt.Sprintf("quiescence, the date at which all programs have ended and every component is idle with an empty queue: %v; a wait for a component at the end of its program makes the makespan contain it", q.Date),
	}
	for _, w := range q.Waits {
		d.Related = append(d.Related, diag.Related{Pos: w.Pos, Text: w.Text})
	}
	return d
}
