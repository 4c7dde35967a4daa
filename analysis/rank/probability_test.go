package rank_test

import (
	"testing"

	"adagio/analysis/rank"
)

// TestTiesCountHalf has a plan that was faster in four of ten executions and as fast in
// four more.
func TestTiesCountHalf(t *testing.T) {
	share, half := rank.Pair{Simulated: 10, Faster: 4, Equal: 4}.Probability()
	if share != 0.6 || half < 0.42 || half > 0.44 {
		t.Errorf("%v ± %v", share, half)
	}
}
