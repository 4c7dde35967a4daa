package follow

import (
	"fmt"
	"slices"
	"time"

	"adagio/analysis"
	"adagio/dsl/model"
	"adagio/petri"
)

// track is one order of the races with its dates as far as they are known.
type track struct {
	g      *petri.EventGraph
	lo, hi []time.Duration
	pinned []bool
	now    time.Duration // up to which everything visible was seen
	rests  bool          // everything is done when the components are at rest, too
	events map[key]petri.EventID
	keys   map[petri.EventID]key // of those that can be seen
	// visible are the events that would be seen when they happen.
	visible   []petri.EventID
	isVisible map[key]bool
}

func newTrack(g *petri.EventGraph, rests bool) *track {
	t := &track{g: g, lo: make([]time.Duration, g.Len()), hi: make([]time.Duration, g.Len()), pinned: make([]bool, g.Len()), rests: rests,
		events: map[key]petri.EventID{}, keys: map[petri.EventID]key{}, isVisible: map[key]bool{}}
	t.date(0)
	s := g.Net.Scenario
	record := g.Record()
	for n, node := range s.Nodes {
		for i, in := range node.Program {
			if e := record.Nodes[n].Instructions[i].End; e >= 0 && in.Op == model.Wait {
				t.see(key{what: wait, node: n, element: i}, e)
			}
		}
	}
	for c := range record.Components {
		node := s.Components[c].Node
		for i, firings := range record.Components[c].ByTransition(s.TypeOf(c)) {
			for nr, f := range firings {
				if f.End >= 0 {
					t.see(key{end, node, c, i, nr}, f.End)
					t.events[key{start, node, c, i, nr}] = f.Start
				}
			}
		}
	}
	for n, e := range g.Starts {
		t.events[key{what: program, node: n}] = e
		t.see(key{what: programEnd, node: n}, g.Ends[n])
	}
	slices.Sort(t.visible)
	t.visible = slices.Compact(t.visible) // the last event of a program has been there
	return t
}

// see registers an event that is seen when it happens. Where the last event of a program
// is the end of a wait, its date is that of the program, which is a little later in logs.
func (t *track) see(k key, e petri.EventID) {
	if old, ok := t.keys[e]; ok {
		delete(t.events, old)
	}
	t.events[k], t.keys[e], t.isVisible[k] = e, k, true
	t.visible = append(t.visible, e)
}

// date computes the dates of all events from one on.
func (t *track) date(from petri.EventID) {
	for e := from; int(e) < t.g.Len(); e++ {
		if t.pinned[e] {
			continue
		}
		b := t.local(e)
		if _, visible := t.keys[e]; visible {
			b.Lower = max(b.Lower, t.now) // it would have been seen
		}
		t.lo[e], t.hi[e] = b.Lower, max(b.Upper, b.Lower)
	}
}

// local is the bound of an event by the dates of its causes.
func (t *track) local(e petri.EventID) analysis.Bound {
	d := t.g.Delay(e)
	_, lo := analysis.LastCause(t.g, e, t.lo)
	_, hi := analysis.LastCause(t.g, e, t.hi)
	return analysis.Bound{Lower: lo + d.Lo, Upper: hi + d.Hi}
}

// pin sets the date of an event.
func (t *track) pin(e petri.EventID, at time.Duration) {
	t.lo[e], t.hi[e], t.pinned[e] = at, at, true
	t.date(e + 1)
}

// pass sets what has not been seen to later than a date.
func (t *track) pass(now time.Duration) {
	t.now = now
	for _, e := range t.visible {
		if !t.pinned[e] && t.lo[e] < now {
			t.date(e)
			return
		}
	}
}

// overdue lists the events that should have been seen by a date, without those that wait
// for one of them.
func (t *track) overdue(now time.Duration) (out []petri.EventID) {
	for _, e := range t.waiting() {
		if t.local(e).Upper < now {
			out = append(out, e)
		}
	}
	return out
}

// done is when everything is done.
func (t *track) done() (b analysis.Bound) {
	include := func(e petri.EventID) { b.Lower, b.Upper = max(b.Lower, t.lo[e]), max(b.Upper, t.hi[e]) }
	for _, e := range t.g.Ends {
		include(e)
	}
	for i := range t.g.Len() {
		if e := petri.EventID(i); t.rests && t.g.BecomesIdle(e) {
			include(e)
		}
	}
	return b
}

// forecast is when everything is done if every delay that is not known has its mean.
func (t *track) forecast() (end time.Duration) {
	x := make([]time.Duration, t.g.Len())
	for i := range x {
		e := petri.EventID(i)
		if t.pinned[e] {
			x[i] = t.lo[e]
			continue
		}
		_, ready := analysis.LastCause(t.g, e, x)
		x[i] = min(max(ready+t.g.Delay(e).Mean(), t.lo[e]), t.hi[e])
	}
	for _, e := range t.g.Ends {
		end = max(end, x[e])
	}
	for i := range x {
		if t.rests && t.g.BecomesIdle(petri.EventID(i)) {
			end = max(end, x[i])
		}
	}
	return end
}

// waiting lists what runs: the visible events that nothing visible before them is missing
// for.
func (t *track) waiting() (out []petri.EventID) {
	behind := make([]bool, t.g.Len())
	for i := range t.g.Len() {
		e := petri.EventID(i)
		if t.pinned[e] {
			continue
		}
		for _, p := range t.g.Causes(e) {
			behind[e] = behind[e] || behind[p]
		}
		if _, visible := t.keys[e]; visible {
			if !behind[e] {
				out = append(out, e)
			}
			behind[e] = true
		}
	}
	return out
}

// outside describes an event that is not within its bounds.
func (t *track) outside(e petri.EventID, k key, at time.Duration, missing bool, before analysis.Bound) Outside {
	s, o := t.g.Net.Scenario, t.g.Origin(e)
	out := Outside{What: t.words(e), Node: s.Nodes[o.Node].Name, At: at, Missing: missing, Bound: t.local(e), Before: before, Because: "the start", key: k}
	cause, _ := analysis.LastCause(t.g, e, t.hi)
	for ; cause >= 0; cause, _ = analysis.LastCause(t.g, cause, t.hi) {
		if t.pinned[cause] {
			out.Because, out.Since = t.words(cause), t.lo[cause]
			break
		}
	}
	return out
}

// words say what an event is.
func (t *track) words(e petri.EventID) string {
	text := t.g.Text(e)
	switch k, visible := t.keys[e]; {
	case !visible:
		return t.g.StartText(e)
	case k.what == end:
		return "the end of " + text
	case k.what == wait, k.what == programEnd && len(t.g.Net.Scenario.Nodes[k.node].Program) > 0:
		return fmt.Sprintf("the end of %q on %s", text, t.g.Net.Scenario.Nodes[k.node].Name)
	}
	return text
}
