package dsl

import (
	"runtime"
	"testing"
)

// Tests run with the limits of a machine of which nothing is known.
var ofThisMachine = capacity()

func init() { capacity = func() limits { return leastLimits } }

// TestCapacity: 20,000 sites of OpenStack are 100,001 nodes, and fit into 8 GiB.
func TestCapacity(t *testing.T) {
	switch memory := totalMemory(); {
	case memory == 0 && runtime.GOOS == "linux":
		t.Error("the memory of this machine is not known")
	case memory >= 8<<30 && ofThisMachine.instances < 100_001, ofThisMachine.instances < leastLimits.instances:
		t.Errorf("a machine of %d bytes has the limits %+v", memory, ofThisMachine)
	case ofThisMachine.statements < 10*ofThisMachine.instances:
		t.Errorf("%d statements are not enough for %d nodes", ofThisMachine.statements, ofThisMachine.instances)
	}
}
