package whatif

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"adagio/analysis"
	"adagio/dsl"
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

// Lasts is how long the delay is with what the executor adds.
func (t Target) Lasts(s *model.Scenario) model.Delay {
	if t.Kind == TransitionDuration {
		return s.Network.Profile.Lasts(t.Delay(s))
	}
	return t.Delay(s)
}

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
	switch o.Category() {
	case petri.Work:
		return Target{Kind: TransitionDuration, Component: o.Component, Element: o.Element}, true
	case petri.Pausing:
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
		for _, run := range r.Runs { // of a cover there is no slack
			for e := range run.Graph.Len() {
				if t, ok := TargetOf(*run.Graph.Origin(petri.EventID(e))); ok {
					add(t)
				}
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

// Find returns the targets that a name means; "nova.deploy" all of that family. It
// fails with a [SyntaxError] if it is no name.
func Find(s *model.Scenario, name string) ([]Target, error) {
	t, list := dsl.ParseTarget("target", strings.TrimSpace(name))
	if list != nil {
		return nil, &SyntaxError{"target", strings.TrimSpace(name), list}
	}
	return find(s, t)
}

func find(s *model.Scenario, name *dsl.Target) ([]Target, error) {
	path := name.Path
	switch {
	case name.Of == "pause":
		return findPauses(s, name)
	case name.Of == "start":
		return findStarts(s, name.Node)
	case len(path) == 1:
		return findSetting(s, path[0].String())
	}
	owners, err := findOwners(s, &path[0])
	if err != nil {
		return nil, err
	}
	var parts []string
	for _, p := range path[1:] {
		parts = append(parts, p.String())
	}
	last := &parts[len(parts)-1]
	if name.Nth != nil {
		*last += "#" + strconv.Itoa(name.Nth.N)
	}
	var out []Target
	var inside []string
	for _, c := range owners {
		t := s.TypeOf(c)
		for i, tr := range t.Transitions {
			behaviour := t.Behaviours[tr.Behaviour].Name
			if inside = append(inside, tr.Name); len(path) == 3 {
				inside[len(inside)-1] = behaviour + "." + tr.Name
			}
			if tr.Name == *last && (len(path) == 2 || len(path) == 3 && parts[0] == behaviour) {
				out = append(out, Target{Kind: TransitionDuration, Component: c, Element: i})
			}
		}
	}
	if len(out) == 0 {
		return nil, unknown("transition", strings.Join(parts, "."), inside)
	}
	return out, nil
}

// findOwners returns the components that a name means: one or a family of them, or all
// of a type. A name that means other components in these two ways is ambiguous.
func findOwners(s *model.Scenario, p *dsl.Pattern) ([]int, error) {
	name := p.String()
	var components, known []string
	var ofType []int
	for c, component := range s.Components {
		components = append(components, component.Name)
		if s.TypeOf(c).Name == name {
			ofType = append(ofType, c)
		}
	}
	byName := named(p, components)
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

func findSetting(s *model.Scenario, name string) ([]Target, error) {
	var known []string
	for i, k := range settings {
		known = append(known, k.name)
		if name == k.name {
			if !s.Network.Profile.Kind.Has(k.name) {
				return nil, fmt.Errorf("the executor %s has no %s", &s.Network.Profile, k.name)
			}
			return []Target{{Kind: Setting, Element: i}}, nil
		}
	}
	return nil, unknown("setting", name, append(known, "start NODE", "pause NODE"))
}

// findPauses finds the pauses of some nodes: of each the one with the number, or the
// only one.
func findPauses(s *model.Scenario, name *dsl.Target) ([]Target, error) {
	among, err := nodes(s, name.Node)
	if err != nil {
		return nil, err
	}
	var out []Target
	for _, n := range among {
		var pauses []Target
		for i, in := range s.Nodes[n].Program {
			if in.Op == model.Pause {
				pauses = append(pauses, Target{Kind: PauseDuration, Node: n, Element: i})
			}
		}
		switch {
		case name.Nth == nil && len(pauses) > 1:
			return nil, fmt.Errorf("node %s has %d pauses: say which by #1 .. #%d at the end", s.Nodes[n].Name, len(pauses), len(pauses))
		case name.Nth != nil && name.Nth.N <= len(pauses):
			out = append(out, pauses[name.Nth.N-1])
		case name.Nth == nil:
			out = append(out, pauses...)
		}
	}
	if out == nil {
		return nil, fmt.Errorf("node %s has no such pause", name.Node)
	}
	return out, nil
}

func findStarts(s *model.Scenario, p *dsl.Pattern) ([]Target, error) {
	among, err := nodes(s, p)
	var out []Target
	for _, n := range among {
		out = append(out, Target{Kind: NodeStart, Node: n})
	}
	return out, err
}
