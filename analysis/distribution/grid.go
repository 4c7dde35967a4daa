package distribution

import "time"

// A grid is one of a chain of distances of which each is a multiple of the one
// before it, so that a finer grid never gives a worse bound, and most of which
// divide the decimal numbers that people write: 10 ms doubled or halved as often
// as possible, then divided by 5.

// coarser is the next grid of the chain.
func coarser(step time.Duration) time.Duration {
	const odd = 78125 // 10 ms / 2^7
	if step < odd {
		return step * 5
	}
	return step * 2
}

// gridBelow is the greatest grid that does not exceed a distance, or else 1 ns.
func gridBelow(d time.Duration) time.Duration {
	step := time.Duration(1)
	for next := coarser(step); next <= d; next = coarser(step) {
		step = next
	}
	return step
}

// firstGrid is the grid that is tried first: one that keeps to the error that
// is asked for, unless that would certainly take too many cells.
func firstGrid(opts Options, upper, lower *problem) time.Duration {
	depth := max(upper.depth(), lower.depth(), 1)
	step := gridBelow(opts.Error / time.Duration(depth))
	// Sums along a path of this depth have windows that grow to the whole width.
	needed := float64(max(upper.width(), lower.width())) / float64(opts.Cells) * max(1, float64(depth)/4)
	for float64(step) < needed {
		step = coarser(step)
	}
	return step
}
