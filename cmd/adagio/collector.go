package main

import (
	"math"
	"os"
	"runtime"
	"runtime/debug"
)

// untilCollected is how much memory the program takes before it looks for garbage: a
// run that needs less ends without having looked.
const untilCollected = 96 << 20

// collectLate lets the garbage collector begin late. From the first collection on it
// is as usual, as it is from the beginning where the environment says how it should
// be.
func collectLate() {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	percent := debug.SetGCPercent(-1)
	debug.SetMemoryLimit(untilCollected)
	// Nothing refers to this: the first collection finds it.
	runtime.AddCleanup(new([64]byte), func(percent int) {
		debug.SetMemoryLimit(math.MaxInt64)
		debug.SetGCPercent(percent)
	}, percent)
}
