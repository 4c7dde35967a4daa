package rank_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"adagio/analysis/montecarlo"
	"adagio/analysis/rank"
	"adagio/analysis/whatif"
	"adagio/dsl"
	"adagio/dsl/dsltest"
	"adagio/dsl/model"
	"adagio/proofs/gen"

	"pgregory.net/rapid"
)

func TestMain(m *testing.M) { gen.Main(m) }

// relaxed is a scenario without some waits, or with a push before a wait.
func relaxed(s *model.Scenario, choose func(n int) int) *model.Scenario {
	out := *s
	out.Nodes = append([]model.Node(nil), s.Nodes...)
	for n := range out.Nodes {
		var program []model.Instruction
		for _, in := range s.Nodes[n].Program {
			if (in.Op == model.Wait || in.Op == model.WaitAll) && choose(3) == 0 {
				continue
			}
			program = append(program, in)
		}
		out.Nodes[n].Program = program
	}
	return &out
}

// TestVerdicts: what is said of a pair holds in every pair of executions with
// common durations, and two samples of one plan are the same.
func TestVerdicts(t *testing.T) {
	decided := 0
	rapid.Check(t, func(t *rapid.T) {
		s := gen.Scenario(gen.Options{Nodes: 3, Components: 4, Benign: true}).Draw(t, "scenario")
		choose := func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "") }
		scenarios := []*model.Scenario{s, relaxed(s, choose), relaxed(s, choose)}
		var plans []*rank.Plan
		var samples [][]time.Duration
		for i, s := range scenarios {
			p := rank.NewPlan(fmt.Sprint(i), s)
			sample, err := rank.Sample(s, 20, 7)
			if err != nil || !p.Ends() {
				continue
			}
			plans, samples = append(plans, p), append(samples, sample)
		}
		for i := range plans {
			for j := range plans {
				pair := rank.Compare(plans, i, j)
				if pair.Verdict < rank.Undecided && i != j {
					decided++
				}
				for k := range samples[i] {
					a, b := samples[i][k], samples[j][k]
					wrong := pair.Verdict <= rank.FasterInCommon && a >= b || pair.Verdict == rank.NeverSlower && a > b
					if wrong || a != model.Never && b != model.Never && a-b > pair.Gap {
						t.Fatalf("%v with the gap %v, but in execution %d the plans take %v and %v\n%s\n%s", pair.Verdict, pair.Gap, k, a, b,
							gen.Text(plans[i].Result.Scenario), gen.Text(plans[j].Result.Scenario))
					}
				}
			}
		}
	})
	t.Logf("%d pairs decided", decided)
}

func openstack(t testing.TB, sites int, network string) *model.Scenario {
	t.Helper()
	return dsltest.Load(t, dsl.Options{Files: []string{"../../testdata/openstack.ballet"}, Plan: "update", Set: map[string]int{"sites": sites}, Network: network})
}

// TestCommonDurations: without the wait of Nova the update is never slower, which
// intervals cannot see once the durations are uncertain.
func TestCommonDurations(t *testing.T) {
	s := openstack(t, 2, "ideal")
	for c := range s.Components {
		for i, d := range s.Components[c].Durations {
			s.Components[c].Durations[i] = model.Interval(d.Lo/2, 2*d.Hi)
		}
	}
	change, err := whatif.Parse("remove wait nova keystone")
	if err != nil {
		t.Fatal(err)
	}
	without, err := whatif.Apply(s, change)
	if err != nil {
		t.Fatal(err)
	}
	plans := []*rank.Plan{rank.NewPlan("without", without), rank.NewPlan("as it is", s)}
	if plans[0].Result.Makespan.Upper < plans[1].Result.Makespan.Lower {
		t.Fatal("intervals see it")
	}
	if p := rank.Compare(plans, 0, 1); p.Verdict != rank.NeverSlower {
		t.Errorf("%v, gap %v", p.Verdict, p.Gap)
	}
	if p := rank.Compare(plans, 1, 0); p.Verdict != rank.Undecided {
		t.Errorf("the other way round: %v, gap %v", p.Verdict, p.Gap)
	}
	if !rank.SameGoal(plans[0], plans[1]) {
		t.Error("the goals differ")
	}
}

// TestForget: what is forgotten is still ranked, by its bounds.
func TestForget(t *testing.T) {
	s := openstack(t, 1, "")
	change, err := whatif.Parse("remove wait nova keystone")
	if err != nil {
		t.Fatal(err)
	}
	fast, err := whatif.Apply(s, change)
	if err != nil {
		t.Fatal(err)
	}
	plans := []*rank.Plan{rank.NewPlan("slow", s), rank.NewPlan("fast", fast), rank.NewPlan("slow again", s)}
	rank.Forget(plans, 1)
	table, err := rank.Rank(plans, rank.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if plans[1].Result.Runs == nil || plans[0].Result.Runs != nil || table.Order[0] != 1 || table.Versus(0).Verdict != rank.CertainlyFaster {
		t.Errorf("%+v", table)
	}
}

// TestAgreement: on candidates of OpenStack no simulated pair of executions with
// common durations contradicts a verdict.
func TestAgreement(t *testing.T) {
	list := candidates(t, 8)
	var plans []*rank.Plan
	var samples [][]time.Duration
	for i, s := range list {
		p := rank.NewPlan(fmt.Sprint(i), s)
		sample, err := rank.Sample(s, 4, 1)
		if err != nil {
			t.Fatal(err)
		}
		if p.Ends() {
			plans, samples = append(plans, p), append(samples, sample)
		}
	}
	decided := 0
	for i := range plans {
		for j := range plans {
			pair := rank.Compare(plans, i, j)
			if pair.Verdict < rank.Undecided {
				decided++
			}
			for k := range samples[i] {
				if a, b := samples[i][k], samples[j][k]; a-b > pair.Gap {
					t.Errorf("%v, gap %v, but %v and %v", pair.Verdict, pair.Gap, a, b)
				}
			}
		}
	}
	t.Logf("%d of %d pairs decided", decided, len(plans)*(len(plans)-1))
}

// candidates are plans of OpenStack with random waits left out.
func candidates(t testing.TB, n int) []*model.Scenario {
	s := openstack(t, 5, "")
	r := rand.New(rand.NewPCG(1, 2))
	out := []*model.Scenario{s}
	for len(out) < n {
		out = append(out, relaxed(s, r.IntN))
	}
	return out
}

// TestSharedModel: a plan that is analysed after others of its model, with what
// they have in common, is as one that is analysed alone, down to the names of the
// net, and so are its comparisons.
func TestSharedModel(t *testing.T) {
	render := func(p *rank.Plan) string {
		var out strings.Builder
		if p.Result == nil {
			return p.Err.Error()
		}
		if err := p.Result.Net.Print(&out); err != nil {
			t.Fatal(err)
		}
		for _, r := range p.Result.Runs {
			if err := r.Graph.Print(&out); err != nil {
				t.Fatal(err)
			}
		}
		r := p.Result
		document, err := json.Marshal([]any{r.Makespan, r.Span, r.Nodes, r.Lower, r.Upper, r.Slack(), r.Races, r.Hazards})
		if err != nil {
			t.Fatal(err)
		}
		out.Write(document)
		return out.String()
	}
	check := func(list []*model.Scenario) {
		base := &rank.Base{}
		var alone, shared []*rank.Plan
		for i, s := range list {
			alone, shared = append(alone, rank.NewPlan(fmt.Sprint(i), s)), append(shared, base.Plan(fmt.Sprint(i), s))
			if render(alone[i]) != render(shared[i]) {
				t.Fatalf("plan %d differs", i)
			}
		}
		a, errA := rank.Rank(alone, rank.Options{})
		b, errB := rank.Rank(shared, rank.Options{})
		if errA != nil || errB != nil || !slices.Equal(a.Order, b.Order) || !slices.Equal(a.Pairs, b.Pairs) {
			t.Fatalf("%v %v, %v %v: %v and %v", a.Order, b.Order, errA, errB, a.Pairs, b.Pairs)
		}
	}
	check(candidates(t, 3))
	for seed := range uint64(8) {
		r := rand.New(rand.NewPCG(seed, 3))
		s := gen.Random(r, gen.Options{Nodes: 3, Components: 4, Benign: true})
		check([]*model.Scenario{s, relaxed(s, r.IntN), relaxed(s, r.IntN)})
	}
}

// TestCommonNumbers: on the event graphs of two plans of one model the delays of both are made
// of the same random numbers. So a plan is as fast as itself in each execution, no verdict is
// contradicted, the share of executions in which one is faster is that of the executor's, and
// the makespans go together.
func TestCommonNumbers(t *testing.T) {
	s := openstack(t, 5, "ideal")
	for c := range s.Components {
		for i, d := range s.Components[c].Durations {
			s.Components[c].Durations[i] = model.Delay{Kind: model.Normal, Lo: d.Lo / 2, Hi: 2 * d.Lo, A: d.Lo, B: d.Lo / 5}
		}
	}
	s.Network.Latency = model.Interval(time.Millisecond, 50*time.Millisecond)
	r := rand.New(rand.NewPCG(1, 3))
	const n = 500
	pairs, undecided := 0, 0
	for range 4 {
		plans := []*rank.Plan{rank.NewPlan("a", s), rank.NewPlan("b", relaxed(s, r.IntN))}
		if !plans[1].Ends() {
			continue
		}
		table, err := rank.Rank(plans, rank.Options{Replications: n, Seed: 3})
		if err != nil {
			t.Fatal(err)
		}
		graph := func(i int) []time.Duration {
			out, err := rank.SampleGraph(plans[i].Result.Runs[0].Graph, n, 3)
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		if len(plans[1].Result.Runs) != 1 {
			continue
		}
		pairs++
		pair := table.Pairs[0]
		xs, ys := graph(pair.Better), graph(pair.Worse)
		paired, apart := time.Duration(0), time.Duration(0)
		for k := range xs {
			paired += (xs[k] - ys[k]).Abs()
			apart += (xs[k] - ys[(k+1)%n]).Abs()
			if xs[k]-ys[k] > pair.Gap {
				t.Fatalf("%v, gap %v, but %v and %v", pair.Verdict, pair.Gap, xs[k], ys[k])
			}
		}
		if paired > apart {
			t.Errorf("the makespans of one index differ by %v on average, those of others by %v", paired/n, apart/n)
		}
		if pair.Simulated == 0 {
			continue
		}
		undecided++
		if table.Engine != montecarlo.Graph {
			t.Fatalf("simulated by %v", table.Engine)
		}
		var share [2]float64
		for i, sample := range [2]func(*rank.Plan) ([]time.Duration, error){
			func(p *rank.Plan) ([]time.Duration, error) { return rank.Sample(p.Result.Scenario, n, 3) },
			func(p *rank.Plan) ([]time.Duration, error) { return rank.SampleGraph(p.Result.Runs[0].Graph, n, 4) },
		} {
			a, err := sample(plans[pair.Better])
			b, err2 := sample(plans[pair.Worse])
			if err != nil || err2 != nil {
				t.Fatal(err, err2)
			}
			for k := range a {
				switch {
				case a[k] < b[k]:
					share[i]++
				case a[k] == b[k]:
					share[i] += 0.5
				}
			}
		}
		if d := math.Abs(share[0]-share[1]) / n; d > 0.12 {
			t.Errorf("faster in %v and %v of %d", share[0], share[1], n)
		}
	}
	t.Logf("%d pairs, %d simulated", pairs, undecided)
	if pairs < 3 || undecided < 2 {
		t.Error("too few")
	}
}
