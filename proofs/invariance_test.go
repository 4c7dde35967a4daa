package proofs

import (
	"slices"
	"strings"
	"testing"
	"time"

	"adagio/analysis"
	"adagio/dsl"
	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/compile"
	"adagio/proofs/gen"
	"adagio/proofs/nets"

	"pgregory.net/rapid"
)

// verdict is what must not change: bounds, verdict, and the number of races.
type verdict struct {
	makespan, span analysis.Bound
	stuck, refused bool
	races          bool
}

func verdictOf(s *model.Scenario) verdict {
	r, err := analysis.Analyse(s, analysis.Options{})
	if err != nil {
		return verdict{refused: true}
	}
	v := verdict{stuck: r.Deadlock != nil, races: len(r.Races) > 0}
	if !v.stuck {
		v.makespan, v.span = r.Makespan, r.Span
	}
	return v
}

// # Invariances
//
// Statement. Writing a scenario down in the language and reading it back,
// formatting it, and renumbering its components and nodes change nothing of the
// answer.
//
// Hypotheses. The analysis answers both times: how many orders of races it has to
// explore before it would refuse depends on the numbering of what they are about.
func TestTextInvariance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := gen.Scenario(gen.Options{}).Draw(t, "scenario")
		text := gen.Text(s)
		file, problems := dsl.Parse("random.ballet", []byte(text))
		if problems.HasErrors() {
			t.Fatal(problems)
		}
		want := verdictOf(s)
		for name, source := range map[string][]byte{"written": []byte(text), "formatted": dsl.Format(file)} {
			back, _, problems := dsl.Load(dsl.Options{Sources: []dsl.Source{{Name: "random.ballet", Text: source}}})
			if back == nil {
				t.Fatal(problems)
			}
			if got := verdictOf(back); got != want && !got.refused && !want.refused {
				t.Fatalf("%s: %+v, not %+v\n%s", name, got, want, text)
			}
		}
	})
}

// TestRenaming: names are for people. Another name for everything leaves the net
// the same, place by place, and every name of the net means one element.
func TestRenaming(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := gen.Scenario(gen.Options{}).Draw(t, "scenario")
		net, err := compile.Scenario(s)
		if err != nil {
			t.Skip(err)
		}
		plain, err := compile.Scenario(gen.Plain(s))
		if err != nil {
			t.Fatal(err)
		}
		if err := nets.Validate(net); err != nil {
			t.Fatalf("%v\n%s", err, gen.Text(s))
		}
		if got, want := shape(net), shape(plain); got != want {
			t.Fatalf("not the net of the same scenario with plain names\n%s", gen.Text(s))
		}
	})
}

// shape is a net without its names.
func shape(net *petri.Net) string {
	bare := petri.Net{Scenario: net.Scenario, Places: net.Places, Transitions: net.Transitions}
	var b strings.Builder
	if err := bare.Print(&b); err != nil {
		panic(err)
	}
	return b.String()
}

// TestDottedNames: the port "b.c" of a is served in the first second, the port c of
// "a.b" only after a hundred.
func TestDottedNames(t *testing.T) {
	s, _, problems := dsl.Load(dsl.Options{Files: []string{"testdata/regressions/dotted_names.ballet"}})
	if s == nil {
		t.Fatal(problems)
	}
	want := analysis.Bound{Lower: 100 * time.Second, Upper: 100 * time.Second}
	if got := verdictOf(s); got.makespan != want {
		t.Fatalf("%v, not %v", got.makespan, want)
	}
}

// TestRenumbering reverses the order of components and nodes.
func TestRenumbering(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := gen.Scenario(gen.Options{Profiles: []model.ProfileKind{model.Ideal}}).Draw(t, "scenario")
		want, got := verdictOf(s), verdictOf(reversed(s))
		if want.races || got.races || want.refused || got.refused {
			return // which order is played first may differ, and with it what is refused
		}
		if got != want {
			t.Fatalf("%+v, not %+v\n%s", got, want, gen.Text(s))
		}
	})
}

// reversed is the same scenario with components and nodes in reverse order.
func reversed(s *model.Scenario) *model.Scenario {
	out := *s
	lastNode, lastComponent := len(s.Nodes)-1, len(s.Components)-1
	out.Nodes, out.Components, out.Links = slices.Clone(s.Nodes), slices.Clone(s.Components), slices.Clone(s.Links)
	slices.Reverse(out.Nodes)
	slices.Reverse(out.Components)
	for i := range out.Components {
		out.Components[i].Node = lastNode - out.Components[i].Node
	}
	for i := range out.Links {
		out.Links[i].User = lastComponent - out.Links[i].User
		out.Links[i].Provider = lastComponent - out.Links[i].Provider
	}
	for i := range out.Nodes {
		n := &out.Nodes[i]
		n.Neighbours = slices.Clone(n.Neighbours)
		for k := range n.Neighbours {
			n.Neighbours[k] = lastNode - n.Neighbours[k]
		}
		slices.Sort(n.Neighbours)
		n.Program = slices.Clone(n.Program)
		for k, in := range n.Program {
			switch in.Op {
			case model.Add, model.Delete, model.Push, model.Wait:
				n.Program[k].Component = lastComponent - in.Component
			case model.Limit:
				of := slices.Clone(in.Of)
				for i := range of {
					of[i] = lastComponent - of[i]
				}
				n.Program[k].Of = of
			}
		}
	}
	out.Network.Routes = map[[2]int]model.Delay{}
	for pair, d := range s.Network.Routes {
		out.Network.Routes[[2]int{lastNode - pair[0], lastNode - pair[1]}] = d
	}
	return &out
}
