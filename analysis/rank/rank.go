// Package rank compares plans: which is faster, and whether that is certain.
//
//	plans := []*rank.Plan{rank.NewPlan("a", a), rank.NewPlan("b", b)}
//	table, err := rank.Rank(plans, rank.Options{Replications: 200})
//	for _, row := range table.Rows { fmt.Println(row.Plan.Name, row.Versus) }
//
// Two plans of one model share most of what is uncertain: how long a transition
// lasts on this day on this machine, it lasts in either plan. Intervals cannot
// see that, and overlap. So there are three ways to decide, each weaker than the
// one before:
//
//   - certainly faster: the upper bound of one lies below the lower of the other,
//     whatever the durations are on either side;
//   - faster, or never slower, with the same durations on both sides: proved on
//     the event graphs ([Gap]);
//   - the share of simulated executions in which it is faster, with common random
//     numbers (lanes on the event graphs, or simulate.Options, Common).
package rank

import (
	"cmp"
	"math"
	"slices"
	"time"

	"adagio/analysis/distribution"
	"adagio/analysis/lanes"
	"adagio/analysis/montecarlo"
	"adagio/analysis/simulate"
	"adagio/dsl/model"
	"adagio/petri"
)

// Verdict is what is known of a pair of plans.
type Verdict uint8

// The verdicts, the strongest first.
const (
	CertainlyFaster Verdict = iota // for any durations on either side
	FasterInCommon                 // with the same durations on both sides
	NeverSlower                    // with the same durations on both sides
	SamePlan                       // the two are the same
	Undecided
)

// String is the verdict in a few words.
func (v Verdict) String() string {
	return [...]string{"certainly faster", "faster under common durations", "never slower under common durations", "same plan", "undecided"}[v]
}

// Pair compares two plans.
type Pair struct {
	Better, Worse int // indices of plans; Better is the first in the ranking
	Verdict       Verdict
	// Gap bounds by how much Better may take longer, as far as Verdict needed it.
	Gap time.Duration
	// Simulated is the number of pairs of executions; in Faster of them Better was
	// strictly faster, in Equal neither.
	Simulated, Faster, Equal int
}

// Probability is the share of the simulated executions in which Better was
// faster, ties counted half, and the half width of its interval at 95 %
// (Hoeffding: it holds for any number of executions).
func (p Pair) Probability() (share, half float64) {
	n := float64(p.Simulated)
	return (float64(p.Faster) + float64(p.Equal)/2) / n, math.Sqrt(math.Log(2/0.05) / (2 * n))
}

// Deadline says whether a plan is done in time.
type Deadline uint8

// The answers to a deadline.
const (
	Certainly Deadline = iota // in every execution
	Possibly                  // in some, perhaps
	Never                     // in none
	Unknown                   // there is no bound
)

// String is the answer in a word.
func (d Deadline) String() string { return [...]string{"certainly", "possibly", "never", "unknown"}[d] }

// Within says whether the makespan of a plan is within a deadline.
func (p *Plan) Within(deadline time.Duration) Deadline {
	switch {
	case p.Result == nil:
		return Unknown
	case p.Never() || p.Result.Bounded() && p.Result.Makespan.Lower > deadline:
		return Never
	case p.Ends() && p.Result.Makespan.Upper <= deadline:
		return Certainly
	}
	return Possibly
}

// Guaranteed is a probability that the makespan is within a deadline at least,
// for independent delays (package distribution); ok is false if there is none, as
// where the durations are intervals without distributions.
func (p *Plan) Guaranteed(deadline time.Duration) (least float64, ok bool) {
	if !p.Ends() || len(p.Result.Runs) == 0 || !distributed(p.Result.Scenario) {
		return 0, false
	}
	d, err := distribution.BoundsOfRuns(p.Result.Runs, distribution.Options{Target: distribution.Makespan})
	if err != nil {
		return 0, false
	}
	least, _ = d.Probability(deadline)
	return least, true
}

// distributed says whether some duration has a distribution.
func distributed(s *model.Scenario) bool {
	for _, c := range s.Components {
		if slices.ContainsFunc(c.Durations, func(d model.Delay) bool { return d.Kind > model.Range }) {
			return true
		}
	}
	return false
}

// Options says how much to compare.
type Options struct {
	// Replications is the number of executions that are simulated of each plan
	// that must be; 0 is none.
	Replications int
	Seed         uint64
	// Closely is how many of the first plans are compared pair by pair, and
	// simulated; 0 is [DefaultClosely]. The others are compared with the first
	// only, by their bounds and graphs.
	Closely int
	// Progress, if not nil, is told how many plans have been simulated.
	Progress func(done, of int)
}

// DefaultClosely is how many plans are compared closely.
const DefaultClosely = 10

// Table is a ranking.
type Table struct {
	Plans []*Plan
	// Order holds the indices of the plans by the upper bound of their makespan,
	// those that may not end after all others.
	Order []int
	// Pairs compares the plans that are compared closely with one another, and
	// then every other with the first.
	Pairs []Pair
	// Engine is what has simulated pairs, if any are.
	Engine montecarlo.Engine
}

// Versus is the comparison of the first plan with another; nil if there is none.
func (t *Table) Versus(plan int) *Pair {
	for i := range t.Pairs {
		if p := &t.Pairs[i]; p.Better == t.Order[0] && p.Worse == plan {
			return p
		}
	}
	return nil
}

// Rank compares plans.
func Rank(plans []*Plan, opts Options) (*Table, error) {
	if opts.Closely <= 0 {
		opts.Closely = DefaultClosely
	}
	t := &Table{Plans: plans, Order: order(plans)}
	var ends []int
	for _, i := range t.Order {
		if plans[i].Ends() {
			ends = append(ends, i)
		}
	}
	closely := ends[:min(opts.Closely, len(ends))]
	for k, i := range closely {
		others := closely
		if k == 0 {
			others = ends
		}
		for _, j := range others[k+1:] {
			t.Pairs = append(t.Pairs, Compare(plans, i, j))
		}
	}
	return t, t.simulate(opts)
}

// order ranks plans by their bounds.
func order(plans []*Plan) []int {
	out := make([]int, len(plans))
	for i := range out {
		out[i] = i
	}
	slices.SortStableFunc(out, func(a, b int) int {
		p, q := plans[a], plans[b]
		if p.Ends() != q.Ends() || !p.Ends() {
			return cmp.Compare(class(p), class(q))
		}
		m, n := p.Result.Makespan, q.Result.Makespan
		return cmp.Or(cmp.Compare(m.Upper, n.Upper), cmp.Compare(m.Lower, n.Lower))
	})
	return out
}

// class puts what ends first, then what may, and what cannot be bounded or read last.
func class(p *Plan) int {
	return slices.Index([]string{"bounded", "possible deadlock", "possible failure", "deadlock", "fails", "refused", "error"}, p.Outcome())
}

// Compare decides a pair by bounds and graphs. Both plans must end.
func Compare(plans []*Plan, better, worse int) Pair {
	p, q := plans[better], plans[worse]
	out := Pair{Better: better, Worse: worse, Verdict: Undecided}
	if sameScenario(p.Result.Scenario, q.Result.Scenario) {
		out.Verdict = SamePlan
		return out
	}
	if p.Result.Makespan.Upper < q.Result.Makespan.Lower {
		out.Verdict, out.Gap = CertainlyFaster, p.Result.Makespan.Upper-q.Result.Makespan.Lower
		return out
	}
	gap, ok := Gap(p, q)
	switch out.Gap = gap; {
	case !ok:
		out.Gap = p.Result.Makespan.Upper - q.Result.Makespan.Lower
	case gap < 0:
		out.Verdict = FasterInCommon
	case gap == 0:
		out.Verdict = NeverSlower
	}
	return out
}

// simulate runs the plans that are compared closely and are in a pair that is
// undecided, with common random numbers.
func (t *Table) simulate(opts Options) error {
	if opts.Replications <= 0 {
		return nil
	}
	first := t.Order[:min(opts.Closely, len(t.Order))]
	samples := map[int][]time.Duration{}
	var wanted []int
	for i, p := range t.Pairs {
		if p.Verdict < Undecided || !slices.Contains(first, p.Better) || !slices.Contains(first, p.Worse) {
			continue
		}
		t.Pairs[i].Simulated = opts.Replications
		for _, plan := range [2]int{p.Better, p.Worse} {
			if !slices.Contains(wanted, plan) {
				wanted = append(wanted, plan)
			}
		}
	}
	t.Engine = t.engine(wanted)
	for i, plan := range wanted {
		var err error
		r := t.Plans[plan].Result
		if t.Engine == montecarlo.Graph {
			samples[plan], err = SampleGraph(r.Runs[0].Graph, opts.Replications, opts.Seed)
		} else {
			samples[plan], err = Sample(r.Scenario, opts.Replications, opts.Seed)
		}
		if err != nil {
			return err
		}
		if opts.Progress != nil {
			opts.Progress(i+1, len(wanted))
		}
	}
	for i := range t.Pairs {
		if p := &t.Pairs[i]; p.Simulated > 0 {
			p.count(samples[p.Better], samples[p.Worse])
		}
	}
	return nil
}

// engine is what can sample all of some plans: only then they have random numbers in common.
func (t *Table) engine(plans []int) montecarlo.Engine {
	for _, i := range plans {
		r := t.Plans[i].Result
		if montecarlo.Obstacle(r.Scenario, r) != "" {
			return montecarlo.Executor
		}
	}
	return montecarlo.Graph
}

// count compares the executions of two plans one by one. One that deadlocks ends
// later than any that does not.
func (p *Pair) count(better, worse []time.Duration) {
	for k := range better {
		switch a, b := better[k], worse[k]; {
		case a < b:
			p.Faster++
		case a == b:
			p.Equal++
		}
	}
}

// Sample simulates n executions of a plan with common random numbers, and
// returns their makespans; one that deadlocks or fails has [model.Never].
func Sample(s *model.Scenario, n int, seed uint64) ([]time.Duration, error) {
	runner, err := simulate.NewRunner(s)
	if err != nil {
		return nil, err
	}
	out := make([]time.Duration, n)
	for i := range out {
		out[i] = runner.Run(simulate.Options{Seed: seed, Index: uint64(i), Common: true}).Makespan
	}
	return out, nil
}

// SampleGraph is [Sample] on the event graph of a plan that has its law, see
// [montecarlo.Graph]. The random numbers are others than those of Sample.
func SampleGraph(g *petri.EventGraph, n int, seed uint64) ([]time.Duration, error) {
	program, err := lanes.Compile(g)
	if err != nil {
		return nil, err
	}
	block, out := program.NewBlock(), make([]time.Duration, n)
	for i := range out {
		lane := i % program.Width()
		if lane == 0 {
			block.Run(seed, uint64(i), min(program.Width(), n-i))
		}
		out[i], _ = block.Makespan(lane)
	}
	return out, nil
}
