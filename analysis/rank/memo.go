package rank

import (
	"math/bits"
	"sync"

	"adagio/petri"
)

// memo keeps what a comparison has computed about pairs of events. It is a table
// of open addresses, used again by one comparison after another: a number of a
// former round is none.
type memo struct {
	slots []memoSlot
	round uint32
}

type memoSlot struct {
	key   uint64
	value duration
	round uint32
	back  uint8 // how far it went back for the value
}

// memoLen holds the most that a comparison computes, with room to spare.
const memoLen = 1 << 17

var memos = sync.Pool{New: func() any { return &memo{slots: make([]memoSlot, memoLen)} }}

// newMemo returns an empty memo; it is given back with memos.Put.
func newMemo() *memo {
	m := memos.Get().(*memo)
	if m.round++; m.round == 0 { // all rounds are used up
		clear(m.slots)
		m.round = 1
	}
	return m
}

// The two functions of a comparison.
const (
	ofBeta uint64 = iota
	ofPath
)

// slot is where the value of a function for two events is, or is to be put.
func (m *memo) slot(function uint64, p, q petri.EventID) (s *memoSlot, known bool) {
	key := function<<63 | uint64(p)<<32 | uint64(q)
	for i := key * 0x9e3779b97f4a7c15 >> (64 - bits.Len(memoLen-1)); ; i = (i + 1) % memoLen {
		s := &m.slots[i]
		if s.round != m.round || s.key == key {
			return s, s.round == m.round
		}
	}
}

// put writes a value.
func (m *memo) put(function uint64, p, q petri.EventID, value duration, back int) {
	s, _ := m.slot(function, p, q)
	*s = memoSlot{function<<63 | uint64(p)<<32 | uint64(q), value, m.round, uint8(back)}
}
