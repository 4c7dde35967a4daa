package whatif

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// parallel calls do(0) .. do(n-1) on all processors, and progress, if not nil,
// after each, one at a time, with how many are done. A panic is carried to the
// caller.
func parallel(n int, do func(i int), progress func(done, of int)) {
	var next atomic.Int64
	var workers sync.WaitGroup
	var mu sync.Mutex
	var fault any
	done := 0
	for range min(runtime.GOMAXPROCS(0), n) {
		workers.Go(func() {
			defer func() {
				if p := recover(); p != nil {
					mu.Lock()
					fault = p
					mu.Unlock()
				}
			}()
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
				if progress != nil {
					mu.Lock()
					done++
					progress(done, n)
					mu.Unlock()
				}
			}
		})
	}
	workers.Wait()
	if fault != nil {
		panic(fault)
	}
}
