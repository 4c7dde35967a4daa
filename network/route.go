package network

import (
	"errors"
	"fmt"
	"slices"

	"adagio/dsl/model"
)

// Route is the way from one host to another.
type Route struct {
	// Links are the links in the order of travel, as indices of Platform.Links.
	Links []int
	// Back is the way back, which the acknowledgements of the flow take. It is empty
	// without cross-traffic, and where there is none.
	Back []int
	// Latency is the sum of the latencies of Links, in seconds, and of what comes of
	// coordinates in zones with the routing Vivaldi.
	Latency float64
	// Loopback says that the two are one host and nothing says how it reaches
	// itself: the implicit loopback of the model is used.
	Loopback bool
}

// NoRouteError says that there is no way from one host to another.
type NoRouteError struct {
	From, To, Zone string
	// Pos is where From is declared.
	Pos model.Pos
	// Acknowledgements says that it is the way back, which the acknowledgements of a
	// message from To to From take where the model has cross-traffic.
	Acknowledgements bool
}

func (e *NoRouteError) Error() string {
	text := fmt.Sprintf("there is no route from %s to %s in zone %s", e.From, e.To, e.Zone)
	if e.Acknowledgements {
		text += ", and with cross-traffic the acknowledgements of a message the other way need one"
	}
	return text
}

// Route returns the way from one host to another, by their indices. Like SimGrid, it
// takes what is missing in a zone with the routing Full, and a member of a star without
// links, for a way without links, but a way that has no links at all is none. With
// cross-traffic there must be a way back as well; one without links will do.
func (p *Platform) Route(from, to int) (Route, error) {
	src, dst := p.Hosts[from].point, p.Hosts[to].point
	there, err := p.between(src, dst)
	if err != nil {
		return Route{}, err
	}
	if len(there.links) == 0 {
		z, _, _ := p.meet(src, dst)
		return Route{}, p.noRoute(src, dst, p.zones[z])
	}
	back := there
	if from != to {
		back = trip{}
		if p.Model.Cross > 0 {
			if back, err = p.between(dst, src); err != nil {
				if none, ok := errors.AsType[*NoRouteError](err); ok {
					none.Acknowledgements = true
				}
				return Route{}, err
			}
		}
	}
	r := Route{Latency: there.distance}
	for _, l := range there.links {
		if l == loopback {
			r.Loopback = true
			continue
		}
		r.Links = append(r.Links, l)
		r.Latency += p.Links[l].Latency
	}
	for _, l := range back.links {
		if l != loopback {
			r.Back = append(r.Back, l)
		}
	}
	return r, nil
}

// noRoute is the error of a zone that has no way between two of its members.
func (p *Platform) noRoute(u, v int, z *zone) *NoRouteError {
	return &NoRouteError{From: p.points[u].name, To: p.points[v].name, Zone: p.points[z.point].name, Pos: p.points[u].pos}
}

// trip is links one after another, and the latency in seconds that comes of coordinates
// besides.
type trip struct {
	links    []int
	distance float64
}

// then goes on with another trip.
func (t *trip) then(next trip) {
	t.links = append(t.links, next.links...)
	t.distance += next.distance
}

// between returns the way from one host or router to another. It descends:
// what is left to find after a step lies deeper in the zones.
func (p *Platform) between(src, dst int) (trip, error) {
	z, u, v := p.meet(src, dst)
	if e, from, to := p.findBypass(z, src, dst); e != nil {
		// SimGrid asks for the way to the gateway of a zone even where the source
		// is the gateway: the way of a host to itself.
		return p.join(src, dst, e, from == src, to == dst)
	}
	e, err := p.local(p.zones[z], u, v)
	if err != nil {
		return trip{}, err
	}
	return p.join(src, dst, e, e.gwSrc == src, e.gwDst == dst)
}

// join adds the ways to and from the gateways of an edge, unless the edge leads
// from the source, or to the destination, itself.
func (p *Platform) join(src, dst int, e *edge, fromSrc, toDst bool) (t trip, err error) {
	if !fromSrc {
		if t, err = p.between(src, e.gwSrc); err != nil {
			return trip{}, err
		}
	}
	t.then(e.trip)
	if !toDst {
		tail, err := p.between(e.gwDst, dst)
		if err != nil {
			return trip{}, err
		}
		t.then(tail)
	}
	return t, nil
}

// meet returns the innermost zone that two points are both in, and the members
// of it that they are or are in.
func (p *Platform) meet(src, dst int) (z, u, v int) {
	u, v = src, dst
	for p.points[u].zone != p.points[v].zone {
		a, b := p.zones[p.points[u].zone], p.zones[p.points[v].zone]
		if a.depth >= b.depth {
			u = a.point
		}
		if b.depth >= a.depth {
			v = b.point
		}
	}
	return p.points[u].zone, u, v
}

// findBypass looks for a bypass of a zone: of the two points themselves, and else
// of zones around them, the innermost first.
func (p *Platform) findBypass(z, src, dst int) (e *edge, from, to int) {
	bypass := p.zones[z].bypass
	if len(bypass) == 0 {
		return nil, 0, 0
	}
	if p.points[src].zone == z && p.points[dst].zone == z {
		return bypass[[2]int{src, dst}], src, dst
	}
	a, b := p.around(z, src), p.around(z, dst)
	look := func(i, j int) bool {
		if i < len(a) && j < len(b) {
			from, to = a[i], b[j]
			e = bypass[[2]int{from, to}]
		}
		return e != nil
	}
	for most := range max(len(a), len(b)) {
		for i := range most {
			if look(i, most) || look(most, i) {
				return e, from, to
			}
		}
		if look(most, most) {
			return e, from, to
		}
	}
	return nil, 0, 0
}

// around lists the zones around a point inside a zone, the innermost first.
func (p *Platform) around(z, at int) []int {
	var out []int
	for at = p.points[at].zone; at != z; {
		out = append(out, p.zones[at].point)
		at = p.zones[at].parent
	}
	return out
}

// local finds the way between two members of a zone.
func (p *Platform) local(z *zone, u, v int) (*edge, error) {
	i, j := p.points[u].rank, p.points[v].rank
	switch {
	case z.routing == Star:
		return p.throughStar(z, u, v)
	case z.routing == Vivaldi:
		e, err := p.throughStar(z, u, v)
		if err == nil {
			e.distance = p.distance(u, v)
		}
		return e, err
	case z.fabric != nil:
		return &edge{trip{links: z.fabric.path(i, j)}, u, v}, nil
	}
	if i == j {
		if e := z.edges[[2]int{i, j}]; e != nil {
			return e, nil
		}
		if z.routing != Empty && p.points[u].kind != zonePoint {
			return &edge{trip{links: []int{loopback}}, u, v}, nil
		}
		return nil, p.noRoute(u, v, z)
	}
	var path []*edge
	switch z.routing {
	case Full, Empty:
		if e := z.edges[[2]int{i, j}]; e != nil {
			return e, nil
		}
		if p.points[u].kind != zonePoint && p.points[v].kind != zonePoint {
			return &edge{trip{links: nil}, u, v}, nil
		}
	case Floyd:
		path = z.table.path(z, i, j)
	case Dijkstra:
		path = z.shortest(i, j)
	}
	if len(path) == 0 {
		return nil, p.noRoute(u, v, z)
	}
	return p.chain(path)
}

// chain joins edges of one zone to one. Inside a member zone the way leads from
// the gateway where it is entered to the one where it is left.
func (p *Platform) chain(path []*edge) (*edge, error) {
	out := &edge{gwSrc: path[0].gwSrc, gwDst: path[len(path)-1].gwDst}
	for i, e := range path {
		if i > 0 && path[i-1].gwDst != e.gwSrc {
			inside, err := p.between(path[i-1].gwDst, e.gwSrc)
			if err != nil {
				return nil, err
			}
			out.then(inside)
		}
		out.then(e.trip)
	}
	return out, nil
}

// throughStar leads up from one member to the centre and down to the other. A
// link that is on both ways is used once.
func (p *Platform) throughStar(z *zone, u, v int) (*edge, error) {
	a, b := z.stars[p.points[u].rank], z.stars[p.points[v].rank]
	if a == nil {
		a = &star{hasUp: true, hasDown: true, gateway: -1}
	}
	if b == nil {
		b = &star{hasUp: true, hasDown: true, gateway: -1}
	}
	e := &edge{gwSrc: u, gwDst: v}
	if p.points[u].kind == zonePoint {
		e.gwSrc = a.gateway
	}
	if p.points[v].kind == zonePoint {
		e.gwDst = b.gateway
	}
	ways := [][]int{a.up, b.down}
	switch {
	case u == v && a.hasLoop:
		ways = [][]int{a.loop}
	case !a.hasUp || !b.hasDown || e.gwSrc < 0 || e.gwDst < 0:
		return nil, p.noRoute(u, v, z)
	}
	for _, way := range ways {
		for _, l := range way {
			if !slices.Contains(e.links, l) {
				e.links = append(e.links, l)
			}
		}
	}
	return e, nil
}
