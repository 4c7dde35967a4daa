package cover_test

import (
	"testing"
	"time"

	"adagio/dsl/model"
	"adagio/petri/cover"
)

// TestDefer: an event that waits for a node which is awake from 10 to 20 and from 30 on occurs
// when that is, whatever its greatest delay; and if the node has a last window that may be over,
// nothing is proved of executions that need not be complete.
func TestDefer(t *testing.T) {
	awake := func(last bool) func(ready time.Duration) time.Duration {
		return func(ready time.Duration) time.Duration {
			switch due := ready + 2; {
			case due < 10:
				return 10
			case due <= 20:
				return due
			case last:
				return model.Never
			}
			return max(ready+2, 30)
		}
	}
	for _, c := range []struct {
		lo, hi           time.Duration // of the cause
		earliest, latest time.Duration
		last, completes  bool
	}{
		{1, 4, 10, 10, false, true},
		{9, 12, 11, 14, false, true},
		{15, 25, 17, 30, false, true},
		{40, 41, 42, 43, false, true},
		{9, 12, 11, 14, true, true},
	} {
		s := cover.NewSystem()
		cause := s.Event(cover.Alone, c.lo, c.hi)
		put := s.Event(cover.Alone, 2, 2+12, cause)
		after := s.Event(cover.Alone, 1, 1, put)
		s.Defer(put, cover.Deferral{Earliest: awake(c.last), Latest: awake(c.last), Always: awake(c.last), Ends: c.last, Hi: 2})
		k, err := cover.Of(s, cover.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if k.Earliest(put) != c.earliest || k.Latest(put) != c.latest || k.Latest(after) != c.latest+1 {
			t.Errorf("from %d .. %d: %v .. %v, not %v .. %v", c.lo, c.hi, k.Earliest(put), k.Latest(put), c.earliest, c.latest)
		}
		if completes, _ := cover.Completes(s, cover.Limits{}); completes != c.completes {
			t.Errorf("from %d .. %d: completes %v", c.lo, c.hi, completes)
		}
		path := k.Refine([]cover.Event{put}).Witnesses(put)
		if len(path) != 2 || path[0].Delay != 2 || path[1].Event != cause {
			t.Errorf("from %d .. %d: the path to the latest date is %v", c.lo, c.hi, path)
		}
	}

	s := cover.NewSystem()
	put := s.Event(cover.Alone, 2, 2+12, s.Event(cover.Alone, 15, 25))
	s.Defer(put, cover.Deferral{Earliest: awake(true), Latest: awake(true), Always: awake(true), Ends: true, Hi: 2})
	if completes, _ := cover.Completes(s, cover.Limits{}); completes {
		t.Error("said to complete, though the node may sleep for ever")
	}
}
