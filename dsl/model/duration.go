package model

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"strings"
	"time"
)

// durationUnits are the units of durations. As everywhere in this field, m is the
// minute.
var durationUnits = map[string]time.Duration{
	"ns": time.Nanosecond, "us": time.Microsecond, "µs": time.Microsecond, "ms": time.Millisecond,
	"s": time.Second, "min": time.Minute, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour,
}

// DurationUnits names the units of durations for messages.
const DurationUnits = "ns, us, ms, s, min, h and d"

// Why a text is not a duration.
var (
	ErrUnit      = errors.New("a duration needs a unit")
	ErrDuration  = errors.New("not a duration")
	ErrUnitOrder = errors.New("a duration names its units from the greatest to the least, each once")
	ErrTooLong   = errors.New("a duration that is too long")
)

// IsDurationUnit says whether a word is a unit of durations.
func IsDurationUnit(word string) bool { return durationUnits[word] > 0 }

// ParseDuration reads a duration wherever one is written, in a model, an option or
// a file: a number with a unit, "1.5s" or "2 min", or several with units from the
// greatest to the least, "1h2min" or "1m30s". Zero needs no unit. Blanks may stand
// between a number and its unit. It reads exactly, nothing goes through a float;
// what is finer than a nanosecond is rounded. A duration is never negative, nor
// above [MaxDelay]. The error wraps one of [ErrUnit], [ErrDuration], [ErrUnitOrder]
// and [ErrTooLong].
func ParseDuration(text string) (time.Duration, error) {
	sum, err := parseParts(strings.TrimSpace(text))
	if err == nil && sum.Cmp(new(big.Rat).SetInt64(int64(MaxDelay))) > 0 {
		err = ErrTooLong
	}
	if err != nil {
		return 0, fmt.Errorf("%w: %s (write a number with a unit, such as 90s or 1h30min; the units are %s)", err, shortened(text), DurationUnits)
	}
	return roundToNanoseconds(sum), nil
}

// parseParts adds the parts of a duration up, in nanoseconds.
func parseParts(text string) (*big.Rat, error) {
	const longest = 100 // digits of a part
	sum := new(big.Rat)
	above := time.Duration(math.MaxInt64)
	for first := true; first || text != ""; first = false {
		digits := spanOf(text, func(c byte) bool { return c == '.' || isDigit(c) })
		if digits > longest {
			return nil, ErrTooLong
		}
		value, ok := new(big.Rat).SetString(text[:digits])
		if !ok {
			return nil, ErrDuration
		}
		text = text[digits:]
		rest := strings.TrimLeft(text, " \t")
		n := spanOf(rest, func(c byte) bool { return c != '.' && c != ' ' && c != '\t' && !isDigit(c) })
		unit, known := durationUnits[rest[:n]]
		switch {
		case text == "" && first && value.Sign() == 0:
			return value, nil
		case text == "":
			return nil, ErrUnit
		case !known:
			return nil, ErrDuration
		case unit >= above:
			return nil, ErrUnitOrder
		}
		above = unit
		sum.Add(sum, value.Mul(value, new(big.Rat).SetInt64(int64(unit))))
		text = rest[n:]
	}
	return sum, nil
}

// ParseSeconds reads a number of seconds without a unit as JSON, YAML and CSV write
// it, perhaps with an exponent: 3.34 or 1e-3. It is exact and bounded as
// [ParseDuration] is. The error is [ErrDuration] or [ErrTooLong].
func ParseSeconds(text string) (time.Duration, error) {
	const longest = 200
	mantissa, exponent, scaled := strings.Cut(strings.ToLower(text), "e")
	if scaled && len(strings.TrimLeft(exponent, "+-0")) > 4 || len(text) > longest {
		return 0, ErrTooLong
	}
	if strings.Trim(mantissa, "+-.0123456789") != "" || strings.Trim(exponent, "+-0123456789") != "" {
		return 0, ErrDuration // big.Rat knows fractions and other bases, too
	}
	seconds, ok := new(big.Rat).SetString(text)
	switch {
	case !ok || seconds.Sign() < 0:
		return 0, ErrDuration
	case seconds.Cmp(big.NewRat(int64(MaxDelay/time.Second), 1)) > 0:
		return 0, ErrTooLong
	}
	return roundToNanoseconds(seconds.Mul(seconds, big.NewRat(int64(time.Second), 1))), nil
}

// roundToNanoseconds rounds a number of nanoseconds, half up. It is at most
// [MaxDelay].
func roundToNanoseconds(value *big.Rat) time.Duration {
	twice := new(big.Int).Lsh(value.Num(), 1)
	twice.Add(twice, value.Denom())
	return time.Duration(twice.Div(twice, new(big.Int).Lsh(value.Denom(), 1)).Int64())
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// spanOf is how many bytes at the begin of a text are of a kind.
func spanOf(text string, is func(byte) bool) int {
	for i := range len(text) {
		if !is(text[i]) {
			return i
		}
	}
	return len(text)
}

// shortened cuts a text for a message.
func shortened(text string) string {
	const most = 40
	if runes := []rune(text[:min(len(text), 4*most)]); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}
