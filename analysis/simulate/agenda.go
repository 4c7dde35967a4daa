package simulate

import (
	"time"

	"adagio/dsl/heap"
)

// event is something that happens at a date. Events of one date happen in the
// order in which they were scheduled.
type event struct {
	at    time.Duration
	seq   uint64
	what  what
	id    int32 // node, component or topic
	value int32 // transition, number of a message about a fact, or turn of a loop
	cause int32 // the message that it comes of, see Message; -1: none
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
	engages             // the first departures of component id are due
	notices             // the program takes note of the value-th end of a behaviour of component id
	departs             // journey id begins
	greets              // the hello of pair id is there
	answers             // the answer to the hello of pair id is there
	tells               // message value about topic id is there
	stores              // the broker has message value about fact id
	asks                // node id begins to read the broker
	reads               // the broker answers node id
	learns              // the answer is there
)

// Before orders events.
func (e *event) Before(f *event) bool { return e.at < f.at || e.at == f.at && e.seq < f.seq }

// agenda holds what is to happen.
type agenda struct {
	events heap.Heap[event, *event]
	seq    uint64
	cause  int32 // of what is scheduled
}

func (a *agenda) push(at time.Duration, what what, id int, value int32) {
	a.add(at, event{what: what, id: int32(id), value: value, cause: a.cause})
}

// add has an event happen at a date.
func (a *agenda) add(at time.Duration, e event) {
	e.at, e.seq = at, a.seq
	a.seq++
	a.events.Push(e)
}

func (a *agenda) pop() event { return a.events.Pop() }
