package petri

import (
	"encoding/xml"
	"io"
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
		places[p] = picture.AddNode(frames[place.Node], "p"+strconv.Itoa(p),
			red(on.places[PlaceID(p)], "shape", "circle", "label", label, "xlabel", place.Name)...)
	}
	for t, tr := range n.Transitions {
		transitions[t] = picture.AddNode(frames[tr.Node], "t"+strconv.Itoa(t),
			red(on.transitions[TransitionID(t)], "shape", "box", "label", withDelay(tr.Name, tr.Delay))...)
	}
	for t, tr := range n.Transitions {
		for _, p := range tr.In {
			picture.AddLine(places[p], transitions[t], red(on.into[arc{p, TransitionID(t)}])...)
		}
		for _, p := range tr.Read {
			picture.AddLine(places[p], transitions[t], red(on.into[arc{p, TransitionID(t)}], "style", "dashed", "arrowhead", "none")...)
		}
		for _, p := range tr.Out {
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
		for _, p := range n.Transitions[path[i-1]].Out {
			if slices.Contains(n.Transitions[t].In, p) || slices.Contains(n.Transitions[t].Read, p) {
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

// The parts of a PNML document (ISO/IEC 15909-2) that a place/transition net
// needs.
type pnmlDocument struct {
	XMLName xml.Name `xml:"http://www.pnml.org/version-2009/grammar/pnml pnml"`
	Net     pnmlNet  `xml:"net"`
}

type pnmlNet struct {
	ID   string   `xml:"id,attr"`
	Type string   `xml:"type,attr"`
	Name pnmlText `xml:"name"`
	Page pnmlPage `xml:"page"`
}

type pnmlPage struct {
	ID          string           `xml:"id,attr"`
	Places      []pnmlPlace      `xml:"place"`
	Transitions []pnmlTransition `xml:"transition"`
	Arcs        []pnmlArc        `xml:"arc"`
}

type pnmlText struct {
	Text string `xml:"text"`
}

type pnmlPlace struct {
	ID      string    `xml:"id,attr"`
	Name    pnmlText  `xml:"name"`
	Marking *pnmlText `xml:"initialMarking,omitempty"`
}

type pnmlTransition struct {
	ID   string    `xml:"id,attr"`
	Name pnmlText  `xml:"name"`
	Tool *pnmlTool `xml:"toolspecific,omitempty"`
}

// pnmlTool carries the firing delay, which the standard has no place for.
type pnmlTool struct {
	Tool    string    `xml:"tool,attr"`
	Version string    `xml:"version,attr"`
	Delay   pnmlDelay `xml:"delay"`
}

type pnmlDelay struct {
	Least    string `xml:"least,attr"`
	Greatest string `xml:"greatest,attr"`
	Unit     string `xml:"unit,attr"`
}

type pnmlArc struct {
	ID     string `xml:"id,attr"`
	Source string `xml:"source,attr"`
	Target string `xml:"target,attr"`
}

// WritePNML writes the net as a place/transition net in the standard exchange
// format PNML (ISO/IEC 15909-2). The standard has neither read arcs nor time: a
// read arc is written as a pair of arcs that takes the token and puts it back,
// which leaves the reachable markings the same, and a delay in nanoseconds as
// tool-specific information.
func (n *Net) WritePNML(w io.Writer) error {
	doc := pnmlDocument{Net: pnmlNet{ID: "net", Type: "http://www.pnml.org/version-2009/grammar/ptnet", Name: pnmlText{n.Scenario.Name}, Page: pnmlPage{ID: "page"}}}
	page := &doc.Net.Page
	for p, place := range n.Places {
		x := pnmlPlace{ID: "p" + strconv.Itoa(p), Name: pnmlText{place.Name}}
		if place.Marked {
			x.Marking = &pnmlText{"1"}
		}
		page.Places = append(page.Places, x)
	}
	arc := func(source, target string) {
		page.Arcs = append(page.Arcs, pnmlArc{"a" + strconv.Itoa(len(page.Arcs)), source, target})
	}
	for t, tr := range n.Transitions {
		id := "t" + strconv.Itoa(t)
		x := pnmlTransition{ID: id, Name: pnmlText{tr.Name}}
		if tr.Delay.Hi > 0 {
			x.Tool = &pnmlTool{"adagio", "1", pnmlDelay{strconv.FormatInt(int64(tr.Delay.Lo), 10), strconv.FormatInt(int64(tr.Delay.Hi), 10), "ns"}}
		}
		page.Transitions = append(page.Transitions, x)
		for _, p := range tr.In {
			arc("p"+strconv.Itoa(int(p)), id)
		}
		for _, p := range tr.Read {
			arc("p"+strconv.Itoa(int(p)), id)
			arc(id, "p"+strconv.Itoa(int(p)))
		}
		for _, p := range tr.Out {
			arc(id, "p"+strconv.Itoa(int(p)))
		}
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", " ")
	if err := e.Encode(doc); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}
