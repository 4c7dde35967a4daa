package montecarlo

import (
	"time"

	"adagio/analysis/simulate"
	"adagio/dsl/model"
	"adagio/petri"
)

// walk explains replications, one at a time: it belongs to one worker.
type walk struct {
	c        *causality
	x        []time.Duration // dates of the events
	critical []bool          // by event
	onPath   []bool          // by transition
	count    []int           // scratch
}

// newWalk prepares a worker; nil where there is nothing to explain by.
func (c *causality) newWalk() *walk {
	if c == nil {
		return nil
	}
	w := &walk{c: c, onPath: make([]bool, c.transitions())}
	events, most := 0, 0
	for _, g := range c.graphs {
		events = max(events, g.Len())
	}
	for i := range c.scenario.Components {
		t := c.scenario.TypeOf(i)
		most = max(most, len(t.Transitions), 2*len(t.Places))
	}
	w.x, w.critical, w.count = make([]time.Duration, events), make([]bool, events), make([]int, most)
	return w
}

// explain counts the transitions on the critical paths of a completed replication.
func (w *walk) explain(t *simulate.Trace, to *chunk) {
	for _, g := range w.c.graphs {
		if !w.date(g, t) {
			continue
		}
		to.explained++
		clear(w.onPath)
		w.back(g, t)
		for i, on := range w.onPath {
			if on {
				to.critical[i]++
			}
		}
		return
	}
}

// date dates the events of a graph by a trace and says whether the trace is an
// execution of the graph: nothing happens before its causes allow.
func (w *walk) date(g *graph, t *simulate.Trace) bool {
	x := w.x[:g.Len()]
	if !g.read(t, x, w.count) {
		return false
	}
	for e := range x {
		if x[e] == model.Never {
			continue
		}
		earliest := w.ready(g, petri.EventID(e))
		if earliest != model.Never {
			earliest += g.least[e]
		}
		if x[e] == unknown {
			x[e] = earliest
		} else if x[e] < earliest {
			return false
		}
	}
	return true
}

// ready is the date from which the causes of an event allow it.
func (w *walk) ready(g *graph, e petri.EventID) time.Duration {
	best := model.Never
	g.Alternatives(e, func(causes []petri.EventID) bool {
		best = min(best, w.latest(causes))
		return true
	})
	return best
}

func (w *walk) latest(causes []petri.EventID) time.Duration {
	latest := time.Duration(0)
	for _, p := range causes {
		latest = max(latest, w.x[p])
	}
	return latest
}

// back marks the events on the critical paths, and their transitions.
func (w *walk) back(g *graph, t *simulate.Trace) {
	critical := w.critical[:g.Len()]
	clear(critical)
	for n, end := range g.Ends {
		if end >= 0 && t.Nodes[n].End-t.Nodes[n].Start == t.Makespan {
			critical[end] = true
		}
	}
	for i := len(critical) - 1; i >= 0; i-- {
		if !critical[i] {
			continue
		}
		e := petri.EventID(i)
		if o := g.Origin(e); o.Category() == petri.Work {
			w.onPath[w.c.first[o.Component]+o.Element] = true
		}
		ready := w.ready(g, e)
		late := g.ideal && g.shown[i] && g.Delay(e).IsConstant() && w.x[i] > ready+g.least[i]
		g.Alternatives(e, func(causes []petri.EventID) bool {
			if w.latest(causes) == ready {
				w.mark(g, causes, late)
			}
			return true
		})
	}
}

// mark marks the causes that came last. An event of the executor ideal that is
// late, later than all that is dated exactly allows, waited for a message that
// took longer than it might have: the last is then one of those without an exact
// date.
func (w *walk) mark(g *graph, causes []petri.EventID, late bool) {
	latest := unknown
	for _, p := range causes {
		if !late || !g.exact[p] {
			latest = max(latest, w.x[p])
		}
	}
	if latest == unknown { // all are exact
		late, latest = false, w.latest(causes)
	}
	for _, p := range causes {
		if w.x[p] == latest && (!late || !g.exact[p]) {
			w.critical[p] = true
		}
	}
}
