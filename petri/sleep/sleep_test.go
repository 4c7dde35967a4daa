package sleep_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"adagio/dsl/dsltest"
	"adagio/petri/compile"
	"adagio/petri/sleep"
	"adagio/petri/unfold"
)

// pair is a model of a on node x, which sleeps, and b on node y.
const pair = `
component C { places off, on; initial off; running on; behavior go { t: off -> on } }
assembly pair { node x { a: C } node y { b: C } }
`

// ends explores a plan of the pair and returns when the program of x ends: at the earliest, and
// at the latest.
func ends(t *testing.T, text string) (lo, hi time.Duration, err error) {
	t.Helper()
	net, err := compile.Scenario(dsltest.Text(t, pair+text))
	if err != nil {
		t.Fatal(err)
	}
	x, err := unfold.Explore(net, unfold.Limit{})
	if err != nil {
		return 0, 0, err
	}
	if len(x.Runs) != 1 {
		t.Fatalf("%d orders", len(x.Runs))
	}
	g := x.Runs[0].Graph
	earliest, latest, err := g.Bracket()
	if err != nil {
		t.Fatal(err)
	}
	return earliest[g.Ends[0]], latest[g.Ends[0]], nil
}

// TestRules has for each rule of sleep.go and wake.go the date at which x ends its program, worked
// out by hand.
func TestRules(t *testing.T) {
	const (
		own    = "plan p of pair { from { a: off; b: off }; on x { push a go; wait a } on y { push b go } } "
		awaits = "plan p of pair { from { a: off; b: off }; on x { wait b } on y { push b go } } "
		both   = "plan p of pair { from { a: off; b: off }; on x { push a go; wait b; wait a } on y { push b go } } "
		pauses = "plan p of pair { from { a: off; b: off }; on x { pause 5s } on y { push b go } } "
		ideal  = "network n { executor ideal; latency 1s; awake x "
		broker = "network n { executor broker { poll 1s; request 100ms; step 0s; overhead 0s; drift 0s; start 0s }; awake x "
		async  = "network n { executor \"concertod-async\" { poll 1s; request 0s; step 1s; pass 0s; overhead 0s; drift 0s; start 0s; session 3s }; boot x 2s; awake x "
	)
	last := func(a, b string) string { return "timings t { a.go.t = " + a + "; b.go.t = " + b + " } " }
	for name, c := range map[string]struct {
		text   string
		lo, hi time.Duration
	}{
		// The program begins at 3s, and a takes half a second from then on.
		"a start waits for a window": {own + last("500ms", "0s") + ideal + "1s every 10s offset 3s }", 3500 * time.Millisecond, 3500 * time.Millisecond},
		// The window ends at 1s, the transition, which keeps x awake, at 5s.
		"a transition keeps its node awake": {own + last("5s", "0s") + ideal + "1s every 100s }", 5 * time.Second, 5 * time.Second},
		// b ends at 5s, the message is there at 6s, and x is awake at 10s.
		"a message waits for a window": {awaits + last("0s", "5s") + ideal + "1s every 10s }", 10 * time.Second, 10 * time.Second},
		// The message is there at 6s, while a runs; a ends at 7s.
		"a message is seen while a transition runs": {both + last("7s", "5s") + ideal + "1s every 100s }", 7 * time.Second, 7 * time.Second},
		// a ends at 6s, in which instant x is still awake.
		"the instant of an end is awake": {both + last("6s", "5s") + ideal + "1s every 100s }", 6 * time.Second, 6 * time.Second},
		// A nanosecond earlier x has gone to sleep.
		"after an end its node sleeps": {both + last("5999999999ns", "5s") + ideal + "1s every 100s }", 100 * time.Second, 100 * time.Second},
		// The instant in which a window ends is not in it.
		"a window ends just before its end": {awaits + last("0s", "9s") + ideal + "10s every 100s }", 100 * time.Second, 100 * time.Second},
		"a pause waits for a window":        {pauses + last("0s", "0s") + ideal + "1s every 10s }", 10 * time.Second, 10 * time.Second},
		// The message is there at 1.5s, in the window, or at up to 6s.
		"the ends of an interval": {awaits + last("0s", "500ms .. 5s") + ideal + "2s every 10s }", 1500 * time.Millisecond, 10 * time.Second},
		// The message is there at 6s. a runs until 3s for certain, and until 8s perhaps.
		"what may keep a node awake": {both + last("3s .. 8s", "5s") + ideal + "1s every 10s }", 6 * time.Second, 10 * time.Second},
		// b ends at 900ms, and the broker has that at 1s. A reading that begins just before 1s
		// keeps x awake for 100ms, and brings it; or x reads it in its next window.
		"a reading keeps its node awake": {awaits + last("0s", "900ms") + broker + "1s every 10s }", time.Second, 10100 * time.Millisecond},
		// The window from 10s on begins when the process is there, at 12s, and the session is open
		// at 15s; a goes to 16s, and on is entered after a step, at 17s.
		"waking up takes time": {own + last("1s", "0s") + async + "10s every 100s offset 10s }", 17 * time.Second, 17 * time.Second},
		// Ready at 5s; a ends at 11.5s, half a second before the window does, at 12s. The step is
		// over at 12.5s, when x sleeps: on is entered when x is ready again, at 105s.
		"a step keeps no node awake": {own + last("6500ms", "0s") + async + "10s every 100s }", 105 * time.Second, 105 * time.Second},
		// The behaviour begins at once, at 2s, but the pass before its first departure when x is
		// ready, at 5s; a runs from 6s to 7s, on is entered at 8s, and that is noticed within a pass.
		"a pass begins when its node is awake": {own + last("1s", "0s") + strings.Replace(async, "pass 0s", "pass 1s", 1) + "10s every 100s }", 8 * time.Second, 9 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			lo, hi, err := ends(t, c.text)
			if err != nil || lo != c.lo || hi != c.hi {
				t.Errorf("ends at %v .. %v (%v), want %v .. %v", lo, hi, err, c.lo, c.hi)
			}
		})
	}
}

// TestTogether has the rules of together.go: nodes that look at each other have to be awake at once.
// A change is seen within 300ms: a poll and two looks.
func TestTogether(t *testing.T) {
	const (
		awaits = "plan p of pair { from { a: off; b: off }; on x { wait b } on y { push b go; wait b } } timings t { a.go.t = 0s; b.go.t = 1s } "
		ballet = "network n { executor ballet { poll 200ms; request 50ms; exchanges 1; setup 0; pass 0s; step 50ms; overhead 0s; drift 0s; start 0s }; "
	)
	for name, c := range map[string]struct {
		awake  string
		lo, hi time.Duration
	}{
		// b begins at 5s, in which y wakes up, ends its behaviour at 6.05s, after a step, and x is awake.
		"both are awake": {"awake x 100s every 1000s; awake y 100s every 1000s offset 5s }", 6050 * time.Millisecond, 6350 * time.Millisecond},
		// y is awake with b at 6.05s, and x from 20s on.
		"the one that looks wakes up later": {"awake x 10s every 20s; awake y 100s every 1000s offset 15s }", 20 * time.Second, 20300 * time.Millisecond},
		// b ends in the window of y that begins at 5s; from 30s on both are awake for 100ms only, which
		// may pass between two looks, and from 60s on for 10s.
		"a short time together may pass": {"awake x 5s .. 5010ms, 30s .. 31s, 60s .. 70s, 200s .. 300s; awake y 5s .. 20s, 30900ms .. 50s, 60s .. 80s, 200s .. 300s }", 30900 * time.Millisecond, 60300 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			lo, hi, err := ends(t, awaits+ballet+c.awake)
			if err != nil || lo != c.lo || hi != c.hi {
				t.Errorf("ends at %v .. %v (%v), want %v .. %v", lo, hi, err, c.lo, c.hi)
			}
		})
	}
	t.Run("never together", func(t *testing.T) {
		_, _, err := ends(t, awaits+ballet+"awake x 10s every 100s; awake y 10s every 100s offset 50s }")
		if asleep, ok := errors.AsType[*sleep.Error](err); !ok || asleep.Turn == 0 {
			t.Errorf("%v, but x and y are never awake together", err)
		}
	})
}

// TestForEver: a message that comes after the last window of a node is never seen.
func TestForEver(t *testing.T) {
	_, _, err := ends(t, `plan p of pair { from { a: off; b: off }; on x { wait b } on y { push b go } }
timings t { a.go.t = 0s; b.go.t = 5s }
network n { executor ideal; awake x 0s .. 1s }`)
	if asleep, ok := errors.AsType[*sleep.Error](err); !ok || asleep.Node != "x" || asleep.Turn != 0 {
		t.Error(err)
	}
}
