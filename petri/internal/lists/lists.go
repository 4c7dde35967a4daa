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
	len  int
}

// The first block is small, for small nets; each is twice as long as the one before, up
// to a limit.
const firstBlock, longestBlock = 64, 1 << 14

// Add appends a value and returns its index.
func (b *Blocks[T]) Add(v T) int {
	if len(b.last) == cap(b.last) {
		if b.last != nil {
			b.full = append(b.full, b.last)
		}
		b.last = make([]T, 0, min(max(firstBlock, 2*len(b.last)), longestBlock))
	}
	b.last = append(b.last, v)
	b.len++
	return b.len - 1
}

// Len is how many values it has.
func (b *Blocks[T]) Len() int { return b.len }

// List returns all of it in one slice, and forgets it, block by block.
func (b *Blocks[T]) List() []T {
	if b.full == nil {
		all := b.last
		*b = Blocks[T]{}
		return all
	}
	all := make([]T, 0, b.len)
	for i, block := range b.full {
		all = append(all, block...)
		b.full[i] = nil
	}
	all = append(all, b.last...)
	*b = Blocks[T]{}
	return all
}

// Reuse begins an empty list in the memory of one that nobody uses any more.
func (b *Blocks[T]) Reuse(list []T) { *b = Blocks[T]{last: list[:0]} }

// Arena keeps slices in a few long arrays.
type Arena[T any] struct {
	arrays [][]T
	free   []T
	made   int // values in all arrays so far
}

// New returns a slice of n zero values, which nobody may append to.
func (a *Arena[T]) New(n int) []T {
	if len(a.free) < n {
		a.free = make([]T, max(n, min(max(firstBlock, a.made), longestBlock)))
		a.arrays = append(a.arrays, a.free)
		a.made += len(a.free)
	}
	out := a.free[:n:n]
	a.free = a.free[n:]
	return out
}

// Reset begins anew in the same memory, of which nobody uses anything any more.
func (a *Arena[T]) Reset() {
	if len(a.arrays) > 1 {
		a.arrays = [][]T{make([]T, a.made)}
	}
	if len(a.arrays) == 1 {
		a.free = a.arrays[0]
		clear(a.free)
	}
}

// Keep returns where a value is kept.
func (a *Arena[T]) Keep(v *T) *T {
	kept := &a.New(1)[0]
	*kept = *v
	return kept
}

// Join keeps some slices as one, which nobody may append to.
func (a *Arena[T]) Join(parts ...[]T) []T {
	n := 0
	for _, p := range parts {
		n += len(p)
	}
	all := a.New(n)[:0]
	for _, p := range parts {
		all = append(all, p...)
	}
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

// Groups are lists of values in one array.
type Groups[G ~int | ~int32, V any] struct {
	first  []int32 // values[first[g]:first[g+1]] is group g
	values []V
}

// Of returns the values of a group. The slice must not be changed.
func (g *Groups[G, V]) Of(group G) []V { return g.values[g.first[group]:g.first[group+1]] }

// Grouped returns the values of each of n groups, in order. It runs through the pairs of
// group and value twice.
func Grouped[G ~int | ~int32, V any](n int, pairs iter.Seq2[G, V]) Groups[G, V] {
	var out Groups[G, V]
	out.Fill(n, pairs)
	return out
}

// Fill is [Grouped] in the memory of groups that nobody uses any more.
func (g *Groups[G, V]) Fill(n int, pairs iter.Seq2[G, V]) {
	first := Zeros(g.first, n+2)
	for group := range pairs {
		first[group+2]++
	}
	for group := range n {
		first[group+2] += first[group+1]
	}
	// first[k+1] is where the next value of group k goes, and in the end where it ends.
	values := slices.Grow(g.values[:0], int(first[n+1]))[:first[n+1]]
	for group, v := range pairs {
		values[first[group+1]] = v
		first[group+1]++
	}
	g.first, g.values = first[:n+1], values
}

// Zeros returns n zero values in the memory of a list that nobody uses any more.
func Zeros[T any](old []T, n int) []T {
	out := slices.Grow(old[:0], n)[:n]
	clear(out)
	return out
}

// Emptied returns a map without elements in the memory of one that nobody uses any more.
func Emptied[M ~map[K]V, K comparable, V any](old M) M {
	if old == nil {
		return M{}
	}
	clear(old)
	return old
}

// Merged joins two lists of numbers, without repetition.
func Merged(a, b []int) []int {
	out := slices.Concat(a, b)
	slices.Sort(out)
	return slices.Compact(out)
}
