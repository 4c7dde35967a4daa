package analysis_test

import (
	"strings"
	"testing"
	"time"

	"adagio/analysis"
	"adagio/dsl"
	"adagio/dsl/dsltest"
	"adagio/petri"
)

// TestPathOfCover bounds a plan whose orders of races are covered: the critical path to the
// upper bound adds up, nothing on it is open, and it says which alternative it takes.
func TestPathOfCover(t *testing.T) {
	s := dsltest.Load(t, dsl.Options{Files: []string{"../testdata/web.ballet"}, Set: map[string]int{"servers": 50}, Executor: "ballet"})
	r, err := analysis.Analyse(s, analysis.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if r.Cover == nil || r.Cover.Open == 0 {
		t.Fatalf("no order is open: %+v", r.Cover)
	}
	// The news that the database is inactive do not take as long as those that it is active.
	if most := 12600 * time.Millisecond; r.Makespan.Upper > most {
		t.Errorf("the upper bound is %v, more than %v", r.Makespan.Upper, most)
	}
	var sum time.Duration
	var texts []string
	for _, step := range r.Upper.Steps {
		if sum += step.Duration; step.Total != sum {
			t.Errorf("%q ends at %v, after steps of %v", step.Text, step.Total, sum)
		}
		texts = append(texts, step.Text)
	}
	if sum != r.Upper.Length || r.Upper.Sums[petri.Undecided] != 0 {
		t.Errorf("the path has %v, of %v; %v of it is open", sum, r.Upper.Length, r.Upper.Sums[petri.Undecided])
	}
	if all := strings.Join(texts, "\n"); !strings.Contains(all, "enters running, if that is after db enters running") || !strings.Contains(all, "db.boot") {
		t.Errorf("the path does not say which alternative it takes:\n%s", all)
	}
}

// TestDeleteAmongRaces: a component that is deleted once it has stopped, beside races that are too
// many to explore, is certainly idle then, so that the plan ends. If nobody waits for it, it may
// not be.
func TestDeleteAmongRaces(t *testing.T) {
	plan := func(until string) string {
		return `
component Provider {
  places off, on
  initial off
  running on
  behavior start { start: off -> on for 1s }
  behavior stop { stop: on -> off for 1s }
  provide service at on
}
component User {
  places off, on
  initial off
  running on
  behavior start { start: off -> on for 500ms .. 1.5s }
  behavior stop { stop: on -> off for 200ms .. 900ms }
  use service at on
}
component Job {
  places off, on
  initial off
  running on
  behavior stop { stop: on -> off for 200ms .. 900ms }
}
assembly races {
  for i in 0 ..< 8 { node provider[i] { p[i]: Provider }; node user[i] { u[i]: User; j[i]: Job } }
  for i in 0 ..< 8 { connect p[i].service -> u[i].service }
}
plan go of races {
  from { p[i]: on; u[i]: off; j[i]: on }
  on provider[i] { pause 1s; push p[i] stop, start; wait p[i] }
  on user[i] { push u[i] start; push j[i] stop; ` + until + `; delete j[i]; add j[i]; wait u[i]; push u[i] stop; wait u[i] }
}
network n { executor ideal; latency 100ms }
`
	}
	for until, outcome := range map[string]string{"wait j[i]": "bounded", "pause 500ms": "possible"} {
		r, err := analysis.Analyse(dsltest.Text(t, plan(until)), analysis.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if r.Cover == nil || !strings.HasPrefix(r.Outcome(), outcome) {
			t.Errorf("%s: %s, not %s, or no cover", until, r.Outcome(), outcome)
		}
	}
}
