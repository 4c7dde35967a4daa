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
	f := newFilling(p, flows)
	for f.left > 0 {
		f.step()
	}
	return f.rates
}

// filling is the state of progressive filling.
type filling struct {
	flows []*Flow
	rates []float64 // negative where the flow still rises
	tops  []float64 // level at which a flow meets its bound
	byTop []int     // flows by tops; the first ones have stopped
	next  int       // in byTop
	links []fillingLink
	on    [][]int // the links of each flow
	left  int
}

type fillingLink struct {
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

func newFilling(p *Platform, flows []*Flow) *filling {
	f := &filling{flows: flows, rates: make([]float64, len(flows)), tops: make([]float64, len(flows)), on: make([][]int, len(flows)), left: len(flows)}
	dense := map[int]int{}
	for i, flow := range flows {
		f.rates[i] = -1
		for _, u := range flow.Use {
			l, ok := dense[u.Link]
			if !ok {
				l = len(f.links)
				dense[u.Link] = l
				f.links = append(f.links, fillingLink{capacity: p.Links[u.Link].Bandwidth, fat: p.Links[u.Link].Sharing == Fatpipe})
			}
			f.links[l].users = append(f.links[l].users, user{i, u.Factor})
			f.links[l].rising++
			f.on[i] = append(f.on[i], l)
		}
		f.tops[i] = flow.Bound * flow.Penalty
		f.byTop = append(f.byTop, i)
	}
	slices.SortFunc(f.byTop, func(a, b int) int { return cmp.Compare(f.tops[a], f.tops[b]) })
	for l := range f.links {
		f.fill(&f.links[l])
	}
	return f
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
		l.level = max(free, 0) / slope
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
	var stopped []int
	if full < 0 {
		stopped = []int{top}
	} else {
		for _, u := range f.links[full].users {
			if f.rates[u.flow] < 0 {
				stopped = append(stopped, u.flow)
			}
		}
	}
	for _, i := range stopped {
		f.rates[i] = level / f.flows[i].Penalty
		if full < 0 {
			f.rates[i] = f.tops[i] / f.flows[i].Penalty
		}
	}
	f.left -= len(stopped)
	f.refill(stopped)
}

// refill computes the levels of the links that flows have stopped on.
func (f *filling) refill(stopped []int) {
	var touched []int
	for _, i := range stopped {
		for _, l := range f.on[i] {
			f.links[l].rising--
			touched = append(touched, l)
		}
	}
	slices.Sort(touched)
	for _, l := range slices.Compact(touched) {
		f.fill(&f.links[l])
	}
}
