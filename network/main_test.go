package network_test

import (
	"flag"
	"testing"

	"adagio/proofs/gen"
)

// TestMain keeps rapid from leaving files behind.
func TestMain(m *testing.M) {
	flag.Set("rapid.nofailfile", "true")
	gen.Main(m)
}
