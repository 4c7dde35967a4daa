package interchange

import (
	"encoding/xml"
	"io"
)

// xmlWriter writes elements one after another.
type xmlWriter struct {
	w     io.Writer
	e     *xml.Encoder
	stack []string
	err   error
}

func newXML(w io.Writer) *xmlWriter {
	x := &xmlWriter{w: w}
	_, x.err = io.WriteString(w, xml.Header)
	x.e = xml.NewEncoder(w)
	x.e.Indent("", " ")
	return x
}

func (x *xmlWriter) token(t xml.Token) {
	if x.err == nil {
		x.err = x.e.EncodeToken(t)
	}
}

// open begins an element with attributes, name and value in turn.
func (x *xmlWriter) open(name string, attributes ...string) {
	start := xml.StartElement{Name: xml.Name{Local: name}}
	for i := 0; i < len(attributes); i += 2 {
		start.Attr = append(start.Attr, xml.Attr{Name: xml.Name{Local: attributes[i]}, Value: attributes[i+1]})
	}
	x.token(start)
	x.stack = append(x.stack, name)
}

// close ends the element that was begun last.
func (x *xmlWriter) close() {
	last := len(x.stack) - 1
	x.token(xml.EndElement{Name: xml.Name{Local: x.stack[last]}})
	x.stack = x.stack[:last]
}

// leaf is an element with attributes alone.
func (x *xmlWriter) leaf(name string, attributes ...string) {
	x.open(name, attributes...)
	x.close()
}

// text is an element with a text in it.
func (x *xmlWriter) text(name, text string) {
	x.open(name)
	x.token(xml.CharData(text))
	x.close()
}

// label is a label of PNML.
func (x *xmlWriter) label(name, text string) {
	x.open(name)
	x.text("text", text)
	x.close()
}

// end closes what is open and ends the document.
func (x *xmlWriter) end() error {
	for len(x.stack) > 0 {
		x.close()
	}
	if x.err == nil {
		x.err = x.e.Flush()
	}
	if x.err == nil {
		_, x.err = io.WriteString(x.w, "\n")
	}
	return x.err
}
