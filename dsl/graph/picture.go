package graph

import (
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"gonum.org/v1/gonum/graph"
	"gonum.org/v1/gonum/graph/encoding"
	"gonum.org/v1/gonum/graph/encoding/dot"
	"gonum.org/v1/gonum/graph/multi"
)

// Picture is a graph that is drawn: its nodes, which may stand in frames inside one
// another, the lines between them, and the attributes of Graphviz of each. Nodes,
// frames and the lines of a node are drawn in the order in which they are added.
type Picture struct {
	Frame
	frames int
	lines  int64
}

// Frame is a part of a picture with a frame around it.
type Frame struct {
	store     store
	name      string
	own       attributes
	node, arc attributes // of every node and line
	inside    []*Frame
}

// store is what gonum keeps nodes and lines in.
type store interface {
	graph.Multigraph
	AddNode(graph.Node)
	SetLine(graph.Line)
}

// NewPicture returns an empty picture of a graph, directed or not. Attributes, here
// and below, are names and values in turn; those of nodes and lines are what each of
// them has if it has no other.
func NewPicture(name string, directed bool, ofPicture, ofNodes, ofLines []string) *Picture {
	return &Picture{Frame: Frame{store: newStore(directed), name: name, own: quoted(ofPicture), node: quoted(ofNodes), arc: quoted(ofLines)}}
}

func newStore(directed bool) store {
	if directed {
		return multi.NewDirectedGraph()
	}
	return multi.NewUndirectedGraph()
}

// AddFrame adds a frame inside another, or inside the picture if that is nil.
func (p *Picture) AddFrame(in *Frame, attributes ...string) *Frame {
	_, directed := p.store.(graph.Directed)
	f := &Frame{store: newStore(directed), name: "cluster_" + strconv.Itoa(p.frames), own: quoted(attributes)}
	p.frames++
	if in == nil {
		in = &p.Frame
	}
	in.inside = append(in.inside, f)
	return f
}

// AddNode adds a node inside a frame, or outside of all if that is nil, and returns
// it for [Picture.AddLine]. The name is an identifier of Graphviz, and tells nodes
// apart.
func (p *Picture) AddNode(in *Frame, name string, attributes ...string) graph.Node {
	n := &node{member{int64(p.store.Nodes().Len()), name}, quoted(attributes)}
	p.store.AddNode(n)
	if in != nil {
		in.store.AddNode(n.member)
	}
	return n
}

// AddLine adds a line between two nodes. There may be several.
func (p *Picture) AddLine(from, to graph.Node, attributes ...string) {
	p.store.SetLine(&line{multi.Line{F: from, T: to, UID: p.lines}, quoted(attributes)})
	p.lines++
}

// Graph returns the nodes, by their numbers in the order in which they were added,
// and the lines; it is a [graph.Directed] if the picture is directed.
func (p *Picture) Graph() graph.Multigraph { return p.store }

// Write draws the picture in the language of Graphviz.
func (p *Picture) Write(w io.Writer) error {
	text, err := dot.MarshalMulti(p.drawn(), p.name, "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(text, '\n'))
	return err
}

// drawn is the frame as gonum draws it, which looks at the type to tell directed
// graphs from others.
func (f *Frame) drawn() dot.Multigraph {
	if g, ok := f.store.(*multi.DirectedGraph); ok {
		return struct {
			*multi.DirectedGraph
			drawing
		}{g, drawing{f}}
	}
	return struct {
		*multi.UndirectedGraph
		drawing
	}{f.store.(*multi.UndirectedGraph), drawing{f}}
}

type drawing struct{ f *Frame }

// DOTID is the name of the frame.
func (d drawing) DOTID() string { return d.f.name }

// DOTAttributers returns the attributes of the frame, and what its nodes and lines
// have if they have no other.
func (d drawing) DOTAttributers() (graph, node, edge encoding.Attributer) {
	return d.f.own, d.f.node, d.f.arc
}

// Structure returns the frames inside.
func (d drawing) Structure() []dot.Multigraph {
	var out []dot.Multigraph
	for _, f := range d.f.inside {
		out = append(out, f.drawn())
	}
	return out
}

// member is a node by its name alone.
type member struct {
	id   int64
	name string
}

// ID is the number of the node in the picture.
func (m member) ID() int64 { return m.id }

// DOTID is the name of the node in the picture.
func (m member) DOTID() string { return m.name }

type node struct {
	member
	attributes
}

type line struct {
	multi.Line
	attributes
}

// ReversedLine is the line from its other end, with its attributes: gonum asks for
// it where it draws an undirected line at the end that was added last.
func (l *line) ReversedLine() graph.Line {
	return &line{multi.Line{F: l.T, T: l.F, UID: l.UID}, l.attributes}
}

// attributes are those of Graphviz, in order and quoted.
type attributes []encoding.Attribute

// Attributes returns them.
func (a attributes) Attributes() []encoding.Attribute { return a }

// quoted makes attributes of names and values in turn. Whatever is no plain word or
// number is quoted here: gonum would take a value in quotes or in angle brackets as
// it is.
func quoted(pairs []string) attributes {
	var out attributes
	for pair := range slices.Chunk(pairs, 2) {
		value := pair[1]
		if strings.ContainsFunc(value, func(c rune) bool {
			return c != '_' && (c > unicode.MaxASCII || !unicode.IsLetter(c) && !unicode.IsDigit(c))
		}) {
			value = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(value) + `"`
		}
		out = append(out, encoding.Attribute{Key: pair[0], Value: value})
	}
	return out
}
