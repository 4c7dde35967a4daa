package unfold

import (
	"slices"
	"sync"
	"time"

	"adagio/petri"
	"adagio/petri/internal/lists"
	"adagio/petri/precedence"
	"adagio/petri/sleep"
)

// run is a played branch with its graph. Its memory is used again for one branch after
// another: only the graph is kept.
type run struct {
	*explorer
	p           *player
	d           decisions
	graph       *petri.EventGraph
	order       *precedence.Orders
	id          []petri.EventID                                 // of the graph, by event of the player
	alternative map[firingKey]bool                              // the conditions with which an event has an alternative
	fired       lists.Groups[petri.TransitionID, petri.EventID] // of the player, by transition
	news        [][]petri.EventID                               // by event of the player, once asked for, see findNews

	nodes        []petri.Event     // what the graph is made of, …
	alternatives [][]petri.EventID // by event of the player: its causes as it was played
	causes       []petri.EventID
	chooses      bool // … some of it with a choice

	succeeds map[petri.PlaceID]bool // see successive

	places []petri.PlaceID // of missedFiring
	chosen []int32
	room   virtual
}

var runs = sync.Pool{New: func() any {
	return &run{p: new(player), order: &precedence.Orders{}, succeeds: map[petri.PlaceID]bool{}}
}}

// free lets another branch have the memory.
func (r *run) free() {
	r.explorer, r.d, r.graph, r.order.Graph = nil, decisions{}, nil, nil
	r.p.net, r.p.delay, r.p.forced = nil, nil, nil
	r.order.Free()
	runs.Put(r)
}

// begin makes the graph of what has been played.
func (r *run) begin(x *explorer, d decisions) error {
	r.list(x, d)
	return r.assembleWithAlternatives()
}

// list lists the events of what has been played, with their causes.
func (r *run) list(x *explorer, d decisions) {
	p := r.p
	r.explorer, r.d, r.chooses = x, d, false
	clear(r.succeeds)
	r.nodes, r.alternatives, r.causes = slices.Grow(r.nodes[:0], len(p.events)), slices.Grow(r.alternatives[:0], len(p.events)), slices.Grow(r.causes[:0], 2*len(p.events))
	for e := range p.events {
		f := &p.events[e]
		from := len(r.causes)
		r.causes = p.appendCauses(r.causes, f)
		r.alternatives = append(r.alternatives, r.causes[from:len(r.causes):len(r.causes)])
		r.nodes = append(r.nodes, petri.Event{Transition: f.transition, Nth: f.nth, Alternatives: r.alternatives[e : e+1 : e+1]})
		r.chooses = r.chooses || x.Net.Transitions[f.transition].Choice != 0
	}
	r.fired.Fill(len(x.Net.Transitions), func(yield func(petri.TransitionID, petri.EventID) bool) {
		for e := range p.events {
			yield(p.events[e].transition, petri.EventID(e))
		}
	})
}

// assembleWithAlternatives builds the graph. Which alternatives an event has
// depends on the dates, which depend on the alternatives: it goes on until
// nothing changes.
func (r *run) assembleWithAlternatives() error {
	r.alternative = nil
	if err := r.assemble(r.nodes); err != nil || !r.chooses {
		return err
	}
	var before []addition
	for range 10 {
		nodes, added := r.addAlternatives()
		if slices.Equal(added, before) {
			return nil
		}
		before = added
		if err := r.assemble(nodes); err != nil {
			return err
		}
	}
	return ErrChoice
}

// assemble links events to a graph and finds its dates.
func (r *run) assemble(nodes []petri.Event) error {
	if err := r.link(nodes); err != nil {
		return err
	}
	if err := r.sleep(r.graph); err != nil {
		return err
	}
	r.order.Begin(r.graph)
	r.news = nil
	findPeersAtRest(r.order)
	if err := r.graph.KeepDates(); err != nil {
		return err
	}
	return r.order.Date()
}

// link makes the graph of events, without dates.
func (r *run) link(nodes []petri.Event) error {
	g, id, ok := petri.NewEventGraph(r.Net, nodes, r.id)
	if !ok {
		return ErrChoice
	}
	r.graph, r.id = g, id
	g.Marking = lists.Zeros(g.Marking, len(r.Net.Places))
	for p, c := range r.p.marked {
		g.Marking[p] = c >= 0
	}
	g.Complete = true
	for n := range r.Net.Ends {
		end := petri.EventID(-1)
		if c := r.p.marked[r.Net.Ends[n]]; c >= 0 {
			end = id[r.p.conditions[c].producer]
		}
		g.Complete = g.Complete && end >= 0
		g.Ends = append(g.Ends, end)
		g.Starts = append(g.Starts, id[r.fired.Of(r.Net.Starts[n])[0]])
	}
	return nil
}

// sleep bounds the dates of a graph with nodes that sleep: by those that have
// been played where that is the only execution.
func (r *run) sleep(g *petri.EventGraph) error {
	if !r.Net.Scenario.Sleeps() {
		return nil
	}
	if len(r.d.forced) == 0 && constant(r.Net) {
		g.Bounds[0] = make([]time.Duration, g.Len())
		for old, now := range r.id {
			g.Bounds[0][now] = r.p.events[old].date
		}
		g.Bounds[1] = g.Bounds[0]
		return nil
	}
	bounds, err := sleep.Bounds(g)
	if err == nil {
		g.Bounds = bounds
	}
	return err
}

// addition is an alternative that an event has been given.
type addition struct {
	event int
	key   firingKey
}

// addAlternatives completes the events that any of several conditions suffices
// for: every transition of the choice that was possible with what the event took
// is an alternative of it. It returns the events with them, and what it added.
func (r *run) addAlternatives() (nodes []petri.Event, added []addition) {
	nodes = r.nodes
	r.alternative = map[firingKey]bool{}
	for e := range r.p.events {
		f := &r.p.events[e]
		choice := r.Net.Transitions[f.transition].Choice
		if choice == 0 {
			continue
		}
		alternatives := nodes[e].Alternatives
		for _, t := range r.Net.Consumers.Of(r.p.conditions[f.taken[0]].place) {
			if r.Net.Transitions[t].Choice != choice {
				continue
			}
			for _, read := range r.readings(t) {
				if t == f.transition && slices.Equal(read, f.read) {
					continue
				}
				v := r.virtual(t, slices.Concat(f.taken, read))
				if r.possible(petri.EventID(e), v, read) {
					if added == nil {
						nodes = slices.Clone(r.nodes)
					}
					alternatives = append(slices.Clip(alternatives), r.causesWith(f, v.conditions))
					key := r.firing(t, v.conditions)
					r.alternative[key] = true
					added = append(added, addition{e, key})
				}
			}
		}
		nodes[e].Alternatives = alternatives
	}
	return nodes, added
}

// possible decides whether a virtual event is an alternative of event e: not if it follows
// from e; nor if what it reads has certainly gone before, or might go before: then it is a
// conflict like any other. What nothing takes stays, and so does what only follows from e takes.
func (r *run) possible(e petri.EventID, v *virtual, read []int32) bool {
	if slices.ContainsFunc(v.producers, func(p petri.EventID) bool { return p == r.id[e] || r.order.Causes(r.id[e], p) }) {
		return false
	}
	return !slices.ContainsFunc(read, func(c int32) bool {
		if r.p.conditions[c].consumer < 0 {
			return false
		}
		j := r.id[r.p.conditions[c].consumer]
		return !r.order.Causes(r.id[e], j) && (r.aheadOf(j, v) >= 0 ||
			slices.ContainsFunc(v.producers, func(p petri.EventID) bool { return r.order.Ahead(p, j) <= 0 }))
	})
}

// readings lists the combinations of conditions that a transition may read.
func (r *run) readings(t petri.TransitionID) [][]int32 {
	out := [][]int32{nil}
	for _, place := range r.Net.Transitions[t].Read() {
		var next [][]int32
		for _, head := range out {
			for _, c := range r.p.byPlace.Of(place) {
				next = append(next, append(slices.Clone(head), c))
			}
		}
		out = next
	}
	return out
}

// virtual is an event that did not take place but might have: a transition with
// conditions that were all there at some time.
type virtual struct {
	transition petri.TransitionID
	conditions []int32
	producers  []petri.EventID
	after      []petri.EventID // what it comes after by the orders that are imposed
}

// aheadOf bounds x(v) − x(u) from below for a virtual event v. Only its sign matters.
func (r *run) aheadOf(u petri.EventID, v *virtual) time.Duration {
	best := r.order.AheadOfLast(u, v.producers, r.Net.Transitions[v.transition].Delay.Lo)
	for _, p := range v.after {
		best = max(best, r.order.Ahead(u, p))
	}
	return best
}

// earliest and latest bound the date of a virtual event.
func (r *run) earliest(v *virtual) time.Duration {
	return lastOf(r.order.Lo, v.producers) + r.Net.Transitions[v.transition].Delay.Lo
}

func (r *run) latest(v *virtual) time.Duration {
	return lastOf(r.order.Hi, v.producers) + r.Net.Transitions[v.transition].Delay.Hi
}

// lastOf is the last of the dates of some events, or the origin.
func lastOf(dates []time.Duration, events []petri.EventID) (last time.Duration) {
	for _, e := range events {
		last = max(last, dates[e])
	}
	return last
}

// virtual makes a virtual event, in the memory of the one before.
func (r *run) virtual(t petri.TransitionID, conditions []int32) *virtual {
	v := &r.room
	*v = virtual{transition: t, conditions: conditions, producers: v.producers[:0]}
	for _, c := range conditions {
		if e := r.p.conditions[c].producer; e >= 0 {
			v.producers = append(v.producers, r.id[e])
		}
	}
	return v
}

// causesWith are the causes of event f when it occurs with some conditions.
func (r *run) causesWith(f *firing, conditions []int32) []petri.EventID {
	out := slices.Clone(f.after)
	for _, c := range conditions {
		if e := r.p.conditions[c].producer; e >= 0 {
			out = append(out, e)
		}
	}
	return distinct(out)
}
