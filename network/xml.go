package network

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"adagio/dsl/diag"
	"adagio/dsl/model"
)

// MaxXML is the greatest size of a platform file in bytes.
const MaxXML = 16 << 20

// What else is more than any platform needs.
const (
	maxAttributes = 100
	maxNesting    = 1000
)

// ReadXML reads a SimGrid platform file, version 4 or 4.1, in any encoding that it
// declares (see [SourceText]). What the package knows nothing of is reported at its
// line: an error where it would change a delay, a warning otherwise. The platform is nil
// if there are errors.
//
// Where it is more lenient than SimGrid: a route may name what is declared after
// it, hosts may stand beside zones, and the routing Star, which SimGrid's parser
// knows since 3.36 only, may be used with "*" for any member.
func ReadXML(name string, text []byte) (*Platform, diag.List) {
	r := &xmlReader{b: NewBuilder(name), file: name, warned: map[string]*kindOfWarning{}}
	var err error
	if len(text) > MaxXML {
		r.fail(fmt.Sprintf("the file is larger than %d MiB", MaxXML>>20), "")
	} else if r.text, err = decode(text); err != nil {
		r.broken = true
		r.b.refuse(Ident{Pos: model.Pos{File: r.file}}, err)
	} else {
		r.document()
	}
	for _, w := range r.kinds {
		if w.count > 1 {
			w.detail = strings.TrimPrefix(fmt.Sprintf("%s; and %d more", w.detail, w.count-1), "; ")
		}
		r.b.Warn(w.at, w.summary, w.detail)
	}
	if r.broken {
		r.b.list.Sort()
		return nil, r.b.list
	}
	p, list := r.b.Build()
	list.Sort()
	return p, list
}

// xmlReader walks through the elements of a file.
type xmlReader struct {
	b      *Builder
	file   string
	text   []byte
	dec    *xml.Decoder
	warned map[string]*kindOfWarning
	kinds  []*kindOfWarning // in order
	broken bool
	lines  []int // offsets of line begins
	starts []int // characters before each block of the text
}

// element is a start tag.
type element struct {
	name  string
	attrs map[string]string
	begin int // offsets of the tag
	end   int
}

// kindOfWarning is a warning that is given once, however often the file gives rise to it.
type kindOfWarning struct {
	at              Ident
	summary, detail string
	count           int
}

// fail reports a mistake of the file as a whole.
func (r *xmlReader) fail(summary, detail string) {
	r.broken = true
	r.b.Fail(Ident{Pos: model.Pos{File: r.file}}, summary, detail)
}

// block is how many bytes are counted at once.
const block = 1024

// at is the position of an offset.
func (r *xmlReader) at(offset int) model.Pos {
	if r.lines == nil {
		r.index()
	}
	line, ok := slices.BinarySearch(r.lines, offset)
	if !ok {
		line--
	}
	return model.Pos{File: r.file, Line: line + 1, Column: r.characters(offset) - r.characters(r.lines[line]) + 1}
}

// index finds the lines, and counts the characters, of the text: a file may well be
// a single line.
func (r *xmlReader) index() {
	r.lines = []int{0}
	count := 0
	for i, c := range r.text {
		if i%block == 0 {
			r.starts = append(r.starts, count)
		}
		if utf8.RuneStart(c) {
			count++
		}
		if c == '\n' {
			r.lines = append(r.lines, i+1)
		}
	}
	r.starts = append(r.starts, count)
}

// characters counts those before an offset.
func (r *xmlReader) characters(offset int) int {
	n := r.starts[offset/block]
	for _, c := range r.text[offset/block*block : offset] {
		if utf8.RuneStart(c) {
			n++
		}
	}
	return n
}

// tag is the name of an element as a place to point at.
func (r *xmlReader) tag(e *element) Ident { return Ident{e.name, r.at(e.begin + 1), len(e.name)} }

// attr is the value of an attribute as a place to point at; the tag where it is
// missing.
func (r *xmlReader) attr(e *element, name string) Ident {
	value, ok := e.attrs[name]
	if !ok {
		return Ident{"", r.at(e.begin + 1), len(e.name)}
	}
	tag := r.text[e.begin:e.end]
	for from := 0; ; {
		i := bytes.Index(tag[from:], []byte(name))
		if i < 0 {
			return Ident{value, r.at(e.begin + 1), len(e.name)}
		}
		i += from
		from = i + len(name)
		rest := bytes.TrimLeft(tag[from:], " \t\r\n")
		if i > 0 && strings.IndexByte(" \t\r\n", tag[i-1]) >= 0 && len(rest) > 0 && rest[0] == '=' {
			rest = bytes.TrimLeft(rest[1:], " \t\r\n")
			begin := e.end - len(rest) + 1
			return Ident{value, r.at(min(begin, e.end)), max(utf8.RuneCountInString(value), 1)}
		}
	}
}

// document reads the file.
func (r *xmlReader) document() {
	r.dec = xml.NewDecoder(bytes.NewReader(r.text))
	r.dec.CharsetReader = func(_ string, text io.Reader) (io.Reader, error) { return text, nil } // it is decoded
	seen := false
	r.children(nil, func(e *element) {
		switch {
		case e.name != "platform":
			r.unknown(e, "a platform file", "platform")
		case seen:
			r.b.Fail(r.tag(e), "a second platform", "a file holds one")
		default:
			seen = true
			r.platform(e)
			return
		}
		r.skip(e)
	})
	if !seen && !r.broken {
		r.fail("there is no platform in this file", `a platform file has <platform version="4.1"> in it`)
	}
}

// children calls the function for each element in an element (nil: in the file).
// The function must read the element to its end.
func (r *xmlReader) children(e *element, each func(*element)) {
	for !r.broken {
		begin := int(r.dec.InputOffset())
		token, err := r.dec.Token()
		if err != nil {
			if !(e == nil && errors.Is(err, io.EOF)) {
				r.syntax(err)
			}
			return
		}
		switch t := token.(type) {
		case xml.StartElement:
			child := &element{name: t.Name.Local, attrs: map[string]string{}, begin: begin, end: int(r.dec.InputOffset())}
			if len(t.Attr) > maxAttributes {
				r.b.Fail(r.tag(child), fmt.Sprintf("an element with more than %d attributes", maxAttributes), "")
				r.broken = true
				return
			}
			for _, a := range t.Attr {
				child.attrs[a.Name.Local] = a.Value
			}
			each(child)
		case xml.EndElement:
			return
		case xml.CharData:
			if e != nil && len(bytes.TrimSpace(t)) > 0 {
				skip := len(t) - len(bytes.TrimLeft(t, " \t\r\n"))
				r.b.Fail(Ident{Pos: r.at(min(begin+skip, len(r.text)))}, "text between the elements", "a platform is written with elements and attributes only")
			}
		case xml.Directive:
			if bytes.ContainsRune(t, '[') {
				r.b.Fail(Ident{Pos: r.at(begin)}, "a document type with declarations in it", "entities and own declarations are not read: remove what is in [ ]")
				r.broken = true
			}
		}
	}
}

// syntax reports what is no XML.
func (r *xmlReader) syntax(err error) {
	r.broken = true
	offset := min(int(r.dec.InputOffset()), len(r.text))
	summary := err.Error()
	if s, ok := errors.AsType[*xml.SyntaxError](err); ok {
		summary = s.Msg
	}
	detail := ""
	if summary == "invalid UTF-8" {
		detail = `declare the encoding of the file in its first line, such as <?xml version="1.0" encoding="ISO-8859-1"?>`
	}
	r.b.add(diag.Diagnostic{Summary: "this is not XML: " + summary, Detail: detail, Subject: r.at(offset), Cause: err})
}

// leaf reads an element that has no elements in it but properties, and returns
// these.
func (r *xmlReader) leaf(e *element) []Prop {
	var props []Prop
	r.children(e, func(c *element) {
		if c.name != "prop" {
			r.unknown(c, "<"+e.name+">", "prop")
		} else {
			props = append(props, r.prop(c))
		}
		r.skip(c)
	})
	return props
}

func (r *xmlReader) prop(e *element) Prop {
	r.known(e, "id", "value")
	r.required(e, "id", "value")
	return Prop{e.attrs["id"], e.attrs["value"]}
}

// skip reads an element to its end.
func (r *xmlReader) skip(*element) {
	for depth := 1; depth > 0 && !r.broken; {
		begin := int(r.dec.InputOffset())
		token, err := r.dec.Token()
		if err != nil {
			r.syntax(err)
			return
		}
		switch token.(type) {
		case xml.StartElement:
			if depth++; depth > maxNesting {
				r.b.Fail(Ident{Pos: r.at(begin)}, fmt.Sprintf("elements nested more than %d deep", maxNesting), "")
				r.broken = true
			}
		case xml.EndElement:
			depth--
		}
	}
}

// unsupported says why an element of SimGrid's is not read.
var unsupported = map[string]string{
	"include":      "SimGrid has dropped it in 3.18: put everything in one file",
	"storage":      "SimGrid has dropped it in 3.27",
	"storage_type": "SimGrid has dropped it in 3.27",
	"mount":        "SimGrid has dropped it in 3.27",
	"gpu":          "SimGrid has dropped it in 3.13",
}

// leftOut says of elements that have no effect on the network why that is so.
var leftOut = map[string]string{
	"random":     "SimGrid does nothing with it either",
	"model_prop": "SimGrid does nothing with it either",
	"actor":      "it belongs to a deployment, and has no part in the network",
	"process":    "it belongs to a deployment, and has no part in the network",
}

// overTime says why profiles of availability are not read.
const overTime = "hosts and links that fail, or get faster and slower, in the course of time are not in the model"

// unknown reports an element that does not belong there.
func (r *xmlReader) unknown(e *element, where string, known ...string) {
	if why, ok := leftOut[e.name]; ok {
		r.warn(r.tag(e), e.name, fmt.Sprintf("<%s> is left out", e.name), why)
		return
	}
	if why, ok := unsupported[e.name]; ok {
		r.b.Fail(r.tag(e), fmt.Sprintf("<%s> is not supported", e.name), why)
		return
	}
	r.b.Fail(r.tag(e), fmt.Sprintf("there is no element <%s> in %s", e.name, where), diag.DidYouMean(e.name, known))
}

// warn reports once for each kind what is left out.
func (r *xmlReader) warn(at Ident, kind, summary, detail string) {
	w := r.warned[kind]
	if w == nil {
		w = &kindOfWarning{at: at, summary: summary, detail: detail}
		r.warned[kind] = w
		r.kinds = append(r.kinds, w)
	}
	w.count++
}

// known reports attributes that an element does not have.
func (r *xmlReader) known(e *element, names ...string) {
next:
	for _, a := range slices.Sorted(maps.Keys(e.attrs)) {
		value := e.attrs[a]
		for _, n := range names {
			if a == n {
				continue next
			}
		}
		at := r.attr(e, a)
		switch {
		case strings.HasSuffix(a, "_file") && value == "":
		case a == "speed_file" || a == "availability_file":
			r.warn(at, a, fmt.Sprintf("attribute %s of <%s> is left out", a, e.name), "the speed of a host has no part in the network")
		case strings.HasSuffix(a, "_file"):
			r.b.Fail(at, fmt.Sprintf("attribute %s of <%s> is not supported", a, e.name), overTime)
		default:
			r.b.Fail(at, fmt.Sprintf("<%s> has no attribute %s", e.name, a), diag.DidYouMean(a, names))
		}
	}
}

// required reports attributes that are missing.
func (r *xmlReader) required(e *element, names ...string) bool {
	ok := true
	for _, n := range names {
		if _, has := e.attrs[n]; !has {
			r.b.Fail(r.tag(e), fmt.Sprintf("<%s> needs the attribute %s", e.name, n), "")
			ok = false
		}
	}
	return ok
}

// quantity reads an attribute with a unit; 0 where it is missing or wrong.
func (r *xmlReader) quantity(e *element, name string, scale unitScale) float64 {
	text, ok := e.attrs[name]
	if !ok || text == "" && mayBeEmpty[name] {
		return 0
	}
	v := r.number(e, name, text, scale)
	if v < 0 {
		r.b.Fail(r.attr(e, name), fmt.Sprintf("%s of <%s> is negative: %s", name, e.name, text), "")
		return 0
	}
	return v
}

// mayBeEmpty are the attributes for which an empty text stands for nothing.
var mayBeEmpty = map[string]bool{"bb_bw": true, "bb_lat": true, "loopback_bw": true, "loopback_lat": true, "limiter_link": true}

// number reads a number with a unit of a scale. Without one it is in SimGrid's standard
// unit, as there, with a warning.
func (r *xmlReader) number(e *element, name, text string, scale unitScale) float64 {
	v, bare, err := scale.read(text)
	switch {
	case err != nil:
		r.b.refuse(r.attr(e, name), err)
	case bare:
		r.warn(r.attr(e, name), scale.what, fmt.Sprintf("%s without a unit: %s is read as %s%s", scale.what, text, strings.TrimSpace(text), scale.standard), "that is what SimGrid does")
	}
	return v
}
