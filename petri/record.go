package petri

import "adagio/dsl/model"

// NoEvent stands for an event that a graph does not have.
const NoEvent EventID = -1

// Record is who does what, with the events that do it; [NoEvent] where there is none. An
// instruction has a start only where a pause begins with an event of its own.
func (g *EventGraph) Record() model.Record[EventID] {
	s := g.Net.Scenario
	r := recorder{EventGraph: g, Record: model.NewRecord(s, NoEvent), started: map[[2]int]int{}}
	for n := range r.Nodes {
		r.Nodes[n].Start, r.Nodes[n].End = g.Starts[n], g.Ends[n]
	}
	for e := range EventID(g.Len()) {
		r.add(e, g.Net.Transitions[g.Transition[e]].Origin)
	}
	return r.Record
}

// recorder writes a record.
type recorder struct {
	*EventGraph
	model.Record[EventID]
	started map[[2]int]int // by component and transition: the firing that has started and not ended
}

func (r *recorder) add(e EventID, o *Origin) {
	if o.Kind == ProgramStep || o.Kind == PauseBegin {
		r.instruction(e, o)
	}
	if o.Component < 0 {
		return
	}
	k := &r.Components[o.Component]
	switch o.Kind {
	case ComponentAdd:
		k.Moves = append(k.Moves, model.Move[EventID]{Place: r.Net.Scenario.TypeOf(o.Component).Initial, Behaviour: -1, Entered: true, At: e})
	case Enter, Leave:
		k.Moves = append(k.Moves, model.Move[EventID]{Place: o.Element, Behaviour: o.Behaviour, Entered: o.Kind == Enter, At: e})
	case Start:
		r.started[[2]int{o.Component, o.Element}] = len(k.Firings)
		k.Firings = append(k.Firings, model.Firing[EventID]{Transition: o.Element, Start: e, End: NoEvent})
	case Fire:
		if i, ok := r.started[[2]int{o.Component, o.Element}]; ok {
			k.Firings[i].End = e
			delete(r.started, [2]int{o.Component, o.Element})
			break
		}
		k.Firings = append(k.Firings, model.Firing[EventID]{Transition: o.Element, Start: r.departure(e, o.Component), End: e})
	case BehaviourRun, BehaviourEnd:
		for len(k.Behaviours) <= o.Push {
			k.Behaviours = append(k.Behaviours, model.BehaviourRun[EventID]{Behaviour: o.Behaviour, Begin: NoEvent, End: NoEvent})
		}
		if b := &k.Behaviours[o.Push]; o.Kind == BehaviourRun {
			b.Behaviour, b.Begin = o.Behaviour, e
		} else if b.End == NoEvent { // else the program notices it
			b.End = e
		}
	}
}

func (r *recorder) instruction(e EventID, o *Origin) {
	at := &r.Nodes[o.Node].Instructions[o.Instruction]
	if o.Kind == PauseBegin {
		at.Start = e
		return
	}
	at.End = e
	in := &r.Net.Scenario.Nodes[o.Node].Program[o.Instruction]
	if in.Op != model.Delete {
		return
	}
	k := &r.Components[in.Component]
	k.Deletions = append(k.Deletions, model.Deletion[EventID]{Moves: len(k.Moves), At: e})
}

// departure is the event with which a transition starts that waits for no port: the place
// is left, with which all start that leave it.
func (r *recorder) departure(fire EventID, component int) EventID {
	for _, e := range r.Causes(fire) {
		if o := r.Net.Transitions[r.Transition[e]].Origin; o.Component == component && o.Kind == Leave {
			return e
		}
	}
	return NoEvent
}
