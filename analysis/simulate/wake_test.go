package simulate

import (
	"testing"
	"time"

	"adagio/dsl"
	"adagio/dsl/dsltest"
)

// TestAsleepBeforeEntry: a transition that outlasts its window keeps its node awake, and
// its place is entered in the next window, after a boot and a session that come before that
// window begins, as the behaviour is under way.
func TestAsleepBeforeEntry(t *testing.T) {
	const text = `
component C {
  places off, on
  initial off
  running on
  behavior start { t: off -> on for 60s }
}
assembly a { node n { c: C } }
plan p of a { on n { add c; push c start; wait c } }
network w {
  executor "concertod-async" { start 0s; step 50ms; pass 10ms; session 700ms; overhead 0s }
  awake n 10s .. 60s, 200s .. 250s
  boot n 2s first 1s
}
`
	s := dsltest.Load(t, dsl.Options{Sources: []dsl.Source{{Name: "m.ballet", Text: []byte(text)}}})
	trace, err := Run(s, Options{})
	if err != nil {
		t.Fatal(err)
	}
	ms := time.Millisecond
	f, n := trace.Components[0].Firings[0], trace.Nodes[0]
	entry := trace.Components[0].Moves[len(trace.Components[0].Moves)-1].At
	// The process starts at 11 s, has its session at 11.7 s, and leaves a pass later.
	if n.Start != 11*time.Second || f.Start != 11710*ms || f.End != 71710*ms {
		t.Errorf("start %v, transition %v .. %v", n.Start, f.Start, f.End)
	}
	if entry != 202700*ms || n.End != 202710*ms {
		t.Errorf("entry at %v, end at %v", entry, n.End)
	}
}
