package analysis

import (
	"fmt"

	"adagio/dsl/diag"
	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/unfold"
)

// Race is a conflict whose order the plan leaves open.
type Race struct {
	A, B               string // the two events, in the user's words
	OriginA, OriginB   petri.Origin
	DateA, DateB       Bound // when each may happen in the run where the race was found
	IfAFirst, IfBFirst Order
	Covered            bool // what each order comes to is not known: the bounds cover both
	Number             int  // the race of [unfold.Run].Orders; of several that are one to the user the first
}

// Order is what a plan comes to in one order of a race: its makespan, or nil if it never
// ends, because a process Fails or because of a deadlock.
type Order struct {
	Makespan *Bound
	Fails    bool
}

// join is what either of two orders comes to.
func (o Order) join(p Order) Order {
	return Order{eitherBound(o.Makespan, p.Makespan), o.Fails || p.Fails}
}

// String tells the makespan, or why there is none.
func (o Order) String() string {
	switch {
	case o.Makespan != nil:
		return o.Makespan.String()
	case o.Fails:
		return "fails"
	}
	return "deadlock"
}

// describeRaces puts races into the user's words. Races between the same two
// events, which may meet at several ports, are one to the user. A race that came out in
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
			IfAFirst: a, IfBFirst: b, Covered: orders == nil, Number: i,
		}
		key := events{race.OriginA, race.OriginB, race.A, race.B}
		if k, ok := index[key]; ok {
			out[k].IfAFirst, out[k].IfBFirst = out[k].IfAFirst.join(a), out[k].IfBFirst.join(b)
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
		now := Order{makespans[i], len(run.Graph.Failures()) > 0}
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
	DateA, DateB       Bound
	IfAFirst, IfBFirst Order
}

// RaceGroups groups the races of a result by kind, in the order in which they were found.
func (r *Result) RaceGroups() (groups []RaceGroup) {
	index := map[raceKind]int{}
	for _, race := range r.Races {
		key := kindOf(r.Scenario, race)
		i, ok := index[key]
		if !ok {
			index[key] = len(groups)
			groups = append(groups, RaceGroup{[]Race{race}, race.DateA, race.DateB, race.IfAFirst, race.IfBFirst})
			continue
		}
		g := &groups[i]
		g.Races = append(g.Races, race)
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

// SameKind says whether two races of one model are of one kind.
func (r *Result) SameKind(a, b Race) bool { return kindOf(r.Scenario, a) == kindOf(r.Scenario, b) }

func (r Race) diagnostic() diag.Diagnostic {
	detail := fmt.Sprintf("in this order: %v; in the other: %v; the bounds cover both", r.IfAFirst, r.IfBFirst)
	if r.Covered {
		detail = "the bounds cover both orders"
	}
	return diag.Diagnostic{
		Severity: diag.Warning,
		Summary:  fmt.Sprintf("race: %q (at %v) and %q (at %v) may happen in either order", r.A, r.DateA, r.B, r.DateB),
		Detail:   detail + "; adagio explain looks for an instruction that orders them",
		Subject:  *r.OriginA.Pos,
		Related:  []diag.Related{{Pos: *r.OriginB.Pos, Text: "the other: " + r.B}},
	}
}
