package executor_test

import (
	"slices"
	"testing"
	"time"

	"adagio/dsl/dsltest"
	"adagio/petri"
	"adagio/petri/component"
	"adagio/petri/executor"
	"adagio/petri/survey"
)

// timed is a plan in which u, on node x, waits for a port that p, on node y, serves at its last
// entry; the program of x looks at y, too, in its first wait.
func timed(t *testing.T, network string) *executor.Timing {
	t.Helper()
	s, err := survey.New(new(component.Cache), dsltest.Text(t, `
component P { places off, on; initial off; running on; behavior go { t: off -> on }; provide s at on }
component U { places off, on; initial off; running on; behavior go { t: off -> on }; use s at on }
assembly a { node x { u: U } node y { p: P } connect p.s -> u.s }
plan q of a { from { u: off; p: off }; on x { push u go; wait p; wait u } on y { push p go; wait p } }
timings t { U.go.t = 1s; P.go.t = 1s }
`+network))
	if err != nil {
		t.Fatal(err)
	}
	return executor.New(s)
}

const polling = `network n {
  executor ballet { poll 300ms; request 10ms; busy 100ms; exchanges 1; setup 0; step 40ms; pass 5ms }
  latency 1ms .. 2ms
}`

// TestLooks has delays of an executor that looks, worked out by hand. A look of x at y goes there
// and back in 2 to 4 ms: it lasts 12 ms at least, 104 ms at most, and 14 ms at most if y is at rest.
func TestLooks(t *testing.T) {
	timing := timed(t, polling)
	if want := (executor.Look{Least: 12 * time.Millisecond, Most: 104 * time.Millisecond, AtRest: 14 * time.Millisecond}); timing.Looks[0] != want {
		t.Fatalf("a look: %v, want %v", timing.Looks[0], want)
	}
	space := timing.Components[0].Space
	entry := space.ByKey[component.EventKey{Kind: petri.Enter, Behaviour: 0, Element: 1}]
	served := petri.Fact{Kind: petri.Active, Node: 1, Component: 1, Index: 0}
	asking := timing.Asking(0, entry, entry.Variants[0].Effect, 0)
	idle := petri.Fact{Kind: petri.Idle, Node: 1, Component: 1, Index: -1}
	for name, c := range map[string]struct {
		d              executor.Delay
		lo, hi, atRest time.Duration
	}{
		// A pass of 5 ms, and the look of the wait in this pass and in the next.
		"engage": {timing.Engage(0, 0), 0, 213, 33},
		// The look of the wait in the rest of the pass.
		"notice": {timing.Notice(0, 0), 0, 104, 14},
		// At least a look and the step. At most the step, the look of the wait in two passes, and two
		// looks for the port, when p is at rest: it has made its last entry.
		"entry": {timing.Entry(0, entry, entry), 52, 276, 96},
		// After a poll: the look of the wait in two passes (208), the look at the busy p that is answered
		// in the negative and two more (104 + 28), and the two that are granted (28).
		"served": {timing.Travel(served, 0, asking, true, true), 1, 668, 398},
		// The look that told u that p serves is followed by one more, whether it refuses.
		"served no more": {timing.Travel(served, 0, asking, false, true), 1, 16, 0},
		// After a poll the look at p that has just been answered, and the next.
		"idle": {timing.Travel(idle, 0, timing.Waiting(0, 2, 1), true, false), 1, 508, 328},
	} {
		ms := time.Millisecond
		if c.d.Lo != c.lo*ms || c.d.Hi != c.hi*ms || c.d.AtRest != c.atRest*ms {
			t.Errorf("%s: %v .. %v, %v at rest; want %v .. %v, %v", name, c.d.Lo, c.d.Hi, c.d.AtRest, c.lo*ms, c.hi*ms, c.atRest*ms)
		}
		if c.atRest > 0 && !slices.Equal(c.d.Peers, []int{1}) {
			t.Errorf("%s looks at %v", name, c.d.Peers)
		}
	}
}

// TestMessages: a message takes its request, two connections there and back, and the way. A reading
// of the broker is one with the way back; a change is there after the message that puts it, at most a
// poll and a way back until a reading is due, and that.
func TestMessages(t *testing.T) {
	push := timed(t, "network n { executor push { request 10ms .. 20ms; setup 2 }; latency 1ms .. 2ms }")
	if d := push.Message(1, 0); d.Lo != 15*time.Millisecond || d.Hi != 30*time.Millisecond {
		t.Errorf("a message takes %v", d)
	}
	broker := timed(t, "network n { executor broker { poll 100ms; request 10ms .. 20ms; setup 0 }; latency 1ms .. 2ms }")
	reading := broker.Reading(0)
	due, rest := broker.ThroughBroker(1, 0)
	n := broker.Scenario.Network
	put := n.ToBroker[1]
	if reading.Hi != 20*time.Millisecond+n.ToBroker[0].Hi+n.FromBroker[0].Hi {
		t.Errorf("a reading takes %v", reading)
	}
	if due.Lo != 10*time.Millisecond+put.Lo || due.Hi != 120*time.Millisecond+put.Hi+n.FromBroker[0].Hi || rest.Lo != n.FromBroker[0].Lo || rest.Hi != reading.Hi {
		t.Errorf("due after %v, there %v later", due, rest)
	}
	if d := timed(t, "network n { executor ideal; latency 1ms .. 2ms }").Engage(0, 0); d.Hi != 0 {
		t.Errorf("the ideal executor takes %v", d)
	}
}
