package compile_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/compile"
	"adagio/proofs/gen"
	"adagio/proofs/nets"

	"pgregory.net/rapid"
)

// TestKept: the net of a plan whose components' nets are kept from other plans of the model,
// in the memory of nets that nobody uses any more, is the one that is compiled for it alone.
func TestKept(t *testing.T) {
	nets, components, kept, freed := 0, 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		first := gen.Scenario(rapid.SampledFrom([]gen.Options{
			{Nodes: 4, Components: 5}, {Nodes: 4, Components: 5, Benign: true, Profiles: []model.ProfileKind{model.Polling}},
			{Nodes: 3, Components: 4, Profiles: []model.ProfileKind{model.Polling}}, {Nodes: 3, Components: 4, Runtime: gen.Everything},
			{Nodes: 3, Components: 4, Sleep: true, Profiles: []model.ProfileKind{model.Polling, model.Concertod, model.Brokered}},
		}).Draw(t, "options")).Draw(t, "scenario")
		cache := new(compile.Cache)
		cache.Keep(first)
		s := first
		for range 24 {
			net, err := compile.ScenarioWith(cache, s)
			alone, errAlone := compile.Scenario(s)
			if (err == nil) != (errAlone == nil) {
				t.Fatalf("%v, not %v", err, errAlone)
			}
			if err == nil {
				nets++
				for _, at := range net.At {
					if at != nil {
						components++
					}
				}
				if what := differ(net, alone); what != "" {
					t.Fatalf("%s: another net\n%s\nfirst\n%s", what, gen.Text(s), gen.Text(first))
				}
				if net.Free != nil && rapid.IntRange(0, 3).Draw(t, "in use") > 0 {
					net.Free()
					freed++
				}
			}
			s = edited(t, first, s)
		}
		kept += compile.Kept(cache)
	})
	t.Log(nets, components, kept, freed)
	if nets < gen.Floor(1500) || freed < gen.Floor(1000) || components-kept < gen.Floor(3000) {
		t.Errorf("only %d nets, %d in memory used before, and %d of %d nets of components that were kept from others", nets, freed, components-kept, components)
	}
}

// differ says in what two nets differ, or nothing.
func differ(a, b *petri.Net) string {
	if !a.Equal(b) {
		return "places or transitions"
	}
	for i := range a.Transitions {
		s, t := &a.Transitions[i], &b.Transitions[i]
		if s.Class != t.Class || s.Leg != t.Leg || s.Choice != t.Choice || s.Variant != t.Variant || !slices.Equal(s.Peers, t.Peers) || !reflect.DeepEqual(s.Delay, t.Delay) {
			return fmt.Sprint("transition ", i)
		}
	}
	for i := range a.Places {
		if a.Places[i].Resting != b.Places[i].Resting {
			return fmt.Sprint("place ", i)
		}
		p := petri.PlaceID(i)
		if !slices.Equal(a.Consumers.Of(p), b.Consumers.Of(p)) || !slices.Equal(a.Readers.Of(p), b.Readers.Of(p)) || !slices.Equal(a.Producers.Of(p), b.Producers.Of(p)) {
			return fmt.Sprint("arcs of place ", i)
		}
	}
	v, w := reflect.ValueOf(*a), reflect.ValueOf(*b)
	for i := range v.NumField() {
		switch f := v.Type().Field(i); {
		case !f.IsExported() || f.Name == "Scenario" || f.Name == "Places" || f.Name == "Transitions" || f.Name == "Names" || f.Name == "Free":
		case f.Name == "Consumers" || f.Name == "Readers" || f.Name == "Producers": // as above
		case !reflect.DeepEqual(v.Field(i).Interface(), w.Field(i).Interface()):
			return f.Name
		}
	}
	return ""
}

// edited is a plan, or the first one, with some instructions moved, left out, or doubled.
func edited(t *rapid.T, first, s *model.Scenario) *model.Scenario {
	if rapid.IntRange(0, 3).Draw(t, "from the first") == 0 {
		s = first
	}
	out := *s
	out.Nodes = slices.Clone(s.Nodes)
	for range rapid.IntRange(0, 3).Draw(t, "edits") {
		n := rapid.IntRange(0, len(out.Nodes)-1).Draw(t, "node")
		p := slices.Clone(out.Nodes[n].Program)
		if len(p) == 0 {
			continue
		}
		at := rapid.IntRange(0, len(p)-1).Draw(t, "at")
		if links := slices.IndexFunc(p, func(in model.Instruction) bool { return in.Op == model.Connect || in.Op == model.Disconnect }); links >= 0 && rapid.Bool().Draw(t, "a link") {
			at = links
		}
		moved := p[at]
		switch rapid.IntRange(0, 6).Draw(t, "edit") {
		case 5:
			p = slices.Insert(p, at, model.Instruction{Op: model.Wait, Component: rapid.IntRange(0, len(out.Components)-1).Draw(t, "waits for"), Behaviour: -1})
		case 0:
			p = slices.Delete(p, at, at+1)
		case 1:
			p = slices.Insert(p, rapid.IntRange(0, len(p)).Draw(t, "to"), moved)
		default:
			p = slices.Delete(p, at, at+1)
			p = slices.Insert(p, rapid.IntRange(0, len(p)).Draw(t, "to"), moved)
		}
		if out.Nodes[n].Program = p; out.ValidateProgram(n) != nil {
			return s
		}
	}
	return &out
}

// TestKeptSorted: in which order a component asks for facts depends on who else asks for
// them, and so it is with a net that is kept.
func TestKeptSorted(t *testing.T) {
	first := nets.Load(t, "sorted", `
component P { places off, on; initial off; running on; behavior go { t: off -> on }; provide first at on; provide second at on }
component U { places off, on; initial off; running on; behavior go { t: off -> on }; use service at on }
component V { places off, on; initial off; running on; behavior go { t: off -> on }; use one at on; use other at on }
assembly a {
  node x { u: U }
  node y { p: P; v: V }
  connect p.first -> u.service
  connect p.second -> v.one
  connect p.first -> v.other
}
plan q of a {
  from nothing
  on x { add u; connect p.first -> u.service; push u go; wait u }
  on y {
    add p; add v
    connect p.first -> u.service; connect p.second -> v.one; connect p.first -> v.other
    push p go; push v go; wait v
  }
}
timings t { u.go.t = 1s; p.go.t = 1s; v.go.t = 1s }
network n { executor ideal; latency 1ms }
`)
	other := *first
	other.Nodes = slices.Clone(first.Nodes)
	other.Nodes[0].Program = slices.Clone(first.Nodes[0].Program[1:]) // u is never added
	cache := new(compile.Cache)
	cache.Keep(first)
	sameAsAlone(t, cache, first, &other, first)
}

// TestKeptLooks: how long a look of a component lasts depends on what its providers are pushed,
// and so it is with a net that is kept.
func TestKeptLooks(t *testing.T) {
	const both = "connect q.s -> u.s"
	for name, c := range map[string]struct{ link, ofP, ofQ, otherP, otherQ string }{
		"comes to rest by its last push": {"", "push p go", "", "push p go; push p only", ""},
		"the other is pushed nothing":    {both, "push p go", "", "push p go", "push q only"},
	} {
		t.Run(name, func(t *testing.T) {
			first, other := twoProviders(t, c.link, "off", c.ofP, c.ofQ), twoProviders(t, c.link, "off", c.otherP, c.otherQ)
			changed := *first
			changed.Nodes = other.Nodes
			cache := new(compile.Cache)
			cache.Keep(first)
			sameAsAlone(t, cache, first, &changed, first)
		})
	}
}

// sameAsAlone compiles plans one after another with what is kept of those before, and without.
func sameAsAlone(t *testing.T, cache *compile.Cache, plans ...*model.Scenario) {
	t.Helper()
	for _, s := range plans {
		net, err := compile.ScenarioWith(cache, s)
		alone, errAlone := compile.Scenario(s)
		if err != nil || errAlone != nil {
			t.Fatal(err, errAlone)
		}
		if what := differ(net, alone); what != "" {
			t.Error(what)
		}
	}
}
