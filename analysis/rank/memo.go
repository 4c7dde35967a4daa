package rank

import (
	"math/bits"

	"adagio/petri"
)

// memo keeps what a comparison has computed about pairs of events. It is a table of open
// addresses, used again by one comparison after another: a number of a former round is
// none. The zero memo is ready for begin.
type memo struct {
	slots []memoSlot // a power of two, at most half of them in use
	used  int
	round uint32
}

type memoSlot struct {
	key   uint64
	value duration
	round uint32
	back  uint8 // how far it went back for the value
}

// begin forgets everything.
func (m *memo) begin() {
	if m.slots == nil {
		m.slots = make([]memoSlot, 1<<10)
	}
	m.used = 0
	if m.round++; m.round == 0 { // all rounds are used up
		clear(m.slots)
		m.round = 1
	}
}

// The two functions of a comparison.
const (
	ofBeta uint64 = iota
	ofPath
)

func memoKey(function uint64, p, q petri.EventID) uint64 {
	return function<<63 | uint64(p)<<32 | uint64(q)
}

// slot is where the value of a function for two events is, or is to be put.
func (m *memo) slot(function uint64, p, q petri.EventID) (s *memoSlot, known bool) {
	return m.find(memoKey(function, p, q))
}

func (m *memo) find(key uint64) (s *memoSlot, known bool) {
	for i := int(key * 0x9e3779b97f4a7c15 >> (65 - bits.Len(uint(len(m.slots))))); ; i = (i + 1) & (len(m.slots) - 1) {
		s := &m.slots[i]
		if s.round != m.round || s.key == key {
			return s, s.round == m.round
		}
	}
}

// put writes a value.
func (m *memo) put(function uint64, p, q petri.EventID, value duration, back int) {
	s, known := m.slot(function, p, q)
	*s = memoSlot{memoKey(function, p, q), value, m.round, uint8(back)}
	if known {
		return
	}
	if m.used++; 2*m.used > len(m.slots) {
		m.grow()
	}
}

// grow doubles the table.
func (m *memo) grow() {
	old := m.slots
	m.slots = make([]memoSlot, 2*len(old))
	for _, s := range old {
		if s.round == m.round {
			at, _ := m.find(s.key)
			*at = s
		}
	}
}
