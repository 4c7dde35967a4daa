package measure

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"adagio/dsl/dsltest"
)

// BenchmarkRead reads 100 runs of 60 files, copies of the published ones of five
// sites:
//
//	go test -run xxx -bench Read -benchmem ./analysis/measure
func BenchmarkRead(b *testing.B) {
	dir := b.TempDir()
	from := os.DirFS(dsltest.Data(b, "raw"))
	for i := range 100 {
		if err := os.CopyFS(filepath.Join(dir, fmt.Sprint(i)), from); err != nil {
			b.Fatal(err)
		}
		for _, other := range []string{"cps-1-sites", "cps-5-sites", "openstack-1-sites", "openstack-5-sites/run2"} {
			if err := os.RemoveAll(filepath.Join(dir, fmt.Sprint(i), other)); err != nil {
				b.Fatal(err)
			}
		}
		run := filepath.Join(dir, fmt.Sprint(i), "openstack-5-sites", "run1")
		results, _ := filepath.Glob(filepath.Join(run, "results_*.yaml"))
		os.Remove(results[0]) // or else all runs had one date
	}
	for b.Loop() {
		if runs := read(b, dir); len(runs) != 200 {
			b.Fatal(len(runs))
		}
	}
}
