package lsp

import (
	"cmp"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"unicode/utf16"
	"unicode/utf8"

	"adagio/dsl"
	"adagio/dsl/diag"
	"adagio/dsl/model"

	protocol "github.com/tliron/glsp/protocol_3_16"
)

// document is a version of a text. It is never changed.
type document struct {
	uri     string
	path    string // or the URI, if it is no file
	version int32
	text    string
	open    bool // in the editor

	parse func() (*dsl.File, diag.List)
	// rows and lines are where lines begin: those of the language, which end
	// with "\n", and those of the protocol, which may also end with "\r".
	rows, lines []int
}

func newDocument(uri string, version int32, text string, open bool) *document {
	d := &document{uri: uri, path: pathOf(uri), version: version, text: text, open: open, rows: []int{0}, lines: []int{0}}
	d.parse = sync.OnceValues(func() (*dsl.File, diag.List) { return dsl.Parse(d.path, []byte(text)) })
	for i := range len(text) {
		switch {
		case text[i] == '\n':
			d.rows = append(d.rows, i+1)
			d.lines = append(d.lines, i+1)
		case text[i] == '\r' && (i+1 == len(text) || text[i+1] != '\n'):
			d.lines = append(d.lines, i+1)
		}
	}
	return d
}

// byteOrderMark stands before the first column of a text that begins with it.
const byteOrderMark = "\uFEFF"

// line is a line of one of the lists, with its end.
func (d *document) line(starts []int, i int) string {
	if i+1 < len(starts) {
		return d.text[starts[i]:starts[i+1]]
	}
	return d.text[starts[i]:]
}

// offset is where a position of the language is.
func (d *document) offset(at model.Pos) int {
	if at.Line < 1 {
		return 0
	}
	if at.Line > len(d.rows) {
		return len(d.text)
	}
	from := d.rows[at.Line-1]
	text := strings.TrimSuffix(d.line(d.rows, at.Line-1), "\n")
	if at.Line == 1 && strings.HasPrefix(text, byteOrderMark) {
		from += len(byteOrderMark)
		text = text[len(byteOrderMark):]
	}
	column := 1
	for i := range text {
		if column >= at.Column {
			return from + i
		}
		column++
	}
	return from + len(text)
}

// pos is the position of the language that an offset is at.
func (d *document) pos(offset int) model.Pos {
	row := upTo(d.rows, offset)
	text := d.text[d.rows[row]:offset]
	if row == 0 {
		text = strings.TrimPrefix(text, byteOrderMark)
	}
	return model.Pos{File: d.path, Line: row + 1, Column: utf8.RuneCountInString(text) + 1}
}

// upTo is the last line that begins at or before an offset.
func upTo(starts []int, offset int) int {
	i, found := slices.BinarySearch(starts, offset)
	if !found {
		i--
	}
	return i
}

// position is the position of the protocol that an offset is at: lines and UTF-16
// units.
func (d *document) position(offset int) protocol.Position {
	line := upTo(d.lines, offset)
	units := 0
	for _, c := range d.text[d.lines[line]:offset] {
		units += utf16.RuneLen(c)
	}
	return protocol.Position{Line: uint32(line), Character: uint32(units)}
}

// offsetOf is where a position of the protocol is; what is behind the end of a line
// is its end, and what is inside a character is before it.
func (d *document) offsetOf(p protocol.Position) int {
	if int64(p.Line) >= int64(len(d.lines)) {
		return len(d.text)
	}
	from := d.lines[p.Line]
	text := strings.TrimRight(d.line(d.lines, int(p.Line)), "\r\n")
	units := int64(0)
	for i, c := range text {
		if units += int64(utf16.RuneLen(c)); units > int64(p.Character) {
			return from + i
		}
	}
	return from + len(text)
}

// span is a span of the language as a range of the protocol.
func (d *document) span(at model.Pos, length int) protocol.Range {
	from := d.offset(at)
	end := at
	end.Column += length
	return protocol.Range{Start: d.position(from), End: d.position(max(from, d.offset(end)))}
}

// reach is the range from one position to another.
func (d *document) reach(from, to model.Pos) protocol.Range {
	a, b := d.offset(from), d.offset(to)
	return protocol.Range{Start: d.position(a), End: d.position(max(a, b))}
}

// changed is the document after changes: parts that are replaced, one after
// another, or the whole of it.
func (d *document) changed(version int32, changes []any) *document {
	for _, change := range changes {
		text := d.text
		switch c := change.(type) {
		case protocol.TextDocumentContentChangeEventWhole:
			text = c.Text
		case protocol.TextDocumentContentChangeEvent:
			if c.Range == nil {
				text = c.Text
				break
			}
			from, to := d.offsetOf(c.Range.Start), d.offsetOf(c.Range.End)
			from, to = min(from, to), max(from, to)
			text = text[:from] + c.Text + text[to:]
		}
		d = newDocument(d.uri, version, text, true)
	}
	if d.version != version {
		d = newDocument(d.uri, version, d.text, true)
	}
	return d
}

// edit is what to replace in a document so that it has another text: all but the
// lines at the begin and at the end that stay.
func (d *document) edit(text string) []protocol.TextEdit {
	if text == d.text {
		return []protocol.TextEdit{}
	}
	from := 0
	for i := range min(len(text), len(d.text)) {
		if text[i] != d.text[i] {
			break
		}
		if text[i] == '\n' {
			from = i + 1
		}
	}
	old, now := d.text[from:], text[from:]
	same := 0
	for i := 1; i <= min(len(old), len(now)) && old[len(old)-i] == now[len(now)-i]; i++ {
		if i < min(len(old), len(now)) && old[len(old)-i-1] == '\n' && now[len(now)-i-1] == '\n' {
			same = i
		}
	}
	to := len(d.text) - same
	return []protocol.TextEdit{{Range: protocol.Range{Start: d.position(from), End: d.position(to)}, NewText: now[:len(now)-same]}}
}

// word is the part of a text around an offset that is one word.
func (d *document) word(offset int) (from, to int) {
	from, to = offset, offset
	for from > 0 {
		c, n := utf8.DecodeLastRuneInString(d.text[:from])
		if !dsl.IsWordPart(c) {
			break
		}
		from -= n
	}
	for to < len(d.text) {
		c, n := utf8.DecodeRuneInString(d.text[to:])
		if !dsl.IsWordPart(c) {
			break
		}
		to += n
	}
	return from, to
}

// pathOf is the path of a file, or the URI of what is none.
func pathOf(uri string) string {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != "file" || u.Path == "" {
		return uri
	}
	path := u.Path
	if len(path) > 2 && path[0] == '/' && path[2] == ':' {
		path = path[1:] // /C:/models
	}
	return filepath.Clean(filepath.FromSlash(path))
}

// uriOf is the URI of a path.
func uriOf(path string) string {
	if strings.Contains(path, "://") || strings.HasPrefix(path, "untitled:") {
		return path
	}
	slashed := filepath.ToSlash(path)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed
	}
	return (&url.URL{Scheme: "file", Path: slashed}).String()
}

// before orders ranges by their begin.
func before(a, b protocol.Range) int {
	return cmp.Or(cmp.Compare(a.Start.Line, b.Start.Line), cmp.Compare(a.Start.Character, b.Start.Character))
}
