package simulate

import "time"

// event is something that happens at a date. Events of one date happen in the
// order in which they were scheduled.
type event struct {
	at    time.Duration
	seq   uint64
	what  what
	id    int32 // node, component or topic
	value int32 // transition, value of a fact, or turn of a loop
}

type what uint8

const (
	starts  what = iota // node id starts
	resumes             // node id ends its pause
	ends                // transition value of component id ends
	arrives             // topic id has a value
	wakes               // node id wakes up
	turns               // the loop of node id goes on, if its turn is still value
	stepped             // a step of component id is over
	greets              // node id gets the hello of pair value
	stores              // the broker has the value of topic id
	asks                // node id begins to read the broker
	reads               // the broker answers node id
	returns             // … and node id has the answer
)

// agenda is a binary heap of events.
type agenda struct {
	events []event
	seq    uint64
}

func (a *agenda) before(i, j int) bool {
	x, y := &a.events[i], &a.events[j]
	return x.at < y.at || x.at == y.at && x.seq < y.seq
}

func (a *agenda) push(at time.Duration, what what, id int, value int32) {
	a.events = append(a.events, event{at, a.seq, what, int32(id), value})
	a.seq++
	for i := len(a.events) - 1; i > 0; {
		parent := (i - 1) / 2
		if !a.before(i, parent) {
			break
		}
		a.events[i], a.events[parent] = a.events[parent], a.events[i]
		i = parent
	}
}

func (a *agenda) pop() event {
	top, last := a.events[0], len(a.events)-1
	a.events[0] = a.events[last]
	a.events = a.events[:last]
	for i := 0; ; {
		least := i
		if l := 2*i + 1; l < last && a.before(l, least) {
			least = l
		}
		if r := 2*i + 2; r < last && a.before(r, least) {
			least = r
		}
		if least == i {
			return top
		}
		a.events[i], a.events[least] = a.events[least], a.events[i]
		i = least
	}
}
