package validate

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"adagio/analysis/measure"
	"adagio/dsl/model"
)

// span is a start and an end.
type span struct{ start, end time.Duration }

func (s span) length() time.Duration { return s.end - s.start }

// absent is the end of a node whose log is not there.
const absent = time.Duration(-1)

// observed is a run in the words of its scenario. All dates count from the
// first start of a node; where nodes sleep, from the origin of their windows.
type observed struct {
	sleeps  bool
	span    time.Duration            // if nothing else is known
	nodes   []span                   // by node
	firings [][][]span               // by component and transition, in order
	waits   map[[2]int]time.Duration // the ends of the waits, by node and instruction
	asked   map[[2]int]time.Duration // durations without dates, by component and transition
	lacking []string                 // what the logs lack, or the model
}

// observe puts a run into the words of a scenario.
func observe(names *measure.Mapping, r *measure.Run) *observed {
	s := names.Scenario()
	o := &observed{sleeps: r.Sleeps() && s.Sleeps(), nodes: make([]span, len(s.Nodes)), firings: make([][][]span, len(s.Components)), waits: map[[2]int]time.Duration{}}
	for n := range o.nodes {
		o.nodes[n].end = absent
	}
	for c := range o.firings {
		o.firings[c] = make([][]span, len(s.TypeOf(c).Transitions))
	}
	if o.span = r.Span; o.span > 0 {
		o.sleeps = true
		return o
	}
	var origin time.Duration // of the dates, which may lie below 0
	known := map[int]*measure.Node{}
	for i := range r.Nodes {
		node := &r.Nodes[i]
		n, err := names.Node(node.Name)
		if err != nil {
			o.lacking = append(o.lacking, err.Error())
			continue
		}
		if !o.sleeps && (len(known) == 0 || node.Start < origin) {
			origin = node.Start
		}
		known[n] = node
	}
	for n := range o.nodes {
		if known[n] == nil {
			o.lacking = append(o.lacking, "there is no log of node "+s.Nodes[n].Name)
			continue
		}
		o.nodes[n] = span{known[n].Start - origin, known[n].End - origin}
		o.node(names, n, known[n], origin)
	}
	o.lasted(names, r)
	return o
}

// lasted takes in the durations of which no dates are known.
func (o *observed) lasted(names *measure.Mapping, r *measure.Run) {
	o.asked = map[[2]int]time.Duration{}
	for of, d := range r.Lasted {
		c, err := names.Component(of[0])
		var t int
		if err == nil {
			_, t, err = names.Transition(names.Scenario().Components[c].Node, measure.Item{Component: of[0], Element: of[1]})
		}
		if err != nil {
			o.lacking = append(o.lacking, fmt.Sprintf("the duration of %s.%s is not used: %v", of[0], of[1], err))
			continue
		}
		o.asked[[2]int{c, t}] = d
	}
	slices.Sort(o.lacking)
}

// none says whether the logs hold nothing of the scenario.
func (o *observed) none() bool {
	return o.span == 0 && !slices.ContainsFunc(o.nodes, func(s span) bool { return s.end != absent })
}

// node takes in the items of one node.
func (o *observed) node(names *measure.Mapping, n int, log *measure.Node, origin time.Duration) {
	s := names.Scenario()
	for _, item := range log.Items {
		at := span{item.Start - origin, item.End - origin}
		var err error
		switch item.Kind {
		case measure.Transition:
			var c, t int
			if c, t, err = names.Transition(n, item); err == nil {
				o.firings[c][t] = append(o.firings[c][t], at)
			}
		case measure.Instruction:
			var i int
			if i, err = names.Instruction(n, item); err == nil && i >= 0 && s.Nodes[n].Program[i].Op == model.Wait {
				o.waits[[2]int{n, i}] = at.end
			}
		}
		if err != nil {
			o.lacking = append(o.lacking, fmt.Sprintf("node %s: %v", s.Nodes[n].Name, err))
		}
	}
	for c := range s.Components {
		if s.Components[c].Node != n {
			continue
		}
		for _, times := range o.firings[c] {
			slices.SortFunc(times, func(a, b span) int { return cmp.Compare(a.start, b.start) })
		}
	}
}
