// Package heap is a priority queue: a binary heap (Williams 1964) of values that
// know their order. Unlike container/heap it boxes nothing.
package heap

// Ordered says whether a value comes before another. Where neither does, which
// comes first is left open.
type Ordered[T any] interface {
	*T
	Before(*T) bool
}

// Heap is a queue whose first element is at index 0. The zero value is empty.
type Heap[T any, P Ordered[T]] []T

// Push adds a value.
func (h *Heap[T, P]) Push(x T) {
	*h = append(*h, x)
	s := *h
	for i := len(s) - 1; i > 0; {
		parent := (i - 1) / 2
		if !P(&s[i]).Before(&s[parent]) {
			return
		}
		s[i], s[parent] = s[parent], s[i]
		i = parent
	}
}

// Pop takes the first value out of a heap that is not empty.
func (h *Heap[T, P]) Pop() T {
	s := *h
	last := len(s) - 1
	top := s[0]
	s[0] = s[last]
	clear(s[last:])
	s = s[:last]
	*h = s
	for i := 0; ; {
		child := 2*i + 1
		if child >= last {
			return top
		}
		if right := child + 1; right < last && P(&s[right]).Before(&s[child]) {
			child = right
		}
		if !P(&s[child]).Before(&s[i]) {
			return top
		}
		s[i], s[child] = s[child], s[i]
		i = child
	}
}
