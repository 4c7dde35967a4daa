package dsl

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"adagio/dsl/diag"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/ebnf"
	"github.com/alecthomas/participle/v2/lexer"
)

// Parse reads a source text. It reports all syntax errors that it finds: after
// each it goes on with the next statement, or with the block of the statement.
// The file is never nil; where there are errors it holds what could be read.
func Parse(name string, text []byte) (*File, diag.List) {
	f := &File{Name: name, canon: map[int]string{}, cells: map[int]bool{}, blocks: map[int]extent{}}
	if list := checkText(name, text); list != nil {
		f.broken = everything
		f.tokens = []lexer.Token{lexer.EOFToken(lexer.Position{Filename: name, Line: 1, Column: 1})}
		return f, list
	}
	tokens, list := scan(name, string(text))
	lex, err := lexer.Upgrade(&stream{tokens}, comment, blank)
	if err != nil {
		panic(err) // a stream has no errors
	}
	f.tokens = lex.Range(0, lexer.RawCursor(len(tokens)))
	p := &parser{file: f, lex: lex, errors: list}
	p.top()
	p.errors.Sort()
	return f, orNoModel(text, p.errors)
}

// parser walks the blocks of a file. The word that a statement begins with says
// which production reads it; participle does that.
type parser struct {
	file   *File
	lex    *lexer.PeekingLexer
	depth  int     // of open blocks
	broken *doubts // of the declaration that is being read
	doubt  doubts  // what the statement that is being read says something of
	plan   *Plan   // that is being read
	begin  int     // of the statement, in the tokens of the file
	errors diag.List
}

// block is what may stand between braces: statements that say something of a P.
type block[P any] struct {
	name  string // in the grammar
	where string // in messages: "a component"
	words map[string]*statement[P]
	other *statement[P] // begins with a name; nil where all begin with a word
}

// statement reads one statement into a P.
type statement[P any] struct {
	rule
	read func(p *parser, into *P)
}

// rule says what a statement is made of: a production and, for some, a block.
type rule struct {
	production string
	body       string // the name of the block
	optional   bool   // the block may be missing
}

// head makes a statement of a production alone. The noun is what it declares, and
// the form how it is written, for messages; the doubt is what it says something of.
func head[S, P any](noun, form string, doubt doubts, add func(p *parser, into *P, s *S)) *statement[P] {
	reader := newReader[S](noun, form)
	return &statement[P]{rule{production: reader.production}, func(p *parser, into *P) {
		p.doubt = doubt
		s, ok := reader.read(p)
		if !ok {
			p.doubted()
			p.skip()
			return
		}
		add(p, into, s)
		p.end()
	}}
}

// headed makes a statement of a production and the block that follows it. What
// add returns gets what is in the block; nil says that no block belongs there.
func headed[S, P, B any](noun, form string, doubt doubts, body *block[B], add func(p *parser, into *P, s *S) *B) *statement[P] {
	reader := newReader[S](noun, form)
	return &statement[P]{rule{production: reader.production, body: body.name}, func(p *parser, into *P) {
		p.doubt = doubt
		s, ok := reader.read(p)
		if !ok && !salvaged(s) {
			// The block is read for its own mistakes, and forgotten.
			p.doubted()
			into = new(P)
		}
		if !ok {
			p.skipTo("{")
		}
		inner := add(p, into, s)
		if !ok {
			p.doubted()
		}
		switch {
		case inner != nil && is(*p.lex.Peek(), "{"):
			readBlock(p, body, inner)
		case inner != nil && ok:
			p.expected("{", form)
			if p.skipTo("{"); is(*p.lex.Peek(), "{") {
				readBlock(p, body, inner)
			}
		default:
			p.end()
		}
	}}
}

// optional is headed with a block that may be missing.
func optional[S, P, B any](noun, form string, doubt doubts, body *block[B], add func(p *parser, into *P, s *S) *B) *statement[P] {
	s := headed(noun, form, doubt, body, func(p *parser, into *P, s *S) *B {
		inner := add(p, into, s)
		if !is(*p.lex.Peek(), "{") {
			return nil
		}
		return inner
	})
	s.optional = true
	return s
}

// salvaged says whether enough of a statement could be read, in spite of a mistake
// in it, to look at what depends on it.
func salvaged(s any) bool {
	d, ok := s.(interface{ salvage() bool })
	return ok && d.salvage()
}

// reader reads one production.
type reader[S any] struct {
	noun, form, production string
	parser                 func() *participle.Parser[S]
}

func newReader[S any](noun, form string) *reader[S] {
	return &reader[S]{noun, form, reflect.TypeFor[S]().Name(), sync.OnceValue(func() *participle.Parser[S] {
		p, err := participle.ParserForProduction[S](usually())
		if err != nil {
			p, err = participle.ParserForProduction[S](productions())
		}
		if err != nil {
			panic(err) // it is not in the grammar
		}
		return p
	})}
}

// read reads the production. After a mistake, which it reports, it is behind the
// first token, and what could be read is in the result.
func (r *reader[S]) read(p *parser) (*S, bool) {
	start := p.lex.MakeCheckpoint()
	p.begin = p.cursor()
	s, err := r.parser().ParseFromLexer(p.lex, participle.AllowTrailing(true))
	if err == nil {
		return s, true
	}
	if m, ok := errors.AsType[*mistake](err); ok {
		p.report(m.at, m.summary, cmp.Or(m.detail, r.form))
	} else if u, ok := errors.AsType[*participle.UnexpectedTokenError](err); ok {
		p.unexpected(u.Unexpected, r.expectation(u), r.form)
	} else {
		p.report(*p.lex.Peek(), err.Error(), r.form)
	}
	if len(p.errors) < maxErrors { // else nobody reads more
		p.lex.LoadCheckpoint(start)
		p.skipOne()
	}
	return s, false
}

// expectation says what the grammar has where a token did not fit.
func (r *reader[S]) expectation(u *participle.UnexpectedTokenError) []string {
	text := strings.TrimPrefix(u.Message(), fmt.Sprintf("unexpected token %q", u.Unexpected))
	text = strings.TrimSuffix(strings.TrimPrefix(text, " (expected "), ")")
	if text == "" {
		text = "(" + r.production + ")" // nothing of it fits
		for line := range strings.Lines(productions().String()) {
			if name, rest, _ := strings.Cut(line, " = "); name == r.production {
				text = strings.TrimSuffix(strings.TrimSpace(rest), ".")
			}
		}
	}
	grammar, err := ebnf.ParseString("X = " + text + " .")
	if err != nil || len(grammar.Productions) == 0 {
		return []string{text}
	}
	list, _ := first(grammar.Productions[0].Expression)
	for i, w := range list {
		list[i] = strings.Replace(w, "NAME", r.noun, 1)
	}
	return list
}

// first lists what an expression of the grammar can begin with, in words, and
// says whether it can be empty.
func first(e *ebnf.Expression) (list []string, empty bool) {
	for _, sequence := range e.Alternatives {
		through := true
		for _, t := range sequence.Terms {
			if !through {
				break
			}
			through = t.Repetition == "?" || t.Repetition == "*"
			switch {
			case t.Group != nil && t.Group.Lookahead != ebnf.LookaheadAssertionNone:
				through = true
			case t.Group != nil:
				inner, innerEmpty := first(t.Group.Expr)
				list = append(list, inner...)
				through = through || innerEmpty
			case t.Literal != "":
				list = append(list, literal(t))
			default:
				list = append(list, cmp.Or(what[t.Name], t.Name))
			}
		}
		empty = empty || through
	}
	return list, empty
}

// unexpected reports a token that does not fit.
func (p *parser) unexpected(t lexer.Token, wanted []string, form string) {
	if is(t, "-") && len(wanted) > 0 && isAmount(wanted[0]) {
		p.report(t, wanted[0]+" cannot be negative", form)
		return
	}
	list := wanted[:0]
	for _, w := range wanted {
		if !slices.Contains(list, w) {
			list = append(list, w)
		}
	}
	text := strings.Join(list, ", ")
	if n := len(list); n > 1 {
		text = strings.Join(list[:n-1], ", ") + " or " + list[n-1]
	}
	if t.Type == number && len(list) == 1 && isNamed(list[0]) {
		form = `a name begins with a letter or "_"; anything else is written in double quotes`
	}
	if text == what["Quantity"] {
		form = durationForm
	}
	p.report(t, "expected "+text+", found "+describe(t), form)
}

// expected reports the next token, where something else should be.
func (p *parser) expected(text, form string) {
	p.doubted()
	p.unexpected(*p.lex.Peek(), []string{text}, form)
}

// report reports a mistake at a token. Bad tokens have been reported by the
// scanner.
func (p *parser) report(t lexer.Token, summary, detail string, related ...diag.Related) {
	if len(p.errors) >= maxErrors {
		for !p.lex.Peek().EOF() { // nobody reads more
			p.lex.Next()
		}
		return
	}
	if t.Type != bad {
		at := spanOf(t)
		p.errors = append(p.errors, diag.Diagnostic{Summary: summary, Detail: detail, Subject: at.Pos, Length: at.Length, Related: related})
	}
}

func describe(t lexer.Token) string {
	switch {
	case t.EOF():
		return "the end of the file"
	case is(t, ";"):
		return "the end of the statement"
	case isLineEnd(t):
		return "the end of the line"
	case t.Type == number:
		return "the number " + shorten(t.Value)
	case t.Type == quoted:
		return "the name " + shorten(t.Value)
	}
	return shorten(t.Value)
}

// shorten cuts what a message quotes from the source.
func shorten(text string) string {
	const most = 40
	if runes := []rune(text[:min(len(text), 4*most)]); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// readBlock reads `{ statement … }`.
func readBlock[P any](p *parser, b *block[P], into *P) {
	at := p.cursor()
	open := *p.lex.Next()
	p.depth++
	defer func() { p.depth-- }()
	for {
		p.newlines()
		t := *p.lex.Peek()
		if is(t, "}") {
			p.file.blocks[at] = extent{p.cursor(), b}
			p.lex.Next()
			return
		}
		if t.EOF() || p.declaration() {
			p.file.blocks[at] = extent{p.cursor(), b}
			p.unclosed(open)
			return
		}
		readStatement(p, b, into)
	}
}

// readStatement reads one statement of a block.
func readStatement[P any](p *parser, b *block[P], into *P) {
	t := *p.lex.Peek()
	s := b.other
	if chosen := b.words[t.Value]; t.Type == word && chosen != nil && (s == nil || p.chosen()) {
		s = chosen
	}
	if s != nil {
		s.read(p, into)
		return
	}
	detail := ""
	if t.Type == word {
		detail = suggestion(t.Value, b.words)
	}
	p.doubt = everything
	p.expected("a statement of "+b.where, detail)
	p.skipOne()
	p.skip()
}

// cursor is the index of the next token in those of the file.
func (p *parser) cursor() int {
	i := int(p.lex.RawCursor())
	for p.file.tokens[i].Type == comment || p.file.tokens[i].Type == blank {
		i++
	}
	return i
}

func (p *parser) newlines() {
	for p.lex.Peek().Type == newline {
		p.lex.Next()
	}
}

// declaration says whether a declaration begins here.
func (p *parser) declaration() bool {
	return p.lex.Peek().Type == word && declares(p.file.tokens[p.cursor():])
}

// chosen says whether the word that comes next begins a statement of its own in a
// block where names can stand, too: for, if and factor may be names.
func (p *parser) chosen() bool {
	at := p.lex.MakeCheckpoint()
	defer p.lex.LoadCheckpoint(at)
	switch first, second := p.lex.Next(), p.lex.Next(); first.Value {
	case "for":
		return second.Type == word && p.lex.Peek().Value == "in"
	case "factor":
		return second.Type == word || second.Type == quoted
	case "if":
		return second.Type == word || second.Type == number || is(*second, "-") || is(*second, "(")
	}
	return true
}

func (p *parser) unclosed(open lexer.Token) {
	if n := len(p.errors); *p.broken == everything && n > 0 && strings.HasPrefix(p.errors[n-1].Summary, "a block that is not closed") {
		return // the blocks around it lack theirs for the same reason
	}
	*p.broken = everything
	t := *p.lex.Peek()
	p.report(open, "a block that is not closed", "add the missing }",
		diag.Related{Pos: spanOf(t).Pos, Text: "it goes on to here: " + describe(t)})
}

// doubted notes that the statement could not be read.
func (p *parser) doubted() { *p.broken |= p.doubt }

// end checks that the statement ends here, and goes to its end where not.
func (p *parser) end() {
	if t := *p.lex.Peek(); t.Type != newline && !t.EOF() && !is(t, "}") && !p.declaration() {
		form := "statements are separated by line ends or ;"
		if is(t, "-") {
			form = "an interval is written with .., such as 4s .. 6s; a name with - in it is put in quotes"
		}
		p.expected("the end of the statement", form)
		p.skip()
	}
}

// skipOne moves over one token, or over a block.
func (p *parser) skipOne() {
	if !is(*p.lex.Next(), "{") {
		return
	}
	for depth := 1; depth > 0 && !p.lex.Peek().EOF() && !p.declaration(); {
		switch t := *p.lex.Next(); {
		case is(t, "{"):
			depth++
		case is(t, "}"):
			depth--
		}
	}
}

// skip moves to the end of the statement, over its blocks.
func (p *parser) skip() {
	for p.skipTo("{"); is(*p.lex.Peek(), "{"); p.skipTo("{") {
		p.skipOne()
	}
}

// skipTo moves to a sign in the statement, or to the end of it. Between
// declarations a brace ends nothing.
func (p *parser) skipTo(sign string) {
	for t := p.lex.Peek(); !is(*t, sign) && t.Type != newline && !t.EOF() && (p.depth == 0 || !is(*t, "}")); t = p.lex.Peek() {
		p.lex.Next()
	}
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// suggestion is the "did you mean" for a name out of the keys of a map.
func suggestion[V any](name string, known map[string]V) string {
	const most = 5000
	if len(known) > most {
		return ""
	}
	return diag.DidYouMean(name, sortedKeys(known))
}
