package report

import (
	"testing"
	"time"

	"adagio/analysis"
	"adagio/dsl/model"
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

func TestDurations(t *testing.T) {
	for _, test := range []struct {
		lower, upper   time.Duration
		rounded, exact string
	}{
		{0, 0, "0s", "0s"},
		{1, 1, "1ns", "1ns"},
		{414_656_000_001, 419_671_720_000, "6m54.6s .. 6m59.7s", "6m54.656000001s .. 6m59.67172s"},
		{6_002_400_000, 8_295_900_001, "6.002s .. 8.296s", "6.0024s .. 8.295900001s"},
		{59_999_900_000, 59_999_999_999, "59.999s .. 1m0s", "59.9999s .. 59.999999999s"},
		{2_500_100, 2_500_900, "2.5ms .. 2.501ms", "2.5001ms .. 2.5009ms"},
		{1_500, time.Hour + 1, "1.5µs .. 1h0m0.1s", "1.5µs .. 1h0m0.000000001s"},
		{time.Second, model.Never, "1s .. never", "1s .. never"},
		{model.Never, model.Never, "never", "never"},
		{-90_010_000_000, -1, "-1m30.1s .. -1ns", "-1m30.01s .. -1ns"},
	} {
		b := analysis.Bound{Lower: test.lower, Upper: test.upper}
		if got := (Durations{}).Bound(b); got != test.rounded {
			t.Errorf("%d .. %d: %s, want %s", test.lower, test.upper, got, test.rounded)
		}
		if got := (Durations{Precise: true}).Bound(b); got != test.exact {
			t.Errorf("%d .. %d: precisely %s, want %s", test.lower, test.upper, got, test.exact)
		}
	}
}

// TestDatesThatNeverCome: never is a word and has no unit, whatever the scale.
func TestDatesThatNeverCome(t *testing.T) {
	for _, test := range []struct {
		lower, upper        time.Duration
		text, rounded, unit string
	}{
		{time.Second, time.Second, "1s", "1s", "1.000 s"},
		{time.Second, 2 * time.Second, "1s .. 2s", "1s .. 2s", "1.000 .. 2.000 s"},
		{time.Second, model.Never, "1s .. never", "1s .. never", "1s .. never"},
		{model.Never, model.Never, "never", "never", "never"},
	} {
		d := analysis.Bound{Lower: test.lower, Upper: test.upper}.Dates()
		if d.String() != test.text || (Durations{}).Dates(d) != test.rounded || UnitsFor(time.Second).Dates(d) != test.unit {
			t.Errorf("%v, %s, %s; want %+v", d, Durations{}.Dates(d), UnitsFor(time.Second).Dates(d), test)
		}
		if doc := NewOpenInterval(d); (doc.UpperNS == nil) != d.Upper.IsNever() || (doc.LowerS == nil) != d.Lower.IsNever() {
			t.Errorf("%v is %+v", d, doc)
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

// TestPercentage: a probability that is nearly one is not rounded up to another notation.
func TestPercentage(t *testing.T) {
	for p, want := range map[float64]string{0.0078: "0.78", 0.036: "3.6", 0.91: "91", 0.9949: "99.5", 1: "100.0"} {
		if got := percentage(p); got != want {
			t.Errorf("%v: %s %%, want %s", p, got, want)
		}
	}
}
