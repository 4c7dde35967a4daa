package component

import "adagio/petri"

// visit is what one call of a component by the executor may find: in which push
// (-1: being added), and the events that are possible.
type visit struct {
	push    int
	enabled []EventKey
}

// countLooks bounds the looks in one pass, of the component and beside each of
// its events, once all visits are known.
func (l *Space) countLooks() {
	for _, v := range l.visits {
		total := 0
		for _, k := range v.enabled {
			if widest(v.enabled, k) == k {
				total += l.chain(k)
			}
		}
		if v.push >= 0 {
			l.Executions[v.push].Looks = max(l.Executions[v.push].Looks, total)
		} else {
			l.AddLooks = max(l.AddLooks, total)
		}
		l.MaxLooks = max(l.MaxLooks, total)
		for _, k := range v.enabled {
			ev := l.ByKey[k]
			ev.Others = max(ev.Others, total-l.chain(widest(v.enabled, k)))
		}
	}
	l.visits = nil
}

// chain bounds the looks of an event with those that may follow it in the same
// pass: a place that is entered is left, and transitions from it start.
func (l *Space) chain(k EventKey) int {
	ev := l.ByKey[k]
	if ev == nil {
		return 0
	}
	looks := ev.asked
	switch k.Kind {
	case petri.ComponentAdd:
		if first := l.firsts[k.DockSet]; first < len(l.Executions) {
			looks += l.chain(EventKey{petri.Leave, l.Executions[first].Behaviour, k.Element, 0, 0})
		}
	case petri.Enter, petri.LeaveTry:
		looks += l.chain(EventKey{petri.Leave, k.Behaviour, k.Element, 0, 0})
	case petri.Leave:
		looks += l.StartLooks(k)
	}
	return looks
}

// StartLooks bounds the looks for the transitions that a departure lets start.
func (l *Space) StartLooks(departure EventKey) int {
	looks := 0
	for _, t := range l.Leaving(departure.Behaviour, departure.Element) {
		looks += l.chain(EventKey{petri.Start, departure.Behaviour, t, 0, 0})
	}
	return looks
}
