package cover_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"adagio/dsl/model"
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
			clause := []cover.Signal{cover.Signal(r.IntN(len(s.signals)))}
			if r.IntN(4) == 0 { // any of two, which may take turns during its delay
				clause = append(clause, cover.Signal(r.IntN(len(s.signals))))
			}
			s.guard(e, clause...)
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
		known := cover.Extensions(s.System, extensions, nil)
		if known == nil { // events wait for one another in a circle
			continue
		}
		earliest, surely, closed := known.Earliest, known.Surely, len(known.Possible) == 0
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
				case occurs && date < earliest[e] || surely[e] != model.Never && (!occurs || date > surely[e]):
					t.Fatalf("seed %d: event %d occurs at %d, not in %d .. %d", seed, e, date, earliest[e], surely[e])
				case !occurs:
					hung++
				case surely[e] != model.Never:
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

// TestRemembered: what somebody may remember of a signal counts unless everybody who may ask for it
// asks only after it has ended, by the causes or by the dates.
func TestRemembered(t *testing.T) {
	for _, k := range []struct {
		name   string
		asks   time.Duration // least time until somebody else asks; -1 if nobody does
		after  bool          // … counted from the end of the phase
		ends   time.Duration // greatest date of the end of the phase
		closed bool
	}{
		{"nobody else asks", -1, false, 3, true},
		{"another asks later", 4, false, 3, true},
		{"another may ask before the end", 3, false, 3, false},
		{"another asks after what ends it", 0, true, 3, true},
		{"the end may come after all ask", -1, false, 5, false},
	} {
		s := cover.NewSystem()
		start := s.Event(cover.Alone, 0, 0)
		end := s.Event(cover.Alone, 1, k.ends, start)
		ready := s.Event(cover.Alone, 5, 5, start)
		asking := [][]cover.Event{{start, ready}}
		if k.asks >= 0 {
			from := start
			if k.after {
				from = end
			}
			asking = append(asking, []cover.Event{s.Event(cover.Alone, k.asks, 9, from)})
		}
		e := s.Event(cover.Alone, 0, 0, ready)
		signal := s.Signal(cover.Phase{On: start, Off: cover.None})
		s.Guard(e, signal)
		doubt := []cover.Doubt{{Signal: signal, Ended: []cover.Event{end}, Asking: asking}}
		closed := func() bool {
			return len(cover.Extensions(s, []cover.Extension{{Event: e}}, doubt).Possible) == 0
		}
		if closed() != k.closed {
			t.Errorf("%s: closed is %v", k.name, !k.closed)
		}
		doubt[0].Ended = nil
		if closed() {
			t.Errorf("%s: closed though nothing is known of the end", k.name)
		}
	}
}

// TestDifferences: what comes first is told by differences of dates, where these are fixed, by what comes
// first at one date, and by what one reading brings.
func TestDifferences(t *testing.T) {
	for _, k := range []struct {
		name     string
		rival    time.Duration // after a start at any date, as the extension is 3 after it
		possible bool
	}{{"sooner", 2, false}, {"at one date", 3, true}, {"later", 4, true}} {
		s := cover.NewSystem()
		start := s.Event(cover.Alone, 0, 100)
		rival := s.Event(cover.Alone, k.rival, k.rival, start)
		e := s.Event(cover.Alone, 3, 3, start)
		if known := cover.Extensions(s, []cover.Extension{{Event: e, Rivals: []cover.Event{rival}}}, nil); (len(known.Possible) > 0) != k.possible {
			t.Errorf("a rival that comes %s: possible are %v", k.name, known.Possible)
		}
	}
	for _, k := range []struct {
		name        string
		first, read bool
		put         time.Duration // the greatest of the first news
		possible    bool
	}{
		{"any news", false, false, 1, true},
		{"of one date, with no order", false, true, 1, true},
		{"of one reading", true, true, 1, false},
		{"stored too late", true, true, 4, true},
	} {
		s := cover.NewSystem()
		start := s.Event(cover.Alone, 5, 100)
		gone, ready := s.Event(cover.Alone, 0, 0, start), s.Event(cover.Alone, 2, 2, start)
		seesGone, seesReady := s.Event(cover.Alone, 1, 50, gone), s.Event(cover.Alone, 1, 50, ready)
		for i, a := range [2][2]cover.Event{{gone, seesGone}, {ready, seesReady}} {
			s.Arrival(a[0], a[1])
			if k.first {
				s.First(a[1])
			}
			if k.read {
				s.Read(a[1], 7, 1, [2]time.Duration{k.put, 1}[i])
			}
		}
		e := s.Event(cover.Alone, 0, 0, seesReady)
		s.Guard(e, s.Signal(cover.Phase{On: cover.None, Off: seesGone}))
		known := cover.Extensions(s, []cover.Extension{{Event: e}}, nil)
		if (len(known.Possible) > 0) != k.possible {
			t.Errorf("%s: possible are %v", k.name, known.Possible)
		}
		if known.Earliest[start] != 5 || known.Surely[start] != 100 || known.Earliest[ready] != 7 {
			t.Errorf("%s: the start is at %d .. %d, what follows at %d at the earliest", k.name, known.Earliest[start], known.Surely[start], known.Earliest[ready])
		}
	}
}

// TestTurns: an event that takes its delay while two signals take turns need not wait for it again.
func TestTurns(t *testing.T) {
	s := cover.NewSystem()
	ready, turn := s.Event(cover.Alone, 2, 2), s.Event(cover.Alone, 3, 3)
	e := s.Event(cover.Alone, 2, 2, ready)
	s.Guard(e, s.Signal(cover.Phase{On: cover.None, Off: turn}), s.Signal(cover.Phase{On: turn, Off: cover.None}))
	if known := cover.Extensions(s, nil, nil); known.Earliest[e] != 4 {
		t.Errorf("it occurs at %d at the earliest, not at 4", known.Earliest[e])
	}
}
