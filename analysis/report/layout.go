package report

import (
	"bufio"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"

	"adagio/analysis"
	"adagio/dsl/model"

	"github.com/mattn/go-runewidth"
)

// text writes the parts of a report.
type text struct {
	w     *bufio.Writer
	r     *analysis.Result
	opts  Options
	scale scale
}

func newText(w io.Writer, r *analysis.Result, opts Options) *text {
	longest := max(r.Makespan.Upper, r.Span.Upper)
	for _, n := range r.Nodes {
		longest = max(longest, n.End.Upper)
	}
	return &text{w: bufio.NewWriter(w), r: r, opts: opts, scale: scaleFor(longest)}
}

func (t *text) flush() error { return t.w.Flush() }

// line writes one line, without the spaces at its end.
func (t *text) line(format string, args ...any) {
	fmt.Fprintln(t.w, strings.TrimRight(fmt.Sprintf(format, args...), " "))
}

// title begins a part of the report.
func (t *text) title(format string, args ...any) {
	t.line("")
	t.paragraph(bold, 0, fmt.Sprintf(format, args...))
}

// paragraph writes a text broken at the width of the report.
func (t *text) paragraph(c color, indent int, body string) {
	for _, l := range wrap(visible(body), t.opts.Width-indent) {
		t.line("%s%s", strings.Repeat(" ", indent), t.paint(c, l))
	}
}

// color is an escape sequence of a terminal.
type color string

const (
	unpainted color = ""
	bold      color = "\x1b[1m"
	dim       color = "\x1b[2m"
	red       color = "\x1b[31m"
	green     color = "\x1b[32m"
	yellow    color = "\x1b[33m"
	blue      color = "\x1b[34m"
	magenta   color = "\x1b[35m"
)

func (t *text) paint(c color, s string) string {
	if !t.opts.Color || c == unpainted || strings.TrimSpace(s) == "" {
		return s
	}
	return string(c) + s + "\x1b[0m"
}

// column is how the cells of a column are laid out.
type column struct {
	title  string
	right  bool // aligned to the right
	shrink bool // gives up its width where the table is too wide
}

// cell is one cell of a table.
type cell struct {
	text  string
	color color
}

// table writes rows under the titles of their columns, two spaces apart.
func (t *text) table(columns []column, rows [][]cell) {
	widths := make([]int, len(columns))
	for i, c := range columns {
		widths[i] = runewidth.StringWidth(c.title)
		for _, row := range rows {
			row[i].text = visible(row[i].text)
			widths[i] = max(widths[i], runewidth.StringWidth(row[i].text))
		}
	}
	t.shrink(columns, widths)
	header := make([]cell, len(columns))
	for i, c := range columns {
		header[i] = cell{c.title, dim}
	}
	for _, row := range append([][]cell{header}, rows...) {
		var b strings.Builder
		for i, c := range row {
			b.WriteString("  ")
			s := c.text
			if runewidth.StringWidth(s) > widths[i] {
				s = runewidth.Truncate(s, widths[i], "…")
			}
			pad := strings.Repeat(" ", widths[i]-runewidth.StringWidth(s))
			switch {
			case columns[i].right:
				b.WriteString(pad + t.paint(c.color, s))
			case i == len(row)-1:
				b.WriteString(t.paint(c.color, s))
			default:
				b.WriteString(t.paint(c.color, s) + pad)
			}
		}
		t.line("%s", b.String())
	}
}

// shrink narrows columns to the width of the report.
func (t *text) shrink(columns []column, widths []int) {
	const least = 16
	if t.opts.Width <= 0 {
		return
	}
	total := 0
	for _, w := range widths {
		total += w + 2
	}
	for i, c := range columns {
		if over := total - t.opts.Width; over > 0 && c.shrink && widths[i] > least {
			by := min(over, widths[i]-least)
			widths[i] -= by
			total -= by
		}
	}
}

// more says that a table was cut.
func (t *text) more(n int, what, flag string) {
	if n > 0 {
		t.line("  %s", t.paint(dim, fmt.Sprintf("… and %d more %s (%s shows all)", n, what, flag)))
	}
}

// where is a position as file:line; the folders of the file are left out where
// the report is narrow.
func (t *text) where(p model.Pos) string {
	switch {
	case p.File == "" && p.Line == 0:
		return ""
	case t.opts.Width > 0 && t.opts.Width < 110:
		p.File = filepath.Base(p.File)
	}
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// visible replaces what a terminal could take as a command.
func visible(s string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsPrint(c) {
			return c
		}
		return utf8.RuneError
	}, s)
}

// wrap breaks a text into lines of at most width cells at its spaces; a width
// of zero or less is without limit.
func wrap(s string, width int) []string {
	if width <= 0 {
		return []string{s}
	}
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(s) {
		switch {
		case line == "":
			line = word
		case runewidth.StringWidth(line)+1+runewidth.StringWidth(word) <= width:
			line += " " + word
		default:
			lines = append(lines, line)
			line = word
		}
	}
	return append(lines, line)
}

// plural is a number with its noun.
func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}
