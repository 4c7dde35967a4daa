package verify

import (
	"errors"
	"slices"

	"adagio/analysis"
	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/unfold"
)

// OrderWhen is for which durations two events, whose order a plan leaves to time, have one
// for certain: A comes first under one condition, B under the other. Where neither is met
// there is a race.
type OrderWhen struct {
	A, B           string
	AFirst, BFirst *Condition // nil where they are not found
	Missing        error      // why
}

// Orders lists the events whose order it depends on durations, with the conditions: no
// race where one of them is met. Refused says why they are not known; "" where they are.
func Orders(s *model.Scenario) (out []OrderWhen, refused string, err error) {
	r, err := analysis.Analyse(AnyDurations(s, anyLimit(s)), analysis.Options{})
	if e, ok := errors.AsType[*analysis.RefusedError](err); ok {
		return nil, e.Error(), nil
	}
	switch {
	case err != nil:
		return nil, "", err
	case r.Cover != nil || r.Deadlock != nil && r.Deadlock.OneOrder:
		return nil, "with any durations the plan has too many races to list", nil
	}
	x := &orders{r, &budget{rest: maxWork}, map[*petri.EventGraph]*whenRun{}}
	for i := range r.Races {
		race := &r.Races[i]
		x.work.share(len(r.Races) - i)
		o := OrderWhen{A: race.A, B: race.B}
		o.AFirst, o.BFirst, o.Missing = x.certain(race)
		out = append(out, o)
	}
	return out, "", nil
}

// orders finds the conditions of the races of a result.
type orders struct {
	r    *analysis.Result
	work *budget
	runs map[*petri.EventGraph]*whenRun
}

// certain is the conditions under which the one or the other event of a race comes first:
// each has its date from an order in which it does, so that the other is no cause of it.
func (x *orders) certain(race *analysis.Race) (aFirst, bFirst *Condition, err error) {
	with, without := pair(x.r.Runs, race.Orders[0].Race)
	if with == nil || without == nil {
		return nil, nil, errPair
	}
	a, err := x.pathsTo(with.Graph, race.OriginA)
	if err != nil {
		return nil, nil, err
	}
	b, err := x.pathsTo(without.Graph, race.OriginB)
	if err != nil {
		return nil, nil, err
	}
	aFirst, bFirst = x.work.noLater(a, b, true, 0), x.work.noLater(b, a, true, 0)
	if x.work.left < 0 {
		return nil, nil, ErrSpent
	}
	return aFirst, bFirst, nil
}

// pair finds two runs that differ in the order of a race first.
func pair(runs []unfold.Run, race int) (a, b *unfold.Run) {
	for i := range runs {
		for j := range runs {
			x, y := runs[i].Orders, runs[j].Orders
			k := slices.Index(x, unfold.Order{Race: race, First: true})
			if k >= 0 && len(y) > k && slices.Equal(x[:k], y[:k]) && y[k] == (unfold.Order{Race: race}) {
				return &runs[i], &runs[j]
			}
		}
	}
	return nil, nil
}

// pathsTo lists the paths from the origin to the first event of an origin.
func (x *orders) pathsTo(g *petri.EventGraph, o petri.Origin) ([]path, error) {
	if g.Bracketed() {
		return nil, petri.ErrSleeps
	}
	w := x.runs[g]
	if w == nil {
		run, err := newRun(x.r, g)
		if err != nil {
			return nil, err
		}
		w = newWhenRun(run, x.work)
		x.runs[g] = w
	}
	if events := fromOrigin(g, &o); len(events) > 0 {
		return w.paths(origin, events[0])
	}
	return nil, errPair
}

// fromOrigin lists the events of an origin.
func fromOrigin(g *petri.EventGraph, o *petri.Origin) (events []petri.EventID) {
	for e := range petri.EventID(g.Len()) {
		if *g.Origin(e) == *o {
			events = append(events, e)
		}
	}
	return events
}
