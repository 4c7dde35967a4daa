package validate

import (
	"slices"
	"time"

	"adagio/analysis"
	"adagio/analysis/simulate"
	"adagio/dsl/model"
	"adagio/petri"
)

// # Single dates
//
// Tables of nodes that sleep have more than transitions and ends of programs. What each row
// tells is a date of the model, or lies between two of them:
//
//	behavior     begin and end of a push; it begins in the pass after, once there is a session
//	instruction  its end, and that of the one before; a push may open the session
//	event        a process: from when it is there, until it falls asleep or its program ends
//	sleep, boot  from falling asleep to the planned begin of a window, and on to the process
//	action       what a transition does: begins with it, lasts its nominal duration, ends in it
//	place        an entry (at the addition of the component: in the pass after), or a departure
//	publish      c.p=n: a port changes, by one of these; a data provide counts the entries into
//	             its place. c=ACTIVE: a behaviour begins; c=INACTIVE, NODE=INACTIVE: it ends; or
//	             it is told again in a later wake
//
// A node falls asleep with a behaviour, an instruction or its program under way: these dates
// are compared, too.

// moment names a date of the model; nth counts from 0.
type moment struct {
	kind             momentKind
	of, element, nth int
}

type momentKind uint8

const (
	begins    momentKind = iota // a push, by component and push
	ends                        // likewise
	enters                      // by component and place
	leaves                      // likewise
	starts                      // by component and transition
	fires                       // likewise
	steps                       // an instruction, by node and instruction
	portOn                      // by component and port
	portOff                     // likewise
	processes                   // the program starts, by node
	stops                       // it ends, by node
)

// moved is the kind of an entry, or of a departure.
func moved(entered bool) momentKind {
	if entered {
		return enters
	}
	return leaves
}

// changed is the kind of a change of a port.
func changed(on bool) momentKind {
	if on {
		return portOn
	}
	return portOff
}

// counts is how often each moment has come so far, by what it is with nth = 0.
type counts map[moment]int

// next is a moment that comes once more.
func (n counts) next(kind momentKind, of, element int) moment {
	k := moment{kind, of, element, 0}
	nth := n[k]
	n[k]++
	k.nth = nth
	return k
}

// moments are the dates of the model: their bounds, and the sums over simulated executions
// that have them.
type moments struct {
	bounds map[moment]analysis.Bound
	sum    map[moment]time.Duration
	count  map[moment]time.Duration
	ports  map[moment]moment // the changes of ports: what they come with
}

func newMoments() *moments {
	return &moments{map[moment]analysis.Bound{}, map[moment]time.Duration{}, map[moment]time.Duration{}, map[moment]moment{}}
}

func (m *moments) add(k moment, b analysis.Bound) {
	if old, there := m.bounds[k]; there {
		b = analysis.Bound{Lower: min(old.Lower, b.Lower), Upper: max(old.Upper, b.Upper)}
	}
	m.bounds[k] = b
}

// mean is that of a moment over the executions, or the middle of its bounds if none has it.
func (m *moments) mean(k moment) time.Duration {
	if n := m.count[k]; n > 0 {
		return m.sum[k] / n
	}
	return m.bounds[k].Middle()
}

// occurrences is how often a transition fires.
func occurrences[V any](of map[moment]V, component, transition int) (n int) {
	for known := true; known; n++ {
		_, known = of[moment{fires, component, transition, n}]
	}
	return n - 1
}

// sample adds the date of a moment in one execution.
func (m *moments) sample(k moment, at time.Duration) {
	m.sum[k] += at
	m.count[k]++
}

// fromView takes in one order of the races. A transition starts when all that its end waits
// for has happened: its end less its own duration, at either end of the intervals.
func (m *moments) fromView(w *view, s *model.Scenario) {
	at := func(kind momentKind, of, element, nth int, e petri.EventID) {
		if e >= 0 {
			m.add(moment{kind, of, element, nth}, analysis.Bound{Lower: w.lo[e], Upper: w.hi[e]})
		}
	}
	for c := range w.record.Components {
		k := &w.record.Components[c]
		for p, b := range k.Behaviours {
			at(begins, c, p, 0, b.Begin)
			at(ends, c, p, 0, b.End)
		}
		nth := counts{}
		for _, x := range k.Moves {
			key := nth.next(moved(x.Entered), c, x.Place)
			if x.Behaviour >= 0 { // what is added may be shown before what it waits for
				at(key.kind, c, x.Place, key.nth, x.At)
			}
		}
		for t, firings := range k.ByTransition(s.TypeOf(c)) {
			for i, f := range firings {
				if at(fires, c, t, i, f.End); f.End != petri.NoEvent {
					d := w.g.Delay(f.End)
					m.add(moment{starts, c, t, i}, analysis.Bound{Lower: w.lo[f.End] - d.Lo, Upper: w.hi[f.End] - d.Hi})
				}
			}
		}
	}
	for n, e := range w.g.Starts {
		at(processes, n, 0, 0, e)
	}
	for n := range w.record.Nodes {
		for i, x := range w.record.Nodes[n].Instructions {
			at(steps, n, i, 0, x.End)
		}
	}
}

// fromTrace takes in one execution.
func (m *moments) fromTrace(t *simulate.Trace, s *model.Scenario) {
	for c := range t.Components {
		of, nth, list := &t.Components[c], counts{}, []dated{}
		note := func(kind momentKind, element int, at time.Duration) {
			k := nth.next(kind, c, element)
			m.sample(k, at)
			list = append(list, dated{k, at})
		}
		for p, b := range of.Behaviours {
			note(begins, p, b.Begin)
			note(ends, p, b.End)
		}
		for _, x := range of.Moves {
			note(moved(x.Entered), x.Place, x.At)
		}
		for _, x := range of.Firings {
			note(starts, x.Transition, x.Start)
			note(fires, x.Transition, x.End)
		}
		for _, x := range t.Changes[c] {
			if x.Kind != model.PortOn || x.Initial {
				continue
			}
			k := nth.next(changed(x.On), c, x.Element)
			i := slices.IndexFunc(list, func(d dated) bool { return d.at == x.At && moves(s.TypeOf(c), x.Element, x.On, d.moment) })
			if i >= 0 {
				m.ports[k] = list[i].moment
			}
		}
	}
	for n := range t.Nodes {
		m.sample(moment{stops, n, 0, 0}, t.Nodes[n].End)
		for i, x := range t.Nodes[n].Instructions {
			m.sample(moment{steps, n, i, 0}, x.End)
		}
	}
}

// dated is a moment of one execution.
type dated struct {
	moment
	at time.Duration
}

// moves says whether a port can change with a moment of its component.
func moves(t *model.Type, port int, on bool, k moment) bool {
	in := func(place int) bool {
		return slices.ContainsFunc(t.Ports[port].Bound, func(b model.Binding) bool {
			return b.Kind == model.ToPlace && b.Index == place || b.Kind == model.ToGroup && slices.Contains(t.Groups[b.Index].Places, place)
		})
	}
	at := func() bool {
		return slices.ContainsFunc(t.Ports[port].Bound, func(b model.Binding) bool { return b.Kind == model.ToTransition && b.Index == k.element })
	}
	switch k.kind {
	case enters:
		return on && in(k.element)
	case leaves:
		return !on && in(k.element)
	case starts:
		return on && at()
	case fires:
		return !on && at()
	}
	return false
}

// waking is one wake of a node: bounds of when its process is there, has its session, and
// falls asleep unless the program is over before.
type waking struct{ process, ready, dozes analysis.Bound }

// wakings lists those of a node that may begin before its program ends.
func (j *judged) wakings(n int) (list []waking) {
	s := j.scenario
	node, p := &s.Nodes[n], &s.Network.Profile
	if node.Uptime == nil {
		start := j.dates.bounds[moment{processes, n, 0, 0}]
		return []waking{{start, start, analysis.Bound{Lower: model.Never, Upper: model.Never}}}
	}
	for k := 0; ; k++ {
		at, ok := node.Uptime.Nth(k)
		if !ok || at.Start > j.end(n).Upper {
			return list
		}
		boot := node.Boot.Nth(k)
		may, must := j.underWay(n, at.Start)
		w := waking{process: analysis.Bound{Lower: at.Start + boot.Lo, Upper: at.Start + boot.Hi}}
		w.ready = analysis.Bound{Lower: w.process.Lower + p.Session.Lo, Upper: w.process.Upper + p.Session.Hi}
		w.dozes = analysis.Bound{Lower: at.End + boot.Lo, Upper: at.End + boot.Hi}
		if must {
			w.dozes.Lower += p.Session.Lo
		}
		if may {
			w.dozes.Upper += p.Session.Hi
		}
		j.stretch(n, &w.dozes)
		list = append(list, w)
	}
}

// underWay says whether a behaviour of a node may be under way at a date, and whether one is.
func (j *judged) underWay(n int, at time.Duration) (may, must bool) {
	for k, begin := range j.dates.bounds {
		if k.kind != begins || j.scenario.Components[k.of].Node != n {
			continue
		}
		end := j.dates.bounds[moment{ends, k.of, k.element, 0}]
		may = may || begin.Lower <= at && end.Upper >= at
		must = must || begin.Upper < at && end.Lower > at
	}
	return may, must
}

// stretch puts off when a node falls asleep as long as transitions may run, and by a pass.
func (j *judged) stretch(n int, dozes *analysis.Bound) {
	for longer := true; longer; {
		longer = false
		for k, end := range j.dates.bounds {
			if k.kind == fires && j.scenario.Components[k.of].Node == n && end.Upper > dozes.Upper && j.dates.bounds[moment{starts, k.of, k.element, k.nth}].Lower <= dozes.Upper {
				dozes.Upper, longer = end.Upper, true
			}
		}
	}
	dozes.Upper += j.scenario.Network.Profile.Poll.Hi
}
