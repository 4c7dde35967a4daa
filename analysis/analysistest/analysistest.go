// Package analysistest analyses models for tests. Only tests import it.
package analysistest

import (
	"adagio/analysis"
	"adagio/dsl"
	"adagio/dsl/dsltest"
	"adagio/dsl/model"
)

// Bounds analyses a scenario for which there must be an answer.
func Bounds(t dsltest.T, s *model.Scenario) *analysis.Result {
	t.Helper()
	r, err := analysis.Analyse(s, analysis.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Load analyses a model, which must be valid.
func Load(t dsltest.T, opts dsl.Options) *analysis.Result {
	t.Helper()
	return Bounds(t, dsltest.Load(t, opts))
}
