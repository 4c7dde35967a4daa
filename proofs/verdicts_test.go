package proofs

import (
	"path/filepath"
	"testing"

	"adagio/analysis"
	"adagio/dsl"
)

// # Verdicts
//
// Statement. A deadlock that is certain is not called possible, and one that no execution
// has is not reported.
//
// Reference. petri/README.md, section 4.
func TestVerdicts(t *testing.T) {
	for file, want := range map[string]string{
		"disconnect_then_enter":  "deadlock",
		"refuses_at_once":        "bounded",
		"refuses_in_first_pass":  "bounded",
		"serves_before_refusing": "possible deadlock",
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
