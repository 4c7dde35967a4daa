package page

import (
	"errors"

	"adagio/analysis"
	"adagio/analysis/distribution"
	"adagio/analysis/verify"
	"adagio/analysis/whatif"
)

// quickDrag is how many components a plan may have for its page to tell the drag and the
// outages without being asked: each delay is another analysis.
const quickDrag = 200

// Questions says what [Input.Answer] finds out besides what is quick.
type Questions struct {
	Drag     bool               // the drag of however many components
	All      bool               // of all delays, not only those on the critical path
	Progress func(done, of int) // of the analyses; may be nil
}

// Answer fills in the drag of what is on the critical path, the outages of provide ports, and
// the bounds of the distribution of the makespan if it varies.
func (in *Input) Answer(q Questions) error {
	r := in.Result
	if r.Deadlock == nil && (q.Drag || len(r.Scenario.Components) <= quickDrag) {
		in.Drags, in.DragsUntried = whatif.Drags(r, whatif.Targets(r, q.All), q.Progress)
	}
	if q.Drag || len(r.Scenario.Components) <= quickDrag {
		var err error
		if in.Outages, in.OutagesLimited, err = verify.Outages(r); err != nil {
			return err
		}
	}
	if !in.Varies() {
		return nil
	}
	d, err := distribution.BoundsOfRuns(r.Runs, distribution.Options{Target: distribution.Makespan})
	if _, refused := errors.AsType[*analysis.RefusedError](err); err != nil && !refused {
		return err
	}
	in.Distribution = d
	return nil
}

// Varies says whether the makespan has a distribution to show: the plan ends, one
// execution takes longer than another, and the orders of races are known.
func (in *Input) Varies() bool {
	r := in.Result
	return r.Deadlock == nil && r.Makespan.Width() > 0 && !r.Runs[0].Graph.Covered()
}
