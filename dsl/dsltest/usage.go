package dsltest

import (
	"bytes"
	"os"
	"runtime/debug"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// Usage measures what a benchmark takes of the machine: the processor time of all
// its threads, which other programs on the machine hardly disturb, and its peak
// memory.
type Usage struct {
	b   *testing.B
	cpu time.Duration
}

// Measure begins to measure. The memory of what was before is given back first.
func Measure(b *testing.B) *Usage {
	debug.FreeOSMemory()
	// 5 resets the peak of the resident set (proc(5)); where that is not possible the
	// peak is that of the whole process.
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0)
	return &Usage{b, ProcessorTime()}
}

// Report adds cpu-ns/op and peak-MB to the result, and returns the former.
func (u *Usage) Report() (perOp time.Duration) {
	perOp = (ProcessorTime() - u.cpu) / time.Duration(u.b.N)
	u.b.ReportMetric(float64(perOp), "cpu-ns/op")
	if status, err := os.ReadFile("/proc/self/status"); err == nil {
		if _, rest, ok := bytes.Cut(status, []byte("VmHWM:")); ok {
			kb, _ := strconv.Atoi(string(bytes.Fields(rest)[0]))
			u.b.ReportMetric(float64(kb)/1024, "peak-MB")
		}
	}
	return perOp
}

// ProcessorTime is the user and system time of the process so far.
func ProcessorTime() time.Duration {
	var r syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &r) != nil {
		return 0
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}
