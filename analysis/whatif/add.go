package whatif

import (
	"fmt"
	"slices"
	"strings"

	"adagio/dsl"
	"adagio/dsl/model"
)

// add puts an instruction into the programs of the nodes that it names: before or
// after another one, or at the end.
func (c Change) add(s *model.Scenario) error {
	x := c.change.First
	if x.Nth != nil {
		return fmt.Errorf("#%d tells instructions that are there apart: leave it out of what is added", x.Nth.N)
	}
	among, err := nodes(s, &x.Node)
	if err != nil {
		return err
	}
	var second []int
	if c.change.Second != nil {
		if second, err = c.find(s, c.change.Second); err != nil {
			return err
		}
	}
	for _, n := range among {
		list, err := c.instructions(s, n)
		if err != nil {
			return err
		}
		to := len(s.Nodes[n].Program)
		if second != nil {
			if to, err = c.place(s, second, n); err != nil {
				return err
			}
		}
		s.Nodes[n].Program = slices.Insert(s.Nodes[n].Program, to, list...)
	}
	return nil
}

// instructions are what is added to the program of a node.
func (c Change) instructions(s *model.Scenario, n int) ([]model.Instruction, error) {
	x := c.change.First
	in := model.Instruction{Op: ops[x.Op.Text], Behaviour: -1, Holding: x.Holding}
	switch {
	case in.Op == model.Wait && x.All != nil:
		in.Op = model.WaitAll
		return []model.Instruction{in}, nil
	case in.Op == model.Pause && x.Duration != nil:
		d, list := x.Duration.Value()
		in.Duration = d
		return []model.Instruction{in}, list.Err()
	case in.Op == model.Pause:
		return nil, fmt.Errorf("%q does not say how long: write pause NODE 2s", c.selected(x))
	case x.Component == nil:
		return nil, fmt.Errorf("%q does not say which component: write %s NODE COMPONENT", c.selected(x), x.Op.Text)
	}
	component, err := instance(s, x.Component, n)
	if err != nil {
		return nil, err
	}
	in.Component = component
	isLink := in.Op == model.Connect || in.Op == model.Disconnect
	switch t := s.TypeOf(component); {
	case isLink && x.User == nil:
		return nil, fmt.Errorf("%q names no connection: write %s NODE PROVIDER.PORT -> USER.PORT", c.selected(x), x.Op.Text)
	case isLink:
		user, err := instance(s, x.User, n)
		in.Component = 0
		in.Link = slices.IndexFunc(s.Links, func(l model.Link) bool {
			return l.Provider == component && l.User == user && t.Ports[l.ProvidePort].Name == x.Port.Text && s.TypeOf(user).Ports[l.UsePort].Name == x.UserPort.Text
		})
		if err == nil && in.Link < 0 {
			err = fmt.Errorf("%q names no connection of the model", c.selected(x))
		}
		return []model.Instruction{in}, err
	case x.Port != nil:
		return nil, fmt.Errorf("%q: %s is of a component, not of a port", c.selected(x), x.Op.Text)
	case s.Components[component].Node != n && in.Op != model.Wait:
		return nil, fmt.Errorf("%q: %s is on node %s, not on %s", c.selected(x), s.Components[component].Name, s.Nodes[s.Components[component].Node].Name, s.Nodes[n].Name)
	case in.Op == model.Push && len(x.Behaviours) == 0:
		return nil, fmt.Errorf("%q does not say which behavior: write push NODE COMPONENT BEHAVIOR", c.selected(x))
	case in.Op == model.Wait && len(x.Behaviours) > 1, in.Op != model.Wait && in.Op != model.Push && len(x.Behaviours) > 0:
		return nil, fmt.Errorf("%q has too many behaviors", c.selected(x))
	case x.Holding && in.Op != model.Wait:
		return nil, fmt.Errorf("%q: nothing but a wait is holding", c.selected(x))
	case len(x.Behaviours) == 0:
		return []model.Instruction{in}, nil
	default:
		var out []model.Instruction
		for _, name := range x.Behaviours {
			if in.Behaviour = slices.IndexFunc(t.Behaviours, func(b model.Named) bool { return b.Name == name.Text }); in.Behaviour < 0 {
				return nil, noBehaviour(t, name.Text)
			}
			out = append(out, in)
		}
		return out, nil
	}
}

var ops = map[string]model.Op{
	"add": model.Add, "delete": model.Delete, "push": model.Push, "wait": model.Wait,
	"connect": model.Connect, "disconnect": model.Disconnect, "pause": model.Pause,
}

func noBehaviour(t *model.Type, name string) error {
	var known []string
	for _, b := range t.Behaviours {
		known = append(known, b.Name)
	}
	return suggest(fmt.Sprintf("component type %s has no behavior %s", t.Name, name), name, known)
}

// instance is the component that a pattern means in the program of a node: the only
// one, or of a family that with the index of the node.
func instance(s *model.Scenario, p *dsl.Pattern, n int) (int, error) {
	var known []string
	for _, component := range s.Components {
		known = append(known, component.Name)
	}
	found := named(p, known)
	_, index, _ := strings.Cut(s.Nodes[n].Name, "[")
	beside := slices.DeleteFunc(slices.Clone(found), func(c int) bool {
		_, at, _ := strings.Cut(known[c], "[")
		return at != index
	})
	switch {
	case len(found) == 0:
		return 0, unknown("component", p.String(), known)
	case len(found) == 1:
		return found[0], nil
	case len(beside) == 1:
		return beside[0], nil
	}
	return 0, fmt.Errorf("%s is several components, and none has the index of node %s: write which", p, s.Nodes[n].Name)
}
