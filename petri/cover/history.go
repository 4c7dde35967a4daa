package cover

import (
	"maps"
	"slices"
	"time"
)

// history tells what has changed since a conditional date was last asked for: as long as nothing
// has that it was computed from, it is the same, and asking again changes nothing. Not to
// ask is sound at any time.
type history struct {
	now    int32
	sweep  int32   // when the last sweep began
	since  []int32 // by event, and by moment: when its dates, its options or what precedes it last changed
	asked  map[question]basis
	record *record
}

// question is one of the statements that an event is quick.
type question struct {
	event Event
	quick int
}

// basis is what an answer was computed from, and when.
type basis struct {
	at   int32
	from []Event
}

// record lists the events that the answer under way is computed from, and has their
// conditional dates.
type record struct {
	from  []Event
	asks  int32
	seen  []int32 // by event, and by moment: the last question for which it is listed
	dated []int32 // by event: the last question for which it has a date
	dates []time.Duration
}

func (r *record) date(e Event) (date time.Duration, known bool) {
	return r.dates[e], r.dated[e] == r.asks
}

func (r *record) setDate(e Event, date time.Duration) { r.dates[e], r.dated[e] = date, r.asks }

func newHistory(events int) history {
	return history{since: make([]int32, events), asked: map[question]basis{}, record: &record{seen: make([]int32, events), dated: make([]int32, events), dates: make([]time.Duration, events)}}
}

// further is the history of a cover that goes on from another one.
func (h *history) further() history {
	return history{h.now, h.now, slices.Clone(h.since), maps.Clone(h.asked), h.record}
}

// changed says that the dates of an event have changed, or something else of it.
func (h *history) changed(e Event) {
	h.now++
	h.since[e] = h.now
}

// ask says whether a question has to be asked again. Then what its answer is computed from has
// to be read, and answered called.
func (h *history) ask(q question) bool {
	b, ok := h.asked[q]
	if ok && !slices.ContainsFunc(b.from, func(e Event) bool { return h.since[e] > b.at }) {
		return false
	}
	h.record.asks++
	h.record.from = h.record.from[:0]
	return true
}

func (h *history) read(e Event) {
	if r := h.record; r.seen[e] != r.asks {
		r.seen[e] = r.asks
		r.from = append(r.from, e)
	}
}

func (h *history) answered(q question) {
	h.asked[q] = basis{h.sweep, slices.Clone(h.record.from)}
}
