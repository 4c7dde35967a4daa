package verify

import (
	"fmt"
	"slices"
	"time"

	"adagio/analysis"
	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/waits"
)

// run is one event graph of a plan with what holds of its components and when.
type run struct {
	s       *model.Scenario
	g       *petri.EventGraph
	order   *order
	record  model.Record[petri.EventID]
	history map[int]*component
	// last are the events of which the latest ends the run: those with which programs and
	// behaviours end; end bounds its date. Endless is set where some never come.
	last    []petri.EventID
	end     [2]time.Duration
	endless bool
}

// component is what holds of one component.
type component struct {
	places, tokens, fires, behaves []*element // by place, transition, transition, behaviour
	pushes                         []*element // from each push until the behaviour has ended
	exists                         *element
}

// element is something that is switched on and off by events of which each certainly
// comes before the next.
type element struct {
	initially bool
	switches  []petri.EventID
}

// on says whether it holds after all its switches.
func (e *element) on() bool { return e.initially == (len(e.switches)%2 == 0) }

// spans are the stretches of time in which it holds, or does not.
func (e *element) spans(on bool) (out []span) {
	for i := 0; i <= len(e.switches); i++ {
		if (e.initially == (i%2 == 0)) != on {
			continue
		}
		s := span{}
		if i > 0 {
			s.on = e.switches[i-1 : i]
		}
		if i < len(e.switches) {
			s.off = e.switches[i : i+1]
		}
		out = append(out, s)
	}
	return out
}

// unfollowed says why it cannot be followed what holds of a component.
type unfollowed struct{ reason string }

func (u *unfollowed) Error() string { return u.reason }

func unclear(format string, args ...any) error { return &unfollowed{fmt.Sprintf(format, args...)} }

// newRun follows what the events of a graph do. Atoms lists what will be asked for.
func newRun(r *analysis.Result, g *petri.EventGraph) (*run, error) {
	o, err := newOrder(g)
	if err != nil {
		return nil, err
	}
	s := r.Scenario
	x := &run{s: s, g: g, order: o, record: g.Record(), history: map[int]*component{}}
	for e := range petri.EventID(g.Len()) {
		if g.BecomesIdle(e) {
			x.last = append(x.last, e)
		}
	}
	for n, end := range g.Ends {
		o.watch(g.Starts[n])
		if end < 0 {
			x.endless = true
			continue
		}
		x.last = append(x.last, end)
	}
	if left, _ := waits.Unfinished(g); len(left) > 0 || !g.Complete {
		x.endless = true
	}
	for _, e := range x.last {
		o.watch(e)
		x.end[0], x.end[1] = max(x.end[0], o.lo[e]), max(x.end[1], o.hi[e])
	}
	return x, nil
}

// component follows a component, once.
func (x *run) component(c int) (*component, error) {
	if k, ok := x.history[c]; ok {
		return k, nil
	}
	s, on := x.s, &x.s.Components[c]
	t := s.TypeOf(c)
	many := func(n int) []*element {
		out := make([]*element, n)
		for i := range out {
			out[i] = &element{}
		}
		return out
	}
	k := &component{many(len(t.Places)), many(len(t.Transitions)), many(len(t.Transitions)), many(len(t.Behaviours)), nil, &element{initially: len(on.Active) > 0}}
	for _, p := range on.Active {
		k.places[p].initially = true
	}
	var failed error
	set := func(e *element, on bool, by petri.EventID) {
		if e.on() == on && failed == nil {
			failed = unclear("what %s does cannot be followed", model.Reference(s.Components[c].Name))
		}
		e.switches = append(e.switches, by)
		x.order.watch(by)
	}
	record := &x.record.Components[c]
	deletions := record.Deletions
	for i := range len(record.Moves) + 1 {
		for ; len(deletions) > 0 && deletions[0].Moves == i; deletions = deletions[1:] {
			if !k.exists.on() {
				continue
			}
			for _, e := range append([]*element{k.exists}, k.places...) {
				if e.on() {
					set(e, false, deletions[0].At)
				}
			}
		}
		if i == len(record.Moves) {
			break
		}
		m := record.Moves[i]
		if m.Behaviour < 0 {
			set(k.exists, true, m.At)
		}
		set(k.places[m.Place], m.Entered, m.At)
		for i, tr := range t.Transitions {
			if tr.Behaviour == m.Behaviour && (!m.Entered && tr.Src == m.Place || m.Entered && tr.Dst == m.Place && k.tokens[i].on()) {
				set(k.tokens[i], !m.Entered, m.At)
			}
		}
	}
	for _, f := range record.Firings {
		if (f.Start == petri.NoEvent || gated(s, t, f.Transition) && !x.g.StartsTransition(f.Start)) && failed == nil {
			failed = unclear("when %s starts cannot be followed", s.TransitionName(c, f.Transition))
			break
		}
		set(k.fires[f.Transition], true, f.Start)
		if f.End != petri.NoEvent {
			set(k.fires[f.Transition], false, f.End)
		}
	}
	x.behaviours(c, k, set)
	if failed != nil {
		return nil, failed
	}
	x.history[c] = k
	return k, nil
}

// behaviours follows the behaviours of a component, and what is pushed to it.
func (x *run) behaviours(c int, k *component, set func(e *element, on bool, by petri.EventID)) {
	node := x.s.Components[c].Node
	for i, in := range x.s.Nodes[node].Program {
		if e := x.record.Nodes[node].Instructions[i].End; in.Op == model.Push && in.Component == c && e != petri.NoEvent {
			k.pushes = append(k.pushes, &element{switches: []petri.EventID{e}})
			x.order.watch(e)
		}
	}
	for push, b := range x.record.Components[c].Behaviours {
		if b.Begin != petri.NoEvent {
			set(k.behaves[b.Behaviour], true, b.Begin)
		}
		if b.End != petri.NoEvent {
			set(k.behaves[b.Behaviour], false, b.End)
			if push < len(k.pushes) {
				set(k.pushes[push], false, b.End)
			}
		}
	}
}

// gated says whether the start of a transition waits for its ports.
func gated(s *model.Scenario, t *model.Type, transition int) bool {
	return s.Semantics == model.Ballet && slices.ContainsFunc(t.Ports, func(p model.Port) bool {
		return p.Kind.IsUse() && slices.Contains(p.Bound, model.Binding{Kind: model.ToTransition, Index: transition})
	})
}
