package analysis

import (
	"fmt"

	"adagio/petri"
	"adagio/petri/cover"
	"adagio/petri/unfold"
)

// Cover tells of bounds that cover the orders of races instead of exploring each
// (package petri/cover). They hold for every execution that ends, but need not be
// reached; the graph of the only run has what every event certainly waits for, and what
// it may wait for beside that counts as [Undecided] on its paths. Races are the pairs of
// events whose order is open; what each order would cost is not known, nor is slack.
type Cover struct {
	// Open is the number of questions whose answer depends on the order of races: which
	// phase of a condition an event finds. With none the bounds are those of the only
	// order that there is.
	Open int
	// Evaluations is how many covers were computed to narrow the upper bound; Exact says
	// that more of them would not narrow it.
	Evaluations int
	Exact       bool
	// Wide says that the plan is so large that the certain order of its events was
	// followed along components, programs and messages only: the bounds may be far apart,
	// and that the plan ends may not be proved though it does.
	Wide bool
}

// coverOf bounds a plan by a cover, whose orders are too many to explore.
func coverOf(net *petri.Net, tooMany *unfold.LimitError) (*Result, error) {
	c, err := unfold.Cover(net, cover.Limits{})
	if err != nil {
		return nil, &RefusedError{Reason: fmt.Sprintf("%v; nor can they be covered: %v", tooMany, err), Races: describeRaces(net, tooMany.Races, nil), Limit: tooMany}
	}
	r := &Result{
		Scenario: net.Scenario, Net: net, Runs: []unfold.Run{{Graph: c.Graph}},
		Cover: &Cover{Open: len(c.Cover.Open()), Evaluations: c.Refined.Evaluations, Exact: c.Refined.Exact, Wide: !c.Cover.Closed()},
	}
	if _, err := r.bound(); err != nil {
		return nil, &RefusedError{Reason: err.Error()}
	}
	r.Races = describeRaces(net, c.Races(), nil)
	for i := range r.Races {
		r.Races[i].Covered = true
	}
	r.exits = len(c.Missed) > 0
	if r.Deadlock = describeExits(net.Scenario, c.Missed); r.Deadlock == nil && (!c.Completes || net.MayFail()) {
		r.Deadlock = &Deadlock{Possible: true, Unproved: true, Pos: net.Scenario.Pos}
	}
	if r.Quiescence, err = quiescence(net.Scenario, r.Runs); err != nil {
		return nil, &RefusedError{Reason: err.Error()}
	}
	return r, nil
}
