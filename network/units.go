package network

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"adagio/dsl/model"
)

// unitScale holds the units of a quantity, each with what it stands for.
type unitScale struct {
	what     string // "a bandwidth"
	example  string
	standard string // the unit that SimGrid takes where there is none
	units    map[string]float64
}

var (
	timeUnits = unitScale{"a time", "10ms", "s", map[string]float64{
		"w": 7 * 24 * 3600, "d": 24 * 3600, "h": 3600, "m": 60, "s": 1, "ms": 1e-3, "us": 1e-6, "ns": 1e-9, "ps": 1e-12,
	}}
	bandwidthUnits = unitScale{"a bandwidth", "125MBps or 1Gbps", "Bps", prefixed("bps", 0.125, "Bps", 1)}
	sizeUnits      = unitScale{"a size", "1500B or 1KiB", "B", prefixed("b", 0.125, "B", 1)}
	speedUnits     = unitScale{"a speed", "1Gf", "f", speeds()}
)

var powerUnits = unitScale{"a power", "2.1W", "W", map[string]float64{"uW": 1e-6, "mW": 1e-3, "W": 1, "kW": 1e3, "MW": 1e6}}

const prefixes = "kMGTPEZY"

// prefixed is the scale of bits and of bytes, with decimal and binary prefixes.
func prefixed(bits string, bit float64, bytes string, byte float64) map[string]float64 {
	units := map[string]float64{bits: bit, bytes: byte}
	for i, p := range prefixes {
		decimal, binary := math.Pow(1000, float64(i+1)), math.Pow(1024, float64(i+1))
		for unit, value := range map[string]float64{bits: bit, bytes: byte} {
			units[string(p)+unit] = decimal * value
			units[binaryPrefix(p)+unit] = binary * value
		}
	}
	return units
}

// binaryPrefix is "Ki" for 'k'.
func binaryPrefix(p rune) string { return strings.ToUpper(string(p)) + "i" }

func speeds() map[string]float64 {
	units := map[string]float64{"f": 1, "flops": 1}
	long := []string{"kilo", "mega", "giga", "tera", "peta", "exa", "zeta", "yotta"}
	for i, p := range prefixes {
		value := math.Pow(1000, float64(i+1))
		units[string(p)+"f"] = value
		units[long[i]+"flops"] = value
	}
	return units
}

// parse reads a number with a unit, as SimGrid writes it: "1.5MBps". Only zero
// may lack the unit.
func (s unitScale) parse(text string) (float64, error) {
	value, bare, err := s.read(text)
	if bare {
		return 0, fmt.Errorf("%s needs a unit: %q; write %s", s.what, strings.TrimSpace(text), s.example)
	}
	return value, err
}

// read is parse for a number that may lack its unit: bare says that it does, is not
// zero, and has been taken in SimGrid's standard unit.
func (s unitScale) read(text string) (value float64, bare bool, err error) {
	text = strings.TrimSpace(text)
	n := numberLength(text)
	value, err = strconv.ParseFloat(text[:n], 64)
	unit := strings.TrimSpace(text[n:])
	switch {
	case err != nil || math.IsInf(value, 0):
		return 0, false, fmt.Errorf("%q is not %s: write a number with a unit, such as %s", text, s.what, s.example)
	case unit == "":
		return value * s.units[s.standard], value != 0, nil
	}
	scale, ok := s.units[unit]
	if !ok {
		return 0, false, fmt.Errorf("%q is not a unit of %s: write for example %s", unit, s.what, s.example)
	}
	return value * scale, false, nil
}

// numberLength is the length of the decimal number at the begin of a text.
func numberLength(text string) int {
	i := 0
	digits := func() {
		for i < len(text) && '0' <= text[i] && text[i] <= '9' {
			i++
		}
	}
	if i < len(text) && (text[i] == '+' || text[i] == '-') {
		i++
	}
	digits()
	if i < len(text) && text[i] == '.' {
		i++
		digits()
	}
	if i < len(text) && (text[i] == 'e' || text[i] == 'E') {
		mantissa := i
		i++
		if i < len(text) && (text[i] == '+' || text[i] == '-') {
			i++
		}
		if begin := i; true {
			digits()
			if i == begin {
				i = mantissa // the E of a unit, such as EBps
			}
		}
	}
	return i
}

// ParseBandwidth reads a bandwidth with SimGrid's units, "125MBps" or "1Gbps",
// in bytes per second.
func ParseBandwidth(text string) (float64, error) { return bandwidthUnits.parse(text) }

// ParseTime reads a time with SimGrid's units, "10ms", or a duration as
// [model.ParseDuration] does, in seconds. Beware that m is the minute in both.
func ParseTime(text string) (float64, error) {
	seconds, err := timeUnits.parse(text)
	if err != nil {
		if d, bad := model.ParseDuration(text); bad == nil {
			return d.Seconds(), nil
		}
	}
	return seconds, err
}

// ParseSize reads the size of a message, "1500B" or "1KiB", in bytes.
func ParseSize(text string) (float64, error) { return sizeUnits.parse(text) }

// ParseSpeed reads a speed, "1Gf", in floating-point operations per second.
func ParseSpeed(text string) (float64, error) { return speedUnits.parse(text) }

// FormatBandwidth renders bytes per second in the greatest decimal unit.
func FormatBandwidth(v float64) string { return decimal(v) + "Bps" }

// FormatSpeed renders floating-point operations per second in the greatest
// decimal unit.
func FormatSpeed(v float64) string { return decimal(v) + "f" }

// FormatSize renders bytes in the greatest decimal unit.
func FormatSize(v float64) string { return decimal(v) + "B" }

func decimal(v float64) string {
	prefix := ""
	for _, p := range prefixes {
		if v < 1000 {
			break
		}
		v, prefix = v/1000, string(p)
	}
	return strconv.FormatFloat(v, 'g', 6, 64) + prefix
}

// FormatTime renders seconds in the greatest of s, ms, us and ns that gives at
// least one, with six digits.
func FormatTime(v float64) string {
	unit := "s"
	for _, smaller := range []string{"ms", "us", "ns"} {
		if v >= 1 || v == 0 {
			break
		}
		v, unit = v*1000, smaller
	}
	return strconv.FormatFloat(v, 'g', 6, 64) + unit
}

// ParsePower reads a power, "2.1W" or "300mW", in watts.
func ParsePower(text string) (float64, error) { return powerUnits.parse(text) }
