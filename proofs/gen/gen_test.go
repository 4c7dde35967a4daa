package gen

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"adagio/analysis/simulate"
	"adagio/dsl/model"

	"pgregory.net/rapid"
)

func TestEveryScenarioIsValid(t *testing.T) {
	for name, o := range map[string]Options{
		"all": {}, "ties": {Ties: true}, "constant": {Constant: true}, "benign": {Benign: true},
		"local": {NoRemote: true}, "one node": {Nodes: 1}, "everything": {Runtime: Everything}, "everything, benign": {Runtime: Everything, Benign: true, Ties: true},
		"ideal": {Profiles: []model.ProfileKind{model.Ideal}, Semantics: []model.Semantics{model.ConcertoD}},
	} {
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			s := Scenario(o).Draw(t, "scenario")
			if err := s.Validate(); err != nil {
				t.Fatal(err)
			}
			if len(o.Profiles) > 0 && (s.Network.Profile.Kind != model.Ideal || s.Semantics != model.ConcertoD) {
				t.Fatal("options are not respected")
			}
			for _, c := range s.Components {
				for _, d := range c.Durations {
					if o.Constant && !d.IsConstant() {
						t.Fatalf("%v is not constant", d)
					}
				}
			}
			if o.NoRemote {
				for _, l := range s.Links {
					if s.Components[l.User].Node != s.Components[l.Provider].Node {
						t.Fatal("a link between nodes")
					}
				}
			}
		}))
	}
}

// TestShrinksToTheSimplest checks that the first choice everywhere is the
// plainest scenario.
func TestShrinksToTheSimplest(t *testing.T) {
	s := build(Options{}, func(int) int { return 0 })
	if len(s.Nodes) != 1 || len(s.Components) != 1 || len(s.Links) != 0 || len(s.Components[0].Durations) != 3 {
		t.Errorf("the simplest scenario is not simple: %+v", s)
	}
}

// TestCoverage prints what random scenarios hold and how they end.
func TestCoverage(t *testing.T) {
	const n = 2000
	count := map[string]int{}
	r := rand.New(rand.NewPCG(1, 2))
	for range n {
		s := Random(r, Options{})
		if err := s.Validate(); err != nil {
			t.Fatal(err)
		}
		for f := range features(s) {
			count[f]++
		}
		first, err := simulate.Run(s, simulate.Options{})
		if err != nil {
			t.Fatal(err)
		}
		count["ends: "+first.Outcome.String()]++
		kind := s.Network.Profile.Kind.String() + ", " + s.Semantics.String()
		count["profile "+kind]++
		if first.Outcome == simulate.Deadlock {
			count["profile "+kind+": deadlock"]++
		}
		if raced(s, r) {
			count["ends: raced"]++
		}
	}
	var table strings.Builder
	for _, f := range slices.Sorted(func(yield func(string) bool) {
		for f := range count {
			if !yield(f) {
				return
			}
		}
	}) {
		fmt.Fprintf(&table, "%6.1f %%  %s\n", 100*float64(count[f])/n, f)
	}
	t.Logf("share of %d random scenarios with\n%s", n, &table)
	for f, bounds := range map[string][2]int{"ends: deadlock": {8, 35}, "ends: raced": {8, 35}, "several providers": {10, 100}, "group": {20, 100}, "holding": {8, 100}, "disconnect": {8, 100}, "delete": {5, 100}, "wait all": {5, 100}, "limit": {8, 100}, "one-sided link": {5, 100}} {
		if share := 100 * count[f] / n; share < bounds[0] || share > bounds[1] {
			t.Errorf("%s: %d %%, want %d to %d", f, share, bounds[0], bounds[1])
		}
	}
}

// TestCoverageOfTheRuntime prints what scenarios hold with every knob turned, how they
// end on the real runtime, and how often each of its rules makes a difference.
func TestCoverageOfTheRuntime(t *testing.T) {
	const n = 2000
	count := map[string]int{}
	r := rand.New(rand.NewPCG(1, 3))
	for range n {
		s := Random(r, Options{Semantics: []model.Semantics{model.Ballet}, Profiles: []model.ProfileKind{model.Polling}, Runtime: Everything})
		for f := range features(s) {
			count[f]++
		}
		first, err := simulate.Run(s, simulate.Options{})
		if err != nil {
			t.Fatal(err)
		}
		count["ends: "+first.Outcome.String()]++
		if first.Open() {
			count["ends: a process never exits"]++
		}
		for _, f := range first.Failures {
			count[fmt.Sprintf("fails for reason %d", f.Why)]++
		}
		for _, rule := range model.AllRules {
			without := *s
			*rule.In(&without.Rules) = false
			if other, _ := simulate.Run(&without, simulate.Options{}); summary(other) != summary(first) {
				count["differs by "+rule.Name]++
			}
		}
	}
	for _, f := range slices.Sorted(maps.Keys(count)) {
		t.Logf("%6.1f %%  %s", 100*float64(count[f])/n, f)
	}
	for f, least := range map[string]float64{
		"ends: completed": 40, "ends: deadlock": 8, "ends: failed": 8, "ends: a process never exits": 3,
		"fails for reason 0": 1, "fails for reason 1": 0.3, "fails for reason 2": 1, "fails for reason 3": 1,
		"added again": 5, "two tokens": 10, "data port at a place that is passed": 20, "two dock sets": 10, "start in a range": 20,
		"wait for a stranger": 5, "wait all in the middle": 15,
		"differs by exits": 3, "differs by confirmations": 5, "differs by data_stays": 1, "differs by groups_by_moves": 0.5,
		"differs by dock_sets_together": 0.2, "differs by fails": 5,
	} {
		if share := 100 * float64(count[f]) / n; share < least {
			t.Errorf("%s: %.1f %%, want %v at least", f, share, least)
		}
	}
}

// summary is what a run comes to: its outcome, and when programs end and transitions
// start.
func summary(tr *simulate.Trace) string {
	text := fmt.Sprint(tr.Outcome, tr.Open())
	for _, n := range tr.Nodes {
		text += fmt.Sprint(" ", n.End)
	}
	for _, c := range tr.Components {
		text += fmt.Sprint(" ", c.Firings)
	}
	return text
}

// raced says whether other durations change who comes first at a link, or how
// the scenario ends: a structural sign of a race.
func raced(s *model.Scenario, r *rand.Rand) bool {
	t, _ := simulate.Run(s, simulate.Options{})
	order := encounters(s, t)
	for range 8 {
		other := *s
		other.Components = slices.Clone(s.Components)
		for c := range other.Components {
			ds := slices.Clone(other.Components[c].Durations)
			for i := range ds {
				ds[i] = model.Constant(time.Duration(float64(ds[i].Lo) * (0.2 + 2*r.Float64())))
			}
			other.Components[c].Durations = ds
		}
		t, _ := simulate.Run(&other, simulate.Options{})
		if encounters(s, t) != order {
			return true
		}
	}
	return false
}

// encounters lists, for each link, in which order its ends entered and left the
// places that its ports are bound to.
func encounters(s *model.Scenario, t *simulate.Trace) string {
	var text strings.Builder
	text.WriteString(t.Outcome.String())
	for _, l := range s.Links {
		type step struct {
			at   time.Duration
			what string
		}
		var steps []step
		collect := func(c, port int, enters, leaves string) {
			ty := s.TypeOf(c)
			for _, m := range t.Components[c].Moves {
				if !slices.ContainsFunc(ty.Ports[port].Bound, func(b model.Binding) bool {
					return b.Kind == model.ToPlace && b.Index == m.Place ||
						b.Kind == model.ToGroup && slices.Contains(ty.Groups[b.Index].Places, m.Place)
				}) {
					continue
				}
				if m.Entered && enters != "" {
					steps = append(steps, step{m.At, enters})
				} else if !m.Entered && leaves != "" {
					steps = append(steps, step{m.At, leaves})
				}
			}
			for _, f := range t.Components[c].Firings {
				if slices.Contains(ty.Ports[port].Bound, model.Binding{Kind: model.ToTransition, Index: f.Transition}) {
					steps = append(steps, step{f.Start, enters})
				}
			}
		}
		collect(l.User, l.UsePort, "u", "")
		collect(l.Provider, l.ProvidePort, "", "P")
		slices.SortStableFunc(steps, func(a, b step) int { return cmp.Compare(a.at, b.at) })
		text.WriteString("|")
		for _, s := range steps {
			text.WriteString(s.what)
		}
	}
	return text.String()
}

// features names what a scenario holds.
func features(s *model.Scenario) map[string]bool {
	f := map[string]bool{}
	providers := map[[2]int]int{}
	for i, l := range s.Links {
		f["link"] = true
		f["link between nodes"] = f["link between nodes"] || s.Components[l.User].Node != s.Components[l.Provider].Node
		providers[[2]int{l.User, l.UsePort}]++
		f["several providers"] = f["several providers"] || providers[[2]int{l.User, l.UsePort}] > 1
		sides := [2]bool{l.UserSide, l.ProviderSide}
		for n, node := range s.Nodes {
			for _, in := range node.Program {
				if in.Op == model.Connect && in.Link == i {
					user, provider := s.Sides(n, i)
					sides[0], sides[1] = sides[0] || user, sides[1] || provider
				}
			}
		}
		f["one-sided link"] = f["one-sided link"] || sides[0] != sides[1]
	}
	used := map[int]bool{}
	for _, c := range s.Components {
		used[c.Type] = true
		f["running at the start"] = f["running at the start"] || len(c.Active) > 0
		for _, d := range c.Durations {
			f["interval"] = f["interval"] || !d.IsConstant()
		}
	}
	for i, t := range s.Types {
		if !used[i] {
			continue
		}
		into := map[[2]int]int{}
		sets := map[[2]int]int{} // by place and behaviour: the first dock set
		for _, tr := range t.Transitions {
			key := [2]int{tr.Dst, tr.Behaviour}
			if first, ok := sets[key]; ok && first != tr.DockSet {
				f["two dock sets"] = true
			}
			sets[key] = tr.DockSet
		}
		f["two tokens"] = f["two tokens"] || t.Running < len(t.Places)-1
		for _, tr := range t.Transitions {
			f["dock set"] = f["dock set"] || tr.DockSet > 0
			into[[2]int{tr.Dst, tr.Behaviour}]++
			f["join"] = f["join"] || into[[2]int{tr.Dst, tr.Behaviour}] > 1
		}
		for _, p := range t.Ports {
			f[p.Kind.String()] = true
			f["list of places"] = f["list of places"] || len(p.Bound) > 1
			for _, b := range p.Bound {
				f["data port at a place that is passed"] = f["data port at a place that is passed"] || p.Kind == model.DataProvide && b.Kind == model.ToPlace && len(p.Bound) == 1 && b.Index < t.Running
				f["group"] = f["group"] || b.Kind == model.ToGroup
				f["use on transition"] = f["use on transition"] || b.Kind == model.ToTransition
			}
		}
	}
	for at, n := range s.Nodes {
		f["start in a range"] = f["start in a range"] || !n.Start.IsConstant()
		gone := map[int]bool{}
		for i, in := range n.Program {
			gone[in.Component] = gone[in.Component] || in.Op == model.Delete
			f["added again"] = f["added again"] || in.Op == model.Add && gone[in.Component]
			f["wait all in the middle"] = f["wait all in the middle"] || in.Op == model.WaitAll && i < len(n.Program)-1
			if on := s.Components[in.Component].Node; in.Op == model.Wait && on != at && !slices.Contains(n.Neighbours, on) {
				f["wait for a stranger"] = true
			}
			f[in.Op.String()] = true
			f["holding"] = f["holding"] || in.Holding
			f["wait for a behaviour"] = f["wait for a behaviour"] || in.Op == model.Wait && in.Behaviour >= 0
		}
	}
	for k, v := range f {
		if !v {
			delete(f, k)
		}
	}
	return f
}
