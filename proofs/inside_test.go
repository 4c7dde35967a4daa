package proofs

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

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
// analysis says that the plan never ends, no execution ends. Where it says that the plan
// is not known to end, nothing is said of those that do, and it counts as refused.
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
// petri/executor/executor.go; the simulator executes the loop.
func TestBalletInside(t *testing.T) {
	checkInside(t, gen.Options{Profiles: []model.ProfileKind{model.Polling}}, 6)
}

// TestPushInside and TestBrokerInside are the same for the executors that act at
// once on what they are sent, or read from a broker. Their delays are derived in
// petri/executor/messages.go; the simulator sends and reads the messages one by one.
func TestPushInside(t *testing.T) {
	checkInside(t, gen.Options{Profiles: []model.ProfileKind{model.Pushing}}, 10)
}

func TestBrokerInside(t *testing.T) {
	checkInside(t, gen.Options{Profiles: []model.ProfileKind{model.Brokered}}, 6)
}

// checkInside tries plain scenarios, and those with all that the rules of the runtime
// are about.
func checkInside(t *testing.T, scenarios gen.Options, replications int) {
	t.Helper()
	checkInsideOf(t, mostAnswered, scenarios, replications)
}

// checkInsideOf is checkInside where at least a percentage is answered.
func checkInsideOf(t *testing.T, least int, scenarios gen.Options, replications int) {
	limits, raced := 0, 0
	for name, runtime := range map[string]gen.Runtime{"plain": {}, "runtime": gen.Everything} {
		scenarios.Runtime = runtime
		t.Run(name, func(t *testing.T) {
			checkEach(t, least, gen.Scenario(scenarios), func(s *model.Scenario) (string, error) {
				limits += limitWaits(s)
				why, races, refused := against(s, replications)
				if races {
					raced++
				}
				return why, refused
			})
		})
	}
	someLimits(t, limits)
	floor := gen.Floor(least / 4)
	if testing.Short() {
		floor /= 3 // few draws scatter
	}
	if t.Logf("%d scenarios have races", raced); raced < floor && !t.Failed() {
		t.Error("too few scenarios have races")
	}
}

// outside says how some of n executions of a scenario leave its bounds, or
// nothing. The first two have all delays at one end. A scenario may be refused.
func outside(s *model.Scenario, n int) (why string, refused error) {
	why, _, refused = against(s, n)
	return why, refused
}

// against is outside, and says whether the scenario has races.
func against(s *model.Scenario, n int) (why string, races bool, refused error) {
	r, err := analysis.Analyse(s, analysis.Options{})
	if err != nil {
		return "", false, err
	}
	races = len(r.Races) > 0
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
			return err.Error(), races, nil
		}
		if why := traceOutside(s, r, trace); why != "" {
			return fmt.Sprintf("execution %d: %s", i, why), races, nil
		}
	}
	if !r.Bounded() && r.Deadlock.Possible {
		return "", races, errNotKnownToEnd
	}
	return "", races, nil
}

// errNotKnownToEnd is no refusal, but says nothing of executions that end.
var errNotKnownToEnd = errors.New("not known to end")

func traceOutside(s *model.Scenario, r *analysis.Result, trace *simulate.Trace) string {
	if trace.Outcome == simulate.Failed {
		if r.Deadlock == nil || !r.Deadlock.Fails && !r.Deadlock.OneOrder {
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
	if !r.Bounded() {
		return ""
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
	for n, node := range trace.Processes {
		if node.Closed == model.Never && (r.Unclosed == nil || !slices.Contains(r.Unclosed.Nodes, n)) {
			return fmt.Sprintf("the process of node %s never exits: %v", s.Nodes[n].Name, trace.Waits)
		}
	}
	return ""
}

// # Tightness
//
// Statement. In the ideal profile both ends of the bounds are reached: with all
// delays at their least (greatest) the program of each node ends at the lower (upper)
// bound of its date, and the execution at that of the span, and no execution is needed for
// that but these two.
//
// Hypotheses. No races, no deadlock.
func TestTightness(t *testing.T) {
	scenarios, nodes := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		s := gen.Scenario(gen.Options{Profiles: []model.ProfileKind{model.Ideal}}).Draw(t, "scenario")
		r, err := analysis.Analyse(s, analysis.Options{})
		if err != nil || len(r.Races) > 0 || r.Deadlock != nil {
			return
		}
		scenarios++
		for sampler, end := range map[simulate.Sampler]func(analysis.Bound) time.Duration{
			simulate.Lo: func(b analysis.Bound) time.Duration { return b.Lower },
			simulate.Hi: func(b analysis.Bound) time.Duration { return b.Upper },
		} {
			trace, err := simulate.Run(s, simulate.Options{Sampler: sampler})
			if err != nil {
				t.Fatal(err)
			}
			last := time.Duration(0)
			for i, n := range trace.Nodes {
				nodes++
				if want := end(r.Nodes[i].End); n.End != want {
					t.Fatalf("sampler %v: node %s ends at %v, not at the end %v of %v\n%s", sampler, s.Nodes[i].Name, n.End, want, r.Nodes[i].End, gen.Text(s))
				}
				last = max(last, n.End)
			}
			if last != end(r.Span) {
				t.Fatalf("sampler %v ends at %v, not at an end of %v\n%s", sampler, last, r.Span, gen.Text(s))
			}
		}
	})
	t.Logf("%d scenarios, %d ends of programs", scenarios, nodes)
	if !t.Failed() && scenarios < gen.Floor(30) {
		t.Errorf("only %d scenarios have no races", scenarios)
	}
}
