package network

import (
	"fmt"
	"slices"

	"adagio/dsl/diag"
)

// find looks a point up by its name.
func (b *Builder) find(name Ident, what string) (int, bool) {
	id, ok := b.p.byName[name.Text]
	if !ok {
		b.Fail(name, fmt.Sprintf("there is no %s %s", what, name.Text), b.nearest(name.Text))
	}
	return id, ok
}

// nearest suggests a name that exists.
func (b *Builder) nearest(name string) string {
	names := make([]string, 0, len(b.p.points))
	for _, p := range b.p.points {
		names = append(names, p.name)
	}
	return diag.DidYouMean(name, names)
}

// hops resolves the links of a route, there and back.
func (b *Builder) hops(s RouteSpec) (there, back []int, ok bool) {
	ok = true
	for _, h := range s.Hops {
		l, known := b.links[h.Link.Text]
		if !known {
			names := make([]string, 0, len(b.links))
			for n := range b.links {
				names = append(names, n)
			}
			slices.Sort(names)
			b.Fail(h.Link, "there is no link "+h.Link.Text, diag.DidYouMean(h.Link.Text, names))
			ok = false
			continue
		}
		if l == misdeclared {
			ok = false
			continue
		}
		link := b.p.Links[l]
		whole := link.Sharing == SplitDuplex && link.Name != h.Link.Text
		switch {
		case whole && !h.Up && !h.Down:
			b.Fail(h.Link, fmt.Sprintf("split-duplex link %s needs a direction on a route", h.Link.Text), "say whether the route takes it UP or DOWN")
			ok = false
		case !whole && (h.Up || h.Down):
			b.Fail(h.Link, fmt.Sprintf("link %s has no directions", h.Link.Text), "only split-duplex links go UP and DOWN")
			ok = false
		case whole && h.Up:
			there, back = append(there, l), append(back, l+1)
		case whole:
			there, back = append(there, l+1), append(back, l)
		default:
			there, back = append(there, l), append(back, l)
		}
	}
	slices.Reverse(back)
	return there, back, ok
}

// within says whether a point is in a zone, at any depth.
func (b *Builder) within(at, z int) bool {
	for at = b.p.points[at].zone; at >= 0; at = b.p.zones[at].parent {
		if at == z {
			return true
		}
	}
	return false
}

// gateway resolves the gateway of one end of a route.
func (b *Builder) gateway(end int, name, gw Ident) (int, bool) {
	p := b.p.points[end]
	if p.kind != zonePoint {
		if gw.Text != "" && gw.Text != p.name {
			b.Fail(gw, fmt.Sprintf("%s is not a zone, so it has no gateway", p.name), "")
			return 0, false
		}
		return end, true
	}
	if gw.Text == "" {
		b.Fail(name, fmt.Sprintf("%s is a zone: the route needs a gateway in it", p.name), "name the host or router of the zone at which the route begins or ends")
		return 0, false
	}
	g, ok := b.find(gw, "gateway")
	switch {
	case !ok:
		return 0, false
	case b.p.points[g].kind == zonePoint:
		b.Fail(gw, fmt.Sprintf("gateway %s is a zone", gw.Text), "a gateway is a host or a router")
		return 0, false
	case !b.within(g, p.self):
		b.Fail(gw, fmt.Sprintf("gateway %s is not in zone %s", gw.Text, p.name), "")
		return 0, false
	}
	return g, true
}

// member resolves one end of a route, which must be in the zone itself.
func (b *Builder) member(z int, name Ident) (int, bool) {
	id, ok := b.find(name, "host, router or zone")
	if ok && b.p.points[id].zone != z {
		b.Fail(name, fmt.Sprintf("%s is not a member of zone %s", name.Text, b.p.points[b.p.zones[z].point].name), "a route joins members of the zone that it stands in")
		return 0, false
	}
	return id, ok
}

func (b *Builder) addRoute(at int, s RouteSpec) {
	z := b.p.zones[at]
	if z.routing == Empty {
		b.Fail(s.Src, "a route in a zone with the routing None", "such a zone has no routes")
		return
	}
	there, back, ok := b.hops(s)
	if z.starLike() {
		b.addStar(at, s, there, back, ok)
		return
	}
	src, okSrc := b.member(at, s.Src)
	dst, okDst := b.member(at, s.Dst)
	if !okSrc || !okDst {
		return
	}
	gwSrc, okSrc := b.gateway(src, s.Src, s.GwSrc)
	gwDst, okDst := b.gateway(dst, s.Dst, s.GwDst)
	if !ok || !okSrc || !okDst {
		return
	}
	if len(there) == 0 {
		b.Fail(s.Src, fmt.Sprintf("the route from %s to %s has no links", s.Src.Text, s.Dst.Text), "")
		return
	}
	i, j := b.p.points[src].rank, b.p.points[dst].rank
	if !b.addEdge(z, s, i, j, &edge{trip{links: there}, gwSrc, gwDst}) {
		return
	}
	if s.Symmetric && i != j {
		b.addEdge(z, s, j, i, &edge{trip{links: back}, gwDst, gwSrc})
	}
}

func (b *Builder) addEdge(z *zone, s RouteSpec, i, j int, e *edge) bool {
	key := [2]int{i, j}
	if z.edges[key] != nil {
		b.Fail(s.Src, fmt.Sprintf("a route from %s to %s is given twice", b.p.points[z.members[i]].name, b.p.points[z.members[j]].name), "routes go in both directions unless they say otherwise")
		return false
	}
	z.edges[key] = e
	if z.routing == Dijkstra {
		for len(z.out) < len(z.members) {
			z.out = append(z.out, nil)
		}
		for _, rank := range key {
			if _, ok := z.number[rank]; !ok {
				z.number[rank] = len(z.order)
				z.order = append(z.order, rank)
			}
		}
		z.out[i] = append(z.out[i], j)
	}
	return true
}

// addStar gives a member of a star zone its way up, down, or to itself.
func (b *Builder) addStar(at int, s RouteSpec, there, back []int, ok bool) {
	z := b.p.zones[at]
	name, gw := s.Src, s.GwSrc
	switch {
	case s.Src.Text == "" && s.Dst.Text == "":
		b.Fail(s.Src, "a route of a star zone needs one end", "the other end is any member of the zone")
		return
	case s.Src.Text == "":
		name, gw = s.Dst, s.GwDst
		if s.Symmetric {
			b.Fail(s.Dst, "a route down in a star zone goes in one direction", "give the route up in both directions, or two routes")
			return
		}
	case s.Dst.Text != "" && s.Dst.Text != s.Src.Text:
		b.Fail(s.Dst, fmt.Sprintf("a route of a star zone cannot lead from %s to %s", s.Src.Text, s.Dst.Text), "it leads from one member to any, or from any to one member")
		return
	}
	end, okEnd := b.member(at, name)
	if !okEnd {
		return
	}
	g, okGw := b.gateway(end, name, gw)
	if !ok || !okGw {
		return
	}
	rank := b.p.points[end].rank
	if z.stars[rank] == nil {
		z.stars[rank] = &star{gateway: g}
	}
	m := z.stars[rank]
	again := m.hasUp
	switch {
	case s.Dst.Text == s.Src.Text:
		again = m.hasLoop
		m.loop, m.hasLoop = there, true
	case s.Src.Text == "":
		again = m.hasDown
		m.down, m.hasDown = there, true
	default:
		again = again || s.Symmetric && m.hasDown
		m.up, m.hasUp = there, true
		if s.Symmetric {
			m.down, m.hasDown = back, true
		}
	}
	if again {
		b.Fail(name, fmt.Sprintf("a route of %s is given twice", name.Text), "remove one")
	}
}

func (b *Builder) addBypass(z *zone, s RouteSpec) {
	there, _, ok := b.hops(s)
	src, okSrc := b.find(s.Src, "host, router or zone")
	dst, okDst := b.find(s.Dst, "host, router or zone")
	if !ok || !okSrc || !okDst {
		return
	}
	self := b.p.points[z.point].self
	for _, end := range []struct {
		id   int
		name Ident
	}{{src, s.Src}, {dst, s.Dst}} {
		p := b.p.points[end.id]
		if !b.within(end.id, self) || p.kind != zonePoint && p.zone != self {
			b.Fail(end.name, fmt.Sprintf("%s is not an end of a bypass in zone %s", p.name, b.p.points[z.point].name), "a bypass joins hosts of its zone, or zones anywhere inside it")
			return
		}
	}
	gwSrc, okSrc := b.gateway(src, s.Src, s.GwSrc)
	gwDst, okDst := b.gateway(dst, s.Dst, s.GwDst)
	if !okSrc || !okDst {
		return
	}
	key := [2]int{src, dst}
	if z.bypass[key] != nil || len(there) == 0 {
		b.Fail(s.Src, fmt.Sprintf("a bypass from %s to %s is given twice, or has no links", s.Src.Text, s.Dst.Text), "")
		return
	}
	z.bypass[key] = &edge{trip{links: there}, gwSrc, gwDst}
}
