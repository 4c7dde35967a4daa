// Package lists has what several parts of the net need of lists: lists that grow without
// being copied, numbers for equal lists, groups in one array, and subsets.
package lists

import (
	"iter"
	"slices"
)

// Blocks is a list that grows without being copied, for nets too long to guess
// their length.
type Blocks[T any] struct {
	full [][]T
	last []T
}

const blockLen = 256

// Add appends a value and returns its index.
func (b *Blocks[T]) Add(v T) int {
	if len(b.last) == cap(b.last) {
		if b.last != nil {
			b.full = append(b.full, b.last)
		}
		b.last = make([]T, 0, blockLen)
	}
	b.last = append(b.last, v)
	return len(b.full)*blockLen + len(b.last) - 1
}

// List returns all of it in one slice, and forgets it.
func (b *Blocks[T]) List() []T {
	all := slices.Concat(append(b.full, b.last)...)
	*b = Blocks[T]{}
	return all
}

// Interner numbers lists of values, equal ones alike: 0 is the empty list. The zero
// value is ready.
type Interner[T comparable] struct{ known map[extended[T]]ID }

// ID is the number of a list.
type ID int32

// extended is a list with one value more.
type extended[T comparable] struct {
	list ID
	last T
}

// ID returns the number of a list.
func (n *Interner[T]) ID(values []T) ID {
	if n.known == nil {
		n.known = map[extended[T]]ID{}
	}
	list := ID(0)
	for _, v := range values {
		longer := extended[T]{list, v}
		id, ok := n.known[longer]
		if !ok {
			id = ID(len(n.known) + 1)
			n.known[longer] = id
		}
		list = id
	}
	return list
}

// Grouped returns the values of each of n groups, in order, in one array. It runs
// through the pairs of group and value twice.
func Grouped[G ~int | ~int32, V any](n int, pairs iter.Seq2[G, V]) [][]V {
	counts := make([]int, n)
	total := 0
	for g := range pairs {
		counts[g]++
		total++
	}
	all, out := make([]V, total), make([][]V, n)
	for g, count := range counts {
		out[g], all = all[:0:count], all[count:]
	}
	for g, v := range pairs {
		out[g] = append(out[g], v)
	}
	return out
}

// Merged joins two lists of numbers, without repetition.
func Merged(a, b []int) []int {
	out := slices.Concat(a, b)
	slices.Sort(out)
	return slices.Compact(out)
}
