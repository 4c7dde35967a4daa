package report

import (
	"errors"
	"fmt"

	"adagio/analysis"
	"adagio/dsl/diag"
	"adagio/dsl/model"
	"adagio/petri/unfold"
)

// Line is what was found in one line, for an editor or a list of plans: the bounds,
// and how many races and hazards there are.
func Line(r *analysis.Result) string {
	if !r.Bounded() {
		return r.Deadlock.Summary()
	}
	text := "done " + Durations{}.Dates(r.Done())
	if r.Makespan.Dates() != r.Done() {
		text += " · longest program " + Rounded(r.Makespan)
	}
	if n := len(r.Races); n > 0 {
		text += " · " + diag.Count(n, "race")
	}
	if NotCovered(r) != "" {
		text += " · " + NotCovered(r) + " not covered"
	}
	if r.Deadlock != nil {
		text += " · " + r.Deadlock.Summary() + "; the bounds are of the executions that end"
	}
	return text
}

// Refusal says why a scenario has no bounds, and which races are in the way, a few of them.
func Refusal(s *model.Scenario, err error) diag.Diagnostic {
	const few = 5
	d := diag.Diagnostic{Summary: err.Error(), Subject: s.Pos}
	refused, ok := errors.AsType[*analysis.RefusedError](err)
	limit, limited := errors.AsType[*unfold.LimitError](err)
	if !ok || !limited {
		return d
	}
	races := refused.Races
	if d.Detail = limit.Advice(); len(races) > 0 {
		d.Detail = fmt.Sprintf("%s found so far; %s", diag.Count(len(races), "race"), d.Detail)
	}
	for _, r := range races[:min(few, len(races))] {
		d.Related = append(d.Related, diag.Related{Pos: *r.OriginA.Pos, Text: fmt.Sprintf("race: %q (at %v) and %q (at %v)", r.A, r.DateA, r.B, r.DateB)})
	}
	return d
}
