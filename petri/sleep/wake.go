package sleep

import (
	"slices"
	"time"

	"adagio/dsl/model"
	"adagio/petri"
)

// # Waking up takes time
//
// With executor concertod-async a window that is planned for [w, w + l) begins when the
// process of the node is there, a boot after w, and lasts l from then on; and the node
// does nothing but start its program before it has opened its session with the broker. If a
// behaviour was under way when it fell asleep, the session comes before the window begins:
//
//	w ── boot ──→ process ──────────── session ──→ ready ── … ──→ boot + l         nothing under way
//	w ── boot ──→ process ── session ──→ ready ── … ──→ boot + session + l     a behaviour under way
//
// So from ready on the node is awake as elsewhere (sleep.go), and what waits for it waits for
// ready in the first window that is not over. Which that is may be open, and so is when it
// is ready: the bounds take the least and the greatest of all that it can be. What is
// under way while a node sleeps does not change: at w, unless it may still be kept awake
// then, a behaviour is under way that has certainly begun before and certainly ends after,
// or none is if each has certainly ended before or not begun.
//
// A program begins with the process, and all that takes it no time happens then, before the
// node is ready: a pause that may last zero or more goes on at once or waits for ready, and
// its lower bound is the former.
//
// A step keeps no node awake. It begins when the node is awake, and is put off if the node
// is not awake any more when it is over:
//
//	x(e) = next S ( next S ( max over causes p ( x(p) ) ) + d(e) )
//
// So the place that a transition leads to is entered in a later window, if that transition
// was the last to end after this one. The step after a transition cannot be kept
// awake by what is over before it begins: of all that runs on the node, only that
// which does not precede the step counts for its lower bound.

// windows are those of a node, at both ends of what waking up takes.
type windows struct {
	uptime  *model.Uptime
	boot    model.Boot
	session model.Delay
}

func windowsOf(n *petri.Net, node int) windows {
	s := n.Scenario
	return windows{s.Nodes[node].Uptime, s.Nodes[node].Boot, s.Network.Profile.Session}
}

// underWay says whether a behaviour may be under way, and whether one certainly is, when a node
// wakes up for its n-th window.
type underWay func(n int) (may, must bool)

// unknownWay: either.
func unknownWay(int) (may, must bool) { return true, false }

// first is the number of the first window that need not be over at a date.
func (w windows) first(t time.Duration) int {
	return max(0, w.uptime.Begun(t-max(w.boot.First.Hi, w.boot.Later.Hi)-w.session.Hi)-1)
}

// ends are the earliest and the latest end of the n-th window.
func (w windows) ends(n int, at model.Window, under underWay) (least, greatest time.Duration) {
	boot := w.boot.Nth(n)
	least, greatest = at.End+boot.Lo, at.End+boot.Hi
	may, must := under(n)
	if must {
		least += w.session.Lo
	}
	if may {
		greatest += w.session.Hi
	}
	return least, greatest
}

// next bounds the first instant from t on that lies in a window, from a date in it on that
// takes what of says from its planned begin. That is so in the first window that is not
// over at t: one that may not be over, up to the first that certainly is not.
func (w windows) next(t time.Duration, under underWay, of func(n int) model.Delay) (least, greatest time.Duration) {
	least, greatest = model.Never, t
	if t == model.Never {
		return t, t
	}
	for n := w.first(t); ; n++ {
		at, ok := w.uptime.Nth(n)
		if !ok {
			return least, model.Never
		}
		surelyOver, over := w.ends(n, at, under)
		if over <= t {
			continue
		}
		least, greatest = min(least, max(t, at.Start+of(n).Lo)), max(greatest, at.Start+of(n).Hi)
		if t < surelyOver {
			return least, greatest
		}
	}
}

// ready is from the planned begin of the n-th window until the node is ready.
func (w windows) ready(n int) model.Delay { return w.boot.Nth(n).Plus(w.session) }

// possibly is the least date from t on at which the node may be in a window and ready.
func (w windows) possibly(t time.Duration, under underWay) time.Duration {
	least, _ := w.next(t, under, w.ready)
	return least
}

// surely is the date by which, from t on, the node is certainly in a window and ready.
func (w windows) surely(t time.Duration, under underWay) time.Duration {
	_, greatest := w.next(t, under, w.ready)
	return greatest
}

// Next is the first instant from t on in a window of a node that is ready, in the
// execution that is played: whatever waking up takes, it takes the longest.
func Next(n *petri.Net, node int, t time.Duration) time.Duration {
	w := windowsOf(n, node)
	w.boot = model.Boot{First: model.Constant(w.boot.First.Hi), Later: model.Constant(w.boot.Later.Hi)}
	w.session = model.Constant(w.session.Hi)
	return w.surely(t, func(int) (may, must bool) { return true, true })
}

// loaded bounds the first instant from t on in which the process of a node is there.
func (w windows) loaded(t time.Duration, end int) time.Duration {
	least, greatest := w.next(t, unknownWay, w.boot.Nth)
	return [2]time.Duration{least, greatest}[end]
}

// over is the latest end of the last window that is certainly over at a date.
func (w windows) over(t time.Duration, under underWay) (end time.Duration, ok bool) {
	for n := w.first(t); ; n++ {
		at, there := w.uptime.Nth(n)
		if !there {
			return end, ok
		}
		_, greatest := w.ends(n, at, under)
		if greatest > t {
			if n == 0 || ok {
				return end, ok
			}
			before, _ := w.uptime.Nth(n - 1)
			_, end = w.ends(n-1, before, under)
			return end, true
		}
		end, ok = greatest, true
	}
}

func (b *bracket) concertod() bool { return b.g.Net.Scenario.Network.Profile.Kind == model.Concertod }

// collectBehaviours takes the bounds of the begin and end of behaviours.
func (b *bracket) collectBehaviours() {
	if !b.concertod() {
		return
	}
	type push struct{ component, push int }
	at := map[push]*running{}
	nodes := len(b.g.Net.Scenario.Nodes)
	b.behaviours, b.ways = make([][]running, nodes), make([]map[int][2]bool, nodes)
	for n := range b.ways {
		b.ways[n] = map[int][2]bool{}
	}
	for e := range b.g.Transition {
		o := b.g.Origin(petri.EventID(e))
		if o.Kind != petri.BehaviourRun && o.Kind != petri.BehaviourEnd {
			continue
		}
		k := push{o.Component, o.Push}
		r := at[k]
		if r == nil {
			r = &running{end: [2]time.Duration{model.Never, model.Never}}
			at[k] = r
		}
		if o.Kind == petri.BehaviourRun {
			r.start = [2]time.Duration{b.x[0][e], b.x[1][e]}
		} else { // the end, or later that it is noticed
			r.end = [2]time.Duration{min(r.end[0], b.x[0][e]), min(r.end[1], b.x[1][e])}
		}
	}
	for k, r := range at {
		n := b.g.Net.Scenario.Components[k.component].Node
		b.behaviours[n] = append(b.behaviours[n], *r)
	}
}

// wayOf says whether a behaviour of a node is under way when it wakes up.
func (b *bracket) wayOf(node int) underWay {
	if !b.concertod() {
		return unknownWay
	}
	w := windowsOf(b.g.Net, node)
	return func(n int) (may, must bool) {
		switch {
		case n == 0:
			return false, false
		case b.behaviours == nil:
			return true, false
		}
		if known, ok := b.ways[node][n]; ok {
			return known[0], known[1]
		}
		defer func() { b.ways[node][n] = [2]bool{may, must} }()
		at, _ := w.uptime.Nth(n)
		before, _ := w.uptime.Nth(n - 1)
		if _, end := w.ends(n-1, before, unknownWay); b.stretch(node, end, nil) >= at.Start {
			return true, false
		}
		for _, r := range b.behaviours[node] {
			may = may || r.start[0] <= at.Start && r.end[1] >= at.Start
			must = must || r.start[1] < at.Start && r.end[0] > at.Start
		}
		return may, must
	}
}

// before lists the transitions of components that precede an event.
func (b *bracket) before(e petri.EventID) []petri.EventID {
	if list, known := b.ancestors[e]; known {
		return list
	}
	list := []petri.EventID{}
	seen := make([]bool, b.g.Len())
	stack := []petri.EventID{e}
	for len(stack) > 0 {
		x := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if b.g.FirstAlternative[x+1]-b.g.FirstAlternative[x] > 1 {
			continue // what precedes one need not precede another
		}
		for _, p := range b.g.Causes(x) {
			if !seen[p] {
				seen[p] = true
				stack = append(stack, p)
				if b.g.Origin(p).Kind == petri.Fire {
					list = append(list, p)
				}
			}
		}
	}
	slices.Sort(list)
	b.ancestors[e] = list
	return list
}
