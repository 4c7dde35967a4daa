package model

import (
	"testing"
	"time"
)

// TestPlus: nothing that is added to a date wraps around.
func TestPlus(t *testing.T) {
	for _, c := range []struct{ date, delay, want time.Duration }{
		{2, 3, 5}, {2, -3, -1}, {-Never, 4, 4 - Never}, {Never, 0, Never}, {Never, 1, Never}, {Never, -1, Never},
		{Never - 1, 1, Never}, {Never - 1, 2, Never}, {Never - 1, MaxDelay, Never}, {1, Never, Never}, {0, Never, Never}, {-1, Never, Never - 1},
	} {
		if got := Plus(c.date, c.delay); got != c.want {
			t.Errorf("%d + %d = %d, not %d", c.date, c.delay, got, c.want)
		}
	}
}

// TestDate: a date says when it does not come.
func TestDate(t *testing.T) {
	for d, want := range map[Date]string{0: "0s", Date(90 * time.Second): "90s", Date(Never): "never"} {
		if d.String() != want || d.IsNever() != (want == "never") {
			t.Errorf("%q, never: %v; not %q", d, d.IsNever(), want)
		}
	}
}
