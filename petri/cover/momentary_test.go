package cover

import (
	"testing"
	"time"
)

// TestMomentary: a phase that lasts no time in any execution is not waited for; one that may
// last is.
func TestMomentary(t *testing.T) {
	const second = time.Second
	for _, c := range []struct {
		name                 string
		before, after, later [2]time.Duration // the intervals of three events; the phase begins at 4 s .. 5 s
		momentary            bool
	}{
		{"all as it must be", [2]time.Duration{1 * second, 3 * second}, [2]time.Duration{6 * second, 7 * second}, [2]time.Duration{6 * second, 7 * second}, true},
		{"what ends it may come later", [2]time.Duration{1 * second, 4 * second}, [2]time.Duration{6 * second, 7 * second}, [2]time.Duration{6 * second, 7 * second}, false},
		{"what keeps it may come before", [2]time.Duration{1 * second, 3 * second}, [2]time.Duration{5 * second, 7 * second}, [2]time.Duration{6 * second, 7 * second}, false},
		{"what keeps it may come at once", [2]time.Duration{1 * second, 3 * second}, [2]time.Duration{6 * second, 7 * second}, [2]time.Duration{5 * second, 7 * second}, false},
	} {
		s := NewSystem()
		at := func(d [2]time.Duration) Event { return s.Event(Alone, d[0], d[1]) }
		before, after, later := at(c.before), at(c.after), at(c.later)
		on := at([2]time.Duration{4 * second, 5 * second})
		off := s.Event(Alone, 0, 0, on, before)
		again := s.Event(Alone, 5*second, 5*second, off)
		g := s.Signal(Phase{on, off}, Phase{again, None})
		e := s.Event(Alone, 0, 0)
		s.Guard(e, g)
		s.Fleet(g, 0, Momentary{On: on, Before: []Event{before}, After: []Event{after}, Later: []Event{later}})
		of, err := Of(s, Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if want := map[bool]time.Duration{true: 9 * second, false: 4 * second}[c.momentary]; of.Earliest(e) != want {
			t.Errorf("%s: the event occurs at %v at the earliest, not %v", c.name, of.Earliest(e), want)
		}
	}
}
