package analysis

import (
	"time"

	"adagio/dsl/model"
	"adagio/petri"
)

// Deadline is a date, from the common origin, by which something is to be done.
type Deadline struct {
	// Of is a node, for the end of its program; a component, for the last thing that it
	// does ("component NAME" where a node has the same name); or "" for everything.
	Of string
	By time.Duration
}

// Timing compares a deadline with the plan.
type Timing struct {
	Deadline
	// Date is when it is done in every execution that ends.
	Date Dates
	// Slack is by how much the latest date is before the deadline; negative if it may be
	// missed by that much. It is meaningless where Date.Upper is never.
	Slack time.Duration
	// Path is the critical path to Date.Upper, counted from the common origin. Along it
	// everything is required Slack later than it is. Its Node is -1 where there is none.
	Path Path
}

// Verdict is "met" by every execution, "open" where some may miss the deadline, or
// "missed" by all.
func (t Timing) Verdict() string {
	switch {
	case t.Date.Lower > model.Date(t.By):
		return "missed"
	case t.Date.Upper > model.Date(t.By):
		return "open"
	}
	return "met"
}

// Meet compares a deadline with the plan. It is an error if the plan has nothing of that
// name.
func (r *Result) Meet(d Deadline) (Timing, error) {
	if !r.Bounded() {
		t := Timing{Deadline: d, Date: Bound{model.Never, model.Never}.Dates(), Path: Path{Node: -1}}
		if r.Deadlock.Possible {
			t.Date.Lower = 0
		}
		return t, nil
	}
	t := Timing{Deadline: d, Date: r.Done(), Path: r.DonePath(petri.Latest)}
	if d.Of != "" {
		if err := r.meet(&t); err != nil {
			return t, err
		}
	}
	if r.Deadlock != nil {
		t.Date.Upper = model.Date(model.Never)
	}
	if !t.Date.Upper.IsNever() {
		t.Slack = d.By - time.Duration(t.Date.Upper)
	}
	return t, nil
}

// meet dates the end of a node or of a component over all runs that end.
func (r *Result) meet(t *Timing) error {
	first := true
	for _, run := range r.Runs {
		if !run.Graph.Complete {
			continue
		}
		goals, err := r.target(Path{graph: run.Graph}, t.Of)
		if err != nil {
			return err
		}
		e, err := newEvaluation(run.Graph)
		if err != nil {
			return err
		}
		g := goals[0]
		date := Bound{e.lo[g.last], e.hi[g.last]}.Dates()
		if first || date.Upper > t.Date.Upper {
			t.Path = e.pathTo(g.last, g.node, petri.Latest, e.hi, 0)
		}
		if first {
			t.Date = date
		} else {
			t.Date = t.Date.join(date)
		}
		first = false
	}
	return nil
}
