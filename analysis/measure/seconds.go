package measure

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

var errNumber = errors.New("not a number")

// parseSeconds turns decimal text into nanoseconds exactly: digits beyond the
// ninth are rounded, half away from zero. It knows what YAML and Python write:
// a sign, a point, an exponent.
func parseSeconds(text string) (time.Duration, error) {
	fail := func(err error) (time.Duration, error) {
		return 0, fmt.Errorf("%q is not a number of seconds: %w", shorten(text), err)
	}
	rest, negative := strings.CutPrefix(text, "-")
	if !negative {
		rest = strings.TrimPrefix(rest, "+")
	}
	exponent := 0
	if i := strings.IndexAny(rest, "eE"); i >= 0 {
		var err error
		if exponent, err = strconv.Atoi(rest[i+1:]); err != nil || exponent < -1000 || exponent > 1000 {
			return fail(errNumber)
		}
		rest = rest[:i]
	}
	whole, fraction, _ := strings.Cut(rest, ".")
	if whole+fraction == "" {
		return fail(errNumber)
	}
	// The value is 0.d1d2d3… · 10^point seconds.
	digits, point := whole+fraction, len(whole)+exponent
	value := int64(0)
	for i := range len(digits) {
		d := int64(digits[i]) - '0'
		switch {
		case d < 0 || d > 9:
			return fail(errNumber)
		case i < point+9:
			if value > (math.MaxInt64-d)/10 {
				return fail(errors.New("too great"))
			}
			value = 10*value + d
		case i == point+9 && d >= 5:
			value++ // cannot overflow: MaxInt64 ends in 7, and is not a multiple of ten
		}
	}
	for i := len(digits); i < point+9 && value != 0; i++ {
		if value > math.MaxInt64/10 {
			return fail(errors.New("too great"))
		}
		value *= 10
	}
	if value < 0 {
		return fail(errors.New("too great"))
	}
	if negative {
		value = -value
	}
	return time.Duration(value), nil
}

// shorten cuts a text that goes into a message.
func shorten(text string) string {
	if len(text) > 40 {
		return text[:40] + "…"
	}
	return text
}
