package proofs

import (
	"strings"
	"testing"

	"adagio/analysis/verify"
	"adagio/dsl/model"
	"adagio/proofs/gen"

	"pgregory.net/rapid"
)

// # What holds whatever anything lasts
//
// Statement. What is proved from the arcs of the net alone, by place invariants, siphons
// and traps, holds of every execution.
//
// Hypotheses. None beyond a valid scenario.
//
// Reference. Murata, Petri nets: properties, analysis and applications, 1989, sections
// VI and VII; Commoner, Deadlocks in Petri nets, 1972.
func TestStructure(t *testing.T) {
	proved, ends, all := 0, 0, 0
	var scenarios []*rapid.Generator[*model.Scenario]
	for _, options := range []gen.Options{
		{Profiles: []model.ProfileKind{model.Ideal}, Ties: true},
		{Profiles: []model.ProfileKind{model.Polling}, Runtime: gen.Everything},
		{Profiles: []model.ProfileKind{model.Pushing, model.Brokered}},
		{Profiles: []model.ProfileKind{model.Ideal, model.Pushing}, Sleep: true},
	} {
		scenarios = append(scenarios, gen.Scenario(options))
	}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(scenarios...).Draw(t, "scenario")
		claims := []model.Claim{{Kind: model.Ends}, {Kind: model.Always, Predicate: predicate(t, s, 2)}}
		for range 4 {
			claims = append(claims, exclusion(t, s))
		}
		s.Properties = []model.Property{{Name: "p", Claims: claims}}
		// Without an analysis nothing else proves.
		verdicts, err := verify.Properties(s, nil, "not analysed", verify.Options{Runs: 4})
		if err != nil {
			t.Fatalf("%v\n%s", err, gen.Text(s))
		}
		for _, v := range verdicts[0].Claims {
			all++
			if v.Outcome != verify.Proved {
				continue
			}
			if wrong := contradiction(s, v); wrong != "" {
				t.Fatalf("%s, proved %s: %s\n%s", v.Text, v.Reason, wrong, gen.Text(s))
			}
			if proved++; v.Claim.Kind == model.Ends {
				ends++
			}
			if !v.Causality || !strings.Contains(v.Reason, "structure") && !strings.Contains(v.Reason, "nothing that happens") {
				t.Fatalf("%s is proved %s", v.Text, v.Reason)
			}
		}
	})
	t.Logf("%d of %d claims are proved, %d of them that the plan ends", proved, all, ends)
	if !t.Failed() && (proved*10 < all || ends*100 < all) {
		t.Errorf("only %d of %d claims are proved, %d of them that the plan ends", proved, all, ends)
	}
}

// exclusion draws a claim that two states do not hold at a time.
func exclusion(t *rapid.T, s *model.Scenario) model.Claim {
	both := model.Predicate{Kind: model.And}
	for range 2 {
		p := model.Predicate{Atom: atom(t, s)}
		if rapid.IntRange(0, 3).Draw(t, "not") == 3 {
			p = model.Predicate{Kind: model.Not, Parts: []model.Predicate{p}}
		}
		both.Parts = append(both.Parts, p)
	}
	return model.Claim{Kind: model.Always, Predicate: model.Predicate{Kind: model.Not, Parts: []model.Predicate{both}}}
}
