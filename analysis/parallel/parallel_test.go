package parallel_test

import (
	"slices"
	"testing"

	"adagio/analysis/parallel"
)

// TestEach: every task is done once, whatever the number of workers, and progress
// counts them.
func TestEach(t *testing.T) {
	for _, workers := range []int{0, 1, 3, 100} {
		for _, n := range []int{0, 1, 50} {
			times, counts := make([]int, n), []int{}
			parallel.Each(n, workers, func(i int) { times[i]++ }, func(done, of int) {
				if of != n {
					t.Errorf("%d of %d", done, of)
				}
				counts = append(counts, done)
			})
			for i := range n {
				if times[i] != 1 || counts[i] != i+1 {
					t.Fatalf("%d workers: task %d done %d times, progress %v", workers, i, times[i], counts)
				}
			}
		}
	}
}

// TestPanic: the caller gets the value that a worker panics with.
func TestPanic(t *testing.T) {
	defer func() {
		if p := recover(); p != "broken" {
			t.Errorf("got %v", p)
		}
	}()
	parallel.Each(10, 2, func(i int) {
		if i == 7 {
			panic("broken")
		}
	}, nil)
	t.Error("no panic")
}

// TestEachWith: a worker's own function is called by that worker alone.
func TestEachWith(t *testing.T) {
	type tally struct{ tasks []int }
	var all []*tally
	created := make(chan *tally, 4)
	parallel.EachWith(100, 4, func() func(int) {
		own := &tally{}
		created <- own
		return func(i int) { own.tasks = append(own.tasks, i) }
	}, nil)
	close(created)
	var tasks []int
	for own := range created {
		all = append(all, own)
		tasks = append(tasks, own.tasks...)
	}
	slices.Sort(tasks)
	if len(all) != 4 || len(tasks) != 100 || len(slices.Compact(tasks)) != 100 {
		t.Errorf("%d workers did %d tasks", len(all), len(tasks))
	}
}
