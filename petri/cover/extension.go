package cover

import (
	"slices"
	"time"
)

// Extension is an event that does not occur in an execution, but might in another one:
// Event has its causes and clauses, Rivals are the events of the execution that take a
// token that it takes.
type Extension struct {
	Event  Event
	Rivals []Event
}

// Doubt is about a signal that may never be seen, and whose phases, once seen, may count for
// ever. Ended are the events with which they have in truth ended, by phase, or None; Asking
// are what everybody who may ask for the signal waits for before that. Ended is nil where
// this is not known.
type Doubt struct {
	Signal Signal
	Ended  []Event
	Asking [][]Event
}

// Prospect is what is known of the executions of a system, complete or not: Possible are the
// extensions that one of them might have. Earliest and Surely are when each of the other events
// occurs at the earliest, if it does, and by when it has for certain, or model.Never, in
// executions without any of the extensions.
type Prospect struct {
	Possible         []Event
	Earliest, Surely []time.Duration
}

// Extensions finds out which of some possible extensions, which are events of the system, too, an
// execution might have; see README.md, "Possible extensions". It knows nothing if the other events
// wait for one another in a circle, and returns nil.
func Extensions(s *System, extensions []Extension, doubtful []Doubt) *Prospect {
	x := extentOf(s, extensions, doubtful)
	if x == nil {
		return nil
	}
	out := &Prospect{}
	for _, ext := range extensions {
		if !x.impossible[ext.Event] {
			out.Possible = append(out.Possible, ext.Event)
		}
	}
	for e := range Event(s.Len()) {
		out.Earliest, out.Surely = append(out.Earliest, -x.by.of(None, e)), append(out.Surely, x.by.of(e, None))
	}
	return out
}

// extent is a sound state of the rules for executions that need not be complete.
type extent struct {
	*Cover
	by         lags
	chosen     [][]option        // by event: options of its clauses that surely last until it has occurred; nil if none do
	rivals     map[Event][]Event // of the possible extensions
	asked      []Event           // whose order is asked for beside that of signals and guards
	impossible map[Event]bool    // extensions that no execution has
	doubtful   map[Signal]*Doubt
}

// extentOf applies the rules to a system with some possible extensions.
func extentOf(s *System, extensions []Extension, doubtful []Doubt) *extent {
	x := &extent{
		Cover: newCover(s, Limits{}, allOptions(s), nil), by: newLags(s.Len()), chosen: make([][]option, s.Len()),
		rivals: map[Event][]Event{}, impossible: map[Event]bool{}, doubtful: map[Signal]*Doubt{},
	}
	for _, ext := range extensions {
		x.rivals[ext.Event] = ext.Rivals
		x.asked = append(x.asked, ext.Rivals...)
	}
	for i := range doubtful {
		x.doubtful[doubtful[i].Signal] = &doubtful[i]
		x.asked = append(x.asked, slices.DeleteFunc(slices.Clone(doubtful[i].Ended), func(e Event) bool { return e == None })...)
	}
	for range maxRounds {
		if x.arrange() != nil {
			return nil
		}
		if swept, pruned := x.sweep(), x.prune(); !swept && !pruned {
			break
		}
	}
	return x
}

// maxRounds is how often the rules of an extent are applied; each state of them is sound.
const maxRounds = 20

// arrange derives the certain order: what has occurred before an event if that occurs.
func (x *extent) arrange() (err error) {
	var arcs [][2]Event
	for _, e := range x.guarded {
		if !x.impossible[e] {
			for _, clause := range x.options[e] {
				arcs = x.firstArc(arcs, e, clause)
			}
		}
	}
	x.order, err = newOrder(x.s, arcs, x.limits, x.asked...)
	return err
}

// sooner says whether one event has occurred before another, if that does.
func (x *extent) sooner(a, b Event) bool {
	lag := x.by.of(a, b)
	return x.order.before(a, b) || lag < 0 || lag == 0 && x.s.first[a] && !x.s.first[b]
}

// earlier says whether one event has occurred at an earlier date than another, if that does.
func (x *extent) earlier(a, b Event) bool { return x.by.of(a, b) < 0 }

// prune drops the options that an event can certainly not take (E3), and finds the extensions
// that have none left, or come after a rival (E4).
func (x *extent) prune() (changed bool) {
	for i, clauses := range x.options {
		e := Event(i)
		if x.impossible[e] {
			continue
		}
		rivals, outside := x.rivals[e]
		gone := slices.ContainsFunc(rivals, func(r Event) bool { return x.sooner(r, e) })
		for q, clause := range clauses {
			kept := slices.DeleteFunc(slices.Clone(clause), func(o option) bool { return x.excluded(e, q, o, rivals) })
			if len(kept) < len(clause) {
				x.options[e][q], changed = kept, true
			}
			gone = gone || len(kept) == 0
		}
		if outside && gone {
			x.impossible[e], changed = true, true
		}
	}
	return changed
}

// excluded says whether the phase of an option certainly begins after the event, or after
// what takes its token, or certainly ends before it, or lasts no time.
func (x *extent) excluded(e Event, q int, o option, rivals []Event) bool {
	p := x.phase(o)
	if p.On != None && (p.On == e || x.order.before(e, p.On) || slices.ContainsFunc(rivals, func(r Event) bool { return p.On == r || x.sooner(r, p.On) })) {
		return true
	}
	if m, ok := x.s.momentary[o]; ok && m.passes(x.sooner, x.earlier) {
		return true
	}
	if d := x.doubtful[o.signal]; d != nil && d.Ended != nil && x.unseen(d, d.Ended[o.phase]) {
		return true
	}
	return p.Off != None && p.Off != e && !x.s.handsOver(e, q) && x.sooner(p.Off, e)
}

// unseen says whether everybody who may ask for a signal certainly asks only after one of
// its phases has ended (rule E5).
func (x *extent) unseen(d *Doubt, ended Event) bool {
	return ended != None && !slices.ContainsFunc(d.Asking, func(causes []Event) bool {
		return !slices.ContainsFunc(causes, func(p Event) bool { return x.sooner(ended, p) })
	})
}
