package montecarlo

import (
	"adagio/analysis/simulate"
	"adagio/dsl/model"
)

type runner struct{ s *model.Scenario }

func newRunner(s *model.Scenario) (*runner, error) { return &runner{s}, s.Validate() }

func (r *runner) Run(o simulate.Options) *simulate.Trace {
	t, err := simulate.Run(r.s, o)
	if err != nil {
		panic(err)
	}
	return t
}
