package gen

import (
	"flag"
	"os"
	"testing"
)

// Main is a TestMain that makes property tests repeatable: they see the same
// scenarios each time, unless -rapid.seed chooses others.
func Main(m *testing.M) {
	flag.Parse()
	if seed := flag.Lookup("rapid.seed"); seed != nil && seed.Value.String() == "0" {
		if err := seed.Value.Set("20231125"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}
