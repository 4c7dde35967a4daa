package whatif_test

import (
	"math/rand/v2"
	"testing"

	"adagio/analysis"
	"adagio/analysis/analysistest"
	"adagio/analysis/whatif"
	"adagio/dsl"
	"adagio/dsl/dsltest"
	"adagio/dsl/model"
	"adagio/proofs/gen"
)

// A remedy is text that a user can give to --what-if. The plan that comes of it has no race
// of the group, ends, and takes what the remedy says.
func checkRemedies(t *testing.T, s *model.Scenario) (groups, remedied int) {
	r, err := analysis.Analyse(s, analysis.Options{})
	if err != nil || len(r.Races) == 0 {
		return 0, 0
	}
	remedies, _ := whatif.Remedies(r)
	for i, g := range r.RaceGroups() {
		groups++
		if remedies[i] == nil {
			continue
		}
		remedied++
		var changes []whatif.Change
		for _, c := range remedies[i].Changes {
			again, err := whatif.Parse(c.String())
			if err != nil {
				t.Fatalf("%q: %v", c, err)
			}
			changes = append(changes, again)
		}
		changed, err := whatif.Apply(s, changes...)
		if err != nil {
			t.Fatalf("%q: %v", changes, err)
		}
		after := analysistest.Bounds(t, changed)
		if after.Deadlock != nil || after.Makespan != remedies[i].After.Makespan {
			t.Errorf("%q: %v, deadlock %v, not %v", changes, after.Makespan, after.Deadlock != nil, remedies[i].After.Makespan)
		}
		for _, race := range after.Races {
			for _, k := range g.Races {
				if race.A == k.A && race.B == k.B {
					t.Errorf("%q leaves the race of %q and %q", changes, k.A, k.B)
				}
			}
		}
	}
	return groups, remedied
}

func TestRemediesOfRandomScenarios(t *testing.T) {
	groups, remedied := 0, 0
	for seed := range uint64(60) {
		s := gen.Random(rand.New(rand.NewPCG(seed, 21)), gen.Options{})
		g, k := checkRemedies(t, s)
		groups, remedied = groups+g, remedied+k
	}
	t.Logf("%d of %d groups of races can be ordered by a wait", remedied, groups)
	if remedied < 2 {
		t.Error("hardly any group of races can be ordered")
	}
}

// Users that restart beside their provider may be back before it has begun. Waits for it
// order them; the users of all nodes are one group.
func TestRemedyOfInstances(t *testing.T) {
	const text = `
component Provider {
  places off, on
  initial off
  running on
  behavior restart { stop: on -> off for 1s }
  behavior start { boot: off -> on for 1s }
  provide port at on
}
component User {
  places off, on
  initial off
  running on
  behavior stop { halt: on -> off for 200ms }
  behavior start { boot: off -> on for 300ms }
  use port at on
}
assembly many(users = 3) {
  node provider { p: Provider }
  for i in 0 ..< users {
    node user[i] { u[i]: User }
    connect p.port -> u[i].port
  }
}
plan restart of many {
  from running
  on provider { push p restart, start; wait p }
  on user[i] { push u[i] stop, start; wait u[i] }
}
network ideal { executor ideal { start 0s .. 2s } }
`
	s, _, list := dsl.Load(dsl.Options{Sources: []dsl.Source{{Name: "many.ballet", Text: []byte(text)}}})
	if s == nil {
		t.Fatal(list.Err())
	}
	r := analysistest.Bounds(t, s)
	for _, g := range r.RaceGroups() {
		if len(g.Races) != 3 {
			t.Errorf("%q and %q: %d races in a group, not one for each user", g.Races[0].A, g.Races[0].B, len(g.Races))
		}
	}
	if groups, remedied := checkRemedies(t, s); groups == 0 || remedied == 0 {
		t.Errorf("%d of %d groups are ordered", remedied, groups)
	}
}

// TestRemediesOfLargePlans: where the orders of races are covered, few changed plans are
// analysed, and the kinds of race that are left out for that are counted.
func TestRemediesOfLargePlans(t *testing.T) {
	web := func(servers int) (r *analysis.Result, untried int) {
		r = analysistest.Bounds(t, dsltest.Load(t, dsl.Options{Files: []string{"../../testdata/web.ballet"}, Set: map[string]int{"servers": servers}}))
		remedies, untried := whatif.Remedies(r)
		if len(remedies) != len(r.RaceGroups()) {
			t.Fatalf("%d remedies for %d kinds of race", len(remedies), len(r.RaceGroups()))
		}
		return r, untried
	}
	if _, untried := web(8); untried != 0 {
		t.Errorf("%d kinds of race of a small plan are left out", untried)
	}
	large, untried := web(300)
	if large.Cover == nil {
		t.Fatal("the orders of a large plan are explored")
	}
	if tries := whatif.Tries(large); tries > 4 || untried == 0 {
		t.Errorf("%d changed plans may be analysed of a large plan, and %d kinds of race are left out", tries, untried)
	}
}
