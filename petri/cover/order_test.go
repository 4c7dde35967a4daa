package cover

import "testing"

// TestFollowers: of an event that is in no chain, and that nobody asks about, as much is known
// as of one that certainly follows it.
func TestFollowers(t *testing.T) {
	s := NewSystem()
	alone := s.Event(Alone, 0, 0)
	between := s.Event(Alone, 0, 0, alone)
	on := s.Event(Alone, 0, 0, between)
	after := s.Event(Alone, 0, 0, on)
	other, last := s.Event(Alone, 0, 0), s.Event(Alone, 0, 0, after)
	for _, e := range []Event{after, other} {
		s.Guard(e, s.Signal(Phase{on, None}))
	}
	free := s.Event(Alone, 0, 0)
	s.Guard(free, s.Signal(Phase{None, None}))
	o, err := newOrder(s, [][2]Event{{alone, last}}, Limits{Metric: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		a, b Event
		want bool
	}{
		{alone, on, true}, {alone, after, true}, {between, on, true}, {between, after, true}, {alone, last, true},
		{alone, other, false}, {alone, free, false}, {between, alone, false}, {last, after, false}, {last, free, false},
	} {
		if got := o.before(c.a, c.b); got != c.want {
			t.Errorf("event %d precedes event %d: %v, not %v", c.a, c.b, got, c.want)
		}
	}
}
