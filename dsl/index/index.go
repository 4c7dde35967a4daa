// Package index says what is at a position of a model: which declaration a name
// means and where else it is meant, what somebody who reads it wants to know, and
// what could be written there. It is for editors.
//
//	x := index.Build(files)
//	if m, ok := x.At(pos); ok {
//		fmt.Println(m.Symbol.Kind, m.Symbol.Name, m.Symbol.Decls, m.Symbol.Uses)
//	}
//	text, span := x.Describe(pos)
//
// It works on syntax trees, also on those of files with mistakes, and evaluates
// nothing: worker[0] and worker[s] are one node, worker.
package index

import (
	"cmp"
	"slices"

	"adagio/dsl"
	"adagio/dsl/model"
)

// Kind is what a symbol stands for.
type Kind uint8

// The kinds of symbols.
const (
	Type Kind = iota
	Place
	Group
	Behaviour
	Transition
	Port
	Assembly
	Parameter
	Node
	Component
	Plan
	Program // of a node in a plan; only outlines have it
	Property
	Timings
	Network
	Constant
	Variable // of a loop, or an index that ranges over all instances
	Host     // or a router or a zone of a platform
	Link     // of a platform
	Factor   // of timings
)

// String is the kind in words.
func (k Kind) String() string {
	return [...]string{"component type", "place", "group", "behavior", "transition", "port", "assembly", "parameter", "node", "component", "plan", "program", "property", "timings", "network", "constant", "loop variable", "host", "link", "factor"}[k]
}

// Symbol is something that has a name.
type Symbol struct {
	Kind     Kind
	Name     string
	Parent   *Symbol   // what it is declared in: the type of a place, the assembly of a node, …; nil at the top
	Children []*Symbol // in the order of declaration
	Decls    []dsl.Span
	Uses     []dsl.Span // without the declarations

	named map[string][]*Symbol // the children
	types []*Symbol            // of a component: one, unless its instances differ
	on    *Symbol              // the node of a component, the behaviour of a transition
	facts []string             // how it was declared, in the language
	times []timing             // of a transition
	links []*link              // of a port, of a component
}

// timing is a duration that is given for a transition.
type timing struct {
	text string
	in   string // the block of timings that gives it; "" for the type itself
	who  string // the component that it is for; "" for all of the type
	at   model.Pos
}

// link is a connection of an assembly.
type link struct {
	text     string
	from, to *end
	at       model.Pos
}

// end is an end of a connection.
type end struct{ component, port *Symbol }

// child finds what is declared in a symbol.
func (s *Symbol) child(name string, kinds ...Kind) *Symbol {
	if s == nil {
		return nil
	}
	for _, c := range s.named[name] {
		if slices.Contains(kinds, c.Kind) {
			return c
		}
	}
	return nil
}

// Mark is a name in a file, with what it means.
type Mark struct {
	dsl.Span
	Symbol *Symbol
}

// statement is a part of a file of which there is something to say as a whole.
type statement struct {
	dsl.Span
	about func() string
}

// Index is what is known of the files of a model.
type Index struct {
	root       Symbol // its children are the declarations of all files
	files      []*dsl.File
	marks      map[string][]Mark // by file, in the order of the text
	statements map[string][]statement
	commands   []command
}

// Build makes the index of a model.
func Build(files []*dsl.File) *Index {
	x := &Index{files: files, marks: map[string][]Mark{}, statements: map[string][]statement{}}
	b := &builder{Index: x}
	for _, f := range files {
		b.declare(f)
	}
	for _, f := range files {
		b.resolve(f)
	}
	for _, marks := range x.marks {
		slices.SortStableFunc(marks, func(a, b Mark) int { return compare(a.Pos, b.Pos) })
	}
	for _, list := range x.statements {
		slices.SortStableFunc(list, func(a, b statement) int { return compare(a.Pos, b.Pos) })
	}
	return x
}

func compare(a, b model.Pos) int {
	return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
}

// At finds the name at a position; right behind a name is at it, too.
func (x *Index) At(at model.Pos) (Mark, bool) {
	marks := x.marks[at.File]
	i, _ := slices.BinarySearchFunc(marks, at, func(m Mark, at model.Pos) int { return cmp.Or(compare(m.Pos, at), -1) })
	for i--; i >= 0 && marks[i].Line == at.Line; i-- {
		if marks[i].Column+marks[i].Length >= at.Column {
			return marks[i], true
		}
	}
	return Mark{}, false
}

// Marks are all names of a file, in the order of the text.
func (x *Index) Marks(file string) []Mark { return x.marks[file] }
