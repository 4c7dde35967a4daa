package simgrid

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"adagio/network"
)

// topologies are clusters whose wiring has something of its own.
var topologies = []struct{ name, clusters string }{
	{"torus", `radical="0-11" bw="1.25GBps" lat="50us" topology="TORUS" topo_parameters="3,2,2"`},
	{"torus with a loopback and limiters", `radical="0-19" bw="1.25GBps" lat="50us" topology="TORUS" topo_parameters="5,4" loopback_bw="100MBps" loopback_lat="1us" limiter_link="150MBps"`},
	{"torus, limiters without loopbacks", `radical="0-5" bw="1.25GBps" lat="50us" topology="TORUS" topo_parameters="6" limiter_link="150MBps" sharing_policy="SHARED"`},
	{"torus of hosts with gaps in their numbers", `radical="3,7-9,20-21" bw="1.25GBps" lat="50us" topology="TORUS" topo_parameters="3,2" sharing_policy="FATPIPE"`},
	{"torus with a dimension of 1", `radical="0-6" bw="1.25GBps" lat="50us" topology="TORUS" topo_parameters="1,7"`},
	{"fat tree", `radical="0-15" bw="125MBps" lat="50us" topology="FAT_TREE" topo_parameters="2;4,4;1,2;1,2" loopback_bw="100MBps" loopback_lat="0"`},
	{"fat tree of three levels, limiters", `radical="0-11" bw="125MBps" lat="50us" topology="FAT_TREE" topo_parameters="3;3,2,2;1,2,1;1,2,3" limiter_link="150MBps"`},
	{"fat tree with parallel cables on all levels", `radical="0-8" bw="125MBps" lat="50us" topology="FAT_TREE" topo_parameters="2;3,3;2,3;3,2"`},
	{"fat tree with more switches than hosts", `radical="0-1" bw="125MBps" lat="50us" topology="FAT_TREE" topo_parameters="2;2,1;3,3;1,1"`},
	{"fat tree, shared cables, more numbers than hosts", `radical="0-99" bw="125MBps" lat="50us" topology="FAT_TREE" topo_parameters="1;5;2;2" sharing_policy="SHARED"`},
	{"dragonfly", `radical="0-119" bw="125MBps" lat="50us" topology="DRAGONFLY" topo_parameters="3,4;4,3;5,1;2"`},
	{"dragonfly with a loopback and limiters", `radical="0-23" bw="125MBps" lat="50us" topology="DRAGONFLY" topo_parameters="2,1;3,2;2,3;2" loopback_bw="100MBps" loopback_lat="1us" limiter_link="150MBps"`},
	{"dragonfly, limiters without loopbacks", `radical="0-17" bw="125MBps" lat="50us" topology="DRAGONFLY" topo_parameters="3,2;2,1;3,1;1" limiter_link="150MBps" sharing_policy="SHARED"`},
	{"dragonfly of one group", `radical="0-5" bw="125MBps" lat="50us" topology="DRAGONFLY" topo_parameters="1,1;2,1;3,1;1"`},
}

// platformOf is a platform of one cluster, or of the cluster twice with a route between
// its first hosts: SimGrid counts some things on from one to the other.
func platformOf(attributes string, twice bool) string {
	cluster := func(id string) string {
		return fmt.Sprintf(`<cluster id="%s" prefix="%s-" suffix=".net" speed="1Gf" %s/>`, id, id, attributes)
	}
	first, _, _ := strings.Cut(strings.Split(attributes, `radical="`)[1], "-")
	first, _, _ = strings.Cut(first, ",")
	var b strings.Builder
	b.WriteString("<?xml version='1.0'?>\n<!DOCTYPE platform SYSTEM \"https://simgrid.org/simgrid.dtd\">\n<platform version=\"4.1\">\n")
	if twice {
		fmt.Fprintf(&b, `<zone id="w" routing="Full">%s%s<link id="l" bandwidth="1MBps" latency="1ms"/>`, cluster("a"), cluster("b"))
		fmt.Fprintf(&b, `<zoneRoute src="a" dst="b" gw_src="a-%s.net" gw_dst="b-%s.net"><link_ctn id="l"/></zoneRoute></zone>`, first, first)
	} else {
		b.WriteString(cluster("a"))
	}
	b.WriteString("\n</platform>\n")
	return b.String()
}

// TestTopologies: on clusters with a topology all routes are those of SimGrid, link by
// link, and messages between all hosts take the same time one after another, and all
// together.
func TestTopologies(t *testing.T) {
	available(t)
	for _, test := range topologies {
		for _, twice := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, %v", test.name, map[bool]string{false: "one", true: "two"}[twice]), func(t *testing.T) {
				text := platformOf(test.clusters, twice)
				p, list := network.ReadXML("platform.xml", []byte(text))
				if p == nil {
					t.Fatal(list)
				}
				file := filepath.Join(scratch, "platform.xml")
				if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
				var alone, together []message
				for i := range p.Hosts {
					for j := range p.Hosts {
						// Of many pairs some, spread over all distances.
						if pair := i*len(p.Hosts) + j; len(p.Hosts) > 24 && pair%(len(p.Hosts)*len(p.Hosts)/500) != 0 {
							continue
						}
						if _, err := p.Route(i, j); err == nil {
							alone = append(alone, message{from: i, to: j, bytes: 1e5, after: len(alone)})
							together = append(together, message{start: float64(len(together)) * 1e-4, from: i, to: j, bytes: 1e5})
						}
					}
				}
				h := run(t, p, file, alone)
				pairs := compareRoutes(t, p, text, h)
				worst := 0.0
				for k, m := range alone {
					r, err := p.Route(m.from, m.to)
					if err != nil {
						t.Fatal(err)
					}
					took := h.arrived[k]
					if k > 0 {
						took -= h.arrived[k-1]
					}
					worst = max(worst, differ(took, p.Model.Alone(p, r, m.bytes)))
				}
				ours := follow(t, p, together)
				h = run(t, p, file, together)
				slowest := 0.0
				for k := range together {
					slowest = max(slowest, differ(h.arrived[k], ours[k]))
				}
				if len(h.arrived) != len(together) || worst > 1e-6 || slowest > 1e-6 {
					t.Fatalf("%d of %d messages arrive; relative differences %.2g alone, %.2g together", len(h.arrived), len(together), worst, slowest)
				}
				t.Logf("%d pairs of hosts have the same route; %d messages, greatest relative difference %.2g alone, %.2g together", pairs, len(alone), worst, slowest)
			})
		}
	}
}
