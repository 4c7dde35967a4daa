package network

import (
	"flag"
	"os"
	"testing"
)

// TestMain keeps rapid from leaving files behind.
func TestMain(m *testing.M) {
	flag.Parse()
	flag.Set("rapid.nofailfile", "true")
	os.Exit(m.Run())
}
