package model

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"
)

const ms = time.Millisecond

// DelayKind names the family of a delay.
type DelayKind uint8

// The families of delays.
const (
	Fixed DelayKind = iota // one value
	Range                  // an interval without a distribution: anything inside may happen
	Uniform
	Normal      // A mean, B standard deviation, truncated to the support
	LogNormal   // A mean, B standard deviation of the delay itself, truncated to the support
	Exponential // A mean, truncated to the support
	Triangular  // A mode
	Gamma       // A mean, B standard deviation, truncated to the support
	Empirical   // a sample, drawn with replacement
)

// Delay is a duration that is known exactly, within an interval, or by a
// distribution with a bounded support. Every delay has 0 ≤ Lo ≤ Hi, and nothing
// outside [Lo, Hi] ever happens: that is what the bounds stand on.
// The zero Delay is the constant 0.
type Delay struct {
	Kind   DelayKind
	Lo, Hi time.Duration
	// A and B are the parameters of the family before truncation, see the kinds.
	A, B time.Duration
	// Sample holds the values of an Empirical delay, sorted. Lo and Hi are its
	// ends. It is shared between copies and never changed.
	Sample []time.Duration
	// Order holds the same values as they were written.
	Order []time.Duration
	// Factor, if not nil, is what the delay has in common with others of an execution.
	Factor *Factor
}

// Factor is what durations of one execution have in common, such as how slow a registry
// is that all of them pull from. An execution draws its place once, evenly from 0 to 1. A
// duration with the factor is found there with probability Share: a sample at that place
// of the list as it was written, so that lists of the same runs stay together, any other
// at that quantile. Otherwise it is drawn alone. Its support is the same either way.
type Factor struct {
	Name  string
	Share float64 // from 0 to 1
	Pos   Pos
}

// At is the value of a delay with a factor at a place from 0 to 1.
func (d Delay) At(place float64) time.Duration {
	if n := len(d.Order); n > 0 {
		return d.Order[min(int(place*float64(n)), n-1)]
	}
	return d.Quantile(place)
}

// Constant is the delay that is always d.
func Constant(d time.Duration) Delay { return Delay{Lo: d, Hi: d} }

// Interval is the delay that may be anything from lo to hi. It is a constant
// where the two are equal.
func Interval(lo, hi time.Duration) Delay {
	if lo == hi {
		return Constant(lo)
	}
	return Delay{Kind: Range, Lo: lo, Hi: hi}
}

// EmpiricalOf is the delay with the given observations, in any order; there
// must be at least one. The slice belongs to the delay from then on.
func EmpiricalOf(sample []time.Duration) Delay {
	s := slices.Sorted(slices.Values(sample))
	return Delay{Kind: Empirical, Lo: s[0], Hi: s[len(s)-1], Sample: s, Order: sample}
}

// IsConstant says whether the delay can take one value only.
func (d Delay) IsConstant() bool { return d.Lo == d.Hi }

// Plus is the sum of two delays as an interval. The distribution is lost.
func (d Delay) Plus(e Delay) Delay { return Interval(d.Lo+e.Lo, d.Hi+e.Hi) }

// Validate says what is wrong with a delay, or nil.
func (d Delay) Validate() error {
	switch {
	case d.Lo < 0:
		return fmt.Errorf("a delay cannot be negative: %v", d.Lo)
	case d.Hi < d.Lo:
		return fmt.Errorf("an interval must not be empty: %v .. %v", d.Lo, d.Hi)
	case d.Hi > MaxDelay:
		return fmt.Errorf("a delay of %v is absurd: the greatest is %v", d.Hi, MaxDelay)
	case d.Kind == Empirical && len(d.Sample) == 0:
		return fmt.Errorf("an empirical delay needs observations")
	}
	return nil
}

// MaxDelay is the greatest duration that a model may contain: a year.
const MaxDelay = 366 * 24 * time.Hour

var kindNames = [...]string{"", "", "uniform", "normal", "lognormal", "exponential", "triangular", "gamma", "empirical"}

// String renders the delay as the language writes it.
func (d Delay) String() string {
	if f := d.Factor; f != nil && f != startPace { // which the language has no words for
		d.Factor, d.Sample = nil, d.Order
		return d.String() + " with " + Quote(f.Name)
	}
	support := FormatDuration(d.Lo) + " .. " + FormatDuration(d.Hi)
	switch d.Kind {
	case Fixed:
		return FormatDuration(d.Lo)
	case Range:
		return support
	case Uniform:
		return fmt.Sprintf("uniform(%s, %s)", FormatDuration(d.Lo), FormatDuration(d.Hi))
	case Triangular:
		return fmt.Sprintf("triangular(%s, %s, %s)", FormatDuration(d.Lo), FormatDuration(d.A), FormatDuration(d.Hi))
	case Exponential:
		return fmt.Sprintf("exponential(%s) in %s", FormatDuration(d.A), support)
	case Empirical:
		values := make([]string, len(d.Sample))
		for i, v := range d.Sample {
			values[i] = FormatDuration(v)
		}
		return "empirical(" + strings.Join(values, ", ") + ")"
	}
	return fmt.Sprintf("%s(%s, %s) in %s", kindNames[d.Kind], FormatDuration(d.A), FormatDuration(d.B), support)
}

// FormatDuration renders a duration exactly, in the greatest of the units h,
// min, s, ms, us, ns in which it is at least one: "1.5s", "300ms", "0s".
func FormatDuration(d time.Duration) string {
	if d < 0 {
		return "-" + FormatDuration(-d)
	}
	unit, name := time.Second, "s"
	switch {
	case d == 0 || d >= time.Second && d < time.Minute:
	case d >= time.Hour && d%time.Second == 0 && d%time.Hour == 0:
		unit, name = time.Hour, "h"
	case d >= time.Minute && d%time.Minute == 0:
		unit, name = time.Minute, "min"
	case d >= time.Second:
	case d >= time.Millisecond:
		unit, name = time.Millisecond, "ms"
	case d >= time.Microsecond:
		unit, name = time.Microsecond, "us"
	default:
		unit, name = time.Nanosecond, "ns"
	}
	text := strconv.FormatInt(int64(d/unit), 10)
	if rest := d % unit; rest > 0 {
		digits := len(strconv.FormatInt(int64(unit), 10)) - 1
		text += "." + strings.TrimRight(fmt.Sprintf("%0*d", digits, rest), "0")
	}
	return text + name
}

// Draw samples the delay with the given source.
func (d Delay) Draw(r *rand.Rand) time.Duration {
	switch d.Kind {
	case Fixed:
		return d.Lo
	case Empirical:
		return d.Sample[r.IntN(len(d.Sample))]
	}
	return d.Quantile(r.Float64())
}
