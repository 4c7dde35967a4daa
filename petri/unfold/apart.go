package unfold

import (
	"slices"
	"sort"
	"time"

	"adagio/dsl/model"
	"adagio/petri"
)

// Which stays of tokens certainly never were at one time.

// span is, of some conditions, the greatest earliest date of what made one of them, and the
// least latest date of what took one.
type span struct{ from, until time.Duration }

var always = span{0, model.Never}

// with is the span of one condition more.
func (r *run) with(s span, c int32) span {
	k := &r.p.conditions[c]
	if k.producer >= 0 {
		s.from = max(s.from, r.order.Lo[r.id[k.producer]])
	}
	if k.consumer >= 0 {
		s.until = min(s.until, r.order.Hi[r.id[k.consumer]])
	}
	return s
}

// separated says whether a condition certainly never held together with one of
// the chosen ones, which have a span, as far as transition t could see: one was taken no
// later than the other came.
func (r *run) separated(t petri.TransitionID, chosen []int32, held span, c int32) bool {
	// Among many conditions a search for each pair is too much: the dates alone
	// prune, and what they leave is examined as a whole.
	if own := r.with(always, c); own.from > held.until || held.from > own.until {
		return true
	}
	if len(chosen) > manyConditions {
		return false
	}
	for _, d := range chosen {
		if r.apart(t, d, c) || r.apart(t, c, d) {
			return true
		}
	}
	return false
}

const manyConditions = 16

func (r *run) apart(t petri.TransitionID, first, second int32) bool {
	j, p := r.p.conditions[first].consumer, r.p.conditions[second].producer
	if j < 0 || p < 0 {
		return false
	}
	if j == p {
		return true
	}
	before, notAfter := r.order.Before(r.id[j], r.id[p])
	return before || notAfter && !r.openBeside(t, j) && !r.order.Causes(r.id[p], r.id[j]) && !r.followsOpen(t, j, p)
}

// followsOpen says whether event j follows from one that takes a token that transition t
// might have fired with, and that t may go before although it is of the date of event p.
func (r *run) followsOpen(t petri.TransitionID, j, p petri.EventID) bool {
	return slices.ContainsFunc(r.Net.Transitions[t].Tests(), func(place petri.PlaceID) bool {
		early := func(c int32) bool {
			k := r.p.conditions[c].consumer
			if k < 0 {
				return false
			}
			before, _ := r.order.Before(r.id[k], r.id[p])
			return before
		}
		late := func(c int32) bool {
			k := r.p.conditions[c].consumer
			return k < 0 || k == j || r.order.Causes(r.id[j], r.id[k])
		}
		return r.takenByOther(j, r.between(place, early, late), func(k petri.EventID) bool {
			if !r.openBeside(t, k) || !r.order.Causes(r.id[k], r.id[j]) {
				return false
			}
			before, _ := r.order.Before(r.id[k], r.id[p])
			return !before && !r.precedes(k, r.id[p])
		})
	})
}

// beside are the stays in a place, without many of which it is certain that they ended
// before the last of the chosen conditions came, or came after it had ended.
func (r *run) beside(place petri.PlaceID, chosen []int32) []int32 {
	if len(chosen) == 0 || len(chosen) > manyConditions {
		return r.p.byPlace.Of(place)
	}
	d := chosen[len(chosen)-1]
	return r.between(place, func(c int32) bool { return r.over(c, d) }, func(c int32) bool { return r.over(d, c) })
}

// between are the stays in a place without those that are too early and too late. All before
// one that is too early are, and all after one that is too late, if each stay certainly follows
// the one before: then they are found by bisection where there are many.
func (r *run) between(place petri.PlaceID, early, late func(int32) bool) []int32 {
	stays := r.p.byPlace.Of(place)
	if len(stays) <= manyConditions || !r.successive(place) {
		return stays
	}
	stays = stays[sort.Search(len(stays), func(i int) bool { return !early(stays[i]) }):]
	return stays[:sort.Search(len(stays), func(i int) bool { return late(stays[i]) })]
}

// successive says whether each stay in a place certainly follows the one before.
func (r *run) successive(place petri.PlaceID) bool {
	known, ok := r.succeeds[place]
	if !ok {
		known = true
		stays := r.p.byPlace.Of(place)
		for i := 1; known && i < len(stays); i++ {
			known = r.over(stays[i-1], stays[i]) || r.order.Causes(r.id[r.p.conditions[stays[i-1]].consumer], r.id[r.p.conditions[stays[i]].producer])
		}
		r.succeeds[place] = known
	}
	return known
}

// over says whether what took a condition is what made another, or certainly came before.
func (r *run) over(first, second int32) bool {
	j, p := r.p.conditions[first].consumer, r.p.conditions[second].producer
	if j < 0 || p < 0 || j == p {
		return j >= 0 && j == p
	}
	before, _ := r.order.Before(r.id[j], r.id[p])
	return before
}
