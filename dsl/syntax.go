package dsl

import (
	"strings"

	"adagio/dsl/model"
)

// Span is a part of a source text.
type Span struct {
	model.Pos
	Length int // in characters; what goes over several lines ends with the first
}

// Name is a name or a word as the source has it, without quotes.
type Name struct {
	Text string
	Span
}

// File is the syntax tree of one source file.
type File struct {
	Name       string
	Semantics  *Name // nil where the file does not say
	Components []*Component
	Assemblies []*Assembly
	Plans      []*Plan
	Timings    []*Timings
	Networks   []*Network

	broken bool             // part of the file could not be read
	tokens []token          // with comments and line ends, for Format
	canon  map[int32]string // tokens that Format writes differently
	cells  map[int32]bool   // tokens that Format aligns with those of the lines around
}

// Plans lists the names of the plans of a file in the order of declaration.
func Plans(f *File) []string {
	var names []string
	for _, p := range f.Plans {
		names = append(names, p.Name.Text)
	}
	return names
}

// Component is `component Name { … }`, a component type.
type Component struct {
	Name       Name
	Places     []Name
	Initial    []Name // one, unless the user is mistaken
	Running    []Name // at most one, unless the user is mistaken
	Groups     []Group
	Behaviours []Behaviour
	Ports      []Port

	broken bool // a part of it could not be read
}

// Group is `group name = place, …`.
type Group struct {
	Name   Name
	Places []Name
}

// Behaviour is `behavior name { … }`.
type Behaviour struct {
	Name        Name
	Transitions []Transition
}

// Transition is `name: src -> dst for delay dock n`.
type Transition struct {
	Name, Src, Dst Name
	Duration       *Delay // nil where timings give it
	Dock           *Expr  // nil for 0
}

// Port is `use name at element, …` and its like.
type Port struct {
	Name  Name
	Kind  model.PortKind
	Bound []Name
}

// Assembly is `assembly name(parameters) { … }`.
type Assembly struct {
	Name       Name
	Parameters []Parameter
	Body       []AssemblyStmt

	broken bool
}

// Parameter is `name = default in lo .. hi`.
type Parameter struct {
	Name    Name
	Default *Expr
	Within  *Bounds // nil where any integer will do
}

// Bounds is `lo .. hi` or `lo ..< hi` in integers.
type Bounds struct {
	Lo, Hi *Expr
	Open   bool // hi is not included
	Span
}

// Expr is an integer expression.
type Expr struct {
	Op    byte // one of + - * / %, 'n' for negation, 'i' for a literal, 'v' for a name
	X, Y  *Expr
	Value int64
	Name  string
	Span
}

// Ref is a name with indices: `worker[s]`.
type Ref struct {
	Name  Name
	Index []*Expr
	Span  // of all of it
}

// String is the reference as the source could have it.
func (r Ref) String() string {
	var b strings.Builder
	b.WriteString(r.Name.Text)
	for _, x := range r.Index {
		b.WriteString("[" + x.String() + "]")
	}
	return b.String()
}

// For is the head of `for v in lo .. hi { … }`.
type For struct {
	Var   Name
	Range Bounds
}

// AssemblyStmt is one statement of an assembly: one of the fields is set, Body
// together with For.
type AssemblyStmt struct {
	Node       *Node
	Connect    *Connection
	Neighbours []Ref
	For        *For
	Body       []AssemblyStmt
}

// Node is `node name on host { … }`.
type Node struct {
	Ref  Ref
	Host *Ref // nil where the assembly does not say
	Body []NodeStmt
}

// NodeStmt is `name: Type` or a replication of such.
type NodeStmt struct {
	Instance Ref
	Type     Name
	For      *For // if set, the other two are not
	Body     []NodeStmt
}

// PortRef is `component.port`.
type PortRef struct {
	Component Ref
	Port      Name
	Span
}

// Connection is `connect a.p -> b.q by c`.
type Connection struct {
	From, To PortRef
	By       *Ref // nil for both sides
	Span
}

// Plan is `plan name of assembly { … }`.
type Plan struct {
	Name, Of Name
	From     []From // at most one, unless the user is mistaken
	Body     []PlanStmt

	broken bool
}

// FromKind tells the initial states of a plan apart.
type FromKind uint8

// The initial states.
const (
	FromNothing FromKind = iota
	FromRunning
	FromAfter
	FromStates
)

// From is `from …`: the state that a plan starts in.
type From struct {
	Kind   FromKind
	After  Name    // of the plan
	States []State // for FromStates
	Span
}

// State is `component: place, …`.
type State struct {
	Component Ref
	Places    []Name
}

// PlanStmt is `on node { … }` or a replication of such.
type PlanStmt struct {
	On      Ref
	Program []Instruction
	For     *For
	Body    []PlanStmt
}

// Instruction is one statement of a program, or a replication of such.
type Instruction struct {
	Op         model.Op
	Component  Ref
	Connection Connection // connect, disconnect
	Behaviours []Name     // push: one or more; wait: none or one
	Holding    bool
	Duration   *Delay // pause
	For        *For
	Body       []Instruction
	Span
}

// Delay is a duration as the source has it.
type Delay struct {
	Family Name // "" for a constant or an interval
	Args   []Quantity
	File   *Name // empirical("file")
	In     *Interval
	Span
}

// Interval is `lo .. hi` in durations.
type Interval struct{ Lo, Hi Quantity }

// Quantity is a number with its unit, `3.3s`, as written.
type Quantity struct {
	Text     string
	Negative bool
	Span
}

// Timings is `timings name { … }`.
type Timings struct {
	Name Name
	Body []TimingStmt

	broken bool
}

// TimingStmt is `component.behaviour.transition = delay` or a replication of
// such. Component may also be the name of a type.
type TimingStmt struct {
	Component             Ref
	Behaviour, Transition Name
	Duration              *Delay
	For                   *For
	Body                  []TimingStmt
	Span
}

// Network is `network name { … }`.
type Network struct {
	Name     Name
	Executor []Executor // at most one, unless the user is mistaken
	Latency  []Latency
	Platform []PlatformStmt
	Awake    []Awake
	Power    []PowerDecl

	broken bool
}

// Executor is `executor kind { … }`.
type Executor struct {
	Kind     Name
	Settings []Setting
}

// Setting is `poll delay` and its like. Node is set in `start node delay` and in
// `host name`, Sizes, one or two of them, in `message 0B .. 1500B`, and Word in
// `facts push`, `setup 1`, `exchanges 2` and `exits off`.
type Setting struct {
	Name  Name
	Node  *Ref
	Delay *Delay
	Sizes []Name
	Word  Name
}

// Latency is `latency delay` or `latency a -> b delay`.
type Latency struct {
	From, To *Ref // nil for any two nodes
	Both     bool // <->
	Delay    *Delay
	Span
}

// String is the expression as the source could have it.
func (e *Expr) String() string {
	switch e.Op {
	case 'i':
		return itoa(e.Value)
	case 'v':
		return e.Name
	case 'n':
		return "-" + e.X.operand()
	}
	return e.X.operand() + " " + string(e.Op) + " " + e.Y.operand()
}

func (e *Expr) operand() string {
	if e.Op == 'i' || e.Op == 'v' {
		return e.String()
	}
	return "(" + e.String() + ")"
}
