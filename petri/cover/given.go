package cover

import "slices"

// Ordered says of an event that asks for signals whether it comes before another one, which
// switches them, or after it.
type Ordered struct {
	Event, Other Event
	First        bool // whether Event does
}

// Given refines the cover of those executions in which all of some pairs of events come in the
// given orders. It fails if there is none.
func (c *Cover) Given(orders []Ordered, goals []Event, limits Limits) (*Refined, error) {
	options := cloneOptions(c.options)
	for _, o := range orders {
		if !c.restrict(options[o.Event], o) {
			return nil, errImpossible
		}
	}
	part, err := coverOf(c.s, limits.orDefaults(), options, nil, c)
	if err != nil {
		return nil, err
	}
	return part.Refine(goals), nil
}

// Decided says whether an event, for all that its options tell, always comes before another one
// or always after it, which switches a signal that it asks for.
func (c *Cover) Decided(event, other Event) bool {
	possible := func(first bool) bool {
		return c.restrict(cloneOptions(c.options[event : event+1])[0], Ordered{event, other, first})
	}
	return !possible(false) || !possible(true)
}

// restrict leaves the clauses of an event the options that an order allows, and says whether
// each has one left.
func (c *Cover) restrict(clauses [][]option, o Ordered) bool {
	for q, clause := range clauses {
		if !o.First && c.s.handsOver(o.Event, q) {
			continue // it may have found on what has ended since
		}
		clauses[q] = slices.DeleteFunc(clause, func(k option) bool { return !c.allows(k, o) })
		if len(clauses[q]) == 0 {
			return false
		}
	}
	return true
}

// allows says whether an event may find an option on in an order: what comes before the end
// of a phase finds no later one, and what comes after its end neither it nor an earlier one.
func (c *Cover) allows(k option, o Ordered) bool {
	for i, p := range c.s.phases[k.signal] {
		switch o.Other {
		case p.On:
			return o.First == (int(k.phase) < i)
		case p.Off:
			return o.First == (int(k.phase) <= i)
		}
	}
	return true
}

func cloneOptions(options [][][]option) [][][]option {
	out := make([][][]option, len(options))
	for e, clauses := range options {
		for _, clause := range clauses {
			out[e] = append(out[e], slices.Clone(clause))
		}
	}
	return out
}
