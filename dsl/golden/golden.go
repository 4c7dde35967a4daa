// Package golden compares what a test got with a file that holds what it should
// be, and writes the file instead where the test is run with -update:
//
//	golden.Check(t, "testdata/deadlock.golden", report)
//
// Only tests import it.
package golden

import (
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files")

// Updating says whether the golden files are written rather than compared with.
func Updating() bool { return *update }

// Check fails the test if got is not the content of the file at path.
func Check[T string | []byte](t testing.TB, path string, got T) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs (-want +got; -update writes it):\n%s", path, diff)
	}
}
