package dsl

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"adagio/dsl/diag"
	"adagio/dsl/model"

	"github.com/alecthomas/participle/v2/lexer"
)

// The types of tokens.
const (
	end     = lexer.EOF
	newline = lexer.TokenType(iota) // a line end or ";" that ends a statement
	blank                           // a line end that does not
	word
	quoted
	number // digits, perhaps a fraction, perhaps a unit
	symbol
	comment
	bad
)

// definition is the scanner as participle knows it.
type definition struct{}

// Symbols names the types of tokens that the grammar uses.
func (definition) Symbols() map[string]lexer.TokenType {
	return map[string]lexer.TokenType{"EOF": end, "Word": word}
}

// Lex scans a text.
func (definition) Lex(name string, r io.Reader) (lexer.Lexer, error) {
	text, err := io.ReadAll(r)
	tokens, _ := scan(name, string(text))
	return &stream{tokens}, err
}

// stream gives participle the tokens of a file.
type stream struct{ rest []lexer.Token }

// Next returns the next token, and the last one again and again.
func (s *stream) Next() (lexer.Token, error) {
	t := s.rest[0]
	if len(s.rest) > 1 {
		s.rest = s.rest[1:]
	}
	return t, nil
}

// is says whether a token is a sign. A name or a comment never is.
func is(t lexer.Token, text string) bool {
	return t.Value == text && (t.Type == symbol || t.Type == newline)
}

// isLineEnd says whether a token is the end of a line, whatever that means for
// the statement.
func isLineEnd(t lexer.Token) bool { return t.Value == "\n" }

// symbols lists what is more than one character long before what it begins with.
var symbols = [...]string{"..<", "..", "<->", "->", "==", "!=", "<=", ">=", "<", ">", "{", "}", "(", ")", "[", "]", ",", ";", ":", ".", "=", "+", "-", "*", "/", "%"}

// continues says whether a line that ends in the token goes on in the next.
func continues(t lexer.Token) bool {
	if t.Type != symbol {
		return false
	}
	switch t.Value {
	case "}", ")", "]", "{", ";":
		return false
	}
	return true
}

// scanner cuts a text into tokens.
type scanner struct {
	rest   string
	at     lexer.Position
	tokens []lexer.Token
	errors diag.List

	ordinals bool // #2 is a sign, not a comment
}

// The limits of a source file.
const (
	maxErrors  = 500       // reported for one file
	maxTokens  = 2_000_000 // words and signs
	maxWord    = 1000      // characters of a name or number
	maxNesting = 64        // of blocks, parentheses and signs
	maxTerms   = 1000      // of a sum
)

// scan returns the tokens of a text, comments and all line ends included. The
// text is valid UTF-8.
func scan(file, text string) ([]lexer.Token, diag.List) {
	return newScanner(file, text).scan()
}

func newScanner(file, text string) *scanner {
	return &scanner{rest: strings.TrimPrefix(text, byteOrderMark), at: lexer.Position{Filename: file, Line: 1, Column: 1}}
}

func (s *scanner) scan() ([]lexer.Token, diag.List) {
	s.tokens = make([]lexer.Token, 0, len(s.rest)/5+1)
	for s.next() {
		if len(s.tokens) > maxTokens {
			s.errors = nil // what matters is this
			s.tokens = s.tokens[:0]
			s.fail(lexer.Token{Pos: s.at}, fmt.Sprintf("the file has more than %d words and signs", maxTokens), "replicate with for instead of writing everything out, or split it in several files")
			break
		}
	}
	s.tokens = append(s.tokens, lexer.EOFToken(s.at))
	s.lines()
	return s.tokens, s.errors
}

// lines tells line ends that end a statement from those after which it goes on,
// so that every statement has exactly one end, and bounds how deep things nest.
func (s *scanner) lines() {
	last := lexer.Token{Type: newline}
	at := 0 // of last
	blocks, parens, signs, terms := 0, 0, 0, 0
	for i := range s.tokens {
		t := &s.tokens[i]
		if t.Type == comment {
			continue
		}
		if t.Type == newline && (parens > 0 || last.Type == newline || continues(last)) {
			t.Type = blank
			continue
		}
		if !is(*t, "-") {
			signs = 0
		}
		switch {
		case t.Type == newline || is(*t, ";"):
			t.Type = newline
			parens, terms = 0, 0
		case t.Type == word && declares(s.tokens[i:]):
			blocks = 0
		case t.Type != symbol:
		case t.Value == "(" || t.Value == "[":
			parens++
			s.bound(t, blocks+parens)
		case t.Value == ")" || t.Value == "]":
			s.bound(t, blocks+parens)
			parens = max(parens-1, 0)
		case t.Value == "{":
			if last.Value == "\n" {
				// A brace on a line of its own belongs to what stands before it.
				s.tokens[at].Type = blank
			}
			parens, terms = 0, 0
			blocks++
			s.bound(t, blocks)
		case t.Value == "}":
			s.bound(t, blocks)
			parens, terms = 0, 0
			blocks = max(blocks-1, 0)
		case t.Value == ",":
			terms = 0
		case strings.Contains("+-*/%", t.Value):
			if t.Value == "-" {
				signs++
				s.bound(t, blocks+parens+signs)
			}
			if terms++; terms > maxTerms && t.Type != bad {
				t.Type, t.Value = bad, ""
				if terms == maxTerms+1 {
					s.fail(*t, "an expression with too many terms", "")
				}
			}
		}
		last, at = *t, i
	}
}

// bound makes a token that nests too deep a bad one.
func (s *scanner) bound(t *lexer.Token, depth int) {
	if depth > maxNesting {
		s.fail(*t, fmt.Sprintf("nested more than %d deep", maxNesting), "")
		t.Type, t.Value = bad, ""
	}
}

// declares says whether tokens begin with that of a declaration: one of its words
// at the begin of a line without indentation, and a name.
func declares(tokens []lexer.Token) bool {
	if tokens[0].Pos.Column != 1 || tokens[0].Type != word {
		return false
	}
	switch tokens[0].Value {
	case "let", "component", "assembly", "plan", "timings", "network", "property":
		for _, t := range tokens[1:] {
			if t.Type != comment && t.Type != blank {
				return t.Type == word || t.Type == quoted
			}
		}
	}
	return false
}

func (s *scanner) fail(t lexer.Token, summary, detail string) {
	if n := len(s.errors); n < maxErrors && (n == 0 || s.errors[n-1].Subject.Line != t.Pos.Line) {
		at := spanOf(t)
		s.errors = append(s.errors, diag.Diagnostic{Summary: summary, Detail: detail, Subject: at.Pos, Length: at.Length})
	}
}

// take moves the next n bytes into a token.
func (s *scanner) take(k lexer.TokenType, n int) lexer.Token {
	t := lexer.Token{Type: k, Value: s.rest[:n], Pos: s.at}
	s.rest = s.rest[n:]
	length := utf8.RuneCountInString(t.Value)
	s.at.Column += length
	s.at.Offset += n
	if length > maxWord && (k == word || k == quoted || k == number) {
		t.Type = bad
		s.fail(t, fmt.Sprintf("a name or number of more than %d characters", maxWord), "")
	}
	s.tokens = append(s.tokens, t)
	return t
}

// next scans one token and says whether there was one.
func (s *scanner) next() bool {
	for s.rest != "" && (s.rest[0] == ' ' || s.rest[0] == '\t' || s.rest[0] == '\r') {
		s.rest = s.rest[1:]
		s.at.Column++
		s.at.Offset++
	}
	if s.rest == "" {
		return false
	}
	c, size := utf8.DecodeRuneInString(s.rest)
	switch {
	case c == '\n':
		s.take(newline, 1)
		s.at.Line, s.at.Column = s.at.Line+1, 1
	case s.ordinals && c == '#' && digitsEnd(s.rest[1:]) > 0:
		s.take(symbol, 1+digitsEnd(s.rest[1:]))
	case c == '#' || strings.HasPrefix(s.rest, "//"):
		s.take(comment, lineEnd(s.rest))
	case c == '"':
		s.quoted()
	case unicode.IsLetter(c) || c == '_':
		s.take(word, wordEnd(s.rest))
	case '0' <= c && c <= '9':
		s.take(number, numberEnd(s.rest))
	default:
		for _, sym := range symbols {
			if strings.HasPrefix(s.rest, sym) {
				s.take(symbol, len(sym))
				return true
			}
		}
		s.strange(c, size)
	}
	return true
}

func (s *scanner) strange(c rune, size int) {
	detail := ""
	switch {
	case c == 0:
		s.fail(s.take(bad, size), "a NUL character", "a model is a text file: is this one?")
		return
	case c == '\'':
		detail = `names that are not plain words are written in double quotes: "mdb-worker"`
	case c == '$':
		detail = "Ballet's own YAML files are read with adagio import"
	}
	s.fail(s.take(bad, size), fmt.Sprintf("a strange character %q", c), detail)
}

// quoted scans a name in double quotes.
func (s *scanner) quoted() {
	line := s.rest[:lineEnd(s.rest)]
	for i := 1; i < len(line); i++ {
		switch line[i] {
		case '\\':
			i++
		case '"':
			s.take(quoted, i+1)
			return
		}
	}
	s.fail(s.take(bad, len(line)), "a quoted name that does not end", `write the closing " on the same line`)
}

func lineEnd(text string) int {
	n := len(text)
	if i := strings.IndexByte(text, '\n'); i >= 0 {
		n = i
	}
	for n > 1 && text[n-1] == '\r' {
		n--
	}
	return n
}

// IsWordPart says whether a character can be a part of a word.
func IsWordPart(c rune) bool { return c == '_' || unicode.IsLetter(c) || unicode.IsDigit(c) }

func wordEnd(text string) int {
	for i, c := range text {
		if !IsWordPart(c) {
			return i
		}
	}
	return len(text)
}

func digitsEnd(text string) int {
	i := 0
	for i < len(text) && '0' <= text[i] && text[i] <= '9' {
		i++
	}
	return i
}

// numberEnd is where a number ends, with its fraction and its units: "3", "3.3s",
// "1h2min", "1 d", not "3..". Only the unit of a duration may stand apart.
func numberEnd(text string) int {
	end := 0
	for {
		end += digitsEnd(text[end:])
		if end+1 < len(text) && text[end] == '.' {
			if n := digitsEnd(text[end+1:]); n > 0 {
				end += 1 + n
			}
		}
		unit := unitEnd(text[end:])
		end += unit
		if unit == 0 {
			rest := strings.TrimLeft(text[end:], " \t")
			if n := wordEnd(rest); model.IsDurationUnit(rest[:n]) {
				end = len(text) - len(rest) + n
			}
			return end
		}
		if digitsEnd(text[end:]) == 0 {
			return end
		}
	}
}

// unitEnd is where what follows a number without a blank ends, or the next number
// begins.
func unitEnd(text string) int {
	for i, c := range text {
		if !IsWordPart(c) || '0' <= c && c <= '9' {
			return i
		}
	}
	return len(text)
}
