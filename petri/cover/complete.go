package cover

import (
	"slices"
	"time"

	"adagio/dsl/model"
)

// Hang is how an execution might not be complete: an event waits for a signal after it was
// switched off, or from the beginning on if that is None.
type Hang struct{ Event, Off Event }

// Completes says whether every execution of a system is proved to be complete, and
// otherwise how one might not be, as far as that is known: both None if not. It is
// a theorem apart from the dates, which say nothing of executions that hang: in the
// graph of who may still wait for whom, no search from what switches a signal on comes
// back to an event that waits for it, leaving out what has occurred by then; and
// nobody can miss a last phase that ends. Of the dates only those count that hold in
// every execution: rules R1, R8, and R2 without caps, the order of the causes alone, and
// urgency.
func Completes(s *System, limits Limits) (completes bool, otherwise Hang) {
	w := &waiting{Cover: newCover(s, limits.orDefaults(), allOptions(s), nil), certain: map[Event][]Event{}}
	if !w.arrangeWaits() {
		return false, Hang{None, None}
	}
	ends := false
	for e, d := range s.deferred {
		ends = ends || d.Ends
		if _, last := w.ready(e); d.Ends && d.Always(last) == model.Never {
			return false, Hang{None, None}
		}
	}
	if s.Len() <= maxLags && !ends {
		if w.known = extentOf(s, nil, nil); w.known == nil {
			return false, Hang{None, None}
		}
	}
	for _, a := range w.firstWaits(true) {
		w.certain[a[1]] = append(w.certain[a[1]], a[0])
	}
	return w.neverCircular()
}

// waiting is the state of the theorem that a system completes.
type waiting struct {
	*Cover
	// first is the first phase that an event may take; final one that certainly waits for
	// the event: it is switched off by what follows from it.
	first, final map[clauseID]int32
	certain      map[Event][]Event // what an event waits for in every execution beside its causes
	known        *extent           // differences of dates; nil if there are too many events
	gaps         map[Event][]gap
}

// gap is a time in which an event may wait for a signal: until on, since off.
type gap struct{ on, off Event }

// arrangeWaits orders the events by what they certainly wait for, and by the first phases
// that they may take, as far as order and dates tell, which may make more of both certain.
// It fails where that is a circle.
func (w *waiting) arrangeWaits() bool {
	var arcs [][2]Event
	for settled := false; ; {
		var err error
		if w.order, err = w.order.with(w.s, arcs, w.limits); err != nil {
			return false
		}
		w.first, w.final = map[clauseID]int32{}, map[clauseID]int32{}
		for _, e := range w.guarded {
			w.findFirst(e)
		}
		more := w.firstWaits(false)
		switch {
		case !slices.Equal(more, arcs):
			arcs, settled = more, false
		case settled:
			return true
		default:
			for range maxSweeps {
				if !w.sweep() {
					break
				}
			}
			settled = true
		}
	}
}

func (w *waiting) findFirst(e Event) {
	for q, clause := range w.s.guards[e] {
		for _, g := range clause {
			phases, k := w.s.phases[g], int32(0)
			if len(phases) == 0 {
				continue
			}
			for !w.s.handsOver(e, q) && int(k) < len(phases)-1 && w.isOver(phases[k].Off, e) {
				k++
			}
			w.first[clauseID{e, g}] = k
			for ; int(k) < len(phases); k++ {
				if off := phases[k].Off; off != None && (off == e || w.order.before(e, off)) {
					w.final[clauseID{e, g}] = k
					break
				}
			}
		}
	}
}

// isOver says whether a phase that ends with an event is over before another may occur.
func (w *waiting) isOver(off, e Event) bool {
	return off != None && off != e && (w.order.before(off, e) || w.latest[off] < w.earliest[e])
}

// firstWaits lists the events that switch on the first phase of a clause's only signal
// that an event may take, with that event; with certain only where it takes no other.
func (w *waiting) firstWaits(certain bool) (arcs [][2]Event) {
	for _, e := range w.guarded {
		for _, clause := range w.s.guards[e] {
			g := clause[0]
			if len(clause) > 1 || len(w.s.phases[g]) == 0 {
				continue
			}
			first := w.first[clauseID{e, g}]
			if final, ok := w.final[clauseID{e, g}]; certain && !(ok && final == first) {
				continue
			}
			if on := w.s.phases[g][first].On; on != None && on != e {
				arcs = append(arcs, [2]Event{on, e})
			}
		}
	}
	return arcs
}

// last is the last phase that an event may take, and whether it certainly finds one on.
func (w *waiting) last(e Event, g Signal) (k int32, certain bool) {
	k = int32(len(w.s.phases[g])) - 1
	for _, limit := range []map[clauseID]int32{w.latestOption, w.final} {
		if l, ok := limit[clauseID{e, g}]; ok {
			k, certain = min(k, l), true
		}
	}
	return k, certain || w.over(e, option{g, k}) == None
}

func (w *waiting) sweep() (changed bool) {
	w.dateMoments()
	for _, e := range w.order.sorted {
		lo, hi := w.ready(e)
		if len(w.options[e]) > 0 {
			before := len(w.latestOption)
			w.hurry(e)
			changed = changed || len(w.latestOption) > before
			for _, clause := range w.s.guards[e] {
				l, h := w.clause(e, clause)
				lo, hi = max(lo, l), max(hi, h)
			}
		}
		latest := min(model.Plus(hi, w.s.hi[e]), w.deadline(e, hi, false))
		if d, ok := w.s.deferred[e]; ok {
			latest = d.Always(hi)
		}
		w.narrow(e, model.Plus(lo, w.s.lo[e]), latest, &changed)
	}
	return changed
}

// clause bounds the date from which a clause lets an event occur.
func (w *waiting) clause(e Event, clause []Signal) (lo, hi time.Duration) {
	lo, hi = model.Never, model.Never
	for _, g := range clause {
		if len(w.s.phases[g]) == 0 { // it is never on
			continue
		}
		first := w.first[clauseID{e, g}]
		last, certain := w.last(e, g)
		lo = min(lo, w.on(option{g, first}, w.earliest))
		if !certain {
			continue
		}
		greatest := time.Duration(0)
		for k := first; k <= last; k++ {
			greatest = max(greatest, w.on(option{g, k}, w.latest))
		}
		if hi == model.Never {
			hi = greatest
		} else {
			hi = max(hi, greatest)
		}
	}
	return lo, hi
}

// neverCircular says that no wait leads to itself, nor past the last phase of its signal.
func (w *waiting) neverCircular() (proved bool, otherwise Hang) {
	w.gaps = map[Event][]gap{}
	for _, e := range w.guarded {
		if w.occurs(e, None) {
			continue
		}
		for _, clause := range w.s.guards[e] {
			for _, g := range clause {
				if len(clause) > 1 && len(w.s.phases[g]) == 0 {
					continue // another one has to do
				}
				if off, found := w.findGaps(e, g); !found {
					return false, Hang{e, off}
				}
			}
		}
	}
	w.findCircles()
	r := newReach(w)
	for _, e := range w.guarded {
		for _, gap := range w.gaps[e] {
			if w.circle[e] == w.circle[gap.on] && !r.leadsAway(e, gap) {
				return false, Hang{e, gap.off}
			}
		}
	}
	return true, Hang{None, None}
}

// occurs says whether an event certainly occurs some time if another one does, or in every
// execution if that is None.
func (w *waiting) occurs(e, given Event) bool {
	return w.known != nil && w.known.by.of(e, given) < model.Never
}

// findGaps lists the gaps of a signal in which an event may wait; false if it may wait
// after the last phase has ended, with an event.
func (w *waiting) findGaps(e Event, g Signal) (last Event, found bool) {
	phases := w.s.phases[g]
	if len(phases) == 0 {
		return None, false
	}
	until, certain := w.last(e, g)
	if !certain {
		until++
	}
	id := clauseID{e, g}
	if final, ok := w.final[id]; ok && final == w.first[id] && len(w.certain[e]) > 0 && slices.Contains(w.certain[e], phases[final].On) {
		return None, true
	}
	for k := w.first[id]; k <= until; k++ {
		off := None
		if k > 0 {
			if off = phases[k-1].Off; off == None || off == e || w.order.before(e, off) {
				return None, true
			}
		}
		if int(k) == len(phases) {
			return off, false
		}
		if on := phases[k].On; on != None {
			w.gaps[e] = append(w.gaps[e], gap{on, off})
		}
	}
	return None, true
}
