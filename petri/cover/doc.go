// Package cover bounds the dates of every complete execution of a system of guarded
// events, whatever the order of its races: it covers the orders instead of
// enumerating them.
//
// A [System] has events and signals. An event occurs once all its causes have
// occurred and, for each of its clauses, one of the clause's signals is on; from then
// on it takes its delay, in which these signals stay on. A signal is switched on and
// off by events in a known order: it has phases. Which phase of which signal an event
// finds on is what a race is about; a pair of clause and phase is an option.
//
//	s := cover.NewSystem()
//	leave := s.Event(0, 0, 0, stop)             // chain 0, no delay, after stop
//	free := s.Signal(cover.Phase{On: cover.None, Off: enter}, cover.Phase{On: exit, Off: cover.None})
//	s.Guard(leave, free)                        // leaves while the user is out
//	c, err := cover.Of(s, cover.Limits{})
//	c.Earliest(leave), c.Latest(leave)
//
// README.md states the rules and why they hold; the code cites them as R1 to R10.
package cover
