package main

import (
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// A run that needs less than untilCollected of memory ends without having looked for
// garbage. Between two collections the memory may grow by headroom, but not by more than
// mostTimes what is in use; or by as much as is in use, if that is more.
const (
	untilCollected = 96 << 20
	headroom       = 1 << 30
	mostTimes      = 4
)

// collectLate lets the garbage collector begin late and come seldom while the memory is
// small: to look through what is in use takes longer than to take more. Where the
// environment says how it should be, it is so.
func collectLate() {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(untilCollected)
	paceCollections()
}

// paceCollections sets after each collection when the next one is due.
func paceCollections() {
	// Nothing refers to this: the next collection finds it.
	runtime.AddCleanup(new([64]byte), func(int) {
		used := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		metrics.Read(used)
		times := headroom / float64(max(1, used[0].Value.Uint64()))
		debug.SetGCPercent(int(100 * min(mostTimes, max(1, times))))
		debug.SetMemoryLimit(math.MaxInt64)
		paceCollections()
	}, 0)
}
