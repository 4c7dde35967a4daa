package network

import (
	"cmp"
	"math"
	"slices"
)

// MaxMin shares the links between flows that are under way at once, and returns
// the rate of each in bytes per second, before Model.BandwidthFactor.
//
// It is the weighted max-min fair sharing: rate × penalty is the level of a
// flow, and no level can be raised without lowering one that is not greater. So
// each flow is at its bound, or has a link that is saturated and on which no flow
// has a greater level. Progressive filling finds it: the levels of all flows rise
// together, and a flow stops where it meets its bound or a link of its is full
// (D. Bertsekas, R. Gallager, Data Networks, section 6.5).
func MaxMin(p *Platform, flows []*Flow) []float64 {
	return new(filling).share(p, flows)
}

// filling is the state of progressive filling. It can be used any number of times.
type filling struct {
	flows   []*Flow
	rates   []float64 // negative where the flow still rises
	tops    []float64 // level at which a flow meets its bound
	byTop   []int     // flows by tops; the first ones have stopped
	next    int       // in byTop
	links   []fillingLink
	dense   []int   // by link of the platform: one more than its place in links; 0: in none
	on      [][]int // the links of each flow
	left    int
	level   float64 // that has been reached
	stopped []int   // in a step
	touched []int   // the links of these
}

type fillingLink struct {
	link     int // of the platform
	capacity float64
	fat      bool // full when one flow takes the capacity
	users    []user
	rising   int     // of the users
	level    float64 // at which the link is full; infinite without rising users
}

type user struct {
	flow   int
	factor float64
}

// share returns the rates, which are good until the next call.
func (f *filling) share(p *Platform, flows []*Flow) []float64 {
	f.begin(p, flows)
	for f.left > 0 {
		f.step()
	}
	for l := range f.links {
		f.dense[f.links[l].link] = 0
	}
	return f.rates
}

func (f *filling) begin(p *Platform, flows []*Flow) {
	if f.dense == nil {
		f.dense = make([]int, len(p.Links))
	}
	f.flows, f.left, f.next, f.level = flows, len(flows), 0, 0
	f.rates, f.tops, f.byTop, f.links = f.rates[:0], f.tops[:0], f.byTop[:0], f.links[:0]
	for len(f.on) < len(flows) {
		f.on = append(f.on, nil)
	}
	for i, flow := range flows {
		f.rates = append(f.rates, -1)
		f.tops = append(f.tops, flow.Bound*flow.Penalty)
		f.byTop = append(f.byTop, i)
		f.on[i] = f.on[i][:0]
		for _, u := range flow.Use {
			l := f.link(p, u.Link)
			f.links[l].users = append(f.links[l].users, user{i, u.Factor})
			f.links[l].rising++
			f.on[i] = append(f.on[i], l)
		}
	}
	slices.SortStableFunc(f.byTop, func(a, b int) int { return cmp.Compare(f.tops[a], f.tops[b]) })
	for l := range f.links {
		f.fill(&f.links[l])
	}
}

// link returns the place of a link of the platform, with the room for its users
// that an earlier one has had there.
func (f *filling) link(p *Platform, id int) int {
	if f.dense[id] == 0 {
		l := len(f.links)
		var room []user
		if l < cap(f.links) {
			room = f.links[:l+1][l].users[:0]
		}
		f.links = append(f.links, fillingLink{link: id, capacity: p.Links[id].Bandwidth, fat: p.Links[id].Sharing == Fatpipe, users: room})
		f.dense[id] = l + 1
	}
	return f.dense[id] - 1
}

// fill computes the level at which a link is full, with the flows as they are.
func (f *filling) fill(l *fillingLink) {
	free, slope := l.capacity, 0.0
	for _, u := range l.users {
		r, s := f.rates[u.flow], u.factor/f.flows[u.flow].Penalty
		switch {
		case r >= 0 && !l.fat:
			free -= u.factor * r
		case r < 0 && l.fat:
			slope = max(slope, s)
		case r < 0:
			slope += s
		}
	}
	l.level = math.Inf(1)
	if l.rising > 0 {
		l.level = max(free/slope, f.level) // no less, but for rounding
	}
}

// step raises the levels to the next bound or full link.
func (f *filling) step() {
	for f.rates[f.byTop[f.next]] >= 0 {
		f.next++
	}
	top := f.byTop[f.next]
	full, level := -1, f.tops[top]
	for l := range f.links {
		// Where the bound of a flow is the bandwidth of the link, the link is full
		// first, as in SimGrid: on a fatpipe that stops the other flows, too.
		if v := f.links[l].level; v < level || v == level && full < 0 {
			full, level = l, v
		}
	}
	f.level = level
	f.stopped = f.stopped[:0]
	if full < 0 {
		f.stopped = append(f.stopped, top)
	} else {
		for _, u := range f.links[full].users {
			if f.rates[u.flow] < 0 {
				f.stopped = append(f.stopped, u.flow)
			}
		}
	}
	for _, i := range f.stopped {
		f.rates[i] = level / f.flows[i].Penalty
		if full < 0 {
			f.rates[i] = f.tops[i] / f.flows[i].Penalty
		}
	}
	f.left -= len(f.stopped)
	f.refill()
}

// refill computes the levels of the links that flows have stopped on.
func (f *filling) refill() {
	f.touched = f.touched[:0]
	for _, i := range f.stopped {
		for _, l := range f.on[i] {
			f.links[l].rising--
			f.touched = append(f.touched, l)
		}
	}
	slices.Sort(f.touched)
	for i, l := range f.touched {
		if i == 0 || l != f.touched[i-1] {
			f.fill(&f.links[l])
		}
	}
}
