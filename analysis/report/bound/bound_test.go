package bound_test

import (
	"testing"
	"time"

	"adagio/analysis"
	"adagio/analysis/report/bound"
	"adagio/dsl/dsltest"
)

// TestJudge has a plan that is done within 3 s .. 5 s: a deadline is met if no execution
// comes after it, and missed if all do.
func TestJudge(t *testing.T) {
	r, err := analysis.Analyse(dsltest.Text(t, `
component Job {
  places off, on
  initial off
  running on
  behavior go { go: off -> on for 3s .. 5s }
}
assembly one { node a { x: Job } }
plan p of one { from { x: off }  on a { push x go; wait x } }
network n { executor ideal }
`), analysis.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for deadline, want := range map[time.Duration]string{
		3*time.Second - 1: "missed", 3 * time.Second: "open", 5*time.Second - 1: "open", 5 * time.Second: "met", time.Hour: "met",
	} {
		if got := bound.Judge(r, deadline); got.Verdict != want || got.DeadlineNS != int64(deadline) {
			t.Errorf("the deadline %v is %s, not %s", deadline, got.Verdict, want)
		}
	}
}
