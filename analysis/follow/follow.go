// Package follow watches a reconfiguration that runs: it puts what has happened into the
// event graph of the plan, as dates in place of bounds, and says within which interval
// everything will be done.
//
//	f, err := follow.New(result, measure.NewMapping(result.Scenario))
//	for _, e := range f.See(follow.Event{Node: "nova0", Item: "transition_start", End: &date}) {
//		fmt.Println(e) // what is outside of its bounds
//	}
//	fmt.Println(f.Done())
//
// The idea: every date is a monotone function of the dates before it. An event whose date
// is known is pinned to it; one that would have been seen by now and has not is later than
// now; all others have the bounds that follow. As long as every date lies in its bounds, the
// interval can only shrink. Where a plan has several orders of its races, those that do not
// fit what was seen are dropped, and the interval is that of the rest.
package follow

import (
	"errors"
	"fmt"
	"time"

	"adagio/analysis"
	"adagio/analysis/measure"
	"adagio/dsl/model"
)

// ErrNoDates is why a plan cannot be followed whose dates are no sums of delays.
var ErrNoDates = errors.New("the plan cannot be followed: nodes sleep, or the orders of its races are covered, so that a date is not a sum of delays")

// Event is something that was seen: an item of the log of a node, as Ballet writes it, or
// "program" for the node's own program. Dates count from the first start of a node.
type Event struct {
	Node string
	Item string
	// Start and End are when it began and ended; one of them may be nil: not yet, or not
	// known.
	Start, End *time.Duration
}

// Outside is an event that is not within its bounds.
type Outside struct {
	What string // in the words of reports
	Node string
	// At is when it happened, or when it was missed if Missing is set.
	At      time.Duration
	Missing bool
	// Bound is when it should have happened, all before it being as it was seen.
	Bound analysis.Bound
	// Because is the last thing before it that was seen, and when that was.
	Because string
	Since   time.Duration
	// Before and After are when everything is done, without and with this event.
	Before, After analysis.Bound

	key key
}

// Follower follows one execution.
type Follower struct {
	r      *analysis.Result
	names  *measure.Mapping
	tracks []*track      // the orders that fit what was seen
	now    time.Duration // up to which everything was seen
	latest time.Duration // of the dates that were seen
	seen   int
	counts map[[3]int]int // firings seen, by component, transition and whether it is their start
	told   map[key]bool   // what was missing and has been told
	ended  []bool         // programs, by node
}

// occurrence is what a key is of.
type occurrence uint8

const (
	program    occurrence = iota // begins on the node
	programEnd                   // is the last event of it
	wait                         // ends: element is the instruction
	start                        // of the transition element of a component, for the nr-th time
	end
)

// key identifies an event in all orders of the races.
type key struct {
	what                         occurrence
	node, component, element, nr int
}

// New begins to follow a plan that has bounds.
func New(r *analysis.Result, names *measure.Mapping) (*Follower, error) {
	f := &Follower{r: r, names: names, counts: map[[3]int]int{}, told: map[key]bool{}, ended: make([]bool, len(r.Scenario.Nodes))}
	for _, run := range r.Runs {
		if run.Graph.Bracketed() {
			return nil, ErrNoDates
		}
		if !run.Graph.Complete {
			continue
		}
		f.tracks = append(f.tracks, newTrack(run.Graph, r.Quiescence != nil))
	}
	if len(f.tracks) == 0 {
		return nil, errors.New("the plan cannot be followed: it never ends")
	}
	return f, nil
}

// Now is the latest date that was seen.
func (f *Follower) Now() time.Duration { return max(f.now, f.latest) }

// Done is when everything is done, by what was seen so far.
func (f *Follower) Done() analysis.Bound {
	out := f.tracks[0].done()
	for _, t := range f.tracks[1:] {
		d := t.done()
		out = analysis.Bound{Lower: min(out.Lower, d.Lower), Upper: max(out.Upper, d.Upper)}
	}
	return out
}

// Forecast is when everything is done if all that is not known has its mean; within Done.
func (f *Follower) Forecast() time.Duration { return f.tracks[0].forecast() }

// Waiting lists what can be seen next, in the words of reports, with its bounds.
func (f *Follower) Waiting() (out []Expected) {
	t := f.tracks[0]
	for _, e := range t.waiting() {
		out = append(out, Expected{t.words(e), analysis.Bound{Lower: t.lo[e], Upper: t.hi[e]}})
	}
	return out
}

// Expected is something that is to be seen next.
type Expected struct {
	What string
	Date analysis.Bound
}

// Progress counts the dates of the plan that can be seen, and those that were.
func (f *Follower) Progress() (seen, of int) {
	return f.seen, len(f.tracks[0].visible)
}

// Ended says whether the programs of all nodes have ended.
func (f *Follower) Ended() bool {
	for _, ended := range f.ended {
		if !ended {
			return false
		}
	}
	return true
}

// Take takes in an event; without an item it is only that everything up to its end was seen.
// Where everything is seen as it happens, whole, the clock is at its date.
func (f *Follower) Take(e Event, whole bool) (out []Outside, err error) {
	if e.Item == "" {
		return f.Pass(*e.End), nil
	}
	if whole {
		out = f.Pass(e.At())
	}
	more, err := f.See(e)
	return append(out, more...), err
}

// See takes in an event and returns what is outside of its bounds because of it or by its
// date. The error is that of an event that the plan does not have; the event is passed
// over then.
func (f *Follower) See(e Event) ([]Outside, error) {
	n, err := f.names.Node(e.Node)
	if err != nil {
		return nil, err
	}
	if e.Start != nil && e.End != nil && *e.End < *e.Start {
		return nil, fmt.Errorf("%s ends before it starts", e.Item)
	}
	var out []Outside
	if e.Item == "program" {
		if e.Start != nil {
			out = append(out, f.pin(key{what: program, node: n}, *e.Start)...)
		}
		if e.End != nil && !f.ended[n] {
			f.ended[n] = true
			out = append(out, f.pin(key{what: programEnd, node: n}, *e.End)...)
		}
		return out, nil
	}
	item, ok := measure.ParseItem(e.Item)
	if !ok {
		return nil, fmt.Errorf("%q is not an item of a log: it must begin with transition_, behavior_, instruction_ or event_, or be program", e.Item)
	}
	switch item.Kind {
	case measure.Transition:
		c, t, err := f.names.Transition(n, item)
		if err != nil {
			return nil, err
		}
		for i, date := range []*time.Duration{e.Start, e.End} {
			if date == nil {
				continue
			}
			count := [3]int{c, t, i}
			k := key{[...]occurrence{start, end}[i], f.r.Scenario.Components[c].Node, c, t, f.counts[count]}
			if _, ok := f.tracks[0].events[key{end, k.node, c, t, k.nr}]; !ok {
				return nil, fmt.Errorf("the plan has no occurrence %d of %s", k.nr+1, e.Item)
			}
			f.counts[count]++
			out = append(out, f.pin(k, *date)...)
		}
	case measure.Instruction:
		i, err := f.names.Instruction(n, item)
		if err != nil {
			return nil, err
		}
		if i >= 0 && e.End != nil && f.r.Scenario.Nodes[n].Program[i].Op == model.Wait {
			out = append(out, f.pin(key{what: wait, node: n, element: i}, *e.End)...)
		}
	}
	return out, nil
}

// Pass says that a date has come, up to which everything that happened was seen. It
// returns what should have been.
func (f *Follower) Pass(now time.Duration) []Outside {
	if now <= f.now {
		return nil
	}
	before := f.Done()
	f.now = now
	for _, t := range f.tracks {
		t.pass(now)
	}
	var out []Outside
	if len(f.tracks) > 1 {
		f.keep(func(t *track) bool { return len(t.overdue(now)) == 0 })
	}
	for _, e := range f.tracks[0].overdue(now) {
		k := f.tracks[0].keys[e]
		if f.told[k] {
			continue
		}
		f.told[k] = true
		out = append(out, f.tracks[0].outside(e, k, now, true, before))
	}
	return f.note(out)
}

// keep drops the orders that do not fit, unless none does.
func (f *Follower) keep(fits func(*track) bool) {
	var kept []*track
	for _, t := range f.tracks {
		if fits(t) {
			kept = append(kept, t)
		}
	}
	if len(kept) > 0 {
		f.tracks = kept
	}
}

// pin sets the date of an event in all orders that fit.
func (f *Follower) pin(k key, at time.Duration) []Outside {
	before := f.Done()
	f.keep(func(t *track) bool {
		e, ok := t.events[k]
		return ok && t.lo[e] <= at && at <= t.hi[e]
	})
	var out []Outside
	known := false
	for i, t := range f.tracks {
		e, ok := t.events[k]
		if !ok || t.pinned[e] {
			continue
		}
		known = true
		f.latest = max(f.latest, at)
		if bound := (analysis.Bound{Lower: t.local(e).Lower, Upper: t.hi[e]}); i == 0 && (at < bound.Lower || at > bound.Upper) && !f.told[k] {
			out = append(out, t.outside(e, k, at, false, before))
		}
		t.pin(e, at)
	}
	if known && f.tracks[0].isVisible[k] {
		f.seen++
	}
	return f.note(out)
}

// note adds to what was outside what follows for the end.
func (f *Follower) note(list []Outside) []Outside {
	for i := range list {
		list[i].After = f.Done()
	}
	return list
}
