package sleep

import (
	"fmt"
	"slices"
	"time"

	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/precedence"
)

// # Nodes that sleep and look at each other
//
// Executor ballet has no place where facts are kept: a look is answered while both nodes
// are awake, S(i) ∩ S(j), else by what the node that looks has seen last (SEMANTICS.md,
// section 9). A node falls asleep between two turns of its loop, in which it looks at all
// that its events depend on. Let d be greatest delay of a change from j to i: a turn with
// its looks. Three rules bound the dates, with A ⊆ S ⊆ B as in sleep.go:
//
//   - a change at x is seen no earlier than the next instant of B(i) ∩ B(j) from x on, and
//     no later than d after the begin, from x on, of the first stretch of A(i) ∩ A(j) that
//     is longer than d. A stretch that is shorter may pass between two looks;
//   - an event looks only from the date r on from which it waits for nothing else. What was
//     true before, and is true until it fires, it has seen at the latest d after the begin,
//     from r on, of the first such stretch with each node that it looks at. If an event before
//     it needed the same answer, the node has that already;
//   - all else that takes a node time happens in its own stretches of A likewise: within d
//     of the begin of the first that is longer than d. So does, with d = 0, what may come a
//     pass later than what it follows from (NextPass): not in the instant in which A ends.
//
// Between the last look and the event the answer may have become stale: the node that gave
// it has gone to sleep and changed. An event that looks while a fact holds for the first
// time cannot have an older answer in its favour. Neither can one whose fact has certainly
// come true again before r: old and new answers are the same then. Every other event might
// happen on an answer of before, and the plan is refused, see [Stale].

func (b *bracket) polling() bool { return b.g.Net.Scenario.Network.Profile.Kind == model.Polling }

// together is the date of an event that all its causes have come to pass for, at one end.
func (b *bracket) together(end int, e petri.EventID, ready, d time.Duration) time.Duration {
	t := b.g.Transition[e]
	node, peer := b.g.Net.Transitions[t].Node(), b.g.Net.AlsoAwake(t)
	switch {
	case b.g.Origin(e).Kind == petri.NodeStart && b.g.Net.Wakes[t]:
		return windowsOf(b.g.Net, node).loaded(ready+d, end)
	case end == 0 && b.fires == nil: // nothing is known yet
		return ready + d
	case end == 0:
		x := ready + d
		if b.g.Net.Wakes[t] {
			x = b.mayMeet(e, peer, x)
		}
		for _, a := range b.asks[e] {
			if a.always && !b.g.Net.Sources[a.fact].Presumed {
				x = max(x, b.mayMeet(e, a.fact.Node, max(b.firstAsked(a.fact, node), b.x[0][a.known])))
			}
		}
		return x
	}
	x := ready + d
	if b.g.Net.Wakes[t] {
		x = b.meet(node, peer, ready, d)
	}
	for _, a := range b.asks[e] {
		if !a.remembered {
			x = max(x, b.meet(node, a.fact.Node, b.waits(1, e), b.g.Net.Reading[node]))
		}
	}
	return x
}

// waits is the least or the greatest date from which an event waits for nothing but what
// its node knows of others.
func (b *bracket) waits(end int, e petri.EventID) time.Duration {
	least, greatest := model.Never, time.Duration(0)
	b.g.Alternatives(e, func(causes []petri.EventID) bool {
		latest := time.Duration(0)
		for _, p := range causes {
			if !learns(b.g, p) {
				latest = max(latest, b.x[end][p])
			}
		}
		least, greatest = min(least, latest), max(greatest, latest)
		return true
	})
	return [2]time.Duration{least, greatest}[end]
}

// firstAsked is the least date at which a node asks for a fact.
func (b *bracket) firstAsked(f petri.Fact, node int) time.Duration {
	first := model.Never
	for _, e := range b.askers[petri.Observation{Fact: f, Node: node}] {
		first = min(first, b.waits(0, e))
	}
	return first
}

// learns says whether an event is that something becomes known, or follows from that.
func learns(g *petri.EventGraph, e petri.EventID) bool {
	k := g.Origin(e).Kind
	return k == petri.Network || k == petri.Derived
}

// ask is a fact about another node that an event needs, and the event by which it has
// become known; always says that the event cannot do without it, remembered that an answer
// of before the plan is the right one.
type ask struct {
	fact               petri.Fact
	known              petri.EventID
	always, remembered bool
}

// findAsks lists what the events of a graph ask for.
func (b *bracket) findAsks() {
	b.asks, b.askers = make([][]ask, b.g.Len()), map[petri.Observation][]petri.EventID{}
	for e := range b.g.Transition {
		id := petri.EventID(e)
		if len(b.g.Net.LookedAt[b.g.Transition[e]]) == 0 {
			continue
		}
		knownBefore(b.g, id, func(known petri.EventID, always bool) {
			f := b.g.Origin(known).Fact
			b.asks[e] = append(b.asks[e], ask{fact: f, known: known, always: always})
			k := petri.Observation{Fact: f, Node: b.g.Origin(id).Node}
			b.askers[k] = append(b.askers[k], id)
		})
	}
	for e, asks := range b.asks {
		for i, a := range asks {
			only := len(b.askers[petri.Observation{Fact: a.fact, Node: b.g.Origin(petri.EventID(e)).Node}]) == 1
			asks[i].remembered = only && b.g.Net.Sources[a.fact].Presumed && b.certainlySo(a.known, petri.EventID(e)) || b.askedBefore(a, petri.EventID(e))
		}
	}
}

// precede are the events that certainly happen before an event waits for nothing else but
// what its node knows of others.
func (b *bracket) precede(e petri.EventID) map[petri.EventID]bool {
	before := map[petri.EventID]bool{}
	var walk func(petri.EventID)
	walk = func(e petri.EventID) {
		if !before[e] {
			before[e] = true
			if b.g.FirstAlternative[e+1]-b.g.FirstAlternative[e] == 1 {
				for _, p := range b.g.Causes(e) {
					walk(p)
				}
			}
		}
	}
	for _, c := range b.g.Causes(e) {
		if !learns(b.g, c) {
			walk(c)
		}
	}
	return before
}

// askedBefore says whether an event before this one could not have happened without the
// same answer: the node has it, then, and nothing newer is otherwise until this one happens.
func (b *bracket) askedBefore(a ask, e petri.EventID) bool {
	before := b.precede(e)
	return slices.ContainsFunc(b.askers[petri.Observation{Fact: a.fact, Node: b.g.Origin(e).Node}], func(other petri.EventID) bool {
		return before[other] && slices.ContainsFunc(b.asks[other], func(o ask) bool { return o.always && o.known == a.known })
	})
}

// certainlySo says whether what an event knows has come true before it waits for nothing
// else, whatever the delays.
func (b *bracket) certainlySo(known, e petri.EventID) bool {
	before := b.precede(e)
	var so func(petri.EventID) bool // in an instant of one of these
	so = func(e petri.EventID) bool {
		return before[e] || b.g.Delay(e).Hi == 0 && !b.g.Net.Wakes[b.g.Transition[e]] && !slices.ContainsFunc(b.g.Causes(e), func(p petri.EventID) bool { return !so(p) })
	}
	published := publication(b.g, known)
	return published >= 0 && so(published)
}

// publication is the event by which a fact has come true of which an event tells, or -1.
func publication(g *petri.EventGraph, known petri.EventID) petri.EventID {
	fact := g.Origin(known).Fact
	for list := []petri.EventID{known}; len(list) > 0; list = list[1:] {
		for _, p := range g.Causes(list[0]) {
			if o := g.Origin(p); o.Fact == fact && !o.Ceases && o.Kind == petri.Published {
				return p
			} else if o.Fact == fact && o.Kind == petri.Network {
				list = append(list, p)
			}
		}
	}
	return -1
}

// knownBefore calls yield for the events by which an event comes to know that something
// holds; always says that it cannot happen without.
func knownBefore(g *petri.EventGraph, e petri.EventID, yield func(known petri.EventID, always bool)) {
	seen := map[petri.EventID]bool{}
	var walk func(petri.EventID, bool)
	walk = func(e petri.EventID, always bool) {
		always = always && g.FirstAlternative[e+1]-g.FirstAlternative[e] == 1
		g.Alternatives(e, func(causes []petri.EventID) bool {
			for _, p := range causes {
				switch o := g.Origin(p); {
				case seen[p]:
				case o.Kind == petri.Derived:
					seen[p] = true
					walk(p, always)
				case o.Kind == petri.Network && o.Fact.Kind != petri.Asked && !o.Ceases:
					seen[p] = true
					yield(p, always)
				}
			}
			return true
		})
	}
	walk(e, true)
}

// MaxMeetings is how many windows of two nodes are searched for one that they share.
const MaxMeetings = 150

// mayMeet is the least date from t on at which the node of an event, and another if there is
// one (-1), may be awake for it. What runs only after the event does not keep them so; and
// before a step the node has noticed that all it follows from is over.
func (b *bracket) mayMeet(e petri.EventID, peer int, t time.Duration) time.Duration {
	node := b.g.Net.Transitions[b.g.Transition[e]].Node()
	for range MaxMeetings {
		next := b.mayBeAwake(node, t, nil)
		if next == t {
			next = b.mayBeAwake(node, t, b.notDuring(e))
		}
		if peer >= 0 && next != model.Never {
			next = b.mayBeAwake(peer, next, nil)
		}
		if next == t || next == model.Never {
			return next
		}
		t = next
	}
	return t
}

// notDuring lists the transitions of components that do not run when a node has come to an
// event, having looked at the others once more: those that certainly follow it and, if it is
// a step that takes time, those that certainly precede it.
func (b *bracket) notDuring(e petri.EventID) []petri.EventID {
	if list, known := b.beside[e]; known {
		return list
	}
	var list []petri.EventID
	if b.g.Origin(e).Kind == petri.Step && b.g.Delay(e).Lo > 0 {
		list = slices.Clone(b.before(e))
	}
	follows := make([]bool, b.g.Len())
	follows[e] = true
	for f := e + 1; int(f) < len(follows); f++ {
		follows[f] = true
		b.g.Alternatives(f, func(causes []petri.EventID) bool {
			follows[f] = slices.ContainsFunc(causes, func(p petri.EventID) bool { return follows[p] })
			return follows[f]
		})
		if follows[f] && b.g.Origin(f).Kind == petri.Fire {
			list = append(list, f)
		}
	}
	b.beside[e] = list
	return list
}

// meet is the end of the first time from t on that lasts so long and in which a node, and
// another if there is one (-1), are certainly awake.
func (b *bracket) meet(node, peer int, t, lasts time.Duration) time.Duration {
	for range MaxMeetings {
		from, to := b.stay(node, t)
		if peer >= 0 && from != model.Never {
			f, u := b.stay(peer, from)
			from, to = f, min(to, u)
		}
		switch {
		case from >= model.Never-lasts:
			return model.Never
		case from+lasts < to: // in the instant of its end the node may be asleep already
			return from + lasts
		}
		t = max(from, to)
	}
	return model.Never
}

// stay is the first stretch of time from t on in which a node is certainly awake.
func (b *bracket) stay(node int, t time.Duration) (from, to time.Duration) {
	w := windowsOf(b.g.Net, node)
	if w.uptime == nil {
		return t, model.Never
	}
	from, to = w.stay(t)
	running := b.certain[node]
	i, _ := slices.BinarySearchFunc(running, t, func(w model.Window, t time.Duration) int { return int(max(-1, min(1, w.End-t))) })
	if i < len(running) && max(t, running[i].Start) < from {
		from, to = max(t, running[i].Start), running[i].End
	}
	for ; i < len(running); i++ {
		if f, u := w.stay(to); f == to {
			to = u
		}
		if running[i].Start > to {
			break
		}
		to = max(to, running[i].End)
	}
	return from, to
}

// stay is the first stretch of time from t on that is certainly in a window.
func (w windows) stay(t time.Duration) (from, to time.Duration) {
	first := w.first(t)
	for n := first; n < first+MaxMeetings; n++ {
		at, ok := w.uptime.Nth(n)
		if !ok {
			break
		}
		boot := w.boot.Nth(n)
		if from, to = max(t, at.Start+boot.Hi), at.End+boot.Lo; from < to {
			return from, to
		}
	}
	return model.Never, model.Never
}

// StaleError says that an event might happen on what its node has seen before the other
// node fell asleep.
type StaleError struct{ Node, Of string }

func (e *StaleError) Error() string {
	return fmt.Sprintf("something may happen on node %s because of what that has seen of node %s before one of them fell asleep, and is not so any more: no bound can be proved for this plan", e.Node, e.Of)
}

// Stale fails with a [StaleError] where an event may happen, or not happen, on an old answer.
func Stale(orders *precedence.Orders) error {
	g := orders.Graph
	s := g.Net.Scenario
	if g.Net.LookedAt == nil {
		return nil
	}
	held := map[petri.Observation][]petri.EventID{} // by fact and observer (Change: 0): when it became known to hold
	for e := range g.Transition {
		if o := g.Origin(petri.EventID(e)); o.Kind == petri.Network && o.Fact.Kind != petri.Asked && !o.Ceases {
			k := petri.Observation{Fact: o.Fact, Node: o.Node}
			held[k] = append(held[k], petri.EventID(e))
		}
	}
	for e := range g.Transition {
		o := g.Origin(petri.EventID(e))
		if k := (petri.Observation{Fact: o.Fact, Node: o.Node}); !g.Complete && o.Kind == petri.Network && o.Ceases && (g.Net.Sources[o.Fact].Presumed || held[k] != nil) {
			return &StaleError{s.Nodes[o.Node].Name, s.Nodes[o.Fact.Node].Name} // who is blocked may not be
		}
	}
	for e := range g.Transition {
		id := petri.EventID(e)
		if len(g.Net.LookedAt[g.Transition[e]]) == 0 {
			continue
		}
		var err error
		knownBefore(g, id, func(known petri.EventID, _ bool) {
			o := g.Origin(known)
			k := petri.Observation{Fact: o.Fact, Node: o.Node}
			if g.Net.Remembered[k] || (g.Net.Sources[o.Fact].Presumed || held[k][0] != known) && !certainlySo(orders, known, id) {
				err = &StaleError{s.Nodes[o.Node].Name, s.Nodes[o.Fact.Node].Name}
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// certainlySo says whether what an event knows has certainly come true before it waits for
// nothing else.
func certainlySo(o *precedence.Orders, known, e petri.EventID) bool {
	published := publication(o.Graph, known)
	return published >= 0 && slices.ContainsFunc(o.Graph.Causes(e), func(c petri.EventID) bool {
		return !learns(o.Graph, c) && o.Ahead(published, c) >= 0
	})
}
