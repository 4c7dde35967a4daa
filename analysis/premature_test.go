package analysis_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"adagio/analysis"
	"adagio/analysis/simulate"
	"adagio/dsl"
	"adagio/dsl/dsltest"
	"adagio/proofs/gen"

	"pgregory.net/rapid"
)

// rolling starts replica i after replica i - 3, and forgets that this one is idle
// before its program has pushed anything.
const rolling = `component Replica {
  places old, gone, ready
  initial old
  running ready
  behavior roll {
    stop: old -> gone for 5s
    start: gone -> ready for 20s .. 30s
  }
  provide done at ready
}
assembly web(n = 10, batch = 3) {
  for i in 0 ..< n { node pod[i] { r[i]: Replica } }
}
plan roll of web {
  from { r[i]: old }
  for i in 0 ..< batch { on pod[i] { push r[i] roll; wait r[i] } }
  for i in batch ..< n { on pod[i] { wait r[i - batch]; push r[i] roll; wait r[i] } }
}
`

func analyseText(t *testing.T, text, executor string) *analysis.Result {
	t.Helper()
	s := dsltest.Load(t, dsl.Options{Sources: []dsl.Source{{Name: "m.ballet", Text: []byte(text)}}, Executor: executor})
	r, err := analysis.Analyse(s, analysis.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestPrematureWaits: the waits of the third batch are found, whatever the
// executor, and what is advised makes the plan what it was meant to be.
func TestPrematureWaits(t *testing.T) {
	for _, executor := range []string{"ideal", "push", "ballet"} {
		r := analyseText(t, rolling, executor)
		var nodes []string
		for _, p := range r.Premature {
			nodes = append(nodes, r.Scenario.Nodes[p.Wait.Node].Name)
			if p.End.Upper >= p.Date.Lower {
				t.Errorf("%s: over at %v, pushed at %v", executor, p.End, p.Date)
			}
		}
		if !slices.Equal(nodes, []string{"pod[6]", "pod[7]", "pod[8]"}) {
			t.Errorf("%s: %v", executor, nodes)
		}
	}
	r := analyseText(t, rolling, "ideal")
	if got := r.Premature[0].Advice; !strings.HasPrefix(got, `write "wait r[0] holding" on node pod[3]`) {
		t.Error(got)
	}
	want := analysis.Bound{Lower: 100 * time.Second, Upper: 140 * time.Second} // four batches, one after the other
	if r := analyseText(t, strings.ReplaceAll(rolling, "wait r[i - batch]", "wait r[i - batch] holding"), "ideal"); r.Makespan != want || len(r.Premature) > 0 {
		t.Errorf("as advised: %v, %v", r.Makespan, r.Premature)
	}
	concertoD := "semantics concerto-d\n" + rolling
	if got := analyseText(t, concertoD, "ideal").Premature[0].Advice; !strings.HasPrefix(got, `write "wait r[3] roll"`) {
		t.Error(got)
	}
	if r := analyseText(t, strings.ReplaceAll(concertoD, "wait r[i - batch]", "wait r[i - batch] roll"), "ideal"); r.Makespan != want || len(r.Premature) > 0 {
		t.Errorf("as advised: %v, %v", r.Makespan, r.Premature)
	}
}

// TestPrematureLater: not only the first wait of a program can be too early, and
// one that is in time is not reported.
func TestPrematureLater(t *testing.T) {
	const model = `component C {
  places a, b
  initial a
  running b
  behavior go { t: a -> b for 5s .. 6s }
}
assembly m { node n { c: C }; node k { d: C } }
plan p of m {
  from { c: a; d: a }
  on n { push c go; wait c; wait d }
  on k { pause TIME; push d go; wait d }
}
`
	if r := analyseText(t, strings.Replace(model, "TIME", "7s", 1), "ideal"); len(r.Premature) != 1 || r.Premature[0].Wait.Instruction != 2 ||
		!strings.Contains(r.Premature[0].Advice, `"pause 7s" before the push cannot hold`) {
		t.Errorf("%v", r.Premature)
	}
	for _, pause := range []string{"4s", "5500ms"} { // always in time, and in some executions
		if r := analyseText(t, strings.Replace(model, "TIME", pause, 1), "ideal"); len(r.Premature) != 0 {
			t.Errorf("%s: %v", pause, r.Premature)
		}
	}
}

// TestPrematureAsleep: such waits are found where nodes sleep, too.
func TestPrematureAsleep(t *testing.T) {
	asleep := rolling + "network n { executor ideal; awake pod[0] 1min every 2min }\n"
	if r := analyseText(t, asleep, "ideal"); len(r.Premature) != 3 || !r.Scenario.Sleeps() {
		t.Errorf("%v", r.Premature)
	}
}

// TestPrematureRandom compares what is said of such waits with simulated
// executions.
func TestPrematureRandom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := gen.Scenario(gen.Options{}).Draw(t, "scenario")
		r, err := analysis.Analyse(s, analysis.Options{})
		if err != nil || len(r.Premature) == 0 {
			return
		}
		for i := range 5 {
			trace, err := simulate.Run(s, simulate.Options{Seed: 1, Index: uint64(i)})
			if err != nil {
				t.Fatal(err)
			}
			if trace.Outcome != simulate.Completed {
				continue
			}
			for _, p := range r.Premature {
				wait, push := trace.Nodes[p.Wait.Node].Instructions[p.Wait.Instruction], trace.Nodes[p.Push.Node].Instructions[p.Push.Instruction]
				if wait.End >= push.Start || wait.End > p.End.Upper || push.Start < p.Date.Lower {
					t.Fatalf("%s: over at %v, pushed at %v", p.Advice, wait.End, push.Start)
				}
			}
		}
	})
}
