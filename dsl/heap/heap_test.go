package heap_test

import (
	"slices"
	"testing"

	"adagio/dsl/heap"

	"pgregory.net/rapid"
)

type number int

func (n *number) Before(m *number) bool { return *n < *m }

// TestHeap: whatever is pushed and popped in between, each pop gives the least of
// what is there.
func TestHeap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var h heap.Heap[number, *number]
		var there []number
		for _, push := range rapid.SliceOf(rapid.Bool()).Draw(t, "pushes") {
			if push || len(there) == 0 {
				x := number(rapid.IntRange(0, 9).Draw(t, "x"))
				h.Push(x)
				there = append(there, x)
				continue
			}
			least := slices.Min(there)
			if got := h.Pop(); got != least {
				t.Fatalf("got %d, want %d of %v", got, least, there)
			}
			i := slices.Index(there, least)
			there = slices.Delete(there, i, i+1)
		}
		slices.Sort(there)
		for _, want := range there {
			if h[0] != want || h.Pop() != want {
				t.Fatalf("not sorted: want %d", want)
			}
		}
		if len(h) != 0 {
			t.Fatal("more than was pushed")
		}
	})
}
