package network

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// drawTopology draws a topology of few hosts.
func drawTopology(t *rapid.T) Topology {
	list := func(n, lo, hi int) []int {
		return rapid.SliceOfN(rapid.IntRange(lo, hi), n, n).Draw(t, "numbers")
	}
	n := rapid.IntRange(1, 3).Draw(t, "n")
	switch rapid.IntRange(0, 2).Draw(t, "kind") {
	case 0:
		return &Torus{list(n, 2, 6)}
	case 1:
		return &FatTree{list(n, 1, 4), list(n, 1, 3), list(n, 1, 3)}
	}
	groups := rapid.IntRange(1, 4).Draw(t, "groups")
	return &Dragonfly{
		Groups: groups, Blue: n, Chassis: rapid.IntRange(1, 3).Draw(t, "chassis"), Black: n,
		Blades: groups + rapid.IntRange(0, 2).Draw(t, "more"), Green: n, Nodes: rapid.IntRange(1, 3).Draw(t, "nodes"),
	}
}

// walk follows the cables of a route by the ends that their names tell, from a host to
// another, and returns how many there are. Hosts are "h" and their rank.
func walk(t *rapid.T, p *Platform, r Route, topology Topology, from, to int) int {
	// Where it may be: a shared cable says nothing of the direction.
	at, steps := map[string]bool{fmt.Sprint("h", from): true}, 0
	for _, l := range r.Links {
		name := p.Links[l].Name
		if strings.HasSuffix(name, "_limiter") {
			continue
		}
		steps++
		a, b := ends(topology, strings.TrimSuffix(strings.TrimSuffix(name, "_UP"), "_DOWN"))
		if strings.HasSuffix(name, "_DOWN") {
			a, b = b, a
		}
		next := map[string]bool{}
		for place := range at {
			for _, start := range []string{place, inFirstChassis(topology, place)} {
				if start == a {
					next[b] = true
				}
				if start == b && p.Links[l].Sharing == Shared {
					next[a] = true
				}
			}
		}
		if at = next; len(at) == 0 {
			t.Fatalf("%s does not begin where the route is: %s", name, p.linkNames(r.Links))
		}
	}
	if !at[fmt.Sprint("h", to)] {
		t.Fatalf("the route from host %d to %d ends at %v: %s", from, to, at, p.linkNames(r.Links))
	}
	return steps
}

// inFirstChassis is the router with the number of another in the first chassis of its
// group: there SimGrid goes on after a green cable of a route within a group.
func inFirstChassis(topology Topology, at string) string {
	var router int
	if d, ok := topology.(*Dragonfly); ok && scan(at, "r%d", &router) {
		return fmt.Sprint("r", router/d.Blades/d.Chassis*d.Chassis*d.Blades+router%d.Blades)
	}
	return at
}

// ends are the ends of a cable, by its name.
func ends(topology Topology, name string) (a, b string) {
	var i, j, k, l, n int
	host := func(id int) string { return fmt.Sprint("h", id) }
	router := func(group, chassis, blade int) string {
		d := topology.(*Dragonfly)
		return fmt.Sprint("r", (group*d.Chassis+chassis)*d.Blades+blade)
	}
	switch d, _ := topology.(*Dragonfly); {
	case scan(name, "c_link_from_%d_to_%d", &i, &j):
		return host(i), host(j)
	case scan(name, "link_from_%d_%d_%d", &i, &j, &n):
		return host(i), host(j) // switches, too: SimGrid numbers both
	case scan(name, "local_link_from_router_%d_to_node_%d_%d", &i, &j, &n):
		return fmt.Sprint("h", i*d.Nodes+j), fmt.Sprint("r", i)
	case scan(name, "green_link_in_chassis_%d_between_routers_%d_and_%d_%d", &i, &j, &k, &n):
		// The group is not in the name: the cables are numbered.
		pairs := d.Blades * (d.Blades - 1) / 2
		chassis := (n - d.Hosts()) / pairs
		return router(0, chassis, j), router(0, chassis, k)
	case scan(name, "black_link_in_group_%d_between_chassis_%d_and_%d_blade_%d_%d", &i, &j, &k, &l, &n):
		return router(i, j, l), router(i, k, l)
	case scan(name, "blue_link_between_group_%d_and_%d_routers_%d_and_%d_%d", &i, &j, &k, &l, &n):
		return fmt.Sprint("r", k), fmt.Sprint("r", l)
	}
	return name, name
}

func scan(name, format string, to ...any) bool {
	n, err := fmt.Sscanf(name, format, to...)
	return err == nil && n == len(to)
}

// TestTopologyWalks: each route of a topology is a walk over its cables from the source
// to the destination; in a torus and a fat tree none is shorter, in a dragonfly it has at
// most the steps of two groups.
func TestTopologyWalks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		topology := drawTopology(t)
		hosts := topology.Hosts()
		if hosts > 60 {
			t.Skip("large")
		}
		_, switches := topology.counts()
		c := ClusterSpec{
			Name: Ident{Text: "c"}, Prefix: "n", Host: Host{}, Bandwidth: 1e6, Latency: 1e-3, Topology: topology,
			Sharing: rapid.SampledFrom([]Sharing{Shared, SplitDuplex}).Draw(t, "sharing"),
		}
		if switches <= hosts && rapid.Bool().Draw(t, "limited") {
			c.Limiter = 1e6
		}
		for i := range hosts {
			c.Radicals = append(c.Radicals, i)
		}
		b := NewBuilder("p")
		b.Cluster(c)
		p, list := b.Build()
		if p == nil {
			t.Fatal(list)
		}
		links, _ := topology.counts()
		if c.Sharing == SplitDuplex {
			links *= 2
		}
		if c.Limiter > 0 {
			links += hosts + switches
		}
		if links != len(p.Links) {
			t.Fatalf("%d links, counted as %d", len(p.Links), links)
		}
		for i := range hosts {
			for j := range hosts {
				if i == j {
					continue
				}
				r, err := p.Route(i, j)
				if err != nil {
					t.Fatal(err)
				}
				steps := walk(t, p, r, topology, i, j)
				least, most := distance(topology, i, j)
				if steps < least || steps > most {
					t.Fatalf("%+v: %d steps from %d to %d, not %d .. %d", topology, steps, i, j, least, most)
				}
			}
		}
	})
}

// distance is how few and how many cables a route may have.
func distance(topology Topology, i, j int) (least, most int) {
	switch x := topology.(type) {
	case *Torus:
		for _, size := range x.Dimensions {
			d := (j%size - i%size + size) % size
			least += min(d, size-d)
			i, j = i/size, j/size
		}
		return least, least
	case *FatTree:
		for _, down := range x.Down {
			if i == j {
				break
			}
			least += 2
			i, j = i/down, j/down
		}
		return least, least
	}
	return 2, 7
}
