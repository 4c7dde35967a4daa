package conformance

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"adagio/dsl/dsltest"
	"adagio/dsl/model"
)

// kind is a component type as JSON has it.
type kind struct {
	Places      []string
	Initial     string
	Groups      map[string][]string
	Transitions map[string][]any
	Ports       map[string][2]json.RawMessage
}

// file is a scenario with its runs as JSON has them.
type file struct {
	Scenario struct {
		Name  string
		Types map[string]kind
		Nodes map[string]struct {
			Components map[string]string
			Remote     []string
		}
		Phases []struct {
			Name       string
			StartDelay map[string]float64 `json:"start_delay"`
			Program    map[string][][]any
		}
	}
	Measured []struct {
		Slowed bool `json:"spinning_loop_slowed"`
		Phases []struct {
			Phase    string
			Outcome  string
			Final    string   `json:"final_wait_all"`
			Makespan *float64 `json:"program_makespan_s"`
			Events   map[string][][3]any
		}
	}
}

// Read reads all cases, sorted by folder and name. The test is skipped where there
// are none, and fails where one cannot be read.
func Read(t testing.TB) []*Case {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dsltest.DataFolder(t), "conformance*", "*.json"))
	if err != nil || len(files) == 0 {
		t.Skip("no conformance cases (set ADAGIO_DATA)")
	}
	slices.Sort(files)
	var cases []*Case
	for _, path := range files {
		c, err := readCase(path)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		cases = append(cases, c)
	}
	return cases
}

func readJSON(path string, into any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

func readCase(path string) (*Case, error) {
	r := reader{c: &Case{Folder: filepath.Base(filepath.Dir(path)), Name: strings.TrimSuffix(filepath.Base(path), ".json")}}
	if err := readJSON(path, &r.f); err != nil {
		return nil, err
	}
	return r.read()
}

// read makes the case of a file.
func (r *reader) read() (c *Case, err error) {
	defer func() {
		if mistake, ok := recover().(mistake); ok {
			err = mistake
		}
	}()
	r.assembly()
	for k := range r.f.Scenario.Phases {
		r.phase(k)
	}
	r.runs()
	return r.c, nil
}

// mistake is what a reader panics with.
type mistake error

func fail(format string, args ...any) { panic(mistake(fmt.Errorf(format, args...))) }

type reader struct {
	f file
	c *Case
}

func keys[V any](m map[string]V) []string {
	list := make([]string, 0, len(m))
	for k := range m {
		list = append(list, k)
	}
	slices.Sort(list)
	return list
}

func find[T any](what string, list []T, is func(*T) bool) int {
	for i := range list {
		if is(&list[i]) {
			return i
		}
	}
	fail("there is no %s", what)
	return -1
}

func index(what, name string, list []string) int {
	return find(what+" "+name, list, func(x *string) bool { return *x == name })
}

// duration reads seconds, to the nearest nanosecond.
func duration(x any) time.Duration {
	v, ok := x.(float64)
	if !ok {
		fail("%v is not a number of seconds", x)
	}
	return time.Duration(math.Round(v * float64(time.Second)))
}

// assembly reads types, nodes and components.
func (r *reader) assembly() {
	s := &r.c.assembly
	s.Name = r.f.Scenario.Name
	s.Network.Profile = model.DefaultProfile(model.Polling)
	s.Rules = model.RulesOf(s.Semantics, s.Network.Profile.Kind)
	durations := map[string][]model.Delay{}
	types := keys(r.f.Scenario.Types)
	for _, name := range types {
		src := r.f.Scenario.Types[name]
		t := &model.Type{Name: name, Running: -1, Initial: index("place", src.Initial, src.Places)}
		for _, p := range src.Places {
			t.Places = append(t.Places, model.Named{Name: p})
		}
		groups, transitions := keys(src.Groups), keys(src.Transitions)
		for _, g := range groups {
			var places []int
			for _, p := range src.Groups[g] {
				places = append(places, index("place", p, src.Places))
			}
			slices.Sort(places)
			t.Groups = append(t.Groups, model.Group{Name: g, Places: slices.Compact(places)})
		}
		for _, n := range transitions {
			durations[name] = append(durations[name], transition(t, n, src.Transitions[n], src.Places))
		}
		for _, n := range keys(src.Ports) {
			t.Ports = append(t.Ports, port(n, src.Ports[n], src.Places, groups, transitions))
		}
		s.Types = append(s.Types, t)
	}
	nodes := keys(r.f.Scenario.Nodes)
	for n, name := range nodes {
		src := r.f.Scenario.Nodes[name]
		node := model.Node{Name: name}
		for _, other := range src.Remote {
			node.Neighbours = append(node.Neighbours, index("node", other, nodes))
		}
		s.Nodes = append(s.Nodes, node)
		for _, c := range keys(src.Components) {
			t := src.Components[c]
			s.Components = append(s.Components, model.Component{Name: c, Type: index("type", t, types), Node: n, Durations: durations[t]})
		}
	}
}

// transition reads [source, destination, behaviour, seconds, dock set] and returns
// the duration.
func transition(t *model.Type, name string, x []any, places []string) model.Delay {
	if len(x) < 4 {
		fail("transition %s has %d fields", name, len(x))
	}
	text := func(i int) string { return fmt.Sprint(x[i]) }
	behaviour := slices.IndexFunc(t.Behaviours, func(b model.Named) bool { return b.Name == x[2] })
	if behaviour < 0 {
		behaviour = len(t.Behaviours)
		t.Behaviours = append(t.Behaviours, model.Named{Name: text(2)})
	}
	tr := model.Transition{Name: name, Behaviour: behaviour, Src: index("place", text(0), places), Dst: index("place", text(1), places)}
	if len(x) > 4 {
		set, _ := x[4].(float64)
		tr.DockSet = int(set)
	}
	t.Transitions = append(t.Transitions, tr)
	return model.Constant(duration(x[3]))
}

// port reads [kind, [what it is bound to]].
func port(name string, x [2]json.RawMessage, places, groups, transitions []string) model.Port {
	var kind string
	var bound []string
	if json.Unmarshal(x[0], &kind) != nil || json.Unmarshal(x[1], &bound) != nil {
		fail("port %s is not [kind, [bound]]", name)
	}
	k, ok := map[string]model.PortKind{"use": model.Use, "provide": model.Provide, "data_use": model.DataUse, "data_provide": model.DataProvide}[kind]
	if !ok {
		fail("port %s is of kind %s", name, kind)
	}
	p := model.Port{Name: name, Kind: k}
	for _, b := range bound {
		if i := slices.Index(places, b); i >= 0 {
			p.Bound = append(p.Bound, model.Binding{Kind: model.ToPlace, Index: i})
		} else if i := slices.Index(groups, b); i >= 0 {
			p.Bound = append(p.Bound, model.Binding{Kind: model.ToGroup, Index: i})
		} else {
			p.Bound = append(p.Bound, model.Binding{Kind: model.ToTransition, Index: index("element", b, transitions)})
		}
	}
	return p
}

// phase reads the programs of a phase. Links are those of all phases.
func (r *reader) phase(k int) {
	s, src := &r.c.assembly, r.f.Scenario.Phases[k]
	p := Phase{Name: src.Name, Delays: make([]time.Duration, len(s.Nodes)), Programs: make([][]model.Instruction, len(s.Nodes))}
	for n := range s.Nodes {
		p.Delays[n] = duration(src.StartDelay[s.Nodes[n].Name])
		for _, in := range src.Program[s.Nodes[n].Name] {
			p.Programs[n] = append(p.Programs[n], r.instruction(in))
		}
	}
	r.c.Phases = append(r.c.Phases, p)
}

func (r *reader) component(name string) int {
	return find("component "+name, r.c.assembly.Components, func(c *model.Component) bool { return c.Name == name })
}

func (r *reader) instruction(in []any) model.Instruction {
	s := &r.c.assembly
	text := func(i int) string {
		if i >= len(in) {
			fail("instruction %v is too short", in)
		}
		return fmt.Sprint(in[i])
	}
	component := func(i int) int { return r.component(text(i)) }
	end := func(i int) (c, p int) {
		c = component(i)
		return c, find("port "+text(i+1), s.TypeOf(c).Ports, func(p *model.Port) bool { return p.Name == text(i+1) })
	}
	link := func() int {
		c, p := end(1)
		d, q := end(3)
		if !s.TypeOf(c).Ports[p].Kind.IsUse() {
			c, p, d, q = d, q, c, p
		}
		l := model.Link{User: c, UsePort: p, Provider: d, ProvidePort: q}
		if i := slices.Index(s.Links, l); i >= 0 {
			return i
		}
		s.Links = append(s.Links, l)
		return len(s.Links) - 1
	}
	switch op := text(0); op {
	case "add":
		return model.Instruction{Op: model.Add, Component: component(1)}
	case "del":
		return model.Instruction{Op: model.Delete, Component: component(1)}
	case "connect":
		return model.Instruction{Op: model.Connect, Link: link()}
	case "disconnect":
		return model.Instruction{Op: model.Disconnect, Link: link()}
	case "push_b":
		c := component(1)
		b := find("behaviour "+text(2), s.TypeOf(c).Behaviours, func(b *model.Named) bool { return b.Name == text(2) })
		return model.Instruction{Op: model.Push, Component: c, Behaviour: b}
	case "wait":
		return model.Instruction{Op: model.Wait, Component: component(1), Behaviour: -1, Holding: len(in) > 2 && in[2] == true}
	case "wait_all":
		return model.Instruction{Op: model.WaitAll}
	case "sleep":
		text(1)
		return model.Instruction{Op: model.Pause, Duration: model.Constant(duration(in[1]))}
	default:
		fail("there is no instruction %s", op)
	}
	return model.Instruction{}
}
