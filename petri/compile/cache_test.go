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

	"pgregory.net/rapid"
)

// TestReuse: a net that is compiled in the memory of others that nobody uses any more, of any
// scenario, is the one that is compiled alone.
func TestReuse(t *testing.T) {
	nets, freed := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		scenario := gen.Scenario(rapid.SampledFrom([]gen.Options{
			{Nodes: 4, Components: 5}, {Nodes: 4, Components: 5, Benign: true, Profiles: []model.ProfileKind{model.Polling}},
			{Nodes: 3, Components: 4, Runtime: gen.Everything},
			{Nodes: 3, Components: 4, Sleep: true, Profiles: []model.ProfileKind{model.Polling, model.Concertod, model.Brokered}},
		}).Draw(t, "options"))
		cache := &compile.Cache{Reuse: true}
		for range 4 {
			s := scenario.Draw(t, "scenario")
			net, err := compile.ScenarioWith(cache, s, nil)
			alone, errAlone := compile.Scenario(s)
			if (err == nil) != (errAlone == nil) {
				t.Fatalf("%v, not %v", err, errAlone)
			}
			if err != nil {
				continue
			}
			nets++
			if what := differ(net, alone); what != "" {
				t.Fatalf("%s: another net\n%s", what, gen.Text(s))
			}
			if rapid.IntRange(0, 3).Draw(t, "in use") > 0 {
				net.Free()
				freed++
			}
		}
	})
	t.Log(nets, freed)
	if nets < gen.Floor(300) || freed < gen.Floor(150) {
		t.Errorf("only %d nets, %d in memory used before", nets, freed)
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
		if a.Places[i].MayStay != b.Places[i].MayStay {
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
