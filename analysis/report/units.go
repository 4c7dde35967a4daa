package report

import (
	"fmt"
	"strings"
	"time"

	"adagio/analysis"
	"adagio/dsl/model"
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

// Down is a duration without its unit, rounded down.
func (u Units) Down(d time.Duration) string { return u.scale.number(d, down) }

// Up is a duration without its unit, rounded up.
func (u Units) Up(d time.Duration) string { return u.scale.number(d, up) }

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

// Dates is dates with the unit, or "never".
func (u Units) Dates(d analysis.Dates) string {
	if d.Upper.IsNever() {
		return Durations{}.Dates(d)
	}
	return u.Bound(d.Bound()) + " " + u.Name()
}

// Delay is a delay of the model without its unit, or its distribution as the model has it.
func (u Units) Delay(d model.Delay) string { return u.scale.delay(d) }

// delay is a delay without its unit, or its distribution as the model has it.
func (s scale) delay(d model.Delay) string {
	if d.Factor == nil && (d.Kind == model.Fixed || d.Kind == model.Range) {
		return s.bound(analysis.Bound{Lower: d.Lo, Upper: d.Hi})
	}
	return d.String()
}

// Percent is a share of a whole with one decimal.
func Percent(part, whole time.Duration) string { return percent(part, whole) }

// Share is a measured share in percent with one decimal. What is not all is never shown as
// 100 %, nor what is not nothing as 0 %.
func Share(p float64) string {
	switch {
	case p < 1 && p > 0.9995:
		return "> 99.9 %"
	case p > 0 && p < 0.0005:
		return "< 0.1 %"
	}
	return fmt.Sprintf("%.1f %%", 100*p)
}

// Seconds is a number of nanoseconds in seconds, exactly, with no more decimals than it has.
func Seconds(ns int64) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%d.%09d", ns/1e9, ns%1e9), "0"), ".")
}
