package gen

import (
	"flag"
	"os"
	"strconv"
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

// Floor is how often something has to be seen in the checks of one property, which are
// fewer with -short and by -rapid.checks, if it has to be seen so often in 100 of them.
func Floor(of100 int) int {
	checks, err := strconv.Atoi(flag.Lookup("rapid.checks").Value.String())
	if err != nil {
		panic(err)
	}
	if testing.Short() {
		checks /= 5
	}
	return (of100*min(checks, 100) + 99) / 100
}
