package network

import (
	"fmt"
	"slices"
)

// FatTree is levels of switches above the hosts: a parallel-ports generalized fat tree
// (E. Zahavi, D-Mod-K routing providing non-blocking traffic for shift permutations on
// real life fat trees, CCIT 776, Technion, 2010). By level, from below: Down is what a
// switch has below it, Up is the switches above a host or a switch, Cables lie between
// the two. A route goes up to a switch that has the destination below it, each time to the
// switch that the position of the destination says (d mod k), and down from there.
type FatTree struct{ Down, Up, Cables []int }

// Hosts is the number of hosts.
func (f *FatTree) Hosts() int { return f.nodes(0, maxRadicals) }

// nodes is the number of hosts (level 0) or of switches of a level, or one more than the
// limit where it is greater.
func (f *FatTree) nodes(level, limit int) int {
	return product(limit, slices.Concat(f.Up[:level], f.Down[level:])...)
}

func (f *FatTree) routing() Routing { return FatTreeRouting }

func (f *FatTree) counts() (links, switches int) {
	for level := range f.Down {
		links = min(links+product(maxLinks, f.nodes(level, maxLinks), f.Up[level], f.Cables[level]), maxLinks+1)
		switches = min(switches+f.nodes(level+1, maxLinks), maxLinks+1)
	}
	return links, switches
}

func (f *FatTree) check() error { return nil }

// radix is how many values a digit of a label has on a level. A label is a digit for each
// level: below it the number of the switch above, among Up; above it the number of what
// is below, among Down. Two nodes of neighbouring levels have cables between them where
// their labels differ at most in the digit of the lower level.
func (f *FatTree) radix(level, digit int) int {
	if digit < level {
		return f.Up[digit]
	}
	return f.Down[digit]
}

// label is the label of the node with a number on a level.
func (f *FatTree) label(level, number int) []int {
	out := make([]int, len(f.Down))
	for i := range out {
		out[i] = number % f.radix(level, i)
		number /= f.radix(level, i)
	}
	return out
}

// number is the number of a node on a level, by its label.
func (f *FatTree) number(level int, label []int) int {
	n := 0
	for i := len(label) - 1; i >= 0; i-- {
		n = n*f.radix(level, i) + label[i]
	}
	return n
}

func (f *FatTree) wire(w *wiring) fabric {
	t := &fatTree{wiring: w, FatTree: f, offset: w.b.fatTreeHosts, cablesAbove: []int{0}, firstNode: []int{0}}
	for level := range f.Down {
		nodes := f.nodes(level, maxLinks)
		t.cablesAbove = append(t.cablesAbove, t.cablesAbove[level]+nodes*f.Up[level]*f.Cables[level])
		t.firstNode = append(t.firstNode, t.firstNode[level]+nodes)
	}
	w.b.fatTreeHosts += f.Hosts()
	for level := range f.Down {
		for child := range f.nodes(level, maxLinks) {
			above := f.label(level, child)
			for above[level] = range f.Up[level] {
				for range f.Cables[level] {
					w.cable(fmt.Sprintf("link_from_%d_%d_%d", t.id(level, child), t.id(level+1, f.number(level+1, above)), w.b.fatTreeLinks), w.c.Bandwidth)
					w.b.fatTreeLinks++
				}
			}
		}
	}
	return t
}

type fatTree struct {
	*wiring
	*FatTree
	cablesAbove []int // by level: cables between lower levels
	firstNode   []int // by level: nodes on lower levels
	// offset is the position of the first host: SimGrid counts the positions of hosts on
	// through all fat trees of a platform.
	offset int
}

// id is SimGrid's number of a node in the names of links: hosts count upwards from 0,
// switches downwards from just below twice the number of hosts.
func (t *fatTree) id(level, number int) int {
	if level == 0 {
		return number
	}
	return 2*t.Hosts() - 1 - (t.firstNode[level] - t.Hosts() + number)
}

// cable is the number of one of the cables between a node, by its label, and the switch
// above it with that digit in place.
func (t *fatTree) cable(level int, label []int, above, which int) int {
	return t.cablesAbove[level] + (t.number(level, label)*t.Up[level]+above)*t.Cables[level] + which
}

func (t *fatTree) path(from, to int) []int {
	y := &way{wiring: t.wiring}
	if from == to && y.takeLoopback(from) {
		return y.links
	}
	level, at, end := 0, t.label(0, from), t.label(0, to)
	limit := func() { y.limit(t.firstNode[level] + t.number(level, at)) }
	for level == 0 || !slices.Equal(at[level:], end[level:]) {
		port := t.offset + to
		for _, up := range t.Up[:level] {
			port /= up
		}
		port %= t.Up[level] * t.Cables[level]
		limit()
		above := port % t.Up[level]
		y.up(t.cable(level, at, above, port/t.Up[level]))
		at[level] = above
		level++
	}
	for level > 0 {
		// Which of several cables it takes hangs on the source, but for switches that
		// SimGrid comes to in one search through the ports: there the search goes on
		// from the port that led to them.
		port := (t.offset + from) % t.Cables[level-1] * t.Down[level-1]
		for ; level > 0 && port < t.Down[level-1]*t.Cables[level-1]; port++ {
			if port%t.Down[level-1] != end[level-1] {
				continue
			}
			above := at[level-1]
			limiter := t.firstNode[level] + t.number(level, at)
			level--
			at[level] = end[level]
			y.down(t.cable(level, at, above, port/t.Down[level]))
			y.limit(limiter)
		}
	}
	limit()
	return y.links
}
