package distribution

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"adagio/dsl"
	"adagio/dsl/model"
	"adagio/petri/compile"
	"adagio/petri/unfold"
)

const (
	ms = time.Millisecond
	s  = time.Second
)

// load resolves a text of the language.
func load(t fataler, text string) *model.Scenario {
	t.Helper()
	scenario, _, list := dsl.Load(dsl.Options{Sources: []dsl.Source{{Name: "test.ballet", Text: []byte(text)}}, Network: "ideal"})
	if scenario == nil {
		t.Fatalf("%v\n%s", list, text)
	}
	return scenario
}

// runsOf unfolds a scenario.
func runsOf(t fataler, scenario *model.Scenario) []unfold.Run {
	t.Helper()
	net, err := compile.Scenario(scenario)
	if err != nil {
		t.Fatal(err)
	}
	x, err := unfold.Explore(net, unfold.Limit{})
	if err != nil {
		t.Fatal(err)
	}
	return x.Runs
}

// network is the text of a model that runs an activity network: each line of
// activities is "name: from -> to for delay", where several lines with one target
// join, and a component named in needs waits for others to have ended before it
// begins.
type component struct {
	name       string
	needs      []string // components; "a|b" is any of them
	activities []string
}

// text writes the components as a model: all on a node of their own.
func text(components ...component) string {
	var types, nodes, links, programs strings.Builder
	for _, c := range components {
		places := []string{"begin", "waited"}
		for _, a := range c.activities {
			_, arrow, _ := strings.Cut(a, ": ")
			arrow, _, _ = strings.Cut(arrow, " for ")
			for _, p := range strings.Split(arrow, " -> ") {
				if !slices.Contains(places, p) {
					places = append(places, p)
				}
			}
		}
		fmt.Fprintf(&types, "component T_%s {\n  places %s\n  initial begin\n  behavior run {\n    go: begin -> waited for 0s\n", c.name, strings.Join(places, ", "))
		for _, a := range c.activities {
			fmt.Fprintf(&types, "    %s\n", a)
		}
		fmt.Fprintf(&types, "  }\n  provide done at end\n")
		for i, need := range c.needs {
			fmt.Fprintf(&types, "  use need%d at waited\n", i)
			for _, provider := range strings.Split(need, "|") {
				fmt.Fprintf(&links, "  connect %s.done -> %s.need%d\n", provider, c.name, i)
			}
		}
		fmt.Fprintf(&types, "}\n")
		fmt.Fprintf(&nodes, "  node on_%s { %s: T_%s }\n", c.name, c.name, c.name)
		fmt.Fprintf(&programs, "  on on_%s { push %s run; wait %s }\n", c.name, c.name, c.name)
	}
	state := make([]string, len(components))
	for i, c := range components {
		state[i] = c.name + ": begin"
	}
	return fmt.Sprintf("%sassembly test {\n%s%s}\nplan go of test {\n  from { %s }\n%s}\n", &types, &nodes, &links, strings.Join(state, "; "), &programs)
}

// single is a model of one component.
func single(activities ...string) string { return text(component{name: "a", activities: activities}) }

// fataler is a test, a benchmark or a property.
type fataler interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}
