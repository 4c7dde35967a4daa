package lanes

import (
	"math/bits"
	"time"

	"adagio/petri"
)

// Block dates some executions at a time. It belongs to one goroutine.
type Block struct {
	p     *Program
	width int
	n     int // executions of the last run
	x     []time.Duration
	keys  []uint64
	part  []time.Duration // the row of a part of a step
	// For critical paths: the steps that have been seen, by the number of the search.
	seen   []uint32
	search uint32
	stack  []int32
}

// What the rows of a block take of memory, and how many executions it has at least and at
// most.
const (
	blockBytes = 512 << 10
	leastWidth = 8
	mostWidth  = 256
)

// NewBlock makes a block.
func (p *Program) NewBlock() *Block { return p.newBlock(p.Width()) }

func (p *Program) newBlock(width int) *Block {
	b := &Block{p: p, width: width, seen: make([]uint32, len(p.steps))}
	b.x = make([]time.Duration, len(p.steps)*b.width)
	b.keys, b.part = make([]uint64, b.width), make([]time.Duration, b.width)
	return b
}

// Width is how many executions a block has. It changes no result.
func (p *Program) Width() int {
	return min(max(blockBytes/8/len(p.steps), leastWidth), mostWidth) / leastWidth * leastWidth
}

// Events is how many events of the graph an execution dates.
func (p *Program) Events() int { return p.graph.Len() }

// Run dates the executions first .. first+n-1 of the experiment of a seed, n being at most
// the width of the block.
func (b *Block) Run(seed, first uint64, n int) {
	b.n = n
	for i := range b.keys[:n] {
		b.keys[i] = executionKey(seed, first+uint64(i))
	}
	clear(b.row(origin))
	for i := 1; i < len(b.p.steps); i++ {
		s := &b.p.steps[i]
		x := b.row(int32(i))
		switch edges := b.p.edges[s.edges:s.end]; {
		case s.law >= 0:
			b.draw(x, edges[0], &b.p.laws[s.law], s.key)
		case s.cuts == s.lastCut:
			b.latest(x, edges)
		default:
			b.least(x, s)
		}
	}
}

// row is the dates of a step.
func (b *Block) row(step int32) []time.Duration {
	from := int(step) * b.width
	return b.x[from : from+b.n : from+b.n]
}

// draw adds a delay to an edge.
func (b *Block) draw(x []time.Duration, e edge, l *law, key uint64) {
	from, keys := b.row(e.from)[:len(x)], b.keys[:len(x)]
	switch {
	case l.share > 0:
		for i := range x {
			u := hash(keys[i] + key)
			if hash(u)>>1 < l.share {
				u = hash(keys[i] + l.factor)
			}
			x[i] = from[i] + e.after + l.at(u)
		}
	case l.table != nil:
		for i := range x {
			x[i] = from[i] + e.after + l.table.At(hash(keys[i]+key))
		}
	case l.sample != nil:
		n := uint64(len(l.sample))
		for i := range x {
			k, _ := bits.Mul64(hash(keys[i]+key), n)
			x[i] = from[i] + e.after + l.sample[k]
		}
	default:
		for i := range x {
			d, _ := bits.Mul64(hash(keys[i]+key), l.width)
			x[i] = from[i] + e.after + time.Duration(d)
		}
	}
}

// at is the value of a delay, less its least, for a random number.
func (l *law) at(u uint64) time.Duration {
	switch {
	case l.table != nil:
		return l.table.At(u)
	case l.sample != nil:
		k, _ := bits.Mul64(u, uint64(len(l.sample)))
		return l.sample[k]
	}
	d, _ := bits.Mul64(u, l.width)
	return time.Duration(d)
}

// latest is the greatest of some edges.
func (b *Block) latest(x []time.Duration, edges []edge) {
	if len(edges)%2 == 1 {
		e := edges[0]
		for i, d := range b.row(e.from)[:len(x)] {
			x[i] = d + e.after
		}
		edges = edges[1:]
	} else {
		e, f := edges[0], edges[1]
		from, other := b.row(e.from)[:len(x)], b.row(f.from)[:len(x)]
		for i := range x {
			x[i] = max(from[i]+e.after, other[i]+f.after)
		}
		edges = edges[2:]
	}
	for ; len(edges) > 0; edges = edges[2:] {
		e, f := edges[0], edges[1]
		from, other := b.row(e.from)[:len(x)], b.row(f.from)[:len(x)]
		for i := range x {
			x[i] = max(x[i], from[i]+e.after, other[i]+f.after)
		}
	}
}

// least is the least of the greatest of the parts of a step.
func (b *Block) least(x []time.Duration, s *step) {
	part := b.part[:len(x)]
	for i, edges := range b.p.parts(s) {
		if i == 0 {
			b.latest(x, edges)
			continue
		}
		b.latest(part, edges)
		for i := range x {
			x[i] = min(x[i], part[i])
		}
	}
}

// parts lists the parts of a step.
func (p *Program) parts(s *step) (list [][]edge) {
	from := s.edges
	for _, cut := range p.cuts[s.cuts:s.lastCut] {
		list = append(list, p.edges[from:cut])
		from = cut
	}
	return append(list, p.edges[from:s.end])
}

// date is the date of an edge in one lane.
func (b *Block) date(lane int, e edge) time.Duration {
	return b.x[int(e.from)*b.width+lane] + e.after
}

// Makespan is the longest program of a node in one execution of the last run, from the
// node's own start, and Span the end of the last program. The lane counts from 0.
func (b *Block) Makespan(lane int) (makespan, span time.Duration) {
	for n, end := range b.p.ends {
		at := b.date(lane, end)
		makespan, span = max(makespan, at-b.date(lane, b.p.starts[n])), max(span, at)
	}
	return makespan, span
}

// Critical calls yield for each event on a critical path to the makespan of an execution
// that ends a transition that takes time, or whose delay varies: all that led to the end
// of a longest program, at each event by the causes that came last.
func (b *Block) Critical(lane int, makespan time.Duration, yield func(petri.EventID)) {
	if b.search++; b.search == 0 {
		clear(b.seen)
		b.search = 1
	}
	b.stack = b.stack[:0]
	visit := func(step int32) {
		if b.seen[step] != b.search {
			b.seen[step] = b.search
			b.stack = append(b.stack, step)
		}
	}
	for n, end := range b.p.ends {
		if b.date(lane, end)-b.date(lane, b.p.starts[n]) == makespan {
			visit(end.from)
		}
	}
	for len(b.stack) > 0 {
		id := b.stack[len(b.stack)-1]
		b.stack = b.stack[:len(b.stack)-1]
		s := &b.p.steps[id]
		if s.event >= 0 {
			yield(s.event)
			visit(b.p.edges[s.edges].from)
			continue
		}
		x := b.x[int(id)*b.width+lane]
		if s.cuts == s.lastCut {
			b.critical(lane, x, b.p.edges[s.edges:s.end], visit)
			continue
		}
		for _, part := range b.p.parts(s) {
			latest := b.date(lane, part[0])
			for _, e := range part[1:] {
				latest = max(latest, b.date(lane, e))
			}
			if latest == x {
				b.critical(lane, x, part, visit)
			}
		}
	}
}

// critical visits the edges that are at a date.
func (b *Block) critical(lane int, x time.Duration, edges []edge, visit func(int32)) {
	for _, e := range edges {
		if b.date(lane, e) == x {
			visit(e.from)
		}
	}
}
