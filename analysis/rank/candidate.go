package rank

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"

	"adagio/analysis/whatif"
	"adagio/dsl"
	"adagio/dsl/model"
	"adagio/petri/compile"
)

// Candidate is a plan as a planner writes it, one JSON document:
//
//	{"name": "a", "programs": {"nova[0]": ["push nova[0] interrupt", "wait keystone[0] holding", …]}}
//	{"name": "b", "what_if": ["remove wait nova keystone"]}
//	{"name": "c", "plan": "deploy"}
//
// A node without a program keeps that of the model's plan. An instruction is
// written as in the language, or as a list of its words, ["wait", "keystone0",
// true], true being "holding". Components and nodes may be named without the
// brackets of their index.
type Candidate struct {
	// Schema is the version of the request, [RequestSchema]; a request without one is of
	// that version.
	Schema   string                       `json:"schema,omitempty"`
	Name     string                       `json:"name,omitempty"`
	Plan     string                       `json:"plan,omitempty"`
	Programs map[string][]json.RawMessage `json:"programs,omitempty"`
	WhatIf   []string                     `json:"what_if,omitempty"`
}

// RequestSchema is the version of the requests that can be read.
const RequestSchema = "adagio/request/1"

// RequestError says why a candidate cannot be read, in a word and in words.
type RequestError struct{ Code, Text string }

func (e *RequestError) Error() string { return e.Text }

func unreadable(format string, args ...any) error {
	return &RequestError{"unreadable", fmt.Sprintf("this is not a candidate: "+format, args...)}
}

// Base is the model that candidates change. It is read once.
type Base struct {
	// Load resolves a plan of the model, with other values of parameters; "" is the
	// one that is taken if a candidate names none.
	Load func(plan string, set map[string]int) (*model.Scenario, error)
	// Strict has the bounds of all plans cover hazards, too.
	Strict bool

	mu       sync.Mutex
	plans    map[planKey]*basePlan
	answered answers
	cache    compile.Cache
	reuse    sync.Once // sets up cache
}

// planKey names a plan, and the parameters that differ from those of the model.
type planKey struct{ plan, set string }

// basePlan is a resolved plan with its names.
type basePlan struct {
	s *model.Scenario
	*dsl.Elements
	err error

	mu   sync.Mutex
	read map[string][]model.Instruction // what texts of instructions say
}

// ParseCandidate reads a candidate; unknown fields are mistakes.
func ParseCandidate(document []byte) (Candidate, error) {
	var c Candidate
	if document = bytes.TrimSpace(document); !bytes.HasPrefix(document, []byte("{")) {
		return c, unreadable("write an object, such as {\"name\": \"a\", \"what_if\": [\"poll = 1s\"]}")
	}
	d := json.NewDecoder(bytes.NewReader(document))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return c, unreadable("%s", inWords(err))
	}
	if _, err := d.Token(); err != io.EOF {
		return c, unreadable("there is something after the end of the document")
	}
	if name := repeated(document); name != "" {
		return c, unreadable("the field %q is there twice in one object", name)
	}
	if c.Schema != "" && c.Schema != RequestSchema {
		return c, &RequestError{"schema", fmt.Sprintf("the request has the schema %q; this program reads %q", c.Schema, RequestSchema)}
	}
	return c, nil
}

// repeated is a name that an object of a valid document has twice, or "".
func repeated(document []byte) string {
	type object struct {
		names map[string]bool // nil in a list
		value bool            // the next token is a value
	}
	var open []object
	d := json.NewDecoder(bytes.NewReader(document))
	for {
		token, err := d.Token()
		if err != nil {
			return ""
		}
		if token == json.Delim('}') || token == json.Delim(']') {
			open = open[:len(open)-1]
			continue
		}
		if n := len(open) - 1; n >= 0 && open[n].names != nil {
			if name, ok := token.(string); ok && !open[n].value {
				if open[n].names[name] {
					return name
				}
				open[n].names[name], open[n].value = true, true
				continue
			}
			open[n].value = false
		}
		switch token {
		case json.Delim('{'):
			open = append(open, object{names: map[string]bool{}})
		case json.Delim('['):
			open = append(open, object{})
		}
	}
}

// inWords says what package json finds wrong with a candidate.
func inWords(err error) string {
	if t, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		kind := map[reflect.Kind]string{reflect.String: "a text", reflect.Slice: "a list", reflect.Map: "an object"}[t.Type.Kind()]
		return fmt.Sprintf("%s must be %s, not %s", t.Field, kind, t.Value)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return "the document is cut off"
	}
	text := strings.TrimPrefix(err.Error(), "json: ")
	if strings.HasPrefix(text, "unknown field") {
		text += "; there are schema, name, plan, programs and what_if"
	}
	return text
}

// Scenario is the model with a candidate's programs.
func (b *Base) Scenario(c Candidate) (*model.Scenario, error) {
	var changes []whatif.Change
	for _, text := range c.WhatIf {
		change, err := whatif.Parse(text)
		if err != nil {
			return nil, err
		}
		changes = append(changes, change)
	}
	set, changes := whatif.Parameters(changes)
	p := b.plan(c.Plan, set)
	if p.err != nil {
		return nil, p.err
	}
	s := *p.s
	s.Nodes = slices.Clone(p.s.Nodes)
	given := make([]bool, len(s.Nodes))
	for _, name := range slices.Sorted(maps.Keys(c.Programs)) {
		n, err := p.Node(name)
		if err != nil {
			return nil, err
		}
		if given[n] {
			return nil, fmt.Errorf("node %s has two programs", name)
		}
		given[n] = true
		s.Nodes[n].Program = nil
		for i, text := range c.Programs[name] {
			list, err := p.instruction(text)
			if err != nil {
				return nil, fmt.Errorf("instruction %d of node %s: %w", i+1, name, err)
			}
			s.Nodes[n].Program = append(s.Nodes[n].Program, list...)
		}
		if err := kept(&s, n, p.s.Nodes[n].Program); err != nil {
			return nil, err
		}
	}
	if len(changes) > 0 {
		return whatif.Apply(&s, changes...)
	}
	var wrong []error // nothing else is new
	for n, given := range given {
		if given {
			wrong = append(wrong, s.ValidateProgram(n))
		}
	}
	return &s, errors.Join(append(wrong, whatif.Exist(&s))...)
}

// kept fails if the program of a node does not have what its plan keeps, in that order.
func kept(s *model.Scenario, n int, before []model.Instruction) error {
	rest := s.Nodes[n].Program
	for _, in := range before {
		if !in.Keep {
			continue
		}
		i := indexOf(&in, rest)
		if i < 0 {
			return fmt.Errorf("node %s: the plan keeps %q (%v), which the program does not have, or not in that order", s.Nodes[n].Name, s.Text(in), in.Pos)
		}
		rest = rest[i+1:]
	}
	return nil
}

// indexOf is where a program has an instruction like the given one for the first time, or -1.
func indexOf(in *model.Instruction, program []model.Instruction) int {
	for i := range program {
		if sameInstruction(in, &program[i]) {
			return i
		}
	}
	return -1
}

// plan resolves a plan of the model once.
func (b *Base) plan(name string, set map[string]int) *basePlan {
	key := planKey{name, fmt.Sprint(set)} // which is sorted
	b.mu.Lock()
	defer b.mu.Unlock()
	if p, ok := b.plans[key]; ok {
		return p
	}
	p := &basePlan{}
	if p.s, p.err = b.Load(key.plan, set); p.err == nil {
		p.Elements = dsl.NewElements(p.s)
	}
	if b.plans == nil {
		b.plans = map[planKey]*basePlan{}
	}
	b.plans[key] = p
	return p
}

// instruction reads an instruction; a push may name several behaviours.
func (p *basePlan) instruction(raw json.RawMessage) ([]model.Instruction, error) {
	var text string
	var list []any
	switch {
	case json.Unmarshal(raw, &text) == nil:
	case json.Unmarshal(raw, &list) == nil:
		var err error
		if text, err = inLanguage(list); err != nil {
			return nil, err
		}
	default:
		return nil, fmt.Errorf("an instruction is a text or a list of words, not %s", raw)
	}
	p.mu.Lock()
	out, known := p.read[text]
	p.mu.Unlock()
	if known {
		return out, nil
	}
	out, wrong := p.Instruction("instruction", text)
	if wrong != nil {
		d := wrong[0]
		if d.Detail != "" {
			d.Summary += " (" + d.Detail + ")"
		}
		return nil, fmt.Errorf("%q: at character %d: %s", text, d.Subject.Column, d.Summary)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.read == nil || len(p.read) == maxRead {
		p.read = map[string][]model.Instruction{}
	}
	p.read[text] = out
	return out, nil
}

// maxRead is how many texts of instructions are remembered.
const maxRead = 1 << 14

// inLanguage writes the words of an instruction as the language does.
func inLanguage(list []any) (string, error) {
	var b strings.Builder
	for i, w := range list {
		switch w := w.(type) {
		case string:
			switch {
			case i > 2 && list[0] == "push":
				b.WriteString(", ")
			case i > 0:
				b.WriteString(" ")
			}
			if i > 0 && list[0] != "connect" && list[0] != "disconnect" && list[0] != "pause" && w != "all" && w != "holding" {
				w = model.Reference(w)
			}
			b.WriteString(w)
		case bool:
			if w {
				b.WriteString(" holding")
			}
		default:
			return "", fmt.Errorf("%v is not a word of an instruction", w)
		}
	}
	return b.String(), nil
}
