package network

import "fmt"

// Torus has hosts in a grid that is closed in each dimension. Each has a cable to the
// next host in each dimension. A route goes through one dimension after another, each in
// the shorter direction.
type Torus struct{ Dimensions []int }

// Hosts is the number of hosts.
func (t *Torus) Hosts() int { return product(maxRadicals, t.Dimensions...) }

func (t *Torus) routing() Routing { return TorusRouting }

func (t *Torus) counts() (links, switches int) {
	return product(maxLinks, t.Hosts(), len(t.Dimensions)), 0
}

func (t *Torus) check() error {
	single := 0
	for _, d := range t.Dimensions {
		if d == 1 {
			single++
		}
	}
	if single > 1 {
		return fmt.Errorf("a torus with %d dimensions of 1: SimGrid would give two links one name, and refuses that", single)
	}
	return nil
}

func (t *Torus) wire(w *wiring) fabric {
	for host := range t.Hosts() {
		for step, size := 1, 0; size < len(t.Dimensions); size++ {
			w.cable(fmt.Sprintf("%s_link_from_%d_to_%d", w.c.Name.Text, host, t.neighbour(host, step, t.Dimensions[size], 1)), w.c.Bandwidth)
			step *= t.Dimensions[size]
		}
	}
	return &torus{w, t}
}

// neighbour is the next host in a dimension of that size, in which coordinates are that
// step of ranks apart, in direction 1 or -1.
func (t *Torus) neighbour(host, step, size, direction int) int {
	at := host / step % size
	return host + ((at+direction+size)%size-at)*step
}

type torus struct {
	*wiring
	*Torus
}

func (t *torus) path(from, to int) []int {
	y := &way{wiring: t.wiring}
	if from == to && y.takeLoopback(from) {
		return y.links
	}
	at, step := from, 1
	for j, size := range t.Dimensions {
		start, end := from/step%size, to/step%size
		// SimGrid decides at the start of the route, and so for all steps of a dimension.
		forward := end > start && end <= start+size/2 || start > size/2 && (start+size/2)%size >= end
		for at/step%size != end {
			y.limit(at)
			if forward {
				y.up(at*len(t.Dimensions) + j)
				at = t.neighbour(at, step, size, 1)
			} else {
				at = t.neighbour(at, step, size, -1)
				y.down(at*len(t.Dimensions) + j)
			}
		}
		step *= size
	}
	y.limit(to)
	return y.links
}
