// Package dsltest loads models for tests. Only tests import it.
package dsltest

import (
	"adagio/dsl"
	"adagio/dsl/model"
)

// T is what a test, a benchmark and a property check have in common.
type T interface {
	Helper()
	Fatal(args ...any)
}

// Load resolves a model that must be valid: otherwise the test fails with what is
// wrong with it.
func Load(t T, opts dsl.Options) *model.Scenario {
	t.Helper()
	s, _, problems := dsl.Load(opts)
	if s == nil {
		t.Fatal(problems)
	}
	if err := s.Validate(); err != nil {
		t.Fatal(err)
	}
	return s
}

// Text resolves the text of a model, as [Load] does.
func Text(t T, text string) *model.Scenario {
	t.Helper()
	return Load(t, dsl.Options{Sources: []dsl.Source{{Name: "test.ballet", Text: []byte(text)}}})
}
