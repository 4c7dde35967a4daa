package model

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestParseDuration(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"0": 0, "0s": 0, "0.0": 0, "1d": 24 * time.Hour, "1 d": 24 * time.Hour, "1\td": 24 * time.Hour, " 2s ": 2 * time.Second,
		"5m": 5 * time.Minute, "5min": 5 * time.Minute, "1m30s": 90 * time.Second, "1min30s": 90 * time.Second,
		"1h2min": 62 * time.Minute, "1h2m3s": time.Hour + 2*time.Minute + 3*time.Second, "1h2.5s": time.Hour + 2500*time.Millisecond,
		"1d1h1m1s1ms1us1ns": 90061*time.Second + 1001001, "1.5h": 90 * time.Minute, ".5s": 500 * time.Millisecond, "2µs": 2000,
		"0.4ns": 0, "0.5ns": 1, "1.4999999999999999999ns": 1, "366d": MaxDelay,
	} {
		if got, err := ParseDuration(text); err != nil || got != want {
			t.Errorf("%q: %v, %v, not %v", text, got, err, want)
		}
	}
	for text, want := range map[string]error{
		"": ErrDuration, "s": ErrDuration, "-1s": ErrDuration, "+1s": ErrDuration, "1sec": ErrDuration, "1e3s": ErrDuration, "1.2.3s": ErrDuration,
		"1h 2min": ErrDuration, "1/2s": ErrDuration, "0x1s": ErrDuration, "∞": ErrDuration, "1s..2s": ErrDuration,
		"3": ErrUnit, "1h2": ErrUnit, "1h0": ErrUnit, "1s1s": ErrUnitOrder, "1m1min": ErrUnitOrder, "1s2h": ErrUnitOrder, "366d1ns": ErrTooLong, "1000000000000000000000h": ErrTooLong,
	} {
		if got, err := ParseDuration(text); !errors.Is(err, want) {
			t.Errorf("%q: %v, %v, not %v", text, got, err, want)
		}
	}
}

// TestDurationsAsGoReadsThem holds what the reader makes of Go's own way of
// writing durations, and of ours.
func TestDurationsAsGoReadsThem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := time.Duration(rapid.Int64Range(0, int64(MaxDelay)).Draw(t, "d")).Round(time.Duration(rapid.SampledFrom([]int64{1, 1e3, 1e6, 1e9, 6e10}).Draw(t, "grain")))
		d = min(d, MaxDelay)
		for _, text := range []string{d.String(), FormatDuration(d)} {
			if got, err := ParseDuration(text); err != nil || got != d {
				t.Fatalf("%s is read as %v, %v", text, got, err)
			}
		}
	})
}

func TestParseSeconds(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"0": 0, "3.34": 3340 * time.Millisecond, "1e-3": time.Millisecond, "1E3": 1000 * time.Second, "1e+3": 1000 * time.Second, "+2": 2 * time.Second,
		"0.0000000005": 1, "0.1": 100 * time.Millisecond, "31622400": MaxDelay,
	} {
		if got, err := ParseSeconds(text); err != nil || got != want {
			t.Errorf("%q: %v, %v, not %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "-1", "1s", "1/2", "0x10", "1_000", "NaN", "inf", "1e300", "1e99999999", "31622401", "1p3", "e", "1e"} {
		if got, err := ParseSeconds(text); err == nil {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func FuzzParseDuration(f *testing.F) {
	for _, text := range []string{"1 d", "1h2min", "1m30s", "0.5ns", "366d", "1.s"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := ParseDuration(text)
		if err != nil {
			return
		}
		if d < 0 || d > MaxDelay {
			t.Fatalf("%q is %v", text, d)
		}
		if again, err := ParseDuration(FormatDuration(d)); err != nil || again != d {
			t.Fatalf("%q is %v, written again %v, %v", text, d, again, err)
		}
	})
}
