package simulate

import "adagio/dsl/model"

// Runner is a scenario made ready for any number of runs, from any number of
// goroutines.
type Runner struct{ m *prepared }

// NewRunner makes a scenario ready.
func NewRunner(s *model.Scenario) (*Runner, error) {
	m, err := prepare(s)
	if err != nil {
		return nil, err
	}
	return &Runner{m}, nil
}

// Run executes the scenario once; it is what [Run] gives for the same options.
func (r *Runner) Run(opts Options) *Trace { return r.m.run(opts) }
