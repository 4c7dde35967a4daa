package clock_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"adagio/petri/internal/clock"
)

// TestClocks compares clocks with lists of counts.
func TestClocks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		chains := rapid.IntRange(1, 700).Draw(t, "chains")
		s := clock.NewSet(chains)
		clocks, lists := []clock.Clock{0}, [][]int32{make([]int32, chains)}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			i := rapid.IntRange(0, len(clocks)-1).Draw(t, "a")
			j := rapid.IntRange(0, len(clocks)-1).Draw(t, "b")
			c, list := clocks[i], slices.Clone(lists[i])
			switch rapid.IntRange(0, 3).Draw(t, "kind") {
			case 0, 1:
				chain := rapid.IntRange(0, chains-1).Draw(t, "chain")
				list[chain] = int32(rapid.IntRange(1, 9).Draw(t, "count"))
				c = s.With(c, int32(chain), list[chain])
			case 2:
				c = s.Join(c, clocks[j])
				for k := range list {
					list[k] = max(list[k], lists[j][k])
				}
			case 3:
				c = s.Meet(c, clocks[j])
				for k := range list {
					list[k] = min(list[k], lists[j][k])
				}
			}
			clocks, lists = append(clocks, c), append(lists, list)
		}
		for i, c := range clocks {
			for k, count := range lists[i] {
				if got := s.Count(c, int32(k)); got != count {
					t.Fatalf("clock %d knows %d events of chain %d, not %d", i, got, k, count)
				}
			}
		}
	})
}
