package heap_test

import (
	"testing"

	"adagio/proofs/gen"
)

func TestMain(m *testing.M) { gen.Main(m) }
