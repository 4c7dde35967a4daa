// Package clock has vector clocks (Fidge; Mattern 1988): by chain of events, how many of
// them certainly precede an event. A clock is a tree over the chains that is never
// changed, so that clocks share what they have in common: an event that follows one other
// costs one path of the tree, and where many events learn the same, they learn it as one
// tree.
package clock

// Clock is one vector clock of a set; the zero Clock knows nothing.
type Clock int32

// Set holds clocks.
type Set struct {
	blocks []*[block]node // which grow in number, so that nodes are never copied
	len    int
	levels int
}

// node holds nodes one level below, or at level 0 counts.
type node [fanOut]Clock

const (
	fanOutBits = 3
	fanOut     = 1 << fanOutBits
	blockBits  = 8
	block      = 1 << blockBits
)

// NewSet makes an empty set for clocks of a number of chains.
func NewSet(chains int) *Set {
	s := new(Set)
	s.add(node{})
	for rest := (chains - 1) >> fanOutBits; rest > 0; rest >>= fanOutBits {
		s.levels++
	}
	return s
}

// Len is the size of a set, in nodes of its clocks.
func (s *Set) Len() int { return s.len }

func (s *Set) at(c Clock) *node { return &s.blocks[c>>blockBits][c&(block-1)] }

// Count is how many events of a chain a clock knows.
func (s *Set) Count(c Clock, chain int32) int32 {
	for level := s.levels; c != 0; level-- {
		c = s.at(c)[chain>>(level*fanOutBits)&(fanOut-1)]
		if level == 0 {
			return int32(c)
		}
	}
	return 0
}

// With is a clock that knows so many events of a chain, and otherwise what another knows.
func (s *Set) With(c Clock, chain, count int32) Clock { return s.with(c, chain, count, s.levels) }

func (s *Set) with(c Clock, chain, count int32, level int) Clock {
	at := chain >> (level * fanOutBits) & (fanOut - 1)
	n, below := *s.at(c), Clock(count)
	if level > 0 {
		below = s.with(n[at], chain, count, level-1)
	}
	if below == n[at] {
		return c
	}
	n[at] = below
	return s.add(n)
}

func (s *Set) add(n node) Clock {
	at := s.len & (block - 1)
	if at == 0 {
		s.blocks = append(s.blocks, new([block]node))
	}
	s.blocks[len(s.blocks)-1][at] = n
	s.len++
	return Clock(s.len - 1)
}

// Join is a clock that knows what either of two knows.
func (s *Set) Join(a, b Clock) Clock { return s.join(a, b, s.levels) }

func (s *Set) join(a, b Clock, level int) Clock {
	if a == b || b == 0 {
		return a
	}
	if a == 0 {
		return b
	}
	if level < 0 {
		return max(a, b)
	}
	left, right := s.at(a), s.at(b)
	n := *left
	for i := range n {
		n[i] = s.join(left[i], right[i], level-1)
	}
	return s.either(n, a, b)
}

// Meet is a clock that knows what both of two know.
func (s *Set) Meet(a, b Clock) Clock { return s.meet(a, b, s.levels) }

func (s *Set) meet(a, b Clock, level int) Clock {
	if a == b {
		return a
	}
	if a == 0 || b == 0 {
		return 0
	}
	if level < 0 {
		return min(a, b)
	}
	left, right := s.at(a), s.at(b)
	n := *left
	for i := range n {
		n[i] = s.meet(left[i], right[i], level-1)
	}
	return s.either(n, a, b)
}

// either is one of two clocks, if it is that node, or else a new one.
func (s *Set) either(n node, a, b Clock) Clock {
	switch n {
	case *s.at(a):
		return a
	case *s.at(b):
		return b
	case node{}:
		return 0
	}
	return s.add(n)
}
