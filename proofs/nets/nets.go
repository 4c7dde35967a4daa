// Package nets has what tests say of nets and event graphs, without package unfold: when they
// are valid, and how a net is played token by token. It loads and unfolds for them, too.
//
//	net := nets.Net(t, scenario)
//	game := nets.NewGame(net, nil)
package nets

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

// T is what a test and a rapid check have in common.
type T interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// Load resolves the text of a model.
func Load(t T, name, text string) *model.Scenario {
	t.Helper()
	return dsltest.Load(t, dsl.Options{Sources: []dsl.Source{{Name: name, Text: []byte(text)}}})
}

// Net makes a net that must be valid.
func Net(t T, s *model.Scenario) *petri.Net {
	t.Helper()
	net, err := compile.Scenario(s)
	if err != nil {
		t.Fatal(err)
	}
	if err := Validate(net); err != nil {
		t.Fatal(err)
	}
	return net
}

// Explore unfolds a net into graphs that must be valid.
func Explore(t T, net *petri.Net) *unfold.Exploration {
	t.Helper()
	x, err := unfold.Explore(net, unfold.Limit{})
	if err != nil {
		t.Fatal(err)
	}
	for _, run := range x.Runs {
		if err := ValidateGraph(run.Graph); err != nil {
			t.Fatal(err)
		}
	}
	return x
}

// Gallery calls check with every small model of a folder, testdata/gallery.
func Gallery(t *testing.T, folder string, check func(t *testing.T, s *model.Scenario)) {
	t.Helper()
	Each(t, folder, 20, check)
}

// Each calls check with every model in a folder, of which there are at least n.
func Each(t *testing.T, folder string, n int, check func(t *testing.T, s *model.Scenario)) {
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
