package analysis

import (
	"fmt"
	"slices"

	"adagio/dsl/diag"
	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/cover"
	"adagio/petri/unfold"
)

// Race is a conflict whose order the plan leaves open.
type Race struct {
	A, B               string // the two events, in the user's words
	OriginA, OriginB   petri.Origin
	DateA, DateB       Bound // when each may happen in the run where the race was found
	IfAFirst, IfBFirst Order
	Covered            bool // what each order comes to is not explored: see [Result.CostedRaces]
	// Orders are those of [unfold.Run] in which A comes first; several where the two events
	// meet in several ways, or ask for each other.
	Orders []unfold.Order
}

// flipped is the race with its events the other way round.
func (r Race) flipped() Race {
	r.A, r.B, r.OriginA, r.OriginB, r.DateA, r.DateB = r.B, r.A, r.OriginB, r.OriginA, r.DateB, r.DateA
	r.IfAFirst, r.IfBFirst = r.IfBFirst, r.IfAFirst
	r.Orders = opposite(r.Orders)
	return r
}

func opposite(orders []unfold.Order) []unfold.Order {
	out := slices.Clone(orders)
	for i := range out {
		out[i].First = !out[i].First
	}
	return out
}

// Order is what a plan comes to in one order of a race: its makespan, or nil if it never
// ends, because a process Fails or because of a deadlock, or because the order is Impossible.
type Order struct {
	Makespan          *Bound
	Fails, Impossible bool
}

// join is what either of two orders comes to.
func (o Order) join(p Order) Order {
	return Order{eitherBound(o.Makespan, p.Makespan), o.Fails || p.Fails, o.Impossible && p.Impossible}
}

// String tells the makespan, or why there is none.
func (o Order) String() string {
	switch {
	case o.Makespan != nil:
		return o.Makespan.String()
	case o.Fails:
		return "fails"
	case o.Impossible:
		return "impossible"
	}
	return "deadlock"
}

// describeRaces puts races into the user's words. Races between the same two
// events, which may meet at several ports and either ask for the other, are one to the user. A race that came out in
// one order only, the other being impossible, is none.
func describeRaces(net *petri.Net, races []unfold.Race, orders map[unfold.Order]Order) []Race {
	type events struct {
		a, b           petri.Origin
		wordsA, wordsB string // of what has no origin of its own
	}
	var out []Race
	index := map[events]int{}
	for i, r := range races {
		a, isA := orders[unfold.Order{Race: i, First: true}]
		b, isB := orders[unfold.Order{Race: i, First: false}]
		if orders != nil && !(isA && isB) {
			continue
		}
		race := Race{
			A: net.Text(r.A), B: net.Text(r.B),
			OriginA: *net.Transitions[r.A].Origin, OriginB: *net.Transitions[r.B].Origin,
			DateA: Bound{r.AFirst, r.ALast}, DateB: Bound{r.BFirst, r.BLast},
			IfAFirst: a, IfBFirst: b, Covered: orders == nil, Orders: []unfold.Order{{Race: i, First: true}},
		}
		key := events{race.OriginA, race.OriginB, race.A, race.B}
		k, known := index[key]
		if !known {
			if k, known = index[events{key.b, key.a, key.wordsB, key.wordsA}]; known {
				race = race.flipped()
			}
		}
		if known {
			first := &out[k]
			first.IfAFirst, first.IfBFirst = first.IfAFirst.join(race.IfAFirst), first.IfBFirst.join(race.IfBFirst)
			first.Orders = append(first.Orders, race.Orders...)
			continue
		}
		index[key] = len(out)
		out = append(out, race)
	}
	return out
}

// byOrder tells, by race and by which comes first, what the runs with that order come to.
func byOrder(runs []unfold.Run, makespans []*Bound) map[unfold.Order]Order {
	out := map[unfold.Order]Order{}
	for i, run := range runs {
		now := Order{Makespan: makespans[i], Fails: len(run.Graph.Failures()) > 0}
		for _, o := range run.Orders {
			out[o] = out[o].join(now)
		}
	}
	return out
}

func eitherBound(a, b *Bound) *Bound {
	if a == nil || b == nil {
		if a == nil {
			return b
		}
		return a
	}
	joined := a.join(*b)
	return &joined
}

// RaceGroup is races of one kind: between events that two places of the model's text
// stand for, of whichever instances.
type RaceGroup struct {
	Races              []Race
	In                 []int // [Result.Races], by race: the events of some are the other way round there
	DateA, DateB       Bound
	IfAFirst, IfBFirst Order
	Costed             bool // if the races are covered: what each order comes to is known
}

// costWork bounds the work for what the orders of races come to where they are covered, in
// events of all covers, orderWork that for one of them, and orderCovers the number of covers.
const (
	costWork    = 1_000_000
	orderWork   = 20_000
	orderCovers = 8
)

// CostedRaces is [Result.RaceGroups] with what each order comes to, if all races of a group
// come in it, where the orders are covered, too. Each takes covers of its own: uncosted counts
// the groups for which a plan of this size leaves no time.
func (r *Result) CostedRaces() (groups []RaceGroup, uncosted int) {
	groups = r.RaceGroups()
	if r.covering == nil {
		return groups, 0
	}
	left := costWork
	for i := range groups {
		if left -= 2 * max(orderWork, r.covering.System.Len()); left < 0 {
			return groups, len(groups) - i
		}
		groups[i].Costed = true
		var first []unfold.Order
		for _, race := range groups[i].Races {
			first = append(first, race.Orders...)
		}
		groups[i].IfAFirst, groups[i].IfBFirst = r.given(first), r.given(opposite(first))
	}
	return groups, 0
}

// given is what a covered plan comes to if races come in some orders.
func (r *Result) given(orders []unfold.Order) Order {
	g, err := r.covering.Given(orders, cover.Limits{Evaluations: orderCovers, Work: orderWork})
	if err != nil {
		return Order{Impossible: true}
	}
	e, err := newEvaluation(g)
	if err != nil {
		return Order{Makespan: &r.Makespan} // the order is left out of account
	}
	defer e.free()
	var longest Bound
	for n := range r.Nodes {
		d := e.nodeDuration(n)
		longest.Lower, longest.Upper = max(longest.Lower, d.Lower), max(longest.Upper, d.Upper)
	}
	return Order{Makespan: &longest}
}

// RaceGroups groups the races of a result by kind, in the order in which they were found.
func (r *Result) RaceGroups() (groups []RaceGroup) {
	index := map[raceKind]int{}
	for j, race := range r.Races {
		key := kindOf(r.Scenario, race)
		i, ok := index[key]
		if !ok {
			if i, ok = index[raceKind{key.b, key.a}]; ok {
				race = race.flipped()
			}
		}
		if !ok {
			index[key] = len(groups)
			groups = append(groups, RaceGroup{[]Race{race}, []int{j}, race.DateA, race.DateB, race.IfAFirst, race.IfBFirst, !race.Covered})
			continue
		}
		g := &groups[i]
		g.Races, g.In = append(g.Races, race), append(g.In, j)
		g.DateA, g.DateB = g.DateA.join(race.DateA), g.DateB.join(race.DateB)
		g.IfAFirst, g.IfBFirst = g.IfAFirst.join(race.IfAFirst), g.IfBFirst.join(race.IfBFirst)
	}
	return groups
}

// raceKind identifies races but for instances.
type raceKind struct{ a, b petri.EventClass }

func kindOf(s *model.Scenario, r Race) raceKind {
	return raceKind{r.OriginA.Class(s), r.OriginB.Class(s)}
}

// diagnostic tells of a group by its first race.
func (g *RaceGroup) diagnostic() diag.Diagnostic {
	r := g.Races[0]
	detail := fmt.Sprintf("in this order: %v; in the other: %v; the bounds cover both", g.IfAFirst, g.IfBFirst)
	if r.Covered {
		detail = "the bounds cover both orders"
	}
	if n := len(g.Races) - 1; n > 0 {
		detail = fmt.Sprintf("and %d more of this kind; %s", n, detail)
	}
	return diag.Diagnostic{
		Severity: diag.Warning,
		Summary:  fmt.Sprintf("race: %q (at %v) and %q (at %v) may happen in either order", r.A, g.DateA, r.B, g.DateB),
		Detail:   detail + "; adagio explain looks for an instruction that orders them",
		Subject:  *r.OriginA.Pos,
		Related:  []diag.Related{{Pos: *r.OriginB.Pos, Text: "the other: " + r.B}},
	}
}
