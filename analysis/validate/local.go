package validate

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"adagio/analysis"
	"adagio/petri"
)

// Gap is one delay of a run: from the last measured date that a date waited for
// to the date itself, beside the interval that the model has for it. All other
// dates being measured, it depends on nothing else.
type Gap struct {
	Cause    string // what the date waited for at the longest
	Event    string
	Node     int
	What     string // the kind of delay, the same for all of its kind
	From, At time.Duration
	// Lower and Upper are when the model has the date, given all dates before.
	Lower, Upper time.Duration
	kind         gapKind
	wait         string // the instruction, of the end of a wait
}

type gapKind uint8

const (
	startOfNode gapKind = iota
	endOfWait
	startOfTransition
	lengthOfTransition
)

// beyond is by how much a date is outside: negative before, positive after.
func (g *Gap) beyond() time.Duration {
	switch {
	case g.At < g.Lower:
		return g.At - g.Lower
	case g.At > g.Upper:
		return g.At - g.Upper
	}
	return 0
}

// follow goes through the event graph with the measured dates in place of the
// model's. Of several orders of races it takes the one that fits best. Where nodes
// sleep there are no gaps: a date is no sum of delays there.
func (m *member) follow(j *judged, d Durations) []Gap {
	if j.scenario.Sleeps() {
		return nil
	}
	var best []Gap
	misfit := time.Duration(-1)
	for i := range j.ends {
		f := newFollower(m, &j.ends[i])
		gaps := f.run(d)
		sum := time.Duration(0)
		for i := range gaps {
			sum += max(gaps[i].beyond(), -gaps[i].beyond())
		}
		if misfit < 0 || sum < misfit {
			best, misfit = gaps, sum
		}
	}
	slices.SortStableFunc(best, func(a, b Gap) int { return cmp.Compare(a.At, b.At) })
	return best
}

// follower is one pass.
type follower struct {
	m      *member
	g      *petri.EventGraph
	pins   map[petri.EventID]time.Duration
	kinds  map[petri.EventID]gapKind
	lasted map[petri.EventID]span // the transitions that were measured
	lo, hi []time.Duration
}

func newFollower(m *member, w *view) *follower {
	f := &follower{m: m, g: w.g, pins: map[petri.EventID]time.Duration{}, kinds: map[petri.EventID]gapKind{}, lasted: map[petri.EventID]span{},
		lo: make([]time.Duration, w.g.Len()), hi: make([]time.Duration, w.g.Len())}
	for n, e := range w.g.Starts {
		if m.nodes[n].end >= 0 {
			f.pin(e, m.nodes[n].start, startOfNode)
		}
	}
	for c := range w.record.Components {
		for t, firings := range w.record.Components[c].ByTransition(w.g.Net.Scenario.TypeOf(c)) {
			times := m.firings[c][t]
			if len(times) != len(firings) {
				continue
			}
			for i, firing := range firings {
				f.pin(firing.End, times[i].end, lengthOfTransition)
				f.lasted[firing.End] = times[i]
				f.pinStart(firing.Start, times[i].start)
			}
		}
	}
	for k, at := range m.waits {
		if e := w.record.Nodes[k[0]].Instructions[k[1]].End; e >= 0 {
			f.pin(e, at, endOfWait)
		}
	}
	return f
}

func (f *follower) pin(e petri.EventID, at time.Duration, k gapKind) {
	f.pins[e], f.kinds[e] = at, k
}

// pinStart pins what starts a transition; a departure that starts several starts with the
// first of them.
func (f *follower) pinStart(e petri.EventID, at time.Duration) {
	if old, ok := f.pins[e]; e >= 0 && (!ok || at < old) {
		f.pin(e, at, startOfTransition)
	}
}

// run computes the dates, each from what is pinned before it, and compares.
func (f *follower) run(d Durations) []Gap {
	var gaps []Gap
	for e := range f.lo {
		id := petri.EventID(e)
		_, readyLo := analysis.LastCause(f.g, id, f.lo)
		cause, readyHi := analysis.LastCause(f.g, id, f.hi)
		delay := f.g.Delay(id)
		f.lo[e], f.hi[e] = readyLo+delay.Lo, readyHi+delay.Hi
		at, pinned := f.pins[id]
		if !pinned {
			continue
		}
		k := f.kinds[id]
		gap := Gap{Event: f.words(id), Node: f.g.Origin(id).Node, At: at, Lower: f.lo[e], Upper: f.hi[e], kind: k}
		if k == endOfWait {
			gap.wait = f.g.Text(id)
		}
		if k == lengthOfTransition {
			gap.From = f.lasted[id].start
			gap.Lower, gap.Upper = gap.From+delay.Lo, gap.From+delay.Hi
			gap.What = "transition"
			gap.Cause = "its start"
		} else {
			f.explain(&gap, id, cause)
		}
		if !(d == Own && (k == lengthOfTransition || k == startOfNode)) {
			gaps = append(gaps, gap)
		}
		f.lo[e], f.hi[e] = at, at
	}
	return gaps
}

// explain follows the latest causes back to the last measured date.
func (f *follower) explain(gap *Gap, e, cause petri.EventID) {
	longest, at := f.g.Delay(e).Hi, e
	for cause >= 0 {
		if date, ok := f.pins[cause]; ok {
			gap.From = date
			gap.Cause = f.words(cause)
			break
		}
		if d := f.g.Delay(cause).Hi; d > longest {
			longest, at = d, cause
		}
		cause, _ = analysis.LastCause(f.g, cause, f.hi)
	}
	gap.What = kindOfDelay(f.g, at) + [...]string{"", ", then the end of a wait", ", then the start of a transition", ""}[gap.kind]
}

// words describe an event that was measured.
func (f *follower) words(e petri.EventID) string {
	text := f.g.Text(e)
	switch f.kinds[e] {
	case endOfWait:
		return fmt.Sprintf("the end of %q on %s", text, f.g.Net.Scenario.Nodes[f.g.Origin(e).Node].Name)
	case lengthOfTransition:
		return "the end of " + text
	case startOfNode:
		return text
	}
	return f.g.StartText(e)
}

// kindOfDelay names what a delay is, the same for all delays of its kind.
func kindOfDelay(g *petri.EventGraph, e petri.EventID) string {
	o := g.Origin(e)
	if o.Category() != petri.Transfer {
		return o.Kind.String()
	}
	holds, ceases := [...]string{"", "a provider is active", "a provider does not refuse", "a user is gone", "a component is idle", "a push has ended", "a node is idle", "a node is there", "a node has asked"},
		[...]string{"", "a provider is inactive", "a provider refuses", "a user has come", "a component is not idle", "a push has not ended", "a node is not idle", "a node is not there", "a node has not asked"}
	if o.Ceases {
		return ceases[o.Fact.Kind]
	}
	return holds[o.Fact.Kind]
}
