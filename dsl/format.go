package dsl

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/alecthomas/participle/v2/lexer"
)

// Format writes a file in the canonical layout: two spaces for each level, one
// space between words, transitions and comments at the ends of lines aligned. It
// keeps all comments, and the line breaks and single blank lines of the source.
// Formatting what Format wrote changes nothing. The file must have been parsed
// without errors.
func Format(f *File) []byte {
	l := &layout{file: f}
	l.match()
	for i := range f.tokens {
		l.token(i)
	}
	l.endLine()
	for len(l.lines) > 0 && l.lines[len(l.lines)-1].blank() {
		l.lines = l.lines[:len(l.lines)-1]
	}
	l.alignCells()
	l.alignComments()
	return l.bytes()
}

// layout cuts the tokens of a file into lines.
type layout struct {
	file   *File
	broken map[int]bool // braces whose block goes over several lines
	empty  map[int]bool // braces with nothing between them

	lines []line
	line  line
	depth int
	last  lexer.Token // of the line; its kind is newline at the begin
	minus bool        // the last token is a sign, not an operator
	goes  bool        // the line goes on with the statement of the line before
	open  int         // parentheses that are open in the statement
}

// line is one line of output.
type line struct {
	indent  int
	cells   []string // aligned with those of the lines around it
	several bool     // statements or blocks: what follows is not aligned
	comment string
}

func (l line) blank() bool { return len(l.cells) == 0 && l.comment == "" }

// match finds out which blocks go over several lines.
func (l *layout) match() {
	l.broken, l.empty = map[int]bool{}, map[int]bool{}
	type open struct {
		at     int
		broken bool
		empty  bool
	}
	var stack []open
	for i, t := range l.file.tokens {
		switch {
		case is(t, "{"):
			for j := range stack {
				stack[j].empty = false
			}
			stack = append(stack, open{at: i, empty: true})
		case is(t, "}") && len(stack) > 0:
			top := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			broken := top.broken && !top.empty
			l.broken[top.at], l.broken[i] = broken, broken
			l.empty[top.at], l.empty[i] = top.empty, top.empty
			if broken && len(stack) > 0 {
				stack[len(stack)-1].broken = true
			}
		case len(stack) > 0:
			top := &stack[len(stack)-1]
			if t.Type == comment {
				top.broken = true
			}
			if isLineEnd(t) {
				top.broken = true
			} else if !is(t, ";") {
				top.empty = false
			}
		}
	}
}

// following returns the next token that is neither a line end nor a ";", and
// whether there is a line end before it.
func (l *layout) following(i int) (t lexer.Token, broken bool) {
	for i++; ; i++ {
		t = l.file.tokens[i]
		if !isLineEnd(t) && !is(t, ";") {
			return t, broken
		}
		broken = broken || isLineEnd(t)
	}
}

func (l *layout) token(i int) {
	t := l.file.tokens[i]
	switch {
	case t.Type == end:
	case t.Type == comment:
		l.startLine(t)
		l.line.comment = strings.TrimRight(t.Value, " \t\r")
		// The line end after the comment knows whether the statement goes on.
		l.goes = l.file.tokens[i+1].Type != newline && (l.goes || continues(l.last) || l.open > 0)
		l.endLine()
	case isLineEnd(t):
		l.lineEnd(i)
	case is(t, ";"):
		l.semicolon(i)
	case is(t, "{"):
		l.write(t, "{", false)
		l.depth++
		l.goes = false
		if l.broken[i] {
			if next, broken := l.following(i); next.Type != comment || broken {
				l.endLine()
			}
		}
	case is(t, "}"):
		l.depth = max(l.depth-1, 0)
		l.goes = false
		if l.broken[i] {
			l.endLine()
			l.trimBlank()
		}
		l.write(t, "}", l.empty[i])
		if next, broken := l.following(i); l.broken[i] && !broken && next.Type != comment && next.Type != end && !is(next, "}") {
			l.endLine()
		}
	default:
		text, ok := l.file.canon[i]
		if !ok {
			text = t.Value
		}
		if t.Type == number {
			text = strings.Join(strings.Fields(text), "") // 1 d is written 1d
		}
		if text == "" {
			return
		}
		if l.file.cells[i] && !l.line.several && l.last.Type != newline {
			l.line.cells = append(l.line.cells, "")
		}
		l.write(t, text, false)
	}
}

// lineEnd keeps the line end of the source, unless a brace follows that belongs
// to the line.
func (l *layout) lineEnd(i int) {
	next, _ := l.following(i)
	if is(next, "{") && l.last.Type != newline {
		return
	}
	if l.last.Type == newline {
		// A blank line: one is kept, none after an opening brace.
		if n := len(l.lines); n > 0 && !l.lines[n-1].blank() && !l.afterOpen() && !is(next, "}") && isLineEnd(l.file.tokens[i-1]) {
			l.lines = append(l.lines, line{})
		}
		return
	}
	if is(l.last, "{") && !is(next, "}") || is(l.last, "{") && l.empties(i) {
		return // the block says itself whether it is broken
	}
	l.goes = continues(l.last) || l.open > 0
	l.endLine()
}

// empties says whether the next token closes a block that has nothing in it.
func (l *layout) empties(i int) bool {
	for j := i; ; j++ {
		if t := l.file.tokens[j]; !isLineEnd(t) && !is(t, ";") {
			return l.empty[j]
		}
	}
}

// afterOpen says whether the last line ends in an opening brace.
func (l *layout) afterOpen() bool {
	last := l.lines[len(l.lines)-1]
	n := len(last.cells)
	return n > 0 && strings.HasSuffix(last.cells[n-1], "{")
}

// trimBlank drops a blank line before a closing brace.
func (l *layout) trimBlank() {
	if n := len(l.lines); n > 0 && l.lines[n-1].blank() {
		l.lines = l.lines[:n-1]
	}
}

// semicolon keeps a ";" between two statements of one line.
func (l *layout) semicolon(i int) {
	next, broken := l.following(i)
	l.open = 0
	if l.last.Type == newline || is(l.last, "{") || is(l.last, ";") || broken || next.Type == comment || next.Type == end || is(next, "}") {
		return
	}
	l.write(lexer.Token{Type: symbol, Value: ";"}, ";", false)
}

// startLine prepares an empty line for its first token.
func (l *layout) startLine(t lexer.Token) {
	if l.last.Type != newline || !l.line.blank() {
		return
	}
	l.line.indent = l.depth
	if l.goes && !is(t, "}") {
		l.line.indent += 2
	}
}

// write appends a token to the line.
func (l *layout) write(t lexer.Token, text string, tight bool) {
	l.startLine(t)
	if len(l.line.cells) == 0 {
		l.line.cells = []string{""}
	}
	cell := &l.line.cells[len(l.line.cells)-1]
	if *cell != "" && !tight && l.space(t) {
		*cell += " "
	}
	*cell += text
	switch {
	case is(t, ";"):
		l.line.several = true
	case is(t, "(") || is(t, "["):
		l.open++
	case is(t, ")") || is(t, "]"):
		l.open = max(l.open-1, 0)
	case is(t, "{") || is(t, "}"):
		l.open = 0
		l.line.several = true
	}
	l.minus = is(t, "-") && (l.last.Type == newline || continues(l.last) || is(l.last, "{") || isKeyword(l.last))
	l.last = t
}

// isKeyword says whether what follows the token is an operand or a parenthesis
// of its own, not an argument list.
func isKeyword(t lexer.Token) bool {
	return t.Type == word && (slices.Contains([]string{"in", "for", "dock", "if", "and", "or", "not", "always", "never"}, t.Value))
}

// space says whether a space stands between the last token and the next.
func (l *layout) space(t lexer.Token) bool {
	if l.minus {
		return false
	}
	if l.last.Type == symbol {
		switch l.last.Value {
		case "(", "[", ".":
			return false
		}
	}
	if t.Type != symbol {
		return true
	}
	switch t.Value {
	case ",", ";", ")", "]", ".", ":", "[":
		return false
	case "(":
		return l.last.Type == symbol || isKeyword(l.last)
	}
	return true
}

func (l *layout) endLine() {
	if !l.line.blank() {
		l.lines = append(l.lines, l.line)
	}
	l.line = line{}
	l.last = lexer.Token{Type: newline}
	l.minus = false
}

// alignCells pads the cells of neighbouring lines that have several.
func (l *layout) alignCells() {
	for from := 0; from < len(l.lines); {
		to := from
		for to < len(l.lines) && len(l.lines[to].cells) > 1 && l.lines[to].indent == l.lines[from].indent {
			to++
		}
		for cell := range 2 {
			width := 0
			for _, line := range l.lines[from:to] {
				if len(line.cells) > cell+1 || cell == 0 {
					width = max(width, utf8.RuneCountInString(line.cells[cell]))
				}
			}
			for _, line := range l.lines[from:to] {
				if len(line.cells) > cell+1 {
					line.cells[cell] = pad(line.cells[cell], width)
				}
			}
		}
		from = max(to, from+1)
	}
}

// maxAlign is the column up to which comments are aligned.
const maxAlign = 80

// alignComments pads neighbouring lines that end in a comment.
func (l *layout) alignComments() {
	trailing := func(line line) bool {
		return line.comment != "" && len(line.cells) > 0 && line.width() <= maxAlign
	}
	for from := 0; from < len(l.lines); {
		to, width := from, 0
		for to < len(l.lines) && trailing(l.lines[to]) {
			width = max(width, l.lines[to].width())
			to++
		}
		for i := from; i < to; i++ {
			cells := l.lines[i].cells
			last := &cells[len(cells)-1]
			*last = pad(*last, utf8.RuneCountInString(*last)+width-l.lines[i].width())
		}
		from = max(to, from+1)
	}
}

// width is the number of characters of a line up to its comment.
func (l line) width() int {
	width := 2 * l.indent
	for i, c := range l.cells {
		width += utf8.RuneCountInString(c)
		if i > 0 {
			width++
		}
	}
	return width
}

func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(width-utf8.RuneCountInString(text), 0))
}

func (l *layout) bytes() []byte {
	var b bytes.Buffer
	for _, line := range l.lines {
		if !line.blank() {
			b.WriteString(strings.Repeat("  ", line.indent))
			b.WriteString(strings.Join(line.cells, " "))
			if line.comment != "" && len(line.cells) > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(line.comment)
		}
		b.WriteByte('\n')
	}
	return b.Bytes()
}
