// Package palette holds the colours that the pictures of a plan share, each for a
// light and for a dark page, as variables of CSS:
//
//	":root{" + palette.CSS(palette.Light) + "}" // --paper:#ffffff;--ink:#1b1f24;…
//
// A test computes the contrast of everything that is drawn on something else
// (WCAG 2.2, 1.4.3 and 1.4.11).
package palette

import "strings"

// Theme is light or dark.
type Theme uint8

// The two themes.
const (
	Light Theme = iota
	Dark
)

// Color is one colour of the palette by what it is for.
type Color struct {
	Name        string
	Light, Dark string // #rrggbb
}

// Colors lists the palette.
var Colors = []Color{
	{"paper", "#ffffff", "#0f141a"},
	{"band", "#f3f5f8", "#171d25"},   // every other surface: panels, programs' rows
	{"grid", "#d5dae1", "#2d3641"},   // lines that separate
	{"edge", "#79838f", "#6f7b88"},   // borders of what one can use
	{"ink", "#1a1f26", "#e6ebf1"},    // text
	{"faint", "#535d69", "#a3adb9"},  // text of less weight
	{"accent", "#0b5cc9", "#7ab4ff"}, // links, focus
	{"marked", "#fff0b8", "#4a3c0c"}, // lines of the source that are pointed at
	{"path", "#c4231c", "#ff7a70"},   // the critical path
	{"behaviour", "#d6deea", "#36414f"},
	{"work", "#1f66d1", "#74b0ff"},
	{"on-work", "#ffffff", "#0b1016"}, // text in a bar of work
	{"hatch", "#7d8793", "#7a8694"},   // the lines of waiting
	{"network", "#9a6700", "#e3b341"},
	{"executor", "#68727e", "#9aa4b0"},
	{"pause", "#8250df", "#bc8cff"},
	{"start", "#4d7a78", "#5fa8a3"},
	{"asleep", "#5a64a8", "#8f9be0"},
	{"good", "#12702f", "#4cc56a"},
}

// CSS returns the variables of a theme.
func CSS(t Theme) string {
	var b strings.Builder
	for _, c := range Colors {
		value := c.Light
		if t == Dark {
			value = c.Dark
		}
		b.WriteString("--" + c.Name + ":" + value + ";")
	}
	return b.String()
}
