// Package check renders what was found out about all plans of a model: the answer of
// "adagio check".
//
//	answer := &check.Answer{Files: 1}
//	answer.Add(result)
//	check.Text(os.Stdout, answer, report.Durations{})
package check

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"adagio/analysis"
	"adagio/analysis/report"
	"adagio/analysis/verify"
	"adagio/dsl/diag"
	"adagio/dsl/model"
)

// Answer is what was found out about the plans of a model.
type Answer struct {
	Files       int
	Apart       bool // each file is a model of its own
	OK          bool
	Plans       []PlanAnswer
	Diagnostics diag.List
}

// Document is "adagio/check/1".
type Document struct {
	Schema      string              `json:"schema"`
	OK          bool                `json:"ok"` // there is no error: every plan has bounds
	Plans       []PlanAnswer        `json:"plans"`
	Diagnostics []report.Diagnostic `json:"diagnostics"`
}

// PlanAnswer is what came out for one plan. Its outcome may be "refused".
type PlanAnswer struct {
	report.Summary
	Races   int `json:"races"`
	Hazards int `json:"hazards"`

	// Failed is why the answer is no, beside the outcome.
	Failed []string `json:"failed,omitempty"`
	// Properties are those that the model states of the plan.
	Properties []Property `json:"properties,omitempty"`

	verdicts []verify.Verdict

	result *analysis.Result // nil for a refusal
}

// Property is the verdict on a property: "proved", "refuted" or "unknown".
type Property struct {
	Name    string `json:"name"`
	Verdict string `json:"verdict" enum:"proved|refuted|unknown"`
	report.Position
}

// Verdicts notes the verdicts on the properties of the plan that was added last, and what
// is wrong.
func (a *Answer) Verdicts(verdicts []verify.Verdict) {
	p := &a.Plans[len(a.Plans)-1]
	p.verdicts = verdicts
	for _, v := range verdicts {
		p.Properties = append(p.Properties, Property{v.Property.Name, v.Outcome.String(), report.NewPosition(v.Property.Pos)})
	}
	a.Diagnostics = append(a.Diagnostics, verify.Diagnostics(verdicts)...)
}

// Add adds the result of a plan, and why it fails beside its outcome.
func (a *Answer) Add(r *analysis.Result, failed ...string) {
	a.Plans = append(a.Plans, PlanAnswer{Summary: report.Summarise(r), Races: len(r.Races), Hazards: len(r.Hazards), Failed: failed, result: r})
}

// Refuse adds a plan without bounds.
func (a *Answer) Refuse(s *model.Scenario) {
	p := PlanAnswer{Summary: report.Summarise(&analysis.Result{Scenario: s})}
	p.Outcome, p.Makespan, p.Span = "refused", nil, nil
	a.Plans = append(a.Plans, p)
}

// NewDocument makes the document of an answer.
func NewDocument(a *Answer) Document {
	return Document{"adagio/check/1", a.OK, a.Plans, report.Diagnostics(a.Diagnostics)}
}

// Text writes a line for each plan. It does not write the diagnostics.
func Text(w io.Writer, a *Answer, d report.Durations) error {
	out := bufio.NewWriter(w)
	for _, p := range a.Plans {
		if a.Apart {
			fmt.Fprintf(out, "%s: ", p.Plan.File)
		}
		fmt.Fprintln(out, p.line(d))
	}
	if a.OK {
		fmt.Fprintf(out, "ok: %s, %s\n", diag.Count(a.Files, "file"), diag.Count(len(a.Plans), "plan"))
	}
	return out.Flush()
}

// line is the result of a plan as text.
func (p PlanAnswer) line(d report.Durations) string {
	text := fmt.Sprintf("plan %s of %s (%s, %s): ", p.Plan.Name, p.Plan.Assembly, diag.Count(p.Plan.Nodes, "node"), diag.Count(p.Plan.Components, "component"))
	if p.Makespan != nil {
		text += "done " + d.Dates(p.result.Done())
	}
	if p.Outcome != "bounded" {
		if p.Makespan != nil {
			text += ", "
		}
		if p.result != nil {
			text += p.result.Deadlock.Brief()
		} else {
			text += p.Outcome
		}
	}
	if c := p.Cover; c != nil && c.Open > 0 {
		text += ", orders of races covered"
	}
	if p.Races > 0 {
		text += ", " + diag.Count(p.Races, "race")
	}
	if p.NotCovered.Hazards > 0 {
		text += ", " + report.NotCovered(p.result) + " not covered"
	}
	if len(p.Unclosed) > 0 {
		text += ", " + p.result.Unclosed.Count()
	}
	if properties := verify.Summary(p.verdicts); properties != "" {
		text += ", " + properties
	}
	if len(p.Failed) > 0 {
		text += "; fails on " + strings.Join(p.Failed, ", ")
	}
	return text
}
