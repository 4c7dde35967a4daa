package analysis_test

import (
	"testing"
	"time"
)

// TestPauseBeforeSession: the process starts between 717 and 727 ms, and has its session 11
// to 21 ms later. A program that ends without taking time ends with the start of the
// process; after a pause that takes time it waits for the session.
func TestPauseBeforeSession(t *testing.T) {
	const ms = time.Millisecond
	for _, k := range []struct {
		pause        string
		lower, upper time.Duration
	}{
		{"0s", 717 * ms, 727 * ms},
		{"1us", 728 * ms, 748 * ms},
		{"0s .. 10ms", 717 * ms, 748 * ms},
		{"1us .. 10ms", 728 * ms, 748 * ms},
		{"30ms .. 40ms", 747 * ms, 767 * ms},
	} {
		r := analyseText(t, `
component C {
  places off
  initial off
}
assembly a { node n { c: C } }
plan p of a { on n { add c; pause `+k.pause+` } }
network w {
  executor "concertod-async" { start 0s; session 11ms .. 21ms }
  awake n 713ms .. 900ms
  boot n 4ms .. 14ms
}
`, "")
		if end := r.Nodes[0].End; end.Lower != k.lower || end.Upper != k.upper {
			t.Errorf("pause %s: the program ends at %v, want %v .. %v", k.pause, end, k.lower, k.upper)
		}
	}
}

// TestRefusingIsNotRead: a provider that is about to leave refuses while its user stays. With
// a broker who comes meanwhile waits until the provider is back; the asynchronous runtime
// never asks (SEMANTICS.md, rule 8.5), so that it enters, and the provider waits for it, too.
func TestRefusingIsNotRead(t *testing.T) {
	for _, k := range []struct {
		executor     string
		lower, upper time.Duration // of the provider's program
	}{
		{"broker", 11 * time.Second, 13 * time.Second},
		{"concertod-async", 25 * time.Second, 28 * time.Second},
	} {
		r := analyseText(t, `
component Provider {
  places on, off
  initial off
  running on
  behavior stop { halt: on -> off for 1s }
  provide p at on
}
component User {
  places off, on
  initial off
  running on
  behavior start { go: off -> on for 1s }
  behavior stop { halt: on -> off for 1s }
  use u at on
}
assembly a {
  node n { p: Provider }
  node m { first: User }
  node o { second: User }
  connect p.p -> first.u
  connect p.p -> second.u
}
plan p of a {
  from { p: on; first: on; second: off }
  on n { push p stop; wait p }
  on m { pause 10s; push first stop; wait first }
  on o { pause 4s; push second start; wait second; pause 20s; push second stop; wait second }
}
`, k.executor)
		if end := r.Nodes[0].End; end.Lower < k.lower || end.Upper > k.upper {
			t.Errorf("%s: the provider's program ends at %v, want inside %v .. %v", k.executor, end, k.lower, k.upper)
		}
	}
}
