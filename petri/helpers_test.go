package petri_test

import (
	"path/filepath"
	"strings"
	"testing"

	"adagio/dsl"
	"adagio/dsl/dsltest"
	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/compile"
	"adagio/petri/unfold"
)

// failer is what a test and a rapid check have in common.
type failer interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// load resolves the text of a model.
func load(t failer, name, text string) *model.Scenario {
	t.Helper()
	return dsltest.Load(t, dsl.Options{Sources: []dsl.Source{{Name: name, Text: []byte(text)}}})
}

// netOf makes a net that must be valid.
func netOf(t failer, s *model.Scenario) *petri.Net {
	t.Helper()
	net, err := compile.Scenario(s)
	if err != nil {
		t.Fatal(err)
	}
	if err := net.Validate(); err != nil {
		t.Fatal(err)
	}
	return net
}

// explore unfolds a net into graphs that must be valid.
func explore(t failer, net *petri.Net) *unfold.Exploration {
	t.Helper()
	x, err := unfold.Explore(net, unfold.Limit{})
	if err != nil {
		t.Fatal(err)
	}
	for _, run := range x.Runs {
		if err := run.Graph.Validate(); err != nil {
			t.Fatal(err)
		}
	}
	return x
}

// gallery calls check with every small model of testdata.
func gallery(t *testing.T, check func(t *testing.T, s *model.Scenario)) {
	each(t, "../testdata/gallery", 20, check)
}

// each calls check with every model in a folder, of which there are at least n.
func each(t *testing.T, folder string, n int, check func(t *testing.T, s *model.Scenario)) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.ballet"))
	if err != nil || len(files) < n {
		t.Fatalf("only %d models: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".ballet"), func(t *testing.T) {
			check(t, dsltest.Load(t, dsl.Options{Files: []string{file}}))
		})
	}
}
