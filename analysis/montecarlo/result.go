package montecarlo

import (
	"time"

	"adagio/analysis/simulate"
	"adagio/dsl/model"
)

// Result is what an experiment found out. Durations are makespans of completed
// replications; where none completed they are 0.
type Result struct {
	Scenario *model.Scenario
	// Engine is what sampled, Why the reason for the choice, a clause.
	Engine       Engine
	Why          string
	Seed         uint64
	Replications int
	Completed    int
	// Deadlocks is how many replications did not end, FirstDeadlock the index of
	// the first of them, or -1.
	Deadlocks, FirstDeadlock int
	// Failures is how many replications failed: an instruction that could not be
	// executed ended the process of a node. FirstFailure is the index of the first.
	Failures, FirstFailure int
	// Open is in how many completed replications the process of a node hangs in the
	// wait all that closes its program, FirstOpen the index of the first.
	Open, FirstOpen int
	Confidence      float64
	// Precise says whether the half width that was asked for was reached; it is
	// true where none was asked for.
	Precise bool

	Mean time.Duration
	// HalfWidth is that of the confidence interval of the mean; [model.Never]
	// where there are too few replications for one.
	HalfWidth time.Duration
	SD        time.Duration
	Min, Max  time.Duration
	Quantiles []Quantile
	Histogram *Histogram // nil where nothing completed

	// Quiescence tells of the replications in which behaviours were still running when
	// the programs ended; nil if there is none.
	Quiescence *Quiescence

	Comparison  *Comparison  // nil if there are no bounds
	Criticality *Criticality // nil if there are no bounds, or nodes that sleep
	// Usage is what the plan asks of each node; nil where no node sleeps and no power
	// is known. Energy is nil where no power is.
	Usage  []Usage
	Energy *Energy
	// Even counts the delays of the scenario that are intervals without a
	// distribution: nothing is known of them but their ends, and the simulator
	// draws them evenly. Those of messages that share the links of a platform are not
	// among them: there the sizes of messages are drawn evenly.
	Even int
	// Events is how much was simulated.
	Events int
}

// Comparison compares every replication with the bounds.
type Comparison struct {
	// Outside counts the replications outside the bounds. There can be some where
	// the analysis lists hazards; otherwise one is a fault of the program.
	Outside int
	First   *Stray // the first of them
}

// Stray is a replication that contradicts the bounds: a makespan or a date of
// quiescence outside, or a
// deadlock of a plan that always ends by the analysis (Makespan is then
// [model.Never]).
type Stray struct {
	Seed     uint64
	Index    int
	Makespan time.Duration
	// Quiescence is the date at which all components were idle, or [model.Never].
	Quiescence time.Duration
}

// even counts the delays that are intervals without a distribution.
func even(s *model.Scenario, r *simulate.Runner) (n int) {
	count := func(d model.Delay) {
		if d.Kind == model.Range {
			n++
		}
	}
	for _, c := range s.Components {
		for _, d := range c.Durations {
			count(d)
		}
	}
	for _, node := range s.Nodes {
		count(node.Start)
		for _, in := range node.Program {
			if in.Op == model.Pause {
				count(in.Duration)
			}
		}
	}
	net := &s.Network
	count(net.Latency)
	for way, d := range net.Routes {
		if !r.Follows(way[0], way[1]) {
			count(d)
		}
	}
	for node := range net.ToBroker {
		if !r.Follows(node, len(s.Nodes)) {
			count(net.ToBroker[node])
		}
		if !r.Follows(len(s.Nodes), node) {
			count(net.FromBroker[node])
		}
	}
	p := net.Profile
	for _, d := range []model.Delay{p.Poll, p.Request, p.Busy, p.Step, p.Overhead} {
		count(d)
	}
	return n
}
