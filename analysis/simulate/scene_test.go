package simulate

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"adagio/dsl/model"
)

const ms = time.Millisecond

// scene builds small scenarios by name; times are milliseconds.
type scene struct {
	*model.Scenario
	durations map[string][]model.Delay // by type
}

// ideally begins a scene in the ideal profile with one latency everywhere.
func ideally(sem model.Semantics, latency int) *scene {
	s := &scene{&model.Scenario{Semantics: sem}, map[string][]model.Delay{}}
	s.Network.Latency = model.Constant(time.Duration(latency) * ms)
	return s
}

// index finds a name in a list.
func index[T any](name string, list []T, nameOf func(T) string) int {
	i := slices.IndexFunc(list, func(x T) bool { return nameOf(x) == name })
	if i < 0 {
		panic("no " + name)
	}
	return i
}

func named(n model.Named) string { return n.Name }

// kind adds a type. Lines are "t: src > dst behaviour 100 [set]" for a
// transition, "group g: a b", and "use port: places, groups or transitions".
func (s *scene) kind(name, places string, lines ...string) *scene {
	t := &model.Type{Name: name, Running: -1}
	for _, p := range strings.Fields(places) {
		t.Places = append(t.Places, model.Named{Name: p})
	}
	place := func(name string) int { return index(name, t.Places, named) }
	for _, line := range lines {
		head, tail, _ := strings.Cut(line, ":")
		h, f := strings.Fields(head), strings.Fields(tail)
		switch {
		case len(h) == 1:
			b := slices.IndexFunc(t.Behaviours, func(n model.Named) bool { return n.Name == f[3] })
			if b < 0 {
				b = len(t.Behaviours)
				t.Behaviours = append(t.Behaviours, model.Named{Name: f[3]})
			}
			tr := model.Transition{Name: h[0], Src: place(f[0]), Dst: place(f[2]), Behaviour: b}
			if len(f) > 5 {
				tr.DockSet = number(f[5])
			}
			t.Transitions = append(t.Transitions, tr)
			s.durations[name] = append(s.durations[name], model.Constant(time.Duration(number(f[4]))*ms))
		case h[0] == "group":
			g := model.Group{Name: h[1]}
			for _, p := range f {
				g.Places = append(g.Places, place(p))
			}
			t.Groups = append(t.Groups, g)
		case h[0] == "behaviour":
			t.Behaviours = append(t.Behaviours, model.Named{Name: h[1]})
		default:
			port := model.Port{Name: h[len(h)-1], Kind: map[string]model.PortKind{
				"use": model.Use, "provide": model.Provide, "data use": model.DataUse, "data provide": model.DataProvide,
			}[strings.Join(h[:len(h)-1], " ")]}
			for _, x := range f {
				port.Bound = append(port.Bound, bind(t, x))
			}
			t.Ports = append(t.Ports, port)
		}
	}
	s.Types = append(s.Types, t)
	return s
}

func bind(t *model.Type, name string) model.Binding {
	if i := slices.IndexFunc(t.Places, func(n model.Named) bool { return n.Name == name }); i >= 0 {
		return model.Binding{Kind: model.ToPlace, Index: i}
	}
	if i := slices.IndexFunc(t.Groups, func(g model.Group) bool { return g.Name == name }); i >= 0 {
		return model.Binding{Kind: model.ToGroup, Index: i}
	}
	return model.Binding{Kind: model.ToTransition, Index: index(name, t.Transitions, func(t model.Transition) string { return t.Name })}
}

func number(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		panic(err)
	}
	return n
}

// node adds a node with its components, "name: Type [active places]".
func (s *scene) node(name string, start int, components ...string) *scene {
	s.Nodes = append(s.Nodes, model.Node{Name: name, Start: model.Constant(time.Duration(start) * ms)})
	for _, text := range components {
		head, tail, _ := strings.Cut(text, ":")
		f := strings.Fields(tail)
		ty := index(f[0], s.Types, func(t *model.Type) string { return t.Name })
		c := model.Component{Name: head, Type: ty, Node: len(s.Nodes) - 1, Durations: s.durations[f[0]]}
		for _, p := range f[1:] {
			c.Active = append(c.Active, index(p, s.Types[ty].Places, named))
		}
		s.Components = append(s.Components, c)
	}
	return s
}

func (s *scene) component(name string) int {
	return index(name, s.Components, func(c model.Component) string { return c.Name })
}

func (s *scene) end(text string) (component, port int) {
	name, p, _ := strings.Cut(text, ".")
	c := s.component(name)
	return c, index(p, s.TypeOf(c).Ports, func(p model.Port) string { return p.Name })
}

// link declares "provider.port user.port"; sides are "user", "provider", "both"
// or "" for none yet.
func (s *scene) link(ends, sides string) *scene {
	f := strings.Fields(ends)
	p, pp := s.end(f[0])
	u, up := s.end(f[1])
	s.Links = append(s.Links, model.Link{User: u, UsePort: up, Provider: p, ProvidePort: pp,
		UserSide: sides == "user" || sides == "both", ProviderSide: sides == "provider" || sides == "both"})
	for _, pair := range [][2]int{{s.Components[u].Node, s.Components[p].Node}, {s.Components[p].Node, s.Components[u].Node}} {
		n := &s.Nodes[pair[0]]
		if pair[0] != pair[1] && !slices.Contains(n.Neighbours, pair[1]) {
			n.Neighbours = append(n.Neighbours, pair[1])
		}
	}
	return s
}

// on sets the program of a node; instructions are separated by ";".
func (s *scene) on(node, program string) *scene {
	n := &s.Nodes[index(node, s.Nodes, func(n model.Node) string { return n.Name })]
	for text := range strings.SplitSeq(program, ";") {
		f := strings.Fields(text)
		in := model.Instruction{}
		switch f[0] {
		case "add", "delete":
			in = model.Instruction{Op: map[string]model.Op{"add": model.Add, "delete": model.Delete}[f[0]], Component: s.component(f[1])}
		case "connect", "disconnect":
			p, pp := s.end(f[1])
			u, up := s.end(f[2])
			in.Op = map[string]model.Op{"connect": model.Connect, "disconnect": model.Disconnect}[f[0]]
			in.Link = slices.IndexFunc(s.Links, func(l model.Link) bool {
				return l.User == u && l.UsePort == up && l.Provider == p && l.ProvidePort == pp
			})
		case "pause":
			in = model.Instruction{Op: model.Pause, Duration: model.Constant(time.Duration(number(f[1])) * ms)}
		case "push", "wait":
			if f[1] == "all" {
				in.Op = model.WaitAll
				break
			}
			in = model.Instruction{Op: model.Push, Component: s.component(f[1]), Behaviour: -1}
			if f[0] == "wait" {
				in.Op = model.Wait
			}
			for _, x := range f[2:] {
				if x == "holding" {
					in.Holding = true
				} else {
					in.Behaviour = index(x, s.TypeOf(in.Component).Behaviours, named)
				}
			}
		default:
			panic(text)
		}
		n.Program = append(n.Program, in)
	}
	return s
}

// told renders a trace: the firings "c.t 0-100" in the order of their starts,
// then the ends of the programs "node 100", "…" standing for never.
func (s *scene) told(tr *Trace) string {
	date := func(d time.Duration) string {
		if d == model.Never {
			return "…"
		}
		return fmt.Sprint(float64(d) / float64(ms))
	}
	type firing struct {
		model.Firing[time.Duration]
		name string
	}
	var all []firing
	for c, t := range tr.Components {
		for _, f := range t.Firings {
			all = append(all, firing{f, s.Components[c].Name + "." + s.TypeOf(c).Transitions[f.Transition].Name})
		}
	}
	slices.SortStableFunc(all, func(a, b firing) int { return cmp.Compare(a.Start, b.Start) })
	var text []string
	for _, f := range all {
		text = append(text, fmt.Sprintf("%s %s-%s", f.name, date(f.Start), date(f.End)))
	}
	for n, t := range tr.Nodes {
		text = append(text, s.Nodes[n].Name+" "+date(t.End))
	}
	return strings.Join(text, ", ")
}

// becomes runs the scene and compares what it told with what is expected.
func (s *scene) becomes(t *testing.T, want string) *Trace {
	t.Helper()
	if err := s.Validate(); err != nil {
		t.Fatal(err)
	}
	tr, err := Run(s.Scenario, Options{Sampler: Lo})
	if err != nil {
		t.Fatal(err)
	}
	if got := s.told(tr); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	checkTrace(t, s.Scenario, tr)
	return tr
}
