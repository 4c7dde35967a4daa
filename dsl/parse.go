package dsl

import (
	"fmt"
	"strconv"
	"strings"

	"adagio/dsl/diag"
	"adagio/dsl/model"
)

// The limits of a source file.
const (
	maxErrors  = 500 // reported for one file; reading stops there
	maxNesting = 64  // of blocks and of parentheses
)

// Parse reads a source text. It reports all syntax errors that it finds: after
// each it goes on with the next statement. The file is never nil; where there are
// errors it holds what could be read.
func Parse(name string, text []byte) (*File, diag.List) {
	f := &File{Name: name, canon: map[int32]string{}, cells: map[int32]bool{}}
	if list := checkText(name, text); list != nil {
		f.broken = true
		f.tokens = []token{{kind: end, line: 1, column: 1}}
		return f, list
	}
	tokens, errors := scan(name, string(text))
	p := &parser{file: f, errors: errors}
	f.tokens = tokens
	p.significant()
	p.top()
	p.errors.Sort()
	return f, orNoModel(text, p.errors)
}

// parser is a recursive-descent parser with one token of lookahead (two where a
// word could also be a name). A mistake panics with syntaxError as far as the
// statement that it is in, which then is skipped.
type parser struct {
	file   *File
	tokens []token // the significant ones
	index  []int32 // of each in file.tokens
	at     int
	depth  int
	broken *bool // of the declaration that is being read
	errors diag.List
}

type syntaxError struct{}

// significant drops comments, line ends inside parentheses, and line ends after
// which the statement goes on. It gives every statement exactly one end.
func (p *parser) significant() {
	p.tokens = make([]token, 0, len(p.file.tokens))
	p.index = make([]int32, 0, len(p.file.tokens))
	parens := 0
	for i, t := range p.file.tokens {
		last := token{kind: newline}
		if n := len(p.tokens); n > 0 {
			last = p.tokens[n-1]
		}
		switch {
		case t.kind == comment:
			continue
		case t.is(";"):
			t.kind = newline
			parens = 0
		case t.kind == newline:
			if parens > 0 || last.kind == newline || last.continues() {
				continue
			}
		case t.is("(") || t.is("["):
			parens++
		case t.is(")") || t.is("]"):
			parens = max(parens-1, 0)
		case t.is("{") || t.is("}"):
			parens = 0
			if n := len(p.tokens); t.text == "{" && last.kind == newline && n > 0 && p.file.tokens[p.index[n-1]].kind == newline {
				// A brace on a line of its own belongs to what stands before it.
				p.tokens, p.index = p.tokens[:n-1], p.index[:n-1]
			}
		}
		p.tokens = append(p.tokens, t)
		p.index = append(p.index, int32(i))
	}
}

func (p *parser) peek() token { return p.tokens[p.at] }

// second is the token after the next.
func (p *parser) second() token { return p.tokens[min(p.at+1, len(p.tokens)-1)] }

func (p *parser) next() token {
	t := p.tokens[p.at]
	if t.kind != end {
		p.at++
	}
	return t
}

func (p *parser) span(t token) Span {
	return Span{model.Pos{File: p.file.Name, Line: int(t.line), Column: int(t.column)}, int(t.length)}
}

// since is the span from the token with index from up to the last one read.
func (p *parser) since(from int) Span {
	first, last := p.tokens[from], p.tokens[max(p.at-1, from)]
	s := p.span(first)
	if first.line == last.line {
		s.Length = int(last.column + last.length - first.column)
	}
	return s
}

func (p *parser) report(s Span, summary, detail string, related ...diag.Related) {
	if p.broken != nil {
		*p.broken = true
	}
	if len(p.errors) >= maxErrors {
		p.at = len(p.tokens) - 1 // nobody reads more
		return
	}
	p.errors = append(p.errors, diag.Diagnostic{Summary: summary, Detail: detail, Subject: s.Pos, Length: s.Length, Related: related})
}

// fail reports a mistake at the next token and leaves the statement.
func (p *parser) fail(summary, detail string) {
	if p.peek().kind != bad { // the scanner has reported it
		p.report(p.span(p.peek()), summary, detail)
	} else if p.broken != nil {
		*p.broken = true
	}
	panic(syntaxError{})
}

func (p *parser) expected(what, detail string) {
	p.fail("expected "+what+", found "+describe(p.peek()), detail)
}

func describe(t token) string {
	switch t.kind {
	case end:
		return "the end of the file"
	case newline:
		if t.text == ";" {
			return "the end of the statement"
		}
		return "the end of the line"
	case number:
		return "the number " + shorten(t.text)
	case quoted:
		return "the name " + shorten(t.text)
	}
	return shorten(t.text)
}

// shorten cuts what a message quotes from the source.
func shorten(text string) string {
	const most = 40
	if runes := []rune(text[:min(len(text), 4*most)]); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

func (p *parser) got(sym string) bool {
	if p.peek().is(sym) {
		p.at++
		return true
	}
	return false
}

func (p *parser) want(sym, detail string) {
	if !p.got(sym) {
		p.expected(sym, detail)
	}
}

// isWord says whether the next token is the given word of the language. A quoted
// name never is.
func (p *parser) isWord(w string) bool { return p.peek().kind == word && p.peek().text == w }

func (p *parser) gotWord(w string) bool {
	if p.isWord(w) {
		p.at++
		return true
	}
	return false
}

func (p *parser) wantWord(w, detail string) {
	if !p.gotWord(w) {
		p.expected(w, detail)
	}
}

// name reads a name; what says which, for the message.
func (p *parser) name(what string) Name {
	t := p.peek()
	switch t.kind {
	case word:
		p.at++
		return Name{t.text, p.span(t)}
	case quoted:
		text, err := strconv.Unquote(t.text)
		if err != nil || strings.TrimSpace(text) == "" || strings.ContainsAny(text, "[]\n\x00") {
			p.fail("a quoted name must not be empty and must not contain brackets or line ends", `the only escapes are \" and \\`)
		}
		p.at++
		return Name{text, p.span(t)}
	case number:
		p.expected(what, `a name begins with a letter or "_"; anything else is written in double quotes`)
	}
	p.expected(what, "")
	panic("unreachable")
}

// names reads a list with commas.
func (p *parser) names(what string) []Name {
	list := []Name{p.name(what)}
	for p.got(",") {
		list = append(list, p.name(what))
	}
	return list
}

// block reads `{ statement … }`. The statement function reads one statement
// without its end.
func (p *parser) block(statement func()) {
	open := p.at
	p.want("{", "")
	p.deeper()
	defer func() { p.depth-- }()
	for {
		for p.peek().kind == newline {
			p.at++
		}
		if p.got("}") {
			return
		}
		if p.peek().kind == end || p.topLevel() {
			p.unclosed(open)
			return
		}
		p.guard(statement)
	}
}

func (p *parser) unclosed(open int) {
	if p.broken != nil && *p.broken && len(p.errors) > 0 {
		if last := p.errors[len(p.errors)-1]; strings.HasPrefix(last.Summary, "a block that is not closed") {
			return // the blocks around it lack theirs for the same reason
		}
	}
	p.report(p.span(p.tokens[open]), "a block that is not closed", "add the missing }",
		diag.Related{Pos: p.span(p.peek()).Pos, Text: "it goes on to here: " + describe(p.peek())})
}

// deeper counts a level of nesting.
func (p *parser) deeper() {
	if p.depth++; p.depth > maxNesting {
		p.depth--
		p.fail(fmt.Sprintf("nested more than %d deep", maxNesting), "")
	}
}

// topLevel says whether a declaration begins here although a block is open: one
// of its words at the begin of a line without indentation.
func (p *parser) topLevel() bool {
	t := p.peek()
	if t.column != 1 || t.kind != word || p.depth == 0 {
		return false
	}
	switch second := p.second(); t.text {
	case "component", "assembly", "plan", "timings", "network":
		return second.kind == word || second.kind == quoted
	}
	return false
}

// header reads what stands before a block. After a mistake it goes on with the
// block.
func (p *parser) header(read func()) {
	depth := p.depth
	defer func() {
		switch mistake := recover(); mistake {
		case nil:
		case syntaxError{}:
			p.depth = depth
			for !p.peek().is("{") && p.peek().kind != newline && p.peek().kind != end {
				p.at++
			}
			if !p.peek().is("{") {
				panic(mistake)
			}
		default:
			panic(mistake)
		}
	}()
	read()
}

// guard reads one statement and skips the rest of it after a mistake.
func (p *parser) guard(statement func()) {
	start, depth := p.at, p.depth
	defer func() {
		switch mistake := recover(); mistake {
		case nil:
		case syntaxError{}:
			p.depth = depth
			if p.at == start && p.peek().kind != end {
				p.skipOne()
			}
			p.skip()
		default:
			panic(mistake)
		}
	}()
	statement()
	if t := p.peek(); t.kind != newline && t.kind != end && !t.is("}") && !p.tokens[p.at-1].is("}") && !p.topLevelWord() {
		p.expected("the end of the statement", "statements are separated by line ends or ;")
	}
}

// skipOne moves over one token, or over a block.
func (p *parser) skipOne() {
	if !p.next().is("{") {
		return
	}
	for depth := 1; depth > 0 && p.peek().kind != end; {
		switch t := p.next(); {
		case t.is("{"):
			depth++
		case t.is("}"):
			depth--
		}
		if p.peek().column == 1 && p.topLevelWord() {
			return
		}
	}
}

func (p *parser) topLevelWord() bool {
	depth := p.depth
	p.depth = 1
	defer func() { p.depth = depth }()
	return p.topLevel()
}

// skip moves to the end of the statement, over the blocks in it.
func (p *parser) skip() {
	for {
		t := p.peek()
		if t.kind == newline || t.kind == end || t.is("}") {
			return
		}
		p.skipOne()
		if t.is("{") {
			return
		}
	}
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
