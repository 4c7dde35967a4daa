package ballet

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"adagio/dsl/model"
)

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
