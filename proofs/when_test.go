package proofs

import (
	"slices"
	"strings"
	"testing"
	"time"

	"adagio/analysis"
	"adagio/analysis/simulate"
	"adagio/analysis/verify"
	"adagio/dsl/model"
	"adagio/proofs/gen"

	"pgregory.net/rapid"
)

// # Conditions on durations
//
// Statement. A claim holds of an execution exactly if its durations meet the condition
// that verify --when gives, where that is said to be exact.
//
// Hypotheses. No duration is 0; two events of one date are left out by drawing durations
// to the nanosecond.
//
// Reference. Dates are (max,+) polynomials of the delays: petri/README.md, section 2.
func TestWhen(t *testing.T) {
	conditions, met, not := 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		s := gen.Scenario(gen.Options{Constant: true, Profiles: []model.ProfileKind{model.Ideal}}).Draw(t, "scenario")
		s.Properties = []model.Property{{Name: "p"}}
		for range 8 {
			s.Properties[0].Claims = append(s.Properties[0].Claims, claim(t, s, 0), exclusion(t, s))
		}
		r, err := analysis.Analyse(s, analysis.Options{})
		if err != nil {
			return
		}
		verdicts, err := verify.Properties(s, r, "", verify.Options{When: true})
		if err != nil {
			t.Fatalf("%v\n%s", err, gen.Text(s))
		}
		claims := slices.DeleteFunc(verdicts[0].Claims, func(v verify.ClaimVerdict) bool { return v.When == nil || !v.When.Exact })
		for range 6 {
			other, value := lasting(t, s)
			trace, err := simulate.Run(other, simulate.Options{History: true})
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range claims {
				want := v.When.Holds(value)
				if len(v.When.Clauses) > 0 {
					if conditions++; want {
						met++
					} else {
						not++
					}
				}
				if ok, at := verify.Holds(other, trace, v.Claim); ok != want {
					t.Fatalf("%s if %s: %v, but it is %v, from %v on\n%s", v.Text, strings.Join(v.When.Text(), " and "), want, ok, at, gen.Text(other))
				}
			}
		}
	})
	t.Logf("%d conditions, %d met, %d not", conditions, met, not)
	if !t.Failed() && (met < gen.Floor(60) || not < gen.Floor(200)) {
		t.Errorf("only %d conditions were met and %d were not", met, not)
	}
}

// lasting is a scenario with other durations, and what each name stands for.
func lasting(t *rapid.T, s *model.Scenario) (*model.Scenario, func(string) time.Duration) {
	values := map[string]time.Duration{}
	draw := func(name string, d model.Delay) model.Delay {
		if d.Hi > 0 {
			d = model.Constant(time.Duration(rapid.Int64Range(int64(time.Millisecond), int64(10*time.Second)).Draw(t, name)))
		}
		values[name] = d.Hi
		return d
	}
	out := *s
	out.Components, out.Nodes = slices.Clone(s.Components), slices.Clone(s.Nodes)
	for c := range out.Components {
		durations := slices.Clone(out.Components[c].Durations)
		for i := range durations {
			durations[i] = draw(s.TransitionName(c, i), durations[i])
		}
		out.Components[c].Durations = durations
	}
	for n := range out.Nodes {
		name := model.Reference(s.Nodes[n].Name)
		out.Nodes[n].Start = draw("start "+name, out.Nodes[n].Start)
		out.Nodes[n].Program = slices.Clone(out.Nodes[n].Program)
		pauses := 0
		for i := range out.Nodes[n].Program {
			in := &out.Nodes[n].Program[i]
			if in.Op != model.Pause || in.Duration.Hi == 0 {
				continue
			}
			name := "pause " + name
			if pauses++; pauses > 1 {
				name += "#" + string(rune('0'+pauses))
			}
			in.Duration = draw(name, in.Duration)
		}
	}
	return &out, func(name string) time.Duration {
		if v, ok := values[name]; ok {
			return v
		}
		return values[name[:strings.LastIndexByte(name, '#')]] // a transition lasts as long each time
	}
}
