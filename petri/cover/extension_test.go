package cover_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"adagio/petri/cover"
)

// extend adds events to a random system that its executions may have or not: each waits
// for a signal, and some take a token that another event takes.
func (s *system) extend(r *rand.Rand) (extensions []cover.Extension) {
	n := cover.Event(len(s.causes))
	for range 1 + r.IntN(3) {
		after := cover.Event(r.IntN(int(n)))
		e := s.event(cover.Alone, [2]time.Duration{0, time.Duration(r.IntN(3))}, after)
		x := cover.Extension{Event: e}
		for range 1 + r.IntN(2) {
			s.guard(e, cover.Signal(r.IntN(len(s.signals))))
		}
		for f := after + 1; f < n; f++ {
			if s.causes[f][0] == after && r.IntN(2) == 0 { // the token, which only the simulation knows
				x.Rivals = append(x.Rivals, f)
				s.guards[e] = append(s.guards[e], []cover.Signal{s.signal(cover.Phase{On: after, Off: f})})
				break
			}
		}
		extensions = append(extensions, x)
	}
	return extensions
}

// TestClosed: what is said to be impossible occurs in no execution, and what is said of dates
// holds where no extension occurs, whether the execution is complete or hangs.
func TestClosed(t *testing.T) {
	closedOnes, hung, sure := 0, 0, 0
	for seed := *firstFlag; seed < *firstFlag+*systemsFlag; seed++ {
		r := rand.New(rand.NewPCG(uint64(seed), 11))
		s := draw(r, shape{providers: 1 + r.IntN(3), users: 1 + r.IntN(4), anyOf: .3, remote: .4, cross: .3, idle: .5, width: 1 + r.IntN(10)})
		extensions := s.extend(r)
		earliest, surely, closed := cover.Closed(s.System, extensions, nil)
		if earliest == nil { // events wait for one another in a circle
			continue
		}
		if closed {
			closedOnes++
		}
		outside := map[cover.Event]bool{}
		for _, x := range extensions {
			outside[x.Event] = true
		}
		for i := range 12 {
			dates, _ := s.run(r, i%4)
			if slices.ContainsFunc(extensions, func(x cover.Extension) bool { return dates[x.Event] >= 0 }) {
				if closed {
					t.Fatalf("seed %d: an extension is said to be impossible, and occurs", seed)
				}
				continue
			}
			for e, date := range dates {
				switch occurs := date >= 0; {
				case outside[cover.Event(e)]:
				case occurs && date < earliest[e] || surely[e] != cover.Never && (!occurs || date > surely[e]):
					t.Fatalf("seed %d: event %d occurs at %d, not in %d .. %d", seed, e, date, earliest[e], surely[e])
				case !occurs:
					hung++
				case surely[e] != cover.Never:
					sure++
				}
			}
		}
	}
	t.Logf("%d of %d closed; %d events never occurred, %d occurred by when they surely do", closedOnes, *systemsFlag, hung, sure)
	if 25*closedOnes < *systemsFlag || hung == 0 || sure == 0 {
		t.Error("too few are closed")
	}
}
