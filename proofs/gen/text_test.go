package gen

import (
	"reflect"
	"slices"
	"testing"

	"adagio/analysis/simulate"
	"adagio/dsl"
	"adagio/dsl/diag"
	"adagio/dsl/dsltest"
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

// TestTextOfOneSide: a connection that only one side has made, and that both make later,
// starts with one side.
func TestTextOfOneSide(t *testing.T) {
	s := dsltest.Text(t, `
component Server {
  places off, on
  initial off
  running on
  behavior start { go: off -> on }
  provide out at on
}
component Client {
  places off, on
  initial off
  running on
  behavior start { go: off -> on }
  use in at on
}
assembly two {
  node n { server: Server; client: Client }
  connect client.in -> server.out by client
}
plan again of two {
  from { server: on; client: off }
  on n {
    disconnect client.in -> server.out
    connect client.in -> server.out
    push client start
    wait client
  }
}
timings t { Server.start.go = 1s; Client.start.go = 1s }
network here { executor ideal { } }
`)
	text := Text(s)
	read := dsltest.Text(t, text)
	if l := s.Links[0]; !l.UserSide || l.ProviderSide {
		t.Fatalf("the connection starts as %+v", l)
	}
	if l := read.Links[0]; !l.UserSide || l.ProviderSide {
		t.Errorf("read again it starts as %+v:\n%s", l, text)
	}
}
