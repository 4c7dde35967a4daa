package cover

import (
	"testing"
	"time"
)

// TestHistory: a question is asked again if what its answer was computed from has changed since
// the sweep began in which it was asked, and not otherwise.
func TestHistory(t *testing.T) {
	h := newHistory(3)
	q := question{2, 0}
	ask := func(from ...Event) {
		if !h.ask(q) {
			t.Fatal("a question is not asked that has no answer")
		}
		for _, e := range from {
			h.read(e)
		}
		h.answered(q)
	}
	ask(0, 2, 0)
	if h.changed(1); h.ask(q) {
		t.Error("a question is asked again though nothing has changed that matters")
	}
	later := h.further()
	h.changed(0) // in the same sweep, after the moments were dated
	ask(0, 2)
	if !h.ask(q) {
		t.Error("a question is not asked again though what it reads changed while it was asked")
	}
	h.sweep = h.now
	ask(0, 2)
	if h.ask(q) {
		t.Error("a question is asked again in the next sweep though nothing has changed")
	}
	if later.ask(q) {
		t.Error("what changes in a cover changes another one that goes on from it")
	}
}

// TestLater: no later moment makes a quick event occur before what notBefore says.
func TestLater(t *testing.T) {
	for _, q := range []Quick{{Hi: 3}, {Hi: 3, Slow: 10, Fast: 10}, {Hi: 3, Slow: 10, Fast: 7}, {Hi: 30, Slow: 4, Fast: 1}} {
		for _, since := range []int{0, 4, 5, 6, 14, 15, 24, 25, 40} {
			const ready = 5
			least := q.after(ready, 1000)
			for later := since; later < 1000; later++ {
				least = min(least, q.after(ready, time.Duration(later)))
			}
			if got := q.notBefore(ready, time.Duration(since)); got > least {
				t.Errorf("%+v: not before %d from %d on, but at %d", q, got, since, least)
			}
		}
	}
}
