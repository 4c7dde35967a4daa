package proofs

import (
	"fmt"
	"slices"
	"testing"

	"adagio/analysis"
	"adagio/analysis/simulate"
	"adagio/dsl/model"
	"adagio/proofs/gen"

	"pgregory.net/rapid"
)

// # Interval soundness
//
// Statement. Every execution whose delays lie inside their intervals ends every
// program, and the plan, inside the bounds. An execution that gets stuck is one
// for which a deadlock had been reported, and the other way round: if the
// analysis says that the plan never ends, no execution ends.
//
// Hypotheses. None beyond a valid scenario that the analysis does not refuse.
// Races are covered: the bounds are those of all their orders.
//
// Reference. petri/README.md, section 2: all operators are monotone in every
// delay, so that the extremes lie at the ends of the intervals.
func TestIdealInside(t *testing.T) {
	checkInside(t, gen.Options{Profiles: []model.ProfileKind{model.Ideal}}, 10)
}

// TestIdealInsideWithTies is the same where many things may happen at one date.
func TestIdealInsideWithTies(t *testing.T) {
	checkInside(t, gen.Options{Profiles: []model.ProfileKind{model.Ideal}, Ties: true}, 6)
}

// TestBalletInside is the same for the looping executor: passes, polls, looks one
// after another, start offsets. The bounds of the ballet profile are derived in
// petri/compile/executor.go; the simulator executes the loop.
func TestBalletInside(t *testing.T) {
	checkInside(t, gen.Options{Profiles: []model.ProfileKind{model.Polling}}, 6)
}

// TestPushInside and TestBrokerInside are the same for the executors that act at
// once on what they are sent, or read from a broker. Their delays are derived in
// petri/compile/messages.go; the simulator sends and reads the messages one by one.
func TestPushInside(t *testing.T) {
	checkInside(t, gen.Options{Profiles: []model.ProfileKind{model.Pushing}}, 10)
}

func TestBrokerInside(t *testing.T) {
	checkInside(t, gen.Options{Profiles: []model.ProfileKind{model.Brokered}}, 6)
}

// checkInside tries plain scenarios, and those with all that the rules of the runtime
// are about.
func checkInside(t *testing.T, scenarios gen.Options, replications int) {
	limits := 0
	for name, runtime := range map[string]gen.Runtime{"plain": {}, "runtime": gen.Everything} {
		scenarios.Runtime = runtime
		t.Run(name, func(t *testing.T) {
			checkEach(t, gen.Scenario(scenarios), func(s *model.Scenario) (string, error) {
				limits += limitWaits(s)
				return outside(s, replications)
			})
		})
	}
	someLimits(t, limits)
}

// outside says how some of n executions of a scenario leave its bounds, or
// nothing. The first two have all delays at one end. A scenario may be refused.
func outside(s *model.Scenario, n int) (why string, refused error) {
	r, err := analysis.Analyse(s, analysis.Options{})
	if err != nil {
		return "", err
	}
	for i := range n {
		o := simulate.Options{Seed: 1, Index: uint64(i)}
		switch i {
		case 0:
			o.Sampler = simulate.Lo
		case 1:
			o.Sampler = simulate.Hi
		}
		trace, err := simulate.Run(s, o)
		if err != nil {
			return err.Error(), nil
		}
		if why := traceOutside(s, r, trace); why != "" {
			return fmt.Sprintf("execution %d: %s", i, why), nil
		}
	}
	return "", nil
}

func traceOutside(s *model.Scenario, r *analysis.Result, trace *simulate.Trace) string {
	if trace.Outcome == simulate.Failed {
		if r.Deadlock == nil || !r.Deadlock.Fails {
			return fmt.Sprintf("%s, but the analysis says %v", trace.Failures[0].Text(s), r.Diagnostics())
		}
		return ""
	}
	if trace.Outcome == simulate.Deadlock {
		if r.Deadlock == nil {
			return fmt.Sprintf("stuck, but bounded by %v", r.Makespan)
		}
		return ""
	}
	if r.Deadlock != nil && !r.Deadlock.Possible {
		return fmt.Sprintf("completed in %v, but %v", trace.Makespan, r.Diagnostics())
	}
	if why := unclosed(s, r, trace); why != "" {
		return why
	}
	if trace.Makespan < r.Makespan.Lower || trace.Makespan > r.Makespan.Upper {
		return fmt.Sprintf("makespan %v outside of %v", trace.Makespan, r.Makespan)
	}
	for n, node := range trace.Nodes {
		if b := r.Nodes[n]; node.End < b.End.Lower || node.End > b.End.Upper {
			return fmt.Sprintf("node %s ends at %v, outside of %v", s.Nodes[n].Name, node.End, b.End)
		} else if d := node.End - node.Start; d < b.Duration.Lower || d > b.Duration.Upper {
			return fmt.Sprintf("the program of node %s takes %v, outside of %v", s.Nodes[n].Name, d, b.Duration)
		}
	}
	if r.Usage != nil && r.Deadlock == nil {
		return usageOutside(s, r, trace)
	}
	return ""
}

// unclosed says which node's process never exits though that was not announced.
func unclosed(s *model.Scenario, r *analysis.Result, trace *simulate.Trace) string {
	if !trace.Open() {
		return ""
	}
	for n, node := range trace.Nodes {
		if node.Closed == simulate.Never && (r.Unclosed == nil || !slices.Contains(r.Unclosed.Nodes, n)) {
			return fmt.Sprintf("the process of node %s never exits: %v", s.Nodes[n].Name, trace.Waits)
		}
	}
	return ""
}

// # Tightness
//
// Statement. In the ideal profile both ends of the bounds are reached: with all
// delays at their least (greatest) the execution ends at the lower (upper) bound
// of the span, and no execution is needed for that but these two.
//
// Hypotheses. No races, no deadlock.
func TestTightness(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := gen.Scenario(gen.Options{Profiles: []model.ProfileKind{model.Ideal}}).Draw(t, "scenario")
		r, err := analysis.Analyse(s, analysis.Options{})
		if err != nil || len(r.Races) > 0 || r.Deadlock != nil {
			return
		}
		for sampler, want := range map[simulate.Sampler]func(analysis.Bound) bool{
			simulate.Lo: func(b analysis.Bound) bool { return b.Lower == r.Span.Lower },
			simulate.Hi: func(b analysis.Bound) bool { return b.Upper == r.Span.Upper },
		} {
			trace, err := simulate.Run(s, simulate.Options{Sampler: sampler})
			if err != nil {
				t.Fatal(err)
			}
			last := analysis.Bound{}
			for _, n := range trace.Nodes {
				last.Lower, last.Upper = max(last.Lower, n.End), max(last.Upper, n.End)
			}
			if !want(last) {
				t.Fatalf("sampler %v ends at %v, not at an end of %v\n%s", sampler, last, r.Span, gen.Text(s))
			}
		}
	})
}
