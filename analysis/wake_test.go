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
