package cover

import "adagio/petri/internal/lists"

// maxSteps bounds the search for circles of [Completes]; beyond, nothing is proved.
const maxSteps = 50_000_000

// reach searches the graph of who may still wait for whom, from both ends at a time: where
// many wait for one, what one of them leads to is much, and what leads to it little, or the
// other way round.
type reach struct {
	w        *waiting
	to, from lists.Groups[Event, arc]
	seen     [2][]int32 // by event: the last search that came to it, forward and backward
	searches int32
	open     [2][]walk
	steps    int
}

// arc is a wait for another event, or of another event, since one occurred: None if always.
type arc struct{ event, off Event }

// walk is an event whose arcs from next on are to be followed.
type walk struct {
	event Event
	next  int
}

func newReach(w *waiting) *reach {
	n := w.s.Len()
	// arcs are the waits of each event, or for it, inside of its circle.
	arcs := func(backward bool) lists.Groups[Event, arc] {
		return lists.Grouped(n, func(yield func(x Event, a arc) bool) {
			inside := func(x, y, off Event) {
				if w.circle[x] != w.circle[y] {
					return
				}
				if backward {
					x, y = y, x
				}
				yield(x, arc{y, off})
			}
			for x := range Event(n) {
				for _, p := range w.s.causes[x] {
					inside(x, p, None)
				}
				for _, p := range w.certain[x] {
					inside(x, p, None)
				}
				for _, g := range w.gaps[x] {
					inside(x, g.on, g.off)
				}
			}
		})
	}
	return &reach{w: w, to: arcs(false), from: arcs(true), seen: [2][]int32{make([]int32, n), make([]int32, n)}}
}

// leadsAway says whether no wait that may still last while an event waits in a gap
// comes back to the event.
func (r *reach) leadsAway(e Event, g gap) bool {
	w := r.w
	occurred := func(x Event) bool {
		return g.off != None && (x == g.off || w.order.before(x, g.off)) || w.occurs(x, g.off)
	}
	if occurred(g.on) {
		return true
	}
	r.searches++
	for side, x := range [2]Event{g.on, e} {
		r.seen[side][x] = r.searches
		r.open[side] = append(r.open[side][:0], walk{x, 0})
	}
	if g.on == e {
		return false
	}
	contradicts := func(off, x Event) bool { return off != None && (off == x || w.order.before(x, off)) }
	for side := 0; ; side = 1 - side {
		top := len(r.open[side]) - 1
		if top < 0 {
			return true
		}
		if r.steps++; r.steps > maxSteps {
			return false
		}
		at := &r.open[side][top]
		arcs := [2]*lists.Groups[Event, arc]{&r.to, &r.from}[side].Of(at.event)
		if at.next == len(arcs) {
			r.open[side] = r.open[side][:top]
			continue
		}
		a := arcs[at.next]
		at.next++
		waits := [2]Event{at.event, a.event}[side]
		if r.seen[side][a.event] == r.searches || occurred(a.event) || contradicts(a.off, e) || contradicts(a.off, g.on) || contradicts(a.off, waits) {
			continue
		}
		if r.seen[1-side][a.event] == r.searches {
			return false
		}
		r.seen[side][a.event] = r.searches
		r.open[side] = append(r.open[side], walk{a.event, 0})
	}
}
