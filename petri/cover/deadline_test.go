package cover_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"adagio/petri/cover"
)

// quick is that an event is quick from a lag after the last of some others on.
type quick struct {
	event cover.Event
	lag   time.Duration
	after []cover.Event
	cover.Quick
}

// addDeadlines states of a random system (F6) what holds in one of its executions.
func (s *system) addDeadlines(r *rand.Rand, dates []time.Duration) {
	any := func() cover.Event { return cover.Event(r.IntN(len(dates))) }
	for range r.IntN(6) {
		if e, p := any(), any(); dates[e] <= dates[p] {
			s.notAfter = append(s.notAfter, [2]cover.Event{e, p})
			s.NotAfter(e, p)
		}
	}
	for range r.IntN(6) {
		q := quick{event: any(), lag: time.Duration(r.IntN(3)), after: []cover.Event{any(), any()}}
		if len(s.guards[q.event]) > 0 {
			continue
		}
		if r.IntN(2) == 0 {
			q.Slow = time.Duration(1 + r.IntN(6))
			q.Fast = time.Duration(r.Int64N(int64(q.Slow) + 1))
		}
		q.Hi = s.beyond(&q, dates) + time.Duration(r.IntN(3))
		q.Since, q.Until = s.Moment(q.lag, q.after), q.event
		s.quick = append(s.quick, q)
		s.Quicken(q.event, q.Quick)
	}
}

// beyond is the least that the delay of a quick event may be, in an execution.
func (s *system) beyond(q *quick, dates []time.Duration) time.Duration {
	r := *q
	for r.Hi = 0; !s.keeps(&r, dates); r.Hi++ {
	}
	return r.Hi
}

// keeps says whether an execution has an event as quick as it is said to be.
func (s *system) keeps(q *quick, dates []time.Duration) bool {
	begin := func(e cover.Event) (ready time.Duration) {
		for _, p := range s.causes[e] {
			ready = max(ready, dates[p])
		}
		return ready
	}
	ready := begin(q.event)
	// after is when the event occurs at the latest if what delays it ends at some date, but for
	// parts of the delay that last longer later.
	after := func(since time.Duration) float64 {
		latest := float64(max(ready, since) + q.Hi)
		if q.Slow > 0 && since > ready {
			latest = min(latest, float64(since+q.Hi)-float64(q.Fast)*(float64(since-ready)/float64(q.Slow)-1))
		}
		return latest
	}
	occurs := float64(dates[q.event])
	// least is the least of the bounds, over what it waits for, of what counts by when it begins.
	least := func(counts func(begin float64) bool) float64 {
		least := math.Inf(1)
		for apart := range 1 << len(q.after) {
			since, costs := time.Duration(0), 0.
			for i, p := range q.after {
				switch {
				case !counts(float64(begin(p))):
				case apart>>i&1 == 0:
					since = max(since, dates[p]+q.lag)
				case q.Slow == 0 || len(s.guards[p]) > 0:
					costs = math.Inf(1)
				default:
					costs += float64(dates[p] - begin(p) + q.lag + q.Fast)
				}
			}
			least = min(least, after(since)+costs)
		}
		return least
	}
	if occurs > least(func(begin float64) bool { return begin < occurs }) {
		return false
	}
	for v := after(0); q.Slow > 0; {
		later := least(func(begin float64) bool { return begin <= v })
		if later <= v {
			return occurs <= v
		}
		v = later
	}
	return true
}

// inTime says whether an execution keeps the deadlines that are stated.
func (s *system) inTime(dates []time.Duration) bool {
	for _, pair := range s.notAfter {
		if dates[pair[0]] > dates[pair[1]] {
			return false
		}
	}
	for i := range s.quick {
		if !s.keeps(&s.quick[i], dates) {
			return false
		}
	}
	return true
}

// TestStretches: an event is late by what its peers compute while it is under way, not by what
// they have begun.
func TestStretches(t *testing.T) {
	const second = time.Second
	for _, c := range []struct {
		name  string
		peers [][3]time.Duration // when it begins at the earliest and at the latest, how long it takes
		want  time.Duration      // the event is ready at 10 s, and takes 1 s, or 100 s beside peers that compute
	}{
		{"nobody computes", nil, 11 * second},
		{"one is over", [][3]time.Duration{{0, 5 * second, 4 * second}}, 11 * second},
		{"one may be under way", [][3]time.Duration{{0, 5 * second, 6 * second}}, 13 * second},
		{"one may begin at any time", [][3]time.Duration{{0, 90 * second, 6 * second}}, 19 * second},
		{"one begins later", [][3]time.Duration{{11*second + 1, 90 * second, 6 * second}}, 11 * second},
		{"one begins just in time", [][3]time.Duration{{11 * second, 90 * second, 6 * second}}, 19 * second},
		{"one begins because of another", [][3]time.Duration{{0, 90 * second, 6 * second}, {18 * second, 90 * second, 2 * second}}, 23 * second},
		{"one begins after another", [][3]time.Duration{{0, 90 * second, 6 * second}, {20 * second, 90 * second, 2 * second}}, 19 * second},
		{"one is waited for, one is not", [][3]time.Duration{{0, 5 * second, 15 * second}, {0, 90 * second, 6 * second}}, 30 * second},
	} {
		s := cover.NewSystem()
		ready := s.Event(cover.Alone, 0, 10*second)
		var ends []cover.Event
		for _, p := range c.peers {
			ends = append(ends, s.Event(cover.Alone, p[2], p[2], s.Event(cover.Alone, p[0], p[1])))
		}
		e := s.Event(cover.Alone, 0, 100*second, ready)
		s.Quicken(e, cover.Quick{Since: s.Moment(second, ends), Until: e, Hi: second, Slow: 100 * second, Fast: second})
		of, err := cover.Of(s, cover.Limits{Metric: 1})
		if err != nil {
			t.Fatal(err)
		}
		if got := of.Latest(e); got != c.want {
			t.Errorf("%s: the event occurs at %v at the latest, not %v", c.name, got, c.want)
		}
	}
}
