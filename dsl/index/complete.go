package index

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"adagio/dsl"
	"adagio/dsl/model"
)

// Completion is something that could be written at a position.
type Completion struct {
	Text string
	// Symbol is what the text would mean; nil for a word of the language.
	Symbol *Symbol
}

// Complete lists what could be written at a position of a file, instead of the word
// that it touches: names first.
func (x *Index) Complete(f *dsl.File, at model.Pos) []Completion {
	e := f.Expect(at)
	var out []Completion
	seen := map[string]bool{}
	for _, sort := range e.Names {
		for _, s := range x.candidates(f, at, sort, e.Before) {
			text := written(s)
			if !seen[text] {
				seen[text] = true
				out = append(out, Completion{text, s})
			}
		}
	}
	for _, w := range e.Words {
		if !seen[w] {
			out = append(out, Completion{w, nil})
		}
	}
	return out
}

// written is how a symbol is referred to: with the indices of its declaration.
func written(s *Symbol) string {
	name := s.Name
	if strings.ContainsFunc(name, func(c rune) bool { return c != '_' && !unicode.IsLetter(c) && !unicode.IsDigit(c) }) || unicode.IsDigit(rune(name[0])) {
		name = strconv.Quote(name)
	}
	if len(s.facts) == 0 {
		return name
	}
	var index string
	switch s.Kind {
	case Node, Host, Link:
		_, index, _ = strings.Cut(s.facts[0], name+"[")
	case Component:
		index, _ = strings.CutPrefix(s.facts[0], name+"[")
		if index == s.facts[0] {
			return name
		}
	}
	if end := strings.LastIndex(index, "]"); end >= 0 {
		return name + "[" + index[:end+1]
	}
	return name
}

// candidates are the symbols of a sort that can be meant at a position.
func (x *Index) candidates(f *dsl.File, at model.Pos, sort dsl.Sort, before []string) []*Symbol {
	around := x.enclosing(f, at)
	assembly := around
	if around != nil && around.Kind == Plan {
		assembly = x.assemblyOf(around)
	}
	if around != nil && around.Kind == Property {
		if plan := x.planOf(around); plan != nil {
			assembly = x.assemblyOf(plan)
		}
	}
	component := func(name string) *Symbol {
		if c := assembly.child(name, Component); c != nil {
			return c
		}
		return x.root.child(name, Type)
	}
	if around != nil && around.Kind == Property {
		return x.inProperty(assembly, component, f, at, sort, before)
	}
	switch sort {
	case dsl.PlaceName:
		if around != nil && around.Kind == Plan {
			return component(first(before)).all(Place)
		}
		return around.all(Place)
	case dsl.BoundName:
		if slices.Contains(before, "use") {
			return around.all(Place, Group, Transition)
		}
		return around.all(Place, Group)
	case dsl.TypeName:
		return x.root.all(Type)
	case dsl.AssemblyName:
		return x.root.all(Assembly)
	case dsl.PlanName:
		return slices.DeleteFunc(x.root.all(Plan), func(p *Symbol) bool { return p == around || x.assemblyOf(p) != assembly })
	case dsl.PortName:
		return component(beforeDot(before)).all(Port)
	case dsl.BehaviorName:
		if around != nil && around.Kind == Timings {
			return x.timed(first(before)).all(Behaviour)
		}
		if len(before) > 1 {
			return component(before[1]).all(Behaviour)
		}
	case dsl.TransitionName:
		if n := len(before); n > 1 {
			all := x.timed(first(before)).all(Transition)
			return slices.DeleteFunc(all, func(t *Symbol) bool { return t.on.Name != before[n-2] })
		}
	case dsl.FactorName:
		return around.all(Factor)
	case dsl.NodeRef:
		return x.inAssemblies(assembly, Node)
	case dsl.ComponentRef:
		return x.inAssemblies(assembly, Component)
	case dsl.TimedRef:
		return append(x.root.all(Type), x.inAssemblies(nil, Component)...)
	case dsl.HostRef, dsl.BrokerRef, dsl.MemberRef, dsl.GatewayRef:
		return x.inNetworks(around, Host)
	case dsl.LinkRef:
		return x.inNetworks(around, Link)
	case dsl.VariableName:
		return append(x.bound(f, at), append(x.inAssemblies(assembly, Parameter), x.root.all(Constant)...)...)
	}
	return nil
}

// inProperty is candidates within a property: what is asked for belongs to the component
// that the atom begins with.
func (x *Index) inProperty(assembly *Symbol, component func(string) *Symbol, f *dsl.File, at model.Pos, sort dsl.Sort, before []string) []*Symbol {
	n := len(before)
	switch sort {
	case dsl.SubjectRef:
		return append(x.inAssemblies(assembly, Component), x.inAssemblies(assembly, Node)...)
	case dsl.PlanName:
		return x.root.all(Plan)
	case dsl.PortName:
		return component(beforeDot(before)).all(Port)
	case dsl.BoundName:
		return component(beforeDot(before)).all(Place, Group)
	case dsl.BehaviorName:
		return component(beforeDot(before)).all(Behaviour)
	case dsl.TransitionName: // c runs b.
		if n > 3 {
			all := component(beforeDot(before[:n-2])).all(Transition)
			return slices.DeleteFunc(all, func(t *Symbol) bool { return t.on.Name != before[n-2] })
		}
	case dsl.VariableName:
		return append(x.bound(f, at), append(x.inAssemblies(assembly, Parameter), x.root.all(Constant)...)...)
	}
	return nil
}

// planOf is the plan that a property is of.
func (x *Index) planOf(property *Symbol) *Symbol {
	if len(property.facts) == 0 {
		return nil
	}
	_, name, _ := strings.Cut(property.facts[0], " of ")
	return x.root.child(name, Plan)
}

func first(before []string) string {
	if len(before) == 0 {
		return ""
	}
	return before[0]
}

// beforeDot is the name before the dot that a statement ends with.
func beforeDot(before []string) string {
	depth := 0
	for i := len(before) - 2; i >= 0; i-- {
		switch before[i] {
		case "]":
			depth++
		case "[":
			depth--
		default:
			if depth == 0 {
				return before[i]
			}
		}
	}
	return ""
}

// all are the children of the given kinds; of a component, those of its types.
func (s *Symbol) all(kinds ...Kind) []*Symbol {
	if s == nil {
		return nil
	}
	var out []*Symbol
	for _, t := range s.types {
		out = append(out, t.all(kinds...)...)
	}
	for _, c := range s.Children {
		if slices.Contains(kinds, c.Kind) {
			out = append(out, c)
		}
	}
	return out
}

// enclosing is the declaration that a position is in, or nil.
func (x *Index) enclosing(f *dsl.File, at model.Pos) *Symbol {
	var found *Symbol
	for _, s := range x.root.Children {
		for _, d := range s.Decls {
			if d.File == f.Name && compare(d.Pos, at) <= 0 && compare(at, f.Extent(d.Pos)) <= 0 {
				found = s
			}
		}
	}
	return found
}

func (x *Index) assemblyOf(plan *Symbol) *Symbol {
	if len(plan.facts) == 0 {
		return nil
	}
	_, name, _ := strings.Cut(plan.facts[0], " of ")
	return x.root.child(name, Assembly)
}

// timed is the component type or the component that a timing is for.
func (x *Index) timed(name string) *Symbol {
	if t := x.root.child(name, Type); t != nil {
		return t
	}
	for _, a := range x.root.all(Assembly) {
		if c := a.child(name, Component); c != nil {
			return c
		}
	}
	return nil
}

// inAssemblies are the nodes or components of an assembly, or of all where there is
// none around.
func (x *Index) inAssemblies(around *Symbol, kind Kind) []*Symbol {
	if around != nil && around.Kind == Assembly {
		return around.all(kind)
	}
	var out []*Symbol
	for _, a := range x.root.all(Assembly) {
		out = append(out, a.all(kind)...)
	}
	return out
}

func (x *Index) inNetworks(around *Symbol, kind Kind) []*Symbol {
	if around != nil && around.Kind == Network {
		return around.all(kind)
	}
	var out []*Symbol
	for _, n := range x.root.all(Network) {
		out = append(out, n.all(kind)...)
	}
	return out
}

// bound are the loop variables that have a value at a position.
func (x *Index) bound(f *dsl.File, at model.Pos) []*Symbol {
	var out []*Symbol
	for _, m := range x.marks[f.Name] {
		if compare(m.Pos, at) > 0 {
			break
		}
		if m.Symbol.Kind == Variable && m.Symbol.Decls[0] == m.Span && compare(at, f.Extent(m.Pos)) <= 0 {
			out = append(out, m.Symbol)
		}
	}
	return out
}

// Entry is a part of the outline of a file.
type Entry struct {
	Kind    Kind
	Name    string
	Detail  string
	Span    dsl.Span  // of the name
	End     model.Pos // of the statement
	Entries []Entry
}

// Outline lists what a file declares.
func (x *Index) Outline(f *dsl.File) []Entry {
	entries := x.outline(f, x.root.Children)
	slices.SortStableFunc(entries, func(a, b Entry) int { return compare(a.Span.Pos, b.Span.Pos) })
	return entries
}

func (x *Index) outline(f *dsl.File, symbols []*Symbol) []Entry {
	var out []Entry
	for _, s := range symbols {
		for i, d := range s.Decls {
			if d.File != f.Name {
				continue
			}
			e := Entry{Kind: s.Kind, Name: s.Name, Span: d, End: f.Extent(d.Pos)}
			if s.Kind == Place || s.Kind == Parameter {
				e.End = model.Pos{File: d.File, Line: d.Line, Column: d.Column + d.Length}
			}
			if i < len(s.facts) && len(s.Children) == 0 {
				e.Detail = s.facts[i]
			}
			if i == 0 {
				e.Entries = x.outline(f, s.Children)
			}
			if s.Kind == Plan {
				e.Entries = x.programsOf(f, s, e)
			}
			out = append(out, e)
		}
	}
	return out
}

// programsOf lists the programs of a plan.
func (x *Index) programsOf(f *dsl.File, plan *Symbol, in Entry) []Entry {
	var out []Entry
	for _, m := range x.marks[f.Name] {
		if m.Symbol.Kind != Node || compare(m.Pos, in.Span.Pos) < 0 || compare(m.Pos, in.End) > 0 {
			continue
		}
		out = append(out, Entry{Kind: Program, Name: "on " + written(m.Symbol), Span: m.Span, End: f.Extent(m.Pos)})
	}
	return out
}
