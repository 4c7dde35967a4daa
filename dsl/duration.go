package dsl

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"time"

	"adagio/dsl/model"
)

var units = map[string]time.Duration{
	"ns": time.Nanosecond, "us": time.Microsecond, "µs": time.Microsecond, "ms": time.Millisecond,
	"s": time.Second, "min": time.Minute, "h": time.Hour,
}

var (
	errUnit     = errors.New("a duration needs a unit")
	errNoUnit   = errors.New("there is no such unit")
	errTooGreat = errors.New("an absurd duration")
)

// ParseDuration reads a duration as the language writes it, "1.5s" or "2min", or
// as Go does, "1m30s", for what does not stand in a file: options of a command,
// columns of a table. It is never negative, nor above [model.MaxDelay].
func ParseDuration(text string) (time.Duration, error) {
	d, err := parseQuantity(text)
	if err != nil {
		if d, bad := time.ParseDuration(text); bad == nil && 0 <= d && d <= time.Duration(model.MaxDelay) {
			return d, nil
		}
		return 0, fmt.Errorf("%w: %s (write a number with ns, us, ms, s, min or h, such as 90s)", err, shorten(text))
	}
	return d, nil
}

// parseQuantity reads a number with a unit, exactly: nothing goes through a
// float. What is finer than a nanosecond is rounded.
func parseQuantity(text string) (time.Duration, error) {
	digits := 0
	for digits < len(text) && (text[digits] == '.' || '0' <= text[digits] && text[digits] <= '9') {
		digits++
	}
	unit, ok := units[text[digits:]]
	if digits > 100 {
		return 0, errTooGreat
	}
	value, valid := new(big.Rat).SetString(text[:digits])
	switch {
	case !valid:
		return 0, errNoUnit
	case digits == len(text) && value.Sign() == 0:
		return 0, nil
	case digits == len(text):
		return 0, errUnit
	case !ok:
		return 0, errNoUnit
	}
	return nanoseconds(value.Mul(value, new(big.Rat).SetInt64(int64(unit))))
}

// nanoseconds rounds a number of nanoseconds.
func nanoseconds(value *big.Rat) (time.Duration, error) {
	if value.Cmp(new(big.Rat).SetInt64(int64(model.MaxDelay))) > 0 {
		return 0, errTooGreat
	}
	f, _ := value.Float64()
	if value.IsInt() {
		return time.Duration(value.Num().Int64()), nil
	}
	return time.Duration(math.Round(f)), nil
}
