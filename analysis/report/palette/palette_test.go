package palette_test

import (
	"math"
	"strconv"
	"testing"

	"adagio/analysis/report/palette"
)

// luminance is the relative luminance of WCAG 2.2.
func luminance(t *testing.T, hex string) float64 {
	if len(hex) != 7 || hex[0] != '#' {
		t.Fatalf("%q is no colour", hex)
	}
	linear := func(s string) float64 {
		n, err := strconv.ParseUint(s, 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(n) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(hex[1:3]) + 0.7152*linear(hex[3:5]) + 0.0722*linear(hex[5:7])
}

// TestContrast computes the contrast of all that is drawn on something: 4.5 for
// text, 3 for what a picture consists of.
func TestContrast(t *testing.T) {
	const text, graphic = 4.5, 3.0
	pairs := []struct {
		front, back string
		least       float64
	}{
		{"ink", "paper", text}, {"ink", "band", text}, {"ink", "behaviour", text}, {"ink", "marked", text},
		{"faint", "paper", text}, {"faint", "band", text}, {"faint", "marked", text}, {"faint", "behaviour", text},
		{"accent", "paper", text}, {"accent", "band", text}, {"accent", "marked", text},
		{"path", "paper", text}, {"path", "band", text}, {"good", "paper", text}, {"good", "band", text},
		{"on-work", "work", text},
		{"network", "paper", text}, {"pause", "paper", text}, {"start", "paper", text}, {"executor", "paper", text}, {"work", "paper", text},
		{"hatch", "paper", graphic}, {"edge", "paper", graphic}, {"edge", "band", graphic},
		{"work", "band", graphic}, {"network", "band", graphic}, {"executor", "band", graphic}, {"pause", "band", graphic}, {"start", "band", graphic}, {"hatch", "band", graphic},
	}
	for _, p := range pairs {
		var front, back palette.Color
		for _, c := range palette.Colors {
			if c.Name == p.front {
				front = c
			}
			if c.Name == p.back {
				back = c
			}
		}
		for theme, pair := range map[string][2]string{"light": {front.Light, back.Light}, "dark": {front.Dark, back.Dark}} {
			a, b := luminance(t, pair[0]), luminance(t, pair[1])
			if ratio := (max(a, b) + 0.05) / (min(a, b) + 0.05); ratio < p.least {
				t.Errorf("%s: %s on %s has a contrast of %.2f, less than %v", theme, p.front, p.back, ratio, p.least)
			}
		}
	}
}
