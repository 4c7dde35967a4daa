package interchange

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"adagio/dsl/diag"
	"adagio/dsl/model"
	"adagio/petri/tpn"
)

// The namespaces and types of PNML (ISO/IEC 15909-2) and of TINA's time Petri nets.
const (
	pnmlSpace = "http://www.pnml.org/version-2009/grammar/pnml"
	ptnetType = "http://www.pnml.org/version-2009/grammar/ptnet"
	tinaType  = "http://www.laas.fr/tina/tpn"
	mathSpace = "http://www.w3.org/1998/Math/MathML"
	tool      = "adagio" // of tool-specific elements
)

// writeStandard writes a place/transition net of the standard. The standard has neither
// read arcs nor time nor priorities: a read arc is a pair of arcs that takes the token and
// puts it back, which leaves the reachable markings the same. All three are said in
// tool-specific elements, which Read understands.
func writeStandard(w io.Writer, n *tpn.Net) (losses []string, err error) {
	if err := writePNML(w, n, ptnetType); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(n.Transitions, func(t tpn.Transition) bool { return t.Hi > 0 }) {
		losses = append(losses, "delays are tool-specific elements, which only Adagio reads")
	}
	if slices.ContainsFunc(n.Transitions, func(t tpn.Transition) bool { return len(t.Read) > 0 }) {
		losses = append(losses, "a read arc is a pair of arcs that takes the token and puts it back: the markings are the same, times and concurrency are not")
	}
	if len(ranks(n)) > 1 {
		losses = append(losses, "priorities are tool-specific elements, which only Adagio reads")
	}
	return losses, nil
}

// writeTinaPNML writes the PNML of TINA: intervals and read arcs are its own.
func writeTinaPNML(w io.Writer, n *tpn.Net) (losses []string, err error) {
	if err := writePNML(w, n, tinaType); err != nil {
		return nil, err
	}
	if len(ranks(n)) > 1 {
		losses = append(losses, "priorities are tool-specific elements, which only Adagio reads; the format tina has them")
	}
	return losses, nil
}

func writePNML(w io.Writer, n *tpn.Net, kind string) error {
	x := newXML(w)
	x.open("pnml", "xmlns", pnmlSpace)
	x.open("net", "id", "net", "type", kind)
	x.label("name", n.Name)
	x.open("toolspecific", "tool", tool, "version", "1")
	x.leaf("unit", "ns", strconv.FormatInt(int64(n.Unit), 10))
	x.close()
	x.open("page", "id", "page")
	for p, place := range n.Places {
		x.open("place", "id", "p"+strconv.Itoa(p))
		x.label("name", place.Name)
		if place.Marked {
			x.label("initialMarking", "1")
		}
		x.close()
	}
	arcs := 0
	arc := func(source, target string, inside func()) {
		x.open("arc", "id", "a"+strconv.Itoa(arcs), "source", source, "target", target)
		inside()
		x.close()
		arcs++
	}
	none := func() {}
	read := func() {
		x.open("toolspecific", "tool", tool, "version", "1")
		x.leaf("read")
		x.close()
	}
	for t, tr := range n.Transitions {
		x.open("transition", "id", "t"+strconv.Itoa(t))
		x.label("name", tr.Name)
		if kind == tinaType {
			x.delay(tr, n.Unit)
		}
		x.open("toolspecific", "tool", tool, "version", "1")
		if kind == ptnetType {
			greatest := "inf"
			if tr.Hi != model.Never {
				greatest = strconv.FormatInt(int64(tr.Hi), 10)
			}
			x.leaf("delay", "least", strconv.FormatInt(int64(tr.Lo), 10), "greatest", greatest, "unit", "ns")
		}
		x.leaf("rank", "value", strconv.Itoa(tr.Rank))
		x.close()
		x.close()
	}
	for t, tr := range n.Transitions {
		id := "t" + strconv.Itoa(t)
		for _, p := range tr.In {
			arc("p"+strconv.Itoa(p), id, none)
		}
		for _, p := range tr.Read {
			if kind == tinaType {
				arc("p"+strconv.Itoa(p), id, func() { x.leaf("type", "value", "test") })
				continue
			}
			arc("p"+strconv.Itoa(p), id, read)
			arc(id, "p"+strconv.Itoa(p), read)
		}
		for _, p := range tr.Out {
			arc(id, "p"+strconv.Itoa(p), none)
		}
	}
	return x.end()
}

// delay writes an interval of TINA, in MathML.
func (x *xmlWriter) delay(t tpn.Transition, unit time.Duration) {
	closure := "closed"
	if t.Hi == model.Never {
		closure = "closed-open"
	}
	x.open("delay")
	x.open("interval", "xmlns", mathSpace, "closure", closure)
	x.text("cn", strconv.FormatInt(int64(t.Lo/unit), 10))
	if t.Hi == model.Never {
		x.text("ci", "infty")
	} else {
		x.text("cn", strconv.FormatInt(int64(t.Hi/unit), 10))
	}
	x.close()
	x.close()
}

// element is an element of a document that is read.
type element struct {
	name     string
	attrs    map[string]string
	children []*element
	text     string
	at       model.Pos
}

func (e *element) child(name string) *element {
	if e == nil {
		return nil
	}
	for _, c := range e.children {
		if c.name == name {
			return c
		}
	}
	return nil
}

// own is the tool-specific element of Adagio.
func (e *element) own() *element {
	for _, c := range e.children {
		if c.name == "toolspecific" && c.attrs["tool"] == tool {
			return c
		}
	}
	return nil
}

// label is the text of a label such as the name.
func (e *element) label(name string) (text string, ok bool) {
	t := e.child(name).child("text")
	if t == nil {
		return "", false
	}
	return t.text, true
}

// maxNesting is more than any net needs.
const maxNesting = 200

// tree reads a document as it is.
func (r *reader) tree(text []byte) *element {
	dec := xml.NewDecoder(strings.NewReader(string(text)))
	root := &element{}
	stack := []*element{root}
	for {
		line, column := dec.InputPos()
		at := model.Pos{File: r.file, Line: line, Column: column}
		token, err := dec.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			summary := err.Error()
			if e, ok := errors.AsType[*xml.SyntaxError](err); ok {
				at, summary = model.Pos{File: r.file, Line: e.Line, Column: 1}, e.Msg
			}
			r.list = append(r.list, diag.Diagnostic{Summary: "the file is not XML: " + summary, Subject: at, Cause: err})
			return nil
		}
		top := stack[len(stack)-1]
		switch token := token.(type) {
		case xml.StartElement:
			e := &element{name: token.Name.Local, attrs: map[string]string{}, at: at}
			for _, a := range token.Attr {
				e.attrs[a.Name.Local] = a.Value
			}
			if len(stack) > maxNesting {
				r.fail(at, 0, fmt.Sprintf("elements are nested more than %d deep", maxNesting), "")
				return nil
			}
			top.children = append(top.children, e)
			stack = append(stack, e)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			top.text += string(token)
		}
	}
	return root.child("pnml")
}

// pnmlReader knows the ids of a document.
type pnmlReader struct {
	*reader
	kind                string
	ours                bool // written by Adagio: names are as they are
	places, transitions map[string]int
	names               [2]map[string]bool // of places and transitions
}

// readPNML reads a place/transition net, or a time Petri net of TINA.
func (r *reader) readPNML(text []byte) {
	root := r.tree(text)
	if r.list.HasErrors() {
		return
	}
	net := root.child("net")
	if net == nil {
		r.fail(model.Pos{File: r.file}, 0, "there is no net in this file", "PNML has an element pnml with a net in it")
		return
	}
	nets := 0
	for _, c := range root.children {
		if c.name == "net" {
			nets++
		}
	}
	if nets > 1 {
		r.fail(net.at, 0, fmt.Sprintf("the file has %d nets", nets), "only one can be analysed")
		return
	}
	p := &pnmlReader{reader: r, kind: net.attrs["type"], places: map[string]int{}, transitions: map[string]int{}, names: [2]map[string]bool{{}, {}}}
	if !slices.Contains([]string{ptnetType, tinaType}, p.kind) {
		r.fail(net.at, 0, fmt.Sprintf("a net of the type %q cannot be read", p.kind), "known are "+ptnetType+" and "+tinaType)
		return
	}
	if own := net.own(); own != nil {
		p.ours = true
		if u := own.child("unit"); u != nil {
			ns, err := strconv.ParseInt(u.attrs["ns"], 10, 64)
			if err != nil || ns <= 0 {
				r.fail(u.at, 0, fmt.Sprintf("%q is not a unit in nanoseconds", u.attrs["ns"]), "")
				return
			}
			r.net.Unit = time.Duration(ns)
		}
	}
	r.net.Name, _ = net.label("name")
	p.page(net, p.node)
	p.page(net, p.arc)
}

// page visits what is on the pages of an element.
func (r *pnmlReader) page(e *element, visit func(c *element)) {
	for _, c := range e.children {
		if c.name == "page" {
			r.page(c, visit)
		} else {
			visit(c)
		}
	}
}

// nameOf is the name of a node; its id if it has none of its own.
func (r *pnmlReader) nameOf(e *element, kind int) string {
	name, ok := e.label("name")
	if !r.ours {
		name = strings.TrimSpace(name)
		ok = ok && name != ""
	}
	if id := e.attrs["id"]; !ok || r.names[kind][name] {
		if name = id; r.names[kind][name] {
			name += " (" + id + ")"
		}
	}
	r.names[kind][name] = true
	return name
}

func (r *pnmlReader) fresh(e *element) (id string, ok bool) {
	id = e.attrs["id"]
	_, isPlace := r.places[id]
	_, isTransition := r.transitions[id]
	switch {
	case id == "":
		r.fail(e.at, 0, fmt.Sprintf("the %s has no id", e.name), "")
	case isPlace || isTransition:
		r.fail(e.at, 0, fmt.Sprintf("the id %q occurs twice", id), "")
	default:
		return id, true
	}
	return id, false
}

// node reads a place or a transition.
func (r *pnmlReader) node(e *element) {
	switch e.name {
	case "referencePlace", "referenceTransition":
		r.fail(e.at, 0, fmt.Sprintf("the file has a %s", e.name), "merge the pages of the net first")
	case "place":
		id, ok := r.fresh(e)
		if !ok {
			return
		}
		p := tpn.Place{Name: r.nameOf(e, 0)}
		if text, ok := e.label("initialMarking"); ok {
			switch tokens, err := strconv.ParseUint(strings.TrimSpace(text), 10, 64); {
			case err != nil:
				r.fail(e.at, 0, fmt.Sprintf("%q is not a number of tokens", text), "")
			case tokens > 1:
				r.fail(e.at, 0, fmt.Sprintf("place %q has %d tokens: the net is not 1-safe", p.Name, tokens), oneSafe)
			default:
				p.Marked = tokens == 1
			}
		}
		r.places[id] = len(r.net.Places)
		r.net.Places = append(r.net.Places, p)
	case "transition":
		id, ok := r.fresh(e)
		if !ok {
			return
		}
		t := tpn.Transition{Name: r.nameOf(e, 1), Hi: model.Never}
		r.transitionDelay(e, &t)
		if own := e.own(); own.child("rank") != nil {
			var err error
			if t.Rank, err = strconv.Atoi(own.child("rank").attrs["value"]); err != nil {
				r.fail(e.at, 0, "the rank is not a number", "")
			}
		}
		r.transitions[id] = len(r.net.Transitions)
		r.net.Transitions = append(r.net.Transitions, t)
	}
}

// transitionDelay reads the interval of a transition: that of TINA, or Adagio's own. A
// transition without one may wait as long as it likes.
func (r *pnmlReader) transitionDelay(e *element, t *tpn.Transition) {
	if d := e.child("delay"); d != nil {
		interval := d.child("interval")
		if interval == nil {
			r.fail(d.at, 0, "the delay has no interval", "")
			return
		}
		var ends []string
		for _, c := range interval.children {
			if c.name == "cn" || c.name == "ci" {
				ends = append(ends, strings.TrimSpace(c.text))
			}
		}
		if len(ends) != 2 {
			r.fail(interval.at, 0, fmt.Sprintf("the interval has %d ends", len(ends)), "it has two cn, or a cn and a ci")
			return
		}
		var ok bool
		if t.Lo, ok = scaled(ends[0], r.net.Unit); !ok {
			r.fail(interval.at, 0, fmt.Sprintf("%q is not the beginning of an interval", ends[0]), "")
			return
		}
		if !slices.Contains([]string{"infty", "inf", "w"}, ends[1]) {
			if t.Hi, ok = scaled(ends[1], r.net.Unit); !ok {
				r.fail(interval.at, 0, fmt.Sprintf("%q is not the end of an interval", ends[1]), "")
				return
			}
		}
		if c := interval.attrs["closure"]; strings.HasPrefix(c, "open") || t.Hi != model.Never && strings.HasSuffix(c, "open") {
			r.warn(interval.at, "the interval is open, and taken as closed", openInterval)
		}
		if t.Lo > t.Hi {
			r.fail(interval.at, 0, "the interval is empty", "")
		}
		return
	}
	if own := e.own(); own.child("delay") != nil {
		d := own.child("delay")
		lo, err := strconv.ParseInt(d.attrs["least"], 10, 64)
		hi, err2 := int64(model.Never), error(nil)
		if d.attrs["greatest"] != "inf" {
			hi, err2 = strconv.ParseInt(d.attrs["greatest"], 10, 64)
		}
		if err != nil || err2 != nil || lo < 0 || lo > hi || d.attrs["unit"] != "ns" || hi != int64(model.Never) && hi > int64(model.Never)/1000 {
			r.fail(d.at, 0, "the delay is not an interval in nanoseconds", "")
			return
		}
		t.Lo, t.Hi = time.Duration(lo), time.Duration(hi)
	}
}

// arc reads an arc.
func (r *pnmlReader) arc(e *element) {
	if e.name != "arc" {
		return
	}
	p, in := r.places[e.attrs["source"]]
	t, to := r.transitions[e.attrs["target"]]
	if !in || !to {
		in = false
		p, to = r.places[e.attrs["target"]]
		var from bool
		if t, from = r.transitions[e.attrs["source"]]; !from || !to {
			r.fail(e.at, 0, fmt.Sprintf("the arc from %q to %q does not join a place and a transition", e.attrs["source"], e.attrs["target"]), "")
			return
		}
	}
	x, name := &r.net.Transitions[t], r.net.Places[p].Name
	if text, ok := e.label("inscription"); ok && strings.TrimSpace(text) != "1" {
		r.fail(e.at, 0, fmt.Sprintf("the arc with place %q has the weight %s: the net is not 1-safe", name, strings.TrimSpace(text)), oneSafe)
		return
	}
	read := false
	if kind := e.child("type"); kind != nil {
		switch value := kind.attrs["value"]; {
		case value == "normal":
		case (value == "test" || value == "read") && in:
			read = true
		default:
			r.fail(e.at, 0, fmt.Sprintf("an arc of the kind %q cannot be read", value), "only normal and read arcs are analysed")
			return
		}
	}
	if own := e.own(); own.child("read") != nil {
		if !in {
			return // the other arc of the pair
		}
		read = true
	}
	list := &x.Out
	if in {
		list = &x.In
	}
	if read {
		list = &x.Read
	}
	if slices.Contains(*list, p) || in && (slices.Contains(x.In, p) || slices.Contains(x.Read, p)) {
		r.fail(e.at, 0, fmt.Sprintf("a second arc between place %q and transition %q: the net is not 1-safe", name, x.Name), oneSafe)
		return
	}
	*list = append(*list, p)
}
