package network

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Coordinates place a host or router so that latencies come of distances: two dimensions
// and a height, all in milliseconds (F. Dabek, R. Cox, F. Kaashoek, R. Morris, Vivaldi: a
// decentralized network coordinate system, SIGCOMM 2004).
type Coordinates [3]float64

// ParseCoordinates reads three numbers, "25.5 9.4 1.4".
func ParseCoordinates(text string) (c Coordinates, err error) {
	words := strings.Fields(text)
	if len(words) != len(c) {
		return c, fmt.Errorf("%q is not a list of three coordinates, such as 25.5 9.4 1.4", text)
	}
	for i, w := range words {
		if c[i], err = strconv.ParseFloat(w, 64); err != nil || !(math.Abs(c[i]) <= maxCoordinate) {
			return c, fmt.Errorf("%s is not a coordinate: write a number of milliseconds", w)
		}
	}
	return c, nil
}

// maxCoordinate is a year in milliseconds.
const maxCoordinate = 365 * 24 * 3600 * 1000

// distance is the latency between two members of a Vivaldi zone, in seconds: there is a
// way down from one height and up to the other.
func (p *Platform) distance(u, v int) float64 {
	a, b := p.coords[u], p.coords[v]
	dx, dy := a[0]-b[0], a[1]-b[1]
	return (math.Sqrt(dx*dx+dy*dy) + math.Abs(a[2]) + math.Abs(b[2])) / 1000
}

// starLike says whether members of the zone have ways up to a centre and down.
func (z *zone) starLike() bool { return z.routing == Star || z.routing == Vivaldi }

// Place gives a host or router its coordinates.
func (b *Builder) Place(name Ident, c Coordinates) {
	if id, ok := b.p.byName[name.Text]; ok {
		b.p.coords[id] = c
	}
}

// Peer declares a host of a Vivaldi zone with a link of its own in each direction.
func (b *Builder) Peer(name Ident, h Host, c Coordinates, out, in float64) {
	b.Host(name, h)
	b.Place(name, c)
	named := func(text string) Ident { return Ident{text, name.Pos, name.Length} }
	up, down := named("link_"+name.Text+"_UP"), named("link_"+name.Text+"_DOWN")
	b.Link(LinkSpec{Name: up, Bandwidth: out})
	b.Link(LinkSpec{Name: down, Bandwidth: in})
	b.Route(RouteSpec{Src: name, Hops: []Hop{{Link: up}}})
	b.Route(RouteSpec{Dst: name, Hops: []Hop{{Link: down}}})
}
