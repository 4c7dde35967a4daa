package component_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"adagio/dsl/dsltest"
	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/component"
)

// space explores a component c, all of whose pushes are on one node, alone.
func space(t *testing.T, s *model.Scenario) *component.Space {
	t.Helper()
	c := s.Components[0]
	var pushes []int
	for _, in := range s.Nodes[0].Program {
		if in.Op == model.Push {
			pushes = append(pushes, in.Behaviour)
		}
	}
	ty := s.Types[c.Type]
	ports := make([]int, len(ty.Ports))
	for p := range ports {
		ports[p] = p
	}
	k, err := component.New(ty, component.RulesOf(s), c.Active, c.Past, component.Course{Pushes: [][]int{pushes}}, ports, make([]int, len(ports)))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// effects lists what events do to ports: "leave on: refuse p", in the order of the events,
// with a line for each variant.
func effects(s *model.Scenario, k *component.Space) (out []string) {
	ty := s.Types[s.Components[0].Type]
	for _, ev := range k.Events {
		var name string
		switch ev.Kind {
		case petri.LeaveTry:
			name = "try to leave " + ty.Places[ev.Element].Name
		case petri.Leave:
			name = "leave " + ty.Places[ev.Element].Name
		case petri.Enter:
			name = "enter " + ty.Places[ev.Element].Name
		case petri.Start:
			name = "start " + ty.Transitions[ev.Element].Name
		case petri.Fire:
			name = "end " + ty.Transitions[ev.Element].Name
		}
		for _, v := range ev.Variants {
			var does []string
			e := v.Effect
			for i, ports := range [][]int{e.Checks, e.Take, e.Release, e.Activate, e.Disable, e.Refuse, e.Relent, e.Locked} {
				for _, p := range ports {
					does = append(does, []string{"check", "take", "release", "activate", "disable", "refuse", "relent", "wait for users of"}[i]+" "+ty.Ports[p].Name)
				}
			}
			if len(does) > 0 {
				out = append(out, fmt.Sprintf("%s: %s", name, strings.Join(does, ", ")))
			}
		}
	}
	slices.Sort(out)
	return out
}

// TestEffects says what the events of single components do to their ports.
func TestEffects(t *testing.T) {
	for _, test := range []struct {
		name, component, from, program string
		want                           []string
	}{
		{"provider stops and starts", `places off, on
			initial off
			behavior start { boot: off -> on for 1s }
			behavior stop { halt: on -> off for 1s }
			provide p at on`, "on", "push c stop, start",
			[]string{"enter on: activate p, relent p", "leave on: disable p, wait for users of p", "try to leave on: refuse p"}},
		{"user", `places off, on
			initial off
			behavior start { boot: off -> on for 1s }
			behavior stop { halt: on -> off for 1s }
			use u at on`, "on", "push c stop, start",
			[]string{"enter on: check u, take u", "leave on: release u"}},
		{"user while a transition runs", `places off, on
			initial off
			behavior start { boot: off -> on for 1s }
			use u at boot`, "off", "push c start",
			[]string{"end boot: release u", "start boot: check u, take u"}},
		// The port is held through t, which is inside the group.
		{"group", `places a, b, c
			initial a
			group g = a, b
			behavior go { t: a -> b for 1s; u: b -> c for 1s }
			provide p at g`, "a", "push c go", []string{"leave b: disable p, wait for users of p", "try to leave b: refuse p"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := dsltest.Text(t, fmt.Sprintf("component C {\n%s\n}\nassembly m { node n { c: C } }\nplan p of m {\n from { c: %s }\n on n { %s; wait c }\n}\nnetwork n { executor ideal }\n",
				test.component, test.from, test.program))
			if got := effects(s, space(t, s)); !slices.Equal(got, test.want) {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

// TestCacheGivesTheSame says that equal components share a state space, and others do not.
func TestCacheGivesTheSame(t *testing.T) {
	s := dsltest.Text(t, "component C {\n places off, on\n initial off\n behavior go { t: off -> on for 1s }\n provide p at on\n}\nassembly m { node n { c: C } }\nplan p of m {\n from { c: off }\n on n { push c go }\n}\n")
	var cache component.Cache
	of := func(pushes ...int) *component.Space {
		c := s.Components[0]
		k, err := cache.Of(s.Types[c.Type], component.RulesOf(s), c.Active, c.Past, component.Course{Pushes: [][]int{pushes}}, []int{0}, []int{0})
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	if first, second := of(0), of(0); first != second {
		t.Error("the same component was explored twice")
	}
	if of(0) == of() {
		t.Error("a component that is pushed nothing has the state space of one that is")
	}
}
