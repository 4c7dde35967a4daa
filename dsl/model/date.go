package model

import (
	"math"
	"time"
)

// Never is the date of what does not happen: later than every date. Whatever
// compares or orders dates needs no case of its own for it; [Plus] adds to it.
const Never time.Duration = math.MaxInt64

// Plus is what comes a delay after a date; the delay may be negative. It is [Never] after
// Never, and where the sum is beyond the range of dates (292 years).
func Plus(date, delay time.Duration) time.Duration {
	if date == Never || delay > 0 && date > Never-delay {
		return Never
	}
	return date + delay
}

// Date is a date in a result, in nanoseconds from the common origin, that may be
// [Never]. What computes has dates as [time.Duration], which it can add to.
type Date time.Duration

// IsNever says whether a date does not come.
func (d Date) IsNever() bool { return time.Duration(d) == Never }

// String is the date as the language writes a duration, or "never".
func (d Date) String() string {
	if d.IsNever() {
		return "never"
	}
	return FormatDuration(time.Duration(d))
}
