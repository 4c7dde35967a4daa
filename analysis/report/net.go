package report

import "adagio/petri"

// Net is the document of "adagio net --format json".
type Net struct {
	Schema      string          `json:"schema"` // "adagio/net/1"
	Nodes       []string        `json:"nodes"`
	Places      []NetPlace      `json:"places"`
	Transitions []NetTransition `json:"transitions"`
}

// NetPlace is a place of a net; others refer to it by its index.
type NetPlace struct {
	Name   string `json:"name"`
	Node   int    `json:"node"`
	Marked bool   `json:"marked"` // initially
	Position
}

// NetTransition is a transition of a net with the indices of its places.
// Transitions of the same choice (0 is none) are alternatives of one event.
type NetTransition struct {
	Name   string   `json:"name"`
	Kind   string   `json:"kind"` // what it stands for
	Node   int      `json:"node"`
	In     []int32  `json:"in"`
	Read   []int32  `json:"read"`
	Out    []int32  `json:"out"`
	Choice int32    `json:"choice"`
	Delay  Interval `json:"delay"`
	Position
}

// Graph is the document of "adagio net --graph --format json": events in an order
// in which causes come first. An event occurs at the least over its alternatives
// of the greatest date of their causes, plus its delay.
type Graph struct {
	Schema   string  `json:"schema"` // "adagio/graph/1"
	Order    int     `json:"order"`  // which order of the races this is, from 1
	Orders   int     `json:"orders"` // how many there are
	Complete bool    `json:"complete"`
	Events   []Event `json:"events"`
	Starts   []int32 `json:"starts"` // by node: the event that starts it
	Ends     []int32 `json:"ends"`   // by node: the event that ends its program, or -1
}

// Event is one event of a graph.
type Event struct {
	Name         string    `json:"name"`
	Kind         string    `json:"kind"`
	Node         int       `json:"node"`
	Delay        Interval  `json:"delay"`
	Alternatives [][]int32 `json:"alternatives"` // causes
	Position
}

// NewNet makes the document of a net.
func NewNet(n *petri.Net) *Net {
	out := &Net{Schema: "adagio/net/1", Nodes: []string{}, Places: []NetPlace{}, Transitions: []NetTransition{}}
	for _, node := range n.Scenario.Nodes {
		out.Nodes = append(out.Nodes, node.Name)
	}
	for i := range n.Places {
		p := &n.Places[i]
		out.Places = append(out.Places, NetPlace{n.PlaceName(petri.PlaceID(i)), p.Node(), p.Marked, position(*p.Origin.Pos)})
	}
	for i := range n.Transitions {
		t := &n.Transitions[i]
		out.Transitions = append(out.Transitions, NetTransition{
			Name: n.TransitionName(petri.TransitionID(i)), Kind: t.Origin.Kind.String(), Node: t.Node(), In: ids(t.In()), Read: ids(t.Read()), Out: ids(t.Out()),
			Choice: t.Choice, Delay: delay(*t.Delay), Position: position(*t.Origin.Pos),
		})
	}
	return out
}

// NewGraph makes the document of an event graph, the nth of several.
func NewGraph(g *petri.EventGraph, nth, of int) *Graph {
	out := &Graph{Schema: "adagio/graph/1", Order: nth, Orders: of, Complete: g.Complete, Events: []Event{}, Starts: ids(g.Starts), Ends: ids(g.Ends)}
	for i := range g.Len() {
		e := petri.EventID(i)
		o := g.Origin(e)
		event := Event{Name: g.Name(e), Kind: o.Kind.String(), Node: o.Node, Delay: delay(g.Delay(e)), Alternatives: [][]int32{}, Position: position(*o.Pos)}
		g.Alternatives(e, func(causes []petri.EventID) bool {
			event.Alternatives = append(event.Alternatives, ids(causes))
			return true
		})
		out.Events = append(out.Events, event)
	}
	return out
}

// ids are indices as JSON has them: a list, never null.
func ids[T ~int32](in []T) []int32 {
	out := make([]int32, len(in))
	for i, v := range in {
		out[i] = int32(v)
	}
	return out
}
