package dsl

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"adagio/dsl/diag"
	"adagio/dsl/model"
)

// Elements knows the nodes, components and connections of a scenario by their names,
// with the brackets of their indices or without them.
type Elements struct {
	s                 *model.Scenario
	nodes, components map[string]int
	links             map[[2]string]int
	names             []string
}

// NewElements looks up the names of a scenario.
func NewElements(s *model.Scenario) *Elements {
	e := &Elements{s, map[string]int{}, map[string]int{}, map[[2]string]int{}, nil}
	for i, n := range s.Nodes {
		put(e.nodes, flat(n.Name), i)
	}
	for i, c := range s.Components {
		put(e.components, flat(c.Name), i)
	}
	for _, known := range []map[string]int{e.nodes, e.components} {
		e.names = append(e.names, sortedKeys(known)...)
	}
	slices.Sort(e.names)
	for i, n := range s.Nodes { // whole names go first
		e.nodes[n.Name] = i
	}
	for i, c := range s.Components {
		e.components[c.Name] = i
	}
	for i, l := range s.Links {
		e.links[[2]string{s.PortName(l.Provider, l.ProvidePort), s.PortName(l.User, l.UsePort)}] = i
	}
	return e
}

// flat is a name without the brackets of its index.
func flat(name string) string { return strings.NewReplacer("[", "", "]", "").Replace(name) }

// ambiguous stands for several elements that have one name without brackets: a1[2]
// and a[12].
const ambiguous = -1

func put(index map[string]int, name string, i int) {
	if _, taken := index[name]; taken {
		i = ambiguous
	}
	index[name] = i
}

// find looks an element up and says why there is none.
func (e *Elements) find(known map[string]int, what, name string) (i int, wrong string) {
	i, ok := known[name]
	switch {
	case !ok:
		wrong = fmt.Sprintf("there is no %s %s", what, shorten(name))
		if near := diag.Nearest(name, e.names); near != "" {
			wrong += "; did you mean " + near + "?"
		}
	case i == ambiguous:
		var means []string
		for _, n := range e.s.Nodes {
			if what == "node" && flat(n.Name) == flat(name) {
				means = append(means, n.Name)
			}
		}
		for _, c := range e.s.Components {
			if what == "component" && flat(c.Name) == flat(name) {
				means = append(means, c.Name)
			}
		}
		wrong = fmt.Sprintf("%s names several %ss: %s", name, what, strings.Join(means, ", "))
	}
	return i, wrong
}

// Node returns the node of that name.
func (e *Elements) Node(name string) (int, error) {
	n, wrong := e.find(e.nodes, "node", name)
	if wrong != "" {
		return 0, fmt.Errorf("%s", wrong)
	}
	return n, nil
}

// Instruction reads an instruction of a program, such as "push nova[0] deploy"; a
// push may name several behaviours. Diagnostics have the given name for the file.
func (e *Elements) Instruction(name, text string) ([]model.Instruction, diag.List) {
	p, list := fragmentParser(name, text)
	if list != nil {
		return nil, list
	}
	var body []Instruction
	switch t := *p.lex.Peek(); {
	case t.EOF():
		p.expected("an instruction", "write for example push COMPONENT BEHAVIOR or wait COMPONENT")
	case t.Value == "for" || t.Value == "if" || t.Value == "limit" || t.Value == "keep":
		p.report(t, "an instruction by itself has no block", "write each out")
	case t.Type != word || programBlock.words[t.Value] == nil:
		p.report(t, describe(t)+" is not an instruction", cmp.Or(suggestion(t.Value, programBlock.words), "they are add, delete, connect, disconnect, push, wait and pause"))
	default:
		readStatement(p, &programBlock, &body)
		if len(p.errors) == 0 && !p.lex.Peek().EOF() {
			p.expected("the end of the instruction", "")
		}
	}
	if p.errors != nil {
		return nil, p.errors
	}
	r := small()
	out := e.resolve(r, &body[0])
	if r.errors != nil {
		return nil, r.errors
	}
	return out, nil
}

// resolve finds what an instruction names.
func (e *Elements) resolve(r *resolver, s *Instruction) []model.Instruction {
	in := model.Instruction{Op: s.Op, Behaviour: -1, Holding: s.Holding}
	switch s.Op {
	case model.WaitAll:
		return []model.Instruction{in}
	case model.Pause:
		in.Duration = r.delay(s.Duration).delay
		return []model.Instruction{in}
	case model.Connect, model.Disconnect:
		provider, okProvider := e.port(r, s.Connection.From)
		user, okUser := e.port(r, s.Connection.To)
		link, ok := e.links[[2]string{provider, user}]
		if okProvider && okUser && !ok {
			r.fail(s.Span, fmt.Sprintf("%s -> %s is not a connection of the model", provider, user), "write "+s.Op.String()+" PROVIDER.PORT -> USER.PORT")
		}
		in.Link = link
		return []model.Instruction{in}
	}
	c, ok := e.component(r, s.Component.Ref)
	if !ok {
		return nil
	}
	if in.Component = c; len(s.Behaviours) == 0 {
		return []model.Instruction{in}
	}
	var out []model.Instruction
	for _, name := range s.Behaviours {
		t := e.s.TypeOf(c)
		in.Behaviour = slices.IndexFunc(t.Behaviours, func(b model.Named) bool { return b.Name == name.Text })
		if in.Behaviour < 0 {
			known := make([]string, len(t.Behaviours))
			for i, b := range t.Behaviours {
				known[i] = b.Name
			}
			r.fail(name.Span, fmt.Sprintf("component type %s has no behavior %s: it has %s", t.Name, shorten(name.Text), strings.Join(known, ", ")), diag.DidYouMean(name.Text, known))
		}
		out = append(out, in)
	}
	return out
}

// component finds the component that a reference names.
func (e *Elements) component(r *resolver, ref Ref) (int, bool) {
	index, ok := r.indices(ref, nil)
	if !ok {
		return 0, false
	}
	c, wrong := e.find(e.components, "component", string(fullName(nil, ref.Name.Text, index)))
	if wrong != "" {
		r.fail(ref.Span(), wrong, "")
	}
	return c, wrong == ""
}

// port is the name of a port as connections have it.
func (e *Elements) port(r *resolver, ref PortRef) (string, bool) {
	c, ok := e.component(r, ref.Component.Ref)
	if !ok {
		return "", false
	}
	t := e.s.TypeOf(c)
	for i, p := range t.Ports {
		if p.Name == ref.Port.Text {
			return e.s.PortName(c, i), true
		}
	}
	known := make([]string, len(t.Ports))
	for i, p := range t.Ports {
		known[i] = p.Name
	}
	r.fail(ref.Port.Span, fmt.Sprintf("component type %s has no port %s", t.Name, shorten(ref.Port.Text)), diag.DidYouMean(ref.Port.Text, known))
	return "", false
}
