package report

import (
	"fmt"
	"strconv"
	"strings"
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

// scale is how precisely the durations of one report are shown: in seconds with
// 3, 6 or 9 decimals, so that the shortest plan has digits to see.
type scale int

func scaleFor(d time.Duration) scale {
	switch {
	case d >= time.Second || d == 0:
		return 3
	case d >= time.Millisecond:
		return 6
	}
	return 9
}

func (s scale) unit() time.Duration {
	unit := time.Second
	for range s {
		unit /= 10
	}
	return unit
}

// seconds is a duration in seconds: 57.818.
func (s scale) seconds(d time.Duration, r rounding) string {
	d = r.to(d, s.unit())
	sign := ""
	if d < 0 {
		sign, d = "-", -d
	}
	return fmt.Sprintf("%s%d.%0*d", sign, d/time.Second, int(s), d%time.Second/s.unit())
}

// bound is an interval in seconds, rounded outward: 57.818 .. 61.275.
func (s scale) bound(b analysis.Bound) string {
	if b.Lower == b.Upper {
		return s.seconds(b.Lower, nearest)
	}
	return s.seconds(b.Lower, down) + " .. " + s.seconds(b.Upper, up)
}

// exact is a duration in seconds with all its digits: 57.8181s.
func exact(d time.Duration) string {
	text := scale(9).seconds(d, nearest)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".") + "s"
}

// spoken is a duration as a person says it: 6m54.7s.
func spoken(d time.Duration, r rounding) string {
	return r.to(d, time.Second/10).String()
}

// percent is a share of a whole with one decimal: 98.2 %.
func percent(part, whole time.Duration) string {
	if whole == 0 {
		return "0.0 %"
	}
	return strconv.FormatFloat(100*float64(part)/float64(whole), 'f', 1, 64) + " %"
}
