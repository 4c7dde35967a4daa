package analysis_test

import (
	"errors"
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
)

var expectation = regexp.MustCompile(`(?m)^// expect ideal: (.*)$`)

// TestGallery holds the analysis against the answers that were worked out by
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

// TestRefusal: a plan with more orders of its races than the limit is refused,
// and the reason names them.
func TestRefusal(t *testing.T) {
	s := dsltest.Load(t, dsl.Options{Files: []string{"../testdata/gallery/race.ballet"}})
	_, err := analysis.Analyse(s, analysis.Options{Limit: 1})
	var refused *analysis.RefusedError
	if !errors.As(err, &refused) || len(refused.Races) == 0 || refused.Races[0].A == "" {
		t.Errorf("%v", err)
	}
}
