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
	bounds   dates[analysis.Bound]
	expected dates[time.Duration]
	single   *moments // where nodes sleep
	// makespans and spans are simulated, sorted.
	makespans, spans []time.Duration
}

// dates holds a value for each date that is compared.
type dates[V any] struct {
	ends    []V             // by node
	firings [][][]extent[V] // by component, transition and occurrence
}

type extent[V any] struct{ start, end V }

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
	j := &judged{scenario: s, result: r, single: newMoments()}
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

// bound joins the bounds of every date over the orders of the races. A
// transition starts when all that its end waits for has happened: its end less
// its own duration, at either end of the intervals.
func (j *judged) bound() {
	s := j.scenario
	for _, n := range j.result.Nodes {
		j.bounds.ends = append(j.bounds.ends, n.End)
	}
	j.bounds.firings = make([][][]extent[analysis.Bound], len(s.Components))
	for c := range s.Components {
		j.bounds.firings[c] = make([][]extent[analysis.Bound], len(s.TypeOf(c).Transitions))
	}
	for i, w := range j.ends {
		j.single.fromView(&j.ends[i], s)
		for c := range w.record.Components {
			for t, firings := range w.record.Components[c].ByTransition(s.TypeOf(c)) {
				of := &j.bounds.firings[c][t]
				for i, f := range firings {
					if f.End == petri.NoEvent {
						continue
					}
					e, d := f.End, w.g.Delay(f.End)
					x := extent[analysis.Bound]{analysis.Bound{Lower: w.lo[e] - d.Lo, Upper: w.hi[e] - d.Hi}, analysis.Bound{Lower: w.lo[e], Upper: w.hi[e]}}
					if i == len(*of) {
						*of = append(*of, x)
					} else {
						(*of)[i] = extent[analysis.Bound]{join((*of)[i].start, x.start), join((*of)[i].end, x.end)}
					}
				}
			}
		}
	}
}

func join(a, b analysis.Bound) analysis.Bound {
	return analysis.Bound{Lower: min(a.Lower, b.Lower), Upper: max(a.Upper, b.Upper)}
}

// predict takes the mean of simulated executions for every date. If there are starts of
// other runs, the nodes start in each execution as in one of them, for they do not start
// independently: whoever starts them has one pace in a run.
func (j *judged) predict(n int, seed uint64, starts [][]time.Duration) error {
	runner, err := simulate.NewRunner(j.scenario)
	if err != nil {
		return err
	}
	sums := &j.expected
	sums.ends = make([]time.Duration, len(j.scenario.Nodes))
	sums.firings = make([][][]extent[time.Duration], len(j.scenario.Components))
	for c := range sums.firings {
		sums.firings[c] = make([][]extent[time.Duration], len(j.scenario.TypeOf(c).Transitions))
	}
	done := 0
	for i := range n {
		opts := simulate.Options{Seed: seed, Index: uint64(i), History: i == 0 && j.scenario.Sleeps()}
		if len(starts) > 0 {
			opts.Starts = starts[i%len(starts)]
		}
		t := runner.Run(opts)
		if t.Outcome != simulate.Completed {
			continue
		}
		done++
		j.makespans, j.spans = append(j.makespans, t.Makespan), append(j.spans, t.Span())
		addTrace(sums, t)
		j.single.fromTrace(t, j.scenario)
	}
	if done == 0 {
		return fmt.Errorf("the plan ends in none of %d simulated executions: there is nothing to predict from", n)
	}
	divide(sums, time.Duration(done))
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

// addTrace adds the dates of one execution.
func addTrace(sums *dates[time.Duration], t *simulate.Trace) {
	for n := range sums.ends {
		sums.ends[n] += t.Nodes[n].End
	}
	for c := range sums.firings {
		nth := make([]int, len(sums.firings[c]))
		for _, f := range t.Components[c].Firings {
			of := &sums.firings[c][f.Transition]
			if nth[f.Transition] == len(*of) {
				*of = append(*of, extent[time.Duration]{})
			}
			(*of)[nth[f.Transition]].start += f.Start
			(*of)[nth[f.Transition]].end += f.End
			nth[f.Transition]++
		}
	}
}

func divide(sums *dates[time.Duration], n time.Duration) {
	for i := range sums.ends {
		sums.ends[i] /= n
	}
	for _, transitions := range sums.firings {
		for _, occurrences := range transitions {
			for i := range occurrences {
				occurrences[i].start /= n
				occurrences[i].end /= n
			}
		}
	}
}
