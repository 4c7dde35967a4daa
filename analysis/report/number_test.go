package report

import (
	"testing"
	"time"

	"adagio/analysis"
)

func TestBoundsAreRoundedOutward(t *testing.T) {
	s, ms := scaleFor(time.Second), scaleFor(time.Millisecond)
	tests := []struct {
		lower, upper time.Duration
		scale        scale
		want         string
	}{
		{0, 0, s, "0.000"},
		{1500 * time.Millisecond, 1500 * time.Millisecond, s, "1.500"},
		{1_500_900_000, 2_000_000_001, s, "1.500 .. 2.001"},
		{-1_500_000, 1_500_000, s, "-0.002 .. 0.002"},
		{time.Hour, 2 * time.Hour, s, "3600.000 .. 7200.000"},
		{1_234_567, 7_654_321, ms, "1.234 .. 7.655"},
	}
	for _, test := range tests {
		if got := test.scale.bound(analysis.Bound{Lower: test.lower, Upper: test.upper}); got != test.want {
			t.Errorf("%d .. %d: %s, want %s", test.lower, test.upper, got, test.want)
		}
	}
}

func TestExact(t *testing.T) {
	for d, want := range map[time.Duration]string{0: "0s", time.Second: "1s", 10 * time.Second: "10s", 1: "0.000000001s", 414_656 * time.Millisecond: "414.656s"} {
		if got := exact(d); got != want {
			t.Errorf("%d: %s, want %s", d, got, want)
		}
	}
}

func TestScale(t *testing.T) {
	for d, want := range map[time.Duration]string{0: "s", time.Second: "s", time.Millisecond: "ms", 999: "µs"} {
		if got := scaleFor(d).name; got != want {
			t.Errorf("%v: in %s, want %s", d, got, want)
		}
	}
}

func TestPercent(t *testing.T) {
	for part, want := range map[time.Duration]string{0: "0.0 %", 1: "33.3 %", 3: "100.0 %"} {
		if got := percent(part, 3); got != want {
			t.Errorf("%d of 3: %s, want %s", part, got, want)
		}
	}
	if got := percent(1, 0); got != "0.0 %" {
		t.Errorf("1 of 0: %s", got)
	}
}
