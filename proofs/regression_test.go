package proofs

import (
	"path/filepath"
	"testing"

	"adagio/analysis"
	"adagio/dsl"
	"adagio/dsl/model"
)

// TestRegressions replays every counterexample that a theorem ever had. The first
// line of each file says what it was.
func TestRegressions(t *testing.T) {
	files, err := filepath.Glob("testdata/regressions/*.ballet")
	if err != nil || len(files) == 0 {
		t.Fatalf("no regressions: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			s, _, problems := dsl.Load(dsl.Options{Files: []string{file}})
			if s == nil {
				t.Fatal(problems)
			}
			if s.Network.Profile.Kind == model.Ideal && !s.Sleeps() {
				if why, _ := disagreement(s); why != "" {
					t.Error(why)
				}
			}
			if why, _ := outside(s, 20); why != "" {
				t.Error(why)
			}
			if why := uncoveredBy(s, 20); why != "" {
				t.Error(why)
			}
		})
	}
}

// TestBoundedAll has plans that end and had no bound once, or a wrong one, with the bounds of
// their spans.
func TestBoundedAll(t *testing.T) {
	for file, span := range map[string]string{
		"both_idle_at_once.ballet":        "110ms .. 120ms",
		"choice_depends_on_itself.ballet": "10.546s .. 12.38s",
		"handed_over.ballet":              "5.333s .. 10.518s",
		"happens_in_the_end.ballet":       "528ms .. 1.619s",
	} {
		s, _, problems := dsl.Load(dsl.Options{Files: []string{"testdata/regressions/" + file}})
		if s == nil {
			t.Fatal(problems)
		}
		r, err := analysis.Analyse(s, analysis.Options{})
		if err != nil || !r.Bounded() || r.Span.String() != span {
			t.Errorf("%s: %v, not bounded by %s", file, err, span)
		}
	}
}
