package report

import (
	"time"

	"adagio/analysis"
)

// Units writes the durations of one report in one unit with three decimals, as
// the text does.
type Units struct{ scale scale }

// UnitsFor is the unit of a report whose longest duration is given: the greatest
// in which it is at least one.
func UnitsFor(longest time.Duration) Units { return Units{scaleFor(longest)} }

// Name is the unit: s, ms or µs.
func (u Units) Name() string { return u.scale.name }

// Unit is one of it.
func (u Units) Unit() time.Duration { return u.scale.unit }

// Number is a duration without its unit, rounded to the nearest.
func (u Units) Number(d time.Duration) string { return u.scale.number(d, nearest) }

// Slack is how much room something has, without a unit, rounded down: what is
// promised.
func (u Units) Slack(m analysis.Margin) string { return u.scale.margin(m) }

// margin is a margin without its unit, with "≥" where it is a lower bound.
func (s scale) margin(m analysis.Margin) string {
	if !m.Exact {
		return "≥ " + s.number(m.Least, down)
	}
	return s.number(m.Least, down)
}

// Bound is a bound without its unit, rounded outward.
func (u Units) Bound(b analysis.Bound) string { return u.scale.bound(b) }

// Percent is a share of a whole with one decimal.
func Percent(part, whole time.Duration) string { return percent(part, whole) }
