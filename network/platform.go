package network

import (
	"adagio/dsl/model"
)

// Platform is hosts, routers and links in zones, complete and checked. A
// [Builder] makes it, and nothing changes it afterwards: it may be shared between
// goroutines.
type Platform struct {
	Name  string
	Hosts []Host
	Links []Link
	// Routers are the names of the routers.
	Routers []string
	// Model is the flow model, with the constants that the platform sets.
	Model Model

	points []point
	zones  []*zone // the root is the first
	byName map[string]int
	hostOf map[string]int
	coords map[int]Coordinates // of points
}

// Host is a machine.
type Host struct {
	Name   string
	Speeds []float64 // of one core in flop/s, for each power state; empty where it is not known
	Cores  int
	PState int // the power state that it begins in
	// Props are what the platform says of the host besides, in the words of
	// SimGrid: wattage_per_state, for example.
	Props []Prop
	Pos   model.Pos

	point int
}

// Prop is a property of a host or a link.
type Prop struct{ Key, Value string }

// Prop returns the value of a property, or "".
func (h *Host) Prop(key string) string {
	for _, p := range h.Props {
		if p.Key == key {
			return p.Value
		}
	}
	return ""
}

// Sharing says what several flows on one link do to one another.
type Sharing uint8

// The ways of sharing.
const (
	Shared      Sharing = iota // all flows share the bandwidth, in both directions
	SplitDuplex                // one of the two directions of a link: two links, NAME_UP and NAME_DOWN
	Fatpipe                    // each of several equal flows has the whole bandwidth
)

// String is the word that the language uses.
func (s Sharing) String() string { return [...]string{"shared", "splitduplex", "fatpipe"}[s] }

// Link is one direction of a split-duplex link, or both directions of another.
type Link struct {
	Name      string
	Bandwidth float64 // bytes per second, greater than 0
	Latency   float64 // seconds
	Sharing   Sharing
	Props     []Prop
	Pos       model.Pos
}

// Routing is the rule by which a zone finds a route between two of its members.
type Routing uint8

// The rules.
const (
	Full     Routing = iota // every route is given
	Floyd                   // the route with the fewest links
	Dijkstra                // the same, by another algorithm: of equal routes another may be taken
	Star                    // every member has a way up to the centre and a way down
	Empty                   // no route at all
	Vivaldi                 // as Star, with a latency that comes of coordinates
	// Those of clusters: see [Topology].
	FatTreeRouting
	TorusRouting
	DragonflyRouting
)

// String is SimGrid's name of the rule.
func (r Routing) String() string {
	return [...]string{"Full", "Floyd", "Dijkstra", "Star", "None", "Vivaldi", "FatTree", "Torus", "Dragonfly"}[r]
}

type pointKind uint8

const (
	hostPoint pointKind = iota
	routerPoint
	zonePoint
)

// point is what a route can lead to: a host, a router or a zone.
type point struct {
	name string
	kind pointKind
	zone int // that it is in; -1 for the root zone
	rank int // in that zone
	self int // zones: index of the zone; hosts: index of the host
	pos  model.Pos
}

// edge is a route that a zone is given between two of its members. Where a
// member is a zone, a gateway in it is where the route really begins or ends;
// a host or router is its own gateway.
type edge struct {
	trip
	gwSrc, gwDst int
}

// star is what a member of a star zone has.
type star struct {
	up, down, loop          []int
	hasUp, hasDown, hasLoop bool
	gateway                 int // point, or -1
}

// zone is a part of the platform with its own routing.
type zone struct {
	point   int
	parent  int // zone, or -1
	depth   int
	routing Routing
	members []int // points by rank

	edges  map[[2]int]*edge // by ranks; Full, Floyd, Dijkstra
	order  []int            // Dijkstra: members in the order in which routes name them
	number map[int]int      // Dijkstra: the place of each rank in order
	out    [][]int          // Dijkstra: by rank, the ranks that an edge leads to, in order
	stars  map[int]*star    // by rank
	bypass map[[2]int]*edge // by points
	table  *floydTable      // Floyd
	fabric fabric           // of a cluster with a topology
}

// loopback marks SimGrid's implicit link of a host to itself in a list of links.
const loopback = -1

// Host returns the index of a host, or -1.
func (p *Platform) Host(name string) int {
	if i, ok := p.hostOf[name]; ok {
		return i
	}
	return -1
}

// HostNames lists the names of the hosts in the order of declaration.
func (p *Platform) HostNames() []string {
	names := make([]string, len(p.Hosts))
	for i, h := range p.Hosts {
		names[i] = h.Name
	}
	return names
}

// Zones lists the zones with their routing, the root first, each with the
// number of its parent in the list (-1 for the root).
func (p *Platform) Zones() []Zone {
	out := make([]Zone, len(p.zones))
	for i, z := range p.zones {
		out[i] = Zone{p.points[z.point].name, z.routing, z.parent}
	}
	return out
}

// Zone is a zone as [Platform.Zones] lists it.
type Zone struct {
	Name    string
	Routing Routing
	Parent  int
}

// ZoneOf is the index in [Platform.Zones] of the zone that a host is in.
func (p *Platform) ZoneOf(host int) int { return p.points[p.Hosts[host].point].zone }
