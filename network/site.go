package network

import (
	"fmt"
	"math"
	"time"

	"adagio/dsl/model"
)

// Sizes are the smallest and the greatest size of a message in bytes.
type Sizes struct{ Lo, Hi float64 }

// DefaultSizes is what a message of a look has unless a network says otherwise:
// nothing but headers at least, as when a connection is set up, and one Ethernet
// frame at most. The requests and answers of Ballet's looks are some 200 bytes.
var DefaultSizes = Sizes{0, 1500}

// Traffic is messages that are under way one after another: at each instant at
// most one, on one of the ways. Count of the same kind may go on at once.
type Traffic struct {
	Ways  [][2]int // from node, to node
	Count int
}

// Site is a scenario on a platform: each node on a host, and who sends what.
type Site struct {
	Platform *Platform
	Sizes    Sizes

	hosts []int            // by node
	on    map[[2]int][]int // by way: the traffic on it
	mine  []map[int]share  // by traffic: what one of its messages may ask of each link
	load  *Load
}

// share is factor / penalty of a message on a link.
type share = float64

// NewSite puts nodes on hosts. The node n asks the nodes of asks[n], one at a
// time: at each instant at most one message of its looks is under way, from n to
// a node that it asks or back.
func NewSite(p *Platform, hosts []int, asks [][]int, sizes Sizes) (*Site, error) {
	var traffic []Traffic
	for n, peers := range asks {
		t := Traffic{Count: 1}
		for _, m := range peers {
			t.Ways = append(t.Ways, [2]int{n, m}, [2]int{m, n})
		}
		traffic = append(traffic, t)
	}
	return NewBusySite(p, hosts, traffic, sizes)
}

// NewBusySite puts nodes, and what else sends messages, on hosts, with the traffic
// between them.
func NewBusySite(p *Platform, hosts []int, traffic []Traffic, sizes Sizes) (*Site, error) {
	s := &Site{Platform: p, Sizes: sizes, hosts: hosts, on: map[[2]int][]int{}, load: NewLoad(p)}
	for i, t := range traffic {
		mine := map[int]share{}
		for _, way := range t.Ways {
			f, _, err := s.flow(way[0], way[1])
			if err != nil {
				return nil, err
			}
			for _, u := range f.Use {
				mine[u.Link] = max(mine[u.Link], u.Factor/f.Penalty)
			}
			s.on[way] = append(s.on[way], i)
		}
		for link, v := range mine {
			s.load.raise(link, v, t.Count)
		}
		s.mine = append(s.mine, mine)
	}
	return s, nil
}

// Host is the name of the host that a node is on.
func (s *Site) Host(node int) string { return s.Platform.Hosts[s.hosts[node]].Name }

// HostIndex is the host that a node is on, an index of Platform.Hosts.
func (s *Site) HostIndex(node int) int { return s.hosts[node] }

// Flow describes a message from one node to another.
func (s *Site) Flow(i, j int) (Flow, error) {
	f, _, err := s.flow(i, j)
	return f, err
}

func (s *Site) flow(i, j int) (Flow, Route, error) {
	r, err := s.Platform.Route(s.hosts[i], s.hosts[j])
	if err != nil {
		return Flow{}, r, err
	}
	return s.Platform.Model.Flow(s.Platform, r), r, nil
}

// Delay is how long a message takes from one node to another, on a way of the
// traffic. The least is the smallest message on an empty network. The greatest
// is the greatest message while all other traffic has a message under way that
// asks as much of each link as any of its messages does: [Model.Worst] with, for
// each link, the sum of these, at any instant no less than what is there.
func (s *Site) Delay(i, j int) (model.Delay, error) {
	f, r, err := s.flow(i, j)
	if err != nil {
		return model.Delay{}, err
	}
	m := s.Platform.Model
	lo := m.Alone(s.Platform, r, s.Sizes.Lo)
	hi := m.Alone(s.Platform, r, s.Sizes.Hi)
	for _, t := range s.on[[2]int{i, j}] {
		hi = max(hi, m.worst(&f, s.Sizes.Hi, s.Platform, func(link int) float64 {
			own := 0.0
			for _, u := range f.Use {
				if u.Link == link {
					own = u.Factor / f.Penalty
				}
			}
			if s.Platform.Links[link].Sharing == Fatpipe {
				return max(s.load.onLink[link], own)
			}
			return s.load.onLink[link] - s.mine[t][link] + own
		}))
	}
	if hi > model.MaxDelay.Seconds() {
		return model.Delay{}, fmt.Errorf("a message from %s to %s may take %s, more than a year", s.Host(i), s.Host(j), FormatTime(hi))
	}
	return model.Interval(nanoseconds(lo, math.Floor), nanoseconds(hi, math.Ceil)), nil
}

// nanoseconds rounds seconds in one direction, but for what is nearer to a
// nanosecond than the rounding errors of the model.
func nanoseconds(seconds float64, round func(float64) float64) time.Duration {
	v := seconds * 1e9
	if near := math.Round(v); math.Abs(v-near) <= 1e-12*v+1e-6 {
		return time.Duration(near)
	}
	return time.Duration(round(v))
}
