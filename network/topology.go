package network

import (
	"fmt"
	"strconv"
	"strings"
)

// Topology is how the hosts of a cluster are wired where they are not all at one
// centre: [FatTree], [Torus] or [Dragonfly]. Hosts have ranks from 0, in the order of
// the cluster's radicals. Links, their names and routes are SimGrid 3.32's, with its
// peculiarities.
type Topology interface {
	// Hosts is how many hosts it wires.
	Hosts() int
	routing() Routing
	// counts are the links between hosts and switches, and the switches that a limiter
	// is for.
	counts() (links, switches int)
	check() error
	// wire declares the links.
	wire(w *wiring) fabric
}

// fabric finds the way between two hosts of a cluster, by their ranks.
type fabric interface {
	// path returns the links of the way, which may be none from a host to itself.
	path(from, to int) []int
}

// ParseTopology reads the attributes topology and topo_parameters of SimGrid's
// <cluster>: TORUS with "3,2,2", FAT_TREE with "2;4,4;1,2;1,2" (levels; hosts or
// switches below, switches above, and cables, by level), DRAGONFLY with "3,4;4,3;5,1;2"
// (groups and cables between them; the same for the chassis of a group and the blades of
// a chassis; nodes of a blade). It is nil for FLAT.
func ParseTopology(kind, parameters string) (Topology, error) {
	switch kind {
	case "", "FLAT":
		return nil, nil
	case "TORUS":
		d, err := counts(parameters, -1)
		return checked(&Torus{Dimensions: d}, err)
	case "FAT_TREE":
		return parseFatTree(parameters)
	case "DRAGONFLY":
		return parseDragonfly(parameters)
	}
	return nil, fmt.Errorf("there is no topology %s: write FLAT, TORUS, FAT_TREE or DRAGONFLY", kind)
}

func checked(t Topology, err error) (Topology, error) {
	if err == nil {
		err = t.check()
	}
	if err != nil {
		return nil, err
	}
	return t, nil
}

func parseFatTree(parameters string) (Topology, error) {
	parts := strings.Split(parameters, ";")
	if len(parts) != 4 {
		return nil, fmt.Errorf("%q is not a fat tree: write its levels, then for each level what is below a switch, what is above a node, and the cables between them, such as 2;4,4;1,2;1,2", parameters)
	}
	levels, err := counts(parts[0], 1)
	if err != nil {
		return nil, err
	}
	f := &FatTree{}
	for i, list := range []*[]int{&f.Down, &f.Up, &f.Cables} {
		if *list, err = counts(parts[i+1], levels[0]); err != nil {
			return nil, err
		}
	}
	return checked(f, nil)
}

func parseDragonfly(parameters string) (Topology, error) {
	parts := strings.Split(parameters, ";")
	if len(parts) != 4 {
		return nil, fmt.Errorf("%q is not a dragonfly: write groups, chassis and blades, each with its cables, and nodes, such as 3,4;4,3;5,1;2", parameters)
	}
	d := &Dragonfly{}
	for i, pair := range [][2]*int{{&d.Groups, &d.Blue}, {&d.Chassis, &d.Black}, {&d.Blades, &d.Green}} {
		list, err := counts(parts[i], 2)
		if err != nil {
			return nil, err
		}
		*pair[0], *pair[1] = list[0], list[1]
	}
	nodes, err := counts(parts[3], 1)
	if err != nil {
		return nil, err
	}
	d.Nodes = nodes[0]
	return checked(d, nil)
}

// counts reads numbers greater than 0, as many as wanted (-1: any).
func counts(text string, want int) ([]int, error) {
	var out []int
	for word := range strings.SplitSeq(text, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(word))
		switch {
		case err != nil || n < 1:
			return nil, fmt.Errorf("%q is not a list of integers greater than 0", text)
		case n > maxRadicals:
			return nil, fmt.Errorf("%d is more than %d", n, maxRadicals)
		case len(out) == maxDimensions:
			return nil, fmt.Errorf("more than %d numbers", maxDimensions)
		}
		out = append(out, n)
	}
	if want >= 0 && len(out) != want {
		return nil, fmt.Errorf("%q should have %d numbers, and has %d", text, want, len(out))
	}
	return out, nil
}

const (
	maxDimensions = 64      // of a torus, and levels of a fat tree
	maxLinks      = 500_000 // of a platform
)

// product is the product of numbers that are not negative, or one more than the limit
// where it is greater and no zero comes before.
func product(limit int, factors ...int) int {
	out := 1
	for _, f := range factors {
		if f == 0 {
			return 0
		}
		if f > limit/out {
			return limit + 1
		}
		out *= f
	}
	return out
}

// wiring declares the links of a topology for one cluster.
type wiring struct {
	b     *Builder
	c     *ClusterSpec
	named func(string) Ident

	loops  int // of the hosts, by rank; -1 without
	limits int // of the hosts, by rank, and then of the switches; -1 without
	cables int // the first link that is neither
	twin   int // 1 where the way back has a link of its own
}

// cable declares a link; the first one is number 0.
func (w *wiring) cable(name string, bandwidth float64) {
	w.b.Link(LinkSpec{Name: w.named(name), Bandwidth: bandwidth, Latency: w.c.Latency, Sharing: w.c.Sharing})
}

// limiters declares those of the switches, which SimGrid numbers downwards from just
// below twice the number of hosts.
func (w *wiring) limiters(hosts, switches int) {
	for i := 0; w.limits >= 0 && i < switches; i++ {
		w.b.Link(LinkSpec{Name: w.named(fmt.Sprintf("%s_link_%d_limiter", w.c.Name.Text, 2*hosts-1-i)), Bandwidth: w.c.Limiter})
	}
}

// way collects the links of a route through a topology.
type way struct {
	*wiring
	links []int
}

// up and down take a cable, by its number.
func (y *way) up(number int)   { y.links = append(y.links, y.cables+number*(1+y.twin)) }
func (y *way) down(number int) { y.links = append(y.links, y.cables+number*(1+y.twin)+y.twin) }

// limit takes the limiter of a host, or of a switch by its number after those of the
// hosts.
func (y *way) limit(number int) {
	if y.limits >= 0 {
		y.links = append(y.links, y.limits+number)
	}
}

// takeLoopback takes the loopback of a host, and says whether there is one.
func (y *way) takeLoopback(rank int) bool {
	if y.loops >= 0 {
		y.links = append(y.links, y.loops+rank)
	}
	return y.loops >= 0
}

// wired declares a cluster with a topology in the open zone, which is its own.
func (b *Builder) wired(c *ClusterSpec, named func(string) Ident) {
	hosts := c.Topology.Hosts()
	links, switches := c.Topology.counts()
	switch {
	case hosts > maxRadicals:
		b.Fail(c.Parameters, fmt.Sprintf("the topology of cluster %s has more than %d hosts", c.Name.Text, maxRadicals), "")
		return
	case len(c.Radicals) < hosts:
		b.Fail(c.Parameters, fmt.Sprintf("the topology of cluster %s has %d hosts, and its radical only %d", c.Name.Text, hosts, len(c.Radicals)), "give the radical a number for each host")
		return
	case links > maxLinks:
		b.Fail(c.Parameters, fmt.Sprintf("the topology of cluster %s has more than %d links", c.Name.Text, maxLinks), "")
		return
	case c.Limiter > 0 && switches > hosts:
		b.Fail(c.Parameters, fmt.Sprintf("limiter_link in cluster %s, which has more switches (%d) than hosts (%d)", c.Name.Text, switches, hosts), "SimGrid would give one name to the limiters of a switch and of a host, and refuses that")
		return
	case len(c.Radicals) > hosts:
		b.Warn(c.Parameters, fmt.Sprintf("the topology of cluster %s has %d hosts: %d of its radical are left out", c.Name.Text, hosts, len(c.Radicals)-hosts), "")
	}
	w := &wiring{b: b, c: c, named: named, loops: -1, limits: -1}
	for _, n := range c.Radicals[:hosts] {
		b.Host(named(c.Prefix+strconv.Itoa(n)+c.Suffix), c.Host)
	}
	if c.LoopbackBandwidth > 0 {
		w.loops = len(b.p.Links)
		for _, n := range c.Radicals[:hosts] {
			b.Link(LinkSpec{Name: named(fmt.Sprintf("%s_link_%d_loopback", c.Name.Text, n)), Bandwidth: c.LoopbackBandwidth, Latency: c.LoopbackLatency, Sharing: Fatpipe})
		}
	}
	if c.Limiter > 0 {
		w.limits = len(b.p.Links)
		for rank := range hosts {
			b.Link(LinkSpec{Name: named(fmt.Sprintf("%s_link_%d_limiter", c.Name.Text, rank)), Bandwidth: c.Limiter})
		}
		w.limiters(hosts, switches)
	}
	w.cables = len(b.p.Links)
	if c.Sharing == SplitDuplex {
		w.twin = 1
	}
	b.p.zones[b.open[len(b.open)-1]].fabric = c.Topology.wire(w)
}
