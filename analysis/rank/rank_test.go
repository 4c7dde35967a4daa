package rank_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"adagio/analysis/rank"
	"adagio/analysis/simulate"
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
		s := gen.Scenario(gen.Options{Nodes: 3, Components: 4, Calm: true}).Draw(t, "scenario")
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
					if wrong || a != simulate.Never && b != simulate.Never && a-b > pair.Gap {
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

// BenchmarkCandidate is what one more candidate of OpenStack, 5 sites, costs:
// its analysis, and its comparison with the best.
func BenchmarkCandidate(b *testing.B) {
	list := candidates(b, 20)
	best := rank.NewPlan("best", list[0])
	for i := 0; b.Loop(); i++ {
		plans := []*rank.Plan{best, rank.NewPlan("", list[i%len(list)])}
		if plans[1].Ends() {
			rank.Compare(plans, 0, 1)
		}
	}
}
