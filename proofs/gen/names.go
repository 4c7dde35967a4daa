package gen

import (
	"fmt"
	"slices"

	"adagio/dsl/model"
)

// oddNames are names that run into one another where somebody joins them, or reads
// them as part of something else.
var oddNames = []string{
	"a", "b", "c", "a.b", "b.c", "a.b.c", "c.a", "a b", "b c", "a: b", "at a", "node a", "start a", "ended a",
	"all", "holding", "a (variant 1)", "{a}", "a -> b", "a/0 by b", `a"b`, `a\`, "push 0", "a#2", "a, b",
}

// names renames everything, in some scenarios: nothing may depend on names.
func (b *builder) names() {
	if !b.chance(30) {
		return
	}
	s := b.s
	rename(b, s.Nodes, func(n *model.Node) *string { return &n.Name })
	rename(b, s.Components, func(c *model.Component) *string { return &c.Name })
	for _, t := range s.Types {
		rename(b, t.Behaviours, func(n *model.Named) *string { return &n.Name })
		rename(b, t.Ports, func(p *model.Port) *string { return &p.Name })
		// Places, groups and transitions share their names: a port is bound to any.
		var shared []*string
		for i := range t.Places {
			shared = append(shared, &t.Places[i].Name)
		}
		for i := range t.Groups {
			shared = append(shared, &t.Groups[i].Name)
		}
		for i := range t.Transitions {
			shared = append(shared, &t.Transitions[i].Name)
		}
		rename(b, shared, func(n **string) *string { return *n })
	}
}

// Plain is the same scenario with names that are plain words.
func Plain(s *model.Scenario) *model.Scenario {
	out := *s
	out.Nodes, out.Components, out.Types = slices.Clone(s.Nodes), slices.Clone(s.Components), nil
	for i := range out.Nodes {
		out.Nodes[i].Name = fmt.Sprintf("n%d", i)
	}
	for i := range out.Components {
		out.Components[i].Name = fmt.Sprintf("c%d", i)
	}
	for i, t := range s.Types {
		plain := *t
		plain.Name = fmt.Sprintf("T%d", i)
		plain.Behaviours, plain.Ports, plain.Places = slices.Clone(t.Behaviours), slices.Clone(t.Ports), slices.Clone(t.Places)
		plain.Groups, plain.Transitions = slices.Clone(t.Groups), slices.Clone(t.Transitions)
		for i := range plain.Behaviours {
			plain.Behaviours[i].Name = fmt.Sprintf("b%d", i)
		}
		for i := range plain.Ports {
			plain.Ports[i].Name = fmt.Sprintf("port%d", i)
		}
		for i := range plain.Places {
			plain.Places[i].Name = fmt.Sprintf("p%d", i)
		}
		for i := range plain.Groups {
			plain.Groups[i].Name = fmt.Sprintf("g%d", i)
		}
		for i := range plain.Transitions {
			plain.Transitions[i].Name = fmt.Sprintf("t%d", i)
		}
		out.Types = append(out.Types, &plain)
	}
	return &out
}

// rename gives each of some elements another name of its own.
func rename[T any](b *builder, elements []T, name func(*T) *string) {
	used := map[string]bool{}
	first := b.chooser(len(oddNames))
	for i := range elements {
		fresh := oddNames[(first+i)%len(oddNames)]
		if b.chance(60) { // one of those that make the same text in several ways
			fresh = oddNames[b.chooser(7)]
		}
		for n := 2; used[fresh]; n++ {
			fresh = fmt.Sprintf("%s %d", oddNames[(first+i)%len(oddNames)], n)
		}
		used[fresh] = true
		*name(&elements[i]) = fresh
	}
}
