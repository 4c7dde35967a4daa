package analysis

import (
	"fmt"
	"testing"
	"time"

	"adagio/dsl/dsltest"
)

// types are those of the small models below.
const types = `
component Job {
  places off, on
  initial off
  running on
  behavior go { go: off -> on for 1s }
  behavior back { back: on -> off for 1s }
  behavior slow { slow: off -> on for 5s }
}
`

// TestLowerEndOfLateNode has a node that may start late, whose program is the longest: its
// own start does not count.
func TestLowerEndOfLateNode(t *testing.T) {
	s := dsltest.Text(t, types+`
assembly two { node a { x: Job }  node b { y: Job } }
plan p of two {
  from { x: off; y: off }
  on a { push x slow; wait x }
  on b { push y go; wait y; push y back; wait y; pause 1s }
}
network n { executor ideal { start a 0s .. 10s } }
`)
	r, err := Analyse(s, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if want := (Bound{5 * time.Second, 5 * time.Second}); r.Makespan != want {
		t.Errorf("makespan %v, not %v", r.Makespan, want)
	}
}

// TestHazardOnlyInAWait has a component that is idle for an instant at 1 s: a wait that is
// under way then might see it, one that begins later, or has returned before, cannot.
func TestHazardOnlyInAWait(t *testing.T) {
	for _, c := range []struct {
		pause   time.Duration
		hazards int
	}{{500 * time.Millisecond, 1}, {1500 * time.Millisecond, 0}, {time.Minute, 0}} {
		s := dsltest.Text(t, types+fmt.Sprintf(`
assembly two { node a { x: Job }  node b { y: Job } }
plan p of two {
  from { x: off; y: off }
  on a { push x go; wait x; push x back; wait x }
  on b { pause %dms; wait x }
}
network n { executor ideal }
`, c.pause.Milliseconds()))
		r, err := Analyse(s, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Hazards) != c.hazards {
			t.Errorf("a wait after %v has %d hazards, not %d", c.pause, len(r.Hazards), c.hazards)
		}
	}
}

// TestEveryOrderCounts has a race whose orders have bounds apart, in either order of
// exploration: the makespan is the hull of both.
func TestEveryOrderCounts(t *testing.T) {
	for _, first := range []string{"p", "u"} {
		nodes := map[string]string{"p": "node provider { p: Provider }", "u": "node user { u: User }"}
		order := nodes["p"] + " " + nodes["u"]
		if first == "u" {
			order = nodes["u"] + " " + nodes["p"]
		}
		s := dsltest.Text(t, `
component Provider {
  places off, on
  initial off
  running on
  behavior start { start: off -> on for 10s }
  behavior stop { stop: on -> off for 1s }
  provide service at on
}
component User {
  places off, on
  initial off
  running on
  behavior start { start: off -> on for 500ms .. 1500ms }
  behavior stop { stop: on -> off for 1s }
  use service at on
}
assembly race { `+order+` connect p.service -> u.service }
plan go of race {
  from { p: on; u: off }
  on provider { pause 1s; push p stop, start; wait p }
  on user { push u start; wait u; pause 30s; push u stop; wait u }
}
network ideal { executor ideal }
`)
		r, err := Analyse(s, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Runs) < 2 {
			t.Fatalf("%d order", len(r.Runs))
		}
		var hull Bound
		for i, run := range r.Runs {
			lo, hi, err := run.Graph.Bracket()
			if err != nil {
				t.Fatal(err)
			}
			var own Bound
			for n, end := range run.Graph.Ends {
				own.Lower, own.Upper = max(own.Lower, lo[end]-hi[run.Graph.Starts[n]]), max(own.Upper, hi[end]-lo[run.Graph.Starts[n]])
			}
			if i == 0 {
				hull = own
			}
			hull = Bound{min(hull.Lower, own.Lower), max(hull.Upper, own.Upper)}
		}
		if r.Makespan.Lower != hull.Lower || r.Makespan.Upper != hull.Upper || hull.Upper-hull.Lower < 5*time.Second {
			t.Errorf("makespan %v, not %v", r.Makespan, hull)
		}
	}
}
