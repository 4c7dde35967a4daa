package main

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"adagio/analysis/simulate"
	"adagio/analysis/verify"
	"adagio/dsl"
	"adagio/dsl/dsltest"
	"adagio/dsl/model"
	"adagio/proofs/gen"
)

// differs claims of some execution that it is another one: some atom holds for another time,
// or begins to hold or ceases to at another date. It is violated by that execution only.
func differs(s *model.Scenario, t *simulate.Trace) model.Claim {
	any := model.Claim{Kind: model.Any}
	add := func(a model.Atom) {
		x := verify.Observe(s, t)
		total := model.Claim{Kind: model.Total, Predicate: model.Predicate{Kind: model.Holds, Atom: a}, Op: model.Unequal}
		total.Bound = x.Measured(&total)
		any.Parts = append(any.Parts, total)
		for _, end := range []bool{false, true} {
			m := &model.Moment{End: end, Of: a}
			any.Parts = append(any.Parts, model.Claim{Kind: model.Dated, From: m, Op: model.Unequal, Bound: x.Moment(m)})
		}
	}
	for n := range s.Nodes {
		add(model.Atom{Kind: model.Programs, Node: n})
	}
	for c := range s.Components {
		each := func(kind model.AtomKind, count int) {
			for i := range count {
				add(model.Atom{Kind: kind, Component: c, Element: i, Node: -1})
			}
		}
		t := s.TypeOf(c)
		each(model.AtPlace, len(t.Places))
		each(model.InGroup, len(t.Groups))
		each(model.PortOn, len(t.Ports))
		each(model.Behaves, len(t.Behaviours))
		each(model.Fires, len(t.Transitions))
		for p, port := range t.Ports {
			if port.Kind.IsUse() {
				add(model.Atom{Kind: model.Served, Component: c, Element: p, Node: -1})
			}
		}
		add(model.Atom{Kind: model.Resting, Component: c, Element: -1, Node: -1})
	}
	return any
}

// TestExecutions has random scenarios executed, and replays each execution: what every
// atom does is the same to the nanosecond.
func TestExecutions(t *testing.T) {
	count := replayRandom(t, func(seed uint64) *model.Scenario {
		return gen.Random(rand.New(rand.NewPCG(seed, 23)), gen.Options{Benign: seed%4 != 0})
	})
	if n := 3 * *scenarios; count["completed"] < n*2/3 || count["deadlock"] < n/10 || count["rejected"] > 0 {
		t.Error("too few are accepted, or some rejected")
	}
}

// TestRuntimeExecutions has scenarios with all rules of the runtime, and all that they are
// about. Hardly any is rejected: what each pass does with two dock sets, and what messages
// that take no time show of an instant, no certificate says.
func TestRuntimeExecutions(t *testing.T) {
	count := replayRandom(t, func(seed uint64) *model.Scenario {
		return gen.Random(rand.New(rand.NewPCG(seed, 31)), gen.Options{Benign: seed%4 != 0, Runtime: gen.Everything})
	})
	if n := 3 * *scenarios; count["completed"] < n/2 || count["deadlock"] < n/5 || count["rejected"] > n/200 {
		t.Error("too few are accepted, or too many rejected")
	}
}

// replayRandom executes random scenarios with all delays at their least, at their greatest
// and drawn, and counts how executions end that are replayed, and those that are refused.
func replayRandom(t *testing.T, draw func(seed uint64) *model.Scenario) map[string]int {
	count := map[string]int{}
	for seed := range uint64(*scenarios) {
		s := draw(seed)
		for k := range 3 {
			o := simulate.Options{Seed: seed, History: true}
			if k < 2 {
				o.Sampler = []simulate.Sampler{simulate.Lo, simulate.Hi}[k]
			}
			trace, err := simulate.Run(s, o)
			if err != nil {
				t.Fatal(err)
			}
			s.Properties = []model.Property{{Name: "another", Claims: []model.Claim{differs(s, trace)}}}
			text, err := executed(s, trace)
			if err != nil {
				count["refused: "+err.Error()]++
			} else if _, err := check(s, text); err != nil {
				count["rejected"]++
				t.Logf("seed %d: %.200v", seed, err)
			} else {
				count[trace.Outcome.String()]++
			}
		}
	}
	t.Log(count)
	return count
}

// executed is the certificate of an execution that violates the first claim.
func executed(s *model.Scenario, t *simulate.Trace) (string, error) {
	c, err := verify.Certify(s, &verify.Execution{Trace: t}, 0, 0)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	err = c.Write(&b)
	return b.String(), err
}

// forgedModel has a database that boots, a user that waits for it, and a pause.
const forgedModel = `component Database {
  places off, on
  initial off
  behavior start { boot: off -> on for 4s .. 6s }
  provide sql at on
}
component User {
  places off, on
  initial off
  behavior start { boot: off -> on for 1s }
  use sql at on
}
assembly a {
  node one { db: Database }
  node two { u: User }
  connect db.sql -> u.sql
}
plan p of a {
  from { db: off; u: off }
  on one { push db start; wait db }
  on two { pause 2s; push u start; wait u }
}
network n { executor ideal { start one 0s; start two 0s }; latency 10ms }
property late of p { end of two <= 5s }
`

// TestForgedExecutions has executions that were tampered with, each in one way: none is
// accepted, and the answer says why.
func TestForgedExecutions(t *testing.T) {
	read := func(text string) *model.Scenario {
		return dsltest.Load(t, dsl.Options{Sources: []dsl.Source{{Name: "m", Text: []byte(text)}}})
	}
	s := read(forgedModel)
	other := read(strings.Replace(forgedModel, "4s .. 6s", "4s .. 5s", 1))
	trace, err := simulate.Run(s, simulate.Options{Sampler: simulate.Hi, History: true})
	if err != nil {
		t.Fatal(err)
	}
	text, err := executed(s, trace)
	if err != nil {
		t.Fatal(err)
	}
	if answer, err := check(s, text); err != nil || !strings.Contains(answer, "end of two <= 5s") {
		t.Fatal(answer, err, text)
	}
	lines := strings.Split(strings.TrimSpace(text), "\n")
	// with has a step at another date, or with a negative one not at all.
	with := func(was, becomes string) string {
		i := slices.Index(lines, was)
		if i < 0 {
			t.Fatalf("there is no line %q in\n%s", was, text)
		}
		out := slices.Delete(slices.Clone(lines), i, i+1)
		if becomes != "" {
			out = append(out, becomes)
		}
		sortSteps(out[2:])
		return strings.Join(out, "\n")
	}
	for name, c := range map[string]struct {
		of   *model.Scenario
		text string
		why  string
	}{
		"a transition that lasts less":      {s, with("a 6000000000 0 0", "a 3000000000 0 0"), "db, a 0: it cannot"},
		"a transition that lasts longer":    {s, with("a 3000000000 1 0", "a 3000000001 1 0"), "it cannot"},
		"a transition that never ends":      {s, with("a 6000000000 0 0", ""), "it cannot"},
		"a node that starts late":           {s, with("n 0 0 -1", "n 1 0 -1"), "it cannot"},
		"a place that is entered too early": {s, with("e 6000000000 0 1", "e 5999999999 0 1"), "db, e 1: it cannot"},
		"a place that is entered too late":  {s, with("e 6010000000 1 1", "e 6030000000 1 1"), "cannot"},
		"a wait that returns too late":      {s, with("i 6010000000 1 2", "i 6040000000 1 2"), "no executor takes more than 10ms"},
		"a service before there is any":     {s, with("e 6010000000 1 1", "e 5000000000 1 1"), "rests on what has never been so, s of u"},
		"a step that is left out":           {s, with("b 0 0 0", ""), "it cannot"},
		"a step too many":                   {s, text + lines[len(lines)-1] + "\n", "it cannot"},
		"an execution that is broken off":   {s, strings.Join(lines[:len(lines)-1], "\n"), "in the end"},
		"a hang of what ends":               {s, strings.Replace(text, "v 0 0", "h", 1), "the claim ends holds of this execution"},
		"dates out of order":                {s, text + "n 0 0 -1\n", "earlier date"},
		"a pause that is shorter":           {s, with("i 2000000000 1 0", "i 1999999999 1 0"), "two, i 0: it cannot"},
		"a property that there is not":      {s, strings.Replace(text, "v 0 0", "v 7 0", 1), "does not exist"},
		"another scenario":                  {other, text, "db, a 0: it cannot"},
		"nothing that is shown":             {s, strings.Replace(text, "v 0 0\n", "", 1), "does not say"},
		"another component":                 {s, with("e 6010000000 1 1", "e 6010000000 7 1"), "does not exist"},
	} {
		t.Run(name, func(t *testing.T) {
			answer, err := check(c.of, c.text)
			if err == nil {
				t.Fatalf("accepted: %s", answer)
			}
			if !strings.Contains(err.Error(), c.why) {
				t.Errorf("%v, not %s", err, c.why)
			}
		})
	}
}

// TestInstants has executions whose steps of one date have to be read in the right order,
// or that rest on what held inside of an instant only; each is accepted, and not with
// a line that is changed to what the rule does not allow.
func TestInstants(t *testing.T) {
	for name, c := range map[string]struct {
		text       string
		was, forge string // a line, and what it is replaced by
		why        string
	}{
		// The component begins its next behaviour in the pass in which the program comes to
		// its pause, and not in the pause.
		"on the way into a pause": {`semantics concerto-d
component E {
  places off, on
  initial off
  running on
  behavior start { up: off -> on for 1s }
  behavior stop { down: on -> off for 1s }
}
assembly a { node one { e: E } }
plan p of a {
  from running
  on one { push e stop, start; wait e stop; pause 500ms; wait e }
}
network n { executor ballet { step 1ms; pass 0s; overhead 0s; drift 0s; start one 0s } }`,
			"b 1001000000 0 0", "b 1001000001 0 0", "it cannot"},
		// The move from a to b is inside the group, which goes on: what the port refused as a
		// place was left it refuses for ever.
		"refused by a group that goes on": {`component P {
  places a, b
  initial a
  behavior update { go: a -> b for 1s }
  group g = a, b
  provide port at a, g
}
component U {
  places off, on
  initial off
  behavior start { up: off -> on for 500ms }
  use port at on
}
assembly x { node one { p: P; u: U }; connect p.port -> u.port }
plan q of x {
  from { p: a; u: off }
  on one { push p update; push u start; wait p; wait u }
}
network n { executor ideal { start one 0s } }`,
			"i 1000000000 0 2", "i 1000000000 0 2\ne 1000000000 1 1\nz 1000000000 1 0\ni 1000000000 0 3", "no executor takes more than 0s"},
		// Whoever has not started counts as using: the disconnect removes nothing, and its
		// provider waits for the user.
		"a disconnect from whom nobody can ask": {`component P {
  places on, off
  initial on
  behavior stop { down: on -> off for 1s }
  provide port at on
}
component U {
  places off, on
  initial off
  behavior start { up: off -> on for 1s }
  use port at on
}
assembly x { node one { p: P }; node two { u: U }; connect p.port -> u.port }
plan q of x {
  from { p: on; u: off }
  on one { disconnect p.port -> u.port; push p stop; wait p }
  on two { push u start; wait u }
}
network n { executor ideal { start one 0s; start two 3s }; latency 10ms }`,
			"o 3010000000 0 0", "o 1000000000 0 0", "rests on what has never been so"},
		// The user enters while the provider of its own node is there, which leaves in the
		// same instant; that of the other node never is.
		"served inside of an instant": {`semantics concerto-d
component P {
  places off, on
  initial off
  behavior start { up: off -> on for 1s }
  behavior stop { down: on -> off for 1s }
  data provide port at on
}
component U {
  places off, on
  initial off
  behavior start { up: off -> on for 1s }
  data use port at on
}
assembly x { node one { p: P; u: U }; node two { r: P }; connect p.port -> u.port; connect r.port -> u.port }
plan q of x {
  from { p: off; u: off; r: off }
  on one { push p start; push u start; wait p; wait u; push p stop; wait p }
  on two { }
}
network n { executor ideal { start one 0s; start two 0s }; latency 10ms }`,
			"e 1000000000 1 1", "e 1000000001 1 1", "cannot"},
		// What ports are in the beginning is known everywhere: u starts at once.
		"known from the beginning": {`component P {
  places on, off
  initial on
  behavior stop { down: on -> off for 1s }
  data provide port at on
}
component U {
  places off, on
  initial off
  behavior start { up: off -> on for 1s }
  data use port at up
}
assembly x { node one { p: P }; node two { u: U }; connect p.port -> u.port }
plan q of x {
  from { p: on }
  on one { connect p.port -> u.port; push p stop; wait p }
  on two { add u; connect p.port -> u.port; push u start; wait u }
}
network n { executor ideal { start one 0s; start two 0s; data_stays off }; latency 10ms }`,
			"f 0 1 0", "f 20000000 1 0", "no executor takes more than 10ms"},
		// Both dock sets are full when the place is entered, and are emptied together: else the
		// behaviour would not end.
		"two dock sets in one instant": {`component E {
  places off, on
  initial off
  behavior start { first: off -> on for 1s; second: off -> on for 1s dock 1 }
}
assembly a { node one { e: E } }
plan p of a {
  from { e: off }
  on one { push e start; wait e }
}
network n { executor ideal { start one 0s } }`,
			"z 1000000000 0 0", "z 1000000001 0 0", "one, i 1: it cannot"},
		// Without latency p is seen idle while its program waits for q, and that q is idle
		// follows: both in the instant in which p goes on.
		"news that takes no time": {`component J {
  places off, on
  initial off
  behavior start { up: off -> on for 1s }
  behavior stop { down: on -> off for 1s }
}
assembly x { node one { p: J }; node two { q: J } }
plan y of x {
  from { p: off; q: off }
  on one { push p start; wait q; push p stop; wait p }
  on two { wait p holding }
}
network n { executor ideal { start one 0s; start two 0s }; latency 0s }`,
			"i 1000000000 1 0", "i 1000000001 1 0", "rests on what has never been so"},
	} {
		t.Run(name, func(t *testing.T) {
			s := dsltest.Load(t, dsl.Options{Sources: []dsl.Source{{Name: "m", Text: []byte(c.text)}}})
			text := accepted(t, s, simulate.Options{History: true})
			if !strings.Contains(text, "\n"+c.was+"\n") {
				t.Fatalf("there is no line %q in\n%s", c.was, text)
			}
			forged := strings.Replace(text, c.was+"\n", "", 1)
			lines := strings.Split(strings.TrimSpace(forged), "\n")
			lines = append(lines, strings.Split(c.forge, "\n")...)
			sortSteps(lines[2:])
			if answer, err := check(s, strings.Join(lines, "\n")); err == nil || !strings.Contains(err.Error(), c.why) {
				t.Errorf("forged: %s, %v; want %s", answer, err, c.why)
			}
		})
	}
}

// accepted is the certificate of an execution, which is accepted.
func accepted(t *testing.T, s *model.Scenario, opts simulate.Options) string {
	t.Helper()
	trace, err := simulate.Run(s, opts)
	if err != nil {
		t.Fatal(err)
	}
	s.Properties = []model.Property{{Name: "another", Claims: []model.Claim{differs(s, trace)}}}
	text, err := executed(s, trace)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := check(s, text); err != nil {
		t.Errorf("%v in\n%s", err, text)
	}
	return text
}

// TestMended has executions that once were rejected, by mistakes of the checker: each is
// accepted, and not without a step that was taken for impossible.
func TestMended(t *testing.T) {
	for name, step := range map[string]string{
		"disconnect": "i 1608000000 3 9\n",
		"at_once":    "i 23000000 0 0\n",
	} {
		s := dsltest.Load(t, dsl.Options{Files: []string{"testdata/" + name + ".ballet"}})
		text := accepted(t, s, simulate.Options{Sampler: simulate.Lo, History: true})
		if before, after, ok := strings.Cut(text, step); !ok {
			t.Errorf("%s: there is no line %q", name, step)
		} else if answer, err := check(s, before+after); err == nil {
			t.Errorf("%s, without %q: %s", name, step, answer)
		}
	}
}

// sortSteps sorts the lines of steps by date.
func sortSteps(lines []string) {
	slices.SortStableFunc(lines, func(a, b string) int {
		var letter string
		var x, y int64
		fmt.Sscan(a, &letter, &x)
		fmt.Sscan(b, &letter, &y)
		return cmp.Compare(x, y)
	})
}
