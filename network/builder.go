package network

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"adagio/dsl/diag"
	"adagio/dsl/model"
)

// The limits of a platform.
const (
	maxPoints   = 100_000 // hosts, routers and zones
	maxDepth    = 60      // of nested zones
	maxProblems = 200     // reported for one platform
)

// Ident is a name, or another word, as a source has it.
type Ident struct {
	Text   string
	Pos    model.Pos
	Length int // in characters
}

// Hop is a link on a route. Up and Down choose a direction of a split-duplex
// link; neither is set for other links.
type Hop struct {
	Link     Ident
	Up, Down bool
}

// RouteSpec is a route as it is given to a zone.
type RouteSpec struct {
	// Src and Dst are members of the zone. In a star zone one of them is empty,
	// for any member.
	Src, Dst Ident
	// GwSrc and GwDst are the gateways of members that are zones; empty for
	// others.
	GwSrc, GwDst Ident
	Hops         []Hop
	// Symmetric says that the way back is the same, with the links in reverse.
	Symmetric bool
	// Bypass says that this route is taken instead of what the routing of the
	// zone says. Src and Dst may be zones further inside.
	Bypass bool
}

// LinkSpec is a link as it is declared.
type LinkSpec struct {
	Name      Ident
	Bandwidth float64 // bytes per second
	Latency   float64 // seconds
	Sharing   Sharing // SplitDuplex makes two links, NAME_UP and NAME_DOWN
	Props     []Prop
}

// Builder collects the declarations of a platform, in any order within a zone,
// and the mistakes in them.
type Builder struct {
	p       *Platform
	list    diag.List
	links   map[string]int // NAME, or NAME of a split-duplex link: index of NAME_UP
	open    []int          // zones
	pending []pendingRoute
	full    bool // there were too many points, or links

	warnings int

	// SimGrid counts these on through all clusters of a platform.
	fatTreeHosts, fatTreeLinks, dragonflyLinks int
}

type pendingRoute struct {
	zone int
	spec RouteSpec
}

// NewBuilder begins a platform.
func NewBuilder(name string) *Builder {
	p := &Platform{Name: name, Model: LV08(), byName: map[string]int{}, hostOf: map[string]int{}, coords: map[int]Coordinates{}}
	return &Builder{p: p, links: map[string]int{}}
}

// Model is the flow model of the platform, to be changed.
func (b *Builder) Model() *Model { return &b.p.Model }

// Warn reports what is left out without harm.
func (b *Builder) Warn(at Ident, summary, detail string) {
	if b.warnings++; b.warnings > maxProblems {
		return // Build says how many
	}
	b.list = append(b.list, diag.Diagnostic{Severity: diag.Warning, Summary: summary, Detail: detail, Subject: at.Pos, Length: at.Length})
}

// Fail reports a mistake.
func (b *Builder) Fail(at Ident, summary, detail string, related ...diag.Related) {
	b.add(diag.Diagnostic{Summary: summary, Detail: detail, Subject: at.Pos, Length: at.Length, Related: related})
}

// refuse reports a mistake that an error tells of.
func (b *Builder) refuse(at Ident, err error) {
	b.add(diag.Diagnostic{Summary: err.Error(), Subject: at.Pos, Length: at.Length, Cause: err})
}

func (b *Builder) add(d diag.Diagnostic) {
	if len(b.list) < maxProblems {
		b.list = append(b.list, d)
	}
}

// enter adds a point to the open zone.
func (b *Builder) enter(name Ident, kind pointKind, self int) int {
	if name.Text == "" {
		b.Fail(name, "a name is empty", "")
		return -1
	}
	if old, ok := b.p.byName[name.Text]; ok {
		b.Fail(name, fmt.Sprintf("%s is declared twice", name.Text), "hosts, routers and zones have different names",
			diag.Related{Pos: b.p.points[old].pos, Text: "first declared here"})
		return -1
	}
	if len(b.p.points) == maxPoints {
		if !b.full {
			b.Fail(name, fmt.Sprintf("more than %d hosts, routers and zones", maxPoints), "")
		}
		b.full = true
		return -1
	}
	id, at, rank := len(b.p.points), -1, 0
	if len(b.open) > 0 {
		at = b.open[len(b.open)-1]
		z := b.p.zones[at]
		rank = len(z.members)
		z.members = append(z.members, id)
	}
	b.p.points = append(b.p.points, point{name.Text, kind, at, rank, self, name.Pos})
	b.p.byName[name.Text] = id
	return id
}

// Open begins a zone in the one that is open. It is false where that is not
// possible, which has been reported; then there is nothing to close.
func (b *Builder) Open(name Ident, routing Routing) bool {
	switch {
	case len(b.open) == 0 && len(b.p.zones) > 0:
		b.Fail(name, "a platform has one outermost zone", "put this zone inside "+b.p.points[b.p.zones[0].point].name+", or both into a third")
		return false
	case len(b.open) >= maxDepth:
		b.Fail(name, fmt.Sprintf("zones nested more than %d deep", maxDepth), "")
		return false
	}
	self := len(b.p.zones)
	at := b.enter(name, zonePoint, self)
	if at < 0 {
		return false
	}
	z := &zone{point: at, parent: -1, depth: len(b.open), routing: routing, edges: map[[2]int]*edge{}, stars: map[int]*star{}, number: map[int]int{}, bypass: map[[2]int]*edge{}}
	if len(b.open) > 0 {
		z.parent = b.open[len(b.open)-1]
	}
	b.p.zones = append(b.p.zones, z)
	b.open = append(b.open, self)
	return true
}

// Close ends the zone that is open.
func (b *Builder) Close() { b.open = b.open[:len(b.open)-1] }

// Host declares a host. Its Name and Pos are those of the identifier.
func (b *Builder) Host(name Ident, h Host) {
	h.Name, h.Pos, h.Cores = name.Text, name.Pos, max(h.Cores, 1)
	if h.point = b.enter(name, hostPoint, len(b.p.Hosts)); h.point < 0 {
		return
	}
	b.p.hostOf[h.Name] = len(b.p.Hosts)
	b.p.Hosts = append(b.p.Hosts, h)
}

// openVivaldi says whether the open zone has the routing Vivaldi.
func (b *Builder) openVivaldi() bool {
	return len(b.open) > 0 && b.p.zones[b.open[len(b.open)-1]].routing == Vivaldi
}

// hostsHere are the hosts of the open zone.
func (b *Builder) hostsHere() []Ident {
	var out []Ident
	for _, m := range b.p.zones[b.open[len(b.open)-1]].members {
		if p := b.p.points[m]; p.kind == hostPoint {
			out = append(out, Ident{p.name, p.pos, utf8.RuneCountInString(p.name)})
		}
	}
	return out
}

// Router declares a router.
func (b *Builder) Router(name Ident) {
	if b.enter(name, routerPoint, len(b.p.Routers)) >= 0 {
		b.p.Routers = append(b.p.Routers, name.Text)
	}
}

// misdeclared marks a link that has a mistake, so that its uses have none.
const misdeclared = -1

// Link declares a link.
func (b *Builder) Link(s LinkSpec) {
	name := s.Name
	switch {
	case name.Text == "":
		b.Fail(name, "a name is empty", "")
		return
	case !(s.Bandwidth > 0) || math.IsInf(s.Bandwidth, 0):
		b.Fail(name, fmt.Sprintf("the bandwidth of link %s must be greater than 0", name.Text), "")
		b.Misdeclared(name)
		return
	case !(s.Latency >= 0) || s.Latency > model.MaxDelay.Seconds():
		b.Fail(name, fmt.Sprintf("the latency of link %s must be from 0 to a year", name.Text), "nothing arrives before it is sent")
		b.Misdeclared(name)
		return
	}
	if len(b.p.Links) >= maxLinks {
		if !b.full {
			b.Fail(name, fmt.Sprintf("more than %d links", maxLinks), "")
		}
		b.full = true
		return
	}
	names := []string{name.Text}
	if s.Sharing == SplitDuplex {
		names = append(names, name.Text+"_UP", name.Text+"_DOWN")
	}
	for _, n := range names {
		if old, ok := b.links[n]; ok {
			var first []diag.Related
			if old != misdeclared {
				first = []diag.Related{{Pos: b.p.Links[old].Pos, Text: "first declared here"}}
			}
			b.Fail(name, fmt.Sprintf("link %s is declared twice", n), "rename or remove one", first...)
			return
		}
	}
	b.links[name.Text] = len(b.p.Links)
	if s.Sharing == SplitDuplex {
		names = names[1:]
	}
	for _, n := range names {
		b.links[n] = len(b.p.Links)
		b.p.Links = append(b.p.Links, Link{n, s.Bandwidth, s.Latency, s.Sharing, s.Props, name.Pos})
	}
}

// Misdeclared notes that there is a link whose declaration has a mistake, so
// that the routes over it are not reported as well.
func (b *Builder) Misdeclared(name Ident) {
	if _, ok := b.links[name.Text]; !ok {
		b.links[name.Text] = misdeclared
	}
}

// Route gives the open zone a route. What it names may be declared later.
func (b *Builder) Route(s RouteSpec) {
	b.pending = append(b.pending, pendingRoute{b.open[len(b.open)-1], s})
}

// Build checks the routes and completes the platform. It is nil if there are
// mistakes.
func (b *Builder) Build() (*Platform, diag.List) {
	for _, r := range b.pending {
		if r.spec.Bypass {
			b.addBypass(b.p.zones[r.zone], r.spec)
		} else {
			b.addRoute(r.zone, r.spec)
		}
	}
	if !b.list.HasErrors() {
		b.warnGaps()
	}
	if more := b.warnings - maxProblems; more > 0 {
		b.list = append(b.list, diag.Diagnostic{Severity: diag.Warning, Summary: fmt.Sprintf("%d more warnings of this platform are left out", more), Subject: model.Pos{File: b.p.Name}})
	}
	if len(b.p.Hosts) == 0 && !b.list.HasErrors() {
		b.list = append(b.list, diag.Diagnostic{Summary: "the platform has no hosts", Subject: model.Pos{File: b.p.Name}})
	}
	if !b.list.HasErrors() {
		b.prepare()
	}
	if b.list.HasErrors() {
		return nil, b.list
	}
	return b.p, b.list
}

// warnGaps reports gateways that hosts of their zone have no route to or from: SimGrid
// takes that for a way without links.
func (b *Builder) warnGaps() {
	seen := map[int]bool{}
	for _, r := range b.pending {
		for _, gw := range []Ident{r.spec.GwSrc, r.spec.GwDst} {
			g, ok := b.p.byName[gw.Text]
			if !ok || seen[g] {
				continue
			}
			seen[g] = true
			z := b.p.zones[b.p.points[g].zone]
			if z.routing != Full && z.routing != Empty {
				continue
			}
			var apart []string
			own := b.p.points[g].rank
			for rank, m := range z.members {
				if rank != own && b.p.points[m].kind == hostPoint && (z.edges[[2]int{rank, own}] == nil || z.edges[[2]int{own, rank}] == nil) {
					apart = append(apart, b.p.points[m].name)
				}
			}
			if len(apart) > 0 {
				b.Warn(gw, fmt.Sprintf("zone %s has no route between gateway %s and %s", b.p.points[z.point].name, gw.Text, some(apart)), "like SimGrid, this program takes that for a way without links: from outside they are reached at no further cost")
			}
		}
	}
}

// some lists the first of many names.
func some(names []string) string {
	const few = 3
	if len(names) <= few {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d others", strings.Join(names[:few], ", "), len(names)-few)
}

// prepare computes the shortest paths that zones ask for.
func (b *Builder) prepare() {
	for _, z := range b.p.zones {
		if z.routing != Floyd {
			continue
		}
		if len(z.members) > maxFloyd {
			at := b.p.points[z.point]
			b.Fail(Ident{at.name, at.pos, 1}, fmt.Sprintf("zone %s has more than %d members, too many for Floyd", at.name, maxFloyd), "use the routing Dijkstra or Full, or a cluster")
			return
		}
		z.table = newFloydTable(z, func(rank int) bool { return b.p.points[z.members[rank]].kind == hostPoint })
	}
}
