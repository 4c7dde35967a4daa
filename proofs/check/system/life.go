package system

import (
	"fmt"
	"maps"
	"slices"

	"adagio/dsl/model"
)

// phases are the stretches in which something holds: the demanded events that it begins and
// ends with, none for always so far and for ever.
type phases [][2]int

// change notes that something holds from an event on, or does not.
func (p phases) change(e int, holds bool) phases {
	open := len(p) > 0 && p[len(p)-1][1] == none
	if holds && !open {
		return append(p, [2]int{e, none})
	} else if !holds && open {
		p[len(p)-1][1] = e
	}
	return p
}

// not are the stretches between.
func (p phases) not() (out phases) {
	since := none
	for i, x := range p {
		if i > 0 || x[0] != none {
			out = append(out, [2]int{since, x[0]})
		}
		if since = x[1]; since == none {
			return out
		}
	}
	return append(out, [2]int{since, none})
}

// life is what a component goes through, whatever the dates.
type life struct {
	*checker
	c                 int
	comp              *model.Component
	t                 *model.Type
	at                map[int]int    // active places: what they were entered with
	inside, runs      []bool         // of transitions: left and not arrived, running
	refuses           []bool         // of ports
	active, accepting []phases       // of ports
	stays             []phases       // of places
	moves             [][]int        // of ports: what happens to what they are bound to
	rest              phases         // in which the component is idle
	ends              map[[2]int]int // by behaviour, and which of its ends from 1
}

func newLife(c *checker, k int) *life {
	t := c.s.TypeOf(k)
	l := &life{checker: c, c: k, comp: &c.s.Components[k], t: t, at: map[int]int{}, inside: make([]bool, len(t.Transitions)), runs: make([]bool, len(t.Transitions)), refuses: make([]bool, len(t.Ports)), active: make([]phases, len(t.Ports)), accepting: make([]phases, len(t.Ports)), stays: make([]phases, len(t.Places)), moves: make([][]int, len(t.Ports)), ends: map[[2]int]int{}}
	if len(l.comp.Active) > 0 {
		l.rest = phases{{none, none}}
	}
	for _, p := range l.comp.Active {
		l.at[p] = none
	}
	for p := range t.Ports {
		l.refuses[p] = slices.Contains(l.comp.Past.Refusing, p) || c.s.Semantics == model.ConcertoD && !l.holds(p)
	}
	l.note(none)
	return l
}

// bound lists the parts that a port is bound to, each a list of places.
func (l *life) bound(port int) (spans [][]int) {
	var all []int
	for _, b := range l.t.Ports[port].Bound {
		places := []int{b.Index}
		if b.Kind == model.ToTransition {
			continue
		} else if b.Kind == model.ToGroup {
			places = l.t.Groups[b.Index].Places
		}
		all, spans = append(all, places...), append(spans, places)
	}
	if l.s.Semantics == model.ConcertoD && len(all) > 0 {
		return [][]int{all} // a group, always
	}
	return spans
}

// lives says whether a part is active: a place, or a transition inside.
func (l *life) lives(places []int) bool {
	if slices.ContainsFunc(places, func(p int) bool { _, ok := l.at[p]; return ok }) {
		return true
	}
	for i, t := range l.t.Transitions {
		if l.inside[i] && slices.Contains(places, t.Src) && slices.Contains(places, t.Dst) {
			return true
		}
	}
	return false
}

// holds says whether a provide port is active, or a use port in use.
func (l *life) holds(port int) bool {
	return slices.ContainsFunc(l.bound(port), l.lives) || slices.ContainsFunc(l.t.Ports[port].Bound, func(b model.Binding) bool { return b.Kind == model.ToTransition && l.runs[b.Index] })
}

// note notes what holds after an event.
func (l *life) note(e int) {
	for p, port := range l.t.Ports {
		kept := l.s.Rules.DataStays && port.Kind == model.DataProvide && (len(l.active[p]) > 0 || slices.Contains(l.comp.Past.Provided, p))
		l.active[p] = l.active[p].change(e, kept || l.holds(p))
		l.accepting[p] = l.accepting[p].change(e, !l.refuses[p])
	}
	for p := range l.stays {
		_, ok := l.at[p]
		l.stays[p] = l.stays[p].change(e, ok)
	}
}

// touch notes that an event happens to a place or transition, for the ports bound to it.
func (l *life) touch(e int, is func(b model.Binding) bool) {
	for p, port := range l.t.Ports {
		if slices.ContainsFunc(port.Bound, is) {
			l.moves[p] = append(l.moves[p], e)
		}
	}
}

func (l *life) touchPlace(e, place int) {
	l.touch(e, func(b model.Binding) bool {
		return b.Kind == model.ToPlace && b.Index == place || b.Kind == model.ToGroup && slices.Contains(l.t.Groups[b.Index].Places, place)
	})
}

// plain says whether the phases of a port are the same in whatever order its component
// does what is not ordered by causes.
func (l *life) plain(port int) bool {
	k := 0
	for _, e := range l.moves[port] {
		for k < len(l.active[port]) && l.active[port][k][1] != none && l.active[port][k][1] != e && l.follows(l.active[port][k][1], e) {
			k++
		}
		if k == len(l.active[port]) {
			continue
		}
		if on, off := l.active[port][k][0], l.active[port][k][1]; on != none && !l.follows(on, e) && !l.follows(e, on) || off != none && !l.follows(e, off) {
			return false
		}
	}
	return true
}

// follow follows the behaviours that are pushed to a component.
func (l *life) follow(pushes []push) error {
	end, k := none, -1
	for _, x := range pushes {
		if x.behaviour < 0 {
			e, err := l.add(x.event)
			if err != nil {
				return err
			}
			l.rest, end = l.rest.change(e, true), e
			continue
		}
		k++
		after := []int{x.event}
		if end != none {
			after = append(after, end)
		}
		run, err := l.find(key{behaviourRun, l.c, x.behaviour, k}, "behaviour of "+l.comp.Name, after...)
		if err != nil {
			return err
		}
		l.rest = l.rest.change(run, false)
		if end, err = l.behaviour(x.behaviour, k, run); err != nil {
			return err
		}
		l.rest = l.rest.change(end, true)
		nth := 1
		for l.ends[[2]int{x.behaviour, nth}] > 0 {
			nth++
		}
		l.ends[[2]int{x.behaviour, nth}] = end
	}
	return nil
}

// behaviour follows one behaviour from the active places: each is left, its transitions
// run, and a place is entered when all of one dock set have arrived.
func (l *life) behaviour(b, push, run int) (end int, err error) {
	visited, docks, last := map[int]bool{}, map[[2]int][]int{}, []int{run}
	for moved := true; moved; {
		moved = false
		for _, p := range slices.Sorted(maps.Keys(l.at)) {
			if visited[p] || !slices.ContainsFunc(l.t.Transitions, func(tr model.Transition) bool { return tr.Behaviour == b && tr.Src == p }) {
				continue
			}
			moved, visited[p] = true, true
			left, err := l.leave(b, p, run, docks)
			if err != nil {
				return 0, err
			}
			last = append(last, left)
		}
		for _, dock := range slices.SortedFunc(maps.Keys(docks), func(x, y [2]int) int { return slices.Compare(x[:], y[:]) }) {
			all := 0
			for _, tr := range l.t.Transitions {
				if tr.Behaviour == b && tr.Dst == dock[0] && tr.DockSet == dock[1] {
					all++
				}
			}
			if _, there := l.at[dock[0]]; there || len(docks[dock]) < all {
				continue
			}
			entered, err := l.enter(b, dock, docks[dock])
			if err != nil {
				return 0, err
			}
			moved, last = true, append(last, entered)
			delete(docks, dock)
		}
	}
	return l.find(key{behaviourEnd, l.c, b, push}, "the end of a behaviour of "+l.comp.Name, last...)
}

// leave leaves a place, and has the transitions of the behaviour that leave it run.
func (l *life) leave(b, p, run int, docks map[[2]int][]int) (left int, err error) {
	what := fmt.Sprintf("%s leaves %s", l.comp.Name, l.t.Places[p].Name)
	after := []int{run}
	if l.at[p] != none {
		after = append(after, l.at[p])
	}
	if left, err = l.find(key{leave, l.c, b, p}, what, after...); err != nil {
		return 0, err
	}
	try, tries := l.before(key{tryLeave, l.c, b, p}, what+", which it is about to", left, run)
	if tries {
		l.demand[left].after = append(after, try)
		l.demand[try].after = after
		if l.at[p] == none || l.follows(l.at[p], try) {
			l.demand[try].may = []need{{there, l.c, p}}
		} else {
			l.demand[try].needs = []need{{there, l.c, p}}
		}
	}
	delete(l.at, p)
	for i, tr := range l.t.Transitions {
		l.inside[i] = l.inside[i] || tr.Behaviour == b && tr.Src == p
	}
	for port, kind := range l.t.Ports {
		for _, places := range l.bound(port) {
			if kind.Kind.IsUse() || !slices.Contains(places, p) {
				continue
			}
			if l.lives(places) {
				if l.s.Rules.GroupsByMoves && slices.ContainsFunc(l.t.Transitions, func(tr model.Transition) bool {
					return tr.Behaviour == b && tr.Src == p && !slices.Contains(places, tr.Dst)
				}) {
					l.given = "when the groups of " + l.t.Name + " end (rule 7.4)"
				}
				continue
			}
			l.refuses[port] = true
			if kind.Kind == model.Provide {
				l.demand[left].needs = append(l.demand[left].needs, need{unused, l.c, port})
			}
		}
	}
	for port := range l.t.Ports {
		if l.refuses[port] {
			l.accepting[port] = l.accepting[port].change(try, false)
		}
	}
	l.touchPlace(left, p)
	l.note(left)
	return left, l.run(b, p, left, docks)
}

// run has the transitions run that leave a place.
func (l *life) run(b, p, left int, docks map[[2]int][]int) error {
	for i, tr := range l.t.Transitions {
		if tr.Behaviour != b || tr.Src != p {
			continue
		}
		what := l.comp.Name + "." + tr.Name
		e, err := l.find(key{fire, l.c, b, i}, what, left)
		if err == nil {
			err = l.lasts(e, l.s.Network.Profile.Lasts(l.comp.Durations[i]), what)
		}
		if err != nil {
			return err
		}
		begin, starts := l.before(key{start, l.c, b, i}, "the start of "+what, e, left)
		if !starts {
			begin = left
		} else {
			l.demand[e].after = []int{begin}
		}
		is := func(x model.Binding) bool { return x == model.Binding{Kind: model.ToTransition, Index: i} }
		l.touch(begin, is)
		l.touch(e, is)
		for port, x := range l.t.Ports {
			if l.s.Semantics == model.Ballet && slices.ContainsFunc(x.Bound, is) {
				l.demand[begin].needs = append(l.demand[begin].needs, need{served, l.c, port})
			}
		}
		l.runs[i] = true
		l.note(begin)
		l.runs[i] = false
		l.note(e)
		docks[[2]int{tr.Dst, tr.DockSet}] = append(docks[[2]int{tr.Dst, tr.DockSet}], e)
	}
	return nil
}

// enter enters a place when transitions have arrived at one of its dock sets.
func (l *life) enter(b int, dock [2]int, arrived []int) (e int, err error) {
	p := dock[0]
	if e, err = l.find(key{enter, l.c, b, p}, fmt.Sprintf("%s enters %s", l.comp.Name, l.t.Places[p].Name), arrived...); err != nil {
		return 0, err
	}
	if l.t.HasDockSets(p) && l.s.Rules.DockSetsTogether {
		l.given = "when the dock sets of " + l.t.Name + " are emptied (rule 7.5)"
	}
	l.come(e, p)
	l.at[p] = e
	for i, tr := range l.t.Transitions {
		if tr.Behaviour == b && tr.Dst == p && tr.DockSet == dock[1] {
			l.inside[i] = false
		}
	}
	l.touchPlace(e, p)
	l.note(e)
	return e, nil
}

// add adds the component.
func (l *life) add(step int) (e int, err error) {
	p := l.t.Initial
	if e, err = l.find(key{componentAdd, l.c, none, p}, "the entry of "+l.comp.Name+" into its initial place", step); err != nil {
		return 0, err
	}
	if l.s.Semantics == model.Ballet {
		l.come(e, p)
	}
	l.at = map[int]int{p: e}
	l.touchPlace(e, p)
	l.note(e)
	return e, nil
}

// come notes what a component needs that is about to enter a place.
func (l *life) come(e, p int) {
	for port, x := range l.t.Ports {
		for _, places := range l.bound(port) {
			if !slices.Contains(places, p) || l.lives(places) {
				continue
			}
			l.refuses[port] = false
			if x.Kind.IsUse() {
				l.demand[e].needs = append(l.demand[e].needs, need{served, l.c, port})
			}
			if x.Kind == model.Use {
				l.demand[e].needs = append(l.demand[e].needs, need{allowed, l.c, port})
			}
		}
	}
}
