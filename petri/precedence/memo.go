package precedence

import (
	"math/bits"
	"time"

	"adagio/petri"
)

// Memo keeps what a search has computed about pairs of events, for two functions of them.
// It is a table of open addresses, used again by one search after another: a number of a
// former round is none. The zero memo is ready for Begin.
type Memo struct {
	slots []memoSlot // a power of two, at most half of them in use
	used  int
	round uint32
	// tables are those of former rounds by their size, the smallest first: each round begins
	// with that, which is fast.
	tables [][]memoSlot
}

// firstSlots is the size of the smallest table.
const firstSlots = 1 << 10

type memoSlot struct {
	key   uint64
	value time.Duration
	round uint32
	depth uint8
}

// Begin forgets everything.
func (m *Memo) Begin() {
	if m.tables == nil {
		m.tables = [][]memoSlot{make([]memoSlot, firstSlots)}
	}
	m.slots, m.used = m.tables[0], 0
	if m.round++; m.round == 0 { // all rounds are used up
		for _, table := range m.tables {
			clear(table)
		}
		m.round = 1
	}
}

// Function tells the two functions of pairs apart.
type Function uint64

// The functions.
const (
	First Function = iota
	Second
)

func memoKey(f Function, p, q petri.EventID) uint64 {
	return uint64(f)<<63 | uint64(p)<<32 | uint64(q)
}

// Get returns the value of a function for two events, if it is known, and the depth of the
// search that it comes from.
func (m *Memo) Get(f Function, p, q petri.EventID) (value time.Duration, depth int, known bool) {
	s, known := m.find(memoKey(f, p, q))
	return s.value, int(s.depth), known
}

// find is where the value of a key is, or is to be put.
func (m *Memo) find(key uint64) (s *memoSlot, known bool) {
	for i := int(key * 0x9e3779b97f4a7c15 >> (65 - bits.Len(uint(len(m.slots))))); ; i = (i + 1) & (len(m.slots) - 1) {
		s := &m.slots[i]
		if s.round != m.round || s.key == key {
			return s, s.round == m.round
		}
	}
}

// Put writes a value.
func (m *Memo) Put(f Function, p, q petri.EventID, value time.Duration, depth int) {
	key := memoKey(f, p, q)
	s, known := m.find(key)
	*s = memoSlot{key, value, m.round, uint8(depth)}
	if known {
		return
	}
	if m.used++; 2*m.used > len(m.slots) {
		m.grow()
	}
}

// grow goes on in a table of twice the size.
func (m *Memo) grow() {
	old := m.slots
	next := bits.Len(uint(len(old) / firstSlots))
	if next == len(m.tables) {
		m.tables = append(m.tables, make([]memoSlot, 2*len(old)))
	}
	m.slots = m.tables[next]
	for _, s := range old {
		if s.round == m.round {
			at, _ := m.find(s.key)
			*at = s
		}
	}
}
