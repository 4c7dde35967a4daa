package dsl

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"adagio/dsl/model"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// grammar holds one production for each statement. They are never tried one
// after the other: the word that a statement begins with says which one it is.
type grammar struct {
	usual
	special
}

// usual are the productions of most models, which are built without the rest.
type usual struct {
	Semantics      *Semantics      `parser:"@@"`
	Component      *Component      `parser:"| @@"`
	Places         *Places         `parser:"| @@"`
	Initial        *Initial        `parser:"| @@"`
	Running        *Running        `parser:"| @@"`
	Group          *Group          `parser:"| @@"`
	Behaviour      *Behaviour      `parser:"| @@"`
	Transition     *Transition     `parser:"| @@"`
	Port           *Port           `parser:"| @@"`
	Assembly       *Assembly       `parser:"| @@"`
	Node           *Node           `parser:"| @@"`
	NodeStmt       *NodeStmt       `parser:"| @@"`
	Connect        *Connect        `parser:"| @@"`
	Neighbours     *Neighbours     `parser:"| @@"`
	For            *For            `parser:"| @@"`
	If             *If             `parser:"| @@"`
	Let            *Let            `parser:"| @@"`
	Plan           *Plan           `parser:"| @@"`
	From           *From           `parser:"| @@"`
	State          *State          `parser:"| @@"`
	PlanStmt       *PlanStmt       `parser:"| @@"`
	Add            *Add            `parser:"| @@"`
	Delete         *Delete         `parser:"| @@"`
	Link           *Link           `parser:"| @@"`
	Push           *Push           `parser:"| @@"`
	Wait           *Wait           `parser:"| @@"`
	Pause          *Pause          `parser:"| @@"`
	Limit          *Limit          `parser:"| @@"`
	Keep           *Keep           `parser:"| @@"`
	Timings        *Timings        `parser:"| @@"`
	TimingStmt     *TimingStmt     `parser:"| @@"`
	FactorDecl     *FactorDecl     `parser:"| @@"`
	Network        *Network        `parser:"| @@"`
	Executor       *Executor       `parser:"| @@"`
	RuleSetting    *RuleSetting    `parser:"| @@"`
	DelaySetting   *DelaySetting   `parser:"| @@"`
	StartSetting   *StartSetting   `parser:"| @@"`
	MessageSetting *MessageSetting `parser:"| @@"`
	FactsSetting   *FactsSetting   `parser:"| @@"`
	CountSetting   *CountSetting   `parser:"| @@"`
	HostSetting    *HostSetting    `parser:"| @@"`
	Latency        *Latency        `parser:"| @@"`
}

// special are those of platforms, nodes that sleep, properties and changes.
type special struct {
	Awake       *Awake       `parser:"| @@"`
	Boot        *Boot        `parser:"| @@"`
	PowerDecl   *PowerDecl   `parser:"| @@"`
	Import      *Import      `parser:"| @@"`
	Hosts       *Hosts       `parser:"| @@"`
	HostProp    *HostProp    `parser:"| @@"`
	Routers     *Routers     `parser:"| @@"`
	LinkDecl    *LinkDecl    `parser:"| @@"`
	RouteDecl   *RouteDecl   `parser:"| @@"`
	NodeOn      *NodeOn      `parser:"| @@"`
	FlowSetting *FlowSetting `parser:"| @@"`
	ZoneDecl    *ZoneDecl    `parser:"| @@"`
	Property    *Property    `parser:"| @@"`
	ClaimStmt   *ClaimStmt   `parser:"| @@"`
	Delay       *Delay       `parser:"| @@"`
	Change      *Change      `parser:"| @@"`
}

// usually and productions build the usual productions, and all of the grammar, when they
// are first needed. What a branch has read decides: one token of it is enough.
var (
	usually     = sync.OnceValue(build[usual])
	productions = sync.OnceValue(build[grammar])
)

func build[S any]() *participle.Parser[S] {
	return participle.MustBuild[S](participle.Lexer(definition{}), participle.UseLookahead(0))
}

// The sorts of names and references. Each reads like a [Name] or a [Ref]; they
// tell messages, and readers of the grammar, what is named.
type (
	semanticsName  struct{ Name }
	placeName      struct{ Name }
	boundName      struct{ Name }
	parameterName  struct{ Name }
	loopName       struct{ Name }
	typeName       struct{ Name }
	portName       struct{ Name }
	assemblyName   struct{ Name }
	planName       struct{ Name }
	behaviorName   struct{ Name }
	transitionName struct{ Name }
	executorName   struct{ Name }
	settingName    struct{ Name }
	factsName      struct{ Name }
	onOffName      struct{ Name }
	propertyName   struct{ Name }
	flowName       struct{ Name }
	routingName    struct{ Name }
	factorName     struct{ Name }

	variableName struct{ plainWord }
	stateName    struct{ plainWord }
	sharingName  struct{ plainWord }

	nodeRef      struct{ Ref }
	hostRef      struct{ Ref }
	componentRef struct{ Ref }
	timedRef     struct{ Ref }
	brokerRef    struct{ Ref }
	memberRef    struct{ Ref }
	gatewayRef   struct{ Ref }
	linkRef      struct{ Ref }
	subjectRef   struct{ ManyRef }

	messageSize struct{ amount }
	plainNumber struct{ amount }
	power       struct{ amount }
	bandwidth   struct{ amount }
)

// what says in a message what is expected where the grammar has a name or a
// production. NAME stands for what the statement declares.
var what = map[string]string{
	"Name": "a name for NAME", "Ref": "a name for NAME",
	"semanticsName": "ballet or concerto-d", "placeName": "a place", "boundName": "a place, a group or a transition",
	"parameterName": "a name for the parameter", "Parameter": "a name for the parameter", "loopName": "a loop variable",
	"typeName": "a component type", "portName": "a port", "assemblyName": "an assembly", "planName": "a plan",
	"behaviorName": "a behavior", "transitionName": "a transition", "executorName": "ballet, push, broker, ideal or a name",
	"settingName": "a setting of the executor", "factsName": "poll, push or broker", "onOffName": "on or off", "switchWord": "on or off",
	"stateName": "awake, computing, sleeping or sending", "PowerPart": "awake, computing, sleeping or sending",
	"propertyName": "a property of the host", "propertyValue": "a value", "sharingName": "shared, splitduplex or fatpipe",
	"flowName": "a constant of the flow model", "routingName": "full, floyd, dijkstra or star", "factorName": "a factor",
	"NodeRef": "a node", "HostRef": "a host", "ComponentRef": "a component", "PortRef": "a component", "Connection": "a component",
	"TimedRef": "a component type or a component", "BrokerRef": "the host of the broker", "MemberRef": "a host, router or zone",
	"RouteEnd": "a host, router or zone, or all", "GatewayRef": "a gateway", "LinkRef": "a link", "HopDecl": "a link",
	"messageSize": "a size", "plainNumber": "a number", "power": "a power", "bandwidth": "a bandwidth", "linkLatency": "a latency",
	"Expr": anExpr, "Term": anExpr, "Factor": anExpr, "Bounds": anExpr, "Condition": anExpr, "integer": "an integer", "variableName": "a name",
	"Delay": "a duration", "Interval": "a duration", "Quantity": "a duration", "familyName": "a distribution",
	"filePath": "the path of a file in quotes", "allWord": "all",
	"Selector": "an operation such as wait", "operationName": "an operation such as wait", "Pattern": "a name", "anyName": "a name", "PatternIndex": "an index or *",
	"ordinal": "a number such as #2", "Target": "what lasts: a transition, a setting, start or pause",
	"Claim": aClaim, "ClaimAll": aClaim, "ClaimTerm": aClaim, "LastingClaim": "always or never", "MeasureClaim": "downtime, outage, unserved, time or longest",
	"MomentClaim": "start of or end of", "Moment": "start of or end of", "Predicate": aState, "PredicateAll": aState, "PredicateTerm": aState, "Atom": aState, "Count": "count",
	"SubjectRef": "a component or a node", "ManyRef": "a component or a node", "ManyIndex": "an index or *",
	"Addend": "+ or -", "Scaler": "*, / or %",
}

// isNamed says whether a message expects a name of some sort, and isAmount whether
// it expects a number.
func isNamed(text string) bool {
	return strings.HasPrefix(text, "a name for ") || sort(text, "Name", "Ref")
}

func isAmount(text string) bool {
	return sort(text, "messageSize", "plainNumber", "power", "bandwidth")
}

func sort(text string, endings ...string) bool {
	for name, w := range what {
		for _, ending := range endings {
			if w == text && strings.HasSuffix(name, ending) {
				return true
			}
		}
	}
	return false
}

const (
	aClaim = "a claim: always, never, ends, downtime, outage, unserved, time, longest, start of or end of"
	aState = "a component or a node"
)

const anExpr = "an integer, a parameter, a constant or a loop variable"

// mistake is what the reader of a name or number has against it.
type mistake struct {
	at              lexer.Token
	summary, detail string
}

func (m *mistake) Error() string { return m.summary }

// reject reads a token and says what is wrong with it.
func reject(lex *lexer.PeekingLexer, summary, detail string) error {
	return &mistake{*lex.Next(), summary, detail}
}

// followedBy says whether the next two tokens are a word and the given sign.
func followedBy(lex *lexer.PeekingLexer, sign string) bool {
	at := lex.MakeCheckpoint()
	defer lex.LoadCheckpoint(at)
	return lex.Next().Type == word && is(*lex.Peek(), sign)
}

// Name is a name or a word as the source has it, without quotes.
type Name struct {
	Text string
	Span
}

// Parse reads a name. A word of the language is as good as any; where the word is
// meant the grammar says so.
func (n *Name) Parse(lex *lexer.PeekingLexer) error {
	t := lex.Peek()
	text := t.Value
	switch t.Type {
	case word:
	case quoted:
		var err error
		text, err = strconv.Unquote(t.Value)
		if err != nil || strings.TrimSpace(text) == "" || strings.ContainsAny(text, "[]\n\x00") {
			return reject(lex, "a quoted name must not be empty and must not contain brackets or line ends", `the only escapes are \" and \\`)
		}
	default:
		return participle.NextMatch
	}
	*n = Name{text, spanOf(*lex.Next())}
	return nil
}

// plainWord is a name without quotes.
type plainWord struct{ Name }

// Parse reads a word.
func (w *plainWord) Parse(lex *lexer.PeekingLexer) error {
	if lex.Peek().Type != word {
		return participle.NextMatch
	}
	return w.Name.Parse(lex)
}

// switchWord is on or off, where a duration could be as well.
type switchWord struct{ Name }

// Parse reads the word on or off.
func (w *switchWord) Parse(lex *lexer.PeekingLexer) error {
	if t := lex.Peek().Value; t != "on" && t != "off" {
		return participle.NextMatch
	}
	return w.Name.Parse(lex)
}

// allWord is the word all, where it is not the name of something with an index.
type allWord struct{ Name }

// Parse reads the word all.
func (a *allWord) Parse(lex *lexer.PeekingLexer) error {
	if lex.Peek().Value != "all" || followedBy(lex, "[") {
		return participle.NextMatch
	}
	return a.Name.Parse(lex)
}

// families maps the names of distributions to their number of arguments.
var families = map[string]int{
	"uniform": 2, "normal": 2, "lognormal": 2, "exponential": 1, "triangular": 3, "gamma": 2, "empirical": -1,
}

// familyName is the name of a distribution before its arguments.
type familyName struct{ Name }

// Parse reads the name of a distribution.
func (f *familyName) Parse(lex *lexer.PeekingLexer) error {
	if !followedBy(lex, "(") {
		return participle.NextMatch
	}
	if name := lex.Peek().Value; families[name] == 0 {
		return reject(lex, "there is no distribution "+shorten(name), suggestion(name, families))
	}
	return f.Name.Parse(lex)
}

// filePath is the path of a file in quotes.
type filePath struct{ Name }

// Parse reads a path.
func (f *filePath) Parse(lex *lexer.PeekingLexer) error {
	t := lex.Peek()
	if t.Type != quoted {
		return participle.NextMatch
	}
	text, err := strconv.Unquote(t.Value)
	if err != nil || text == "" {
		return reject(lex, "a path with an unknown escape, or an empty one", `the only escapes are \" and \\`)
	}
	f.Name = Name{text, spanOf(*lex.Next())}
	return nil
}

// integer is a number without fraction or unit.
type integer struct{ Value int64 }

// Parse reads an integer.
func (x *integer) Parse(lex *lexer.PeekingLexer) error {
	t := lex.Peek()
	if t.Type != number {
		return participle.NextMatch
	}
	v, err := strconv.ParseInt(t.Value, 10, 64)
	if err != nil {
		return reject(lex, "not an integer: "+shorten(t.Value), "counts and indices are integers without a unit, at most "+itoa(math.MaxInt64))
	}
	lex.Next()
	x.Value = v
	return nil
}

// Quantity is a number with its unit, `3.3s`, as written.
type Quantity struct {
	Text     string
	Negative bool
	Span
}

// Parse reads a duration.
func (q *Quantity) Parse(lex *lexer.PeekingLexer) error {
	sign := *lex.Peek()
	if is(sign, "-") {
		lex.Next()
		q.Negative = true
	}
	t := *lex.Peek()
	if t.Type != number {
		if q.Negative {
			return &participle.UnexpectedTokenError{Unexpected: t, Expect: "Quantity"}
		}
		return participle.NextMatch
	}
	lex.Next()
	q.Text = t.Value
	q.Span = node{[]lexer.Token{sign, t}}.Span()
	if _, err := model.ParseDuration(t.Value); errors.Is(err, model.ErrUnit) && lex.Peek().Type == word {
		return &mistake{t, "a duration needs a unit: " + shorten(t.Value), "write " + shorten(t.Value) + "s for seconds; the units are " + model.DurationUnits}
	}
	return nil
}

// amount is a number with or without a unit, for the resolver to understand.
type amount struct{ Name }

// Parse reads an amount.
func (a *amount) Parse(lex *lexer.PeekingLexer) error {
	t := *lex.Peek()
	if t.Type != number {
		return participle.NextMatch
	}
	lex.Next()
	a.Name = Name{t.Value, spanOf(t)}
	if next := lex.Peek(); next.Type == word && unicode.IsDigit(rune(t.Value[len(t.Value)-1])) && strings.Contains("sBW", next.Value[len(next.Value)-1:]) {
		// No word of the language that can follow ends like a unit.
		return reject(lex, "a space between a number and its unit", "write "+shorten(t.Value+next.Value))
	}
	return nil
}

// linkLatency is the latency of a link.
type linkLatency struct{ amount }

// Parse reads a latency.
func (l *linkLatency) Parse(lex *lexer.PeekingLexer) error {
	if is(*lex.Peek(), "-") {
		return reject(lex, "a latency cannot be negative", "")
	}
	return l.amount.Parse(lex)
}

// propertyValue is a number or a name.
type propertyValue struct{ Name }

// Parse reads a value.
func (v *propertyValue) Parse(lex *lexer.PeekingLexer) error {
	if t := *lex.Peek(); t.Type == number {
		lex.Next()
		v.Name = Name{t.Value, spanOf(t)}
		return nil
	}
	return v.Name.Parse(lex)
}
