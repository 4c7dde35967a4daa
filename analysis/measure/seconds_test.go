package measure

import (
	"math/big"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestParseSeconds(t *testing.T) {
	for _, c := range []struct {
		text string
		want time.Duration
	}{
		{"0", 0}, {"0.0", 0}, {"1", 1e9}, {"1.5", 15e8}, {".5", 5e8}, {"5.", 5e9}, {"-2.25", -225e7}, {"+1", 1e9},
		{"0.0000000004", 0}, {"0.0000000005", 1}, {"-0.0000000005", -1}, {"4.291534423828125e-06", 4292}, {"1e-9", 1}, {"1e3", 1e12}, {"1.5E+2", 15e10},
		{"417.37707567214966", 417377075672}, {"0.29999999999999998889", 3e8}, {"9223372036.854775807", 1<<63 - 1}, {"1e-500", 0}, {"0e999", 0},
	} {
		if got, err := parseSeconds(c.text); err != nil || got != c.want {
			t.Errorf("%s: %d, %v; want %d", c.text, got, err, c.want)
		}
	}
	for _, text := range []string{"", "x", ".", "-", "1,5", "1e", "1e1.5", "1_0", "0x10", ".inf", "nan", "1e999", "9223372036.854775808", "9223372036.8547758075", "1e1001", "--1", "1:30"} {
		if got, err := parseSeconds(text); err == nil {
			t.Errorf("%s: %d", text, got)
		}
	}
}

// TestParseSecondsExact compares with rational numbers.
func TestParseSecondsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`-?[0-9]{1,9}(\.[0-9]{1,20})?(e-?[0-9])?`).Draw(t, "text")
		got, err := parseSeconds(text)
		exact, ok := new(big.Rat).SetString(text)
		if !ok {
			t.Fatal("not a number")
		}
		exact.Mul(exact, big.NewRat(1e9, 1))
		if err != nil {
			if new(big.Rat).Abs(exact).Cmp(new(big.Rat).SetInt64(1<<63-1)) < 0 {
				t.Fatal(err)
			}
			return
		}
		diff := exact.Sub(exact, new(big.Rat).SetInt64(int64(got)))
		if diff.Abs(diff).Cmp(big.NewRat(1, 2)) > 0 {
			t.Fatalf("%s is not %d", text, got)
		}
	})
}
