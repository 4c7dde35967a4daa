package network

import (
	"strconv"
	"strings"

	"adagio/dsl/graph"

	gonum "gonum.org/v1/gonum/graph"
)

// Picture is the platform as a graph, for Graphviz: a frame for each zone, hosts as
// boxes, routers as circles, the centres of stars as points, and a line for each
// route that a zone is given, from gateway to gateway, with its links.
func (p *Platform) Picture() *graph.Picture {
	d := &drawer{p, graph.NewPicture("platform", false, nil, []string{"fontname", "sans-serif", "fontsize", "9"}, []string{"fontname", "sans-serif", "fontsize", "8"}), map[int]gonum.Node{}, map[int]gonum.Node{}}
	frames := make([]*graph.Frame, len(p.zones))
	for i, z := range p.zones {
		var around *graph.Frame
		if i > 0 {
			around = frames[z.parent]
		}
		frames[i] = d.zone(i, z, around)
	}
	for i, z := range p.zones {
		d.routes(i, z)
	}
	return d.picture
}

type drawer struct {
	p       *Platform
	picture *graph.Picture
	points  map[int]gonum.Node
	centres map[int]gonum.Node // by zone
}

func (d *drawer) zone(i int, z *zone, around *graph.Frame) *graph.Frame {
	frame := d.picture.AddFrame(around, "label", d.p.points[z.point].name+" ("+z.routing.String()+")")
	if z.starLike() {
		d.centres[i] = d.picture.AddNode(frame, "centre"+strconv.Itoa(i), "shape", "point")
	}
	for _, m := range z.members {
		shape := map[pointKind]string{hostPoint: "box", routerPoint: "circle"}[d.p.points[m].kind]
		if shape != "" {
			d.points[m] = d.picture.AddNode(frame, "n"+strconv.Itoa(m), "shape", shape, "label", d.p.points[m].name)
		}
	}
	return frame
}

// routes draws the routes of a zone, in the order of its members. One of two routes
// that differ in direction only is drawn.
func (d *drawer) routes(i int, z *zone) {
	for rank, m := range z.members {
		if s := z.stars[rank]; s != nil {
			at := m
			if s.gateway >= 0 {
				at = s.gateway
			}
			d.line(d.points[at], d.centres[i], s.up)
		} else if z.starLike() && d.p.points[m].kind != zonePoint {
			d.line(d.points[m], d.centres[i], nil)
		}
	}
	if z.starLike() {
		return
	}
	for a := range z.members {
		for c := range z.members {
			e, back := z.edges[[2]int{a, c}], z.edges[[2]int{c, a}]
			if e != nil && a != c && (a < c || back == nil) {
				d.line(d.points[int(e.gwSrc)], d.points[int(e.gwDst)], e.links)
			}
		}
	}
}

// line draws a route over some links.
func (d *drawer) line(from, to gonum.Node, links []int) {
	d.picture.AddLine(from, to, "label", d.p.linkNames(links))
}

func (p *Platform) linkNames(links []int) string {
	names := make([]string, len(links))
	for i, l := range links {
		names[i] = p.Links[l].Name
	}
	return strings.Join(names, ", ")
}
