package simulate

import "adagio/dsl/model"

// prepared is a scenario made ready for any number of runs.
type prepared struct {
	s      *model.Scenario
	shapes []*shape
	// links gives, by component and port, the links that the port is in.
	links [][][]int
	// local lists, by component, the components of the same node that share a
	// link with it: whose rules may ask about it.
	local [][]int
	// ends gives, by node and instruction, how many ends of the behaviour a
	// "wait c b" under ConcertoD is for; 0 for any other instruction.
	ends [][]int32
	// roads are the ways of messages on a platform; nil without one.
	roads *roads
	topics
}

func prepare(s *model.Scenario) (*prepared, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	m := &prepared{s: s, links: make([][][]int, len(s.Components)), local: make([][]int, len(s.Components))}
	for _, t := range s.Types {
		m.shapes = append(m.shapes, newShape(t, s.Semantics, s.Rules))
	}
	for c := range s.Components {
		m.links[c] = make([][]int, len(s.TypeOf(c).Ports))
	}
	for i, l := range s.Links {
		m.links[l.User][l.UsePort] = append(m.links[l.User][l.UsePort], i)
		m.links[l.Provider][l.ProvidePort] = append(m.links[l.Provider][l.ProvidePort], i)
		if s.Components[l.User].Node == s.Components[l.Provider].Node && l.User != l.Provider {
			m.local[l.User] = append(m.local[l.User], l.Provider)
			m.local[l.Provider] = append(m.local[l.Provider], l.User)
		}
	}
	for n := range s.Nodes {
		m.ends = append(m.ends, awaitedEnds(s, n))
	}
	m.roads = newRoads(s)
	m.topics = newTopics(s)
	for _, t := range m.topics.topics {
		m.readers = append(m.readers, m.readersOf(t))
	}
	return m, nil
}

// awaitedEnds numbers the ends that the "wait c b" of a node are for. A local
// one is for the last push of b before it, a remote one for the next end of b
// that this node has not waited for.
func awaitedEnds(s *model.Scenario, n int) []int32 {
	ends := make([]int32, len(s.Nodes[n].Program))
	pushed, waited := map[[2]int]int32{}, map[[2]int]int32{}
	for i, in := range s.Nodes[n].Program {
		key := [2]int{in.Component, in.Behaviour}
		switch {
		case in.Op == model.Push:
			pushed[key]++
		case !namesEnd(s, &in):
		case s.Components[in.Component].Node == n:
			ends[i] = pushed[key]
		default:
			waited[key]++
			ends[i] = waited[key]
		}
	}
	return ends
}

// namesEnd says whether an instruction waits for the end of one behaviour.
func namesEnd(s *model.Scenario, in *model.Instruction) bool {
	return in.Op == model.Wait && in.Behaviour >= 0 && s.Semantics == model.ConcertoD
}
