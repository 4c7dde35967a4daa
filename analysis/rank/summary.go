package rank

import (
	"adagio/analysis"
	"adagio/dsl/model"
)

// Summary is what is known of a plan without its event graphs. It is kept as JSON.
type Summary struct {
	Name       string               `json:"name"`
	Line       int                  `json:"line,omitempty"`
	Refused    string               `json:"refused,omitempty"`
	Code       string               `json:"code,omitempty"` // see [Plan.ReasonCode]
	Makespan   analysis.Bound       `json:"makespan"`
	Span       analysis.Bound       `json:"span"`
	Races      int                  `json:"races"`
	Hazards    int                  `json:"hazards"`
	Strict     bool                 `json:"strict,omitempty"`
	Deadlock   *analysis.Deadlock   `json:"deadlock,omitempty"`
	Quiescence *analysis.Quiescence `json:"quiescence,omitempty"`
}

// recordedError is an error of a plan as a summary has it.
type recordedError struct{ text, code string }

func (e *recordedError) Error() string { return e.text }

// Summarise sums a plan up.
func (p *Plan) Summarise() Summary {
	s := Summary{Name: p.Name, Line: p.Line}
	if p.Err != nil {
		s.Refused, s.Code = p.Err.Error(), p.errorCode()
	}
	if r := p.Result; r != nil {
		s.Makespan, s.Span, s.Races, s.Hazards, s.Strict, s.Deadlock, s.Quiescence = r.Makespan, r.Span, len(r.Races), len(r.Hazards), r.Strict, r.Deadlock, r.Quiescence
	}
	return s
}

// Plan is the plan of a summary, as [Forget] leaves it. The scenario may be nil for a plan
// that was refused.
func (s Summary) Plan(scenario *model.Scenario) *Plan {
	if s.Refused != "" {
		return &Plan{Name: s.Name, Line: s.Line, Err: &recordedError{s.Refused, s.Code}}
	}
	return &Plan{Name: s.Name, Line: s.Line, Result: &analysis.Result{
		Scenario: scenario, Makespan: s.Makespan, Span: s.Span, Deadlock: s.Deadlock, Quiescence: s.Quiescence,
		Strict: s.Strict, Races: make([]analysis.Race, s.Races), Hazards: make([]analysis.Hazard, s.Hazards),
	}}
}
