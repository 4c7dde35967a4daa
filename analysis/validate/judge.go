package validate

import (
	"fmt"
	"slices"
	"time"

	"adagio/analysis"
	"adagio/analysis/simulate"
	"adagio/dsl/model"
	"adagio/petri"
)

// judged is what the model says of a run.
type judged struct {
	scenario *model.Scenario
	result   *analysis.Result
	ends     []view // the runs that end, with their dates
	dates    *moments
	// makespans and spans are simulated, sorted.
	makespans, spans []time.Duration
}

// view is one order of the races with its dates at both ends.
type view struct {
	g      *petri.EventGraph
	lo, hi []time.Duration
	record model.Record[petri.EventID]
}

// judgeScenario bounds a scenario by analysis and predicts it by simulation.
func (v *validation) judgeScenario(g *group, s *model.Scenario, starts [][]time.Duration) (*judged, error) {
	r, err := analysis.Analyse(s, analysis.Options{Cache: &g.cache})
	if err != nil {
		return nil, err
	}
	j := &judged{scenario: s, result: r, dates: newMoments()}
	for _, run := range r.Runs {
		if !run.Graph.Complete {
			continue
		}
		w, err := newView(run.Graph)
		if err != nil {
			return nil, err
		}
		j.ends = append(j.ends, w)
	}
	j.bound()
	return j, j.predict(v.opts.Replications, v.opts.Seed, starts)
}

func newView(g *petri.EventGraph) (view, error) {
	w := view{g: g, record: g.Record()}
	var err error
	w.lo, w.hi, err = g.Bracket()
	return w, err
}

// bound joins the bounds of every date over the orders of the races.
func (j *judged) bound() {
	for i := range j.ends {
		j.dates.fromView(&j.ends[i], j.scenario)
	}
}

// predict takes the mean of simulated executions for every date. If there are starts of
// other runs, the nodes start in each execution as in one of them, for they do not start
// independently: whoever starts them has one pace in a run.
func (j *judged) predict(n int, seed uint64, starts [][]time.Duration) error {
	runner, err := simulate.NewRunner(j.scenario)
	if err != nil {
		return err
	}
	for i := range n {
		opts := simulate.Options{Seed: seed, Index: uint64(i), History: i == 0 && j.scenario.Sleeps()}
		if len(starts) > 0 {
			opts.Starts = starts[i%len(starts)]
		}
		t := runner.Run(opts)
		if t.Outcome != simulate.Completed {
			continue
		}
		j.makespans, j.spans = append(j.makespans, t.Makespan), append(j.spans, t.Span())
		j.dates.fromTrace(t, j.scenario)
	}
	if len(j.makespans) == 0 {
		return fmt.Errorf("the plan ends in none of %d simulated executions: there is nothing to predict from", n)
	}
	slices.Sort(j.makespans)
	slices.Sort(j.spans)
	return nil
}

// sample is the simulated makespans, or spans.
func (j *judged) sample(spans bool) []time.Duration {
	if spans {
		return j.spans
	}
	return j.makespans
}

// headline is the makespan, or the span, in the model.
func (j *judged) headline(span bool) Date {
	d := Date{What: "makespan", Bound: j.result.Makespan}
	if span {
		d = Date{What: "span", Bound: j.result.Span}
	}
	sum := time.Duration(0)
	for _, x := range j.sample(span) {
		sum += x
	}
	d.Predicted = sum / time.Duration(len(j.sample(span)))
	return d
}

// end bounds the end of a node's program.
func (j *judged) end(n int) analysis.Bound { return j.result.Nodes[n].End }
