package petri

import "adagio/dsl/model"

// Leg says which part of its way a network delay is where a fact goes to a node that
// sleeps and reads it from a broker.
type Leg uint8

// The parts of a way.
const (
	Whole    Leg = iota
	ToBroker     // until a reading is due that brings the fact; begins when the node is awake
	Reading      // until that reading ends, which keeps the node awake
)

// Kind says what a place or transition of the net stands for.
type Kind uint8

// The kinds of element. The comment says which fields of [Origin] are set
// besides Node.
const (
	NodeStart    Kind = iota // the executor of the node starts
	ProgramStep              // an instruction is executed or waited for; Instruction
	WaitBegin                // a wait on a remote fact begins to look; Instruction
	PauseBegin               // a pause begins; Instruction
	ComponentAdd             // a component enters its initial place; Component
	BehaviourRun             // a behaviour begins; Component, Behaviour, Push
	BehaviourEnd             // a behaviour ends; Component, Behaviour, Push
	LeaveTry                 // a place is about to be left, its ports refuse; Component, Element (place)
	Leave                    // a place is left; Component, Element (place)
	Start                    // a transition starts; Component, Element (transition)
	Fire                     // a transition runs and ends; Component, Element (transition)
	Enter                    // a place is entered; Component, Element (place)
	Step                     // the executor's own time between two local events; Component
	Look                     // the executor asks for remote facts; Component or Instruction
	Published                // a fact leaves its node; Fact
	Network                  // a fact travels to another node; Fact
	Derived                  // a condition computed from facts: served, allowed, unlocked; Fact, or Component and Element (port)
	Shown                    // whether every component of the node is idle; Fact
	Closing                  // the wait all that closes the program of the node
)

var kindNames = [...]string{"start of the node", "instruction", "begin of a wait", "begin of a pause", "entry into the initial place",
	"begin of behaviour", "end of behaviour", "attempt to leave", "departure", "start of transition", "transition", "entry",
	"step", "look", "publication", "network delay", "condition", "whether every component is idle", "closing wait all"}

// String is the kind in a user's words.
func (k Kind) String() string { return kindNames[k] }

// Origin is what an element of the net came from: provenance. Fields that do
// not apply are -1.
type Origin struct {
	Kind        Kind
	Ceases      bool // what is summed up, published or travels is that the fact holds no longer
	Node        int
	Instruction int // index into the node's program
	Component   int
	Behaviour   int
	Push        int // counts the pushes to the component from 0
	Element     int // place, transition or port of the component's type, by Kind
	Fact        Fact
	Pos         *model.Pos // in the scenario
}

// Hash is a number for an origin, the same for equal ones.
func (o *Origin) Hash() uint {
	h := uint(o.Kind)
	for _, n := range [...]int{o.Node, o.Instruction, o.Component, o.Behaviour, o.Push, o.Element, int(o.Fact.Kind), o.Fact.Component, o.Fact.Index} {
		h = h*31 + uint(n)
	}
	if o.Ceases {
		h++
	}
	return h
}

// equal says whether two origins are the same, be it in two copies of a scenario.
func (o *Origin) equal(other *Origin) bool {
	a, b := *o, *other
	a.Pos, b.Pos = nil, nil
	return a == b && *o.Pos == *other.Pos
}

// What says what happens, but not to whom: comparable values that are the same for what is
// alike, in any two nets.
type What struct {
	kind   Kind
	fact   FactKind
	ceases bool
}

// What says what happens.
func (o *Origin) What() What { return What{o.Kind, o.Fact.Kind, o.Ceases} }

// EventClass identifies an event but for instances: events of one class happen to components of
// one type, at one place in the text of the model.
type EventClass struct {
	what                     What
	component                *model.Type
	behaviour, push, element int
	about                    *model.Type // of the component that a fact is about
	index                    int
	pos                      model.Pos
}

// Class returns the class of an event of a net of the scenario.
func (o *Origin) Class(s *model.Scenario) EventClass {
	c := EventClass{what: o.What(), behaviour: o.Behaviour, push: o.Push, element: o.Element, pos: *o.Pos}
	if o.Component >= 0 {
		c.component = s.TypeOf(o.Component)
	}
	switch o.Fact.Kind {
	case Active, Accepting, Free, Idle, Ended:
		c.about, c.index = s.TypeOf(o.Fact.Component), o.Fact.Index
	}
	return c
}

// FactKind tells what kind of statement a [Fact] is.
type FactKind uint8

const (
	NoFact    FactKind = iota
	Active             // the provide port is active
	Accepting          // the provide port is not refusing
	Free               // the use port is not in use
	Idle               // the component is idle with an empty queue, and its node not in a "wait … holding"
	Ended              // the push has ended (semantics concerto-d)
	NodeIdle           // every component of the node is idle
	Present            // the node is there: it says so to others, and tells them what holds
	Asked              // the node has asked another, Index, while that was idle
)

// Fact is a statement about one node that others may ask for.
type Fact struct {
	Kind      FactKind
	Node      int // that it is about
	Component int // all kinds but NodeIdle, Present and Asked
	Index     int // port; push for Ended; node for Asked
}
