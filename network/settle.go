package network

import "adagio/dsl/model"

// Settle puts the nodes of a scenario on hosts of a platform, and has its network
// take the latencies between those that communicate from there, whatever it was
// before. hosts has the host of each node, and after them that of the broker if the
// executor has one.
func Settle(s *model.Scenario, p *Platform, hosts []int, sizes Sizes) error {
	traffic := trafficOf(s)
	site, err := NewBusySite(p, hosts, traffic, sizes)
	if err != nil {
		return err
	}
	n := &s.Network
	n.Latency, n.Routes, n.Platform = model.Delay{}, map[[2]int]model.Delay{}, site
	for _, a := range traffic {
		for _, way := range a.Ways {
			if _, done := n.Routes[way]; done {
				continue
			}
			if n.Routes[way], err = site.Delay(way[0], way[1]); err != nil {
				return err
			}
		}
	}
	n.ToBroker, n.FromBroker = nil, nil
	if n.Profile.Kind.Brokers() {
		toBroker(n, len(s.Nodes))
	}
	return nil
}

// toBroker takes the latencies to and from the broker, which has the number after
// those of the nodes, out of the routes.
func toBroker(n *model.Network, nodes int) {
	for i := range nodes {
		there, back := [2]int{i, nodes}, [2]int{nodes, i}
		n.ToBroker = append(n.ToBroker, n.Routes[there])
		n.FromBroker = append(n.FromBroker, n.Routes[back])
		delete(n.Routes, there)
		delete(n.Routes, back)
	}
}

// trafficOf lists what the nodes of a scenario may send at the same time, at most.
// In the profile ideal what is asked for arrives by itself, one way and without a size. In
// the profile ballet a node makes one look after another. With push each change
// of a fact may be under way to each node that asks for it, and so may a hello
// with its answer; with a broker each change may be on its way there, and each node
// makes one reading after another.
func trafficOf(s *model.Scenario) []Traffic {
	var out []Traffic
	switch s.Network.Profile.Kind {
	case model.Pushing:
		between := s.Traffic().Between
		for n, asked := range s.Peers() {
			for _, m := range asked {
				out = append(out,
					Traffic{Ways: [][2]int{{m, n}, {n, m}}, Count: between[[2]int{m, n}] + 1},
					Traffic{Ways: [][2]int{{n, m}, {m, n}}, Count: 1})
			}
		}
	case model.Brokered, model.Concertod:
		broker, facts := len(s.Nodes), s.Traffic().Out
		for n := range s.Nodes {
			ways := [][2]int{{n, broker}, {broker, n}}
			out = append(out, Traffic{Ways: ways, Count: facts[n]}, Traffic{Ways: ways, Count: 1})
		}
	case model.Ideal:
		between := s.Traffic().Between
		for n, asked := range s.Peers() {
			for _, m := range asked {
				out = append(out, Traffic{Ways: [][2]int{{m, n}}, Count: between[[2]int{m, n}]})
			}
		}
	default:
		for n, asked := range s.Peers() {
			t := Traffic{Count: 1}
			for _, m := range asked {
				t.Ways = append(t.Ways, [2]int{n, m}, [2]int{m, n})
			}
			out = append(out, t)
		}
	}
	return out
}
