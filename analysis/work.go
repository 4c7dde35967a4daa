package analysis

import (
	"time"

	"adagio/dsl/model"
	"adagio/petri"
)

// WorkSummary sets the work of a plan against the length of a path: what is done
// beside it, and what of the path is no work.
//
//	Total − Length = Beside − (Length − OnPath)
type WorkSummary struct {
	// Total is the time that all component transitions of the plan last together.
	Total time.Duration
	// OnPath is the part of Total on the path; Beside is the rest.
	OnPath, Beside time.Duration
	// Own is the part of OnPath on the path's own node, For that on each other
	// node whose work the path waited for.
	Own time.Duration
	For map[int]time.Duration
	// Wire and Polling share what the path waited for facts: the latency of the
	// network, and what the executor takes to look.
	Wire, Polling time.Duration
}

// Parallelism is how many transitions run at a time on average: the work by the
// length of the path.
func (w WorkSummary) Parallelism(length time.Duration) float64 {
	if length == 0 {
		return 0
	}
	return float64(w.Total) / float64(length)
}

// Work sums up the work of the run that a path belongs to.
func (r *Result) Work(p Path) WorkSummary {
	w := WorkSummary{For: map[int]time.Duration{}}
	if p.graph == nil {
		return w
	}
	for e := range p.graph.Transition {
		if id := petri.EventID(e); p.graph.Category(id) == petri.Work {
			w.Total += p.end.Of(p.graph.Delay(id))
		}
	}
	for _, s := range p.Steps {
		switch s.Category {
		case petri.Work:
			w.OnPath += s.Duration
			if s.Node == p.Node {
				w.Own += s.Duration
			} else {
				w.For[s.Node] += s.Duration
			}
		case petri.Transfer:
			wire := s.Duration
			switch n := &r.Scenario.Network; n.Profile.Kind {
			case model.Polling:
				wire = min(wire, p.end.Of(n.Between(s.Origin.Fact.Node, s.Node)))
			case model.Brokered, model.Concertod:
				wire = min(wire, p.end.Of(throughBroker(n, s.Origin.Fact.Node, s.Node, p.graph.Leg(s.Event))))
			}
			w.Wire += wire
			w.Polling += s.Duration - wire
		}
	}
	w.Beside = w.Total - w.OnPath
	return w
}

// throughBroker is the latency of a part of the way of a fact through the broker.
func throughBroker(n *model.Network, from, to int, leg petri.Leg) model.Delay {
	switch leg {
	case petri.ToBroker:
		return n.ToBroker[from]
	case petri.Reading:
		return n.FromBroker[to]
	}
	return n.ToBroker[from].Plus(n.FromBroker[to])
}
