package whatif

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"adagio/analysis"
	"adagio/analysis/parallel"
	"adagio/dsl/model"
)

// Drag is how much shorter the makespan gets if a delay were zero, the
// executor's own overhead apart. It is the difference of two analyses: it counts
// whatever path comes to the fore, and is negative where haste makes waste.
type Drag struct {
	// Targets are the delays that were set to zero: one, or those of all
	// instances of a type.
	Targets []Target
	Name    string
	// Slack is the least slack among the events of the delay at the upper end, each
	// growing alone; nil for starts and settings, which have none of their own.
	Slack *analysis.Margin
	// Upper and Lower are by how much either end of the makespan shrinks.
	Upper, Lower time.Duration
	// Err says why there is no number: the plan without this delay has no bound. It is nil
	// otherwise.
	Err error
}

// dragWork bounds the work for the drags of a plan whose orders are covered, in events of all
// their covers. There is at least one.
const dragWork = 2_000_000

// Drags computes the drag of each target by another analysis, and of those that
// are the same transition of several components together, in order of falling
// drag. Where the orders are covered and the plan is so large that they take too much work,
// it does so for those on the critical path to the upper end first, and of these the longest
// first; untried counts the others. Progress, if not nil, is told how many are done.
func Drags(r *analysis.Result, targets []Target, progress func(done, of int)) (drags []Drag, untried int) {
	return dragsWithin(r, targets, dragWork, progress)
}

func dragsWithin(r *analysis.Result, targets []Target, work int, progress func(done, of int)) (out []Drag, untried int) {
	out = inGroups(r.Scenario, targets)
	if r.Cover != nil {
		most := min(len(out), max(1, work/max(1, r.Runs[0].Graph.Len())))
		untried = len(out) - most
		if untried > 0 {
			out = promising(r, out)[:most]
		}
	}
	parallel.Each(len(out), 0, func(i int) { out[i].measure(r) }, progress)
	slices.SortStableFunc(out, func(a, b Drag) int {
		return cmp.Or(cmp.Compare(b.Upper, a.Upper), cmp.Compare(a.slack(), b.slack()))
	})
	return out, untried
}

// promising sorts drags before they are known: those on the critical path to the upper end,
// then by falling delay.
func promising(r *analysis.Result, drags []Drag) []Drag {
	critical := map[Target]bool{}
	for _, k := range r.Upper.Steps {
		if t, ok := TargetOf(k.Origin); ok {
			critical[t] = true
		}
	}
	off := func(d Drag) int {
		if slices.ContainsFunc(d.Targets, func(t Target) bool { return critical[t] }) {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(drags, func(a, b Drag) int {
		return cmp.Or(cmp.Compare(off(a), off(b)), cmp.Compare(b.Targets[0].Delay(r.Scenario).Hi, a.Targets[0].Delay(r.Scenario).Hi))
	})
	return drags
}

// slack orders drags: what has no slack of its own goes first.
func (d *Drag) slack() time.Duration {
	if d.Slack == nil {
		return -1
	}
	return d.Slack.Least
}

// inGroups lists the targets alone, and then those of a type together with the
// same transition of its other components.
func inGroups(s *model.Scenario, targets []Target) []Drag {
	var out []Drag
	seen := map[string]bool{}
	for _, t := range targets {
		out = append(out, Drag{Targets: []Target{t}, Name: t.Name(s)})
	}
	for _, t := range targets {
		if t.Kind != TransitionDuration {
			continue
		}
		typ := s.TypeOf(t.Component)
		tr := typ.Transitions[t.Element]
		name := model.Quote(typ.Name) + "." + model.Quote(typ.Behaviours[tr.Behaviour].Name) + "." + model.Quote(tr.Name)
		if seen[name] {
			continue
		}
		seen[name] = true
		var all []Target
		for c := range s.Components {
			if s.TypeOf(c) == typ {
				all = append(all, Target{Kind: TransitionDuration, Component: c, Element: t.Element})
			}
		}
		if len(all) > 1 {
			out = append(out, Drag{Targets: all, Name: name})
		}
	}
	return out
}

// measure fills in the numbers.
func (d *Drag) measure(r *analysis.Result) {
	s := clone(r.Scenario)
	for _, t := range d.Targets {
		t.set(s, model.Constant(0))
	}
	for _, k := range r.Slack() {
		if t, ok := TargetOf(k.Origin); ok && slices.Contains(d.Targets, t) && (d.Slack == nil || k.Least < d.Slack.Least) {
			d.Slack = &k.Margin
		}
	}
	if d.Err = s.Validate(); d.Err != nil { // a broker that is read all the time
		return
	}
	var after *analysis.Result
	if after, d.Err = analyse(s); d.Err != nil {
		return
	}
	d.Upper, d.Lower = r.Makespan.Upper-after.Makespan.Upper, r.Makespan.Lower-after.Makespan.Lower
}

// ErrUnproved and ErrDeadlocks say why a changed plan has no makespan.
var (
	ErrUnproved  = errors.New("it is not proved that the plan ends")
	ErrDeadlocks = errors.New("the plan deadlocks")
)

// analyse bounds a scenario that always ends; any other is an error.
func analyse(s *model.Scenario) (*analysis.Result, error) {
	r, err := analysis.Analyse(s, analysis.Options{})
	switch {
	case err != nil:
		return nil, err
	case r.Deadlock != nil && r.Deadlock.Possible:
		return nil, ErrUnproved
	case r.Deadlock != nil:
		return nil, ErrDeadlocks
	}
	return r, nil
}
