// Package parallel runs many independent tasks on several processors.
package parallel

import (
	"runtime"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// Each calls do(0) .. do(n-1) on the given number of workers (0 or less: one for
// each processor), and progress, if not nil, after each, one at a time, with how
// many are done. A panic is carried to the caller.
func Each(n, workers int, do func(i int), progress func(done, of int)) {
	EachWith(n, workers, func() func(int) { return do }, progress)
}

// EachWith is [Each] where every worker calls a function of its own.
func EachWith(n, workers int, worker func() (do func(i int)), progress func(done, of int)) {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	var group errgroup.Group
	var next atomic.Int64
	var mu sync.Mutex
	done := 0
	for range min(workers, n) {
		group.Go(func() (err error) {
			defer func() {
				if p := recover(); p != nil {
					err = panicked{p}
				}
			}()
			do := worker()
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
				if progress != nil {
					mu.Lock()
					done++
					progress(done, n)
					mu.Unlock()
				}
			}
			return nil
		})
	}
	if p, ok := group.Wait().(panicked); ok {
		panic(p.value)
	}
}

// panicked carries a panic from a worker to the caller.
type panicked struct{ value any }

func (panicked) Error() string { return "a panic" }
