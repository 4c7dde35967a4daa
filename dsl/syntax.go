package dsl

import (
	"strings"
	"unicode/utf8"

	"adagio/dsl/model"

	"github.com/alecthomas/participle/v2/lexer"
)

// Span is a part of a source text.
type Span struct {
	model.Pos
	Length int // in characters; what goes over several lines ends with the first
}

// doubts are the sorts of things that statements which could not be read may say
// something of. What is of another sort is looked at all the same.
type doubts uint

const (
	ofTypes doubts = 1 << iota
	ofAssemblies
	ofPlans
	ofTimings
	ofFactors
	ofNetworks
	ofConstants
	ofPlaces
	ofInitial
	ofRunning
	ofGroups
	ofBehaviors
	ofTransitions
	ofPorts
	ofParameters
	ofNodes
	ofComponents
	ofLinks
	ofExistence
	ofPushes
	ofDurations
	ofPlatform
	ofNothing  doubts = 0
	everything        = ^ofNothing
)

// of says whether some of the given sorts are in doubt.
func (d doubts) of(sorts doubts) bool { return d&sorts != 0 }

// node is a part of the syntax tree that is made of several tokens.
type node struct{ Tokens []lexer.Token }

// Span is where a node stands.
func (n node) Span() Span {
	tokens := n.Tokens
	for len(tokens) > 0 && (tokens[0].Type == comment || tokens[0].Type == blank) {
		tokens = tokens[1:]
	}
	if len(tokens) == 0 {
		return Span{}
	}
	first, last := spanOf(tokens[0]), spanOf(tokens[len(tokens)-1])
	if first.Line == last.Line {
		first.Length = last.Column + last.Length - first.Column
	}
	return first
}

// String is the node in one line, with spaces around the operators of sums and
// products.
func (n node) String() string {
	var b strings.Builder
	operand := false // the last token ends one
	for _, t := range n.Tokens {
		if t.Type == comment || t.Type == blank {
			continue
		}
		text := t.Value
		if operand && t.Type == symbol && strings.Contains("+-*/%", text) {
			text = " " + text + " "
		}
		operand = t.Type != symbol || is(t, ")") || is(t, "]")
		b.WriteString(text)
	}
	return b.String()
}

// spanOf is where a token stands.
func spanOf(t lexer.Token) Span {
	return Span{model.Pos{File: t.Pos.Filename, Line: t.Pos.Line, Column: t.Pos.Column}, utf8.RuneCountInString(t.Value)}
}

// File is the syntax tree of one source file. The nodes are the grammar: the tags
// of their fields say how each is written, in the notation of participle, and the
// fields without tags are filled in from the statements of the block that follows.
type File struct {
	Name       string
	Semantics  *Name // nil where the file does not say
	Constants  []*Let
	Components []*Component
	Assemblies []*Assembly
	Plans      []*Plan
	Timings    []*Timings
	Networks   []*Network
	Properties []*Property

	broken doubts         // what could not be read
	tokens []lexer.Token  // with comments and line ends, for Format
	canon  map[int]string // tokens that Format writes differently
	cells  map[int]bool   // tokens that Format aligns with those of the lines around
	blocks map[int]extent // by the tokens of their opening braces
}

// Plans lists the names of the plans of a file in the order of declaration.
func Plans(f *File) []string {
	var names []string
	for _, p := range f.Plans {
		names = append(names, p.Name.Text)
	}
	return names
}

// Standalone says whether a file is a model of its own: it has a plan, and the assembly of
// every plan that it has.
func Standalone(f *File) bool {
	assemblies := map[string]bool{}
	for _, a := range f.Assemblies {
		assemblies[a.Name.Text] = true
	}
	for _, p := range f.Plans {
		if !assemblies[p.Of.Text] {
			return false
		}
	}
	return len(f.Plans) > 0
}

// Semantics is `semantics ballet` or `semantics concerto-d`.
type Semantics struct {
	node
	Name   semanticsName  `parser:"'semantics' @@"`
	Suffix *semanticsName `parser:"( '-' @@ )?"`
}

// Component is `component Name { … }`, a component type.
type Component struct {
	Name       Name `parser:"'component' @@"`
	Places     []Name
	Initial    []placeName // one, unless the user is mistaken
	Running    []placeName // at most one, unless the user is mistaken
	Groups     []*Group
	Behaviours []*Behaviour
	Ports      []*Port

	broken doubts
}

// Places is `places name, …`.
type Places struct {
	Names []Name `parser:"'places' @@ ( ',' @@ )*"`
}

// Initial is `initial place`.
type Initial struct {
	Place placeName `parser:"'initial' @@"`
}

// Running is `running place`.
type Running struct {
	Place placeName `parser:"'running' @@"`
}

// Group is `group name = place, …`.
type Group struct {
	Name   Name        `parser:"'group' @@"`
	Places []placeName `parser:"'=' @@ ( ',' @@ )*"`
}

// Behaviour is `behavior name { … }`.
type Behaviour struct {
	Name        Name `parser:"( 'behavior' | 'behaviour' ) @@"`
	Transitions []*Transition
}

// Transition is `name: src -> dst for delay dock n`.
type Transition struct {
	Name      Name      `parser:"@@"`
	Src       placeName `parser:"':' @@"`
	Dst       placeName `parser:"'->' @@"`
	Durations []*Delay  `parser:"( 'for' @@"`     // at most one
	Docks     []*Expr   `parser:"| 'dock' @@ )*"` // at most one
}

// Port is `use name at element, …` and its like.
type Port struct {
	Data    bool        `parser:"@'data'?"`
	Use     bool        `parser:"( @'use'"`
	Provide bool        `parser:"| @'provide' )"`
	Name    Name        `parser:"@@"`
	Bound   []boundName `parser:"'at' @@ ( ',' @@ )*"`
	Kind    model.PortKind
}

// Assembly is `assembly name(parameters) { … }`.
type Assembly struct {
	Name       Name        `parser:"'assembly' @@"`
	Parameters []Parameter `parser:"( '(' ( @@ ( ',' @@ )* )? ')' )?"`
	Body       []AssemblyStmt

	broken doubts
}

// Parameter is `name = default in lo .. hi`.
type Parameter struct {
	Name    parameterName `parser:"@@"`
	Default *Expr         `parser:"'=' @@"`       // nil after a mistake
	Within  *Bounds       `parser:"( 'in' @@ )?"` // nil where any integer will do
}

// Bounds is `lo .. hi` or `lo ..< hi` in integers.
type Bounds struct {
	node
	Lo   *Expr `parser:"@@"`
	Open bool  `parser:"( '..' | @'..<' )"` // hi is not included
	Hi   *Expr `parser:"@@"`
}

// Expr is an integer expression: a sum.
type Expr struct {
	node
	First *Term    `parser:"@@"`
	Rest  []Addend `parser:"@@*"`
}

// Addend is a further term of a sum.
type Addend struct {
	Op   string `parser:"@( '+' | '-' )"`
	Term *Term  `parser:"@@"`
}

// Term is a product.
type Term struct {
	node
	First *Factor  `parser:"@@"`
	Rest  []Scaler `parser:"@@*"`
}

// Scaler is a further factor of a product.
type Scaler struct {
	Op     string  `parser:"@( '*' | '/' | '%' )"`
	Factor *Factor `parser:"@@"`
}

// Factor is an integer, a name, or what is in parentheses or has a sign.
type Factor struct {
	node
	Integer *integer      `parser:"@@"`
	Name    *variableName `parser:"| @@"`
	Negated *Factor       `parser:"| '-' @@"`
	Sum     *Expr         `parser:"| '(' @@ ')'"`
}

// Ref is a name with indices: `worker[s]`.
type Ref struct {
	node
	Name  Name    `parser:"@@"`
	Index []*Expr `parser:"( '[' @@ ']' )*"`
}

// For is the head of `for v in lo .. hi { … }`. With a condition instead it
// replicates its body once or not at all.
type For struct {
	Var   loopName `parser:"'for' @@"`
	Range Bounds   `parser:"'in' @@"`
	If    *If
}

// If is the head of `if a < b and c == d { … }`.
type If struct {
	node
	Conditions []Condition `parser:"'if' @@ ( 'and' @@ )*"`
}

// Condition is `a < b` and its like.
type Condition struct {
	X  *Expr  `parser:"@@"`
	Op string `parser:"@( '==' | '!=' | '<=' | '<' | '>=' | '>' )"`
	Y  *Expr  `parser:"@@"`
}

// Let is `let name = value`, a constant.
type Let struct {
	Name  Name  `parser:"'let' @@"`
	Value *Expr `parser:"'=' @@"`
}

// AssemblyStmt is one statement of an assembly: one of the fields is set, Body
// together with For.
type AssemblyStmt struct {
	Node       *Node
	Connect    *Connect
	Neighbours *Neighbours
	For        *For
	Body       []AssemblyStmt
}

// Node is `node name on host { … }`.
type Node struct {
	Ref  Ref      `parser:"'node' @@"`
	Host *hostRef `parser:"( 'on' @@ )?"` // nil where the assembly does not say
	Body []NodeStmt
}

// NodeStmt is `name: Type` or a replication of such.
type NodeStmt struct {
	Instance Ref      `parser:"@@"`
	Type     typeName `parser:"':' @@"`
	For      *For     // if set, the other two are not
	Body     []NodeStmt
}

// Neighbours is `neighbours node, …`.
type Neighbours struct {
	Nodes []nodeRef `parser:"( 'neighbours' | 'neighbors' ) @@ ( ',' @@ )*"`
}

// PortRef is `component.port`.
type PortRef struct {
	Component componentRef `parser:"@@"`
	Port      portName     `parser:"'.' @@"`
}

// Connection is `a.p -> b.q`.
type Connection struct {
	From PortRef `parser:"@@"`
	To   PortRef `parser:"'->' @@"`
}

// Connect is `connect a.p -> b.q by c`.
type Connect struct {
	node
	Connection *Connection   `parser:"'connect' @@"`
	By         *componentRef `parser:"( 'by' @@ )?"` // nil for both sides
}

// Plan is `plan name of assembly { … }`.
type Plan struct {
	Name Name         `parser:"'plan' @@"`
	Of   assemblyName `parser:"'of' @@"`
	From []*From      // at most one, unless the user is mistaken
	Body []PlanStmt

	broken doubts
}

// From is `from …`: the state that a plan starts in.
type From struct {
	node
	Nothing bool      `parser:"'from' ( @'nothing'"`
	Running bool      `parser:"| @'running'"`
	After   *planName `parser:"| 'after' @@ )?"`
	States  []State   // in braces, where it is none of the others
}

// State is `component: place, …`.
type State struct {
	Component componentRef `parser:"@@"`
	Places    []placeName  `parser:"':' @@ ( ',' @@ )*"`
}

// PlanStmt is `on node { … }` or a replication of such.
type PlanStmt struct {
	On      nodeRef `parser:"'on' @@"`
	Program []Instruction
	For     *For
	Body    []PlanStmt
}

// Instruction is one statement of a program, or a replication of such.
type Instruction struct {
	Op         model.Op
	Component  componentRef
	Connection *Connection    // connect, disconnect
	Behaviours []behaviorName // push: one or more; wait: none or one
	Holding    bool
	Duration   *Delay // pause
	For        *For
	Limit      *Limit
	Keep       *Keep
	Body       []Instruction // of For, Limit or Keep
	Span
}

// Add is `add component`.
type Add struct {
	node
	Component componentRef `parser:"'add' @@"`
}

// Delete is `delete component`.
type Delete struct {
	node
	Component componentRef `parser:"'delete' @@"`
}

// Link is `connect a.p -> b.q` or `disconnect a.p -> b.q` in a program.
type Link struct {
	node
	Disconnect bool        `parser:"( 'connect' | @'disconnect' )"`
	Connection *Connection `parser:"@@"`
}

// Push is `push component behavior, …`.
type Push struct {
	node
	Component  componentRef   `parser:"'push' @@"`
	Behaviours []behaviorName `parser:"@@ ( ',' @@ )*"`
}

// Wait is `wait all holding`, or `wait component behavior holding`.
type Wait struct {
	node
	All       *allWord       `parser:"'wait' ( @@"`
	Component componentRef   `parser:"| @@"`
	Behaviour []behaviorName `parser:"( (?! 'holding') @@ )? )"` // none or one
	Holding   bool           `parser:"@'holding'?"`
}

// Pause is `pause delay`.
type Pause struct {
	node
	Duration *Delay `parser:"'pause' @@"`
}

// Limit is the head of `limit most { … }`: how many components that are pushed to in
// the block may be busy at once.
type Limit struct {
	node
	Most *Expr `parser:"'limit' @@"`
}

// Keep is the head of `keep { … }`: no change of the plan removes or moves what is in the
// block, nor moves anything across it.
type Keep struct {
	node
	Word string `parser:"@'keep'"`
}

// Delay is a duration as the source has it: a constant, an interval, or a
// distribution.
type Delay struct {
	node
	Lo     *Quantity   `parser:"@@"` // of a constant, too
	Hi     *Quantity   `parser:"( '..' @@ )?"`
	Family *familyName `parser:"| @@ '('"`
	Args   []Quantity  `parser:"( @@ ( ',' @@ )*"`
	File   *filePath   `parser:"| @@ ) ')'"`
	In     *Interval   `parser:"( 'in' @@ )?"`
}

// Interval is `lo .. hi` in durations.
type Interval struct {
	Lo Quantity `parser:"@@"`
	Hi Quantity `parser:"'..' @@"`
}

// Timings is `timings name { … }`.
type Timings struct {
	Name Name `parser:"'timings' @@"`
	Body []TimingStmt

	broken doubts
}

// FactorDecl is `factor name = share`.
type FactorDecl struct {
	Name  Name        `parser:"'factor' @@"`
	Share plainNumber `parser:"'=' @@"`
}

// TimingStmt is `component.behaviour.transition = delay with factor`, a factor, or a
// replication of such. Component may also be the name of a type.
type TimingStmt struct {
	node
	Component  timedRef       `parser:"@@"`
	Behaviour  behaviorName   `parser:"'.' @@"`
	Transition transitionName `parser:"'.' @@"`
	Duration   *Delay         `parser:"'=' @@"`
	With       *factorName    `parser:"( 'with' @@ )?"`
	Factor     *FactorDecl
	For        *For
	Body       []TimingStmt
}

// Network is `network name { … }`.
type Network struct {
	Name     Name        `parser:"'network' @@"`
	Executor []*Executor // at most one, unless the user is mistaken
	Latency  []*Latency
	Platform []PlatformStmt
	Awake    []*Awake
	Boot     []*Boot
	Power    []*PowerDecl

	broken doubts
}

// Executor is `executor kind { … }`.
type Executor struct {
	Kind     executorName `parser:"'executor' @@"`
	Settings []Setting
}

// Setting is `poll delay` and its like. Node is set in `start node delay` and in
// `host name`, Sizes, one or two of them, in `message 0B .. 1500B`, and Word in
// `facts push`, `setup 1`, `exchanges 2` and `exits off`.
type Setting struct {
	Name  Name
	Node  *Ref
	Delay *Delay
	Sizes []messageSize
	Word  Name
}

// RuleSetting is `exits off` and its like.
type RuleSetting struct {
	Name   settingName `parser:"@@"`
	Switch onOffName   `parser:"@@"`
}

// DelaySetting is `poll delay` and its like. Nothing but a rule can be switched
// on or off; the resolver says so.
type DelaySetting struct {
	Name   settingName `parser:"@@"`
	Delay  *Delay      `parser:"( @@"`
	Switch *switchWord `parser:"| @@ )"`
}

// StartSetting is `start node delay`, or `start delay` for all nodes.
type StartSetting struct {
	Node  *nodeRef `parser:"'start' ( (?! Word '(') @@ )?"`
	Delay *Delay   `parser:"@@"`
}

// MessageSetting is `message lo .. hi`.
type MessageSetting struct {
	Sizes []messageSize `parser:"'message' @@ ( '..' @@ )?"`
}

// FactsSetting is `facts push`.
type FactsSetting struct {
	Way factsName `parser:"'facts' @@"`
}

// CountSetting is `setup n` or `exchanges n`.
type CountSetting struct {
	Count plainNumber `parser:"( 'setup' | 'exchanges' ) @@"`
}

// HostSetting is `host name`, where the broker is.
type HostSetting struct {
	Host brokerRef `parser:"'host' @@"`
}

// Latency is `latency delay` or `latency a -> b delay`.
type Latency struct {
	node
	From  *nodeRef `parser:"'latency' ( (?! Word '(') @@"` // nil for any two nodes
	Both  bool     `parser:"( '->' | @'<->' )"`
	To    *nodeRef `parser:"@@ )?"`
	Delay *Delay   `parser:"@@"`
}

// Awake is `awake node 60s every 3600s offset 120s` or `awake node 0s .. 60s, 1h
// .. 2h`: when a node is awake.
type Awake struct {
	node
	Node   nodeRef    `parser:"'awake' @@"`
	First  Quantity   `parser:"@@"` // where the first window begins, or how long each is
	End    *Quantity  `parser:"( '..' @@"`
	More   []Interval `parser:"( ',' @@ )*"`
	Every  *Quantity  `parser:"| 'every' @@"`
	Offset *Quantity  `parser:"( 'offset' @@ )? )"` // nil for 0s
}

// Boot is `boot node 1s .. 2s first 1s .. 3s`: what waking up costs.
type Boot struct {
	node
	Node  nodeRef `parser:"'boot' @@"`
	Delay *Delay  `parser:"@@"`
	First *Delay  `parser:"( 'first' @@ )?"` // nil if it is the same
}

// PowerDecl is `power node awake 2W computing 3W .. 5W sleeping 10mW`.
type PowerDecl struct {
	node
	Node  nodeRef     `parser:"'power' @@"`
	Parts []PowerPart `parser:"@@+"`
}

// PowerPart is what a node draws in a state: one value, or the least and the
// greatest.
type PowerPart struct {
	State  stateName `parser:"@@"`
	Values []power   `parser:"@@ ( '..' @@ )?"`
}

// PlatformStmt is one statement about the platform of a network: one of the
// fields is set, Body together with For or Zone.
type PlatformStmt struct {
	Import *Import
	Hosts  *Hosts
	Router *Routers
	Link   *LinkDecl
	Route  *RouteDecl
	Node   *NodeOn
	Flow   *FlowSetting
	Zone   *ZoneDecl
	For    *For
	Body   []PlatformStmt
	Span
}

// Import is `import "platform.xml"`.
type Import struct {
	Path filePath `parser:"'import' @@"`
}

// Hosts is `host a, b { speed 1Gf; … }`.
type Hosts struct {
	Refs  []Ref `parser:"'host' @@ ( ',' @@ )*"`
	Props []HostProp
}

// HostProp is `name value` in a host.
type HostProp struct {
	Key   propertyName  `parser:"@@"`
	Value propertyValue `parser:"@@"`
}

// Routers is `router name, …`.
type Routers struct {
	Refs []Ref `parser:"'router' @@ ( ',' @@ )*"`
}

// LinkDecl is `link name 1Gbps 10ms splitduplex`.
type LinkDecl struct {
	Ref       Ref          `parser:"'link' @@"`
	Bandwidth bandwidth    `parser:"@@"`
	Latency   *linkLatency `parser:"@@?"`
	Sharing   *sharingName `parser:"@@?"`
}

// RouteDecl is `route a at g -> b at h over l up, …`.
type RouteDecl struct {
	node
	From RouteEnd  `parser:"'route' @@"`
	Both bool      `parser:"( '->' | @'<->' )"`
	To   RouteEnd  `parser:"@@"`
	Hops []HopDecl `parser:"'over' @@ ( ',' @@ )*"`
}

// RouteEnd is `all`, a member of a zone, or `member at gateway`.
type RouteEnd struct {
	All     *allWord    `parser:"@@"`
	Member  *memberRef  `parser:"| @@"`         // nil for all
	Gateway *gatewayRef `parser:"( 'at' @@ )?"` // nil where there is none
}

// HopDecl is a link on a route, with the direction "up", "down" or "".
type HopDecl struct {
	Link      linkRef `parser:"@@"`
	Direction string  `parser:"@( 'up' | 'down' )?"`
}

// NodeOn is `node name on host`.
type NodeOn struct {
	Node nodeRef `parser:"'node' @@"`
	Host hostRef `parser:"'on' @@"`
}

// FlowSetting is `flow name number`.
type FlowSetting struct {
	Name  flowName    `parser:"'flow' @@"`
	Value plainNumber `parser:"@@"`
}

// ZoneDecl is `zone name routing { … }`.
type ZoneDecl struct {
	Ref     Ref         `parser:"'zone' @@"`
	Routing routingName `parser:"@@"`
}

// Property is `property name of plan { … }`: what is to hold of every execution of a
// plan.
type Property struct {
	Name Name     `parser:"'property' @@"`
	Of   planName `parser:"'of' @@"`
	Body []ClaimStmt

	broken doubts
}

// ClaimStmt is one claim of a property or a replication of such.
type ClaimStmt struct {
	node
	Claim Claim `parser:"@@"`
	For   *For
	Body  []ClaimStmt
}

// Claim is what holds of an execution or does not: a disjunction.
type Claim struct {
	Any []ClaimAll `parser:"@@ ( 'or' @@ )*"`
}

// ClaimAll is a conjunction of claims.
type ClaimAll struct {
	All []ClaimTerm `parser:"@@ ( 'and' @@ )*"`
}

// ClaimTerm is a single claim: a predicate that always or never holds, that the plan ends,
// or how long something takes or when it is.
type ClaimTerm struct {
	node
	Not     *ClaimTerm    `parser:"'not' @@"`
	Group   *Claim        `parser:"| '(' @@ ')'"`
	Ends    bool          `parser:"| @'ends'"`
	Lasting *LastingClaim `parser:"| @@"`
	Measure *MeasureClaim `parser:"| @@"`
	Moment  *MomentClaim  `parser:"| @@"`
}

// LastingClaim is `always predicate from moment until moment`, or never.
type LastingClaim struct {
	Word      string     `parser:"@( 'always' | 'never' )"`
	Predicate *Predicate `parser:"@@"`
	From      *Moment    `parser:"( 'from' @@ )?"`
	Until     *Moment    `parser:"( 'until' @@ )?"`
}

// MeasureClaim is `downtime(component.port) <= 70s` and its like.
type MeasureClaim struct {
	Word      string     `parser:"@( 'downtime' | 'outage' | 'unserved' | 'time' | 'longest' ) '('"`
	Predicate *Predicate `parser:"@@ ')'"`
	Op        string     `parser:"@( '<=' | '<' | '>=' | '>' )"`
	Bound     Quantity   `parser:"@@"`
}

// MomentClaim is `end of node <= 7min`, `start of a before end of b`, or `end of a
// within 70s of start of b`.
type MomentClaim struct {
	Moment *Moment   `parser:"@@"`
	Before *Moment   `parser:"( 'before' @@"`
	Within *Quantity `parser:"| 'within' @@"`
	Of     *Moment   `parser:"'of' @@"`
	Op     string    `parser:"| @( '<=' | '<' | '>=' | '>' )"`
	Bound  *Quantity `parser:"@@ )"`
}

// Moment is when something that may hold begins to, or ceases to hold for the last
// time.
type Moment struct {
	node
	Side string `parser:"@( 'start' | 'end' ) 'of'"`
	Of   Atom   `parser:"@@"`
}

// Predicate is what holds at some times and not at others: a disjunction.
type Predicate struct {
	node
	Any []PredicateAll `parser:"@@ ( 'or' @@ )*"`
}

// PredicateAll is a conjunction of predicates.
type PredicateAll struct {
	All []PredicateTerm `parser:"@@ ( 'and' @@ )*"`
}

// PredicateTerm is a single predicate, its contrary, or how many of several hold.
type PredicateTerm struct {
	node
	Not   *PredicateTerm `parser:"'not' @@"`
	Group *Predicate     `parser:"| '(' @@ ')'"`
	Count *Count         `parser:"| (?= 'count' '(') @@"`
	Atom  *Atom          `parser:"| @@"`
}

// Count is `count(app[*] at running) >= 2`.
type Count struct {
	node
	Of   Atom   `parser:"'count' '(' @@ ')'"`
	Op   string `parser:"@( '==' | '!=' | '<=' | '<' | '>=' | '>' )"`
	Than *Expr  `parser:"@@"`
}

// Atom is what holds of a component, of one of its ports, or of a node: that its
// program runs.
type Atom struct {
	node
	Ref        subjectRef      `parser:"@@"`
	Port       *portName       `parser:"( '.' @@"`
	Served     bool            `parser:"@'served'?"`
	At         *boundName      `parser:"| 'at' @@"` // a place or a group
	Runs       *behaviorName   `parser:"| 'runs' @@"`
	Transition *transitionName `parser:"( '.' @@ )?"`
	Idle       bool            `parser:"| @'idle' )?"`
}

// ManyRef is a name with indices, of which * stands for all.
type ManyRef struct {
	node
	Name  Name        `parser:"@@"`
	Index []ManyIndex `parser:"( '[' @@ ']' )*"`
}

// ManyIndex is an index, or * for all.
type ManyIndex struct {
	Any   bool  `parser:"@'*'"`
	Value *Expr `parser:"| @@"`
}
