package model

import "time"

// Stretches is a set of instants as windows in order and apart, made by
// [NewStretches].
type Stretches []Window

// NewStretches joins windows in any order; empty ones are left out.
func NewStretches(windows []Window) Stretches {
	kept := windows[:0:0]
	for _, w := range windows {
		if w.End > w.Start {
			kept = append(kept, w)
		}
	}
	return UptimeOf(kept).Windows
}

// Length is how much of the time from 0 to a date is in the set.
func (s Stretches) Length(t time.Duration) time.Duration { return s.Outside(nil, t) }

// Outside is how much of the time from 0 to a date is in the set and in no window
// of an uptime; with nil, how much is in the set.
func (s Stretches) Outside(u *Uptime, t time.Duration) time.Duration {
	sum := time.Duration(0)
	for _, w := range s {
		if w.Start >= t {
			break
		}
		end := min(w.End, t)
		if sum += end - w.Start; u != nil {
			sum -= u.Length(end) - u.Length(w.Start)
		}
	}
	return sum
}
