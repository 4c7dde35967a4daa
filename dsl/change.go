package dsl

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"adagio/dsl/diag"
	"adagio/dsl/model"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// Change is a change of a plan, as `--what-if` has it: `target = value`, `remove
// selector`, `move selector before selector`, or `add selector before selector`.
type Change struct {
	node
	Verb   string    `parser:"( (?! Word ( '.' | '[' | '=' ) ) @( 'remove' | 'move' | 'add' )"`
	First  *Selector `parser:"@@"`
	Place  string    `parser:"( @( 'before' | 'after' )"`
	Second *Selector `parser:"@@ )?"`
	Target *Target   `parser:"| @@"`
	Value  *Delay    `parser:"'=' @@ )"` // of a parameter, an integer
}

// Selector chooses instructions: the operation, the node, and what follows the
// operation, as far as it is given.
type Selector struct {
	node
	Op         operationName  `parser:"@@"`
	Node       Pattern        `parser:"@@"`
	Duration   *Delay         `parser:"( @@"`
	All        *allWord       `parser:"| @@"`
	Component  *Pattern       `parser:"| (?! 'before' | 'after') @@"` // of a connection, the provider
	Port       *portName      `parser:"( '.' @@"`
	User       *Pattern       `parser:"( '->' @@"`
	UserPort   *portName      `parser:"'.' @@ )? )?"`
	Behaviours []behaviorName `parser:"( (?! 'holding' | 'before' | 'after') @@ ( ',' @@ )* )?"`
	Holding    bool           `parser:"@'holding'? )?"`
	Nth        *ordinal       `parser:"@@?"` // among those of the node that fit; nil if it must be the only one
}

// Pattern is the name of an element, or of several: without an index, or with [*],
// it stands for all its instances.
type Pattern struct {
	node
	Name  anyName        `parser:"@@"`
	Index []PatternIndex `parser:"( '[' @@ ']' )*"`
}

// PatternIndex is an index of a pattern, or all of them.
type PatternIndex struct {
	Any   bool     `parser:"@'*'"`
	Value *integer `parser:"| @@"`
}

// Target is what a change gives another value: a transition, a setting or a
// parameter, the start of a node, or a pause.
type Target struct {
	node
	Of   string    `parser:"( (?! Word ( '.' | '[' | '=' ) ) @( 'start' | 'pause' )"`
	Node *Pattern  `parser:"@@"`
	Path []Pattern `parser:"| @@ ( '.' @@ )* )"`
	Nth  *ordinal  `parser:"@@?"`
}

// anyName is a name, which in quotes may have its indices with it.
type anyName struct{ Name }

// Parse reads a name.
func (n *anyName) Parse(lex *lexer.PeekingLexer) error {
	t := *lex.Peek()
	if text, err := strconv.Unquote(t.Value); t.Type == quoted && err == nil && strings.TrimSpace(text) != "" {
		lex.Next()
		n.Name = Name{text, spanOf(t)}
		return nil
	}
	return n.Name.Parse(lex)
}

// operations are the words that instructions begin with.
var operations = map[string]bool{"add": true, "delete": true, "push": true, "wait": true, "connect": true, "disconnect": true, "pause": true}

// operationName is the word that an instruction begins with.
type operationName struct{ Name }

// Parse reads an operation.
func (o *operationName) Parse(lex *lexer.PeekingLexer) error {
	t := lex.Peek()
	if t.Type != word {
		return participle.NextMatch
	}
	if !operations[t.Value] {
		return reject(lex, "there is no operation "+shorten(t.Value), cmp.Or(suggestion(t.Value, operations), "they are "+strings.Join(sortedKeys(operations), ", ")))
	}
	return o.Name.Parse(lex)
}

// ordinal is `#2`.
type ordinal struct{ N int }

// Parse reads an ordinal.
func (o *ordinal) Parse(lex *lexer.PeekingLexer) error {
	t := lex.Peek()
	if t.Type != symbol || !strings.HasPrefix(t.Value, "#") {
		return participle.NextMatch
	}
	n, err := strconv.Atoi(t.Value[1:])
	if err != nil || n < 1 {
		return reject(lex, shorten(t.Value)+" is not a number of an instruction", "the first is #1")
	}
	lex.Next()
	o.N = n
	return nil
}

// String is the name that the pattern has, if it names a single element.
func (p *Pattern) String() string {
	text := p.Name.Text
	for _, i := range p.Index {
		if i.Any {
			text += "[*]"
		} else {
			text += "[" + itoa(i.Value.Value) + "]"
		}
	}
	return text
}

// Matches says whether an element of that name is meant.
func (p *Pattern) Matches(name string) bool {
	text := p.String()
	family, _, _ := strings.Cut(name, "[")
	if text == name || strings.TrimSuffix(text, "[*]") == family {
		return true
	}
	if !strings.Contains(text, "[*]") || p.Name.Text != family {
		return false
	}
	indices := strings.Split(strings.TrimSuffix(name[len(family):], "]"), "]")
	return len(indices) == len(p.Index) && !slices.ContainsFunc(p.Index, func(i PatternIndex) bool {
		at := indices[0]
		indices = indices[1:]
		return !i.Any && at != "["+itoa(i.Value.Value)
	})
}

// fragment reads a text that is made of one production. Positions in it have the
// given name.
func fragment[S any](r *reader[S], name, text string) (*S, diag.List) {
	p, list := fragmentParser(name, text)
	if list != nil {
		return nil, list
	}
	s, ok := r.read(p)
	if ok && !p.lex.Peek().EOF() {
		p.expected("the end", r.form)
	}
	return s, p.errors
}

// fragmentParser is at the first token of a text.
func fragmentParser(name, text string) (*parser, diag.List) {
	f := &File{Name: name, canon: map[int]string{}, cells: map[int]bool{}}
	if list := checkText(name, []byte(text)); list != nil {
		return nil, list
	}
	s := newScanner(name, text)
	s.ordinals = true
	tokens, list := s.scan()
	for i := range tokens {
		if isLineEnd(tokens[i]) {
			tokens[i].Type = blank
		}
	}
	lex, err := lexer.Upgrade(&stream{tokens}, comment, blank)
	if err != nil {
		panic(err) // a stream has no errors
	}
	f.tokens = lex.Range(0, lexer.RawCursor(len(tokens)))
	return &parser{file: f, lex: lex, errors: list, broken: &f.broken}, nil
}

var (
	changeReader = newReader[Change]("", "write "+ChangeForm)
	targetReader = newReader[Target]("", "write "+ChangeForm)
	delayReader  = newReader[Delay]("", durationForm)
)

// ChangeForm says how a change is written, for messages and help.
const ChangeForm = `'TARGET = DELAY' with a target such as keystone.deploy, Nova.deploy.start, latency, poll or "start NODE", 'PARAMETER = INTEGER', 'remove wait NODE COMPONENT', 'move push NODE COMPONENT BEHAVIOR before wait NODE COMPONENT', or 'add wait NODE COMPONENT before push NODE COMPONENT'`

// ParseChange reads a change of a plan. Diagnostics have the given name for the file.
func ParseChange(name, text string) (*Change, diag.List) {
	c, list := fragment(changeReader, name, text)
	if list != nil {
		return nil, list
	}
	last := spanOf(c.Tokens[len(c.Tokens)-1])
	switch {
	case c.Verb == "move" && c.Second == nil:
		list = append(list, diag.Diagnostic{Summary: `move needs a "before" or an "after"`, Detail: "write " + ChangeForm, Subject: last.Pos, Length: last.Length})
	case c.Verb == "remove" && c.Second != nil:
		at := c.Second.Span()
		list = append(list, diag.Diagnostic{Summary: "what is removed has no place", Detail: "leave out what follows the instruction, or write move", Subject: at.Pos, Length: at.Length})
	}
	return c, list
}

// ParseTarget reads what a change gives another value.
func ParseTarget(name, text string) (*Target, diag.List) { return fragment(targetReader, name, text) }

// ParseDelay reads a duration: a constant, an interval or a distribution.
func ParseDelay(name, text string) (model.Delay, diag.List) {
	d, list := fragment(delayReader, name, text)
	if list != nil {
		return model.Delay{}, list
	}
	return d.Value()
}

// Value is what the delay says. The path of an empirical one is relative to the
// folder of the file that it stands in.
func (d *Delay) Value() (model.Delay, diag.List) {
	r := small()
	v := r.delay(d)
	return v.delay, r.errors
}

// small is a resolver for what needs no declarations.
func small() *resolver {
	return &resolver{seen: map[problem]bool{}, budget: capacity().statements, delays: map[*Delay]delayValue{}, samples: map[string]delayValue{}, extra: diag.Sources{}}
}

// Integer is the integer that stands in the place of a delay, as the value of a
// parameter does.
func (d *Delay) Integer() (int, bool) {
	if d.Lo == nil || d.Hi != nil || d.In != nil {
		return 0, false
	}
	n, err := strconv.Atoi(d.Lo.Text)
	if d.Lo.Negative {
		n = -n
	}
	return n, err == nil
}
