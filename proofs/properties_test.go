package proofs

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"adagio/analysis"
	"adagio/analysis/simulate"
	"adagio/analysis/verify"
	"adagio/dsl/model"
	"adagio/proofs/gen"

	"pgregory.net/rapid"
)

// # Properties
//
// Statement. A claim that is proved holds of every execution. A claim that is refuted is
// violated by the execution that is shown, which the simulator runs again to the
// nanosecond. A claim of which it was shown that it holds of no execution is violated by
// each that is simulated.
//
// Hypotheses. None beyond a valid scenario.
//
// Reference. The package comment of analysis/verify: intervals on a line that intersect
// pairwise have a common point; a greatest antichain bounds how many hold at once
// (Dilworth, A decomposition theorem for partially ordered sets, 1950).
func TestProperties(t *testing.T) {
	sum := map[verify.Outcome]int{}
	for _, c := range []struct {
		name    string
		options gen.Options
	}{
		{"ideal", gen.Options{Profiles: []model.ProfileKind{model.Ideal}}},
		{"ties", gen.Options{Profiles: []model.ProfileKind{model.Ideal, model.Pushing}, Ties: true}},
		{"ballet", gen.Options{Profiles: []model.ProfileKind{model.Polling}, Runtime: gen.Everything}},
		{"messages", gen.Options{Profiles: []model.ProfileKind{model.Pushing, model.Brokered}}},
		{"asleep", gen.Options{Profiles: []model.ProfileKind{model.Ideal, model.Pushing}, Sleep: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			outcomes := map[verify.Outcome]int{}
			kinds := map[model.ClaimKind]map[verify.Outcome]int{}
			reasons := tally{}
			scenarios := gen.Scenario(c.options)
			rapid.Check(t, func(t *rapid.T) {
				s := scenarios.Draw(t, "scenario")
				s.Properties = []model.Property{{Name: "p"}}
				for range 4 {
					s.Properties[0].Claims = append(s.Properties[0].Claims, claim(t, s, 1))
				}
				if wrong := outageOutside(s); wrong != "" {
					t.Fatalf("%s\n%s", wrong, gen.Text(s))
				}
				verdicts, err := answer(s)
				if err != nil {
					t.Fatalf("%v\n%s", err, gen.Text(s))
				}
				for _, v := range verdicts[0].Claims {
					if wrong := contradiction(s, v); wrong != "" {
						t.Fatalf("%s, %v because %s%s: %s\n%s", v.Text, v.Outcome, v.Reason, v.Missing, wrong, gen.Text(s))
					}
					outcomes[v.Outcome]++
					if kinds[v.Claim.Kind] == nil {
						kinds[v.Claim.Kind] = map[verify.Outcome]int{}
					}
					kinds[v.Claim.Kind][v.Outcome]++
					if v.Outcome == verify.Unknown {
						reasons.add(errors.New(v.Missing))
					}
				}
			})
			t.Logf("%v; by kind %v", outcomes, kinds)
			for o, n := range outcomes {
				sum[o] += n
			}
			for reason, n := range reasons {
				t.Logf("%d unknown: %s", n, reason)
			}
		})
	}
	if t.Failed() {
		return
	}
	all := sum[verify.Proved] + sum[verify.Refuted] + sum[verify.Unknown]
	for outcome, least := range map[verify.Outcome]int{verify.Proved: 300, verify.Refuted: 300, verify.Unknown: 5} {
		if 1000*sum[outcome] < least*all {
			t.Errorf("only %d of %d claims are %v", sum[outcome], all, outcome)
		}
	}
}

// outageOutside says which execution has an outage outside of its bounds, or nothing.
func outageOutside(s *model.Scenario) string {
	r, err := analysis.Analyse(s, analysis.Options{})
	if err != nil {
		return ""
	}
	outages, _, err := verify.Outages(r)
	if err != nil {
		return err.Error()
	}
	for i := range 6 {
		o := simulate.Options{Seed: 3, Index: uint64(i), History: true}
		if i < 2 {
			o.Sampler = []simulate.Sampler{simulate.Lo, simulate.Hi}[i]
		}
		trace, err := simulate.Run(s, o)
		if err != nil {
			return err.Error()
		}
		for _, k := range outages {
			total, longest := verify.Inactive(s, trace, k.Component, k.Port)
			if k.Missing != nil || trace.Outcome != simulate.Completed || total >= k.Total.Lower && total <= k.Total.Upper && longest >= k.Longest.Lower && longest <= k.Longest.Upper {
				continue
			}
			return fmt.Sprintf("replication %d: %s is inactive for %v, in one stretch %v; the bounds are %v and %v", i, s.PortName(k.Component, k.Port), total, longest, k.Total, k.Longest)
		}
	}
	return ""
}

// answer answers the properties of a scenario.
func answer(s *model.Scenario) ([]verify.Verdict, error) {
	r, err := analysis.Analyse(s, analysis.Options{})
	refused := ""
	if e, ok := errors.AsType[*analysis.RefusedError](err); ok {
		refused = e.Reason
	} else if err != nil {
		return nil, err
	}
	return verify.Properties(s, r, refused, verify.Options{Runs: 12, Seed: 1})
}

// contradiction compares the verdict on a claim with executions.
func contradiction(s *model.Scenario, v verify.ClaimVerdict) string {
	switch v.Outcome {
	case verify.Proved:
		for i := range 14 {
			o := simulate.Options{Seed: 7, Index: uint64(i), History: true}
			if i < 2 {
				o.Sampler = []simulate.Sampler{simulate.Lo, simulate.Hi}[i]
			}
			trace, err := simulate.Run(s, o)
			if err != nil {
				return err.Error()
			}
			if ok, at := verify.Holds(s, trace, v.Claim); !ok {
				return fmt.Sprintf("replication %d violates it, from %v on", i, at)
			}
		}
	case verify.Refuted:
		x := v.Counterexample
		if ok, _ := verify.Holds(s, x.Trace, v.Claim); ok {
			return "the execution that is shown does not violate it"
		}
		if same, err := x.Replay(s); err != nil || !same {
			return fmt.Sprintf("the execution that is shown is another when it is run again (%v)", err)
		}
	}
	return ""
}

// claim draws a claim about a scenario; the bounds of durations are near what one of its
// executions takes.
func claim(t *rapid.T, s *model.Scenario, depth int) model.Claim {
	kinds := []model.ClaimKind{model.Always, model.Total, model.Longest, model.Before, model.Within, model.Dated, model.Ends}
	if depth > 0 {
		kinds = append(kinds, model.All, model.Any, model.Contra)
	}
	c := model.Claim{Kind: rapid.SampledFrom(kinds).Draw(t, "kind")}
	switch c.Kind {
	case model.All, model.Any:
		c.Parts = []model.Claim{claim(t, s, depth-1), claim(t, s, depth-1)}
	case model.Contra:
		c.Parts = []model.Claim{claim(t, s, depth-1)}
	case model.Always:
		c.Predicate = predicate(t, s, 2)
		if rapid.IntRange(0, 3).Draw(t, "from") == 3 {
			c.From = moment(t, s)
		}
		if rapid.IntRange(0, 3).Draw(t, "until") == 3 {
			c.Until = moment(t, s)
		}
	case model.Total, model.Longest:
		c.Predicate = predicate(t, s, 1)
		c.Op = rapid.SampledFrom([]model.Comparison{model.AtMost, model.Less, model.AtLeast, model.More}).Draw(t, "op")
		c.Bound = near(t, s, &c)
	case model.Dated:
		c.From = moment(t, s)
		c.Op = rapid.SampledFrom([]model.Comparison{model.AtMost, model.Less, model.AtLeast, model.More}).Draw(t, "op")
		c.Bound = near(t, s, &c)
	case model.Before, model.Within:
		c.From, c.Until = moment(t, s), moment(t, s)
		if c.Kind == model.Within {
			c.Bound = near(t, s, &c)
		}
	}
	return c
}

// near draws a duration near the least with which a claim would hold of an execution.
func near(t *rapid.T, s *model.Scenario, c *model.Claim) time.Duration {
	o := simulate.Options{Sampler: rapid.SampledFrom([]simulate.Sampler{simulate.Lo, simulate.Hi}).Draw(t, "end"), History: true}
	trace, err := simulate.Run(s, o)
	if err != nil {
		return 0
	}
	test := *c
	if c.Kind == model.Total || c.Kind == model.Longest || c.Kind == model.Dated {
		test.Op = model.AtMost
	}
	low, high := time.Duration(0), 2*time.Hour
	for high-low > time.Microsecond {
		test.Bound = (low + high) / 2
		if ok, _ := verify.Holds(s, trace, &test); ok {
			high = test.Bound
		} else {
			low = test.Bound
		}
	}
	return max(0, high+rapid.SampledFrom([]time.Duration{0, -time.Millisecond, time.Millisecond, -3 * time.Second, 3 * time.Second, 30 * time.Second}).Draw(t, "off"))
}

func moment(t *rapid.T, s *model.Scenario) *model.Moment {
	return &model.Moment{End: rapid.Bool().Draw(t, "end"), Of: atom(t, s)}
}

func predicate(t *rapid.T, s *model.Scenario, depth int) model.Predicate {
	kind := model.Holds
	if depth > 0 {
		kind = rapid.SampledFrom([]model.PredicateKind{model.Holds, model.Not, model.And, model.Or, model.Counting}).Draw(t, "kind")
	}
	p := model.Predicate{Kind: kind}
	parts := 0
	switch kind {
	case model.Holds:
		p.Atom = atom(t, s)
	case model.Not:
		parts = 1
	case model.And, model.Or:
		parts = 2
	case model.Counting:
		parts = rapid.IntRange(1, 4).Draw(t, "of")
		p.Op = rapid.SampledFrom([]model.Comparison{model.AtMost, model.Less, model.AtLeast, model.More, model.Equal, model.Unequal}).Draw(t, "op")
		p.Than, p.Of = int64(rapid.IntRange(0, parts).Draw(t, "than")), "…"
		depth = 1
	}
	for range parts {
		p.Parts = append(p.Parts, predicate(t, s, depth-1))
	}
	return p
}

// atom draws an atom, of a component that does something if it can be.
func atom(t *rapid.T, s *model.Scenario) model.Atom {
	if len(s.Components) == 0 || rapid.IntRange(0, 7).Draw(t, "node") == 7 {
		return model.Atom{Kind: model.Programs, Component: -1, Element: -1, Node: rapid.IntRange(0, len(s.Nodes)-1).Draw(t, "which")}
	}
	c := rapid.IntRange(0, len(s.Components)-1).Draw(t, "component")
	typ := s.TypeOf(c)
	a := model.Atom{Component: c, Element: -1, Node: -1}
	of := map[model.AtomKind]int{model.AtPlace: len(typ.Places), model.InGroup: len(typ.Groups), model.PortOn: len(typ.Ports), model.Served: len(typ.Ports), model.Behaves: len(typ.Behaviours), model.Fires: len(typ.Transitions)}
	a.Kind = rapid.SampledFrom([]model.AtomKind{model.Resting, model.AtPlace, model.PortOn, model.Behaves, model.Fires, model.InGroup, model.Served}).Draw(t, "atom")
	if n := of[a.Kind]; n > 0 {
		a.Element = rapid.IntRange(0, n-1).Draw(t, "element")
	}
	if a.Element < 0 || a.Kind == model.Served && !typ.Ports[a.Element].Kind.IsUse() {
		a.Kind, a.Element = model.Resting, -1
	}
	return a
}
