package simulate

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"adagio/dsl/model"
)

// dataDir finds the measured data: ADAGIO_DATA, or ../shared/data beside the
// module.
func dataDir(t testing.TB) string {
	dir := os.Getenv("ADAGIO_DATA")
	if dir == "" {
		at, err := os.Getwd()
		if err != nil {
			t.Fatal(err)
		}
		for {
			if _, err := os.Stat(filepath.Join(at, "go.mod")); err == nil {
				break
			}
			if at == filepath.Dir(at) {
				t.Skip("no go.mod above the test: set ADAGIO_DATA to the folder of measured data")
			}
			at = filepath.Dir(at)
		}
		dir = filepath.Join(at, "..", "shared", "data")
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no measured data: %v; set ADAGIO_DATA to its folder", err)
	}
	return dir
}

// conformance is a file of data/conformance.
type conformance struct {
	Scenario struct {
		Name  string
		Types map[string]conformanceType
		Nodes map[string]struct {
			Components map[string]string
			Remote     []string
		}
		Phases []struct {
			Name    string
			Program map[string][][]any
		}
	}
	Measured []struct {
		Phases []struct {
			Phase    string
			Outcome  string
			Makespan *float64 `json:"program_makespan_s"`
		}
	}
}

// conformanceType is a component type: transitions are [source, destination,
// behaviour, seconds, dock set], ports [kind, bindings].
type conformanceType struct {
	Places      []string
	Initial     string
	Groups      map[string][]string
	Transitions map[string][]any
	Ports       map[string][]json.RawMessage
}

func sorted[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func seconds(x any) time.Duration { return time.Duration(x.(float64) * float64(time.Second)) }

// assembly reads everything but the programs.
func (f *conformance) assembly(t testing.TB) *model.Scenario {
	s := &model.Scenario{Name: f.Scenario.Name}
	s.Network.Profile = model.Profile{
		Kind: model.Polling, Exchanges: 2,
		Poll:     model.Constant(300 * ms),
		Request:  model.Interval(2*ms, 10*ms),
		Busy:     model.Interval(2*ms, 10*ms),
		Step:     model.Interval(ms*3/10, 25*ms),
		Overhead: model.Interval(5*ms, 120*ms),
	}
	durations := map[string][]model.Delay{}
	types := sorted(f.Scenario.Types)
	for _, name := range types {
		src := f.Scenario.Types[name]
		ty := &model.Type{Name: name, Running: -1, Initial: slices.Index(src.Places, src.Initial)}
		for _, p := range src.Places {
			ty.Places = append(ty.Places, model.Named{Name: p})
		}
		groups := sorted(src.Groups)
		for _, g := range groups {
			var places []int
			for _, p := range src.Groups[g] {
				places = append(places, slices.Index(src.Places, p))
			}
			slices.Sort(places)
			ty.Groups = append(ty.Groups, model.Group{Name: g, Places: places})
		}
		transitions := sorted(src.Transitions)
		for _, name := range transitions {
			x := src.Transitions[name]
			behaviour := slices.IndexFunc(ty.Behaviours, func(b model.Named) bool { return b.Name == x[2] })
			if behaviour < 0 {
				behaviour = len(ty.Behaviours)
				ty.Behaviours = append(ty.Behaviours, model.Named{Name: x[2].(string)})
			}
			tr := model.Transition{Name: name, Behaviour: behaviour, Src: slices.Index(src.Places, x[0].(string)), Dst: slices.Index(src.Places, x[1].(string))}
			if len(x) > 4 {
				tr.DockSet = int(x[4].(float64))
			}
			ty.Transitions = append(ty.Transitions, tr)
			durations[ty.Name] = append(durations[ty.Name], model.Constant(seconds(x[3])))
		}
		for _, name := range sorted(src.Ports) {
			var kind string
			var bound []string
			if json.Unmarshal(src.Ports[name][0], &kind) != nil || json.Unmarshal(src.Ports[name][1], &bound) != nil {
				t.Fatalf("port %s is not as expected", name)
			}
			port := model.Port{Name: name, Kind: map[string]model.PortKind{"use": model.Use, "provide": model.Provide}[kind]}
			for _, b := range bound {
				if i := slices.Index(src.Places, b); i >= 0 {
					port.Bound = append(port.Bound, model.Binding{Kind: model.ToPlace, Index: i})
				} else if i := slices.Index(groups, b); i >= 0 {
					port.Bound = append(port.Bound, model.Binding{Kind: model.ToGroup, Index: i})
				} else {
					port.Bound = append(port.Bound, model.Binding{Kind: model.ToTransition, Index: slices.Index(transitions, b)})
				}
			}
			ty.Ports = append(ty.Ports, port)
		}
		s.Types = append(s.Types, ty)
	}
	nodes := sorted(f.Scenario.Nodes)
	for n, name := range nodes {
		src := f.Scenario.Nodes[name]
		node := model.Node{Name: name, Start: model.Interval(0, 800*ms)}
		for _, r := range src.Remote {
			node.Neighbours = append(node.Neighbours, slices.Index(nodes, r))
		}
		s.Nodes = append(s.Nodes, node)
		for _, c := range sorted(src.Components) {
			ty := src.Components[c]
			s.Components = append(s.Components, model.Component{Name: c, Type: slices.Index(types, ty), Node: n, Durations: durations[ty]})
		}
	}
	return s
}

// phase sets the programs of a phase.
func (f *conformance) phase(t testing.TB, s *model.Scenario, k int) {
	component := func(x any) int {
		return slices.IndexFunc(s.Components, func(c model.Component) bool { return c.Name == x })
	}
	port := func(c int, x any) int {
		return slices.IndexFunc(s.TypeOf(c).Ports, func(p model.Port) bool { return p.Name == x })
	}
	link := func(in []any) int {
		c, d := component(in[1]), component(in[3])
		p, q := port(c, in[2]), port(d, in[4])
		if !s.TypeOf(c).Ports[p].Kind.IsUse() {
			c, p, d, q = d, q, c, p
		}
		for i, l := range s.Links {
			if l.User == c && l.UsePort == p && l.Provider == d && l.ProvidePort == q {
				return i
			}
		}
		s.Links = append(s.Links, model.Link{User: c, UsePort: p, Provider: d, ProvidePort: q})
		return len(s.Links) - 1
	}
	behaviour := func(c int, x any) int {
		return slices.IndexFunc(s.TypeOf(c).Behaviours, func(b model.Named) bool { return b.Name == x })
	}
	for n := range s.Nodes {
		s.Nodes[n].Program = nil
		for _, in := range f.Scenario.Phases[k].Program[s.Nodes[n].Name] {
			var x model.Instruction
			switch in[0] {
			case "add":
				x = model.Instruction{Op: model.Add, Component: component(in[1])}
			case "del":
				x = model.Instruction{Op: model.Delete, Component: component(in[1])}
			case "connect":
				x = model.Instruction{Op: model.Connect, Link: link(in)}
			case "disconnect":
				x = model.Instruction{Op: model.Disconnect, Link: link(in)}
			case "push_b":
				c := component(in[1])
				x = model.Instruction{Op: model.Push, Component: c, Behaviour: behaviour(c, in[2])}
			case "wait":
				x = model.Instruction{Op: model.Wait, Component: component(in[1]), Behaviour: -1, Holding: len(in) > 2}
			case "wait_all":
				x = model.Instruction{Op: model.WaitAll}
			case "sleep":
				x = model.Instruction{Op: model.Pause, Duration: model.Constant(seconds(in[1]))}
			default:
				t.Fatalf("unknown instruction %v", in)
			}
			s.Nodes[n].Program = append(s.Nodes[n].Program, x)
		}
	}
}

// TestConformance runs every small scenario that the real runtime has run: where
// it hung the simulator must hang, where it completed the measured makespan must
// lie between the least and the greatest of the simulated ones: 500 drawn, and
// the two with every delay at one end of its interval.
func TestConformance(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(dataDir(t), "conformance", "*.json"))
	if err != nil || len(files) == 0 {
		t.Skipf("no conformance files: %v", err)
	}
	t.Logf("%-28s %-7s %9s   %7s %7s %7s", "case", "phase", "measured", "min", "mean", "max")
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var f conformance
			if err := json.Unmarshal(text, &f); err != nil {
				t.Fatal(err)
			}
			s := f.assembly(t)
			for k := range f.Scenario.Phases {
				f.phase(t, s, k)
				f.check(t, s, k)
				active, links, err := s.Final()
				if err != nil {
					break // a behaviour that never ends: the last phase
				}
				s.Links = links
				for c := range active {
					s.Components[c].Active = active[c]
				}
			}
		})
	}
}

func (f *conformance) check(t *testing.T, s *model.Scenario, k int) {
	const n = 500
	var least, greatest, sum time.Duration = model.MaxDelay, 0, 0
	deadlocks := 0
	err := Replicate(s, n, 0, 1, func(i int, tr *Trace) {
		if tr.Outcome == Deadlock {
			if deadlocks++; deadlocks == 1 {
				for _, w := range tr.Waits {
					t.Log(w.Text(s))
				}
			}
			return
		}
		least, greatest = min(least, tr.Makespan), max(greatest, tr.Makespan)
		sum += tr.Makespan
	})
	if err != nil {
		t.Fatal(err)
	}
	// The corners are executions like any other, and draws of many delays at once
	// come near to them too rarely.
	for _, corner := range []Sampler{Lo, Hi} {
		if tr, _ := Run(s, Options{Sampler: corner}); tr.Outcome == Completed {
			least, greatest = min(least, tr.Makespan), max(greatest, tr.Makespan)
		}
	}
	for _, run := range f.Measured {
		m := run.Phases[k]
		name := fmt.Sprintf("%-28s %-7s", strings.TrimPrefix(t.Name(), "TestConformance/"), m.Phase)
		switch {
		case m.Outcome == "hang" && deadlocks == n:
			t.Logf("%s %9s   all replications deadlock", name, "hang")
		case m.Outcome == "hang" || deadlocks > 0:
			t.Errorf("%s: the runtime %s, %d of %d replications deadlock", name, m.Outcome, deadlocks, n)
		default:
			mean := (sum / n).Seconds()
			if m.Makespan == nil {
				t.Logf("%s %9s   %7.3f %7.3f %7.3f", name, "-", least.Seconds(), mean, greatest.Seconds())
				continue
			}
			t.Logf("%s %9.3f   %7.3f %7.3f %7.3f", name, *m.Makespan, least.Seconds(), mean, greatest.Seconds())
			if *m.Makespan < least.Seconds() || *m.Makespan > greatest.Seconds() {
				t.Errorf("%s: measured %.3f lies outside the simulated %.3f .. %.3f", name, *m.Makespan, least.Seconds(), greatest.Seconds())
			}
		}
	}
}
