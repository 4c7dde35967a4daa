package schedule

import (
	"cmp"
	"slices"
	"time"

	"adagio/dsl/model"
	"adagio/petri"
)

// synchronisation is why an event happened no earlier: something became true of
// another row, and was known here.
type synchronisation struct {
	source    petri.EventID // what made it true
	text      string        // what became true
	published time.Duration // when it left its node, or became true on the same one
	critical  bool
	network   bool          // it came from another node
	asleep    time.Duration // how long the node slept before it took note
}

// synchronise finds the events that waited for another row, and draws the
// arrows.
func (l *layout) synchronise() {
	l.waits = map[petri.EventID]synchronisation{}
	for i := range l.g.Len() {
		e := petri.EventID(i)
		if l.g.Carries(e) {
			continue
		}
		w, ok := l.waitedFor(e)
		if !ok {
			continue
		}
		l.waits[e] = w
		l.Arrows = append(l.Arrows, Arrow{l.row(w.source), l.row(e), l.date(w.source), l.ready(e), w.text, w.critical})
	}
}

// waitedFor follows the last causes of an event back, through what only passes a
// fact on, to what made the fact true.
func (l *layout) waitedFor(e petri.EventID) (synchronisation, bool) {
	w := synchronisation{critical: l.critical[e]}
	at := l.Execution.LastCause(e)
	for ; at >= 0 && l.g.Carries(at); at = l.Execution.LastCause(at) {
		w.critical = w.critical && l.critical[at]
		w.asleep += l.asleep(at)
		if l.g.Category(at) == petri.Transfer {
			w.text, w.published, w.network = l.text(at), l.ready(at), true
		}
	}
	if at < 0 || l.row(at) == l.row(e) {
		return w, false
	}
	w.source = at
	w.critical = w.critical && l.critical[at]
	if !w.network {
		w.text, w.published = l.text(at), l.date(at)
	}
	return w, true
}

// program makes the bars of a node's program: until it starts, and where it
// waits or pauses.
func (l *layout) program(n int) {
	row := &l.Rows[l.programRow[n]]
	record := &l.record.Nodes[n]
	at := l.date(record.Start)
	start, asleep := l.sleeping(Start, record.Start)
	row.add(start)
	row.add(asleep)
	var looks []Bar
	for _, e := range l.ofProgram[n] {
		if o := l.g.Origin(e); o.Instruction >= 0 && o.Category() == petri.Executor {
			looks = append(looks, l.bar(Executor, e))
		}
	}
	for i, in := range l.Scenario.Nodes[n].Program {
		e := record.Instructions[i].End
		if e < 0 {
			row.add(l.never(at, l.Scenario.Text(in), n, -1).at(in.Pos))
			break
		}
		if in.Op == model.Pause {
			row.add(l.bar(Pause, e))
		} else {
			l.gap(row, at, l.date(e), looks, e, Bar{Text: l.Scenario.Text(in)}.at(in.Pos))
		}
		at = l.date(e)
	}
	for _, b := range looks {
		row.add(b)
	}
}

// component makes the bars of a component.
func (l *layout) component(c int) {
	row := &l.Rows[l.componentRow[c]]
	var busy []Bar
	var waited []petri.EventID
	for _, e := range l.ofComponent[c] {
		switch l.g.Category(e) {
		case petri.Work:
			busy = append(busy, l.transition(e))
		case petri.Executor:
			step, asleep := l.sleeping(Executor, e)
			if busy = append(busy, step); asleep.Start < asleep.End {
				busy = append(busy, asleep)
			}
		}
		if _, ok := l.waits[e]; ok {
			waited = append(waited, e)
		}
	}
	slices.SortStableFunc(busy, func(a, b Bar) int { return cmp.Compare(a.Start, b.Start) })
	for _, run := range l.record.Components[c].Behaviours {
		if run.Begin == petri.NoEvent {
			continue
		}
		b := Bar{Kind: Behaviour, Start: l.date(run.Begin), End: l.End, Text: l.Scenario.TypeOf(c).Behaviours[run.Behaviour].Name, Open: true, Component: -1, Element: -1}.at(*l.g.Origin(run.Begin).Pos)
		if run.End != petri.NoEvent {
			b.End, b.Open = l.date(run.End), false
		}
		b.Behaviour = b.Text
		row.add(b)
		l.inside(row, b, busy, waited)
	}
}

// inside adds the bars of one behaviour: what runs in it, and what it waits for
// in between.
func (l *layout) inside(row *Row, behaviour Bar, busy []Bar, waited []petri.EventID) {
	like := Bar{Behaviour: behaviour.Behaviour, Positions: behaviour.Positions}
	at := behaviour.Start
	until := func(t time.Duration) {
		if t <= at {
			return
		}
		// Several events may wait in one stretch, one after another.
		for _, e := range waited {
			if d := l.ready(e); d > at && d <= t {
				l.gap(row, at, d, nil, e, like)
				at = d
			}
		}
		if at < t {
			l.gap(row, at, t, nil, -1, like)
			at = t
		}
	}
	for _, b := range busy {
		if b.Start < behaviour.Start || b.End > behaviour.End {
			continue
		}
		until(b.Start)
		b.Behaviour = behaviour.Behaviour
		row.add(b.at(behaviour.Positions...))
		at = max(at, b.End)
	}
	if behaviour.Open && at < behaviour.End {
		b := l.never(at, row.Name+" never goes on", row.Node, row.Component).at(behaviour.Positions...)
		b.Behaviour = behaviour.Behaviour
		row.add(b)
		return
	}
	until(behaviour.End)
}

// transition makes the bar of a component transition.
func (l *layout) transition(e petri.EventID) Bar {
	b := l.bar(Transition, e)
	o := l.g.Origin(e)
	b.Component, b.Element = o.Component, o.Element
	return b
}

// gap adds the bars of a stretch that ended when event e went on, or -1 where
// that is not known: waiting, and then the network if what was waited for came
// from another node, and how long the own node slept after that. What the executor spends first looks on is not waiting.
func (l *layout) gap(row *Row, from, to time.Duration, looks []Bar, e petri.EventID, like Bar) {
	for _, b := range looks {
		if b.Start <= from {
			from = max(from, min(b.End, to))
		}
	}
	if from >= to {
		return
	}
	b := like
	b.Kind, b.Start, b.End, b.Component, b.Element = Waiting, from, to, -1, -1
	w, ok := l.waits[e]
	if ok {
		b.Text = joinText(like.Text, w.text)
	} else if b.Text == "" {
		b.Text = "waits"
	}
	if ok && w.network && w.published < to {
		b.End = max(from, w.published)
		network := b
		network.Kind, network.Start, network.End, network.Critical = Network, b.End, max(b.End, to-w.asleep), w.critical
		row.add(network)
		asleep := network
		asleep.Kind, asleep.Start, asleep.End = Asleep, network.End, to
		row.add(asleep)
	}
	if b.Start < b.End {
		row.add(b)
	}
}

// never is the bar of a wait that never ends, of a component or, with -1, of a
// node's program. It says why if the deadlock tells.
func (l *layout) never(from time.Duration, text string, node, component int) Bar {
	if l.deadlock != nil {
		for _, w := range l.deadlock.Waits {
			if w.Component == component && w.Node == node {
				text = w.Text
			}
		}
	}
	return Bar{Kind: Waiting, Start: from, End: l.End, Open: true, Text: text, Component: -1, Element: -1}
}

// joinText says what waits and what for.
func joinText(who, what string) string {
	if who == "" {
		return "waits until " + what
	}
	return who + ": until " + what
}

// add adds a bar unless it takes no time. An instant is worth a bar only if it is
// a behaviour.
func (r *Row) add(b Bar) {
	if b.End > b.Start || b.Kind == Behaviour || b.Kind == Transition {
		r.Bars = append(r.Bars, b)
	}
}
