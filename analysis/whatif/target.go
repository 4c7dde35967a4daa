package whatif

import (
	"fmt"
	"slices"
	"strings"

	"adagio/analysis"
	"adagio/dsl/model"
	"adagio/petri"
)

// TargetKind tells the kinds of [Target] apart.
type TargetKind uint8

// The kinds of delay. The comment says which fields of a [Target] count.
const (
	TransitionDuration TargetKind = iota // Component, Element
	PauseDuration                        // Node, Element (the instruction)
	NodeStart                            // Node
	Setting                              // Element (into settings)
)

// Target is one delay of a scenario that can be changed.
type Target struct {
	Kind                     TargetKind
	Component, Node, Element int
}

// setting is a delay of the network or of the executor.
type setting struct {
	name string
	of   func(n *model.Network) *model.Delay
}

var settings = []setting{
	{"latency", func(n *model.Network) *model.Delay { return &n.Latency }},
	{"poll", func(n *model.Network) *model.Delay { return &n.Profile.Poll }},
	{"request", func(n *model.Network) *model.Delay { return &n.Profile.Request }},
	{"busy", func(n *model.Network) *model.Delay { return &n.Profile.Busy }},
	{"step", func(n *model.Network) *model.Delay { return &n.Profile.Step }},
	{"pass", func(n *model.Network) *model.Delay { return &n.Profile.Pass }},
	{"overhead", func(n *model.Network) *model.Delay { return &n.Profile.Overhead }},
	{"drift", func(n *model.Network) *model.Delay { return &n.Profile.Drift }},
}

// at is where a scenario keeps the delay.
func (t Target) at(s *model.Scenario) *model.Delay {
	switch t.Kind {
	case TransitionDuration:
		return &s.Components[t.Component].Durations[t.Element]
	case PauseDuration:
		return &s.Nodes[t.Node].Program[t.Element].Duration
	case NodeStart:
		return &s.Nodes[t.Node].Start
	}
	return settings[t.Element].of(&s.Network)
}

// Delay is the delay in a scenario: the nominal one, to which the executor adds.
func (t Target) Delay(s *model.Scenario) model.Delay { return *t.at(s) }

// set changes the delay in place. A latency is that of all routes.
func (t Target) set(s *model.Scenario, d model.Delay) {
	*t.at(s) = d
	if t.Kind == Setting && settings[t.Element].name == "latency" {
		for pair := range s.Network.Routes {
			s.Network.Routes[pair] = d
		}
		for n := range s.Network.ToBroker {
			if s.Network.Platform != nil || n != s.Network.Beside {
				s.Network.ToBroker[n], s.Network.FromBroker[n] = d, d
			}
		}
	}
}

// With is the scenario with another delay.
func (t Target) With(s *model.Scenario, d model.Delay) *model.Scenario {
	out := clone(s)
	t.set(out, d)
	return out
}

// Name is what the delay is called, as [Parse] reads it.
func (t Target) Name(s *model.Scenario) string {
	switch t.Kind {
	case TransitionDuration:
		return s.TransitionName(t.Component, t.Element)
	case PauseDuration:
		nth := 0
		for _, in := range s.Nodes[t.Node].Program[:t.Element+1] {
			if in.Op == model.Pause {
				nth++
			}
		}
		return fmt.Sprintf("pause %s #%d", model.Reference(s.Nodes[t.Node].Name), nth)
	case NodeStart:
		return "start " + model.Reference(s.Nodes[t.Node].Name)
	}
	return settings[t.Element].name
}

// Pos is where the delay is written, or what it is the delay of.
func (t Target) Pos(s *model.Scenario) model.Pos {
	switch t.Kind {
	case TransitionDuration:
		return s.TypeOf(t.Component).Transitions[t.Element].Pos
	case PauseDuration:
		return s.Nodes[t.Node].Program[t.Element].Pos
	case NodeStart:
		return s.Nodes[t.Node].Pos
	}
	return s.Network.Pos
}

// TargetOf is the delay that an event stands for, if it is that of a transition or
// of a pause.
func TargetOf(o petri.Origin) (Target, bool) {
	switch {
	case o.Kind == petri.Fire:
		return Target{Kind: TransitionDuration, Component: o.Component, Element: o.Element}, true
	case o.Kind == petri.ProgramStep && o.Instruction >= 0:
		return Target{Kind: PauseDuration, Node: o.Node, Element: o.Instruction}, true
	}
	return Target{}, false
}

// Targets lists the delays that a plan depends on: the durations of transitions
// and pauses and the settings of the network and the executor; all of them if
// asked for, the starts of nodes included, otherwise of the durations only those
// on the critical path to the upper bound.
func Targets(r *analysis.Result, all bool) []Target {
	var out []Target
	seen := map[Target]bool{}
	add := func(t Target) {
		if !seen[t] && t.Delay(r.Scenario).Hi > 0 {
			seen[t] = true
			out = append(out, t)
		}
	}
	if !all {
		for _, k := range r.Upper.Steps {
			if t, ok := TargetOf(k.Origin); ok {
				add(t)
			}
		}
	} else {
		for _, k := range r.Slack() {
			if t, ok := TargetOf(k.Origin); ok {
				add(t)
			}
		}
		for n := range r.Scenario.Nodes {
			add(Target{Kind: NodeStart, Node: n})
		}
	}
	for i := range settings {
		add(Target{Kind: Setting, Element: i})
	}
	return out
}

// Find returns the targets that a name means; "nova.deploy" all of that family.
func Find(s *model.Scenario, name string) ([]Target, error) {
	name = strings.TrimSpace(name)
	path := split(name, ".")
	if first, _, _ := strings.Cut(name, " "); len(path) == 1 || first == "start" || first == "pause" {
		return findSetting(s, name)
	}
	owners, err := findOwners(s, path[0])
	if err != nil {
		return nil, err
	}
	var out []Target
	var inside []string
	last := path[len(path)-1]
	for _, c := range owners {
		t := s.TypeOf(c)
		for i, tr := range t.Transitions {
			behaviour := t.Behaviours[tr.Behaviour].Name
			if inside = append(inside, tr.Name); len(path) == 3 {
				inside[len(inside)-1] = behaviour + "." + tr.Name
			}
			if tr.Name == last && (len(path) == 2 || len(path) == 3 && path[1] == behaviour) {
				out = append(out, Target{Kind: TransitionDuration, Component: c, Element: i})
			}
		}
	}
	if len(out) == 0 {
		return nil, unknown("transition", strings.Join(path[1:], "."), inside)
	}
	return out, nil
}

// findOwners returns the components that a name means: one or a family of them, or all
// of a type. A name that means other components in these two ways is ambiguous.
func findOwners(s *model.Scenario, name string) ([]int, error) {
	var components, known []string
	var ofType []int
	for c, component := range s.Components {
		components = append(components, component.Name)
		if s.TypeOf(c).Name == name {
			ofType = append(ofType, c)
		}
	}
	byName := named(name, components)
	switch {
	case len(byName) > 0 && len(ofType) > 0 && !slices.Equal(byName, ofType):
		list := func(of []int) string {
			var out []string
			for _, c := range of {
				out = append(out, model.Reference(components[c]))
			}
			const few = 4
			if len(out) > few+1 {
				out = append(out[:few], fmt.Sprintf("%d more", len(of)-few))
			}
			return strings.Join(out, ", ")
		}
		return nil, fmt.Errorf("%s is ambiguous: it names %s, and the type of %s; write %s[*] for the first, or the names of components", name, list(byName), list(ofType), name)
	case len(byName) > 0:
		return byName, nil
	case len(ofType) > 0:
		return ofType, nil
	}
	for c, component := range components {
		known = append(known, component, s.TypeOf(c).Name)
	}
	return nil, unknown("component or type", name, known)
}

// findSetting finds settings, starts and pauses.
func findSetting(s *model.Scenario, text string) ([]Target, error) {
	words := fields(text)
	var known []string
	for i, k := range settings {
		known = append(known, k.name)
		if text == k.name {
			if !s.Network.Profile.Kind.Has(k.name) {
				return nil, fmt.Errorf("the executor %s has no %s", &s.Network.Profile, k.name)
			}
			return []Target{{Kind: Setting, Element: i}}, nil
		}
	}
	if len(words) >= 2 && words[0] == "start" {
		return findStarts(s, bare(words[1]))
	}
	if len(words) >= 2 && words[0] == "pause" {
		x, err := parseSelector(words)
		if err != nil {
			return nil, err
		}
		at, err := x.find(s)
		var out []Target
		for n, i := range at {
			if i >= 0 {
				out = append(out, Target{Kind: PauseDuration, Node: n, Element: i})
			}
		}
		return out, err
	}
	return nil, unknown("setting", text, append(known, "start NODE", "pause NODE"))
}

func findStarts(s *model.Scenario, name string) ([]Target, error) {
	var out []Target
	var known []string
	for _, node := range s.Nodes {
		known = append(known, node.Name)
	}
	for _, n := range named(name, known) {
		out = append(out, Target{Kind: NodeStart, Node: n})
	}
	if out == nil {
		return nil, unknown("node", name, known)
	}
	return slices.Clip(out), nil
}
