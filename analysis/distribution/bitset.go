package distribution

// bitset is a set of small numbers.
type bitset []uint64

func newBitset(n int) bitset { return make(bitset, (n+63)/64) }

func (b bitset) add(i int) { b[i/64] |= 1 << (i % 64) }

func (b bitset) join(c bitset) {
	for i, w := range c {
		b[i] |= w
	}
}

// meetsOutside says whether b and c have an element in common that is not in
// except.
func (b bitset) meetsOutside(c, except bitset) bool {
	for i, w := range b {
		if w&c[i]&^except[i] != 0 {
			return true
		}
	}
	return false
}
