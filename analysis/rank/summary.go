package rank

import (
	"adagio/analysis"
	"adagio/dsl/model"
)

// Summary is what is known of a plan without its event graphs. It is kept as JSON.
type Summary struct {
	Name       string               `json:"name"`
	Refused    string               `json:"refused,omitempty"`
	Makespan   analysis.Bound       `json:"makespan"`
	Span       analysis.Bound       `json:"span"`
	Races      int                  `json:"races"`
	Hazards    int                  `json:"hazards"`
	Deadlock   *analysis.Deadlock   `json:"deadlock,omitempty"`
	Quiescence *analysis.Quiescence `json:"quiescence,omitempty"`
}

// Summarise sums a plan up.
func (p *Plan) Summarise() Summary {
	s := Summary{Name: p.Name, Refused: p.Refused}
	if r := p.Result; r != nil {
		s.Makespan, s.Span, s.Races, s.Hazards, s.Deadlock, s.Quiescence = r.Makespan, r.Span, len(r.Races), len(r.Hazards), r.Deadlock, r.Quiescence
	}
	return s
}

// Plan is the plan of a summary, as [Forget] leaves it. The scenario may be nil for a plan
// that was refused.
func (s Summary) Plan(scenario *model.Scenario) *Plan {
	if s.Refused != "" {
		return &Plan{Name: s.Name, Refused: s.Refused}
	}
	return &Plan{Name: s.Name, Result: &analysis.Result{
		Scenario: scenario, Makespan: s.Makespan, Span: s.Span, Deadlock: s.Deadlock, Quiescence: s.Quiescence,
		Races: make([]analysis.Race, s.Races), Hazards: make([]analysis.Hazard, s.Hazards),
	}}
}
