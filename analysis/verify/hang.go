package verify

import (
	"slices"

	"adagio/analysis"
	"adagio/analysis/simulate"
	"adagio/dsl/model"
	"adagio/petri/unfold"
)

// Hang looks for an execution of a plan that may not end in which it does not, or in which an
// instruction fails if that is what may happen; nil if none is found. It has the delays at their
// ends, with the events of each order that does not end as early and as late as that order has
// them, and then draws them; where the orders are too many to explore it draws a few first, as what
// hangs in a large plan mostly does so in many of its orders. tried is how many executions it looks at.
func Hang(r *analysis.Result, opts Options) (x *Execution, tried int, err error) {
	if x, tried, err = hang(r, opts); x == nil || err != nil {
		return nil, tried, err
	}
	x.options.History = true
	x.Trace, err = simulate.Run(r.Scenario, x.options)
	return x, tried, err
}

// hang is Hang without the history of the execution.
func hang(r *analysis.Result, opts Options) (x *Execution, tried int, err error) {
	wanted := simulate.Deadlock
	if r.Deadlock.Fails {
		wanted = simulate.Failed
	}
	runner, err := simulate.NewRunner(r.Scenario)
	if err != nil {
		return nil, 0, err
	}
	events := 0
	for sample := range samples(r, opts) {
		if tried > 0 && opts.Events > 0 && events > opts.Events {
			break
		}
		tried++
		t := runner.Run(sample.options)
		if events += t.Events; t.Outcome == wanted {
			return &Execution{Trace: t, How: sample.how, options: sample.options}, tried, nil
		}
	}
	return nil, tried, nil
}

// samples are the executions that Hang looks at.
func samples(r *analysis.Result, opts Options) func(yield func(sample) bool) {
	return func(yield func(sample) bool) {
		var first []int
		if r.Cover != nil {
			first = drawnFirst
		}
		for _, i := range first {
			if i < opts.Runs && !yield(drawn(opts.Seed, uint64(i))) {
				return
			}
		}
		for _, list := range [][]sample{extremes(), toHang(r)} {
			for _, x := range list {
				if !yield(x) {
					return
				}
			}
		}
		for i := range opts.Runs {
			if !slices.Contains(first, i) && !yield(drawn(opts.Seed, uint64(i))) {
				return
			}
		}
	}
}

// drawnFirst are those that are drawn before others where orders are covered.
var drawnFirst = []int{0, 2}

// maxOrders bounds the orders that do not end that executions are aimed at.
const maxOrders = 8

// toHang are executions with delays at their ends, so that what comes first in an order of the
// races that does not end is early, and what comes second late.
func toHang(r *analysis.Result) []sample {
	var targets []target
	for _, x := range r.Runs {
		if x.Graph.Complete || len(targets) == maxOrders {
			continue
		}
		t := target{run: &run{s: r.Scenario, g: x.Graph}, text: "events come in an order in which it does not end"}
		for _, o := range x.Orders {
			i := slices.IndexFunc(r.Races, func(race analysis.Race) bool {
				return slices.ContainsFunc(race.Orders, func(k unfold.Order) bool { return k.Race == o.Race })
			})
			if i < 0 { // the other order is impossible
				continue
			}
			first, second := &r.Races[i].OriginA, &r.Races[i].OriginB
			if !slices.Contains(r.Races[i].Orders, o) {
				first, second = second, first
			}
			t.early, t.late = append(t.early, fromOrigin(x.Graph, first)...), append(t.late, fromOrigin(x.Graph, second)...)
		}
		targets = append(targets, t)
	}
	return aimed(targets)
}

// Show looks for an execution in which a plan that may not end does not, and notes in the
// result how it comes to that. If none is found it is not proved that the plan ends, and no
// more; if that was all that was known, the waits are those of the execution.
func Show(r *analysis.Result) error {
	d := r.Deadlock
	if d == nil || !d.Possible {
		return nil
	}
	x, tried, err := hang(r, Options{Runs: 2000, Events: Events, Seed: 1})
	if err != nil {
		return err
	}
	if d.Simulated = tried; x == nil {
		d.Unproved = d.Unproved || !d.Exits && !d.Fails && !d.OneOrder
		return nil
	}
	if d.Shown = x.How; !d.Unproved {
		return nil
	}
	d.Unproved, d.Waits = false, waitsOf(r.Scenario, x.Trace)
	for n, node := range x.Trace.Nodes {
		r.Nodes[n].Ends = node.End != model.Never
	}
	return nil
}

// waitsOf tells who waits for whom in an execution that hangs.
func waitsOf(s *model.Scenario, t *simulate.Trace) (out []analysis.Waiting) {
	for _, w := range t.Waits {
		k := analysis.Waiting{Text: w.Text(s), Component: w.Component, Node: w.Node, On: w.OnComponent, OnNode: w.OnNode, Pos: s.Pos}
		switch {
		case w.Component >= 0:
			c := &s.Components[w.Component]
			k.Who, k.Node, k.Pos = c.Name, c.Node, c.Pos
		case w.Instruction < len(s.Nodes[w.Node].Program):
			k.Who, k.Pos = "the program of node "+s.Nodes[w.Node].Name, s.Nodes[w.Node].Program[w.Instruction].Pos
		}
		out = append(out, k)
	}
	return out
}
