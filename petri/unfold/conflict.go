package unfold

import (
	"cmp"
	"slices"
	"time"

	"adagio/petri"
	"adagio/petri/internal/lists"
)

// conflict is one that neither causality nor time decides. As played, A came
// first if asPlayed; the other order is imposed by other. The key marks the
// conflict as decided in both branches.
type conflict struct {
	key      conflictKey
	race     Race
	asPlayed bool
	other    []ordering
	// missed is the firing that does not occur as played, if it is that; again says
	// that it is imposed already, but others than then came before it.
	missed *missing
	again  bool
}

// firingKey identifies a firing by its transition and tokens, in every run.
type firingKey struct {
	transition petri.TransitionID
	tokens     lists.ID
}

// conflictKey identifies a conflict in every run: a missed firing with what has to
// wait for it, or a firing that reads what another takes.
type conflictKey struct {
	missed        firingKey
	others        lists.ID
	reader, taker firingID
}

// any is the key of a firing that is missed whatever came before it.
func (k firingKey) any() conflictKey { return conflictKey{missed: k, others: -1} }

// missing is a firing that might have occurred, with its tokens.
type missing struct {
	key    firingKey
	tokens []token
	date   time.Duration // at the earliest
}

// token is the nth stay of a token in a place.
type token struct {
	place petri.PlaceID
	nth   int32
}

// conflict returns the first conflict that is not decided, or nil: first those of
// firings that are imposed, as all else follows from them.
func (r *run) conflict() *conflict {
	for _, m := range r.d.imposed {
		if c := r.missedAgain(m); c != nil {
			return c
		}
	}
	for _, t := range r.contended {
		if c := r.missedFiring(t); c != nil {
			return c
		}
	}
	for i := range r.p.conditions {
		if c := r.earlyReading(int32(i)); c != nil {
			return c
		}
	}
	return nil
}

// missedAgain says whether a firing is missed though it is imposed.
func (r *run) missedAgain(m *missing) *conflict {
	var conditions []int32
	held := always
	for _, k := range m.tokens {
		stays := r.p.byPlace.Of(k.place)
		if int(k.nth) >= len(stays) || r.separated(m.key.transition, conditions, held, stays[k.nth]) {
			return nil
		}
		conditions, held = append(conditions, stays[k.nth]), r.with(held, stays[k.nth])
	}
	if c := r.missed(m.key.transition, conditions); c != nil && c.missed.date == m.date {
		c.again = true
		return c
	}
	return nil
}

// missedFiring looks for conditions with which t could have fired before one of
// them was taken by another.
func (r *run) missedFiring(t petri.TransitionID) *conflict {
	if !r.everMarked(t) {
		r.work++
		return nil
	}
	r.places = append(r.places[:0], r.Net.Transitions[t].Tests()...)
	places := r.places
	// A place with few conditions first prunes best.
	slices.SortStableFunc(places, func(a, b petri.PlaceID) int { return len(r.p.byPlace.Of(a)) - len(r.p.byPlace.Of(b)) })
	chosen := r.chosen[:0]
	defer func() { r.chosen = chosen }()
	var found *conflict
	var choose func(i int, held span) bool
	choose = func(i int, held span) bool {
		if r.work++; r.work > r.limit.Steps {
			return true
		}
		if i == len(places) {
			found = r.missed(t, chosen)
			return found != nil
		}
		for _, c := range r.beside(places[i], chosen) {
			if r.separated(t, chosen, held, c) {
				continue
			}
			chosen = append(chosen, c)
			if choose(i+1, r.with(held, c)) {
				return true
			}
			chosen = chosen[:len(chosen)-1]
		}
		return false
	}
	choose(0, always)
	return found
}

// everMarked says whether each place that a transition takes from or reads is marked at
// some time.
func (r *run) everMarked(t petri.TransitionID) bool {
	return !slices.ContainsFunc(r.Net.Transitions[t].Tests(), func(p petri.PlaceID) bool { return len(r.p.byPlace.Of(p)) == 0 })
}

// takenByOther says whether one of some conditions is taken by such an event other than j.
func (r *run) takenByOther(j petri.EventID, conditions []int32, such func(k petri.EventID) bool) bool {
	return slices.ContainsFunc(conditions, func(c int32) bool {
		k := r.p.conditions[c].consumer
		return k >= 0 && k != j && such(k)
	})
}

// missed examines one combination of conditions.
func (r *run) missed(t petri.TransitionID, conditions []int32) *conflict {
	v := r.virtual(t, conditions)
	first := firingID{t, r.ordinal(t, conditions)}
	v.after = r.imposedBefore(first)
	rivals := r.rivals(v, first)
	if len(rivals) == 0 {
		return nil // it holds to the end: t fired with these, or reads of another token
	}
	key := r.firing(t, conditions)
	if r.alternative[key] {
		return nil // its date counts already
	}
	m := &missing{key: key, tokens: r.tokens(conditions), date: r.earliest(v)}
	if r.d.decided[key.any()] {
		return nil
	}
	c := &conflict{missed: m}
	events := make([]petri.EventID, len(rivals))
	for i, k := range rivals {
		events[i] = k.event
	}
	for _, j := range distinct(slices.Clone(events)) {
		c.other = append(c.other, r.before(first, j))
	}
	c.key = conflictKey{missed: key, others: r.orderings.ID(c.other)}
	if r.d.decided[c.key] || r.dismiss(t, events, m.date) {
		return nil
	}
	j := r.id[events[0]]
	c.race = Race{A: t, B: r.graph.Transition[j], Place: rivals[0].place, AFirst: m.date, ALast: r.latest(v), BFirst: r.order.Lo[j], BLast: r.order.Hi[j]}
	return c
}

// rival is an event that takes what another might have fired with, from a place.
type rival struct {
	event petri.EventID
	place petri.PlaceID
}

// rivals lists those of a virtual event that would be the firing of that name; none
// if it did occur, or could not. The event itself under another state of its
// component comes last, and counts alone only if it may come later. What follows from
// another rival is in time for the virtual event only if that is.
func (r *run) rivals(v *virtual, first firingID) []rival {
	var others, itself []rival
	earlier := false
	for _, c := range v.conditions {
		j := r.p.conditions[c].consumer
		if j < 0 {
			continue
		}
		if r.sameEvent(v.transition, j, v.conditions) || r.tooLate(j, v) && !r.followsRival(j, v) {
			return nil
		}
		switch k := (rival{j, r.p.conditions[c].place}); {
		case firingID{r.p.events[j].transition, r.p.events[j].nth} == first: // itself, which came later
		case r.isVariant(v.transition, j):
			itself = append(itself, k)
			earlier = earlier || r.aheadOf(r.id[j], v) < 0
		default:
			others = append(others, k)
		}
	}
	if len(others) == 0 && !earlier {
		return nil
	}
	return append(others, itself...)
}

// followsRival says whether an event follows from another that takes what a virtual event
// might have fired with.
func (r *run) followsRival(j petri.EventID, v *virtual) bool {
	return r.takenByOther(j, v.conditions, func(k petri.EventID) bool { return r.order.Causes(r.id[k], r.id[j]) })
}

// tooLate says whether a virtual event certainly comes too late to find what
// event j takes. At the same date it does not if it is of a class that goes first.
func (r *run) tooLate(j petri.EventID, v *virtual) bool {
	ahead := r.aheadOf(r.id[j], v)
	if ahead != 0 || !r.openBeside(v.transition, j) && !r.followsOtherNews(j, v) {
		return ahead >= 0
	}
	return r.precedes(j, slices.Concat(v.producers, v.after)...)
}

// imposedBefore lists the events that a firing comes after by the orders that are imposed.
func (r *run) imposedBefore(second firingID) (events []petri.EventID) {
	for _, o := range r.d.forced {
		if of := r.fired.Of(o.first.transition); o.second == second && int(o.first.nth) < len(of) {
			events = append(events, r.id[of[o.first.nth]])
		}
	}
	return events
}

// sameEvent says whether event j is the firing of t with these conditions.
func (r *run) sameEvent(t petri.TransitionID, j petri.EventID, conditions []int32) bool {
	other := func(c int32) bool { return !slices.Contains(conditions, c) }
	f := &r.p.events[j]
	return f.transition == t && !slices.ContainsFunc(f.taken, other) && !slices.ContainsFunc(f.read, other)
}

// ordinal is the number that the missed firing of t would have.
func (r *run) ordinal(t petri.TransitionID, conditions []int32) int32 {
	place := r.Net.Transitions[t].In()[0]
	nth := int32(0)
	for _, c := range conditions {
		if r.p.conditions[c].place == place {
			nth = r.p.conditions[c].nth
		}
	}
	n := int32(0)
	for _, e := range r.fired.Of(t) {
		if r.p.conditions[r.p.events[e].taken[0]].nth < nth {
			n++
		}
	}
	return n
}

func (r *run) tokens(conditions []int32) []token {
	out := make([]token, len(conditions))
	for i, c := range conditions {
		out[i] = token{r.p.conditions[c].place, r.p.conditions[c].nth}
	}
	return out
}

// firing returns the key of a firing with conditions, in whatever order.
func (r *run) firing(t petri.TransitionID, conditions []int32) firingKey {
	tokens := r.tokens(conditions)
	slices.SortFunc(tokens, func(a, b token) int {
		return cmp.Or(cmp.Compare(a.place, b.place), cmp.Compare(a.nth, b.nth))
	})
	return firingKey{t, r.explorer.tokens.ID(tokens)}
}

// earlyReading looks for a reader of a condition that is not certainly before
// the event that takes it.
func (r *run) earlyReading(i int32) *conflict {
	c := &r.p.conditions[i]
	if c.consumer < 0 {
		return nil
	}
	j := r.id[c.consumer]
	for _, reader := range r.p.readers.Of(i) {
		e := r.id[reader]
		if r.certainlyBefore(reader, c.consumer) {
			continue
		}
		fe, fj := &r.p.events[reader], &r.p.events[c.consumer]
		key := conflictKey{reader: firingID{fe.transition, fe.nth}, taker: firingID{fj.transition, fj.nth}}
		if r.d.decided[key] || r.dismiss(fe.transition, []petri.EventID{c.consumer}, r.order.Lo[e]) {
			continue
		}
		return &conflict{
			key: key, asPlayed: true,
			race:  Race{A: fe.transition, B: fj.transition, Place: c.place, AFirst: r.order.Lo[e], ALast: r.order.Hi[e], BFirst: r.order.Lo[j], BLast: r.order.Hi[j]},
			other: []ordering{r.before(firingID{fj.transition, fj.nth}, reader)},
		}
	}
	return nil
}

// before is the ordering that a firing precedes an event.
func (r *run) before(first firingID, e petri.EventID) ordering {
	o := ordering{first: first, second: firingID{r.p.events[e].transition, r.p.events[e].nth}}
	if g := group(r.Net, o.second.transition); g != 0 {
		for _, f := range r.p.events[:e] {
			if group(r.Net, f.transition) == g {
				o.turn++
			}
		}
	}
	return o
}
