package verify

import (
	"cmp"
	"slices"
	"time"

	"adagio/analysis/simulate"
	"adagio/dsl/model"
)

// witness answers claims about one execution, which the simulator has run with its
// history.
type witness struct {
	s     *model.Scenario
	t     *simulate.Trace
	atoms map[model.Atom][]Times
}

func newWitness(s *model.Scenario, t *simulate.Trace) *witness {
	return &witness{s: s, t: t, atoms: map[model.Atom][]Times{}}
}

// switched makes stretches of switches at dates in order. What lasts no time is not
// there.
func switched(n int, at func(i int) (on bool, date time.Duration, of bool)) (out []Times) {
	since := time.Duration(-1)
	for i := range n {
		on, date, of := at(i)
		switch {
		case !of:
		case on && since < 0:
			if since = date; len(out) > 0 && out[len(out)-1].End == date { // it was off for no time
				since, out = out[len(out)-1].Start, out[:len(out)-1]
			}
		case !on && since >= 0:
			if date > since {
				out = append(out, Times{since, date})
			}
			since = -1
		}
	}
	if since >= 0 {
		out = append(out, Times{since, never})
	}
	return out
}

// atom lists when an atom holds.
func (w *witness) atom(a model.Atom) []Times {
	if out, ok := w.atoms[a]; ok {
		return out
	}
	var out []Times
	switch a.Kind {
	case model.Programs:
		if n := w.t.Nodes[a.Node]; n.End > n.Start {
			out = []Times{{n.Start, n.End}}
		}
	case model.Served:
		for l, link := range w.s.Links {
			if link.User == a.Component && link.UsePort == a.Element {
				there := switched(len(w.t.Links), func(i int) (bool, time.Duration, bool) {
					c := w.t.Links[i]
					return c.On, c.At, c.Link == l
				})
				provided := w.atom(model.Atom{Kind: model.PortOn, Component: link.Provider, Element: link.ProvidePort, Node: -1})
				out = either(out, common(there, provided))
			}
		}
	case model.Fires:
		firings := w.t.Components[a.Component].Firings
		out = switched(2*len(firings), func(i int) (bool, time.Duration, bool) {
			f := firings[i/2]
			return i%2 == 0, map[bool]time.Duration{true: f.Start, false: f.End}[i%2 == 0], f.Transition == a.Element
		})
	default:
		changes := w.t.Components[a.Component].Changes
		out = switched(len(changes), func(i int) (bool, time.Duration, bool) {
			c := changes[i]
			return c.On, c.At, c.Kind == a.Kind && c.Element == a.Element
		})
	}
	w.atoms[a] = out
	return out
}

// either and common are the union of two lists of stretches, and what they share.
func either(a, b []Times) []Times {
	return combined([][]Times{a, b}, func(n int) bool { return n >= 1 })
}

func common(a, b []Times) []Times {
	return combined([][]Times{a, b}, func(n int) bool { return n == 2 })
}

// combined lists when the number of lists that hold is as wanted.
func combined(lists [][]Times, wanted func(n int) bool) (out []Times) {
	type edge struct {
		at   time.Duration
		step int
	}
	edges := []edge{{0, 0}}
	for _, list := range lists {
		for _, s := range list {
			edges = append(edges, edge{s.Start, 1})
			if s.End != never {
				edges = append(edges, edge{s.End, -1})
			}
		}
	}
	slices.SortFunc(edges, func(a, b edge) int { return cmp.Compare(a.at, b.at) })
	n, since := 0, time.Duration(-1)
	for i, e := range edges {
		n += e.step
		if i+1 < len(edges) && edges[i+1].at == e.at {
			continue
		}
		switch {
		case wanted(n) && since < 0:
			since = e.at
		case !wanted(n) && since >= 0:
			out = append(out, Times{since, e.at})
			since = -1
		}
	}
	if since >= 0 {
		out = append(out, Times{since, never})
	}
	return out
}

// predicate lists when a predicate holds.
func (w *witness) predicate(p *model.Predicate) []Times {
	if p.Kind == model.Holds {
		return w.atom(p.Atom)
	}
	lists := make([][]Times, len(p.Parts))
	for i := range p.Parts {
		lists[i] = w.predicate(&p.Parts[i])
	}
	return combined(lists, func(n int) bool {
		switch p.Kind {
		case model.Not:
			return n == 0
		case model.And:
			return n == len(lists)
		case model.Or:
			return n > 0
		}
		return p.Op.Holds(int64(n), p.Than)
	})
}

// moment is the date of a moment.
func (w *witness) moment(m *model.Moment) time.Duration {
	list := w.atom(m.Of)
	if m.End {
		if n := len(list); n > 0 && list[n-1].End == never {
			list = list[:n-1]
		}
		if n := len(list); n > 0 {
			return list[n-1].End
		}
		return never
	}
	if len(list) > 0 && list[0].Start == 0 && w.initially(m.Of) {
		list = list[1:]
	}
	if len(list) > 0 {
		return list[0].Start
	}
	return never
}

// initially says whether an atom holds from the beginning.
func (w *witness) initially(a model.Atom) bool {
	switch a.Kind {
	case model.Programs, model.Fires:
		return false
	case model.Served:
		return slices.ContainsFunc(w.t.Links, func(c simulate.LinkChange) bool {
			link := &w.s.Links[c.Link]
			return c.Initial && link.User == a.Component && link.UsePort == a.Element &&
				w.initially(model.Atom{Kind: model.PortOn, Component: link.Provider, Element: link.ProvidePort, Node: -1})
		})
	}
	return slices.ContainsFunc(w.t.Components[a.Component].Changes, func(c simulate.Change) bool {
		return c.Initial && c.Kind == a.Kind && c.Element == a.Element
	})
}

// measured is how long the predicate of a claim holds, up to the end.
func (w *witness) measured(c *model.Claim) (d time.Duration) {
	for _, s := range w.predicate(&c.Predicate) {
		if s.End = min(s.End, w.t.Quiescence); s.End <= s.Start {
			continue
		}
		length := never
		if s.End != never {
			length = s.End - s.Start
		}
		if c.Kind == model.Longest {
			d = max(d, length)
		} else {
			d = plus(d, length)
		}
	}
	return d
}

// holds says whether a claim holds of the execution; if not, from when on it is seen, or
// 0 where that is no date.
func (w *witness) holds(c *model.Claim) (ok bool, at time.Duration) {
	switch c.Kind {
	case model.All:
		for i := range c.Parts {
			if ok, at := w.holds(&c.Parts[i]); !ok {
				return false, at
			}
		}
		return true, 0
	case model.Any:
		for i := range c.Parts {
			if ok, d := w.holds(&c.Parts[i]); ok {
				return true, 0
			} else if i == 0 {
				at = d
			}
		}
		return false, at
	case model.Contra:
		ok, _ := w.holds(&c.Parts[0])
		return !ok, 0
	case model.Ends:
		return w.t.Outcome == simulate.Completed, 0
	case model.Always:
		from, until := time.Duration(0), never
		if c.From != nil {
			from = w.moment(c.From)
		}
		if c.Until != nil {
			until = w.moment(c.Until)
		}
		bad := combined([][]Times{w.predicate(&c.Predicate)}, func(n int) bool { return n == 0 })
		for _, s := range bad {
			if start := max(s.Start, from); start < min(s.End, until) {
				return false, start
			}
		}
		return true, 0
	case model.Total, model.Longest:
		return c.Op.Holds(int64(w.measured(c)), int64(c.Bound)), 0
	case model.Date:
		d := w.moment(c.From)
		return c.Op.Holds(int64(d), int64(c.Bound)), d
	}
	a, b := w.moment(c.From), w.moment(c.Until)
	if c.Kind == model.Before {
		return a <= b, a
	}
	if b == never {
		return true, 0
	}
	return a != never && max(a-b, b-a) <= c.Bound, a
}
