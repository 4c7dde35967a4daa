package verify

import (
	"slices"

	"adagio/analysis/simulate"
	"adagio/dsl/claim"
	"adagio/dsl/model"
)

// witness is one execution, which the simulator has run with its history, as claims ask
// of it.
type witness struct {
	claim.Execution
	s     *model.Scenario
	t     *simulate.Trace
	atoms map[model.Atom][]claim.Times
}

func newWitness(s *model.Scenario, t *simulate.Trace) *witness {
	w := &witness{s: s, t: t, atoms: map[model.Atom][]claim.Times{}}
	w.Execution = claim.Execution{Quiescence: t.Quiescence, Completed: t.Outcome == simulate.Completed}
	w.When = func(a model.Atom) ([]claim.Times, bool) { return w.atom(a), w.initially(a) }
	return w
}

// atom lists when an atom holds.
func (w *witness) atom(a model.Atom) (out []claim.Times) {
	if out, ok := w.atoms[a]; ok {
		return out
	}
	switch a.Kind {
	case model.Programs:
		n := w.t.Nodes[a.Node]
		out = claim.Switch(claim.Switch(nil, n.Start != model.Never, n.Start), n.End == model.Never, n.End)
	case model.Served:
		for l, link := range w.s.Links {
			if link.User == a.Component && link.UsePort == a.Element {
				var there []claim.Times
				for _, c := range w.t.Links {
					if c.Link == l {
						there = claim.Switch(there, c.On, c.At)
					}
				}
				provided := w.atom(model.Atom{Kind: model.PortOn, Component: link.Provider, Element: link.ProvidePort, Node: -1})
				both := claim.Combined(func(n int) bool { return n == 2 }, there, provided)
				out = claim.Combined(func(n int) bool { return n > 0 }, out, both)
			}
		}
	case model.Fires:
		for _, f := range w.t.Components[a.Component].Firings {
			if f.Transition == a.Element {
				out = claim.Switch(claim.Switch(out, true, f.Start), false, f.End)
			}
		}
	default:
		for _, c := range w.t.Changes[a.Component] {
			if c.Kind == a.Kind && c.Element == a.Element {
				out = claim.Switch(out, c.On, c.At)
			}
		}
	}
	w.atoms[a] = out
	return out
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
	return slices.ContainsFunc(w.t.Changes[a.Component], func(c simulate.Change) bool {
		return c.Initial && c.Kind == a.Kind && c.Element == a.Element
	})
}

// Observe is an execution that the simulator has run with [simulate.Options].History, as
// claims ask of it.
func Observe(s *model.Scenario, t *simulate.Trace) *claim.Execution {
	return &newWitness(s, t).Execution
}
