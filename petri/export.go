package petri

import (
	"slices"
	"strconv"

	"adagio/dsl/graph"
	"adagio/dsl/model"

	gonum "gonum.org/v1/gonum/graph"
)

// Picture is the net as a graph, for Graphviz: a frame for each node, places as
// circles (with a dot if marked), transitions as bars (with their delay), read arcs
// dashed. A path is drawn in red: the transitions that fire on it one after another,
// and the places through which each enables the next. It may be nil.
func (n *Net) Picture(path []TransitionID) *graph.Picture {
	on := n.follow(path)
	picture := graph.NewPicture("net", true, []string{"rankdir", "LR"}, small, nil)
	var frames []*graph.Frame
	for _, node := range n.Scenario.Nodes {
		frames = append(frames, picture.AddFrame(nil, "label", "node "+model.Reference(node.Name)))
	}
	places, transitions := make([]gonum.Node, len(n.Places)), make([]gonum.Node, len(n.Transitions))
	for p, place := range n.Places {
		label := ""
		if place.Marked {
			label = "●"
		}
		places[p] = picture.AddNode(frames[place.Node()], "p"+strconv.Itoa(p),
			red(on.places[PlaceID(p)], "shape", "circle", "label", label, "xlabel", n.PlaceName(PlaceID(p)))...)
	}
	for t, tr := range n.Transitions {
		transitions[t] = picture.AddNode(frames[tr.Node()], "t"+strconv.Itoa(t),
			red(on.transitions[TransitionID(t)], "shape", "box", "label", withDelay(n.TransitionName(TransitionID(t)), *tr.Delay))...)
	}
	for t, tr := range n.Transitions {
		for _, p := range tr.In() {
			picture.AddLine(places[p], transitions[t], red(on.into[arc{p, TransitionID(t)}])...)
		}
		for _, p := range tr.Read() {
			picture.AddLine(places[p], transitions[t], red(on.into[arc{p, TransitionID(t)}], "style", "dashed", "arrowhead", "none")...)
		}
		for _, p := range tr.Out() {
			picture.AddLine(transitions[t], places[p], red(on.out[arc{p, TransitionID(t)}])...)
		}
	}
	return picture
}

// small is how nodes are written.
var small = []string{"fontname", "sans-serif", "fontsize", "9"}

func withDelay(name string, d model.Delay) string {
	if d.Hi > 0 {
		name += "\n" + d.String()
	}
	return name
}

// arc is an arc between a place and a transition, in either direction.
type arc struct {
	place      PlaceID
	transition TransitionID
}

// followed is what a path of firings passes through.
type followed struct {
	places      map[PlaceID]bool
	transitions map[TransitionID]bool
	out, into   map[arc]bool
}

// follow finds the places and arcs through which each transition of a path
// enables the next.
func (n *Net) follow(path []TransitionID) followed {
	f := followed{map[PlaceID]bool{}, map[TransitionID]bool{}, map[arc]bool{}, map[arc]bool{}}
	for i, t := range path {
		f.transitions[t] = true
		if i == 0 {
			continue
		}
		for _, p := range n.Transitions[path[i-1]].Out() {
			if slices.Contains(n.Transitions[t].Tests(), p) {
				f.places[p], f.out[arc{p, path[i-1]}], f.into[arc{p, t}] = true, true, true
			}
		}
	}
	return f
}

// red adds to attributes those of what is on a path.
func red(on bool, attributes ...string) []string {
	if on {
		attributes = append(attributes, "color", "red", "fontcolor", "red", "penwidth", "2")
	}
	return attributes
}

// Picture is the event graph for Graphviz, its nodes numbered as the events.
// Alternatives of an event are drawn dotted and numbered. A path, each event of which
// is a cause of the next, is drawn in red; it may be nil.
func (g *EventGraph) Picture(path []EventID) *graph.Picture {
	onPath, before := map[EventID]bool{}, map[EventID]EventID{}
	for i, e := range path {
		if onPath[e] = true; i > 0 {
			before[e] = path[i-1]
		}
	}
	picture := graph.NewPicture("events", true, []string{"rankdir", "LR"}, append([]string{"shape", "box"}, small...), nil)
	nodes := make([]gonum.Node, g.Len())
	for e := range g.Transition {
		id := EventID(e)
		nodes[e] = picture.AddNode(nil, "e"+strconv.Itoa(e), red(onPath[id], "label", withDelay(g.Name(id), g.Delay(id)))...)
		last, follows := before[id]
		several := g.FirstAlternative[e+1]-g.FirstAlternative[e] > 1
		n := 0
		g.Alternatives(id, func(causes []EventID) bool {
			for _, p := range causes {
				var style []string
				if several {
					style = []string{"style", "dotted", "label", strconv.Itoa(n)}
				}
				picture.AddLine(nodes[p], nodes[e], red(follows && p == last, style...)...)
			}
			n++
			return true
		})
	}
	return picture
}
