package petri

import (
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"adagio/dsl/model"
)

// WriteDOT draws the net for Graphviz: a cluster per node, places as circles
// (with a dot if marked), transitions as bars (with their delay), read arcs
// dashed. A path is drawn in red: the transitions that fire on it one after
// another, and the places through which each enables the next. It may be nil.
func (n *Net) WriteDOT(w io.Writer, path []TransitionID) error {
	var b strings.Builder
	on := n.follow(path)
	b.WriteString("digraph net {\n  rankdir=LR;\n  node [fontname=\"sans-serif\", fontsize=9];\n")
	for i, node := range n.Scenario.Nodes {
		fmt.Fprintf(&b, "  subgraph cluster_%d {\n    label=%s;\n", i, quote("node "+model.Reference(node.Name)))
		for p, place := range n.Places {
			if place.Node == i {
				label := ""
				if place.Marked {
					label = "●"
				}
				fmt.Fprintf(&b, "    p%d [shape=circle, label=%s, xlabel=%s%s];\n", p, quote(label), quote(place.Name), red(on.places[PlaceID(p)]))
			}
		}
		for t, tr := range n.Transitions {
			if tr.Node == i {
				label := tr.Name
				if tr.Delay.Hi > 0 {
					label += "\n" + tr.Delay.String()
				}
				fmt.Fprintf(&b, "    t%d [shape=box, label=%s%s];\n", t, quote(label), red(on.transitions[TransitionID(t)]))
			}
		}
		b.WriteString("  }\n")
	}
	for t, tr := range n.Transitions {
		for _, p := range tr.In {
			fmt.Fprintf(&b, "  p%d -> t%d%s;\n", p, t, attributes(red(on.into[arc{p, TransitionID(t)}])))
		}
		for _, p := range tr.Read {
			fmt.Fprintf(&b, "  p%d -> t%d [style=dashed, arrowhead=none%s];\n", p, t, red(on.into[arc{p, TransitionID(t)}]))
		}
		for _, p := range tr.Out {
			fmt.Fprintf(&b, "  t%d -> p%d%s;\n", t, p, attributes(red(on.out[arc{p, TransitionID(t)}])))
		}
	}
	b.WriteString("}\n")
	_, err := io.WriteString(w, b.String())
	return err
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

// red is the attributes of what is on a path, to come after others.
func red(on bool) string {
	if on {
		return ", color=red, fontcolor=red, penwidth=2"
	}
	return ""
}

// attributes makes a list of attributes of what [red] returns.
func attributes(s string) string {
	if s == "" {
		return ""
	}
	return " [" + strings.TrimPrefix(s, ", ") + "]"
}

// WriteDOT draws the event graph for Graphviz. Alternatives of an event are
// drawn dotted and numbered. A path, each event of which is a cause of the next,
// is drawn in red; it may be nil.
func (g *EventGraph) WriteDOT(w io.Writer, path []EventID) error {
	var b strings.Builder
	onPath, before := map[EventID]bool{}, map[EventID]EventID{}
	for i, e := range path {
		if onPath[e] = true; i > 0 {
			before[e] = path[i-1]
		}
	}
	b.WriteString("digraph events {\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\", fontsize=9];\n")
	for e := range g.Transition {
		id := EventID(e)
		label := g.Name(id)
		if d := g.Delay(id); d.Hi > 0 {
			label += "\n" + d.String()
		}
		fmt.Fprintf(&b, "  e%d [label=%s%s];\n", e, quote(label), red(onPath[id]))
		last, follows := before[id]
		several := g.firstAlternative[e+1]-g.firstAlternative[e] > 1
		n := 0
		g.Alternatives(id, func(causes []EventID) bool {
			for _, p := range causes {
				mark := red(follows && p == last)
				if several {
					fmt.Fprintf(&b, "  e%d -> e%d [style=dotted, label=\"%d\"%s];\n", p, e, n, mark)
				} else {
					fmt.Fprintf(&b, "  e%d -> e%d%s;\n", p, e, attributes(mark))
				}
			}
			n++
			return true
		})
	}
	b.WriteString("}\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// quote is a DOT string: only quotes and backslashes are escaped, a line end is
// written as \n.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
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
