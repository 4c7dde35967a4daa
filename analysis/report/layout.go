package report

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"adagio/analysis"
	"adagio/dsl/diag"
	"adagio/dsl/model"

	"github.com/mattn/go-runewidth"
)

// text writes the parts of a report.
type text struct {
	w     *bufio.Writer
	r     *analysis.Result
	opts  Options
	scale scale // of all durations

	required *time.Duration // the slack of the path that is written, if it has a deadline
}

func newText(w io.Writer, r *analysis.Result, opts Options) *text {
	longest := max(r.Makespan.Upper, r.Span.Upper)
	for _, n := range r.Nodes {
		longest = max(longest, n.End.Upper)
	}
	if q := r.Quiescence; q != nil && !q.Date.Upper.IsNever() {
		longest = max(longest, time.Duration(q.Date.Upper))
	}
	if opts.Width > 0 {
		opts.Width = max(opts.Width, narrowest)
	}
	return &text{w: bufio.NewWriter(w), r: r, opts: opts, scale: scaleFor(longest)}
}

// narrowest is the least width that reports are laid out for.
const narrowest = 80

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
	for _, l := range diag.Wrap(diag.Visible(body), t.opts.Width-indent) {
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

// cell is one cell of a table. A cell with a position shows that.
type cell struct {
	text  string
	color color
	pos   model.Pos
}

// table writes rows under the titles of their columns, two spaces apart. Where
// the report is too narrow, positions lose their folders first, and then their
// file if all are of one; then the columns shrink that may.
func (t *text) table(columns []column, rows [][]cell) {
	header := make([]cell, len(columns))
	for i, c := range columns {
		header[i] = cell{text: c.title, color: dim}
	}
	rows = append([][]cell{header}, rows...)
	var widths []int
	for style := fullPosition; ; style++ {
		for _, row := range rows {
			for i := range row {
				if row[i].pos != (model.Pos{}) {
					row[i].text = style.of(row[i].pos)
				}
			}
		}
		widths = measure(rows)
		if style == linePosition || t.opts.Width <= 0 || total(widths) <= t.opts.Width || style == basePosition && severalFiles(rows) {
			break
		}
	}
	t.shrink(columns, widths)
	for _, row := range rows {
		t.line("%s", t.row(columns, widths, row))
	}
}

// row lays out one row.
func (t *text) row(columns []column, widths []int, row []cell) string {
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
	return b.String()
}

// measure returns the width of each column, and makes all cells visible.
func measure(rows [][]cell) []int {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i := range row {
			row[i].text = diag.Visible(row[i].text)
			widths[i] = max(widths[i], runewidth.StringWidth(row[i].text))
		}
	}
	return widths
}

// total is the width of a table.
func total(widths []int) int {
	sum := 0
	for _, w := range widths {
		sum += w + 2
	}
	return sum
}

// shrink narrows columns to the width of the report.
func (t *text) shrink(columns []column, widths []int) {
	const least = 16
	if t.opts.Width <= 0 {
		return
	}
	for i, c := range columns {
		if over := total(widths) - t.opts.Width; over > 0 && c.shrink && widths[i] > least {
			widths[i] -= min(over, widths[i]-least)
		}
	}
}

// positionStyle is how much of a position is shown.
type positionStyle int

const (
	fullPosition positionStyle = iota // testdata/os.ballet:12
	basePosition                      // os.ballet:12
	linePosition                      // line 12
)

func (s positionStyle) of(p model.Pos) string {
	name := p.File
	if s != fullPosition {
		name = filepath.Base(name)
	}
	switch {
	case p.Line == 0:
		return name
	case s == linePosition:
		return fmt.Sprintf("line %d", p.Line)
	}
	return fmt.Sprintf("%s:%d", name, p.Line)
}

// severalFiles says whether the positions of a table are of more than one file.
func severalFiles(rows [][]cell) bool {
	file := ""
	for _, row := range rows {
		for _, c := range row {
			if c.pos.File != "" && file != "" && c.pos.File != file {
				return true
			}
			file = cmp.Or(c.pos.File, file)
		}
	}
	return false
}

// more says that a table was cut.
func (t *text) more(n int, what, flag string) {
	if n > 0 {
		t.line("  %s", t.paint(dim, fmt.Sprintf("… and %d more %s (%s shows all)", n, what, flag)))
	}
}

// where is a position as file:line.
func (t *text) where(p model.Pos) string {
	if p == (model.Pos{}) {
		return ""
	}
	return fullPosition.of(p)
}
