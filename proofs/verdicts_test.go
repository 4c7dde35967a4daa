package proofs

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"adagio/analysis"
	"adagio/analysis/simulate"
	"adagio/analysis/verify"
	"adagio/dsl"
	"adagio/dsl/model"
	"adagio/proofs/gen"
)

// # Verdicts
//
// Statement. A deadlock that is certain is not called possible, and one that no execution
// has is not reported.
//
// Reference. petri/README.md, section 4.
func TestVerdicts(t *testing.T) {
	for file, want := range map[string]string{
		"disconnect_of_ended":              "possible failure",
		"disconnect_then_enter":            "deadlock",
		"left_by_the_third_time":           "deadlock",
		"read_with_what_was_stored_before": "deadlock",
		"refuses_at_once":                  "bounded",
		"refuses_in_first_pass":            "bounded",
		"serves_before_refusing":           "possible deadlock",
		"stuck_whatever_else":              "deadlock",
	} {
		s, _, problems := dsl.Load(dsl.Options{Files: []string{filepath.Join("testdata", "regressions", file+".ballet")}})
		if s == nil {
			t.Fatal(problems)
		}
		r, err := analysis.Analyse(s, analysis.Options{})
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if got := r.Outcome(); got != want {
			t.Errorf("%s: %s, not %s", file, got, want)
		}
	}
}

// # Deadlocks that are possible
//
// Statement. An execution that is said to show a possible deadlock is one of the simulator, which
// hangs in it, each time. Where none is found a deadlock is not called possible: it is not proved
// that the plan ends. One is found for most plans that may not end.
//
// Reference. petri/README.md, section 4.
func TestShown(t *testing.T) {
	all := shown{}
	for _, kind := range []model.ProfileKind{model.Ideal, model.Polling, model.Pushing, model.Brokered} {
		count := shown{}
		for seed := range uint64(*shownFlag) {
			count.add(t, gen.Random(rand.New(rand.NewPCG(seed, 61)), gen.Options{Profiles: []model.ProfileKind{kind}}))
		}
		t.Logf("%v: %v", kind, count)
		all = shown{all.possible + count.possible, all.found + count.found, all.bare + count.bare}
	}
	if 2*all.found < all.possible || all.possible < *shownFlag/20 {
		t.Errorf("only %v", all)
	}
}

var shownFlag = flag.Int("shown", 100, "of how many random scenarios possible deadlocks are shown")

// shown counts plans that may not end, those of which an execution that does not end is found,
// and those that are called possible deadlocks without one, which may be for what
// processes that end show and where nothing is known of other orders.
type shown struct{ possible, found, bare int }

func (c shown) String() string {
	return fmt.Sprintf("%d of %d are shown, %d are not and said to be possible", c.found, c.possible, c.bare)
}

func (c *shown) add(t *testing.T, s *model.Scenario) {
	t.Helper()
	r, err := analysis.Analyse(s, analysis.Options{})
	if err != nil || r.Deadlock == nil || !r.Deadlock.Possible {
		return
	}
	before := *r.Deadlock
	if err := verify.Show(r); err != nil {
		t.Fatal(err)
	}
	c.possible++
	d := r.Deadlock
	if d.Shown == "" {
		if !d.Unproved {
			c.bare++
		}
		if !d.Unproved && !d.Exits && !d.OneOrder && !d.Fails {
			t.Errorf("a deadlock is called possible, and not shown: %v", d.Witness())
		}
		return
	}
	c.found++
	if d.Unproved || len(d.Waits) == 0 {
		t.Errorf("an execution hangs, and the answer does not say who waits: %v", r.Diagnostics())
	}
	r.Deadlock = &before
	x, _, err := verify.Hang(r, verify.Options{Runs: 2000, Events: verify.Events, Seed: 1})
	if err != nil || x == nil || x.How != d.Shown {
		t.Fatalf("%s is not found again: %v", d.Shown, err)
	}
	if same, err := x.Replay(s); err != nil || !same || x.Trace.Outcome == simulate.Completed {
		t.Errorf("an execution that hangs (%s) is another when it is run again, or ends: %v", x.How, err)
	}
}

// TestShownInModels is the same for the gallery and the regressions.
func TestShownInModels(t *testing.T) {
	count := shown{}
	for _, pattern := range []string{"../testdata/gallery/*.ballet", "testdata/regressions/*.ballet"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, file := range files {
			s, _, problems := dsl.Load(dsl.Options{Files: []string{file}})
			if s == nil {
				t.Fatal(problems)
			}
			count.add(t, s)
		}
	}
	if t.Log(count); count.found < 15 {
		t.Errorf("only %v", count)
	}
}
