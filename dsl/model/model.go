// Package model holds the resolved scenario: everything that the rest of the
// program may know about a reconfiguration, with names turned into dense
// indices and every element carrying the place in the source that it came from.
//
// A [Scenario] is built once (by package dsl, by an importer or by a test),
// checked by [Scenario.Validate], and never changed afterwards. What it says is
// one plan: component types, the components on their nodes, the connections
// that may exist, the state that the plan starts in, one sequential program per
// node, how long every transition lasts, and how facts travel between nodes.
//
//	s := &model.Scenario{
//		Types:      []*model.Type{t},
//		Nodes:      []model.Node{{Name: "n1", Program: program}},
//		Components: []model.Component{{Name: "c", Type: 0, Node: 0, Active: []int{0}, Durations: durations}},
//	}
//	if err := s.Validate(); err != nil { … }
//
// The words are those of dsl/SEMANTICS.md, section 1.
package model

import (
	"fmt"
	"reflect"
	"slices"
)

// Pos is a position in a source file. The zero Pos means "nowhere": the element
// was made by a program.
type Pos struct {
	File   string // as the user named it
	Line   int    // from 1
	Column int    // in characters, from 1
}

// String renders the position as file:line:column, or "-" for the zero Pos.
func (p Pos) String() string {
	if p.Line == 0 {
		if p.File == "" {
			return "-"
		}
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// Semantics chooses between the two readings of a program that
// SEMANTICS.md, section 6, tells apart.
type Semantics uint8

const (
	// Ballet is the runtime that people run (SEMANTICS.md, section 5): a port
	// bound to a list of places is held in each place only, the start of a
	// transition is gated by the ports bound to it, "wait c b" waits for the
	// whole component, and disconnect returns at once.
	Ballet Semantics = iota
	// ConcertoD is the formal model (SEMANTICS.md, section 6): a port bound to a
	// list of places is held as a group, a transition starts ungated, "wait c b"
	// waits for that push, and disconnect blocks until the connection is unused.
	ConcertoD
)

// String is the word that the language uses.
func (s Semantics) String() string {
	if s == ConcertoD {
		return "concerto-d"
	}
	return "ballet"
}

// Scenario is one plan on one assembly, ready to be analysed or simulated.
// All indices refer to the slices of this struct or of the [Type] concerned.
type Scenario struct {
	Name      string // the plan's name, for reports
	Assembly  string // the assembly's name, for reports
	Semantics Semantics
	Rules     Rules

	Types      []*Type
	Nodes      []Node
	Components []Component
	Links      []Link
	Network    Network
	Properties []Property // what is to hold of every execution

	Pos Pos // of the plan
}

// EqualButPrograms says whether two scenarios are the same but for their programs.
func (s *Scenario) EqualButPrograms(t *Scenario) bool {
	if len(s.Nodes) != len(t.Nodes) {
		return false
	}
	a, b := *s, *t
	if a.Nodes, b.Nodes = nil, nil; !reflect.DeepEqual(&a, &b) {
		return false
	}
	var m, n Node
	for i := range s.Nodes {
		m, n = s.Nodes[i], t.Nodes[i]
		if m.Program, n.Program = nil, nil; !reflect.DeepEqual(&m, &n) {
			return false
		}
	}
	return true
}

// Type is a component type (SEMANTICS.md, section 1).
type Type struct {
	Name        string
	Places      []Named
	Initial     int // index of the initial place
	Running     int // index of the running place, or -1
	Behaviours  []Named
	Transitions []Transition
	Groups      []Group
	Ports       []Port
	Pos         Pos
}

// HasDockSets says whether some behaviour has several dock sets at a place.
func (t *Type) HasDockSets(place int) bool {
	first := map[int]int{} // behaviour -> one of its dock sets
	for _, tr := range t.Transitions {
		if tr.Dst != place {
			continue
		}
		if set, ok := first[tr.Behaviour]; ok && set != tr.DockSet {
			return true
		}
		first[tr.Behaviour] = tr.DockSet
	}
	return false
}

// Named is an element that has only a name: a place or a behaviour.
type Named struct {
	Name string
	Pos  Pos
}

// Transition is one transition of a component type. Names are unique in a type.
type Transition struct {
	Name      string
	Behaviour int // the only behaviour that it belongs to
	Src, Dst  int // places
	DockSet   int // the dock set at Dst that it ends in; 0 unless said
	Pos       Pos
}

// Group is a named set of places. It also contains every transition whose two
// ends are in it: it is active from the entry into the first of its places to
// the departure out of the last, through the transitions inside.
type Group struct {
	Name   string
	Places []int // sorted, without repetition
	Pos    Pos
}

// PortKind tells the four kinds of port apart.
type PortKind uint8

const (
	Use         PortKind = iota // needs a provider served and allowed, and locks it
	Provide                     // active while a bound element is
	DataUse                     // needs a provider served, never locks it
	DataProvide                 // as Provide, never locked
)

// String is the phrase that the language uses.
func (k PortKind) String() string {
	return [...]string{"use", "provide", "data use", "data provide"}[k]
}

// IsUse says whether the port is on the user's side of a connection.
func (k PortKind) IsUse() bool { return k == Use || k == DataUse }

// Port is a port of a component type, bound to elements of the type.
type Port struct {
	Name  string
	Kind  PortKind
	Bound []Binding // never empty
	Pos   Pos
}

// BindingKind says what a port is bound to.
type BindingKind uint8

const (
	ToPlace      BindingKind = iota
	ToGroup                  // held from the entry into the group to the exit from it
	ToTransition             // use ports only
)

// Binding is one element that a port is bound to.
type Binding struct {
	Kind  BindingKind
	Index int // into Places, Groups or Transitions of the type
}

// Component is an instance of a type on a node.
type Component struct {
	Name string
	Type int
	Node int
	// Active lists the places that are active when the plan starts, sorted. It
	// is empty for a component that does not exist yet: the program adds it.
	Active []int
	// Past is what else it has kept of what happened before the plan.
	Past Past
	// Durations gives the duration of each transition of the type, by its index,
	// for this component. It is the nominal duration: the executor profile adds
	// its overhead.
	Durations []Delay
	Pos       Pos
}

// Past is what the ports of a component have kept of what happened before the plan,
// where the active places do not tell. All lists are sorted; the zero value is the
// past of a component in which nothing but the active places matters.
type Past struct {
	// Provided lists the data provide ports that were active before, besides those
	// bound to an active place: they are active still (see [Rules.DataStays]).
	Provided []int
	// Refusing lists the provide ports that refuse: a place that they are bound to
	// has been left, or was to be left, and none has been entered since.
	Refusing []int
	// Ended lists the groups that have ended though a place of them is active (see
	// [Rules.GroupsByMoves]).
	Ended []int
	// Doubled lists the places that two dock sets have once entered together: the
	// ports bound to them stay active or in use for ever (see
	// [Rules.DockSetsTogether]). They have several dock sets.
	Doubled []int
}

// Link is a connection that exists or may come to exist: a pair (use port of
// one component, provide port of another), on one node or two. Each side is
// made and removed by the node that it is on (SEMANTICS.md, section 5): the
// user's side lets it see the provider, the provider's side makes it wait for
// the user before leaving.
type Link struct {
	User, UsePort         int // component; port of its type
	Provider, ProvidePort int // component; port of its type
	// UserSide and ProviderSide say which sides exist when the plan starts.
	UserSide, ProviderSide bool
	Pos                    Pos
}

// Node is a host with one executor and its sequential program.
type Node struct {
	Name    string
	Program []Instruction
	// Neighbours are the nodes that "wait all" listens to, sorted: those that a
	// link joins this node with, and those that the assembly names besides.
	Neighbours []int
	// Start is when the node's executor starts, measured from a common origin.
	Start Delay
	// Uptime says when the node is awake; nil: always.
	Uptime *Uptime
	// Boot is what waking up costs, with executor concertod-async.
	Boot Boot
	// Power is what the node draws; nil where nobody says.
	Power *Power
	Pos   Pos
}

// Op is the operation of an instruction.
type Op uint8

const (
	Add        Op = iota // add Component
	Connect              // make this node's sides of Link
	Disconnect           // remove this node's sides of Link
	Delete               // delete Component
	Push                 // push Component Behaviour
	Wait                 // wait Component [Behaviour] [holding]
	WaitAll              // wait all
	Pause                // the program sleeps for Duration
	Limit                // wait until fewer than Most of the components Of are busy
)

// String is the keyword that the language uses ("wait all" for [WaitAll]).
func (o Op) String() string {
	return [...]string{"add", "connect", "disconnect", "delete", "push", "wait", "wait all", "pause", "limit"}[o]
}

// Blocking says whether an instruction of this kind may take time.
func (o Op) Blocking() bool { return o >= Wait || o == Disconnect || o == Delete }

// Numbered says whether Ballet counts instructions of this kind: its logs number them
// without pauses and limits, which are none of its instructions.
func (o Op) Numbered() bool { return o != Pause && o != Limit }

// Instruction is one step of a node's program. Which fields mean something
// depends on Op; the others are zero.
type Instruction struct {
	Op        Op
	Component int   // Add, Delete, Push, Wait
	Link      int   // Connect, Disconnect
	Behaviour int   // Push; Wait: the behaviour named, or -1
	Holding   bool  // Wait, WaitAll: "holding", this node answers active meanwhile
	Duration  Delay // Pause
	Most      int   // Limit: at least 1
	Of        []int // Limit: components of this node, at least Most of them, each once
	Keep      bool  // changes leave it where it is
	Pos       Pos
}

// Confirmed says whether the instruction is a "wait all" that returns only when it is
// confirmed (Rules.Confirmations): one that holds does not.
func (in *Instruction) Confirmed() bool { return in.Op == WaitAll && !in.Holding }

// Limiter makes the waits of `limit most { … }`: a push in the block waits until
// fewer than so many of the other components that have been pushed to in the block are
// busy. The zero value but for Most is a block that begins.
type Limiter struct {
	Most   int
	pushed []int // components, in the order of their first pushes in the block
}

// Push notes a push to a component that comes after some instructions of its program,
// and appends to them the wait that comes before it. There is none where fewer than
// Most others have been pushed to, nor between two pushes to the same component.
func (l *Limiter) Push(program []Instruction, c int) []Instruction {
	others := make([]int, 0, len(l.pushed))
	for _, d := range l.pushed {
		if d != c {
			others = append(others, d)
		}
	}
	if len(others) == len(l.pushed) {
		l.pushed = append(l.pushed, c)
	}
	n := len(program)
	if len(others) < l.Most || n > 0 && program[n-1].Op == Push && program[n-1].Component == c {
		return program
	}
	return append(program, Instruction{Op: Limit, Most: l.Most, Of: others})
}

// Delete notes that a component is deleted: it is never busy again by what has been
// pushed to it.
func (l *Limiter) Delete(c int) {
	l.pushed = slices.DeleteFunc(l.pushed, func(d int) bool { return d == c })
}

// Network says how facts travel between nodes and what the executor adds.
type Network struct {
	Name string
	// Latency is the time that a message takes on the wire from one node to
	// another, for the pairs that Routes does not name.
	Latency Delay
	// Routes holds the latency from node i to node j under the key {i, j}.
	Routes map[[2]int]Delay
	// Platform is what Routes come from, or nil. Then Routes has every pair of
	// which one is a peer of the other (see [Scenario.Peers]).
	Platform Platform
	// ToBroker and FromBroker hold, for each node, how long a message takes
	// between it and the broker; nil unless the profile is [Brokered]. Beside is
	// the node that the broker is on, unless there is a platform.
	ToBroker, FromBroker []Delay
	Beside               int
	Profile              Profile
	Pos                  Pos
}

// Platform says where nodes are. Package network has it as *network.Site, and
// those who need more than names ask it there.
type Platform interface {
	// Host is the name of the host that a node is on.
	Host(node int) string
}

// Between returns the latency from node i to node j; zero where they are one.
func (n *Network) Between(i, j int) Delay {
	if i == j {
		return Delay{}
	}
	if d, ok := n.Routes[[2]int{i, j}]; ok {
		return d
	}
	return n.Latency
}

// Sides returns which sides of a link an instruction run by node n makes or
// removes.
func (s *Scenario) Sides(n, link int) (user, provider bool) {
	l := s.Links[link]
	return s.Components[l.User].Node == n, s.Components[l.Provider].Node == n
}

// AsksRefusal says whether who enters a place asks if the provider of a link refuses: the
// asynchronous runtime takes that of another node as not refusing (SEMANTICS.md, rule 8.5).
func (s *Scenario) AsksRefusal(link int) bool {
	l := &s.Links[link]
	return s.Network.Profile.Kind != Concertod || s.Semantics != Ballet || s.Components[l.User].Node == s.Components[l.Provider].Node
}

// TypeOf returns the type of a component.
func (s *Scenario) TypeOf(component int) *Type { return s.Types[s.Components[component].Type] }
