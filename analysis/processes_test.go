package analysis_test

import (
	"strings"
	"testing"
	"time"

	"adagio/analysis"
	"adagio/analysis/analysistest"
	"adagio/analysis/simulate"
	"adagio/dsl"
)

// processes has two nodes; PROGRAMS and RULES are filled in.
const processes = `
component S {
  places off, on
  initial off
  running on

  behavior deploy { t: off -> on for 1s }
  behavior stop   { u: on -> off for 3s }

  provide service at on
}

component U {
  places off, on
  initial off
  running on

  behavior deploy { t: off -> on for 300ms }
  behavior stop   { u: on -> off for 3s }

  use service at on
}

assembly pair {
  node n1 { a: S }
  node n2 {
    b: S
    c: U
  }
}

assembly joined {
  node n1 { a: S }
  node n2 { c: U }
  connect a.service -> c.service
}

assembly spare {
  node n1 { a: S }
  node n2 { c: U }
  node n3 { b: S }
  connect a.service -> c.service
  connect b.service -> c.service
}

plan go of ASSEMBLY {
  from FROM
  PROGRAMS
}

network here {
  executor ballet {
    RULES
  }
}
`

func process(t *testing.T, assembly, from, programs, rules string) *analysis.Result {
	text := strings.NewReplacer("ASSEMBLY", assembly, "FROM", from, "PROGRAMS", lines(programs), "RULES", lines(rules)).Replace(processes)
	return analysistest.Load(t, dsl.Options{Sources: []dsl.Source{{Name: "processes.ballet", Text: []byte(text)}}, Network: "here"})
}

// lines puts every statement on a line of its own.
func lines(text string) string {
	return strings.NewReplacer("; ", "\n", "{ ", "{\n", " }", "\n}\n").Replace(text)
}

// TestExits waits for a component of a node that need not wait for anybody: its
// process may have ended before the change is seen.
func TestExits(t *testing.T) {
	r := process(t, "pair", "nothing", "on n1 { add a; wait b; push a deploy; wait a } on n2 { add b; push b deploy; wait b }", "")
	if d := r.Deadlock; d == nil || !d.Possible || !d.Exits || !strings.Contains(d.Waits[0].Text, "the process of node n2 may have ended before node n1 has seen") {
		t.Errorf("the verdict is %v", r.Diagnostics())
	}
	if b := r.Because(); len(b) != 1 || b[0].Rule.Name != "exits" || b[0].Without.Deadlock != nil {
		t.Errorf("the verdict hangs on %v", b)
	}
	if r := process(t, "pair", "nothing", "on n1 { add a; wait b; push a deploy; wait a } on n2 { add b; push b deploy; wait b }", "exits off"); r.Deadlock != nil {
		t.Errorf("where nodes linger the verdict is %v", r.Diagnostics())
	}
}

// TestConfirmations has a wait all last as long as a neighbour pauses, though that
// is idle.
func TestConfirmations(t *testing.T) {
	const programs = "on n1 { pause 4s } on n2 { wait all; push c stop; wait c }"
	if r := process(t, "joined", "running", programs, "exits off"); r.Deadlock != nil || r.Span.Lower < 7*time.Second || r.Span.Upper > 9*time.Second {
		t.Errorf("bounds %v, %v", r.Span, r.Diagnostics())
	} else if b := r.Because(); len(b) != 1 || b[0].Rule.Name != "confirmations" || b[0].Without.Span.Upper > 5*time.Second {
		t.Errorf("the bounds hang on %v", b)
	}
	if r := process(t, "joined", "running", programs, "exits off; confirmations off"); r.Span.Lower > 4*time.Second || r.Span.Upper > 5*time.Second {
		t.Errorf("without confirmations the bounds are %v", r.Span)
	}
}

// TestFails ends processes with instructions that cannot be executed.
func TestFails(t *testing.T) {
	for _, c := range []struct{ assembly, programs, why string }{
		{"pair", "on n1 { push a stop; delete a }", `node n1 fails at "delete a": a is not idle`},
		{"joined", "on n1 { delete a }", `node n1 fails at "delete a": a is connected`},
		{"joined", "on n1 { connect a.service -> c.service }", "the connection is there already"},
		{"joined", "on n1 { disconnect a.service -> c.service; disconnect a.service -> c.service } on n2 { push c stop; wait c }", "there is no such connection"},
	} {
		r := process(t, c.assembly, "running", c.programs, "")
		if d := r.Deadlock; d == nil || !d.Fails || !strings.Contains(d.Waits[0].Text, c.why) {
			t.Errorf("%s: the verdict is %v", c.programs, r.Diagnostics())
		}
		if r := process(t, c.assembly, "running", c.programs, "fails off"); r.Deadlock != nil && r.Deadlock.Fails {
			t.Errorf("%s: without the rule the verdict is %v", c.programs, r.Diagnostics())
		}
	}
	r := process(t, "pair", "running", "on n1 { push a stop; wait a; delete a }", "")
	if r.Deadlock != nil {
		t.Errorf("a component that is idle: %v", r.Diagnostics())
	}
}

// TestAsksDeleted: a user may ask a provider that is deleted first, and its process ends, or
// another one, and it goes on; unless it has left the connection, or begins when the provider is
// there again.
func TestAsksDeleted(t *testing.T) {
	const (
		deletes = "on n1 { push a stop; wait a; disconnect a.service -> c.service; delete a } "
		deploys = "on n2 { push c stop; wait c; pause 20s; push c deploy; wait c }"
	)
	r := process(t, "spare", "running", deletes+deploys, "")
	if d := r.Deadlock; d == nil || d.Outcome() != "possible failure" || !strings.Contains(d.Waits[0].Text, "c may ask a.service, to enter on, when a is deleted") || !r.Bounded() {
		t.Fatalf("the verdict is %v", r.Diagnostics())
	}
	count := map[simulate.Outcome]int{}
	for i := range 20 {
		trace, err := simulate.Run(r.Scenario, simulate.Options{Seed: 1, Index: uint64(i)})
		if err != nil {
			t.Fatal(err)
		}
		count[trace.Outcome]++
		if trace.Outcome == simulate.Completed && (trace.Makespan < r.Makespan.Lower || trace.Makespan > r.Makespan.Upper) {
			t.Errorf("an execution takes %v, not %v", trace.Makespan, r.Makespan)
		}
	}
	if count[simulate.Failed] == 0 || count[simulate.Completed] == 0 || len(count) > 2 {
		t.Errorf("executions end as %v", count)
	}
	for what, programs := range map[string]string{
		"left":     deletes + "on n2 { push c stop; wait c; disconnect a.service -> c.service; pause 20s; push c deploy; wait c }",
		"again":    "on n1 { push a stop; wait a; disconnect a.service -> c.service; delete a; add a; connect a.service -> c.service; push a deploy; wait a } " + deploys,
		"asks not": deletes + "on n2 { push c stop; wait c }",
	} {
		if r := process(t, "spare", "running", programs, "exits off; confirmations off"); r.Deadlock != nil {
			t.Errorf("%s: the verdict is %v", what, r.Diagnostics())
		}
	}
	if r := process(t, "spare", "running", deletes+deploys, "fails off"); r.Deadlock != nil && r.Deadlock.Fails {
		t.Errorf("without the rule the verdict is %v", r.Diagnostics())
	}
}
