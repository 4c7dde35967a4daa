package diag

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"adagio/dsl/model"

	"github.com/mattn/go-runewidth"
)

// Sources maps the name of a file, as positions have it, to its text.
type Sources map[string]string

// Options says how diagnostics are rendered.
type Options struct {
	Color bool
	Width int // of the terminal in cells; 0 is 100
	Max   int // how many are shown; 0 is 50
}

const (
	defaultWidth = 100
	defaultMax   = 50
	tabWidth     = 4
	maxLine      = 1 << 20 // longer lines are not shown
)

// Render writes the diagnostics, sorted by position, with the source line of
// each where sources has it. The list itself is left as it is.
func Render(w io.Writer, list List, sources Sources, opts Options) error {
	sorted := slices.Clone(list)
	sorted.Sort()
	r := renderer{w: bufio.NewWriter(w), at: map[string]cursor{}, sources: sources, opts: opts}
	if r.opts.Width <= 0 {
		r.opts.Width = defaultWidth
	}
	if r.opts.Max <= 0 {
		r.opts.Max = defaultMax
	}
	for i, d := range sorted {
		if i == r.opts.Max {
			fmt.Fprintf(r.w, "and %d more\n", len(sorted)-i)
			break
		}
		r.diagnostic(d)
	}
	return r.w.Flush()
}

type renderer struct {
	w       *bufio.Writer
	at      map[string]cursor // the line shown last of each file
	sources Sources
	opts    Options
}

// cursor is where a line begins.
type cursor struct{ line, offset int }

const (
	bold  = "\x1b[1m"
	plain = "\x1b[0m"
	blue  = "\x1b[34m"
)

var colors = [...]string{Error: "\x1b[1;31m", Warning: "\x1b[1;33m", Note: "\x1b[1;36m"}

func (r *renderer) paint(color, text string) string {
	if !r.opts.Color {
		return text
	}
	return color + text + plain
}

func (r *renderer) diagnostic(d Diagnostic) {
	if d.Subject != (model.Pos{}) {
		fmt.Fprint(r.w, r.paint(bold, d.Subject.String()+": "))
	}
	fmt.Fprintf(r.w, "%s %s\n", r.paint(colors[d.Severity], d.Severity.String()+":"), r.paint(bold, Visible(d.Summary)))
	if line, ok := r.line(d.Subject); ok {
		text, caret := excerpt(line, d.Subject.Column-1, d.Length, r.opts.Width-gutter)
		fmt.Fprintln(r.w, strings.TrimRight(r.paint(blue, fmt.Sprintf("%5d |", d.Subject.Line))+" "+text, " "))
		fmt.Fprintf(r.w, "%s %s\n", r.paint(blue, "      |"), strings.Repeat(" ", caret.indent)+r.paint(colors[d.Severity], "^"+strings.Repeat("~", caret.width-1)))
	}
	for paragraph := range strings.Lines(d.Detail) {
		for _, text := range Wrap(Visible(strings.TrimRight(paragraph, "\n")), r.opts.Width-gutter+2) {
			fmt.Fprintf(r.w, "      %s\n", text)
		}
	}
	for _, rel := range d.Related {
		fmt.Fprintf(r.w, "      %s: %s\n", rel.Pos, Visible(rel.Text))
	}
}

// gutter is the width of what stands left of a source line.
const gutter = 8

// line returns the source line of a position, if it is known and can be shown.
func (r *renderer) line(p model.Pos) (string, bool) {
	text, ok := r.sources[p.File]
	if !ok || p.Line == 0 {
		return "", false
	}
	c := r.at[p.File]
	if c.line == 0 || c.line > p.Line {
		c = cursor{line: 1}
	}
	for ; c.line < p.Line; c.line++ {
		n := strings.IndexByte(text[c.offset:], '\n')
		if n < 0 {
			return "", false
		}
		c.offset += n + 1
	}
	r.at[p.File] = c
	line, _, _ := strings.Cut(text[c.offset:], "\n")
	return strings.TrimSuffix(line, "\r"), len(line) <= maxLine
}

// underline is where the caret stands, in cells.
type underline struct{ indent, width int }

// excerpt returns what is shown of a line, in at most width cells, and where the
// caret stands under it: below the length characters from index on.
func excerpt(line string, index, length, width int) (string, underline) {
	var cells []string // what is shown of each character
	var at []int       // the cell that each begins in, and the end of the last
	total := 0
	for _, c := range line {
		s := cell(c, total)
		cells, at = append(cells, s), append(at, total)
		total += runewidth.StringWidth(s)
	}
	index = min(max(index, 0), len(cells))
	end := min(index+max(length, 1), len(cells))
	at = append(at, total)
	caret := underline{at[index], max(at[end]-at[index], 1)}
	if total <= width {
		return strings.Join(cells, ""), caret
	}
	// Show the part that has the caret in its first third.
	width = max(width-2, 10) // an ellipsis at either end
	from := 0
	for from < index && at[index]-at[from] > width/3 && total-at[from] > width {
		from++
	}
	to := from
	for to < len(cells) && at[to+1]-at[from] <= width {
		to++
	}
	text := strings.Join(cells[from:to], "")
	caret.indent -= at[from]
	caret.width = max(min(caret.width, at[to]-at[from]-caret.indent), 1)
	if from > 0 {
		text = "…" + text
		caret.indent++
	}
	if to < len(cells) {
		text += "…"
	}
	return text, caret
}

// cell is what stands for a character that begins in the given column of cells.
func cell(c rune, column int) string {
	switch {
	case c == '\t':
		return strings.Repeat(" ", tabWidth-column%tabWidth)
	case c == utf8.RuneError || !unicode.IsPrint(c) || runewidth.RuneWidth(c) == 0:
		return "\uFFFD"
	}
	return string(c)
}

// Visible replaces what a terminal could take as a command.
func Visible(text string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsPrint(c) {
			return c
		}
		return utf8.RuneError
	}, text)
}

// Wrap breaks a text into lines of at most width cells of a terminal at its
// spaces; a width of zero or less is without limit.
func Wrap(text string, width int) []string {
	if width <= 0 {
		return []string{text}
	}
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
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
