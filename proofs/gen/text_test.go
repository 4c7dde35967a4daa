package gen

import (
	"reflect"
	"slices"
	"testing"

	"adagio/analysis/simulate"
	"adagio/dsl"
	"adagio/dsl/diag"
	"adagio/dsl/model"

	"pgregory.net/rapid"
)

// TestTextIsTheScenario reads what Text writes: the scenario is valid in the
// language, and it runs as the original does.
func TestTextIsTheScenario(t *testing.T) {
	checkText(t, Options{})
	checkText(t, Options{Runtime: Everything})
	checkText(t, Options{Profiles: []model.ProfileKind{model.Ideal, model.Pushing, model.Brokered, model.Concertod}, Sleep: true})
}

func checkText(t *testing.T, o Options) {
	rapid.Check(t, func(t *rapid.T) {
		s := Scenario(o).Draw(t, "scenario")
		text := Text(s)
		read, _, list := dsl.Load(dsl.Options{Sources: []dsl.Source{{Name: "random.ballet", Text: []byte(text)}}})
		if list.HasErrors() {
			t.Fatalf("%v\n%s", slices.DeleteFunc(list, func(d diag.Diagnostic) bool { return d.Severity != diag.Error }), text)
		}
		if read.Rules != s.Rules {
			t.Fatalf("read again it has the rules %+v\nwant %+v\n%s", read.Rules, s.Rules, text)
		}
		for _, sampler := range []simulate.Sampler{simulate.Lo, simulate.Hi} {
			want, got := run(t, s, sampler), run(t, read, sampler)
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("read again it runs otherwise:\n got %v\nwant %v\n%s", got, want, text)
			}
		}
	})
}

// run gives what happens to whom, by name.
func run(t *rapid.T, s *model.Scenario, sampler simulate.Sampler) map[string]any {
	tr, err := simulate.Run(s, simulate.Options{Sampler: sampler})
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]any{"outcome": tr.Outcome, "makespan": tr.Makespan}
	for n, node := range tr.Nodes {
		all[s.Nodes[n].Name] = node.Instructions
	}
	for c, comp := range tr.Components {
		all[s.Components[c].Name] = comp.Moves
	}
	return all
}
