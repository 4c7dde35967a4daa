package dsl

import (
	"bufio"
	"fmt"
	"os"
	"sync"
)

// The limits of one model that do not depend on the machine.
const (
	maxProblems = 1000   // reported
	maxElements = 10_000 // places, transitions, … of one component type
)

// limits are those of a resolved model that follow the memory of the machine.
type limits struct {
	instances  int // nodes, and components
	statements int // written or replicated, all together
}

// perInstance is about how much memory it takes to bound a plan with one more node and
// its component: that much for OpenStack's, with its program and what it tells others.
const perInstance = 64 << 10

// leastLimits are those of a machine of which nothing is known.
var leastLimits = limits{100_000, 1_000_000}

// capacity has the limits of this machine.
var capacity = sync.OnceValue(func() limits {
	n := max(leastLimits.instances, int(totalMemory()/perInstance))
	return limits{n, n * (leastLimits.statements / leastLimits.instances)}
})

// totalMemory is how many bytes of memory the machine has, or 0 where that is not known.
func totalMemory() (bytes int64) {
	f, err := os.Open("/proc/meminfo")
	if err != nil {
		return 0
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var kilobytes int64
		if _, err := fmt.Sscanf(lines.Text(), "MemTotal: %d kB", &kilobytes); err == nil {
			return kilobytes << 10
		}
	}
	return 0
}
