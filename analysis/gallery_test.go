package analysis_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"adagio/analysis"
	"adagio/analysis/analysistest"
	"adagio/dsl"
	"adagio/dsl/dsltest"
	"adagio/dsl/model"
	"adagio/petri/unfold"
)

var expectation = regexp.MustCompile(`(?m)^// expect ideal: (.*)$`)

// TestGallery compares the analysis with the answers that were worked out by
// hand from the rules of SEMANTICS.md, one small model for each rule.
func TestGallery(t *testing.T) {
	files, err := filepath.Glob("../testdata/gallery/*.ballet")
	if err != nil || len(files) < 20 {
		t.Fatalf("only %d models: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".ballet"), func(t *testing.T) { checkGallery(t, file) })
	}
}

func checkGallery(t *testing.T, file string) {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := expectation.FindSubmatch(text)
	if want == nil {
		t.Fatal("the model says nothing about what to expect")
	}
	s := dsltest.Load(t, dsl.Options{Files: []string{file}})
	r := analysistest.Bounds(t, s)
	switch answer := string(want[1]); {
	case strings.HasPrefix(answer, "deadlock "):
		names := strings.Split(strings.TrimPrefix(answer, "deadlock "), ", ")
		if r.Deadlock == nil || r.Deadlock.Possible {
			t.Fatalf("no deadlock, but %v", r.Makespan)
		}
		if got := r.Deadlock.Components(s); !slices.Equal(got, names) {
			t.Errorf("deadlock of %v, not of %v: %v", got, names, r.Diagnostics())
		}
	case answer == "race":
		if len(r.Races) == 0 {
			t.Errorf("no race, but %v", r.Makespan)
		}
	default:
		date, err := time.ParseDuration(answer)
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Races) > 0 || r.Deadlock != nil {
			t.Errorf("%v", r.Diagnostics())
		}
		if want := (analysis.Bound{Lower: date, Upper: date}); r.Makespan != want {
			t.Errorf("makespan %v, not %v", r.Makespan, want)
		}
	}
}

// TestBeyondTheLimit: a plan with more orders of its races than the limit is covered: its
// bounds contain those of all orders, and the race is named. So is it where nodes sleep.
func TestBeyondTheLimit(t *testing.T) {
	files := []string{"../testdata/gallery/race.ballet"}
	s := dsltest.Load(t, dsl.Options{Files: files})
	explored, err := analysis.Analyse(s, analysis.Options{})
	if err != nil || explored.Cover != nil || len(explored.Runs) < 2 {
		t.Fatalf("%v: not explored", err)
	}
	r, err := analysis.Analyse(s, analysis.Options{Limit: unfold.Limit{Orders: 1}})
	if err != nil || r.Cover == nil || r.Cover.Open == 0 || (r.Deadlock == nil) != (explored.Deadlock == nil) {
		t.Fatalf("%v: not covered, or another verdict", err)
	}
	if r.Makespan.Lower > explored.Makespan.Lower || r.Makespan.Upper < explored.Makespan.Upper {
		t.Errorf("covered by %v, which does not contain %v", r.Makespan, explored.Makespan)
	}
	if len(r.Races) == 0 || r.Races[0].A == "" || !r.Races[0].Covered || r.Slack() != nil {
		t.Errorf("races %+v, slack %v", r.Races, r.Slack())
	}
	s.Nodes[0].Uptime = model.Periodic(time.Hour, 2*time.Hour, 0)
	if explored, err = analysis.Analyse(s, analysis.Options{}); err != nil || explored.Cover != nil {
		t.Fatalf("%v: not explored", err)
	}
	r, err = analysis.Analyse(s, analysis.Options{Limit: unfold.Limit{Orders: 1}})
	if err != nil || r.Cover == nil || r.Makespan.Lower > explored.Makespan.Lower || r.Makespan.Upper < explored.Makespan.Upper {
		t.Errorf("%v: covered by %v, which does not contain %v", err, r.Makespan, explored.Makespan)
	}
}
