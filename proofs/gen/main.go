package gen

import (
	"flag"
	"os"
	"strconv"
	"testing"
)

// Main is a TestMain that makes property tests repeatable.
func Main(m *testing.M) {
	FixSeed()
	os.Exit(m.Run())
}

// FixSeed lets property tests see the same scenarios each time, unless -rapid.seed
// chooses others (0: at random). It is called before the flags are parsed.
func FixSeed() {
	if err := flag.Set("rapid.seed", "20231125"); err != nil {
		panic(err)
	}
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
