package simulate

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"adagio/dsl/dsltest"
	"adagio/dsl/model"
)

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
		Slowed bool `json:"spinning_loop_slowed"`
		Phases []measuredPhase
	}
}

type measuredPhase struct {
	Phase    string
	Outcome  string
	Makespan *float64 `json:"program_makespan_s"`
	Events   map[string][][]any
}

// lasted is how long the programs took, in seconds, from the first event to the
// end of the last instruction; the wait all that follows every program is none.
func (m *measuredPhase) lasted() float64 {
	if m.Makespan != nil {
		return *m.Makespan
	}
	first, last := model.MaxDelay, time.Duration(0)
	for _, events := range m.Events {
		for _, e := range events {
			kind, name, start, end := logged(e)
			first = min(first, start)
			if kind == "instruction" && !strings.HasPrefix(name, "waitall") {
				last = max(last, end)
			}
		}
	}
	return (last - first).Seconds()
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

// assembly reads everything but the programs and the network.
func (f *conformance) assembly(t testing.TB) *model.Scenario {
	s := &model.Scenario{Name: f.Scenario.Name}
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
		node := model.Node{Name: name}
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
// it hung every replication must, where it completed the measured makespan must
// lie between the 0.5 % and the 99.5 % quantile of the simulated one. The last
// two columns are the same range with a machine that is known from the other
// cases only: it is printed, not asked for.
//
//	go test -run 'TestConformance$' -v ./analysis/simulate
func TestConformance(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(dsltest.Data(t), "conformance", "*.json"))
	if err != nil || len(files) == 0 {
		t.Skipf("no conformance files: %v", err)
	}
	var all loopback
	others := make([]loopback, len(files))
	cases := make([]conformance, len(files))
	for i, file := range files {
		text, err := os.ReadFile(file)
		if err == nil {
			err = json.Unmarshal(text, &cases[i])
		}
		if err != nil {
			t.Fatal(err)
		}
		all.observe(&cases[i])
		for j := range others {
			if j != i {
				others[j].observe(&cases[i])
			}
		}
	}
	t.Logf("%d overheads, median %v, %v .. %v; %d steps, median %v, %v .. %v; %d starts",
		len(all.overheads), middle(all.overheads), slices.Min(all.overheads), slices.Max(all.overheads),
		len(all.steps), middle(all.steps), slices.Min(all.steps), slices.Max(all.steps), len(all.starts))
	t.Log("| case | phase | measured | 0.5 % | mean | 99.5 % | others: 0.5 % | 99.5 % |")
	for i := range cases {
		f := &cases[i]
		t.Run(strings.TrimSuffix(filepath.Base(files[i]), ".json"), func(t *testing.T) {
			s := f.assembly(t)
			for k := range f.Scenario.Phases {
				f.phase(t, s, k)
				f.check(t, s, k, &all, &others[i])
				if !goOn(s) {
					break // a behaviour that never ends: the last phase
				}
			}
		})
	}
}

func middle(xs []time.Duration) time.Duration { return slices.Sorted(slices.Values(xs))[len(xs)/2] }

// goOn puts a scenario into the state in which its programs leave it.
func goOn(s *model.Scenario) bool {
	active, links, err := s.Final()
	if err != nil {
		return false
	}
	s.Links = links
	for c := range active {
		s.Components[c].Active = active[c]
	}
	return true
}

// check compares the measured runs of a phase with simulated ones.
func (f *conformance) check(t *testing.T, s *model.Scenario, k int, all, others *loopback) {
	const n = 2000
	all.apply(s, f.Measured[0].Slowed)
	xs, deadlocks := makespans(t, s, n)
	others.apply(s, f.Measured[0].Slowed)
	other, _ := makespans(t, s, n)
	name := strings.TrimPrefix(t.Name(), "TestConformance/")
	for _, run := range f.Measured {
		m := run.Phases[k]
		switch {
		case run.Slowed != f.Measured[0].Slowed:
			t.Fatal("slowed and other runs in one case")
		case m.Outcome == "hang" && deadlocks == n:
			t.Logf("| %s | %s | hangs | | all hang | | | |", name, m.Phase)
		case m.Outcome == "hang" || deadlocks > 0:
			t.Errorf("%s %s: the runtime %s, %d of %d replications deadlock", name, m.Phase, m.Outcome, deadlocks, n)
		default:
			lasted, lo, hi := m.lasted(), quantile(xs, 0.005), quantile(xs, 0.995)
			t.Logf("| %s | %s | %.3f | %.3f | %.3f | %.3f | %.3f | %.3f |", name, m.Phase, lasted,
				lo, mean(xs), hi, quantile(other, 0.005), quantile(other, 0.995))
			if lasted < lo || lasted > hi {
				t.Errorf("%s %s: measured %.3f lies outside the simulated %.3f .. %.3f", name, m.Phase, lasted, lo, hi)
			}
		}
	}
}

// makespans simulates n runs: what they last in seconds, sorted, from the first
// start of a program to the last end of one, as it was measured; and how many of
// them deadlock.
func makespans(t *testing.T, s *model.Scenario, n int) (xs []float64, deadlocks int) {
	err := Replicate(s, n, 0, 1, func(i int, tr *Trace) {
		if tr.Outcome == Deadlock {
			deadlocks++
			return
		}
		first, last := tr.Nodes[0].Start, time.Duration(0)
		for _, node := range tr.Nodes {
			first, last = min(first, node.Start), max(last, node.End)
		}
		xs = append(xs, (last - first).Seconds())
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(xs)
	return xs, deadlocks
}

func quantile(sorted []float64, p float64) float64 { return sorted[int(p*float64(len(sorted)-1)+0.5)] }

func mean(xs []float64) float64 {
	_, mean, _ := spread(xs)
	return mean
}
