package dsltest

import (
	"os"
	"path/filepath"
	"testing"
)

// Root is the folder of the repository: the one above the test that has go.mod.
func Root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatal("no go.mod above the test")
		}
		dir = up
	}
}

// DataFolder is the folder of the measured executions, be it there or not:
// $ADAGIO_DATA, or else shared/data beside the repository.
func DataFolder(t testing.TB) string {
	t.Helper()
	if folder := os.Getenv("ADAGIO_DATA"); folder != "" {
		return folder
	}
	return filepath.Join(Root(t), "..", "shared", "data")
}

// Data is the path of a file or a folder of the measured executions. The test is
// skipped where there is none.
func Data(t testing.TB, path ...string) string {
	t.Helper()
	full := filepath.Join(append([]string{DataFolder(t)}, path...)...)
	if _, err := os.Stat(full); err != nil {
		t.Skipf("no measured executions: %v (set ADAGIO_DATA)", err)
	}
	return full
}
