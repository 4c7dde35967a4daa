package montecarlo

import (
	"time"
)

// Histogram counts samples in bins of one width. The bins are laid over a pilot:
// the range of the first batch and half as much again; what falls beside them is
// counted, too.
type Histogram struct {
	From         time.Duration // where the first bin begins
	Width        time.Duration // of every bin
	Counts       []int
	Under, Above int // samples before the first bin, and after the last
}

// bins is how many bins cover the range of the pilot; half as many are added.
const bins = 16

// newHistogram lays bins over a pilot and counts it. Their width is 1, 2 or 5
// times a power of ten nanoseconds, and bins begin at multiples of it.
func newHistogram(pilot []time.Duration) *Histogram {
	least, most := pilot[0], pilot[0]
	for _, x := range pilot {
		least, most = min(least, x), max(most, x)
	}
	h := &Histogram{Width: round125((most - least) / bins)}
	margin := (most - least) / 4
	h.From = max(least-margin, 0) / h.Width * h.Width
	h.Counts = make([]int, (most+margin-h.From)/h.Width+1)
	for _, x := range pilot {
		h.add(x)
	}
	return h
}

func (h *Histogram) add(x time.Duration) {
	switch bin := (x - h.From) / h.Width; {
	case x < h.From:
		h.Under++
	case int(bin) >= len(h.Counts):
		h.Above++
	default:
		h.Counts[bin]++
	}
}

// round125 is the next number from d on of the form 1, 2 or 5 times a power of
// ten.
func round125(d time.Duration) time.Duration {
	for unit := time.Duration(1); ; unit *= 10 {
		for _, k := range []time.Duration{1, 2, 5} {
			if k*unit >= d {
				return k * unit
			}
		}
	}
}
