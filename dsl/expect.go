package dsl

import (
	"cmp"
	"slices"
	"strconv"
	"sync"
	"unicode/utf8"

	"adagio/dsl/model"
	"adagio/network"

	"github.com/alecthomas/participle/v2/ebnf"
	"github.com/alecthomas/participle/v2/lexer"
)

// Sort is a sort of names, as the grammar calls it.
type Sort string

// The sorts of names that are declared somewhere.
const (
	PlaceName      Sort = "placeName"
	BoundName      Sort = "boundName" // a place, a group or a transition
	TypeName       Sort = "typeName"
	PortName       Sort = "portName"
	AssemblyName   Sort = "assemblyName"
	PlanName       Sort = "planName"
	BehaviorName   Sort = "behaviorName"
	FactorName     Sort = "factorName"
	TransitionName Sort = "transitionName"
	VariableName   Sort = "variableName" // a parameter, a constant or a loop variable
	NodeRef        Sort = "NodeRef"
	ComponentRef   Sort = "ComponentRef"
	TimedRef       Sort = "TimedRef" // a component type or a component
	HostRef        Sort = "HostRef"
	BrokerRef      Sort = "BrokerRef"  // the host of a broker
	MemberRef      Sort = "MemberRef"  // a host, a router or a zone
	GatewayRef     Sort = "GatewayRef" // a host or a router
	LinkRef        Sort = "LinkRef"
	SubjectRef     Sort = "SubjectRef" // a component or a node
)

var sorts = []Sort{
	PlaceName, BoundName, TypeName, PortName, AssemblyName, PlanName, BehaviorName, TransitionName, FactorName, VariableName,
	NodeRef, ComponentRef, TimedRef, HostRef, BrokerRef, MemberRef, GatewayRef, LinkRef, SubjectRef,
}

// enumerations are the sorts of names of which the language has a list.
var enumerations = map[string]func() []string{
	"semanticsName": func() []string { return []string{model.Ballet.String(), model.ConcertoD.String()} },
	"executorName":  Executors,
	"settingName":   func() []string { return sortedKeys(delaySettings(&model.Profile{})) },
	"factsName":     func() []string { return sortedKeys(factsKinds) },
	"onOffName":     func() []string { return sortedKeys(switches) },
	"switchWord":    func() []string { return sortedKeys(switches) },
	"stateName":     func() []string { return sortedKeys(powerStates(&model.Power{})) },
	"propertyName": func() []string {
		return []string{"cores", "speed", "wattage_off", "wattage_per_state", "wattage_sending"}
	},
	"flowName":    func() []string { return sortedKeys(flowConstants(&network.Model{})) },
	"routingName": func() []string { return sortedKeys(routingWords) },
	"sharingName": func() []string { return sortedKeys(sharingWords) },
	"familyName":  func() []string { return sortedKeys(families) },
	"allWord":     func() []string { return []string{"all"} },
}

// Words lists all words of the language, in alphabetical order: those of the
// grammar, and those that it takes names for. Those of changes (ParseChange) are in no
// file.
func Words() []string {
	words := map[string]bool{}
	var collect func(e *ebnf.Expression)
	collect = func(e *ebnf.Expression) {
		for _, s := range e.Alternatives {
			for _, t := range s.Terms {
				if t.Group != nil {
					collect(t.Group.Expr)
				} else if text := literal(t); text != "" && isWord(text) {
					words[text] = true
				}
			}
		}
	}
	for name, e := range rules() {
		if name != "Grammar" && name != "Change" && name != "Selector" {
			collect(e)
		}
	}
	for _, list := range enumerations {
		for _, w := range list() {
			words[w] = true
		}
	}
	for _, rule := range model.AllRules {
		words[rule.Name] = true
	}
	return sortedKeys(words)
}

func isWord(text string) bool { return wordEnd(text) > 0 }

// rules are the productions of the grammar by their names.
var rules = sync.OnceValue(func() map[string]*ebnf.Expression {
	grammar, err := ebnf.ParseString(productions().String())
	if err != nil {
		panic(err) // it is what participle writes
	}
	byName := map[string]*ebnf.Expression{}
	for _, p := range grammar.Productions {
		byName[p.Production] = p.Expression
	}
	return byName
})

// extent is a block of a file: the token of its closing brace, and what may stand
// before it.
type extent struct {
	close int
	block interface {
		heads() map[string]string
	}
}

// heads maps the words that begin a statement of the block to its production; that
// of a statement that begins with a name has the key "".
func (b *block[P]) heads() map[string]string {
	heads := map[string]string{}
	for w, s := range b.words {
		heads[w] = s.production
	}
	if b.other != nil {
		heads[""] = b.other.production
	}
	return heads
}

// Expected is what the grammar has for a position of a file.
type Expected struct {
	Words []string // in alphabetical order
	Names []Sort
	// Before are the words and signs of the statement that stand before the
	// position.
	Before []string
}

// maxStatement is the length of statements, in tokens, of which [File.Expect] looks
// at the end.
const maxStatement = 500

// Expect says what may stand at a position, instead of the word that it touches.
// It knows nothing in comments, in quoted names, and in what could not be read.
func (f *File) Expect(at model.Pos) Expected {
	i := f.tokenFrom(at)
	if i > 0 {
		switch t := f.tokens[i-1]; {
		case t.Pos.Line != at.Line:
		case t.Type == comment:
			return Expected{}
		case t.Pos.Column+utf8.RuneCountInString(t.Value) > at.Column && t.Type != word, t.Type == quoted && t.Pos.Column+utf8.RuneCountInString(t.Value) >= at.Column:
			return Expected{}
		case t.Pos.Column+utf8.RuneCountInString(t.Value) >= at.Column && t.Type == word:
			i-- // it is being written
		}
	}
	heads, from, ok := f.statement(i)
	if !ok || i-from > maxStatement {
		return Expected{}
	}
	var before []lexer.Token
	for _, t := range f.tokens[from:i] {
		if t.Type != comment && t.Type != blank {
			before = append(before, t)
		}
	}
	m := &matcher{tokens: before, words: map[string]bool{}}
	m.statement(heads)
	out := Expected{Words: sortedKeys(m.words), Names: m.names}
	for _, t := range before {
		out.Before = append(out.Before, t.Value)
	}
	return out
}

// tokenFrom is the first token that begins at or after a position.
func (f *File) tokenFrom(at model.Pos) int {
	i, _ := slices.BinarySearchFunc(f.tokens, at, func(t lexer.Token, at model.Pos) int {
		return cmp.Or(cmp.Compare(t.Pos.Line, at.Line), cmp.Compare(t.Pos.Column, at.Column))
	})
	return i
}

// statement finds the begin of the statement that the token with the given index
// is a part of, and what statements there are in its block. It is not ok in a block
// that could not be read.
func (f *File) statement(i int) (heads map[string]string, from int, ok bool) {
	heads = fileBlock.heads()
	least := -1
	for open, b := range f.blocks {
		if open < i && i <= b.close && open > least {
			heads, least = b.block.heads(), open
		}
	}
	from = -1
	depth := 0
	for j := i; j > least+1; j-- {
		switch t := f.tokens[j-1]; {
		case is(t, "{"):
			depth--
		case is(t, "}"):
			depth++
		case t.Type != newline:
			continue
		}
		if depth < 0 {
			return nil, 0, false
		}
		if from < 0 {
			from = j
		}
	}
	if from < 0 {
		from = least + 1
	}
	return heads, from, true
}

// matcher follows all ways through the grammar that the tokens of a statement take
// at once, and notes what could come next.
type matcher struct {
	tokens []lexer.Token
	words  map[string]bool
	names  []Sort
}

func (m *matcher) statement(heads map[string]string) {
	if len(m.tokens) == 0 {
		for w := range heads {
			if w != "" {
				m.words[w] = true
			}
		}
	} else if p := heads[m.tokens[0].Value]; p != "" && m.tokens[0].Type == word {
		m.expression(rules()[p], []int{0})
		if p != "For" && p != "If" {
			return
		}
	}
	if p := heads[""]; p != "" {
		m.expression(rules()[p], []int{0})
	}
}

// expression returns the tokens that can come after an expression that begins at
// one of the given tokens.
func (m *matcher) expression(e *ebnf.Expression, at []int) (after []int) {
	for _, s := range e.Alternatives {
		ends := at
		for _, t := range s.Terms {
			ends = m.term(t, ends)
		}
		after = join(after, ends)
	}
	return after
}

func (m *matcher) term(t *ebnf.Term, at []int) []int {
	if len(at) == 0 || t.Group != nil && t.Group.Lookahead != ebnf.LookaheadAssertionNone {
		return at
	}
	after := m.once(t, at)
	if t.Repetition == "*" || t.Repetition == "+" {
		for more := after; ; {
			more = m.once(t, more)
			longer := join(after, more)
			if len(longer) == len(after) {
				break
			}
			after = longer
		}
	}
	if t.Repetition == "*" || t.Repetition == "?" {
		after = join(at, after)
	}
	return after
}

func (m *matcher) once(t *ebnf.Term, at []int) (after []int) {
	switch text := literal(t); {
	case len(at) == 0:
		return nil
	case t.Group != nil:
		return m.expression(t.Group.Expr, at)
	case text != "":
		if at[len(at)-1] == len(m.tokens) && isWord(text) {
			m.words[text] = true
		}
		return m.consume(at, func(t lexer.Token, _ int) int {
			if t.Value == text && (t.Type == word || t.Type == symbol) {
				return 1
			}
			return 0
		})
	}
	if at[len(at)-1] == len(m.tokens) {
		if list := enumerations[t.Name]; list != nil {
			for _, w := range list() {
				m.words[w] = true
			}
		}
		if sort := Sort(t.Name); slices.Contains(sorts, sort) {
			if !slices.Contains(m.names, sort) {
				m.names = append(m.names, sort)
			}
			at = at[:len(at)-1]
		}
	}
	if e := rules()[t.Name]; e != nil {
		return m.expression(e, at)
	}
	return m.consume(at, func(next lexer.Token, i int) int { return m.leaf(t.Name, next, i) })
}

// leaf is the number of tokens that a name or number of the given sort takes.
func (m *matcher) leaf(name string, t lexer.Token, i int) int {
	switch name {
	case "integer", "plainNumber", "messageSize", "power", "bandwidth", "linkLatency":
		return one(t.Type == number)
	case "Quantity":
		if is(t, "-") && i+1 < len(m.tokens) && m.tokens[i+1].Type == number {
			return 2
		}
		return one(t.Type == number)
	case "filePath":
		return one(t.Type == quoted)
	case "familyName":
		return one(families[t.Value] != 0)
	case "allWord":
		return one(t.Value == "all")
	case "switchWord":
		return one(t.Value == "on" || t.Value == "off")
	case "propertyValue":
		return one(t.Type == number || t.Type == word || t.Type == quoted)
	case "variableName", "stateName", "sharingName":
		return one(t.Type == word)
	}
	return one(t.Type == word || t.Type == quoted)
}

func one(ok bool) int {
	if ok {
		return 1
	}
	return 0
}

// consume moves over a token, or several, wherever they fit.
func (m *matcher) consume(at []int, fit func(t lexer.Token, i int) int) (after []int) {
	for _, i := range at {
		if i < len(m.tokens) {
			if n := fit(m.tokens[i], i); n > 0 {
				after = join(after, []int{i + n})
			}
		}
	}
	return after
}

// join merges sorted lists without repetitions.
func join(a, b []int) []int {
	out := append(slices.Clone(a), b...)
	slices.Sort(out)
	return slices.Compact(out)
}

// literal is the word or sign of the grammar that a term is, or "".
func literal(t *ebnf.Term) string {
	text, err := strconv.Unquote(t.Literal)
	if err != nil {
		return t.Literal
	}
	return text
}

// Extent is where the statement that a position is in ends, its block included.
func (f *File) Extent(at model.Pos) model.Pos {
	i := f.tokenFrom(at)
	for ; i < len(f.tokens)-1; i++ {
		t := f.tokens[i]
		if is(t, "{") {
			if b, ok := f.blocks[i]; ok {
				t = f.tokens[b.close]
			}
		} else if t.Type != newline && !is(t, "}") {
			continue
		}
		column := t.Pos.Column
		if is(t, "}") && !is(f.tokens[i], "}") {
			column++
		}
		return model.Pos{File: f.Name, Line: t.Pos.Line, Column: column}
	}
	t := f.tokens[len(f.tokens)-1]
	return model.Pos{File: f.Name, Line: t.Pos.Line, Column: t.Pos.Column}
}
