package verify

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"adagio/analysis"
	"adagio/analysis/simulate"
	"adagio/dsl/model"
	"adagio/petri/unfold"
)

// Outage bounds for how long a provide port is inactive, up to quiescence, over all
// executions that end. An upper end is [model.Never] where that may be for ever.
type Outage struct {
	Component, Port int
	Total           analysis.Bound // in all
	Longest         analysis.Bound // at a time
	// Missing says why there are no bounds; nil where there are.
	Missing error
}

// maxOutageWork bounds the events that are looked at for a table of outages.
const maxOutageWork = 200_000_000

// Outages bounds the outages of the provide ports that somebody is connected to, the
// longest first; those that are certainly never inactive are left out. Limited says that
// the plan is too large for some of them.
func Outages(r *analysis.Result) (out []Outage, limited bool, err error) {
	runs := slices.DeleteFunc(slices.Clone(r.Runs), func(run unfold.Run) bool { return !run.Graph.Complete })
	if len(runs) == 0 {
		return nil, false, nil
	}
	var all []*run
	work := 0
	for _, one := range runs {
		x, err := newRun(r, one.Graph)
		if err != nil {
			return nil, false, err
		}
		all = append(all, x)
		work += x.g.Len()
	}
	seen := map[[2]int]bool{}
	for _, l := range r.Scenario.Links {
		port := [2]int{l.Provider, l.ProvidePort}
		if seen[port] {
			continue
		}
		seen[port] = true
		if len(seen)*work*4 > maxOutageWork { // a row for each of a few switches
			limited = true
			break
		}
		o := Outage{Component: l.Provider, Port: l.ProvidePort}
		for i, x := range all {
			m, err := x.outage(o.Component, o.Port)
			if err != nil {
				o.Missing = err
				break
			}
			total, longest := analysis.Bound{Lower: m.total[0], Upper: m.total[1]}, analysis.Bound{Lower: m.longest[0], Upper: m.longest[1]}
			if i == 0 {
				o.Total, o.Longest = total, longest
			} else {
				o.Total, o.Longest = joinBounds(o.Total, total), joinBounds(o.Longest, longest)
			}
		}
		if o.Missing != nil || o.Total.Upper > 0 {
			out = append(out, o)
		}
	}
	slices.SortStableFunc(out, func(a, b Outage) int {
		return cmp.Or(cmp.Compare(b.Total.Upper, a.Total.Upper), cmp.Compare(a.Component, b.Component), cmp.Compare(a.Port, b.Port))
	})
	return out, limited, nil
}

func joinBounds(a, b analysis.Bound) analysis.Bound {
	return analysis.Bound{Lower: min(a.Lower, b.Lower), Upper: max(a.Upper, b.Upper)}
}

// outage measures when a port is inactive.
func (x *run) outage(component, port int) (measure, error) {
	if x.g.Optional != nil {
		return measure{}, errors.New("something may never happen though all programs end")
	}
	f, err := x.atom(model.Atom{Kind: model.PortOn, Component: component, Element: port, Node: -1})
	if err != nil {
		return measure{}, err
	}
	return (&states{run: x}).measure(not(f))
}

// Inactive measures for how long a port is inactive in an execution that the simulator
// has run with [simulate.Options].History: in all, and at a time.
func Inactive(s *model.Scenario, t *simulate.Trace, component, port int) (total, longest time.Duration) {
	w := newWitness(s, t)
	c := model.Claim{Kind: model.Total, Predicate: model.Predicate{Kind: model.Not, Parts: []model.Predicate{
		{Atom: model.Atom{Kind: model.PortOn, Component: component, Element: port, Node: -1}},
	}}}
	total = w.Measured(&c)
	c.Kind = model.Longest
	return total, w.Measured(&c)
}
