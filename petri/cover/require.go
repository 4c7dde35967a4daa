package cover

import "slices"

// Require says that the executions that count are those in which some events occur, whatever
// else does, and whether all events certainly occur in these. If not, the dates of the others are
// those that they have if they occur (see README.md, "What may never occur"). Seen says that
// whoever waits for a signal that stays on finds it on. A system of which F6 states something must
// not have events that may never occur.
func (s *System) Require(goals []Event, seen bool) (all bool) {
	s.optional = slices.Repeat([]bool{true}, s.Len())
	open := slices.Clone(goals)
	for len(open) > 0 {
		for len(open) > 0 {
			e := open[len(open)-1]
			if open = open[:len(open)-1]; !s.optional[e] {
				continue
			}
			s.optional[e] = false
			open = append(open, s.causes[e]...)
			for _, clause := range s.guards[e] {
				if phases := s.phases[clause[0]]; len(clause) == 1 && len(phases) > 0 && phases[0].On != None {
					open = append(open, phases[0].On)
				}
			}
		}
		for e := range s.optional {
			if s.optional[e] && (seen || len(s.guards[e]) == 0) && s.inTheEnd(Event(e)) {
				open = append(open, Event(e))
			}
		}
	}
	if all = !slices.Contains(s.optional, true); all {
		s.optional = nil
	}
	return all
}

// inTheEnd says whether an event occurs when nothing else does any more: what it waits for
// occurs, and stays.
func (s *System) inTheEnd(e Event) bool {
	stays := func(p Phase) bool {
		return (p.On == None || !s.optional[p.On]) && (p.Off == None || p.Off == e || slices.Contains(s.causes[p.Off], e))
	}
	return !s.deferred[e].Ends && !slices.ContainsFunc(s.causes[e], s.mayLack) && !slices.ContainsFunc(s.guards[e], func(clause []Signal) bool {
		return !slices.ContainsFunc(clause, func(g Signal) bool { return slices.ContainsFunc(s.phases[g], stays) })
	})
}

// mayLack says whether there may be no such event in an execution that counts.
func (s *System) mayLack(e Event) bool { return e != None && s.optional != nil && s.optional[e] }

// Optional says, by event, which may never occur in the executions that count; nil if all do.
func (s *System) Optional() []bool { return s.optional }
