package analysis

import (
	"errors"
	"fmt"

	"adagio/petri"
	"adagio/petri/cover"
	"adagio/petri/unfold"
)

// Cover tells of bounds that cover the orders of races instead of exploring each
// (package petri/cover). They hold for every execution that ends, but need not be
// reached; the graph of the only run has what every event certainly waits for. The path to
// an upper bound says at each step which alternative it takes; what no single delay explains
// counts as [Undecided] on it, as does on the path to a lower bound what is open. Races are
// the pairs of events whose order is open; what each order comes to takes covers of its own
// ([Result.CostedRaces]). There is no slack.
type Cover struct {
	// Open is the number of questions whose answer depends on the order of races: which
	// phase of a condition an event finds. With none there is one order only.
	Open int
	// Evaluations is how many covers were computed to narrow the upper bound; Exact says
	// that more of them would not narrow it.
	Evaluations int
	Exact       bool
}

// coverOf bounds a plan by a cover, whose orders cannot be explored for a reason, unless it never
// ends in any of them. Where it does not end in the order that was played the result tells of
// that, and has no bounds where no other is known in which it ends.
func coverOf(net *petri.Net, why error, boundsOnly bool) (*Result, error) {
	stuck, ends := unfold.Stuck(net)
	if ends != nil {
		return notEnding(net, stuck, ends, false)
	}
	r, err := coverWith(net, unfold.NoHazards, boundsOnly)
	if err == nil && stuck != nil {
		r.mayHang(stuck.Runs[0].Graph)
	}
	if uncovered, ok := errors.AsType[*unfold.UncoveredError](err); ok {
		if stuck != nil {
			return notEnding(net, stuck, make([]unfold.Ended, len(net.Ends)), true)
		}
		return nil, refuseBoth(net, why, uncovered)
	}
	return r, err
}

// refuseBoth is a refusal of a plan whose orders can neither be explored nor be covered.
func refuseBoth(net *petri.Net, why error, uncovered *unfold.UncoveredError) *RefusedError {
	refused := &RefusedError{Reason: fmt.Sprintf("%v; nor can its orders be covered: %v", why, uncovered), Cause: errors.Join(why, uncovered)}
	if tooMany, ok := errors.AsType[*unfold.LimitError](why); ok {
		refused.Races = describeRaces(net, tooMany.Races, nil)
	}
	return refused
}

// mayHang says that the plan does not end in an execution.
func (r *Result) mayHang(g *petri.EventGraph) {
	r.Deadlock = describeStuck(r.Net, g, true)
	for n, end := range g.Ends {
		r.Nodes[n].Ends = end >= 0
	}
}

// strictly has the bounds of a result cover its hazards, too. What is true without
// hazards is true with them where there are none. Of a plan that never ends even
// without them nothing more is said.
func (r *Result) strictly() (*Result, error) {
	if !r.Bounded() {
		return r, nil
	}
	if len(r.Hazards) == 0 {
		r.Strict = true
		return r, nil
	}
	strict, err := coverWith(r.Net, unfold.AllHazards, r.boundsOnly)
	if _, ok := errors.AsType[*unfold.UncoveredError](err); ok {
		return nil, &RefusedError{Reason: fmt.Sprintf("its %d hazards cannot be covered: %v", len(r.Hazards), err), Cause: err}
	} else if err != nil {
		return nil, err
	}
	strict.Strict, strict.Premature = true, r.Premature
	return strict, nil
}

// coverWith bounds a plan by a cover, with the hazards that it is told to include.
func coverWith(net *petri.Net, strict unfold.Strict, boundsOnly bool) (*Result, error) {
	c, err := unfold.Cover(net, cover.Limits{}, strict)
	if err != nil {
		return nil, err
	}
	r := &Result{
		Scenario: net.Scenario, Net: net, Runs: []unfold.Run{{Graph: c.Graph}},
		boundsOnly: boundsOnly, covering: c,
		Cover: &Cover{Open: len(c.Cover.Open()), Evaluations: c.Refined.Evaluations, Exact: c.Refined.Exact},
	}
	if _, err := r.bound(); err != nil {
		return nil, Refuse(err)
	}
	r.Races = describeRaces(net, c.Races(), nil)
	r.Hazards = r.describeHazards(c.Hazards)
	r.exits = len(c.Missed) > 0
	if r.Deadlock = describeExits(net.Scenario, c.Missed, c.Deleted); r.Deadlock == nil && (!c.Completes || c.Fails) {
		r.Deadlock = &Deadlock{Possible: true, Unproved: true, Pos: net.Scenario.Pos}
		if c.Hanging != nil {
			r.mayHang(c.Hanging)
		}
	}
	r.Unclosed = describeUnclosed(net.Scenario, c.Unclosed)
	if r.Quiescence, err = quiescence(net.Scenario, r.Runs); err != nil {
		return nil, Refuse(err)
	}
	return r, nil
}

// notEnding tells of a plan that does not end in one order of its races, nor in any other
// unless it may, and which of its programs end all the same.
func notEnding(net *petri.Net, x *unfold.Exploration, ends []unfold.Ended, may bool) (*Result, error) {
	r := &Result{Scenario: net.Scenario, Net: net, Runs: x.Runs}
	if _, err := r.bound(); err != nil {
		return nil, Refuse(err)
	}
	r.Deadlock.Possible, r.Deadlock.OneOrder = may, true
	r.Hazards = r.describeHazards(x.Hazards)
	for n, end := range ends {
		k := &r.Nodes[n]
		k.Open = may || k.Ends && !end.Certainly
		k.Ends, k.End = end.Certainly, Bound{end.Earliest, end.Latest}
		k.Duration = Bound{max(0, end.Earliest-k.Start.Upper), end.Latest - k.Start.Lower}
	}
	return r, nil
}
