package network

import (
	"cmp"
	"math"
	"slices"
)

// Flows follows messages that share the links of a platform, from their start to
// their end. Whenever a message begins or ends to use bandwidth, the rates of all
// those that it shares links with, directly or through others, are computed anew.
//
//	net := network.NewFlows(p, p.Model)
//	id := net.Start(0, route, 1e6)
//	for at, ok := net.Next(); ok; at, ok = net.Next() {
//		for _, done := range net.Advance(at) { … }
//	}
//
// A caller with events of its own advances to whichever comes first.
type Flows struct {
	p       *Platform
	m       Model
	now     float64
	started uint64 // messages so far
	flows   []moving
	free    []int   // numbers of messages that have ended
	onLink  [][]int // flows that use bandwidth, by link
	queue   []int   // heap of the messages that are under way, by their next dates
	arrived []int

	sharing filling
	changed []int   // what the rates are computed anew for
	linked  []int   // those linked with them
	shared  []*Flow // the same
	round   uint64  // of looking for them
	seen    []uint64
}

// moving is a message on its way.
type moving struct {
	*Flow
	serial  uint64  // of its start
	left    float64 // bytes, at the date since
	rate    float64 // bytes per second
	since   float64
	sending bool    // the latency is paid
	next    float64 // when the latency is paid, or it ends
	at      int     // its place in the queue
	seen    uint64  // round
}

// NewFlows is an empty network at date 0.
func NewFlows(p *Platform, m Model) *Flows {
	return &Flows{p: p, m: m, onLink: make([][]int, len(p.Links)), seen: make([]uint64, len(p.Links))}
}

// Start sends a message over a route at a date, which must not be after
// [Flows.Next]. Its latency counts from there, but it uses no bandwidth before the
// last date that the network has advanced to. It returns the number of the message, which no other message under way has.
func (n *Flows) Start(at float64, r Route, bytes float64) int {
	f := n.m.Flow(n.p, r)
	return n.StartFlow(at, &f, bytes)
}

// StartFlow is Start for the flow of a route, which must not change while the
// message is under way (see [Model.Flow]).
func (n *Flows) StartFlow(at float64, f *Flow, bytes float64) int {
	n.now = max(n.now, at)
	id := len(n.flows)
	if last := len(n.free) - 1; last >= 0 {
		id, n.free = n.free[last], n.free[:last]
	} else {
		n.flows = append(n.flows, moving{})
	}
	n.flows[id] = moving{Flow: f, serial: n.started, left: bytes, since: n.now, next: at + f.Delay, at: len(n.queue), seen: n.flows[id].seen}
	n.started++
	n.queue = append(n.queue, id)
	n.up(len(n.queue) - 1)
	return id
}

// UnderWay counts the messages that have not arrived.
func (n *Flows) UnderWay() int { return len(n.queue) }

// Restart sets the clock to 0. No message must be under way.
func (n *Flows) Restart() { n.now = 0 }

// Next is the date at which something happens to a message if none is started
// before. It is not ok where no message is on its way.
func (n *Flows) Next() (at float64, ok bool) {
	if len(n.queue) == 0 {
		return math.Inf(1), false
	}
	return n.flows[n.queue[0]].next, true
}

// Advance goes on to a date, and returns the messages that have arrived by then
// in the order of arrival. The list is good until the next call, and the numbers
// in it until the next start.
func (n *Flows) Advance(to float64) (arrived []int) {
	n.arrived = n.arrived[:0]
	for {
		at, ok := n.Next()
		if !ok || at > to {
			n.now = max(n.now, to)
			n.free = append(n.free, n.arrived...)
			return n.arrived
		}
		n.now = max(n.now, at)
		n.changed = n.changed[:0]
		for at2 := at; ok && at2 == at; at2, ok = n.Next() {
			n.happen(n.queue[0])
		}
		n.share()
	}
}

// happen pays the latency of a message or ends it.
func (n *Flows) happen(id int) {
	f := &n.flows[id]
	n.changed = append(n.changed, id)
	if f.sending || f.left == 0 {
		n.leave(id)
		n.remove()
		n.arrived = append(n.arrived, id)
		return
	}
	n.enter(id)
	f.next = math.Inf(1) // until its rate is known
	n.down(f.at)
}

// enter puts a message on its links.
func (n *Flows) enter(id int) {
	f := &n.flows[id]
	f.sending, f.since = true, n.now
	for _, u := range f.Use {
		n.onLink[u.Link] = append(n.onLink[u.Link], id)
	}
}

// leave takes a message off its links.
func (n *Flows) leave(id int) {
	f := &n.flows[id]
	if !f.sending {
		return
	}
	f.sending = false
	for _, u := range f.Use {
		list := n.onLink[u.Link]
		i := slices.Index(list, id)
		n.onLink[u.Link] = slices.Delete(list, i, i+1)
	}
}

// share computes the rates of the messages that are linked with those that
// changed.
func (n *Flows) share() {
	n.component()
	switch len(n.linked) {
	case 0:
	case 1:
		n.pace(n.linked[0], n.flows[n.linked[0]].alone(n.p))
	default:
		n.shared = n.shared[:0]
		for _, id := range n.linked {
			n.shared = append(n.shared, n.flows[id].Flow)
		}
		for i, rate := range n.sharing.share(n.p, n.shared) {
			n.pace(n.linked[i], rate)
		}
	}
}

// pace sets the rate of a message, and with it its end.
func (n *Flows) pace(id int, rate float64) {
	f := &n.flows[id]
	rate *= n.m.BandwidthFactor
	if rate == f.rate {
		return
	}
	f.left = max(f.left-f.rate*(n.now-f.since), 0)
	f.since, f.rate, f.next = n.now, rate, n.now+f.left/rate
	n.down(f.at)
	n.up(f.at)
}

// component lists the messages that use bandwidth and share a link with one that
// changed, or with one that does, in the order of their starts.
func (n *Flows) component() {
	n.round++
	n.linked = n.linked[:0]
	for len(n.changed) > 0 {
		last := len(n.changed) - 1
		id := n.changed[last]
		n.changed = n.changed[:last]
		f := &n.flows[id]
		if f.seen == n.round {
			continue
		}
		f.seen = n.round
		if f.sending {
			n.linked = append(n.linked, id)
		}
		for _, u := range f.Use {
			if n.seen[u.Link] != n.round {
				n.seen[u.Link] = n.round
				n.changed = append(n.changed, n.onLink[u.Link]...)
			}
		}
	}
	slices.SortFunc(n.linked, func(a, b int) int { return cmp.Compare(n.flows[a].serial, n.flows[b].serial) })
}

// The queue: of two messages with the same date the one that started first is the
// first.

func (n *Flows) before(i, j int) bool {
	a, b := &n.flows[n.queue[i]], &n.flows[n.queue[j]]
	return a.next < b.next || a.next == b.next && a.serial < b.serial
}

func (n *Flows) swap(i, j int) {
	n.queue[i], n.queue[j] = n.queue[j], n.queue[i]
	n.flows[n.queue[i]].at, n.flows[n.queue[j]].at = i, j
}

func (n *Flows) up(i int) {
	for parent := (i - 1) / 2; i > 0 && n.before(i, parent); parent = (i - 1) / 2 {
		n.swap(i, parent)
		i = parent
	}
}

func (n *Flows) down(i int) {
	for {
		least := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(n.queue); child++ {
			if n.before(child, least) {
				least = child
			}
		}
		if least == i {
			return
		}
		n.swap(i, least)
		i = least
	}
}

// remove takes the first message out of the queue.
func (n *Flows) remove() {
	last := len(n.queue) - 1
	n.swap(0, last)
	n.queue = n.queue[:last]
	n.down(0)
}
