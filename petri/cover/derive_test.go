package cover

import "testing"

// TestCircle: of events that wait for one another by causes and arcs a derivation says a path
// from one of them to itself, and that this one does not occur.
func TestCircle(t *testing.T) {
	s := NewSystem()
	first := s.Event(Alone, 1, 2)
	a := s.Event(Alone, 0, 0, first)
	b := s.Event(Alone, 0, 0, a)
	s.Event(Alone, 0, 0, b)
	d := newDerivation(s)
	d.circle([][2]Event{{b, a}})
	if got, want := string(d.lines), "p 1 2 1\nx 1\n"; got != want {
		t.Errorf("%q, not %q", got, want)
	}
}
