package dsl

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"adagio/dsl/diag"
	"adagio/dsl/model"
)

// kind is the kind of a token.
type kind uint8

const (
	end     kind = iota // of the file
	newline             // a line end or ";" that ends a statement
	word
	quoted
	number // digits, perhaps a fraction, perhaps a unit
	symbol
	comment
	bad
)

// token is a piece of the source. Its text is a part of the file's.
type token struct {
	kind         kind
	line, column int32 // from 1, in characters
	length       int32 // in characters
	text         string
}

func (t token) is(text string) bool { return t.kind == symbol && t.text == text }

// symbols lists what is more than one character long before what it begins with.
var symbols = [...]string{"..<", "..", "<->", "->", "{", "}", "(", ")", "[", "]", ",", ";", ":", ".", "=", "+", "-", "*", "/", "%"}

// continues says whether a line that ends in the token goes on in the next.
func (t token) continues() bool {
	if t.kind != symbol {
		return false
	}
	switch t.text {
	case "}", ")", "]", "{", ";":
		return false
	}
	return true
}

// scanner cuts a text into tokens.
type scanner struct {
	file         string
	rest         string
	line, column int32
	tokens       []token
	errors       diag.List
}

// maxTokens bounds the memory that a file may need, maxWord what messages quote,
// in characters.
const (
	maxTokens = 2_000_000
	maxWord   = 1000
)

// scan returns the tokens of a text, comments and all line ends included. The
// text is valid UTF-8.
func scan(file, text string) ([]token, diag.List) {
	s := &scanner{file: file, rest: strings.TrimPrefix(text, byteOrderMark), line: 1, column: 1}
	s.tokens = make([]token, 0, len(text)/5+1)
	for s.next() {
		if len(s.tokens) > maxTokens {
			s.errors = nil // what matters is this
			s.tokens = s.tokens[:0]
			s.fail(token{line: s.line, column: s.column}, fmt.Sprintf("the file has more than %d words and signs", maxTokens), "replicate with for instead of writing everything out, or split it in several files")
			break
		}
	}
	s.tokens = append(s.tokens, token{kind: end, line: s.line, column: s.column})
	return s.tokens, s.errors
}

func (s *scanner) fail(t token, summary, detail string) {
	if n := len(s.errors); n < maxErrors && (n == 0 || s.errors[n-1].Subject.Line != int(t.line)) {
		s.errors = append(s.errors, diag.Diagnostic{
			Summary: summary, Detail: detail,
			Subject: model.Pos{File: s.file, Line: int(t.line), Column: int(t.column)},
			Length:  int(t.length),
		})
	}
}

// take moves the next n bytes into a token.
func (s *scanner) take(k kind, n int) token {
	t := token{kind: k, line: s.line, column: s.column, text: s.rest[:n]}
	t.length = int32(utf8.RuneCountInString(t.text))
	s.rest = s.rest[n:]
	s.column += t.length
	if t.length > maxWord && (k == word || k == quoted || k == number) {
		t.kind = bad
		s.fail(t, fmt.Sprintf("a name or number of more than %d characters", maxWord), "")
	}
	s.tokens = append(s.tokens, t)
	return t
}

// next scans one token and says whether there was one.
func (s *scanner) next() bool {
	for s.rest != "" && (s.rest[0] == ' ' || s.rest[0] == '\t' || s.rest[0] == '\r') {
		s.rest = s.rest[1:]
		s.column++
	}
	if s.rest == "" {
		return false
	}
	c, size := utf8.DecodeRuneInString(s.rest)
	switch {
	case c == '\n':
		s.take(newline, 1)
		s.line, s.column = s.line+1, 1
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
	case strings.HasPrefix(s.rest, "<"):
		detail = "ranges are lo .. hi and lo ..< hi, links in both directions a <-> b"
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

func isWordPart(c rune) bool { return c == '_' || unicode.IsLetter(c) || unicode.IsDigit(c) }

func wordEnd(text string) int {
	for i, c := range text {
		if !isWordPart(c) {
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
		if !isWordPart(c) || '0' <= c && c <= '9' {
			return i
		}
	}
	return len(text)
}
