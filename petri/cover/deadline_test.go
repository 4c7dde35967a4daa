package cover_test

import (
	"math/rand/v2"
	"slices"
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
		if q.Hi = s.beyond(&q, dates); q.Hi < 0 {
			continue
		}
		q.Hi += time.Duration(r.IntN(3))
		q.Since, q.Until = s.Moment(q.lag, q.after), q.event
		s.quick = append(s.quick, q)
		s.Quicken(q.event, q.Quick)
	}
}

// beyond is how much later an event occurs than it would if it were quick and took no time.
func (s *system) beyond(q *quick, dates []time.Duration) time.Duration {
	ready, since := time.Duration(0), time.Duration(0)
	for _, p := range s.causes[q.event] {
		ready = max(ready, dates[p])
	}
	for _, p := range q.after {
		if !slices.ContainsFunc(s.causes[p], func(c cover.Event) bool { return dates[c] >= dates[q.event] }) {
			since = max(since, dates[p]+q.lag)
		}
	}
	least := dates[q.event] - max(ready, since)
	if q.Slow > 0 && since > ready {
		parts := float64(q.Fast) * (float64(since-ready)/float64(q.Slow) - 1)
		least = max(least, dates[q.event]-since+time.Duration(parts))
	}
	return least
}

// inTime says whether an execution keeps the deadlines that are stated.
func (s *system) inTime(dates []time.Duration) bool {
	for _, pair := range s.notAfter {
		if dates[pair[0]] > dates[pair[1]] {
			return false
		}
	}
	for i := range s.quick {
		if s.beyond(&s.quick[i], dates) > s.quick[i].Hi {
			return false
		}
	}
	return true
}
