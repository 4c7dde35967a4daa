package measure

import (
	"fmt"
	"slices"
	"strings"

	"adagio/dsl/model"
)

// Mapping finds what measured names mean in a scenario. Ballet's names have no
// brackets: worker0 is the component or node worker[0].
type Mapping struct {
	s          *model.Scenario
	nodes      map[string]int
	components map[string]int
	on         [][]int // the components of each node
}

// ambiguous marks a name that two elements would be measured under.
const ambiguous = -1

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
	m.nodes, m.components = index(nodes), index(components)
	return m
}

// index registers the ways in which a log may write names. The name itself wins
// over all others.
func index(names []string) map[string]int {
	out := map[string]int{}
	for _, between := range []string{"", "_", "-"} {
		flatten := strings.NewReplacer("][", between, "[", between, "]", "")
		for i, name := range names {
			flat := flatten.Replace(name)
			if old, ok := out[flat]; ok && old != i {
				i = ambiguous
			}
			out[flat] = i
		}
	}
	for i, name := range names {
		out[name] = i
	}
	return out
}

// Scenario is the scenario whose names are mapped.
func (m *Mapping) Scenario() *model.Scenario { return m.s }

// Node is the index of the node that a measured name means.
func (m *Mapping) Node(name string) (int, error) { return find(m.nodes, "node", name) }

// Component is the index of the component that a measured name means.
func (m *Mapping) Component(name string) (int, error) { return find(m.components, "component", name) }

func find(index map[string]int, what, name string) (int, error) {
	switch i, ok := index[name]; {
	case !ok:
		return 0, fmt.Errorf("the model has no %s %s", what, name)
	case i == ambiguous:
		return 0, fmt.Errorf("%s %s can be several of the model", what, name)
	default:
		return i, nil
	}
}

// Transition is the component and the index in its type of a measured
// transition. Where the name does not tell the component it is the only one of
// the node that has such a transition.
func (m *Mapping) Transition(node int, it Item) (component, transition int, err error) {
	if it.Component != "" {
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
	found := 0
	for _, c := range m.on[node] {
		if t := m.transitionOf(c, it.Element); t >= 0 {
			component, transition = c, t
			found++
		}
	}
	switch found {
	case 0:
		return 0, 0, fmt.Errorf("no component of node %s has a transition %s", m.s.Nodes[node].Name, it.Element)
	case 1:
		return component, transition, nil
	}
	return 0, 0, fmt.Errorf("several components of node %s have a transition %s", m.s.Nodes[node].Name, it.Element)
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
	for i := range text {
		if text[i] != '-' {
			continue
		}
		if c, e := m.Component(text[i+1:]); e == nil {
			if b := m.behaviourOf(c, text[:i]); b >= 0 {
				return c, b, nil
			}
		}
	}
	return 0, 0, fmt.Errorf("the model has no component with behaviour %s", it.Name)
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
	c, err := m.Component(rest)
	return err == nil && c == in.Component && (in.Op != model.Wait || in.Holding == it.Holding)
}
