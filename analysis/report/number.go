package report

import (
	"fmt"
	"strconv"
	"time"

	"adagio/analysis"
)

// rounding is the direction in which a number is rounded.
type rounding int

const (
	down    rounding = -1
	nearest rounding = 0
	up      rounding = 1
)

// to rounds a duration to a multiple of a unit.
func (r rounding) to(d, unit time.Duration) time.Duration {
	floor := d - (d%unit+unit)%unit
	switch {
	case d == floor || r == down:
		return floor
	case r == up:
		return floor + unit
	}
	return d.Round(unit)
}

// scale is the unit of one report, with three decimals everywhere: the greatest
// in which its longest duration is at least one.
type scale struct {
	unit time.Duration
	name string
}

func scaleFor(d time.Duration) scale {
	switch {
	case d >= time.Second || d == 0:
		return scale{time.Second, "s"}
	case d >= time.Millisecond:
		return scale{time.Millisecond, "ms"}
	}
	return scale{time.Microsecond, "µs"}
}

// number is a duration in the unit: 57.818.
func (s scale) number(d time.Duration, r rounding) string {
	thousandth := s.unit / 1000
	d = r.to(d, thousandth)
	sign := ""
	if d < 0 {
		sign, d = "-", -d
	}
	return fmt.Sprintf("%s%d.%03d", sign, d/s.unit, d%s.unit/thousandth)
}

// bound is an interval in the unit, rounded outward: 57.818 .. 61.275.
func (s scale) bound(b analysis.Bound) string {
	if b.Lower == b.Upper {
		return s.number(b.Lower, nearest)
	}
	return s.number(b.Lower, down) + " .. " + s.number(b.Upper, up)
}

// percent is a share of a whole with one decimal: 98.2 %.
func percent(part, whole time.Duration) string {
	if whole == 0 {
		return "0.0 %"
	}
	return strconv.FormatFloat(100*float64(part)/float64(whole), 'f', 1, 64) + " %"
}
