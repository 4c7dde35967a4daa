package network

import (
	"slices"

	"adagio/dsl/heap"
)

// The cost of a path is the number of its links: that is what SimGrid counts.
// Where several paths cost the same, the order of the steps below decides which
// one is taken, and it is SimGrid's, too.

const unreachable = int32(1 << 30)

// floydTable holds the predecessor of each member on the path from each other.
type floydTable struct {
	n    int
	pred []int32 // by from·n + to; -1 where there is no path
}

// maxFloyd bounds the members of a zone with shortest paths for all pairs.
const maxFloyd = 2000

func newFloydTable(z *zone, isHost func(rank int) bool) *floydTable {
	n := len(z.members)
	t := &floydTable{n, make([]int32, n*n)}
	cost := make([]int32, n*n)
	for i := range cost {
		cost[i], t.pred[i] = unreachable, -1
	}
	for ends, e := range z.edges {
		cost[ends[0]*n+ends[1]] = int32(len(e.links))
		t.pred[ends[0]*n+ends[1]] = int32(ends[0])
	}
	for i := range n {
		if t.pred[i*n+i] < 0 && isHost(i) {
			cost[i*n+i], t.pred[i*n+i] = 1, int32(i)
		}
	}
	for via := range n {
		for from := range n {
			head := cost[from*n+via]
			if head == unreachable {
				continue
			}
			for to := range n {
				if c := head + cost[via*n+to]; c < cost[from*n+to] {
					cost[from*n+to] = c
					t.pred[from*n+to] = t.pred[via*n+to]
				}
			}
		}
	}
	return t
}

// path returns the edges from one member to another, or nothing.
func (t *floydTable) path(z *zone, from, to int) []*edge {
	var path []*edge
	for at := to; at != from; {
		before := int(t.pred[from*t.n+at])
		if before < 0 {
			return nil
		}
		path = append(path, z.edges[[2]int{before, at}])
		at = before
	}
	slices.Reverse(path)
	return path
}

// visit is an entry of Dijkstra's queue.
type visit struct{ cost, at int }

// Before orders visits by cost, then by number.
func (v *visit) Before(w *visit) bool { return v.cost < w.cost || v.cost == w.cost && v.at < w.at }

// shortest returns the edges of the cheapest path. Members are numbered in the
// order in which routes first named them, and of equal costs the smallest number
// goes first.
func (z *zone) shortest(from, to int) []*edge {
	start, known := z.number[from]
	if _, ok := z.number[to]; !ok || !known {
		return nil
	}
	cost := make([]int, len(z.order))
	pred := make([]int, len(z.order))
	for i := range cost {
		cost[i], pred[i] = int(unreachable), -1
	}
	cost[start] = 0
	q := heap.Heap[visit, *visit]{{0, start}}
	for len(q) > 0 {
		v := q.Pop()
		if v.cost > cost[v.at] {
			continue
		}
		rank := z.order[v.at]
		for _, next := range z.out[rank] {
			n := z.number[next]
			if c := v.cost + len(z.edges[[2]int{rank, next}].links); c < cost[n] {
				cost[n], pred[n] = c, v.at
				q.Push(visit{c, n})
			}
		}
	}
	var path []*edge
	for at := z.number[to]; at != start; at = pred[at] {
		if pred[at] < 0 {
			return nil
		}
		path = append(path, z.edges[[2]int{z.order[pred[at]], z.order[at]}])
	}
	slices.Reverse(path)
	return path
}
