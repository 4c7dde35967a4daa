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

// Follows says whether messages from a node to another, or to and from the broker,
// which has the number after those of the nodes, are followed on a platform: their
// delays are not drawn.
func (r *Runner) Follows(from, to int) bool {
	return r.m.roads != nil && r.m.roads.ways[[2]int{from, to}].flow != nil
}
