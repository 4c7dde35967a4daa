package ballet

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"adagio/dsl/diag"
	"adagio/dsl/model"

	"gopkg.in/yaml.v3"
)

// kind tells the kinds of value apart.
type kind uint8

const (
	nullKind kind = iota
	textKind
	numberKind
	boolKind
	arrayKind
	objectKind
)

func (k kind) String() string {
	return [...]string{"nothing", "a text", "a number", "true or false", "a list", "an object"}[k]
}

// value is a node of a JSON or YAML file. The keys of an object keep their order.
type value struct {
	kind  kind
	text  string // of a text, number or boolean
	items []member
	pos   model.Pos
	index map[string]*value // of a large object, made when it is first asked for
}

// member is an element of an array, or of an object with its key.
type member struct {
	key   string
	pos   model.Pos // of the key
	value *value
}

// get returns the member of an object with the given key, or nil.
func (v *value) get(key string) *value {
	const small = 16
	if v.kind != objectKind {
		return nil
	}
	if len(v.items) > small && v.index == nil {
		v.index = map[string]*value{}
		for _, m := range v.items {
			v.index[m.key] = m.value
		}
	}
	if v.index != nil {
		return v.index[key]
	}
	for _, m := range v.items {
		if m.key == key {
			return m.value
		}
	}
	return nil
}

// problems collects what is wrong with the inputs.
type problems struct{ list diag.List }

// HasErrors says whether something is wrong that leaves no result.
func (p *problems) HasErrors() bool { return p.list.HasErrors() }

func (p *problems) add(s diag.Severity, pos model.Pos, detail, format string, args ...any) {
	if len(p.list) >= maxProblems {
		return
	}
	p.list = append(p.list, diag.Diagnostic{Severity: s, Subject: pos, Detail: detail, Summary: fmt.Sprintf(format, args...)})
}

func (p *problems) errorf(pos model.Pos, detail, format string, args ...any) {
	p.add(diag.Error, pos, detail, format, args...)
}

// suggest is the "did you mean" for a name, for the first problems only: it is
// worth nothing among hundreds, and costs the most.
func (p *problems) suggest(name string, candidates []string) string {
	if len(p.list) >= maxProblems/10 {
		return ""
	}
	return diag.DidYouMean(name, candidates)
}

// want reports a value that is missing, of another kind, or a text without
// characters. It returns one that is safe to use in its place: itself if it is
// right, else an empty one. An empty text has thus been reported.
func (p *problems) want(v *value, k kind, pos model.Pos, what string) *value {
	switch {
	case v == nil:
		p.errorf(pos, "", "%s is missing", what)
	case v.kind != k:
		p.errorf(v.pos, "", "%s must be %s, not %s", what, k, v.kind)
	case k == textKind && v.text == "":
		p.errorf(v.pos, "", "%s must not be empty", what)
	default:
		return v
	}
	return &value{kind: k, pos: pos}
}

// texts reads an array of texts.
func (p *problems) texts(v *value, pos model.Pos, what string) []string {
	var out []string
	list := p.want(v, arrayKind, pos, what)
	if len(list.items) > maxElements {
		p.errorf(list.pos, "", "%s has more than %d names", what, maxElements)
		return nil
	}
	for _, m := range list.items {
		out = append(out, p.want(m.value, textKind, m.pos, "a name in "+what).text)
	}
	return out
}

// readJSON parses a JSON file, or reports why it cannot and returns nil.
func readJSON(p *problems, in Input) *value {
	d := json.NewDecoder(bytes.NewReader(in.Data))
	d.UseNumber()
	r := &jsonReader{in: in, d: d, line: 1}
	v, err := r.value(0)
	if err == nil {
		if _, end := d.Token(); end != io.EOF {
			err = errors.New("there is something after the end of the value")
		}
	}
	if err != nil {
		p.errorf(r.here(), "", "this is not JSON that can be read: %v", err)
		return nil
	}
	return v
}

// jsonReader follows a decoder through the text. Positions are asked for in
// ascending order, so that lines are counted once.
type jsonReader struct {
	in     Input
	d      *json.Decoder
	offset int // up to where lines have been counted
	line   int
	start  int // of the line
}

// here is the position of the next token.
func (r *jsonReader) here() model.Pos {
	at := min(int(r.d.InputOffset()), len(r.in.Data))
	for at < len(r.in.Data) && strings.IndexByte(" \t\r\n,:", r.in.Data[at]) >= 0 {
		at++
	}
	for ; r.offset < at; r.offset++ {
		if r.in.Data[r.offset] == '\n' {
			r.line, r.start = r.line+1, r.offset+1
		}
	}
	// A line may be long and hold everything: do not count its characters again
	// and again.
	column := at - r.start + 1
	if column < 1000 {
		column = utf8.RuneCount(r.in.Data[r.start:at]) + 1
	}
	return model.Pos{File: r.in.Path, Line: r.line, Column: column}
}

func (r *jsonReader) value(depth int) (*value, error) {
	if depth > maxDepth {
		return nil, errors.New("it is nested too deeply")
	}
	v := &value{pos: r.here()}
	token, err := r.d.Token()
	if err != nil {
		return nil, err
	}
	switch token := token.(type) {
	case string:
		v.kind, v.text = textKind, token
	case json.Number:
		v.kind, v.text = numberKind, token.String()
	case bool:
		v.kind, v.text = boolKind, strconv.FormatBool(token)
	case json.Delim:
		v.kind = arrayKind
		if token == '{' {
			v.kind = objectKind
		}
		err = r.members(v, depth)
	}
	return v, err
}

func (r *jsonReader) members(v *value, depth int) error {
	seen := map[string]bool{}
	for r.d.More() {
		m := member{pos: r.here()}
		if v.kind == objectKind {
			token, err := r.d.Token()
			if err != nil {
				return err
			}
			m.key, _ = token.(string)
			if seen[m.key] {
				return fmt.Errorf("the key %q is there twice", m.key)
			}
			seen[m.key] = true
		}
		var err error
		if m.value, err = r.value(depth + 1); err != nil {
			return err
		}
		v.items = append(v.items, m)
	}
	_, err := r.d.Token()
	return err
}

var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

// readYAML parses a YAML file of one document, or reports why it cannot and
// returns nil. Anchors and aliases are refused: Ballet's files have none, and
// their expansion has no bound.
func readYAML(p *problems, in Input) *value {
	var doc, more yaml.Node
	d := yaml.NewDecoder(bytes.NewReader(in.Data))
	if err := d.Decode(&doc); err != nil {
		pos := model.Pos{File: in.Path, Line: 1, Column: 1}
		if m := yamlLine.FindStringSubmatch(err.Error()); m != nil && m[1] != "" {
			pos.Line, _ = strconv.Atoi(m[1])
		}
		if err == io.EOF {
			err = errors.New("the file is empty")
		}
		p.errorf(pos, "", "this is not YAML that can be read: %s", yamlLine.ReplaceAllString(err.Error(), ""))
		return nil
	}
	if d.Decode(&more) != io.EOF {
		p.errorf(model.Pos{File: in.Path, Line: 1, Column: 1}, "", "the file must hold one document")
		return nil
	}
	return fromYAML(p, in.Path, &doc, 0)
}

func fromYAML(p *problems, path string, n *yaml.Node, depth int) *value {
	v := &value{pos: model.Pos{File: path, Line: max(n.Line, 1), Column: max(n.Column, 1)}}
	child := func(n *yaml.Node) *value { return fromYAML(p, path, n, depth+1) }
	switch {
	case depth > maxDepth:
		p.errorf(v.pos, "", "it is nested too deeply")
		return nil
	case n.Kind == yaml.DocumentNode:
		if len(n.Content) != 1 {
			p.errorf(v.pos, "", "the file must hold one value")
			return nil
		}
		return child(n.Content[0])
	case n.Kind == yaml.AliasNode:
		p.errorf(v.pos, "", "aliases are not read here: write the value out")
		return nil
	case n.Kind == yaml.ScalarNode:
		v.kind, v.text = textKind, n.Value
		switch n.ShortTag() {
		case "!!int", "!!float":
			v.kind = numberKind
		case "!!bool":
			v.kind = boolKind
		case "!!null":
			v.kind = nullKind
		}
		return v
	case n.Kind == yaml.SequenceNode:
		v.kind = arrayKind
		for _, c := range n.Content {
			item := child(c)
			if item == nil {
				return nil
			}
			v.items = append(v.items, member{pos: item.pos, value: item})
		}
		return v
	}
	v.kind = objectKind
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		m := member{key: key.Value, pos: model.Pos{File: path, Line: key.Line, Column: key.Column}}
		if key.Kind != yaml.ScalarNode || seen[m.key] {
			p.errorf(m.pos, "", "a key must be a text, and be there once")
			return nil
		}
		seen[m.key] = true
		if m.value = child(n.Content[i+1]); m.value == nil {
			return nil
		}
		v.items = append(v.items, m)
	}
	return v
}
