package proofs

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"adagio/analysis"
	"adagio/analysis/simulate"
	"adagio/dsl/dsltest"
	"adagio/dsl/model"
	"adagio/petri/unfold"
	"adagio/proofs/gen"

	"pgregory.net/rapid"
)

// # Quiescence
//
// Statement. The date at which all programs have ended and all components are idle
// lies inside the bounds in every simulated execution, or never comes where the bounds
// say that it may not; where the analysis says that nothing outlasts the programs it is
// the end of the last program. A behaviour that is still running then is among those
// named, and one that is certainly running does run. With constant delays, executor ideal
// and no race the date is exact, and so are the names.
//
// Hypotheses. Those of the bounds of the span: no hazard comes about.
//
// Reference. Daters of the events with which behaviours end: petri/README.md, section 5.
func TestQuiescence(t *testing.T) { checkQuiescence(t, gen.Options{}, 12) }

// TestQuiescenceAsleep is the same where nodes sleep.
func TestQuiescenceAsleep(t *testing.T) {
	checkQuiescence(t, gen.Options{Profiles: []model.ProfileKind{model.Ideal, model.Pushing, model.Brokered}, Sleep: true}, 8)
}

// TestQuiescenceExactly is the same for constant delays.
func TestQuiescenceExactly(t *testing.T) {
	checkQuiescence(t, gen.Options{Profiles: []model.ProfileKind{model.Ideal}, Constant: true}, 10)
}

func checkQuiescence(t *testing.T, opts gen.Options, floor int) {
	var c quiescenceCheck
	rapid.Check(t, func(t *rapid.T) {
		s := gen.Scenario(opts).Draw(t, "scenario")
		hasten(s, func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "waits dropped") })
		if r, err := analysis.Analyse(s, analysis.Options{}); err == nil {
			c.check(t, s, r, opts.Constant && len(r.Races) == 0)
		}
	})
	c.report(t, floor)
}

// TestQuiescenceCovered is the same where the orders of races are covered.
func TestQuiescenceCovered(t *testing.T) {
	var c quiescenceCheck
	for seed := range 10 * *coverFlag {
		random := rand.New(rand.NewPCG(uint64(seed), 6))
		s := gen.Random(random, gen.Options{Ties: true})
		hasten(s, random.IntN)
		if r, err := analysis.Analyse(s, analysis.Options{Limit: unfold.Limit{Orders: 1}}); err == nil && r.Cover != nil {
			c.check(t, s, r, false)
		}
	}
	c.report(t, 10)
}

// TestMayNeverRest: a user that may start only before its provider stops, which nobody waits for, may never
// come to rest though all programs end. A cover says so, and bounds the programs as exploring does.
func TestMayNeverRest(t *testing.T) {
	s := dsltest.Text(t, `component Provider {
  places off, on
  initial off
  running on
  behavior start { start: off -> on for 1s }
  behavior stop { stop: on -> off for 1s }
  provide service at on
}
component User {
  places off, ready, on
  initial off
  behavior start {
    prepare: off -> ready for 500ms .. 1.4s
    begin: ready -> on for 100ms
  }
  use service at begin
}
assembly late { node a { p: Provider }; node b { u: User }; connect p.service -> u.service }
plan go of late {
  from { p: on; u: off }
  on a { pause 1s; push p stop; wait p }
  on b { push u start }
}
network quick { executor ideal; latency 10ms }
`)
	for _, limit := range []unfold.Limit{{}, {Orders: 1}} {
		r, err := analysis.Analyse(s, analysis.Options{Limit: limit})
		if err != nil || r.Span != (analysis.Bound{Lower: 2 * time.Second, Upper: 2510 * time.Millisecond}) {
			t.Fatalf("%v: bounded by %v", err, r.Span)
		}
		if q := r.Quiescence; q == nil || q.Date.Lower != model.Date(2*time.Second) || !q.Date.Upper.IsNever() || len(q.Running) != 1 || q.Running[0].Certain {
			t.Errorf("limit %v: at rest at %+v", limit, q)
		}
	}
}

// quiescenceCheck counts what has been checked.
type quiescenceCheck struct {
	checked, running, certain, never int
	kinds                            map[model.ProfileKind]int
}

// check compares some executions with a result.
func (c *quiescenceCheck) check(t interface{ Fatalf(string, ...any) }, s *model.Scenario, r *analysis.Result, exact bool) {
	if !r.Bounded() {
		return
	}
	c.checked++
	outlasted := false
	for i := range 6 {
		o := simulate.Options{Seed: 11, Index: uint64(i)}
		switch i {
		case 0:
			o.Sampler = simulate.Lo
		case 1:
			o.Sampler = simulate.Hi
		}
		trace, err := simulate.Run(s, o)
		if err != nil || trace.Outcome != simulate.Completed || r.Deadlock != nil && r.Cover == nil && trace.Quiescence == model.Never {
			continue
		}
		if why := restless(s, r, trace, exact); why != "" && (len(r.Hazards) == 0 || inside(r, trace)) {
			t.Fatalf("%s\n%s", why, gen.Text(s))
		}
		outlasted = outlasted || trace.Quiescence != trace.Span()
	}
	if outlasted {
		c.running++
		if c.kinds == nil {
			c.kinds = map[model.ProfileKind]int{}
		}
		c.kinds[s.Network.Profile.Kind]++
	}
	if q := r.Quiescence; q != nil {
		if slices.ContainsFunc(q.Running, func(k analysis.Running) bool { return k.Certain }) {
			c.certain++
		}
		if q.Date.Upper.IsNever() {
			c.never++
		}
	}
}

// report says what was checked, and demands that it was enough.
func (c *quiescenceCheck) report(t *testing.T, floor int) {
	t.Logf("of %d plans %d were seen to end with behaviours running (by executor: %v); %d certainly do, %d may never come to rest", c.checked, c.running, c.kinds, c.certain, c.never)
	if c.running < gen.Floor(floor) || c.certain == 0 {
		t.Errorf("too few plans ended with behaviours running: %d, %d of them certainly", c.running, c.certain)
	}
}

// hasten takes some of the waits from the ends of programs; draw chooses a number below
// another.
func hasten(s *model.Scenario, draw func(n int) int) {
	for n := range s.Nodes {
		program := s.Nodes[n].Program
		for k := draw(4); k > 0 && len(program) > 0; k-- {
			last := program[len(program)-1]
			if last.Op != model.Wait && last.Op != model.WaitAll {
				break
			}
			program = program[:len(program)-1]
		}
		s.Nodes[n].Program = program
	}
}

// inside says whether the span of an execution lies inside its bounds.
func inside(r *analysis.Result, trace *simulate.Trace) bool {
	return r.Span.Lower <= trace.Span() && trace.Span() <= r.Span.Upper
}

// restless says how an execution contradicts what the analysis says of quiescence, or
// nothing.
func restless(s *model.Scenario, r *analysis.Result, trace *simulate.Trace, exact bool) string {
	q := r.Quiescence
	if q == nil {
		if trace.Quiescence != trace.Span() {
			return fmt.Sprintf("simulated quiescence at %v, the span is %v, and nothing is said to run", trace.Quiescence, trace.Span())
		}
		return ""
	}
	date := q.Date.Bound()
	if trace.Quiescence < date.Lower || trace.Quiescence > date.Upper {
		return fmt.Sprintf("simulated quiescence at %v, not in %v", trace.Quiescence, q.Date)
	}
	if exact && (date.Lower != trace.Quiescence || date.Upper != trace.Quiescence) {
		return fmt.Sprintf("simulated quiescence at %v, not exactly %v", trace.Quiescence, q.Date)
	}
	for c := range trace.Components {
		for _, b := range trace.Components[c].Behaviours {
			named := slices.ContainsFunc(q.Running, func(k analysis.Running) bool { return k.Component == c && k.Behaviour == b.Behaviour })
			if outlasts := trace.Outlasts(b); outlasts && !named {
				return fmt.Sprintf("behaviour %d of %s still runs, and is not named", b.Behaviour, s.Components[c].Name)
			}
		}
	}
	for _, k := range q.Running {
		outlasts := k.Behaviour < 0 || slices.ContainsFunc(trace.Components[k.Component].Behaviours, func(b model.BehaviourRun[time.Duration]) bool {
			return b.Behaviour == k.Behaviour && trace.Outlasts(b)
		})
		if trace.Quiescence != model.Never && !outlasts && (k.Certain || exact) {
			return fmt.Sprintf("behaviour %d of %s is said to run still (%v), and does not", k.Behaviour, s.Components[k.Component].Name, q.Text(s, true))
		}
	}
	return ""
}
