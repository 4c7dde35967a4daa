// Package survey says what the programs of a scenario do with its components and connections,
// and which nodes look at which: without time, and before there is a net. It is read-only once
// built.
//
//	s, err := survey.New(spaces, scenario)
//	for _, push := range s.Components[c].Pushes { … }
package survey

import (
	"fmt"

	"adagio/dsl/model"
	"adagio/petri/component"
	"adagio/petri/internal/lists"
)

// Survey is what is known of a scenario from its text alone.
type Survey struct {
	Scenario   *model.Scenario
	Rules      component.Rules
	Nodes      []Node
	Components []Component
	Links      []Link

	company map[[2]int]Company // see Company
}

// Node is what is known of a node.
type Node struct {
	Components []int // that are on it at some time
	Running    int   // how many are pushed something
	Holds      int   // waits that hold
	// Looks bounds the looks at other nodes that its components make in one pass.
	Looks int
	// Stops lists the instructions that take time in which no component advances, see KeepsFromAdvancing.
	Stops    []int
	advances []int // instructions in which components advance, see letsAdvance
	waitsAll []int // instructions "wait all"
	looking  []int // instructions that look at one other node: a remote wait, or a disconnect
	peers    []peer
}

// Component is what programs do with a component.
type Component struct {
	Existences []Existence
	Pushes     []Push
	Space      *component.Space
	Links      [][]int // by port
	waits      []int   // instructions of its own node that wait for it
}

// Push is a push of a behaviour.
type Push struct {
	Instruction, Behaviour, Existence int
	ended                             int // the instruction after which it has certainly ended
}

// Existence is one time that a component exists: from the start of the plan or an
// addition to a deletion or the end.
type Existence struct {
	Add, Delete int // instructions that add and delete it, or -1
	First       int // its first push
	added       int // the instruction after which it is certainly there
}

// Present says whether a component exists at some time.
func (k *Component) Present() bool { return len(k.Existences) > 0 }

// Existing returns the existence that a component has when the program of its node is
// at an instruction, or -1.
func (k *Component) Existing(instruction int) int {
	for e, x := range k.Existences {
		if x.Add < instruction && (x.Delete < 0 || x.Delete >= instruction) {
			return e
		}
	}
	return -1
}

// Added says whether an addition begins its first existence.
func (k *Component) Added() bool { return k.Existences[0].Add >= 0 }

// New surveys a scenario. It fails on a component whose ports cannot be followed, on a limit
// that any of too many sets of components may satisfy, and on instructions about a component
// that does not exist, which no plan of the language has. The state spaces come from a cache.
func New(spaces *component.Cache, s *model.Scenario) (*Survey, error) {
	v := &Survey{
		Scenario: s, Rules: component.RulesOf(s), Nodes: make([]Node, len(s.Nodes)), Components: make([]Component, len(s.Components)),
		company: map[[2]int]Company{},
	}
	for i := range v.Components {
		v.Components[i].Links = make([][]int, len(s.TypeOf(i).Ports))
		if len(s.Components[i].Active) > 0 {
			v.Components[i].Existences = []Existence{{Add: -1, Delete: -1}}
		}
	}
	for n, node := range s.Nodes {
		for i, in := range node.Program {
			if err := v.instruction(n, i, in); err != nil {
				return nil, err
			}
		}
	}
	for _, node := range s.Nodes {
		for _, in := range node.Program {
			if in.Op == model.Wait && !v.Components[in.Component].Present() {
				return nil, fmt.Errorf("%v: %s: the component never exists", in.Pos, s.Text(in))
			}
		}
	}
	for i := range v.Components {
		n := &v.Nodes[s.Components[i].Node]
		if k := &v.Components[i]; k.Present() {
			n.Components = append(n.Components, i)
		}
		n.Running += one(len(v.Components[i].Pushes) > 0)
	}
	made := v.surveyLinks()
	for i := range v.Components {
		if err := v.surveySpace(spaces, i); err != nil {
			return nil, err
		}
	}
	v.classifySides(made)
	for n := range v.Nodes {
		for _, i := range v.Nodes[n].Components {
			v.Nodes[n].Looks += v.Components[i].Space.MaxLooks
			v.findEnds(i)
		}
		v.findPeers(n)
	}
	return v, nil
}

// instruction notes what an instruction does with a component, and what it is for others.
func (v *Survey) instruction(n, i int, in model.Instruction) error {
	v.mark(n, i, in)
	var k *Component
	e := -1
	switch in.Op {
	case model.Add, model.Delete, model.Push, model.Wait:
		k = &v.Components[in.Component]
		e = k.Existing(i)
		switch own := v.Scenario.Components[in.Component].Node == n; {
		case own && e >= 0 && in.Op == model.Add:
			return fmt.Errorf("%v: %s: the component exists already", in.Pos, v.Scenario.Text(in))
		case own && e < 0 && in.Op != model.Add:
			return fmt.Errorf("%v: %s: the component does not exist there", in.Pos, v.Scenario.Text(in))
		}
	}
	switch in.Op {
	case model.Add:
		k.Existences = append(k.Existences, Existence{Add: i, Delete: -1, First: len(k.Pushes)})
	case model.Delete:
		k.Existences[e].Delete = i
	case model.Push:
		k.Pushes = append(k.Pushes, Push{Instruction: i, Behaviour: in.Behaviour, Existence: e})
	case model.Wait, model.WaitAll:
		v.Nodes[n].Holds += one(in.Holding)
	case model.Limit:
		if size := len(in.Of) - in.Most + 1; lists.Sets(len(in.Of), size) > lists.MaxSets {
			return fmt.Errorf("%v: a limit of %d is too much for bounds where %d components have been pushed to: which %d of them end first is a choice between more than %d sets; push to fewer components in one limit, or simulate the plan",
				in.Pos, in.Most, len(in.Of), size, lists.MaxSets)
		}
	}
	return nil
}

// surveySpace computes the state space of a component, once for components that live alike.
func (v *Survey) surveySpace(spaces *component.Cache, i int) error {
	k, comp := &v.Components[i], v.Scenario.Components[i]
	t := v.Scenario.Types[comp.Type]
	var ports []int
	remote := make([]int, len(t.Ports))
	for p := range t.Ports {
		if t.Ports[p].Kind.IsUse() || len(k.Links[p]) > 0 {
			ports = append(ports, p)
		}
		for _, l := range k.Links[p] {
			_, ok := v.FarEnd(i, l)
			remote[p] += one(ok)
		}
	}
	run := component.Course{Pushes: make([][]int, len(k.Existences))}
	for _, p := range k.Pushes {
		run.Pushes[p.Existence] = append(run.Pushes[p.Existence], p.Behaviour)
	}
	for _, x := range k.Existences {
		run.Deleted = x.Delete >= 0
	}
	var err error
	if k.Space, err = spaces.Of(t, v.Rules, comp.Active, comp.Past, run, ports, remote); err != nil {
		return fmt.Errorf("%s: %w", model.Reference(comp.Name), err)
	}
	return nil
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}
