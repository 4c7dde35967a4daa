package cover

import (
	"fmt"
	"time"

	"adagio/petri/internal/lists"
)

// Event indexes the events of a [System]; None stands for no event: a phase that
// is on from the beginning, or for ever.
type Event int32

// None is no event.
const None Event = -1

// Alone is the chain of an event that is in no chain.
const Alone = -1

// Signal indexes the signals of a [System].
type Signal int32

// Phase is one stay of a signal: from On to Off.
type Phase struct{ On, Off Event }

// option is a phase of a signal that a clause may be satisfied by.
type option struct {
	signal Signal
	phase  int32
}

// System is a set of guarded events and the signals that they switch. It is built
// with Event, Signal and Guard and not changed afterwards.
type System struct {
	lo, hi []time.Duration
	causes [][]Event
	guards [][][]Signal // by event: clauses
	chain  []int32      // events of one chain are causally ordered
	pos    []int32      // in the chain
	origin []Event      // of an arrival: the switch that it tells of; otherwise itself
	starts []bool       // by event: conditional dates start here (rule R3)
	phases [][]Phase    // by signal
	length map[int32]int32

	moments  []moment
	quick    [][]Quick // by event
	notAfter [][]Event // by event

	momentary map[option]Momentary
	deferred  map[Event]Deferral
	first     []bool // by event
	read      map[Event]reading

	optional []bool // by event: it may never occur; nil if all do
}

// NewSystem returns an empty system.
func NewSystem() *System {
	return &System{length: map[int32]int32{}, momentary: map[option]Momentary{}, deferred: map[Event]Deferral{}, read: map[Event]reading{}}
}

// Len is the number of events.
func (s *System) Len() int { return len(s.lo) }

// Event adds an event with a delay between lo and hi after the last of its causes
// and the switches that its guards wait for. The events of one chain, in the order in
// which they are added, must be ordered by their causes.
func (s *System) Event(chain int, lo, hi time.Duration, causes ...Event) Event {
	e := Event(len(s.lo))
	s.lo, s.hi = append(s.lo, lo), append(s.hi, hi)
	s.causes = append(s.causes, causes)
	s.guards = append(s.guards, nil)
	s.chain, s.pos = append(s.chain, int32(chain)), append(s.pos, s.length[int32(chain)])
	if chain != Alone {
		s.length[int32(chain)]++
	}
	s.origin = append(s.origin, e)
	s.starts, s.first = append(s.starts, false), append(s.first, false)
	s.quick, s.notAfter = append(s.quick, nil), append(s.notAfter, nil)
	return e
}

// Signal adds a signal with its phases in order. The first may be on from the
// beginning, the last for ever.
func (s *System) Signal(phases ...Phase) Signal {
	s.phases = append(s.phases, phases)
	return Signal(len(s.phases) - 1)
}

// Arrival says that an event is the arrival of the news of another: it certainly
// follows it.
func (s *System) Arrival(of, e Event) { s.origin[e] = s.origin[of] }

// Origin is the event that an arrival tells of, otherwise the event itself.
func (s *System) Origin(e Event) Event { return s.origin[e] }

// First says that an event comes before all others of its date that it is not said of.
func (s *System) First(e Event) { s.first[e] = true }

// reading is what brings news to somebody, and when it has them.
type reading struct {
	by     int
	lo, hi time.Duration
}

// Read says that an arrival is brought by the first reading of somebody after its news have been
// put down, lo to hi after the switch, or a later one.
func (s *System) Read(e Event, by int, lo, hi time.Duration) { s.read[e] = reading{by, lo, hi} }

// Shorten lowers the greatest delay of an event.
func (s *System) Shorten(e Event, hi time.Duration) { s.hi[e] = min(s.hi[e], hi) }

// Guard adds a clause to an event: one of the signals must be on.
func (s *System) Guard(e Event, anyOf ...Signal) { s.guards[e] = append(s.guards[e], anyOf) }

// handsOver says whether an event takes time while any of the signals of a clause is on: one may
// go on when another ends, so that the first need not last until the event.
func (s *System) handsOver(e Event, q int) bool { return s.hi[e] > 0 && len(s.guards[e][q]) > 1 }

// StartSlice marks an event at which conditional dates start (rule R3): a departure
// that waits for users, who may wait for its return.
func (s *System) StartSlice(e Event) { s.starts[e] = true }

// Validate says what is wrong with a system: references out of range, a phase that
// has no end before the next begins, causes in a circle, a chain out of order.
func (s *System) Validate() error {
	n := Event(s.Len())
	inside := func(e Event) bool { return e >= None && e < n }
	for e := range s.causes {
		for _, p := range s.causes[e] {
			if p < 0 || p >= n {
				return fmt.Errorf("event %d has the cause %d, which does not exist", e, p)
			}
		}
		for _, clause := range s.guards[e] {
			for _, g := range clause {
				if int(g) >= len(s.phases) || g < 0 {
					return fmt.Errorf("event %d asks for signal %d, which does not exist", e, g)
				}
			}
			if len(clause) == 0 {
				return fmt.Errorf("event %d has a clause without a signal", e)
			}
		}
	}
	for g, phases := range s.phases {
		for k, p := range phases {
			if !inside(p.On) || !inside(p.Off) {
				return fmt.Errorf("signal %d is switched by an event that does not exist", g)
			}
			if k > 0 && p.On == None || k < len(phases)-1 && p.Off == None {
				return fmt.Errorf("signal %d has phases that overlap", g)
			}
		}
	}
	if _, ok := s.topological(nil); !ok {
		return fmt.Errorf("the causes form a circle")
	}
	return nil
}

// topological orders the events by their causes and further arcs; ok is false if
// there is a circle.
func (s *System) topological(arcs [][2]Event) (sorted []Event, ok bool) {
	n := s.Len()
	missing := make([]int32, n)
	after := lists.Grouped(n, func(yield func(p, e Event) bool) {
		for e, causes := range s.causes {
			for _, p := range causes {
				yield(p, Event(e))
			}
		}
		for _, a := range arcs {
			yield(a[0], a[1])
		}
	})
	sorted = make([]Event, 0, n)
	for e := range Event(n) {
		for _, f := range after.Of(e) {
			missing[f]++
		}
	}
	for e := range Event(n) {
		if missing[e] == 0 {
			sorted = append(sorted, e)
		}
	}
	for i := 0; i < len(sorted); i++ {
		for _, e := range after.Of(sorted[i]) {
			if missing[e]--; missing[e] == 0 {
				sorted = append(sorted, e)
			}
		}
	}
	return sorted, len(sorted) == n
}

// Delay is the least and the greatest delay of an event.
func (s *System) Delay(e Event) (lo, hi time.Duration) { return s.lo[e], s.hi[e] }

// Causes lists the causes of an event, which must not be changed.
func (s *System) Causes(e Event) []Event { return s.causes[e] }

// Clauses lists the clauses of an event, which must not be changed.
func (s *System) Clauses(e Event) [][]Signal { return s.guards[e] }

// Signals lists the phases of each signal, which must not be changed.
func (s *System) Signals() [][]Phase { return s.phases }
