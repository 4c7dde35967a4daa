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

// Site is a scenario on a platform: each node on a host, and who asks whom.
type Site struct {
	Platform *Platform
	Sizes    Sizes

	hosts []int           // by node
	asks  [][]int         // by node
	mine  []map[int]share // by node: what its messages may ask of each link
	load  *Load
}

// share is factor / penalty of a message on a link.
type share = float64

// NewSite puts nodes on hosts. The node n asks the nodes of asks[n], one at a
// time: at each instant at most one message of its looks is under way, from n to
// a node that it asks or back. Where that is not so (an executor that pushes),
// sizes must be 0, so that messages do not meet.
func NewSite(p *Platform, hosts []int, asks [][]int, sizes Sizes) (*Site, error) {
	s := &Site{Platform: p, Sizes: sizes, hosts: hosts, asks: asks, load: NewLoad(p)}
	for n, peers := range asks {
		mine := map[int]share{}
		for _, m := range peers {
			for _, way := range [][2]int{{n, m}, {m, n}} {
				f, _, err := s.flow(way[0], way[1])
				if err != nil {
					return nil, err
				}
				for _, u := range f.Use {
					mine[u.Link] = max(mine[u.Link], u.Factor/f.Penalty)
				}
			}
		}
		for link, v := range mine {
			s.load.raise(link, v)
		}
		s.mine = append(s.mine, mine)
	}
	return s, nil
}

// Host is the name of the host that a node is on.
func (s *Site) Host(node int) string { return s.Platform.Hosts[s.hosts[node]].Name }

// HostIndex is the host that a node is on, an index of Platform.Hosts.
func (s *Site) HostIndex(node int) int { return s.hosts[node] }

func (s *Site) flow(i, j int) (Flow, Route, error) {
	r, err := s.Platform.Route(s.hosts[i], s.hosts[j])
	if err != nil {
		return Flow{}, r, err
	}
	return s.Platform.Model.Flow(s.Platform, r), r, nil
}

// Delay is how long a message takes from one node to another that asks it or is
// asked by it. The least is the smallest message on an empty network. The greatest
// is the greatest message while every other node has a message under way that
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
	for _, asker := range []int{i, j} {
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
			return s.load.onLink[link] - s.mine[asker][link] + own
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
