package model

// Record is who does what in an execution of a plan. What is of a date is a T: the date
// itself in an execution, or the event of an event graph that has it. What does not happen
// has the T that stands for none.
type Record[T any] struct {
	Nodes      []NodeRecord[T]
	Components []ComponentRecord[T]
}

// NodeRecord is what the program of a node does.
type NodeRecord[T any] struct {
	Start        T
	Instructions []Span[T] // by instruction
	End          T         // of the program, without the closing wait all
}

// ComponentRecord is what a component does. Lists are in the order of occurrence.
type ComponentRecord[T any] struct {
	Behaviours []BehaviourRun[T] // by push
	Firings    []Firing[T]
	Moves      []Move[T]
	Deletions  []Deletion[T]
}

// Span is a start and an end.
type Span[T any] struct{ Start, End T }

// BehaviourRun is one execution of a behaviour (SEMANTICS.md, rule 2.5).
type BehaviourRun[T any] struct {
	Behaviour  int
	Begin, End T
}

// Firing is one execution of a transition (rules 2.2 and 2.3).
type Firing[T any] struct {
	Transition int
	Start, End T
}

// Move is a place entered or left (rules 2.4 and 2.1).
type Move[T any] struct {
	Place     int
	Behaviour int  // in which this happens; -1 for the entry with which a component is added
	Entered   bool // or left
	At        T
}

// Deletion is that a component was deleted after so many of its moves.
type Deletion[T any] struct {
	Moves int
	At    T
}

// NewRecord is the record of an execution in which nothing has happened.
func NewRecord[T any](s *Scenario, none T) Record[T] {
	r := Record[T]{make([]NodeRecord[T], len(s.Nodes)), make([]ComponentRecord[T], len(s.Components))}
	for n := range r.Nodes {
		r.Nodes[n] = NodeRecord[T]{none, make([]Span[T], len(s.Nodes[n].Program)), none}
		for i := range r.Nodes[n].Instructions {
			r.Nodes[n].Instructions[i] = Span[T]{none, none}
		}
	}
	return r
}

// ByTransition lists the firings of each transition of the component's type.
func (k *ComponentRecord[T]) ByTransition(t *Type) [][]Firing[T] {
	out := make([][]Firing[T], len(t.Transitions))
	for _, f := range k.Firings {
		out[f.Transition] = append(out[f.Transition], f)
	}
	return out
}
