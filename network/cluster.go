package network

import (
	"fmt"
	"strconv"
	"strings"
)

// ClusterSpec is a set of like hosts around a centre, SimGrid's <cluster>: a star
// zone in which each host has a link of its own, and the backbone, if there is
// one, lies between all of them.
type ClusterSpec struct {
	Name           Ident
	Prefix, Suffix string
	Radicals       []int // of the names of the hosts: Prefix, number, Suffix
	Host           Host
	Bandwidth      float64 // of the link of a host
	Latency        float64
	Sharing        Sharing
	// A backbone exists where BackboneBandwidth is greater than 0.
	BackboneBandwidth, BackboneLatency float64
	BackboneSharing                    Sharing
	// A loopback of each host exists where LoopbackBandwidth is greater than 0.
	LoopbackBandwidth, LoopbackLatency float64
	// Limiter, where it is greater than 0, is what a host may send and receive
	// together.
	Limiter float64
	Router  string // name of the router; "" for PrefixName_routerSuffix
	// Topology is how the hosts are wired, nil where all are at one centre. Then there is
	// neither a backbone nor a router.
	Topology   Topology
	Parameters Ident // of the topology, to point at
}

// Cluster declares a cluster in the open zone, or as the whole platform.
func (b *Builder) Cluster(c ClusterSpec) {
	routing := Star
	if c.Topology != nil {
		routing = c.Topology.routing()
	}
	if !b.Open(c.Name, routing) {
		return
	}
	defer b.Close()
	id := c.Name.Text
	named := func(text string) Ident { return Ident{text, c.Name.Pos, c.Name.Length} }
	link := func(name string, bandwidth, latency float64, s Sharing) {
		b.Link(LinkSpec{Name: named(name), Bandwidth: bandwidth, Latency: latency, Sharing: s})
	}
	if !(c.Bandwidth > 0) {
		b.Fail(c.Name, fmt.Sprintf("the bandwidth of the links of cluster %s must be greater than 0", id), "")
		return
	}
	if c.Topology != nil {
		b.wired(&c, named)
		return
	}
	if c.BackboneBandwidth > 0 {
		link(id+"_backbone", c.BackboneBandwidth, c.BackboneLatency, c.BackboneSharing)
	}
	for _, n := range c.Radicals {
		if b.full || len(b.list) >= maxProblems {
			return
		}
		host := named(c.Prefix + strconv.Itoa(n) + c.Suffix)
		b.Host(host, c.Host)
		name := fmt.Sprintf("%s_link_%d", id, n)
		if c.LoopbackBandwidth > 0 {
			link(name+"_loopback", c.LoopbackBandwidth, c.LoopbackLatency, Fatpipe)
			b.Route(RouteSpec{Src: host, Dst: host, Hops: []Hop{{Link: named(name + "_loopback")}}})
		}
		up := RouteSpec{Src: host, Symmetric: true}
		if c.Limiter > 0 {
			link(name+"_limiter", c.Limiter, 0, Shared)
			up.Hops = append(up.Hops, Hop{Link: named(name + "_limiter")})
		}
		link(name, c.Bandwidth, c.Latency, c.Sharing)
		up.Hops = append(up.Hops, Hop{Link: named(name), Up: c.Sharing == SplitDuplex})
		if c.BackboneBandwidth > 0 {
			up.Hops = append(up.Hops, Hop{Link: named(id + "_backbone")})
		}
		b.Route(up)
	}
	router := c.Router
	if router == "" {
		router = c.Prefix + id + "_router" + c.Suffix
	}
	b.Router(named(router))
}

// maxRadicals bounds the hosts of one cluster.
const maxRadicals = maxPoints

// ParseRadicals reads the numbers of the hosts of a cluster, "0-3,7".
func ParseRadicals(text string) ([]int, error) {
	var out []int
	for group := range strings.SplitSeq(text, ",") {
		first, last, isRange := strings.Cut(group, "-")
		if !isRange {
			last = first
		}
		lo, errLo := strconv.Atoi(strings.TrimSpace(first))
		hi, errHi := strconv.Atoi(strings.TrimSpace(last))
		switch {
		case errLo != nil || errHi != nil || lo < 0:
			return nil, fmt.Errorf("%q is not a list of numbers: write for example 0-3,7", text)
		case hi < lo:
			return nil, fmt.Errorf("in the wrong order: %s", group)
		case hi-lo >= maxRadicals-len(out):
			return nil, fmt.Errorf("more than %d hosts", maxRadicals)
		}
		for n := lo; n <= hi; n++ {
			out = append(out, n)
		}
	}
	return out, nil
}
