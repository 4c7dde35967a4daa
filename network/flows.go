package network

import (
	"container/heap"
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
	p      *Platform
	m      Model
	now    float64
	flows  []moving
	onLink [][]int // flows that use bandwidth, by link
	queue  dates
}

// moving is a message on its way.
type moving struct {
	Flow
	left    float64 // bytes, at the date since
	rate    float64 // bytes per second
	since   float64
	sending bool // the latency is paid
	done    bool
	version int // of its date in the queue
}

// date is when something happens to a message: its latency is paid, or it ends.
type date struct {
	at            float64
	flow, version int
}

type dates []date

func (q dates) Len() int { return len(q) }
func (q dates) Less(i, j int) bool {
	return q[i].at < q[j].at || q[i].at == q[j].at && q[i].flow < q[j].flow
}
func (q dates) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *dates) Push(x any)   { *q = append(*q, x.(date)) }
func (q *dates) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}

// NewFlows is an empty network at date 0.
func NewFlows(p *Platform, m Model) *Flows {
	return &Flows{p: p, m: m, onLink: make([][]int, len(p.Links))}
}

// Start sends a message over a route at a date, which must not be before the
// last one that the network has advanced to nor after [Flows.Next]. It returns
// the number of the message: 0, 1, 2, …
func (n *Flows) Start(at float64, r Route, bytes float64) int {
	n.now = max(n.now, at)
	id := len(n.flows)
	n.flows = append(n.flows, moving{Flow: n.m.Flow(n.p, r), left: bytes, since: n.now})
	n.schedule(id, n.now+n.flows[id].Delay)
	return id
}

// schedule sets the next date of a message.
func (n *Flows) schedule(id int, at float64) {
	f := &n.flows[id]
	f.version++
	heap.Push(&n.queue, date{at, id, f.version})
}

// Next is the date at which something happens to a message if none is started
// before. It is not ok where no message is on its way.
func (n *Flows) Next() (at float64, ok bool) {
	for len(n.queue) > 0 && n.flows[n.queue[0].flow].version != n.queue[0].version {
		heap.Pop(&n.queue)
	}
	if len(n.queue) == 0 {
		return math.Inf(1), false
	}
	return n.queue[0].at, true
}

// Advance goes on to a date, and returns the messages that have arrived by then
// in the order of arrival.
func (n *Flows) Advance(to float64) (arrived []int) {
	for {
		at, ok := n.Next()
		if !ok || at > to {
			n.now = max(n.now, to)
			return arrived
		}
		n.now = max(n.now, at)
		var changed []int
		for at2, ok := n.Next(); ok && at2 == at; at2, ok = n.Next() {
			id := heap.Pop(&n.queue).(date).flow
			f := &n.flows[id]
			changed = append(changed, id)
			switch {
			case f.sending || f.left == 0:
				n.leave(id)
				f.done = true
				f.version++
				arrived = append(arrived, id)
			default:
				f.version++
				n.enter(id)
			}
		}
		n.share(changed)
	}
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
	for _, u := range f.Use {
		list := n.onLink[u.Link]
		i := slices.Index(list, id)
		n.onLink[u.Link] = slices.Delete(list, i, i+1)
	}
}

// share computes the rates of the messages that are linked with those that
// changed.
func (n *Flows) share(changed []int) {
	ids := n.component(changed)
	flows := make([]*Flow, len(ids))
	for i, id := range ids {
		flows[i] = &n.flows[id].Flow
	}
	for i, rate := range MaxMin(n.p, flows) {
		f := &n.flows[ids[i]]
		rate *= n.m.BandwidthFactor
		if rate == f.rate {
			continue
		}
		f.left = max(f.left-f.rate*(n.now-f.since), 0)
		f.since, f.rate = n.now, rate
		n.schedule(ids[i], n.now+f.left/rate)
	}
}

// component lists the messages that use bandwidth and share a link with one of
// the given, or with one that does, in increasing order.
func (n *Flows) component(from []int) []int {
	seen := map[int]bool{}
	links := map[int]bool{}
	stack := slices.Clone(from)
	for len(stack) > 0 {
		id := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if seen[id] {
			continue
		}
		seen[id] = true
		for _, u := range n.flows[id].Use {
			if !links[u.Link] {
				links[u.Link] = true
				stack = append(stack, n.onLink[u.Link]...)
			}
		}
	}
	var out []int
	for id := range seen {
		if f := &n.flows[id]; f.sending && !f.done {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}
