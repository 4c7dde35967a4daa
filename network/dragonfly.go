package network

import "fmt"

// Dragonfly has groups of chassis of blades, each blade a router with some hosts (J. Kim,
// W. Dally, S. Scott, D. Abts, Technology-driven, highly-scalable dragonfly topology, ISCA
// 2008). Green cables join all routers of a chassis, black ones the routers of equal
// number in all chassis of a group, and a blue one each two groups: it leads from the
// router of the first chassis with the number of the other group. Routes are minimal.
// Blue, Black and Green multiply the bandwidth of their cables.
type Dragonfly struct {
	Groups, Blue   int
	Chassis, Black int // of a group
	Blades, Green  int // of a chassis
	Nodes          int // of a blade
}

// Hosts is the number of hosts.
func (d *Dragonfly) Hosts() int {
	return product(maxRadicals, d.Groups, d.Chassis, d.Blades, d.Nodes)
}

func (d *Dragonfly) routing() Routing { return DragonflyRouting }

func (d *Dragonfly) counts() (links, switches int) {
	routers := product(maxLinks, d.Groups, d.Chassis, d.Blades)
	links = product(maxLinks, routers, d.Nodes)
	for _, n := range []int{
		product(maxLinks, d.Groups, d.Chassis, d.pairs(d.Blades)),
		product(maxLinks, d.Groups, d.pairs(d.Chassis), d.Blades),
		d.pairs(d.Groups),
	} {
		links = min(links+n, maxLinks+1)
	}
	return links, routers
}

// pairs is how many pairs there are of that many.
func (d *Dragonfly) pairs(n int) int { return n * (n - 1) / 2 }

func (d *Dragonfly) check() error {
	if d.Groups > d.Blades {
		return fmt.Errorf("a dragonfly of %d groups with %d blades in a chassis: SimGrid joins group n to the blade number n of the others, so there must be as many blades", d.Groups, d.Blades)
	}
	return nil
}

// router is the number of a router.
func (d *Dragonfly) router(group, chassis, blade int) int {
	return (group*d.Chassis+chassis)*d.Blades + blade
}

func (d *Dragonfly) wire(w *wiring) fabric {
	f := &dragonfly{wiring: w, Dragonfly: d}
	cables := 0
	cable := func(factor int, format string, args ...any) {
		w.cable(fmt.Sprintf(format+"_%d", append(args, w.b.dragonflyLinks)...), w.c.Bandwidth*float64(factor))
		w.b.dragonflyLinks++
		cables++
	}
	for router := range d.Groups * d.Chassis * d.Blades {
		for node := range d.Nodes {
			cable(1, "local_link_from_router_%d_to_node_%d", router, node)
		}
	}
	f.green = cables
	for chassis := range d.Groups * d.Chassis {
		for j := range d.Blades {
			for k := j + 1; k < d.Blades; k++ {
				cable(d.Green, "green_link_in_chassis_%d_between_routers_%d_and_%d", chassis%d.Chassis, j, k)
			}
		}
	}
	f.black = cables
	for group := range d.Groups {
		for j := range d.Chassis {
			for k := j + 1; k < d.Chassis; k++ {
				for blade := range d.Blades {
					cable(d.Black, "black_link_in_group_%d_between_chassis_%d_and_%d_blade_%d", group, j, k, blade)
				}
			}
		}
	}
	f.blue = cables
	for i := range d.Groups {
		for j := i + 1; j < d.Groups; j++ {
			cable(d.Blue, "blue_link_between_group_%d_and_%d_routers_%d_and_%d", i, j, d.router(i, 0, j), d.router(j, 0, i))
		}
	}
	return f
}

type dragonfly struct {
	*wiring
	*Dragonfly
	green, black, blue int // the number of the first cable of each kind
}

// between takes the cable from i to j among the cables of all pairs of n, which begin at
// first and are step apart.
func (f *dragonfly) between(y *way, first, step, n, i, j int) {
	low, high := min(i, j), max(i, j)
	pair := low*(2*n-low-1)/2 + high - low - 1
	if i < j {
		y.up(first + pair*step)
	} else {
		y.down(first + pair*step)
	}
}

// place is where a router is.
type place struct{ group, chassis, blade int }

func (f *dragonfly) place(host int) place {
	router := host / f.Nodes
	return place{router / f.Blades / f.Chassis, router / f.Blades % f.Chassis, router % f.Blades}
}

func (f *dragonfly) path(from, to int) []int {
	y := &way{wiring: f.wiring}
	if from == to && y.takeLoopback(from) {
		return y.links
	}
	at, end := f.place(from), f.place(to)
	limit := func(p place) { y.limit(f.Dragonfly.Hosts() + f.router(p.group, p.chassis, p.blade)) }
	green := func(blade int) {
		limit(at)
		f.between(y, f.green+(at.group*f.Chassis+at.chassis)*f.pairs(f.Blades), 1, f.Blades, at.blade, blade)
		at.blade = blade
	}
	black := func(chassis int) {
		limit(at)
		f.between(y, f.black+at.group*f.pairs(f.Chassis)*f.Blades+at.blade, f.Blades, f.Chassis, at.chassis, chassis)
		at.chassis = chassis
	}
	y.limit(from)
	y.up(from)
	if at != end {
		if at.group != end.group {
			if at.blade != end.group {
				green(end.group)
			}
			if at.chassis != 0 {
				black(0)
			}
			f.between(y, f.blue, 1, f.Groups, at.group, end.group)
			limit(at)
			at = place{end.group, 0, at.group}
		}
		if at.blade != end.blade {
			green(end.blade)
			// SimGrid goes on as if this were in the first chassis. So a route within
			// one chassis, if it is another, has a black cable besides, and one from
			// another to the first has none.
			at.chassis = 0
		}
		if at.chassis != end.chassis {
			black(end.chassis)
		}
	}
	limit(end)
	y.down(to)
	y.limit(to)
	return y.links
}
