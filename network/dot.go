package network

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// WriteDOT draws the platform for Graphviz: a frame for each zone, hosts as
// boxes, routers and the centres of stars as points, and an edge for each route
// that a zone is given, from gateway to gateway, with its links.
func (p *Platform) WriteDOT(w io.Writer) error {
	var b strings.Builder
	b.WriteString("graph platform {\n  node [fontname=\"sans-serif\", fontsize=9];\n  edge [fontname=\"sans-serif\", fontsize=8];\n")
	children := make([][]int, len(p.zones))
	for i, z := range p.zones[1:] {
		children[z.parent] = append(children[z.parent], i+1)
	}
	p.drawZone(&b, children, 0)
	for i, z := range p.zones {
		p.drawRoutes(&b, i, z)
	}
	b.WriteString("}\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func (p *Platform) drawZone(b *strings.Builder, children [][]int, i int) {
	z := p.zones[i]
	indent := strings.Repeat("  ", z.depth+1)
	fmt.Fprintf(b, "%ssubgraph cluster_%d {\n%s  label=%s;\n", indent, i, indent, strconv.Quote(p.points[z.point].name+" ("+z.routing.String()+")"))
	if z.starLike() {
		fmt.Fprintf(b, "%s  centre%d [shape=point];\n", indent, i)
	}
	for _, m := range z.members {
		switch p.points[m].kind {
		case hostPoint:
			fmt.Fprintf(b, "%s  n%d [shape=box, label=%s];\n", indent, m, strconv.Quote(p.points[m].name))
		case routerPoint:
			fmt.Fprintf(b, "%s  n%d [shape=circle, label=%s];\n", indent, m, strconv.Quote(p.points[m].name))
		}
	}
	for _, c := range children[i] {
		p.drawZone(b, children, c)
	}
	fmt.Fprintf(b, "%s}\n", indent)
}

// drawRoutes draws the routes of a zone, in the order of its members. One of two
// routes that differ in direction only is drawn.
func (p *Platform) drawRoutes(b *strings.Builder, i int, z *zone) {
	edge := func(from, to string, links []int) {
		fmt.Fprintf(b, "  %s -- %s [label=%s];\n", from, to, strconv.Quote(p.linkNames(links)))
	}
	for rank, m := range z.members {
		if s := z.stars[rank]; s != nil {
			at := m
			if s.gateway >= 0 {
				at = s.gateway
			}
			edge(fmt.Sprintf("n%d", at), fmt.Sprintf("centre%d", i), s.up)
		} else if z.starLike() && p.points[m].kind != zonePoint {
			edge(fmt.Sprintf("n%d", m), fmt.Sprintf("centre%d", i), nil)
		}
	}
	if z.starLike() {
		return
	}
	for a := range z.members {
		for c := range z.members {
			e, back := z.edges[[2]int{a, c}], z.edges[[2]int{c, a}]
			if e != nil && a != c && (a < c || back == nil) {
				edge(fmt.Sprintf("n%d", e.gwSrc), fmt.Sprintf("n%d", e.gwDst), e.links)
			}
		}
	}
}

func (p *Platform) linkNames(links []int) string {
	names := make([]string, len(links))
	for i, l := range links {
		names[i] = p.Links[l].Name
	}
	return strings.Join(names, ", ")
}
