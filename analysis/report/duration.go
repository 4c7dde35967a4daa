package report

import (
	"time"

	"adagio/analysis"
	"adagio/dsl/model"
)

// Durations writes durations as every answer does: 6m59.7s. The zero value rounds to a
// tenth of a second from a minute on, to a millisecond from a second on, and below that to
// a thousandth of the unit.
type Durations struct {
	Precise bool // to the nanosecond
}

// Nearest rounds to the nearest.
func (w Durations) Nearest(d time.Duration) string { return w.write(d, nearest) }

// Bound rounds outward: what is written is as true as what was computed.
func (w Durations) Bound(b analysis.Bound) string {
	switch {
	case b.Lower == b.Upper:
		return w.write(b.Lower, nearest)
	}
	return w.write(b.Lower, down) + " .. " + w.write(b.Upper, up)
}

func (w Durations) write(d time.Duration, r rounding) string {
	size := d.Abs()
	switch {
	case d == model.Never:
		return "never"
	case w.Precise:
	case size >= time.Minute:
		d = r.to(d, time.Second/10)
	case size >= time.Second:
		d = r.to(d, time.Millisecond)
	case size >= time.Millisecond:
		d = r.to(d, time.Microsecond)
	}
	return d.String()
}

// Rounded is a bound for people, rounded outward: 6m54.6s .. 6m59.7s.
func Rounded(b analysis.Bound) string { return Durations{}.Bound(b) }

// Dates rounds dates as Bound does.
func (w Durations) Dates(d analysis.Dates) string { return w.Bound(d.Bound()) }
