package calibrate

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"adagio/analysis/measure"
	"adagio/dsl/model"
)

// rounding is by how much dates of one log may contradict each other: tables
// have microseconds.
const rounding = 2 * time.Microsecond

// margin is how long a fact of another node must have held before it counts as
// seen: clocks of nodes differ, and so do the dates of a fact and of its log.
const margin = 100 * time.Millisecond

// history is one run as its scenario tells it: what each component did, what
// each program waited for.
type history struct {
	*measure.Mapping
	s          *model.Scenario
	run        *measure.Run
	components []career
	nodes      []measured
}

// career is what a component did.
type career struct {
	behaviours []behaviourRun // by begin
	rests      []rest         // between them
	loose      []firing       // of logs that tell of no behavior: durations, and nothing of the executor
}

// behaviourRun is one execution of a behaviour.
type behaviourRun struct {
	behaviour  int
	begin, end time.Duration
	firings    []firing     // by start
	before     map[int]bool // the places that the component was in
}

// firing is one execution of a transition.
type firing struct {
	transition int
	start, end time.Duration
}

// rest is a time in which a component did nothing, and the places that it was
// in.
type rest struct {
	from, to time.Duration
	places   map[int]bool
}

// measured is what a node logged; seen is false for a node without a log.
type measured struct {
	seen  bool
	start time.Duration
	waits []wait
	// odd is why the program cannot be used, or nil.
	odd error
}

// wait is a wait that took place.
type wait struct {
	in         *model.Instruction
	start, end time.Duration
}

// newHistory reads a run. The error is the first thing that the scenario does
// not have.
func newHistory(run *measure.Run, m *measure.Mapping) (*history, error) {
	s := m.Scenario()
	h := &history{Mapping: m, s: s, run: run, components: make([]career, len(s.Components)), nodes: make([]measured, len(s.Nodes))}
	firings := make([][]firing, len(s.Components))
	for _, n := range run.Nodes {
		k, err := m.Node(n.Name)
		if err != nil {
			return nil, err
		}
		h.nodes[k].seen, h.nodes[k].start = true, n.Start
		for _, it := range n.Items {
			switch it.Kind {
			case measure.Transition:
				c, t, err := m.Transition(k, it)
				if err != nil {
					return nil, err
				}
				firings[c] = append(firings[c], firing{t, it.Start, it.End})
			case measure.Behaviour:
				c, b, err := m.Behaviour(it)
				if err != nil {
					return nil, err
				}
				h.components[c].behaviours = append(h.components[c].behaviours, behaviourRun{behaviour: b, begin: it.Start, end: it.End})
			case measure.Instruction:
				h.instruction(k, it)
			}
		}
	}
	for c := range h.components {
		if err := h.assemble(c, firings[c]); err != nil {
			return nil, err
		}
	}
	return h, nil
}

// instruction notes a wait. A program that is not the model's is not used.
func (h *history) instruction(node int, it measure.Item) {
	n := &h.nodes[node]
	i, err := h.Mapping.Instruction(node, it)
	switch {
	case err != nil && n.odd == nil:
		n.odd = err
	case err == nil && i >= 0 && h.s.Nodes[node].Program[i].Op == model.Wait:
		n.waits = append(n.waits, wait{&h.s.Nodes[node].Program[i], it.Start, it.End})
	}
}

// assemble puts the firings of a component into its behaviours, and finds where
// it rested in between.
func (h *history) assemble(c int, firings []firing) error {
	k := &h.components[c]
	slices.SortFunc(k.behaviours, func(a, b behaviourRun) int { return cmp.Or(cmp.Compare(a.begin, b.begin), cmp.Compare(a.end, b.end)) })
	slices.SortFunc(firings, func(a, b firing) int { return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end)) })
	t := h.s.TypeOf(c)
	if len(k.behaviours) == 0 && len(firings) > 0 {
		k.loose = firings
		return nil
	}
	for _, f := range firings {
		i := slices.IndexFunc(k.behaviours, func(b behaviourRun) bool {
			return b.behaviour == t.Transitions[f.transition].Behaviour && f.start >= b.begin-rounding && f.end <= b.end+rounding
		})
		if i < 0 {
			return fmt.Errorf("%s.%s ran outside of its behaviour", h.s.Components[c].Name, t.Transitions[f.transition].Name)
		}
		k.behaviours[i].firings = append(k.behaviours[i].firings, f)
	}
	places := map[int]bool{}
	for _, p := range h.s.Components[c].Active {
		places[p] = true
	}
	if len(places) == 0 {
		places[t.Initial] = true
	}
	from := h.nodes[h.s.Components[c].Node].start
	for i := range k.behaviours {
		b := &k.behaviours[i]
		b.before = places
		k.rests = append(k.rests, rest{from, b.begin, places})
		places = after(t, places, b.firings)
		from = b.end
	}
	k.rests = append(k.rests, rest{from, model.Never, places})
	return nil
}

// after returns the places after a behaviour.
func after(t *model.Type, places map[int]bool, firings []firing) map[int]bool {
	out := map[int]bool{}
	for p := range places {
		out[p] = true
	}
	for _, f := range firings {
		delete(out, t.Transitions[f.transition].Src)
	}
	for _, f := range firings {
		dst := t.Transitions[f.transition].Dst
		if !slices.ContainsFunc(firings, func(g firing) bool { return t.Transitions[g.transition].Src == dst && g.start+rounding >= f.end }) {
			out[dst] = true
		}
	}
	return out
}

// resting returns the places of a component that certainly rested from one date
// to another, or nil.
func (h *history) resting(c int, from, to time.Duration) map[int]bool {
	if !h.nodes[h.s.Components[c].Node].seen {
		return nil
	}
	for _, r := range h.components[c].rests {
		if r.from <= from && to <= r.to {
			return r.places
		}
	}
	return nil
}

// alone says whether all other components of a component's node certainly rested.
func (h *history) alone(c int, from, to time.Duration) bool {
	for o := range h.s.Components {
		if o != c && h.s.Components[o].Node == h.s.Components[c].Node && h.resting(o, from, to) == nil {
			return false
		}
	}
	return true
}

// waiting returns the wait that a program stood at from one date to another, or
// nil.
func (h *history) waiting(node int, from, to time.Duration) *wait {
	n := &h.nodes[node]
	if n.odd != nil {
		return nil
	}
	for i := range n.waits {
		if w := &n.waits[i]; w.start <= from+rounding && to <= w.end+rounding {
			return w
		}
	}
	return nil
}

// local says whether a wait is for a component of the given node: it asks no
// other node.
func (h *history) local(node int, w *wait) bool {
	return w != nil && h.s.Components[w.in.Component].Node == node
}

// doing is what the peers of a look do meanwhile.
type doing uint8

const (
	changing doing = iota // neither is certain
	resting               // they run no transition
	running               // they run one all the time
)

// doing says what some nodes certainly do from one date to another, although
// their clocks may differ by the margin.
func (h *history) doing(nodes []int, from, to time.Duration) doing {
	rest, run := true, true
	for _, n := range nodes {
		some, all := h.runs(n, from-margin, to+margin)
		rest, run = rest && h.nodes[n].seen && !some, run && all
	}
	switch {
	case rest == run:
		return changing
	case rest:
		return resting
	}
	return running
}

// runs says whether a node runs some transition at any time between two dates,
// and whether one runs all the time.
func (h *history) runs(node int, from, to time.Duration) (some, all bool) {
	for c := range h.s.Components {
		if h.s.Components[c].Node != node {
			continue
		}
		for _, b := range h.components[c].behaviours {
			for _, f := range b.firings {
				some = some || f.start <= to && from <= f.end
				all = all || f.start <= from && to <= f.end
			}
		}
	}
	return some, all
}
