package cover

import (
	"slices"
	"time"

	"adagio/dsl/model"
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

// Closed says whether no execution, complete or not, has any of some possible extensions,
// which are events of the system, too; see README.md, "Possible extensions". Earliest and
// surely are when each of the other events occurs at the earliest, if it does, and by when
// it has for certain, or model.Never, in executions without any of the extensions; nil if the
// others wait for one another in a circle.
func Closed(s *System, extensions []Extension, doubtful []Doubt) (earliest, surely []time.Duration, closed bool) {
	x := &extent{Cover: newCover(s, Limits{}, allOptions(s), nil), rivals: map[Event][]Event{}, impossible: map[Event]bool{}, doubtful: map[Signal]*Doubt{}}
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
			return nil, nil, false
		}
		if swept, pruned := x.sweep(), x.prune(); !swept && !pruned {
			break
		}
	}
	return x.earliest, x.latest, len(x.impossible) == len(extensions)
}

// maxRounds is how often the rules of an extent are applied; each state of them is sound.
const maxRounds = 20

// extent is a sound state of the rules for executions that need not be complete. The latest
// date of an event is that by which it has occurred for certain.
type extent struct {
	*Cover
	rivals     map[Event][]Event // of the possible extensions
	asked      []Event           // whose order is asked for beside that of signals and guards
	impossible map[Event]bool    // extensions that no execution has
	doubtful   map[Signal]*Doubt
}

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

// sweep applies E1 and E2 to each event once, causes first.
func (x *extent) sweep() (changed bool) {
	for _, e := range x.order.sorted {
		ready, by := x.ready(e)
		if _, outside := x.rivals[e]; outside {
			by = model.Never
		} else {
			by = x.surelyBy(e, by)
		}
		x.narrow(e, model.Plus(max(ready, x.switched(e)), x.s.lo[e]), by, &changed)
	}
	return changed
}

// surelyBy is when an event has occurred at the latest, all of whose causes have at ready, as
// far as an option of each of its clauses surely lasts until then.
func (x *extent) surelyBy(e Event, ready time.Duration) time.Duration {
	by, delay := ready, x.s.hi[e]
	ends := model.Never // before this the chosen options are on
	for _, clause := range x.options[e] {
		best, end := model.Never, model.Never
		for _, o := range clause {
			on, off := x.on(o, x.latest), model.Never
			if p := x.phase(o); p.Off != None && p.Off != e && !x.order.before(e, p.Off) {
				off = x.earliest[p.Off]
			}
			if x.doubtful[o.signal] == nil && on < best && (off == model.Never || model.Plus(max(ready, on), delay) < off) {
				best, end = on, off
			}
		}
		by, ends = max(by, best), min(ends, end)
	}
	if by = model.Plus(by, delay); by < ends {
		return by
	}
	return model.Never
}

// prune drops the options that an event can certainly not take, and finds the extensions
// that have none left, or come after a rival.
func (x *extent) prune() (changed bool) {
	for i, clauses := range x.options {
		e := Event(i)
		if x.impossible[e] {
			continue
		}
		rivals, outside := x.rivals[e]
		gone := slices.ContainsFunc(rivals, func(r Event) bool { return x.order.before(r, e) || x.latest[r] < x.earliest[e] })
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
// what takes its token, or certainly ends before it.
func (x *extent) excluded(e Event, q int, o option, rivals []Event) bool {
	p := x.phase(o)
	if p.On != None && (p.On == e || x.order.before(e, p.On) || slices.ContainsFunc(rivals, func(r Event) bool { return p.On == r || x.order.before(r, p.On) })) {
		return true
	}
	if d := x.doubtful[o.signal]; d != nil && d.Ended != nil && x.unseen(d, d.Ended[o.phase]) {
		return true
	}
	return p.Off != None && p.Off != e && !x.s.handsOver(e, q) && (x.order.before(p.Off, e) || x.latest[p.Off] < x.earliest[e])
}

// unseen says whether everybody who may ask for a signal certainly asks only after one of
// its phases has ended (rule E5).
func (x *extent) unseen(d *Doubt, ended Event) bool {
	return ended != None && !slices.ContainsFunc(d.Asking, func(causes []Event) bool {
		return !slices.ContainsFunc(causes, func(p Event) bool { return x.order.before(ended, p) || x.latest[ended] < x.earliest[p] })
	})
}
