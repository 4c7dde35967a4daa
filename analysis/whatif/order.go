package whatif

import (
	"slices"

	"adagio/analysis"
	"adagio/dsl/model"
	"adagio/petri"
)

// Remedy is a change of the programs that removes the races of a group, or by which a plan
// ends. Another analysis has shown that it does; with fewer races, that the plan has fewer
// kinds of them and ends in the same state.
type Remedy struct {
	Changes []Change
	Pos     model.Pos // of the instruction or component that is concerned
	After   *analysis.Result
}

// remedyEvents bounds the work for the remedies of a plan: events in the graphs of the
// plans that are tried. It is a second or two. The analysis of a plan whose orders are covered
// begins to explore them, and takes about coverWork times as long for each event.
const (
	remedyEvents = 400_000
	coverWork    = 10
)

// tries is how many changed plans may be analysed for the remedies of a result.
func tries(r *analysis.Result) int {
	events := 0
	for _, run := range r.Runs {
		events += run.Graph.Len()
	}
	if r.Cover != nil {
		events *= coverWork
	}
	return remedyEvents / max(1, events)
}

// Remedies looks, for each of the race groups of a result, for a wait that orders their
// events: on the node of either, for the component of the other, before a push to its own.
// Of several the one with the least upper bound of the makespan is taken; nil is none.
// Each that is tried costs an analysis: untried counts the groups for which a plan of this
// size leaves no time.
func Remedies(r *analysis.Result) (remedies []*Remedy, untried int) {
	left := tries(r)
	for _, group := range r.RaceGroups() {
		var best *Remedy
		var candidates []candidate
		if left >= 0 {
			candidates = orderings(r.Scenario, group)
			left -= len(candidates)
		}
		if left < 0 {
			untried++
			candidates = nil
		}
		for _, c := range candidates {
			after, err := Compare(r.Scenario, c.Changes...)
			if err == nil && orders(r, after, group) && (best == nil || after.Makespan.Upper < best.After.Makespan.Upper) {
				best = &Remedy{c.Changes, c.Pos, after}
			}
		}
		remedies = append(remedies, best)
	}
	return remedies, untried
}

// orders says whether a changed plan has none of the races of a group, fewer kinds of race
// than before, and loses nothing.
func orders(before, after *analysis.Result, group analysis.RaceGroup) bool {
	return loses(before, after) == "" && len(after.RaceGroups()) < len(before.RaceGroups()) && !slices.ContainsFunc(after.Races, func(race analysis.Race) bool {
		return slices.ContainsFunc(group.Races, func(k analysis.Race) bool { return race.A == k.A && race.B == k.B || race.A == k.B && race.B == k.A })
	})
}

// orderings lists the changes that may order the events of a group, each for all its races
// at once.
func orderings(s *model.Scenario, group analysis.RaceGroup) []candidate {
	perRace := make([][]candidate, len(group.Races))
	for i, race := range group.Races {
		a, b := componentOf(race.OriginA), componentOf(race.OriginB)
		if a >= 0 && b >= 0 && a != b {
			perRace[i] = slices.Concat(waitsBefore(s, a, b), waitsBefore(s, b, a))
		}
		if len(perRace[i]) != len(perRace[0]) {
			return nil // the instances have programs of their own
		}
	}
	var out []candidate
	for k := range perRace[0] {
		c := candidate{Pos: perRace[0][k].Pos}
		seen := map[string]bool{}
		for _, candidates := range perRace {
			for _, change := range candidates[k].Changes {
				if !seen[change.String()] {
					seen[change.String()] = true
					c.Changes = append(c.Changes, change)
				}
			}
		}
		c.Changes = compact(s, c.Changes)
		out = append(out, c)
	}
	return out
}

// componentOf is the component whose doing an event is, or -1.
func componentOf(o petri.Origin) int {
	if o.Fact.Kind != petri.NoFact {
		return o.Fact.Component
	}
	return o.Component
}

// waitsBefore are the changes that put a wait for a component before a push to another one,
// on the node of the latter. A wait for a component of another node that has not begun
// yet returns at once: it may have to be holding.
func waitsBefore(s *model.Scenario, of, awaited int) (out []candidate) {
	n := s.Components[of].Node
	for i, in := range s.Nodes[n].Program {
		if in.Op != model.Push || in.Component != of {
			continue
		}
		for _, holding := range [2]bool{false, true} {
			if holding && (s.Components[awaited].Node == n || s.Semantics == model.ConcertoD) {
				continue
			}
			wait := model.Instruction{Op: model.Wait, Component: awaited, Behaviour: -1, Holding: holding}
			out = append(out, candidate{[]Change{written("add " + as(s, n, wait) + " before " + selectorOf(s, n, i))}, in.Pos})
		}
	}
	return out
}
