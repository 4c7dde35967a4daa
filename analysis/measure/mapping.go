package measure

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"adagio/dsl/diag"
	"adagio/dsl/model"
)

// Mapping finds what measured names mean in a scenario. Ballet's names have no
// brackets: worker0 is the component or node worker[0].
type Mapping struct {
	s                 *model.Scenario
	nodes, components meanings
	on                [][]int // the components of each node
}

// meanings finds the elements that would be measured under a name.
type meanings struct {
	of    map[string][]int
	names []string // of the elements
	what  string
}

// NewMapping prepares the names of a scenario.
func NewMapping(s *model.Scenario) *Mapping {
	m := &Mapping{s: s, on: make([][]int, len(s.Nodes))}
	var nodes, components []string
	for _, n := range s.Nodes {
		nodes = append(nodes, n.Name)
	}
	for i, c := range s.Components {
		components = append(components, c.Name)
		m.on[c.Node] = append(m.on[c.Node], i)
	}
	m.nodes, m.components = index("node", nodes), index("component", components)
	return m
}

// index registers the ways in which a log may write names. A name with its brackets
// can only be itself.
func index(what string, names []string) meanings {
	out := meanings{map[string][]int{}, names, what}
	for _, between := range []string{"", "_", "-"} {
		flatten := strings.NewReplacer("][", between, "[", between, "]", "")
		for i, name := range names {
			if flat := flatten.Replace(name); !slices.Contains(out.of[flat], i) {
				out.of[flat] = append(out.of[flat], i)
			}
		}
	}
	for i, name := range names {
		if strings.Contains(name, "[") {
			out.of[name] = []int{i}
		}
	}
	return out
}

// Scenario is the scenario whose names are mapped.
func (m *Mapping) Scenario() *model.Scenario { return m.s }

// Node is the index of the node that a measured name means.
func (m *Mapping) Node(name string) (int, error) { return m.nodes.find(name) }

// Component is the index of the component that a measured name means.
func (m *Mapping) Component(name string) (int, error) { return m.components.find(name) }

// find is the element of a name; the only one has no name in tables of one process.
func (m meanings) find(name string) (int, error) {
	if name == "" && len(m.names) == 1 {
		return 0, nil
	}
	switch found := m.of[name]; len(found) {
	case 0:
		wrong := fmt.Sprintf("the model has no %s %s", m.what, name)
		if words := diag.DidYouMean(name, m.names); words != "" {
			wrong += "; " + words
		}
		return 0, errors.New(wrong)
	case 1:
		return found[0], nil
	default:
		return 0, fmt.Errorf("%s %s is ambiguous: it can be %s", m.what, name, m.list(found))
	}
}

// list names elements.
func (m meanings) list(elements []int) string {
	var out []string
	for _, i := range elements {
		out = append(out, m.names[i])
	}
	return strings.Join(out, " or ")
}

// Transition is the component and the index in its type of a measured
// transition. Where the name does not tell the component it is the only one of
// the node that has such a transition.
func (m *Mapping) Transition(node int, it Item) (component, transition int, err error) {
	if it.Component != "" {
		if it, err = m.cut(it); err != nil {
			return 0, 0, err
		}
		c, err := m.Component(it.Component)
		if err == nil && m.s.Components[c].Node != node {
			err = fmt.Errorf("component %s is not on node %s", it.Component, m.s.Nodes[node].Name)
		}
		if err != nil {
			return 0, 0, err
		}
		t := m.transitionOf(c, it.Element)
		if t < 0 {
			return 0, 0, fmt.Errorf("component %s has no transition %s", it.Component, it.Element)
		}
		return c, t, nil
	}
	var found []int
	for _, c := range m.on[node] {
		if t := m.transitionOf(c, it.Element); t >= 0 {
			component, transition = c, t
			found = append(found, c)
		}
	}
	switch len(found) {
	case 0:
		return 0, 0, fmt.Errorf("no component of node %s has a transition %s", m.s.Nodes[node].Name, it.Element)
	case 1:
		return component, transition, nil
	}
	return 0, 0, fmt.Errorf("several components of node %s have a transition %s: it can be that of %s", m.s.Nodes[node].Name, it.Element, m.components.list(found))
}

// cut parts a name with dots, which names of components and transitions may have, where
// it names a transition of a component; as it is where it does not.
func (m *Mapping) cut(it Item) (Item, error) {
	whole := it.Component + "." + it.Element
	var found []string
	for i := range whole {
		if whole[i] != '.' {
			continue
		}
		if slices.ContainsFunc(m.components.of[whole[:i]], func(c int) bool { return m.transitionOf(c, whole[i+1:]) >= 0 }) {
			it.Component, it.Element = whole[:i], whole[i+1:]
			found = append(found, fmt.Sprintf("%s of %s", it.Element, it.Component))
		}
	}
	if len(found) > 1 {
		return it, fmt.Errorf("transition %s is ambiguous: it can be %s", whole, strings.Join(found, " or "))
	}
	return it, nil
}

func (m *Mapping) transitionOf(component int, name string) int {
	return slices.IndexFunc(m.s.TypeOf(component).Transitions, func(t model.Transition) bool { return t.Name == name })
}

// Behaviour is the component and the index in its type of a measured behaviour.
func (m *Mapping) Behaviour(it Item) (component, behaviour int, err error) {
	// A name may have hyphens of its own: try every way to cut it in two.
	text := it.Name
	if it.Occurrence > 1 {
		text = text[:strings.LastIndex(text, "-#")]
	}
	var found []string
	for i := range text {
		if text[i] != '-' {
			continue
		}
		for _, c := range m.components.of[text[i+1:]] {
			if b := m.behaviourOf(c, text[:i]); b >= 0 {
				component, behaviour = c, b
				found = append(found, fmt.Sprintf("%s of %s", text[:i], m.s.Components[c].Name))
			}
		}
	}
	switch len(found) {
	case 0:
		return 0, 0, fmt.Errorf("the model has no component with behaviour %s", it.Name)
	case 1:
		return component, behaviour, nil
	}
	return 0, 0, fmt.Errorf("behaviour %s is ambiguous: it can be %s", it.Name, strings.Join(found, " or "))
}

func (m *Mapping) behaviourOf(component int, name string) int {
	return slices.IndexFunc(m.s.TypeOf(component).Behaviours, func(b model.Named) bool { return b.Name == name })
}

// ops are Ballet's words for instructions.
var ops = map[string]model.Op{"add": model.Add, "del": model.Delete, "conn": model.Connect, "dcon": model.Disconnect, "push_b": model.Push, "wait": model.Wait, "waitall": model.WaitAll}

// Instruction is the index in the node's program of a measured instruction. The
// final "wait all" that Ballet appends to every program is -1, unless the model
// has it. Ballet does not count all, see [model.Op.Numbered].
func (m *Mapping) Instruction(node int, it Item) (int, error) {
	program := m.s.Nodes[node].Program
	op, ok := ops[it.Op]
	position := 0
	for i, in := range program {
		if !in.Op.Numbered() {
			continue
		}
		if position == it.Position {
			if !ok || in.Op != op || !m.same(in, it) {
				return 0, fmt.Errorf("node %s: the measured instruction %s is %q in the model", m.s.Nodes[node].Name, it.Name, m.s.Text(in))
			}
			return i, nil
		}
		position++
	}
	if ok && op == model.WaitAll && it.Position == position {
		return -1, nil
	}
	return 0, fmt.Errorf("node %s: the model has no instruction %s", m.s.Nodes[node].Name, it.Name)
}

// same says whether a measured instruction can be one of the model, whose
// operation and position agree.
func (m *Mapping) same(in model.Instruction, it Item) bool {
	switch in.Op {
	case model.Push, model.Wait, model.Add, model.Delete:
	default:
		return true // a connection, whose sides may be written in another order
	}
	rest := it.Component
	if it.Element != "" {
		rest += "-" + it.Element
	}
	if in.Op == model.Add || in.Op == model.Push {
		// component-type or component-behaviour, either of which may have hyphens
		i := strings.LastIndex(rest, "-")
		if in.Op == model.Push {
			i = len(rest) - len(m.s.TypeOf(in.Component).Behaviours[in.Behaviour].Name) - 1
			if i < 0 || rest[i] != '-' || rest[i+1:] != m.s.TypeOf(in.Component).Behaviours[in.Behaviour].Name {
				return false
			}
		}
		if i < 0 {
			return false
		}
		rest = rest[:i]
	}
	return slices.Contains(m.components.of[rest], in.Component) && (in.Op != model.Wait || in.Holding == it.Holding)
}
