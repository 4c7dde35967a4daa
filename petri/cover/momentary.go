package cover

// Momentary says when a phase lasts no time in an execution: if all of Before occur before On,
// all of After do not, and all of Later have later dates, the phase that On begins ends in the
// same instant, before anybody finds it on (F7).
type Momentary struct {
	On                   Event
	Before, After, Later []Event
}

// Fleet says when a phase of a signal lasts no time.
func (s *System) Fleet(g Signal, phase int, m Momentary) { s.momentary[option{g, int32(phase)}] = m }

// Passes says whether a phase lasts no time in any complete execution (rule R9).
func (c *Cover) Passes(m Momentary) bool {
	earlier := func(a, b Event) bool { return c.difference(a, b, depth) < 0 }
	return m.passes(func(a, b Event) bool { return c.order.before(a, b) || !c.s.mayLack(a) && earlier(a, b) }, earlier)
}

// passes says whether the phase lasts no time, where two orders are certain: of events, and of
// their dates.
func (m *Momentary) passes(before, earlier func(a, b Event) bool) bool {
	for _, p := range m.Before {
		if !before(p, m.On) {
			return false
		}
	}
	for _, f := range m.After {
		if !before(m.On, f) {
			return false
		}
	}
	for _, f := range m.Later {
		if !earlier(m.On, f) {
			return false
		}
	}
	return true
}

// lastsNoTime says whether an option is a phase that lasts no time.
func (c *Cover) lastsNoTime(o option) bool {
	m, ok := c.s.momentary[o]
	return ok && c.log == nil && c.Passes(m)
}
