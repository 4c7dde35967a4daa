package proofs

import (
	"path/filepath"
	"testing"

	"adagio/dsl"
	"adagio/dsl/dsltest"
)

// TestOpen keeps the counterexamples that are known and not mended yet: the first line of
// each file says what is wrong. One that is mended belongs to the regressions.
func TestOpen(t *testing.T) {
	files, err := filepath.Glob("testdata/open/*.ballet")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if why, _ := outside(dsltest.Load(t, dsl.Options{Files: []string{file}}), 5); why == "" {
			t.Errorf("%s holds now: move it to testdata/regressions", file)
		} else {
			t.Logf("%s: %s", file, why)
		}
	}
}
