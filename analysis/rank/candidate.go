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
	"adagio/dsl/diag"
	"adagio/dsl/model"
	"adagio/petri"
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
	Name     string                       `json:"name"`
	Plan     string                       `json:"plan"`
	Programs map[string][]json.RawMessage `json:"programs"`
	WhatIf   []string                     `json:"what_if"`
}

// Base is the model that candidates change. It is read once.
type Base struct {
	// Load resolves a plan of the model; "" is the one that is taken if a
	// candidate names none.
	Load func(plan string) (*model.Scenario, error)

	mu    sync.Mutex
	plans map[string]*basePlan
	lives petri.Lives
}

// basePlan is a resolved plan with its names.
type basePlan struct {
	s                 *model.Scenario
	nodes, components map[string]int // by name, with and without brackets
	links             map[[2]string]int
	names             []string
	err               error
}

// ParseCandidate reads a candidate; unknown fields are mistakes.
func ParseCandidate(document []byte) (Candidate, error) {
	var c Candidate
	if document = bytes.TrimSpace(document); !bytes.HasPrefix(document, []byte("{")) {
		return c, errors.New("this is no candidate: write an object, such as {\"name\": \"a\", \"what_if\": [\"poll = 1s\"]}")
	}
	d := json.NewDecoder(bytes.NewReader(document))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return c, fmt.Errorf("this is no candidate: %s", inWords(err))
	}
	if _, err := d.Token(); err != io.EOF {
		return c, errors.New("this is no candidate: there is something after the end of the document")
	}
	return c, nil
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
		text += "; there are name, plan, programs and what_if"
	}
	return text
}

// Scenario is the model with a candidate's programs.
func (b *Base) Scenario(c Candidate) (*model.Scenario, error) {
	p := b.plan(c.Plan)
	if p.err != nil {
		return nil, p.err
	}
	s := *p.s
	s.Nodes = slices.Clone(p.s.Nodes)
	given := map[int]bool{}
	for _, name := range slices.Sorted(maps.Keys(c.Programs)) {
		n, ok := p.nodes[name]
		switch {
		case !ok:
			return nil, p.unknown("node", name)
		case n == ambiguous:
			return nil, unclear("node", name, p.nodeNames())
		case given[n]:
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
	}
	var changes []whatif.Change
	for _, text := range c.WhatIf {
		change, err := whatif.Parse(text)
		if err != nil {
			return nil, err
		}
		changes = append(changes, change)
	}
	return whatif.Apply(&s, changes...)
}

// plan resolves a plan of the model once.
func (b *Base) plan(name string) *basePlan {
	b.mu.Lock()
	defer b.mu.Unlock()
	if p, ok := b.plans[name]; ok {
		return p
	}
	p := &basePlan{nodes: map[string]int{}, components: map[string]int{}, links: map[[2]string]int{}}
	if p.s, p.err = b.Load(name); p.err == nil {
		p.index()
	}
	if b.plans == nil {
		b.plans = map[string]*basePlan{}
	}
	b.plans[name] = p
	return p
}

// flat is a name without the brackets of its index.
func flat(name string) string { return strings.NewReplacer("[", "", "]", "").Replace(name) }

func (p *basePlan) index() {
	for i, n := range p.s.Nodes {
		put(p.nodes, flat(n.Name), i)
	}
	for i, c := range p.s.Components {
		put(p.components, flat(c.Name), i)
	}
	for name := range p.nodes {
		p.names = append(p.names, name)
	}
	for name := range p.components {
		p.names = append(p.names, name)
	}
	slices.Sort(p.names)
	for i, n := range p.s.Nodes { // whole names go first
		p.nodes[n.Name] = i
	}
	for i, c := range p.s.Components {
		p.components[c.Name] = i
	}
	for i, l := range p.s.Links {
		provider, user := p.s.PortName(l.Provider, l.ProvidePort), p.s.PortName(l.User, l.UsePort)
		put(p.links, [2]string{flat(provider), flat(user)}, i)
	}
	for i, l := range p.s.Links {
		p.links[[2]string{p.s.PortName(l.Provider, l.ProvidePort), p.s.PortName(l.User, l.UsePort)}] = i
	}
}

// ambiguous stands for several elements that have one name without brackets: a1[2]
// and a[12].
const ambiguous = -1

func put[K comparable](index map[K]int, name K, i int) {
	if _, taken := index[name]; taken {
		i = ambiguous
	}
	index[name] = i
}

// unclear says that a name without brackets means several elements, those of a list.
func unclear(what, name string, elements []string) error {
	var means []string
	for _, e := range elements {
		if flat(e) == flat(name) {
			means = append(means, e)
		}
	}
	return fmt.Errorf("%s names several %ss: %s", name, what, strings.Join(means, ", "))
}

func (p *basePlan) nodeNames() (out []string) {
	for _, n := range p.s.Nodes {
		out = append(out, n.Name)
	}
	return out
}

func (p *basePlan) componentNames() (out []string) {
	for _, c := range p.s.Components {
		out = append(out, c.Name)
	}
	return out
}

func (p *basePlan) linkNames() (out []string) {
	for _, l := range p.s.Links {
		out = append(out, p.s.PortName(l.Provider, l.ProvidePort)+" -> "+p.s.PortName(l.User, l.UsePort))
	}
	return out
}

func (p *basePlan) unknown(what, name string) error {
	if near := diag.Nearest(name, p.names); near != "" {
		return fmt.Errorf("there is no %s %s; did you mean %s?", what, name, near)
	}
	return fmt.Errorf("there is no %s %s", what, name)
}

// instruction reads an instruction; a push may name several behaviours.
func (p *basePlan) instruction(raw json.RawMessage) ([]model.Instruction, error) {
	var words []string
	var text string
	var list []any
	switch {
	case json.Unmarshal(raw, &text) == nil:
		words = strings.Fields(strings.ReplaceAll(text, ",", " "))
	case json.Unmarshal(raw, &list) == nil:
		for _, w := range list {
			switch w := w.(type) {
			case string:
				words = append(words, w)
			case bool:
				if w {
					words = append(words, "holding")
				}
			default:
				return nil, fmt.Errorf("%v is no word of an instruction", w)
			}
		}
	default:
		return nil, fmt.Errorf("an instruction is a text or a list of words, not %s", raw)
	}
	if len(words) == 0 {
		return nil, fmt.Errorf("it is empty")
	}
	return p.read(words)
}

func (p *basePlan) read(words []string) ([]model.Instruction, error) {
	text := strings.Join(words, " ")
	switch {
	case text == "wait all":
		return []model.Instruction{{Op: model.WaitAll, Behaviour: -1}}, nil
	case words[0] == "pause" && len(words) > 1:
		d, err := whatif.ParseDelay(strings.Join(words[1:], " "))
		return []model.Instruction{{Op: model.Pause, Duration: d}}, err
	case words[0] == "connect" || words[0] == "disconnect":
		return p.readLink(words)
	}
	ops := map[string]model.Op{"add": model.Add, "delete": model.Delete, "push": model.Push, "wait": model.Wait}
	op, ok := ops[words[0]]
	if !ok || len(words) < 2 {
		return nil, fmt.Errorf("%q is no instruction", text)
	}
	c, ok := p.components[words[1]]
	if !ok {
		return nil, p.unknown("component", words[1])
	}
	if c == ambiguous {
		return nil, unclear("component", words[1], p.componentNames())
	}
	in := model.Instruction{Op: op, Component: c, Behaviour: -1}
	rest := words[2:]
	switch op {
	case model.Push:
		return p.pushes(in, rest)
	case model.Wait:
		if n := len(rest); n > 0 && rest[n-1] == "holding" {
			in.Holding, rest = true, rest[:n-1]
		}
		if len(rest) == 1 {
			b, err := p.behaviour(c, rest[0])
			if err != nil {
				return nil, err
			}
			in.Behaviour, rest = b, nil
		}
	}
	if len(rest) > 0 {
		return nil, fmt.Errorf("%q is no instruction", text)
	}
	return []model.Instruction{in}, nil
}

func (p *basePlan) pushes(in model.Instruction, behaviours []string) ([]model.Instruction, error) {
	if len(behaviours) == 0 {
		return nil, fmt.Errorf("push needs a behavior")
	}
	var out []model.Instruction
	for _, name := range behaviours {
		b, err := p.behaviour(in.Component, name)
		if err != nil {
			return nil, err
		}
		in.Behaviour = b
		out = append(out, in)
	}
	return out, nil
}

func (p *basePlan) behaviour(component int, name string) (int, error) {
	var known []string
	t := p.s.TypeOf(component)
	for i, b := range t.Behaviours {
		if b.Name == name {
			return i, nil
		}
		known = append(known, b.Name)
	}
	return 0, fmt.Errorf("component type %s has no behavior %s: it has %s", t.Name, name, strings.Join(known, ", "))
}

// readLink reads "connect PROVIDER.PORT -> USER.PORT".
func (p *basePlan) readLink(words []string) ([]model.Instruction, error) {
	op := model.Connect
	if words[0] == "disconnect" {
		op = model.Disconnect
	}
	if len(words) == 4 && words[2] == "->" {
		l, ok := p.links[[2]string{words[1], words[3]}]
		if !ok {
			l, ok = p.links[[2]string{flat(words[1]), flat(words[3])}]
		}
		if l == ambiguous {
			return nil, unclear("connection", strings.Join(words[1:], " "), p.linkNames())
		}
		if ok {
			return []model.Instruction{{Op: op, Link: l, Behaviour: -1}}, nil
		}
	}
	return nil, fmt.Errorf("%q names no connection of the model: write %s PROVIDER.PORT -> USER.PORT", strings.Join(words, " "), words[0])
}
