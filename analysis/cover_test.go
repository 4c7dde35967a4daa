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
