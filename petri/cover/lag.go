package cover

import (
	"time"

	"adagio/dsl/model"
)

// maxLags is the number of events up to which the differences of all their dates are bounded;
// beyond, only their dates are.
const maxLags = 600

// lags bounds differences of dates in executions that need not be complete: if an event
// occurs, another one has occurred so much later at the latest, or earlier if that is negative.
// The event None occurs at the origin. There is a row for each event and one for None, with what
// is known of None and of the others after it.
type lags [][]time.Duration

func newLags(n int) lags {
	l := make(lags, n+1)
	for f := range l {
		width := 1
		if f == 0 || n <= maxLags {
			width = n + 1
		}
		l[f] = make([]time.Duration, width)
		for u := range l[f] {
			if u != 0 && u != f {
				l[f][u] = model.Never
			}
		}
	}
	return l
}

// of is how long after event f event u has occurred at the latest, or Never.
func (l lags) of(u, f Event) time.Duration {
	if row := l[f+1]; int(u) < len(row)-1 {
		return row[u+1]
	}
	if u == f {
		return 0
	}
	return model.Plus(l[0][u+1], l[f+1][0])
}

// sweep applies E1 and E2 to each two events once, causes first.
func (x *extent) sweep() (changed bool) {
	for _, u := range x.order.sorted {
		if _, outside := x.rivals[u]; !outside {
			x.chosen[u] = x.lasting(u)
		}
	}
	changed = x.sweepAfter(None)
	for _, f := range x.order.sorted {
		if x.sweepAfter(f) {
			changed = true
		}
	}
	return changed
}

// sweepAfter bounds how long after an event others have occurred.
func (x *extent) sweepAfter(f Event) (changed bool) {
	row := x.by[f+1]
	narrow := func(u Event, d time.Duration) {
		if d < row[u+1] {
			row[u+1], changed = d, true
		}
	}
	if f != None {
		narrow(None, x.since(None, f))
	}
	if len(row) == 1 {
		return changed
	}
	for _, u := range x.order.sorted {
		if u == f {
			continue
		}
		if f != None {
			narrow(u, x.since(u, f))
			if x.order.before(u, f) || x.readTogether(u, f) {
				narrow(u, 0)
			}
		}
		if x.chosen[u] != nil {
			narrow(u, x.surelyBy(u, f))
		}
		for _, p := range x.s.notAfter[u] {
			narrow(u, x.by.of(p, f))
		}
	}
	return changed
}

// since bounds how long after an event f another has occurred, as it has before what f waits
// for (E1).
func (x *extent) since(u, f Event) time.Duration {
	best := model.Plus(x.by.of(u, None), -x.s.lo[f])
	for _, g := range x.s.causes[f] {
		best = min(best, model.Plus(x.by.of(u, g), -x.s.lo[f]))
	}
	for _, clause := range x.options[f] {
		if len(clause) == 0 {
			continue // it is impossible
		}
		worst := -model.Never
		for _, o := range clause {
			worst = max(worst, x.by.of(u, x.phase(o).On))
		}
		best = min(best, model.Plus(worst, -x.s.lo[f]))
	}
	return best
}

// readTogether says whether the reading that brings an arrival f brings u, too, if none before
// did (E6).
func (x *extent) readTogether(u, f Event) bool {
	a, is := x.s.read[u]
	b, as := x.s.read[f]
	return is && as && a.by == b.by && model.Plus(x.by.of(x.s.origin[u], x.s.origin[f]), a.hi-b.lo) <= 0
}

// surelyBy bounds how long after an event f another has occurred, as that occurs with the
// options that it has for certain (E2).
func (x *extent) surelyBy(u, f Event) time.Duration {
	by := x.by.of(None, f)
	for _, p := range x.s.causes[u] {
		by = max(by, x.by.of(p, f))
	}
	for _, o := range x.chosen[u] {
		by = max(by, x.by.of(x.phase(o).On, f))
	}
	return model.Plus(by, x.s.hi[u])
}

// lasting chooses an option of each clause of an event, such that all are on until it has
// occurred; nil if there are none that certainly are.
func (x *extent) lasting(u Event) []option {
	chosen := make([]option, len(x.options[u]))
	next := make([]int, len(chosen))
	for first, again := true, true; again; first = false {
		again = first
		for q, clause := range x.options[u] {
			others := chosen
			if first {
				others = chosen[:q+1]
			}
			for ; ; next[q]++ {
				if next[q] == len(clause) {
					return nil
				}
				if chosen[q] = clause[next[q]]; x.outlasts(u, chosen[q], others) {
					break
				}
				again = true
			}
		}
	}
	return chosen
}

// outlasts says whether an option lasts until an event has occurred that takes it and others.
func (x *extent) outlasts(u Event, o option, others []option) bool {
	if x.doubtful[o.signal] != nil {
		return false
	}
	off := x.phase(o).Off
	if off == None || off == u || x.order.before(u, off) {
		return true
	}
	by := x.by.of(None, off)
	for _, p := range x.s.causes[u] {
		by = max(by, x.by.of(p, off))
	}
	for _, other := range others {
		by = max(by, x.by.of(x.phase(other).On, off))
	}
	return model.Plus(by, x.s.hi[u]) < 0
}
