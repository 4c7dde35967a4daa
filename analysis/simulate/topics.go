package simulate

import (
	"slices"

	"adagio/dsl/model"
)

// fact is what a node may know about another (SEMANTICS.md, section 4).
type fact uint8

const (
	portActive   fact = iota // a provide port is active
	portRefusing             // a provide port is refusing
	portUsed                 // a use port is in use
	shownIdle                // a component is idle with an empty queue, its node not holding
	behaviourEnd             // how often a behaviour of a component has ended
	nodeQuiet                // all existing components of a node are idle, it is not holding
)

// topic is a fact that one node tells another.
type topic struct {
	fact  fact
	about int // component; node for nodeQuiet
	which int // port or behaviour
	to    int // the node that is told
}

// topics are all facts that some node asks about another.
type topics struct {
	topics  []topic
	byComp  [][]int      // by component: the topics about it
	byNode  [][]int      // by node: the topics about all of it
	asked   [][]int      // by node: the topics that it asks about
	byLink  []linkTopics // by link
	awaited [][]int      // by node and instruction: the topic a remote wait asks, or -1
	peers   [][]int      // by node: the topics that its wait all asks
	readers [][]int      // by topic: the components whose rules read it
	ids     map[topic]int
}

// linkTopics are the topics of a link between two nodes; -1 for one that nobody asks
// about.
type linkTopics struct {
	remote                 bool
	active, refusing, used int
}

func newTopics(s *model.Scenario) topics {
	ts := topics{
		byComp: make([][]int, len(s.Components)), byNode: make([][]int, len(s.Nodes)), asked: make([][]int, len(s.Nodes)),
		byLink: make([]linkTopics, len(s.Links)), peers: make([][]int, len(s.Nodes)),
		ids: map[topic]int{},
	}
	for i, l := range s.Links {
		user, provider := s.Components[l.User].Node, s.Components[l.Provider].Node
		if user == provider {
			continue
		}
		ts.byLink[i] = linkTopics{true, -1, -1, -1}
		k, locks := &ts.byLink[i], s.TypeOf(l.User).Ports[l.UsePort].Kind == model.Use
		if l.UserSide || makes(s, i, user, model.Connect) {
			k.active = ts.add(topic{portActive, l.Provider, l.ProvidePort, user})
			if locks && s.AsksRefusal(i) {
				k.refusing = ts.add(topic{portRefusing, l.Provider, l.ProvidePort, user})
			}
		}
		if (l.ProviderSide || makes(s, i, provider, model.Connect)) && (locks || makes(s, i, provider, model.Disconnect)) {
			k.used = ts.add(topic{portUsed, l.User, l.UsePort, provider})
		}
	}
	for n := range s.Nodes {
		awaited := make([]int, len(s.Nodes[n].Program))
		for i, in := range s.Nodes[n].Program {
			awaited[i] = -1
			switch {
			case in.Op != model.Wait || s.Components[in.Component].Node == n:
			case namesEnd(s, &in):
				awaited[i] = ts.add(topic{behaviourEnd, in.Component, in.Behaviour, n})
			default:
				awaited[i] = ts.add(topic{shownIdle, in.Component, 0, n})
			}
		}
		ts.awaited = append(ts.awaited, awaited)
		for _, peer := range s.Nodes[n].Neighbours {
			if !slices.ContainsFunc(s.Nodes[n].Program, func(in model.Instruction) bool { return in.Op == model.WaitAll }) {
				break // nobody asks
			}
			ts.peers[n] = append(ts.peers[n], ts.add(topic{nodeQuiet, peer, 0, n}))
		}
	}
	return ts
}

// makes says whether the program of a node makes (or removes) sides of a link.
func makes(s *model.Scenario, link, node int, op model.Op) bool {
	return slices.ContainsFunc(s.Nodes[node].Program, func(in model.Instruction) bool { return in.Op == op && in.Link == link })
}

func (ts *topics) add(t topic) int {
	if id, ok := ts.ids[t]; ok {
		return id
	}
	id := len(ts.topics)
	ts.ids[t] = id
	ts.topics = append(ts.topics, t)
	ts.asked[t.to] = append(ts.asked[t.to], id)
	if t.fact == nodeQuiet {
		ts.byNode[t.about] = append(ts.byNode[t.about], id)
	} else {
		ts.byComp[t.about] = append(ts.byComp[t.about], id)
	}
	return id
}

// readersOf lists the components of a topic's node whose rules read it: those
// that are linked with the port.
func (m *prepared) readersOf(t topic) (readers []int) {
	if t.fact > portUsed {
		return nil
	}
	for _, l := range m.links[t.about][t.which] {
		other := m.s.Links[l].User
		if t.fact == portUsed {
			other = m.s.Links[l].Provider
		}
		if m.s.Components[other].Node == t.to {
			readers = append(readers, other)
		}
	}
	return readers
}

// tells is the present value of the fact of a topic.
func (w *world) tells(t *topic) int32 {
	if t.fact == nodeQuiet {
		n := &w.nodes[t.about]
		return bit(!n.holding && w.quiet(n))
	}
	c := &w.comps[t.about]
	switch t.fact {
	case portActive, portUsed:
		return bit(c.active(t.which))
	case portRefusing:
		return bit(c.refuses(t.which))
	case shownIdle:
		return bit(w.shows(c))
	}
	return c.ends[t.which]
}

func bit(b bool) int32 {
	if b {
		return 1
	}
	return 0
}
